"""The ledger of one vial: received = on hand + at a chair + given + wasted + returned + lost, in exact mL and mg.

Whatever leaves a vial is kept in mL, as it was measured. Its mg follow from the strength on the label, so that a
strength that was written down wrong shows at once in every account that stood on it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import assert_never

from sereniv.therapy.custody import events as ev
from sereniv.therapy.recording.entry import Recorded, Unread, narrowed

NOTHING = Decimal(0)
Closing = ev.DifferenceExplained | ev.StockAdjusted | ev.LossReported


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """Drug drawn for one session from this vial, all draws together, and what became of it."""

    volume_ml: Decimal = NOTHING
    account: Recorded[ev.DrugAccounted] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A count that found something else than the ledger had; open until a named act closes it."""

    counted: Recorded[ev.VialCounted]
    expected_ml: Decimal
    stands_at_ml: Decimal
    """What the ledger has for that moment today: something else than then, where entries were corrected since."""
    closed: Recorded[Closing] | None = None

    @property
    def volume_ml(self) -> Decimal:
        """Counted less expected: negative where drug is missing."""
        return self.counted.event.volume_ml - self.expected_ml

    @property
    def still_ml(self) -> Decimal:
        """What still differs, with every correction since."""
        return self.counted.event.volume_ml - self.stands_at_ml


@dataclass(frozen=True, slots=True, kw_only=True)
class Vial:
    """One vial as its ledger has it, in mL and mg of ketamine base.

    What cannot be read is in `unread`: the amounts may lack it.
    """

    head: int = 0
    entries: tuple[Recorded[ev.StockEvent], ...] = ()
    unread: tuple[Recorded[Unread], ...] = ()
    superseded: dict[int, int]
    """Entries that no longer count, each with the entry that struck or corrected it."""
    received: ev.VialReceived | None = None
    opened_at: datetime | None = None
    on_hand_ml: Decimal = NOTHING
    draws: dict[str, Draw]
    wasted_rest_ml: Decimal = NOTHING
    damaged_ml: Decimal = NOTHING
    returned_ml: Decimal = NOTHING
    adjusted_ml: Decimal = NOTHING
    reported_ml: Decimal = NOTHING
    set_apart: Recorded[ev.VialSetApart] | None = None
    counted: Recorded[ev.VialCounted] | None = None
    differences: tuple[Difference, ...] = ()

    @property
    def label(self) -> str:
        """What is written on the vial."""
        return self.received.label if self.received else ""

    @property
    def strength_mg_per_ml(self) -> Decimal:
        """Strength in mg of base per mL."""
        return self.received.strength_mg_per_ml if self.received else NOTHING

    def mg(self, volume_ml: Decimal) -> Decimal:
        """Return the drug in a volume of this vial."""
        return volume_ml * self.strength_mg_per_ml

    @property
    def received_mg(self) -> Decimal:
        """What came in."""
        return self.mg(self.received.volume_ml) if self.received else NOTHING

    @property
    def on_hand_mg(self) -> Decimal:
        """What should be in the vial."""
        return self.mg(self.on_hand_ml)

    @property
    def drawn_mg(self) -> Decimal:
        """Everything drawn for sessions."""
        return self.mg(sum((each.volume_ml for each in self.draws.values()), NOTHING))

    @property
    def given_mg(self) -> Decimal:
        """What patients were given, by the accounts that count."""
        return sum((each.account.event.given_mg for each in self.draws.values() if each.account), NOTHING)

    @property
    def wasted_mg(self) -> Decimal:
        """What was wasted before a witness, from bags and from the vial itself."""
        bags = sum((each.account.event.wasted_mg for each in self.draws.values() if each.account), NOTHING)
        return bags + self.mg(self.wasted_rest_ml)

    @property
    def returned_mg(self) -> Decimal:
        """What went out of the house."""
        return self.mg(self.returned_ml)

    @property
    def unaccounted(self) -> dict[str, Decimal]:
        """Mg drawn for each session that nobody has accounted for yet."""
        return {name: self.mg(each.volume_ml) for name, each in self.draws.items() if each.account is None}

    @property
    def residual_mg(self) -> Decimal:
        """Everything drawn that nobody has accounted for yet: at a chair, or left open."""
        return sum(self.unaccounted.values(), NOTHING)

    @property
    def differing_mg(self) -> Decimal:
        """Drawn less given less wasted, of the accounts that differ from what was drawn: explained there, not found."""
        return sum((self.account_difference_mg(name) for name in self.draws), NOTHING)

    def account_difference_mg(self, session: str) -> Decimal:
        """Return by how much a session's account differs from what was drawn; 0 while there is none."""
        draw = self.draws[session]
        if draw.account is None:
            return NOTHING
        return self.mg(draw.volume_ml) - draw.account.event.given_mg - draw.account.event.wasted_mg

    @property
    def lost_mg(self) -> Decimal:
        """Broken, reported lost, adjusted away, or missing in an account; negative where more was found than due."""
        return self.mg(self.damaged_ml + self.reported_ml - self.adjusted_ml) + self.differing_mg

    @property
    def open_differences(self) -> tuple[Difference, ...]:
        """Differences that no named act has closed."""
        return tuple(each for each in self.differences if each.closed is None)

    def last_account(self, session: str) -> Recorded[ev.DrugAccounted] | None:
        """Return the account of a session that counts, None where there is none."""
        draw = self.draws.get(session)
        return draw.account if draw else None

    def draw_entries(self, session: str) -> tuple[Recorded[ev.DrugDrawn], ...]:
        """Return the draws for a session that count, oldest first."""
        return tuple(
            narrowed(each, each.event)
            for each in self.entries
            if isinstance(each.event, ev.DrugDrawn)
            and each.event.session == session
            and each.stream_seq not in self.superseded
        )


def vial_of(entries: Iterable[Recorded[ev.StockEvent]], unread: tuple[Recorded[Unread], ...] = ()) -> Vial:
    """Fold the entries of one vial, in stream order; what was struck or corrected stays among `entries`, uncounted."""
    told = tuple(entries)
    superseded: dict[int, int] = {}
    for each in told:
        match each.event:
            case ev.StockEntryStruck(entry=number):
                superseded[number] = each.stream_seq
            case ev.DrugDrawn(corrects=int(number)) | ev.DrugAccounted(corrects=int(number)):
                superseded[number] = each.stream_seq
    vial = Vial(entries=told, unread=unread, superseded=superseded, draws={})
    for entry in told:
        if entry.stream_seq not in superseded:
            vial = _after(vial, entry)
    return replace(vial, head=max((each.stream_seq for each in (*told[-1:], *unread)), default=0))


def _after(vial: Vial, entry: Recorded[ev.StockEvent]) -> Vial:  # one case for each kind
    match entry.event:
        case ev.VialReceived() as event:
            return replace(vial, received=event, on_hand_ml=event.volume_ml)
        case ev.ReceiptCorrected() as event:
            return _corrected_receipt(vial, event)
        case ev.VialOpened():
            return replace(vial, opened_at=vial.opened_at or entry.at)
        case ev.DrugDrawn(session=session, volume_ml=volume):
            before = vial.draws.get(session, Draw())
            draws = vial.draws | {session: replace(before, volume_ml=before.volume_ml + volume)}
            opened = vial.opened_at or (entry.at if volume else None)
            return replace(vial, on_hand_ml=vial.on_hand_ml - volume, draws=draws, opened_at=opened)
        case ev.DrugAccounted(session=session) as event:
            draw = replace(vial.draws.get(session, Draw()), account=narrowed(entry, event))
            return replace(vial, draws=vial.draws | {session: draw})
        case ev.VialWasted(volume_ml=volume):
            return replace(vial, on_hand_ml=vial.on_hand_ml - volume, wasted_rest_ml=vial.wasted_rest_ml + volume)
        case ev.VialDamaged(volume_ml=volume):
            return replace(vial, on_hand_ml=vial.on_hand_ml - volume, damaged_ml=vial.damaged_ml + volume)
        case ev.VialReturned(volume_ml=volume):
            return replace(vial, on_hand_ml=vial.on_hand_ml - volume, returned_ml=vial.returned_ml + volume)
        case ev.VialSetApart() as event:
            return replace(vial, set_apart=narrowed(entry, event))
        case ev.VialPutBack():
            return replace(vial, set_apart=None)
        case ev.VialCounted() as event:
            return _counted(vial, narrowed(entry, event))
        case ev.DifferenceExplained() as event:
            return _closed(vial, event.count, narrowed(entry, event))
        case ev.StockAdjusted(volume_ml=volume) as event:
            vial = replace(vial, on_hand_ml=vial.on_hand_ml + volume, adjusted_ml=vial.adjusted_ml + volume)
            return _closed(vial, event.count, narrowed(entry, event))
        case ev.LossReported(volume_ml=volume) as event:
            vial = replace(vial, on_hand_ml=vial.on_hand_ml - volume, reported_ml=vial.reported_ml + volume)
            return vial if event.count is None else _closed(vial, event.count, narrowed(entry, event))
        case ev.StockEntryStruck():
            return vial
        case _:
            assert_never(entry.event)


def _corrected_receipt(vial: Vial, event: ev.ReceiptCorrected) -> Vial:
    before = vial.received
    if before is None:
        return vial
    received = replace(
        before,
        label=event.label,
        ndc=event.ndc,
        lot=event.lot,
        expires=event.expires,
        strength_mg_per_ml=event.strength_mg_per_ml,
        volume_ml=event.volume_ml,
        supplier=event.supplier,
    )
    return replace(vial, received=received, on_hand_ml=vial.on_hand_ml + event.volume_ml - before.volume_ml)


def _counted(vial: Vial, count: Recorded[ev.VialCounted]) -> Vial:
    expected = count.event.expected_ml
    expected = vial.on_hand_ml if expected is None else expected
    vial = replace(vial, counted=count)
    if abs(count.event.volume_ml - expected) <= count.event.tolerance_ml:
        return vial
    found = Difference(counted=count, expected_ml=expected, stands_at_ml=vial.on_hand_ml)
    return replace(vial, differences=(*vial.differences, found))


def _closed(vial: Vial, count: int, closing: Recorded[Closing]) -> Vial:
    differences = tuple(
        replace(each, closed=closing) if each.counted.stream_seq == count and each.closed is None else each
        for each in vial.differences
    )
    return replace(vial, differences=differences)

"""The controlled-drug ledger of one vial: received = on hand + drawn, and drawn = given + wasted, in exact mg."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import assert_never

from sereniv.therapy.recorded import Recorded
from sereniv.therapy.refusal import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class VialReceived:
    """A vial came into stock; why, where it is not of a strength that the clinic stocks."""

    label: str
    ndc: str
    lot: str
    expires: date
    strength_mg_per_ml: Decimal
    volume_ml: Decimal
    supplier: str
    unusual_strength_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugDrawn:
    """Drug was drawn for one session, two people at the vial."""

    session: str
    volume_ml: Decimal
    mg: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugAccounted:
    """What became of drug drawn for a session: given, and wasted before a witness."""

    session: str
    given_mg: Decimal
    wasted_mg: Decimal
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VialWasted:
    """The rest of a vial was wasted before a witness."""

    volume_ml: Decimal
    mg: Decimal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VialCounted:
    """Somebody counted what is left, without being shown what should be."""

    volume_ml: Decimal


StockEvent = VialReceived | DrugDrawn | DrugAccounted | VialWasted | VialCounted


@dataclass(frozen=True, slots=True, kw_only=True)
class Vial:
    """One vial as the ledger has it, in mL and mg of ketamine base."""

    head: int = 0
    received: VialReceived | None = None
    on_hand_ml: Decimal = Decimal(0)
    drawn_mg: Decimal = Decimal(0)
    given_mg: Decimal = Decimal(0)
    wasted_mg: Decimal = Decimal(0)
    drawn_for: dict[str, Decimal]
    accounted_for: frozenset[str] = frozenset()
    counted_ml: Decimal | None = None

    @property
    def label(self) -> str:
        """What is written on the vial."""
        return self.received.label if self.received else ""

    @property
    def strength_mg_per_ml(self) -> Decimal:
        """Strength in mg of base per mL."""
        return self.received.strength_mg_per_ml if self.received else Decimal(0)

    @property
    def residual_mg(self) -> Decimal:
        """Drawn less given less wasted: not zero while a session is open, or when something is unexplained."""
        return self.drawn_mg - self.given_mg - self.wasted_mg


def vial_of(entries: Iterable[Recorded[StockEvent]]) -> Vial:
    """Fold the entries of one vial, in stream order."""
    vial = Vial(drawn_for={})
    for entry in entries:
        vial = replace(_after(vial, entry.event), head=entry.stream_seq)
    return vial


def _after(vial: Vial, event: StockEvent) -> Vial:
    match event:
        case VialReceived():
            return replace(vial, received=event, on_hand_ml=event.volume_ml)
        case DrugDrawn(session=session, volume_ml=volume, mg=mg):
            drawn = vial.drawn_for | {session: vial.drawn_for.get(session, Decimal(0)) + mg}
            return replace(vial, on_hand_ml=vial.on_hand_ml - volume, drawn_mg=vial.drawn_mg + mg, drawn_for=drawn)
        case DrugAccounted(session=session, given_mg=given, wasted_mg=wasted):
            return replace(
                vial,
                given_mg=vial.given_mg + given,
                wasted_mg=vial.wasted_mg + wasted,
                accounted_for=vial.accounted_for | {session},
            )
        case VialWasted(volume_ml=volume, mg=mg):
            rest = vial.on_hand_ml - volume
            return replace(vial, on_hand_ml=rest, drawn_mg=vial.drawn_mg + mg, wasted_mg=vial.wasted_mg + mg)
        case VialCounted(volume_ml=volume):
            return replace(vial, counted_ml=volume)
        case _:
            assert_never(event)


def refuse_to_draw(vial: Vial, volume_ml: Decimal, today: date) -> None:
    """Raise Refused where drug must not be drawn from this vial: unknown, expired, or not enough left."""
    if vial.received is None:
        raise Refused("custody", "This vial is not in stock. Receive it first.")
    if vial.received.expires < today:
        raise Refused("custody", f"Vial {vial.label} expired on {vial.received.expires:%d %b %Y}. Take another.")
    if volume_ml > vial.on_hand_ml:
        raise Refused("custody", f"Vial {vial.label} holds {vial.on_hand_ml} mL; {volume_ml} mL are needed.")

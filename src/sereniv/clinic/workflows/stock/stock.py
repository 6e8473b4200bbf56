"""Acts on the stock of the controlled drug: from the safe to the last drop, each with two people at it."""

import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records import chart_store, queries
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.models import Id, VialRow
from sereniv.clinic.records.projections import project_vial
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.knowledge.rows import ClinicStandard
from sereniv.therapy import custody
from sereniv.therapy.custody import StockEvent, Vial, VialReceived
from sereniv.therapy.custody.labels import as_read_aloud
from sereniv.therapy.custody.receipt import asked_back
from sereniv.therapy.recording.reasons import demand_reason, demand_word, is_reason
from sereniv.therapy.recording.refusal import Malformed, Refused

LARGEST_VIAL_ML = 50


def day_of(now: datetime) -> date:
    """Return the clinic's day of a moment: a vial expires by the calendar on its wall."""
    return now.astimezone(home_zone()).date()


def receive_vial(received: VialReceived, act: Act, vial_id: uuid.UUID | None = None) -> uuid.UUID:
    """Take a vial into stock; two people sign, and its id is returned.

    Raises
    ------
    Malformed
        When strength or volume is not one that vials come in, or the vial is already expired.
    Refused
        When strength or volume is another than is expected here and no reason is given, or a vial of this label is
        in stock.
    """
    act.permit(Permission.RECEIVE_STOCK)
    act.second_person(TwoPersonAct.VIAL_RECEIVED, "custody")
    standard = rules_in_force(act.now).standard
    demand_a_vial(received.strength_mg_per_ml, received.volume_ml, standard)
    if received.expires < day_of(act.now):
        raise Malformed("This vial is already expired.")
    with chart_store.in_turn():
        before = chart_store.stream_of(act.key, act.by.username)
        if before is not None:
            return uuid.UUID(before.partition("/")[2])
        _demand_reason_for_the_unexpected(received, standard)
        demand_new_label(received.label)
        vial = vial_id or uuid.uuid4()
        chart_store.append([New(stream=chart_store.vial_stream(vial), event=received, at=act.now)], act.writing())
        project_vial(vial)
    return vial


def _demand_reason_for_the_unexpected(received: VialReceived, standard: ClinicStandard) -> None:
    """Refuse a strength or volume that is not expected here without its reason."""
    labels = (chart_store.vial(each.pk).received for each in queries.vials_to_draw_from())
    here = {(each.strength_mg_per_ml, each.volume_ml) for each in labels if each is not None}
    asked = asked_back((received.strength_mg_per_ml, received.volume_ml), here, standard)
    if asked and not is_reason(received.unusual_reason):
        again = "Look at the label again; if it is right, write why it is received."
        raise Refused("custody", " ".join((*asked, again)))


def demand_a_vial(strength: Decimal, volume: Decimal, standard: ClinicStandard) -> None:
    """Demand a strength and a volume that vials come in."""
    if strength not in standard.vial_strengths_mg_per_ml:
        come = ", ".join(f"{each:f}" for each in standard.vial_strengths_mg_per_ml)
        raise Malformed(f"Vials come in {come} mg/mL of ketamine base.")
    if not 0 < volume <= LARGEST_VIAL_ML:
        raise Malformed("Enter the volume printed on the vial in mL.")


def demand_new_label(label: str, but: Id | None = None) -> None:
    """Refuse a label that another vial bears: two vials of one name cannot be told apart in any account."""
    others = VialRow.objects.exclude(pk=but) if but is not None else VialRow.objects.all()
    here = (each for each in others.values_list("label", flat=True) if as_read_aloud(each) == as_read_aloud(label))
    if (other := next(here, None)) is not None:
        raise Refused(
            "custody",
            f"A vial labelled {other} is already in the ledger. Look at the label again, or give this vial "
            "another number. Was the receipt already recorded? Open the vial in the stock.",
        )


def demand_sealed(vial: Vial) -> None:
    """Raise Refused of a vial that is open."""
    if vial.opened_at is not None:
        raise Refused("custody", f"Vial {vial.label} is already open.")


def demand_in_use(vial: Vial) -> None:
    """Raise Refused of a vial that is set apart."""
    if vial.set_apart is not None:
        raise Refused("custody", f"Vial {vial.label} is already set apart: {vial.set_apart.event.reason}")


def demand_set_apart(vial: Vial) -> None:
    """Raise Refused of a vial that is not set apart."""
    if vial.set_apart is None:
        raise Refused("custody", f"Vial {vial.label} is not set apart.")


def demand_unsettled(found: custody.Difference) -> None:
    """Raise Refused of a difference that is settled."""
    if found.closed is not None:
        raise Refused("custody", f"This difference was settled by {found.closed.recorded_by}.")


def open_vial(vial_id: Id, act: Act) -> None:
    """Record that a vial's seal was broken before anything was drawn from it."""
    demand_two_keepers(act)

    def event(vial: Vial) -> StockEvent:
        demand_sealed(vial)
        return custody.VialOpened()

    _append(vial_id, event, act)


def waste(vial_id: Id, volume_ml: Decimal, method: str, reason: str, act: Act) -> None:
    """Record that the rest of a vial, or a part of it, was wasted before a witness."""
    demand_two_keepers(act)
    _demand_words(method, "Write how it was wasted.")
    demand_word(reason, "Write why it was wasted.")
    _take(
        vial_id,
        volume_ml,
        lambda mg: custody.VialWasted(volume_ml=volume_ml, mg=mg, reason=reason, method=method),
        act,
    )


def damage(vial_id: Id, volume_ml: Decimal, words: str, act: Act) -> None:
    """Record drug that nobody can gather up: a broken vial, a spill."""
    demand_two_keepers(act)
    demand_reason(words, "Write what happened, and what became of the remains.")
    _take(vial_id, volume_ml, lambda mg: custody.VialDamaged(volume_ml=volume_ml, mg=mg, words=words), act)


def send_back(vial_id: Id, volume_ml: Decimal, returned_to: str, reference: str, act: Act) -> None:
    """Record that what was left went out of the house: to a reverse distributor, or to the supplier."""
    demand_two_keepers(act)
    _demand_words(returned_to, "Write who took it, with their registration.")
    _demand_words(reference, "Enter the number of the invoice or form it went out under.")
    _take(
        vial_id,
        volume_ml,
        lambda mg: custody.VialReturned(volume_ml=volume_ml, mg=mg, returned_to=returned_to, reference=reference),
        act,
    )


def set_apart(vial_id: Id, reason: str, act: Act) -> None:
    """Set a vial apart: nothing is drawn from it until it is put back."""
    demand_two_keepers(act)
    demand_word(reason, "Write why it is set apart.")

    def event(vial: Vial) -> StockEvent:
        demand_in_use(vial)
        return custody.VialSetApart(reason=reason)

    _append(vial_id, event, act)


def put_back(vial_id: Id, reason: str, act: Act) -> None:
    """Let a vial that was set apart be drawn from again."""
    demand_two_keepers(act)
    demand_reason(reason, "Write why it may be used again.")

    def event(vial: Vial) -> StockEvent:
        demand_set_apart(vial)
        return custody.VialPutBack(reason=reason)

    _append(vial_id, event, act)


def strike(vial_id: Id, entry: int, reason: str, act: Act) -> None:
    """Strike an entry of a vial's ledger that was written in error; it stays legible."""
    demand_two_keepers(act)
    demand_word(reason, "Write why the entry is struck.")

    def event(vial: Vial) -> StockEvent:
        if why := why_not_struck(vial, entry):
            raise Refused("custody", why)
        return custody.StockEntryStruck(entry=entry, reason=reason)

    _append(vial_id, event, act)


def why_not_struck(vial: Vial, entry: int) -> str:
    """Say why an entry of a vial's ledger cannot be struck; "" where it can."""
    target = next((each for each in vial.entries if each.stream_seq == entry), None)
    if target is None or not isinstance(target.event, custody.STRIKABLE):
        return "This entry is not struck by itself: a receipt, a draw and an account are corrected by a second one."
    if entry in vial.superseded:
        return f"This entry no longer counts: entry {vial.superseded[entry]} took it back."
    return ""


def count(counted_ml: Mapping[str, Decimal], act: Act) -> tuple[VialRow, ...]:
    """Record what two people counted, vial by vial, and return those that differ from the ledger.

    What the ledger has is read only now, after the figures were said; it is kept beside each, so that a difference
    stays what it was whatever is corrected later.

    Raises
    ------
    Malformed
        When no vial was counted, or a figure is no volume.
    """
    demand_two_keepers(act)
    if not counted_ml:
        raise Malformed("Enter what you counted in at least one vial.")
    if any(not each.is_finite() or not 0 <= each <= LARGEST_VIAL_ML for each in counted_ml.values()):
        raise Malformed(f"A count is a volume in mL, from 0 to {LARGEST_VIAL_ML}.")
    tolerance = rules_in_force(act.now).custody.count.tolerance_ml
    with chart_store.in_turn():
        if not chart_store.written_before(act.key, act.by.username):
            news = []
            for vial_id, volume in counted_ml.items():
                vial = _known(vial_id)
                event = custody.VialCounted(volume_ml=volume, expected_ml=vial.on_hand_ml, tolerance_ml=tolerance)
                news.append(New(stream=chart_store.vial_stream(vial_id), event=event, at=act.now))
            chart_store.append(news, act.writing())
            for vial_id in counted_ml:
                project_vial(vial_id)
    vials = {row.pk: chart_store.vial(row.pk) for row in VialRow.objects.filter(pk__in=list(counted_ml))}
    differing = [pk for pk, vial in vials.items() if vial.counted and vial.counted.stream_seq in _open_counts(vial)]
    return tuple(VialRow.objects.filter(pk__in=differing).order_by("label"))


def _open_counts(vial: Vial) -> set[int]:
    return {each.counted.stream_seq for each in vial.open_differences}


def explain(vial_id: Id, counted: int, explanation: str, act: Act) -> None:
    """Close a difference by its explanation: a count misread, an act charted late. The ledger does not move by it."""
    _two_to_settle(act)
    demand_reason(explanation, "Write what explains the difference.")
    _settle(vial_id, counted, lambda _, __: custody.DifferenceExplained(count=counted, explanation=explanation), act)


def adjust(vial_id: Id, counted: int, reason: str, act: Act) -> None:
    """Close a difference by putting the ledger to what was counted.

    Raises
    ------
    Refused
        When nothing differs any more, because the entries before the count were corrected meanwhile.
    """
    _two_to_settle(act)
    demand_reason(reason, "Write what was looked for, and why the ledger is adjusted.")

    def event(vial: Vial, found: custody.Difference) -> StockEvent:
        if found.still_ml == 0:
            raise Refused("custody", "The ledger was corrected since: it has what was counted. Explain the difference.")
        return custody.StockAdjusted(count=counted, volume_ml=found.still_ml, mg=vial.mg(found.still_ml), reason=reason)

    _settle(vial_id, counted, event, act)


def report_loss_of(vial_id: Id, counted: int, circumstances: str, reported_to: str, reference: str, act: Act) -> None:
    """Close a difference by the report of a loss or theft; the ledger gives up what is missing."""
    _two_to_settle(act)
    demand_reason(circumstances, "Write what is known of the loss.")
    _demand_words(reported_to, "Write to whom it was reported, and when.")

    def event(vial: Vial, found: custody.Difference) -> StockEvent:
        if found.still_ml >= 0:
            raise Refused("custody", "Nothing is missing here: more was counted than the ledger has, or as much.")
        return custody.LossReported(
            count=counted, volume_ml=-found.still_ml, mg=vial.mg(-found.still_ml), circumstances=circumstances,
            reported_to=reported_to, reference=reference,
        )  # fmt: skip

    _settle(vial_id, counted, event, act)


def _settle(vial_id: Id, counted: int, event: Callable[[Vial, custody.Difference], StockEvent], act: Act) -> None:
    def closing(vial: Vial) -> StockEvent:
        found = next((each for each in vial.differences if each.counted.stream_seq == counted), None)
        if found is None:
            raise Refused("custody", "This count does not differ from the ledger.")
        demand_unsettled(found)
        return event(vial, found)

    _append(vial_id, closing, act)


def _take(vial_id: Id, volume_ml: Decimal, event: Callable[[Decimal], StockEvent], act: Act) -> None:
    if not volume_ml.is_finite() or volume_ml <= 0:
        raise Malformed("Enter the volume in mL, more than zero.")

    def taking(vial: Vial) -> StockEvent:
        custody.refuse_to_take(vial, volume_ml)
        return event(vial.mg(volume_ml))

    _append(vial_id, taking, act)


def _demand_words(words: str, otherwise: str) -> None:
    if not words.strip():
        raise Malformed(otherwise)


def demand_two_keepers(act: Act) -> None:
    """Demand somebody who keeps the stock, and a second one who may."""
    act.permit(Permission.KEEP_STOCK)
    act.second_person(TwoPersonAct.STOCK_KEPT, "custody")


def _two_to_settle(act: Act) -> None:
    act.permit(Permission.SETTLE_STOCK)
    act.second_person(TwoPersonAct.STOCK_SETTLED, "custody")


def _append(vial_id: Id, event: Callable[[Vial], StockEvent], act: Act) -> None:
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        new = New(stream=chart_store.vial_stream(vial_id), event=event(_known(vial_id)), at=act.now)
        chart_store.append([new], act.writing())
        project_vial(vial_id)


def _known(vial_id: Id) -> Vial:
    vial = chart_store.vial(vial_id)
    if vial.received is None:
        raise Refused("custody", "There is no such vial.")
    return vial

"""The drug of one session: which vials it came from, a further bag, a draw written down wrong."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records import chart_store, over_streams
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.models import Id, VialRow
from sereniv.clinic.records.projections import project_session, project_vial
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.stock.stock import day_of
from sereniv.therapy import custody
from sereniv.therapy.recording.reasons import demand_reason, demand_word
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import RUNNING, Phase, SessionChart
from sereniv.therapy.session.delivered import by_bag, delivered
from sereniv.therapy.treatment.dose import stock_volume_ml

NOTHING_DIFFERS = "That is what stands already: nothing would be corrected."
BEFORE_THE_START = (Phase.PREPARING, Phase.READY)


@dataclass(frozen=True, slots=True, kw_only=True)
class FromVial:
    """What a session took from one vial, by the vial's own ledger, and how much of it the charted rates delivered."""

    vial_id: Id
    label: str
    drawn_mg: Decimal
    delivered_mg: Decimal


def vials_of(session_id: Id, chart: SessionChart) -> tuple[FromVial, ...]:
    """Return the vials that a session's bags came from, in the order in which they were first drawn from.

    The mg are the vial's: where its strength was written down wrong and corrected since, they are what really was.
    """
    if not chart.bags:
        return ()
    session = str(session_id)
    end = chart.stopped_at or chart.entries[-1].recorded_at
    found: dict[Id, Decimal] = {}
    for bag, given in zip(chart.bags, by_bag(chart, end), strict=True):
        vial_id = vial_drawn_from(bag.event.vial, session)
        found[vial_id] = found.get(vial_id, Decimal(0)) + given
    return tuple(_from(vial_id, session, given) for vial_id, given in found.items())


def _from(vial_id: Id, session: str, delivered_mg: Decimal) -> FromVial:
    vial = chart_store.vial(vial_id)
    drawn_mg = vial.mg(vial.draws[session].volume_ml)
    return FromVial(vial_id=vial_id, label=vial.label, drawn_mg=drawn_mg, delivered_mg=delivered_mg)


def vial_drawn_from(label: str, session: str) -> Id:
    """Return the vial of this label that was drawn from for a session, also where its label was corrected since."""
    row = VialRow.objects.filter(label=label).first()
    if row is not None and session in chart_store.vial(row.pk).draws:
        return row.pk
    drawn = (
        stream.partition("/")[2]
        for stream, each in over_streams.entries_in(None, (custody.DrugDrawn,))
        if isinstance(each.event, custody.DrugDrawn) and each.event.session == session
    )
    called = (each for each in drawn if label in _labels(chart_store.vial(each)))
    found = next(called, None)
    if found is None:
        raise Refused("custody", f"Vial {label} is not in the ledger.")
    return found


def _labels(vial: custody.Vial) -> set[str]:
    named = custody.VialReceived | custody.ReceiptCorrected
    return {each.event.label for each in vial.entries if isinstance(each.event, named)}


def accounts(session_id: Id, vials: tuple[FromVial, ...], account: ev.DrugReconciled, now: datetime) -> list[New]:
    """Return what an account writes to each vial's ledger, correcting the account before it where there is one.

    What was given is laid to the vials as the charted rates delivered it; what differs stays with the last of them.
    """
    shares = _shares(vials, account.given_mg)
    news = []
    wasted_left = account.wasted_mg
    for place, (each, given) in enumerate(zip(vials, shares, strict=True), start=1):
        wasted = wasted_left if place == len(vials) else min(max(each.drawn_mg - given, Decimal(0)), wasted_left)
        wasted_left -= wasted
        before = chart_store.vial(each.vial_id).last_account(str(session_id))
        event = custody.DrugAccounted(
            session=str(session_id),
            given_mg=given,
            wasted_mg=wasted,
            method=account.method,
            corrects=before.stream_seq if before else None,
            reason=account.reason,
        )
        news.append(New(stream=chart_store.vial_stream(each.vial_id), event=event, at=now))
    return news


def _shares(vials: tuple[FromVial, ...], given_mg: Decimal) -> list[Decimal]:
    delivered_mg = sum((each.delivered_mg for each in vials), Decimal(0))
    shares: list[Decimal] = []
    for each in vials[:-1]:
        part = each.delivered_mg / delivered_mg if delivered_mg else Decimal(0)
        shares.append(min((given_mg * part).quantize(Decimal("0.01")), each.drawn_mg))
    return [*shares, given_mg - sum(shares, Decimal(0))]


def why_no_bag(chart: SessionChart, now: datetime) -> str:
    """Say why no drug may be drawn for a session now, "" where it may; the page says it before anything is typed."""
    if chart.phase in RUNNING:
        left = chart.plan.volume_ml - delivered(chart, now).volume_ml
        if left <= 0:
            return "The ordered volume is delivered by charted rates: nothing of the order is left."
        return _still_full(chart, now)
    if chart.phase not in BEFORE_THE_START:
        return f"Drug is drawn before the end; the session is {chart.phase}."
    bag = chart.prepared
    if bag is None or any(each.stream_seq > bag.stream_seq for each in chart.spilt):
        return ""
    return (
        f"Drug is already drawn for this session, checked by {bag.co_signed_by}. Was it spilt? Chart that first. "
        "Was the draw written down wrong? Correct it."
    )


def _still_full(chart: SessionChart, now: datetime) -> str:
    """Say that the further bag drawn last still holds drug, where nobody has charted what became of it; else ""."""
    if len(chart.bags) == 1:
        return ""
    bag = chart.bags[-1]
    gone = [*chart.spilt, *(each for each in chart.observations if each.event.observation is ev.Observation.BAG_EMPTY)]
    held_ml = bag.event.final_volume_ml
    given_ml = by_bag(chart, now)[-1] * held_ml / bag.event.drawn_mg
    if given_ml >= held_ml or any(each.stream_seq > bag.stream_seq for each in gone):
        return ""
    return (
        f"A further bag of {plain(held_ml)} mL was drawn at {bag.at:%H:%M}, checked by {bag.co_signed_by}; by charted "
        f"rates it still holds {held_ml - given_ml:.1f} mL. Chart first what became of it: spilt, or empty early. Was "
        "the draw written down wrong? Correct it."
    )


def draw_further(session_id: Id, vial_id: Id, final_volume_ml: Decimal, reason: str, act: Act) -> None:
    """Draw a further bag or syringe of the same order, for what is left of it: after a spill, or when one ran out.

    Raises
    ------
    Refused
        When nothing was drawn yet, nothing of the order is left, or the bag would hold more than what is left.
    """
    act.permit(Permission.RUN_INFUSION)
    act.second_person(TwoPersonAct.DRUG_DRAWN, "double-check")
    demand_word(reason, "Write why another bag is made up.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        chart = chart_store.session_chart_of(session_id)
        if why := why_no_bag(chart, act.now):
            raise Refused("drug", why)
        if chart.prepared is None:
            raise Refused("drug", "No drug was drawn for this session yet: draw the ordered dose.")
        left = chart.plan.volume_ml - delivered(chart, act.now).volume_ml
        if not 0 < final_volume_ml <= left:
            raise Refused(
                "drug",
                f"{left:.1f} mL of the order are left; a further bag holds as much or less. More is a new order.",
            )
        vial = chart_store.vial(vial_id)
        dose_mg = final_volume_ml * chart.plan.concentration_mg_per_ml
        standard = rules_in_force(act.now).standard
        volume = stock_volume_ml(dose_mg, vial.strength_mg_per_ml or Decimal(1), standard)
        custody.refuse_to_draw(vial, volume, day_of(act.now))
        bag = bag_of(vial, volume, final_volume_ml, reason)
        _write(session_id, act, bag, [(vial_id, drawn(session_id, vial, volume))])


def bag_of(
    vial: custody.Vial, stock_ml: Decimal, final_volume_ml: Decimal, reason: str = "", corrects: int | None = None
) -> ev.DrugPrepared:
    """Return the bag that a volume of a vial makes."""
    drawn_mg = vial.mg(stock_ml)
    return ev.DrugPrepared(
        vial=vial.label,
        strength_mg_per_ml=vial.strength_mg_per_ml,
        stock_ml=stock_ml,
        drawn_mg=drawn_mg,
        final_volume_ml=final_volume_ml,
        final_mg_per_ml=(drawn_mg / final_volume_ml).quantize(Decimal("0.0001")),
        corrects=corrects,
        reason=reason,
    )


def bag_at(wrong: ev.DrugPrepared, strength_mg_per_ml: Decimal, because: str, corrects: int) -> ev.DrugPrepared:
    """Return a bag as it was really made up, of a vial that holds another strength than was written down."""
    drawn_mg = wrong.stock_ml * strength_mg_per_ml
    return replace(
        wrong,
        strength_mg_per_ml=strength_mg_per_ml,
        drawn_mg=drawn_mg,
        final_mg_per_ml=(drawn_mg / wrong.final_volume_ml).quantize(Decimal("0.0001")),
        corrects=corrects,
        reason=because,
    )


def drawn(
    session_id: Id, vial: custody.Vial, volume_ml: Decimal, corrects: int | None = None, reason: str = ""
) -> custody.DrugDrawn:
    """Return what a draw writes to the vial's ledger."""
    return custody.DrugDrawn(
        session=str(session_id), volume_ml=volume_ml, mg=vial.mg(volume_ml), corrects=corrects, reason=reason
    )


def correct_draw(session_id: Id, entry: int, vial_id: Id, stock_ml: Decimal, reason: str, act: Act) -> None:
    """Put right which vial a bag was drawn from, or how much; what was written stays legible.

    It is a fact, so that more may have been drawn than the vial's ledger has: that stands then as a discrepancy. An
    account that was made before is asked for anew, for it stood on the wrong draw.

    Raises
    ------
    Refused
        When this entry is not the draw of a bag of this session, or says the same.
    """
    act.permit(Permission.RUN_INFUSION)
    act.second_person(TwoPersonAct.DRUG_DRAWN, "double-check")
    demand_reason(reason, "Write how the draw was written down wrong.")
    if not stock_ml.is_finite() or stock_ml <= 0:
        raise Malformed("Enter what was drawn in mL, more than zero.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        chart = chart_store.session_chart_of(session_id)
        wrong = next((bag for bag in chart.bags if bag.stream_seq == entry), None)
        if wrong is None:
            raise Refused("drug", "This entry is no draw that still counts.")
        right = chart_store.vial(vial_id)
        if right.received is None:
            raise Refused("custody", "This vial is not in stock. Receive it first.")
        bag = bag_of(right, stock_ml, wrong.event.final_volume_ml, reason, corrects=entry)
        if replace(bag, corrects=wrong.event.corrects, reason=wrong.event.reason) == wrong.event:
            raise Refused("drug", NOTHING_DIFFERS)
        before_id = vial_drawn_from(wrong.event.vial, str(session_id))
        before = chart_store.vial(before_id)
        same = [each for each in before.draw_entries(str(session_id)) if each.event.volume_ml == wrong.event.stock_ml]
        if not same:
            raise Refused("custody", "The vial's ledger has no such draw. Count the vial.")
        written = same[-1].stream_seq
        if str(before_id) == str(vial_id):
            moved = [(vial_id, drawn(session_id, right, stock_ml, written, reason))]
        else:
            nothing = drawn(session_id, before, Decimal(0), written, reason)
            moved = [(before_id, nothing), (vial_id, drawn(session_id, right, stock_ml))]
        _write(session_id, act, bag, moved)


def _write(session_id: Id, act: Act, bag: ev.DrugPrepared, draws: list[tuple[Id, custody.DrugDrawn]]) -> None:
    news = [New(stream=chart_store.session_stream(session_id), event=bag, at=act.now)]
    news += [New(stream=chart_store.vial_stream(vial_id), event=each, at=act.now) for vial_id, each in draws]
    chart_store.append(news, act.writing())
    for vial_id, _ in draws:
        project_vial(vial_id)
    project_session(session_id)

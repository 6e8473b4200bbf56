"""Acts of one infusion session that may be refused: opening, gate, start, rate, discharge."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission, Role
from sereniv.clinic.accounts.seconds import TwoPersonAct, may_sign_alone
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.models import OPEN_PHASES, Id, Person, SessionRow
from sereniv.clinic.records.projections import project_session, project_vial
from sereniv.clinic.workflows.chair.drawing import demand_live_order
from sereniv.clinic.workflows.chair.learned import words_learned
from sereniv.clinic.workflows.chair.seating import refuse_double_booking
from sereniv.clinic.workflows.chair.thoughts import carry_over
from sereniv.clinic.workflows.orders.order_state import demand_order, infusions_run, ran_before, sign_anew_before
from sereniv.clinic.workflows.shell.acting import Act, names_of_staff
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.joined_records import demand_not_joined
from sereniv.clinic.workflows.shell.this_clinic import demand_infusions_allowed, home_zone
from sereniv.clinic.workflows.shell.unread_entries import others_unread
from sereniv.clinic.workflows.stock import drug
from sereniv.clinic.workflows.stock.stock import day_of
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import OrderAct
from sereniv.therapy import custody
from sereniv.therapy.candidacy.close_watch import watched_for
from sereniv.therapy.chair import decide as deciding
from sereniv.therapy.chair.gate import NEVER_PASSED_OVER, gate
from sereniv.therapy.chair.gate_facts import GateFacts, LineFinding, LineState
from sereniv.therapy.chair.own_words import demand_own_words
from sereniv.therapy.chair.session_plan import plan_of
from sereniv.therapy.chair.staffing import ChairNow, nurses_said, ratio_words
from sereniv.therapy.chair.still_open import demand_closable_unused
from sereniv.therapy.monitoring.reaching import who_charted
from sereniv.therapy.recording.reasons import demand_reason, demand_word
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.treatment.dose import stock_volume_ml


def open_session(
    person_id: Id, order: int, chair: str, act: Act, label: str = "", session_id: uuid.UUID | None = None
) -> uuid.UUID:
    """Seat a person for one ordered infusion and return the session's id.

    Raises
    ------
    Refused
        When the order is not the live one, the person already has an open session, or the chair is taken.
    """
    act.permit(Permission.RUN_INFUSION)
    with chart_store.in_turn():
        before = chart_store.stream_of(act.key, act.by.username)
        if before is not None:
            return uuid.UUID(before.partition("/")[2])
        demand_not_joined(person_id)
        refuse_double_booking(person_id, chair, order)
        found = demand_order(OrderAct.SEAT, person_id, order, act).order
        session = session_id or uuid.uuid4()
        event = ev.SessionOpened(
            person=str(person_id),
            chair=chair,
            order=order,
            plan=replace(
                plan_of(found, infusions_run(person_id), rules_in_force(act.now)),
                watched_for=_watched_for(person_id, act),
            ),
            knowledge_version=rules_in_force(act.now).version,
            label=label,
        )
        chart_store.append([New(stream=chart_store.session_stream(session), event=event, at=act.now)], act.writing())
        project_session(session)
    return session


def _watched_for(person_id: Id, act: Act) -> tuple[str, ...]:
    registered = Person.objects.get(pk=person_id).registered
    today = act.now.astimezone(home_zone()).date()
    return watched_for(chart_store.person_chart(person_id), registered, today, rules_in_force(act.now))


def gate_lines(chart: SessionChart, act: Act) -> tuple[LineFinding, ...]:
    """Judge the gate of a session as it stands."""
    if chart.opened is None:
        raise Refused("session", "There is no such session.")
    person_id = chart.opened.event.person
    person = chart_store.person_chart(person_id)
    runs = ran_before(person_id, chart)
    registered = Person.objects.get(pk=person_id).registered
    return gate(
        GateFacts(
            session=chart,
            person=person,
            registered=registered,
            now=act.now,
            knowledge=rules_in_force(act.now),
            runs=runs,
            sign_anew=sign_anew_before(chart, act.now),
            zone=home_zone(),
            name_of=names_of_staff(),
            elsewhere=chairs_elsewhere(person_id),
            unread_before=others_unread(chart),
        )
    )


def chairs_elsewhere(person_id: Id) -> tuple[ChairNow, ...]:
    """Return the open chairs of everybody else, with their sessions."""
    rows = SessionRow.objects.filter(phase__in=OPEN_PHASES).exclude(person_id=person_id).order_by("chair")
    found = (ChairNow(name=row.chair, chart=chart_store.session_chart_of(row.pk)) for row in rows)
    return tuple(each for each in found if each.chart.opened is not None)


def staffing_beside(session_id: Id, now: datetime) -> str:
    """Write how many are infusing and which nurses chart at the open chairs, for whoever attests that they are enough.

    Nobody is counted from what they say of their duty: only from what was charted.
    """
    here = chart_store.session_chart_of(session_id)
    elsewhere = chairs_elsewhere(here.opened.event.person) if here.opened else ()
    nurses = {each.username: each.full_name for each in Staff.objects.all() if Role.NURSE in each.roles}
    charted = {who for chart in (here, *(each.chart for each in elsewhere)) for who in who_charted(chart)}
    row = next(line for line in rules_in_force(now).gate if line.id == "nurse_ratio")
    return ratio_words(
        row, here.plan, elsewhere, sorted(name for username, name in nurses.items() if username in charted)
    )


def attest(session_id: Id, line: str, holds: bool, detail: str, act: Act) -> None:
    """Record what somebody says about one attested line of the gate."""
    act.permit(Permission.RUN_INFUSION)
    row = next((row for row in knowledge().gate if row.id == line and row.kind != "computed"), None)
    if row is None:
        raise Malformed("There is no such line at the gate.")
    if row.asks and holds and not detail.strip():
        raise Malformed(f"{row.title}: enter {row.asks[:1].lower()}{row.asks[1:]}.")
    if row.patients_per_nurse is not None and holds and nurses_said(detail) is None:
        raise Malformed(
            f"{row.title}: write how many nurses are here now, and who, such as 2: Ada Nightfall, Ben Okoro."
        )
    _append(session_id, ev.GateLineAttested(line=line, holds=holds, detail=detail), act)


def override(session_id: Id, line: str, reason: str, act: Act) -> None:
    """Let a prescriber pass a line that does not hold, with a reason."""
    act.permit(Permission.SIGN_EXCEPTION)
    demand_reason(reason, "Write why this line may be passed.")
    if line == "milestone":
        raise Refused("gate", "What the course waits for is recorded, not passed over: open the course and review it.")
    if line == "open_items":
        raise Refused("gate", "Thoughts of suicide are taken up in person and recorded, not passed over.")
    if line in NEVER_PASSED_OVER:
        raise Refused(
            "gate",
            "Order and drug cannot be passed over: sign, co-sign and draw them. "
            "In pregnancy or breastfeeding, decide candidacy anew with a second signer.",
        )
    with chart_store.in_turn():
        chart = chart_store.session_chart_of(session_id)
        found = next((each for each in gate_lines(chart, act) if each.row.id == line), None)
        if found is None:
            raise Malformed("There is no such line at the gate.")
        if not found.may_be_passed_over:
            mends = "The patient signs again." if line == "consent" else "A prescriber decides candidacy anew."
            raise Refused("gate", f"{found.row.title} cannot be passed over: {found.why} {mends}")
        if found.state is LineState.NOT_YET_KNOWN:
            raise Refused("gate", f"{found.row.title} is not known yet. Missing cannot be passed over: complete it.")
        if found.state is not LineState.DOES_NOT_HOLD:
            raise Refused("gate", f"{found.row.title}: nothing to pass over, it {found.state}.")
        demand_own_words(line, reason, chart, knowledge().gate)
        _append(session_id, ev.GateLineOverridden(line=line, reason=reason, read=found.why), act)


def close_unused(session_id: Id, reason: str, act: Act) -> None:
    """Close a session in which nothing was infused; drug that was drawn is accounted for first.

    Raises
    ------
    Refused
        When the infusion was started, the session is closed, or somebody is still to act on something of it.
    """
    act.permit(Permission.RUN_INFUSION)
    demand_word(reason, "Write why nothing was infused.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        chart = chart_store.session_chart_of(session_id)
        demand_closable_unused(chart)
        _append(session_id, ev.SessionClosedUnused(reason=reason), act)


def prepare_drug(session_id: Id, vial_id: Id, final_volume_ml: Decimal, act: Act) -> None:
    """Draw the ordered dose from a vial and dilute it; a second person checks.

    Raises
    ------
    Refused
        When no second person signs, the vial is expired or short, or the bag differs from the order.
    """
    act.permit(Permission.RUN_INFUSION)
    act.second_person(TwoPersonAct.DRUG_DRAWN, "double-check")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        chart = chart_store.session_chart_of(session_id)
        if chart.phase not in drug.BEFORE_THE_START:
            raise Refused("drug", f"Drug is drawn before the start; the session is {chart.phase}.")
        if chart.prepared is not None:
            raise Refused("drug", drug.why_no_bag(chart, act.now) or "Drug was drawn already: draw a further bag.")
        demand_live_order(chart, act)
        vial = chart_store.vial(vial_id)
        volume = stock_volume_ml(
            chart.plan.dose_mg, vial.strength_mg_per_ml or Decimal(1), rules_in_force(act.now).standard
        )
        custody.refuse_to_draw(vial, volume, day_of(act.now))
        if final_volume_ml != chart.plan.volume_ml:
            raise Refused(
                "drug",
                f"The bag must hold {plain(chart.plan.volume_ml)} mL as ordered; "
                f"you entered {plain(final_volume_ml)} mL.",
            )
        prepared = drug.bag_of(vial, volume, final_volume_ml)
        stock = drug.drawn(session_id, vial, volume)
        news = [
            New(stream=chart_store.session_stream(session_id), event=prepared, at=act.now),
            New(stream=chart_store.vial_stream(vial_id), event=stock, at=act.now),
        ]
        chart_store.append(news, act.writing())
        project_vial(vial_id)
        project_session(session_id)


def pass_gate(session_id: Id, expected_seq: int, act: Act) -> None:
    """Pass the gate when every line lets it."""
    act.permit(Permission.RUN_INFUSION)
    decide_and_append(session_id, expected_seq, act, lambda chart: deciding.PassGate(lines=gate_lines(chart, act)))


def start(session_id: Id, rate_ml_per_h: Decimal, expected_seq: int, act: Act) -> None:
    """Start the infusion at the rate read back from the pump; the gate is judged again."""
    act.permit(Permission.RUN_INFUSION)
    demand_infusions_allowed()

    def command(chart: SessionChart) -> deciding.Command:
        return deciding.StartInfusion(rate_ml_per_h=rate_ml_per_h, lines=gate_lines(chart, act))

    decide_and_append(session_id, expected_seq, act, command)


def change_rate(session_id: Id, rate_ml_per_h: Decimal, reason: str, expected_seq: int, act: Act) -> None:
    """Set another rate, within the limits of the order."""
    act.permit(Permission.RUN_INFUSION)
    second = act.has_second(TwoPersonAct.RATE_PAST_HARD_LIMIT)
    command = deciding.ChangeRate(
        rate_ml_per_h=rate_ml_per_h,
        reason=reason,
        has_second_signer=second,
        was_read_by_two=act.has_second(TwoPersonAct.RATE_OVER_ORDER),
    )
    decide_and_append(session_id, expected_seq, act, lambda _: command)


def resume(session_id: Id, rate_ml_per_h: Decimal, expected_seq: int, act: Act, reason: str = "") -> None:
    """Let a paused infusion run again; at another rate than before with a reason."""
    act.permit(Permission.RUN_INFUSION)
    second = act.has_second(TwoPersonAct.RATE_PAST_HARD_LIMIT)
    command = deciding.ResumeInfusion(
        rate_ml_per_h=rate_ml_per_h,
        has_second_signer=second,
        reason=reason,
        was_read_by_two=act.has_second(TwoPersonAct.RATE_OVER_ORDER),
    )

    def told(chart: SessionChart) -> deciding.Command:
        return replace(command, learned=words_learned(chart, act.now))

    decide_and_append(session_id, expected_seq, act, told)


def discharge(
    session_id: Id,
    handed_to: str,
    advice_given: bool,
    exception: str,
    expected_seq: int,
    act: Act,
    *,
    identity_checked: bool,
    way: ev.Departure = ev.Departure.AS_PLANNED,
    told: str = "",
) -> None:
    """Let the patient go when every criterion holds, or a prescriber signs the exception; or chart that they left."""
    act.permit(Permission.DISCHARGE)
    alone = may_sign_alone(TwoPersonAct.DISCHARGE_EXCEPTION, act.by)
    command = deciding.Discharge(
        handed_to=handed_to,
        identity_checked=identity_checked,
        advice_given=advice_given,
        exception=exception,
        signed_by_prescriber=alone or act.has_second(TwoPersonAct.DISCHARGE_EXCEPTION),
        way=way,
        told=told,
    )
    decide_and_append(session_id, expected_seq, act, lambda _: command)


def decide_and_append(
    session_id: Id, expected_seq: int, act: Act, command: Callable[[SessionChart], deciding.Command]
) -> None:
    """Let the chart as it stands decide on a command, and append what follows; a repeated act appends nothing."""
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        chart = chart_store.session_chart_of(session_id)
        events = deciding.decide(chart, command(chart), act.now, rules_in_force(act.now))
        stream = chart_store.session_stream(session_id)
        news = [New(stream=stream, event=event, at=act.now, expected_seq=expected_seq) for event in events]
        chart_store.append(news, act.writing())
        carry_over(project_session(session_id), act)


def _append(session_id: Id, event: ev.SessionEvent, act: Act) -> None:
    with chart_store.in_turn():
        stream = chart_store.session_stream(session_id)
        chart_store.append([New(stream=stream, event=event, at=act.now)], act.writing())
        carry_over(project_session(session_id), act)

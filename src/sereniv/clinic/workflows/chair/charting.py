"""Facts of a session: always taken, late or not, whoever charted something else meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import SYSTEM, New, Writing
from sereniv.clinic.records.conflict import Conflict
from sereniv.clinic.records.models import Id
from sereniv.clinic.records.projections import project_session, project_vial
from sereniv.clinic.workflows.chair.going_on import demand_the_place_is_free
from sereniv.clinic.workflows.chair.own_samples import hold_strange_again
from sereniv.clinic.workflows.chair.thoughts import carry_over
from sereniv.clinic.workflows.shell.acting import Act, happened_at, names_of_staff, new_key
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.clinic.workflows.stock import drug
from sereniv.knowledge import knowledge
from sereniv.therapy import custody
from sereniv.therapy.correction.striking import ENDINGS, struck_together, why_not_struck
from sereniv.therapy.monitoring.alert_limits import CHARTED_FIELDS
from sereniv.therapy.monitoring.source_struck import withdrawals
from sereniv.therapy.recording.reasons import demand_reason, demand_word, is_reason, says_something
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.recording.typed_values import plain, read
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import RUNNING, Phase, SessionChart
from sereniv.therapy.session.delivered import delivered
from sereniv.therapy.session.placing import READ_BY_RULES, WHEN
from sereniv.therapy.session.typed_time import Told, Typed, moment_meant

STOP_FIRST = (
    "The pump is not charted as stopped, so what is left in it may still be given. Chart that you have stopped it, "
    "with the time it happened; then account for the drug."
)
ACCOUNTED_AGAIN = "What the account before stood on was struck or corrected."

When = datetime | Typed | None
"""When a fact happened: a moment, what somebody typed, or None for now."""


def chart_fact(session_id: Id, event: ev.SessionEvent, act: Act, at: When = None) -> None:
    """Append one fact to a session."""
    chart_facts(session_id, [(event, at)], act)


def chart_facts(session_id: Id, facts: Sequence[tuple[ev.SessionEvent, When]], act: Act) -> None:
    """Append facts, each at its own time, all or none; a repeated key changes nothing.

    Raises
    ------
    Unsure
        When the time that somebody typed is not certain, or the facts would not count as they say.
    Conflict
        When the key was used for the same kind of fact with other contents: passed over in silence,
        what is asked for now would be lost.
    """
    act.permit(Permission.CHART)
    stream = chart_store.session_stream(session_id)
    with chart_store.in_turn():
        if chart_store.stream_end(stream) == 0:
            raise Refused("session", "There is no such session.")
        news = [New(stream=stream, event=event, at=moment) for event, moment in _timed(session_id, facts, act)]
        written = chart_store.append(news, act.writing())
        for recorded, (event, _) in zip(written, facts, strict=False):
            if type(recorded.event) is type(event) and recorded.event != event:
                raise Conflict("This form was already recorded with other contents.")
        carry_over(project_session(session_id), act)


def moment_of(session_id: Id, event: ev.SessionEvent, act: Act, at: When) -> datetime:
    """Return when a fact would be charted to have happened; raises `Unsure` as charting it does."""
    act.permit(Permission.CHART)
    return next(moment for each, moment in _timed(session_id, [(event, at)], act) if each is event)


def _timed(
    session_id: Id, facts: Sequence[tuple[ev.SessionEvent, When]], act: Act
) -> list[tuple[ev.SessionEvent, datetime]]:
    """Give facts their moments; a time that a person chose from before the session is confirmed by the same act."""
    typed = [(event, at) for event, at in facts if isinstance(at, Typed)]
    if not typed or chart_store.written_before(act.key, act.by.username):
        return [(event, happened_at(None if isinstance(at, Typed) else at, act.now)) for event, at in facts]
    chart = chart_store.session_chart_of(session_id)
    told = Told(now=act.now, zone=home_zone(), name_of=names_of_staff())
    # One form has one time, whatever it charts.
    moment = moment_meant(typed[0][1], chart, [event for event, _ in typed], told)
    timed = [(event, moment if isinstance(at, Typed) else happened_at(at, act.now)) for event, at in facts]
    if chart.opened is None or moment >= chart.opened.at:
        return timed
    remark = f"{moment:%d %b %H:%M} was chosen when it was charted"
    numbered = enumerate(timed, start=chart.head + 1)
    confirmed = [
        ev.ValueConfirmedInSession(entry=number, field=WHEN, remark=remark)
        for number, (event, _) in numbered
        if isinstance(event, READ_BY_RULES)
    ]
    return [*timed, *((event, act.now) for event in confirmed)]


def chart_vitals(
    session_id: Id, typed: Mapping[str, str], act: Act, at: When = None, volume_ml: Decimal | None = None
) -> ev.VitalsCharted | None:
    """Read and chart typed vital signs; implausible ones are kept and questioned, and returned to be asked about.

    Parameters
    ----------
    volume_ml
        What the pump showed as infused, where somebody read it at the same look; it may come alone.

    Raises
    ------
    Malformed
        When a value cannot be read, none was typed, or a pressure lacks one side.
    """
    vitals = _vitals(typed)
    if vitals is None and volume_ml is None:
        raise Malformed("Enter at least one vital sign.")
    volume = None if volume_ml is None else ev.VolumeRead(volume_ml=volume_ml)
    chart_facts(session_id, [(fact, at) for fact in (vitals, volume) if fact is not None], act)
    return vitals


def _vitals(typed: Mapping[str, str]) -> ev.VitalsCharted | None:
    readings = {
        field: read(typed[field], knowledge().plausible[field])
        for field in CHARTED_FIELDS
        if typed.get(field, "").strip()
    }
    rhythm = " ".join(typed.get("rhythm", "").split())
    if not readings and not rhythm:
        return None
    if ("systolic" in readings) != ("diastolic" in readings):
        raise Malformed("A blood pressure needs both values: systolic and diastolic.")
    values = {field: reading.value for field, reading in readings.items()}
    questions = {field: reading.question for field, reading in readings.items() if reading.question}
    if values.get("systolic", Decimal(1)) <= values.get("diastolic", Decimal(0)):
        questions["systolic"] = "Systolic is not above diastolic. Were they swapped?"
        questions["diastolic"] = questions["systolic"]
    return ev.VitalsCharted(
        systolic=values.get("systolic"),
        diastolic=values.get("diastolic"),
        heart_rate=values.get("heart_rate"),
        spo2=values.get("spo2"),
        respiratory_rate=values.get("respiratory_rate"),
        etco2=values.get("etco2"),
        temperature=values.get("temperature"),
        mean_pressure=values.get("mean_pressure"),
        oxygen_flow=values.get("oxygen_flow"),
        rhythm=rhythm,
        questions=questions,
    )


def confirm_value(session_id: Id, entry: int, field: str, remark: str, act: Act) -> None:
    """Confirm a questioned value, so that rules may read it."""
    act.permit(Permission.CHART)
    demand_reason(remark, "Write how you know that it is right, such as: measured again, the same.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        questions = chart_store.session_chart_of(session_id).open_questions()
        if not any((number, name) == (entry, field) for number, name, _ in questions):
            raise Refused("values", "There is no open question about this value.")
        chart_fact(session_id, ev.ValueConfirmedInSession(entry=entry, field=field, remark=remark), act)


def chart_pump(
    session_id: Id,
    event: ev.InfusionStopped | ev.InfusionPaused,
    volume_ml: Decimal | None,
    act: Act,
    at: When = None,
) -> None:
    """Chart that the pump was stopped or paused, with the volume it showed then where somebody read it."""
    read = [] if volume_ml is None else [ev.VolumeRead(volume_ml=volume_ml)]
    chart_facts(session_id, [(fact, at) for fact in (event, *read)], act)


def chart_observation(
    session_id: Id, observation: ev.Observation, grade: int, remark: str, act: Act, at: When = None
) -> None:
    """Chart a graded side effect, alertness or pain."""
    highest = ev.HIGHEST_GRADE.get(observation, 3)
    if not 0 <= grade <= highest:
        raise Malformed(f"{observation.capitalize()} is graded 0 to {highest}.")
    chart_fact(session_id, ev.ObservationCharted(observation=observation, grade=grade, remark=remark), act, at)


def strike(session_id: Id, entry: int, reason: str, act: Act, *, ran_on: bool | None = None) -> None:
    """Strike an entry: it stays legible and no longer counts; with an ending its stop, where the pump `ran_on`."""
    act.permit(Permission.CHART)
    demand_word(reason, "Write why the entry is struck.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        chart = chart_store.session_chart_of(session_id)
        if why := why_not_struck(chart, entry, names_of_staff()):
            raise Refused("strike", why)
        ended = any(each.stream_seq == entry and isinstance(each.event, ENDINGS) for each in chart.entries)
        if ended:
            demand_the_place_is_free(session_id)
        gone = struck_together(chart, entry, ran_on=ran_on)
        facts: list[tuple[ev.SessionEvent, When]] = [(ev.EntryStruck(entry=each, reason=reason), None) for each in gone]
        if chart.monitor is not None and (ended or chart.monitor.stream_seq == entry):
            # Meanwhile it may have been picked at another chair: whoever goes on here is connected anew.
            facts.append((ev.MonitorDisconnected(device=chart.monitor.event.device), None))
        chart_facts(session_id, facts, act)
        _withdraw_prompts(session_id, act)
        hold_strange_again(session_id, entry)


def _withdraw_prompts(session_id: Id, act: Act) -> None:
    """End the prompts that read what was just struck: they stood on nothing else."""
    ended = withdrawals(chart_store.session_chart_of(session_id), rules_in_force(act.now))
    if ended:
        stream = chart_store.session_stream(session_id)
        news = [New(stream=stream, event=event, at=act.now) for event in ended]
        chart_store.append(news, Writing(by=SYSTEM, now=act.now, key=new_key()))


def acknowledge(
    session_id: Id,
    alert: str,
    action: str,
    act: Act,
    pump: ev.InfusionPaused | ev.InfusionStopped | None = None,
    at: When = None,
) -> bool:
    """Take notice of a prompt and say what is done about it; returns whether the pump was charted by it.

    Parameters
    ----------
    pump
        What was done to the pump in answer: charted as well, unless the chart says so already.
    at
        When that was done, None for now.

    Raises
    ------
    Refused
        When there is no such prompt.
    Malformed
        When a prompt about the patient is only looked at: it is answered by what is done.
    """
    act.permit(Permission.CHART)
    chart = chart_store.session_chart_of(session_id)
    asked = chart.alerts.get(alert)
    if asked is None:
        raise Refused("alert", "There is no such prompt.")
    if asked.raised.event.kind is not ev.AlertKind.TECHNICAL and not says_something(action):
        raise Malformed("Say what you do: a prompt about the patient is not answered by a look.")
    news = isinstance(pump, ev.InfusionStopped) and chart.phase in RUNNING
    news = news or (isinstance(pump, ev.InfusionPaused) and chart.phase is Phase.INFUSING)
    done: list[tuple[ev.SessionEvent, When]] = [(ev.AlertAcknowledged(alert=alert, action=action), None)]
    done += [(pump, at)] if pump is not None and news else []
    chart_facts(session_id, done, act)
    return news


def runs_on(chart: SessionChart) -> bool:
    """Say whether a pump that was started is not charted as stopped: what is left in it may still be given."""
    return chart.started_at is not None and chart.stopped_at is None


def demand_accountable(chart: SessionChart) -> None:
    """Raise Refused where no drug was drawn, or the pump that gives it is not charted as stopped."""
    if chart.prepared is None:
        raise Refused("custody", "No drug was drawn for this session.")
    if runs_on(chart):
        raise Refused("custody", STOP_FIRST)


def reconcile_drug(
    session_id: Id, given_mg: Decimal, wasted_mg: Decimal, method: str, explanation: str, act: Act, reason: str = ""
) -> None:
    """Account for the drug drawn: given and wasted, before a witness. A difference is charted, never hidden.

    Parameters
    ----------
    reason
        How an account before this one was wrong; the first stays legible and no longer counts.

    Raises
    ------
    Refused
        When no witness signs, nothing was drawn, the pump ran and is not charted as stopped, or there is an account
        and nobody says how it was wrong, or the other one is the same.
    Malformed
        When an amount is negative, or a difference from what was drawn or from the charted rates is not explained.
    """
    act.permit(Permission.CHART)
    act.second_person(TwoPersonAct.DRUG_ACCOUNTED, "witness")
    if any(not mg.is_finite() or mg < 0 for mg in (given_mg, wasted_mg)):
        raise Malformed("Given and wasted are amounts in mg, zero or more.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        chart = chart_store.session_chart_of(session_id)
        vials = drug.vials_of(session_id, chart)
        demand_accountable(chart)
        before = chart.reconciled
        if before is not None and not is_reason(reason):
            raise Refused(
                "custody",
                "This session's drug is already accounted for. Say how that account was wrong, and it is corrected.",
            )
        drawn_mg = sum((each.drawn_mg for each in vials), Decimal(0))
        _demand_explained(chart, drawn_mg, given_mg, wasted_mg, explanation, act)
        session = ev.DrugReconciled(
            given_mg=given_mg,
            wasted_mg=wasted_mg,
            method=method,
            difference_mg=drawn_mg - given_mg - wasted_mg,
            explanation=explanation,
            corrects=before.stream_seq if before else None,
            reason=reason if before else ACCOUNTED_AGAIN if chart.reopened else "",
        )
        if before and replace(session, corrects=before.event.corrects, reason=before.event.reason) == before.event:
            raise Refused("custody", f"{drug.NOTHING_DIFFERS} Look at the account below.")
        news = [New(stream=chart_store.session_stream(session_id), event=session, at=act.now)]
        news += drug.accounts(session_id, vials, session, act.now)
        chart_store.append(news, act.writing())
        for each in vials:
            project_vial(each.vial_id)
        carry_over(project_session(session_id), act)


def _demand_explained(
    chart: SessionChart, drawn_mg: Decimal, given_mg: Decimal, wasted_mg: Decimal, explanation: str, act: Act
) -> None:
    if is_reason(explanation):
        return
    difference = drawn_mg - given_mg - wasted_mg
    if difference != 0:
        raise Malformed(
            f"Drawn {plain(drawn_mg)} mg, given and wasted {given_mg + wasted_mg} mg: "
            f"{difference} mg differ. Correct the numbers, or explain the difference."
        )
    charted = delivered(chart, act.now).mg
    if custody.differs(charted, given_mg, rules_in_force(act.now).custody.account):
        raise Malformed(
            f"By charted rates {charted:.1f} mg were given; you enter {plain(given_mg)} mg. Correct the numbers, chart "
            "what the pump did otherwise, or explain what became of the rest."
        )

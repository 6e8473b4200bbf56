"""Every cell that holds or asks, played: the signal is recorded as somebody records it, and the decision is tried."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Entry
from sereniv.clinic.workflows.chair import charting, monitors, sessions
from sereniv.clinic.workflows.course import courses, weighing
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.clinic.workflows.followup import answers
from sereniv.clinic.workflows.intake import medical, screening
from sereniv.clinic.workflows.intake.intake import record_pregnancy
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import DecisionKind, Does
from sereniv.therapy.chair.gate_facts import LineState
from sereniv.therapy.chair.learned import LEARNED
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.events.incidents import Suicidality
from tests.conftest import NOON, ActMaker, FixedClock
from tests.records.damage import damage
from tests.shared_state import staged_alike
from tests.therapy.making import GONE_THROUGH, checklist, taken_up
from tests.workflows.coursing import answer, decided, eligible, infuse, sign

pytestmark = pytest.mark.django_db
RULES = knowledge()
DIAGNOSED = pe.DiagnosisRecorded(
    indication="depression", icd10="F33.2", words="recurrent, severe", diagnosed_by="Dr Ono", since=None
)
WHY = "seen today, weighed with her and her sister"
DAY = timedelta(days=1)
Raise = Callable[[uuid.UUID, ActMaker, datetime], None]


def _listed(which: pe.HistoryList, condition: str) -> Raise:
    return lambda who, act, now: people.record(who, checklist(which, condition), act("nurse", now=now)) and None


def _score(scale: str, *given: int) -> Raise:
    return lambda who, act, now: answers.answer(who, scale, given, "staff", act("nurse", now=now)) and None


def _liver(who: uuid.UUID, act: ActMaker, now: datetime) -> None:
    found = pe.WorkUpRecorded(
        item="liver_panel", finding=pe.WorkUpFinding.ABNORMAL, words="ALT 190", done_on=now.date(),
        times_upper_limit=Decimal("4.2"),
    )  # fmt: skip
    screening.record_work_up(who, [found], act("nurse", now=now))


def _medicine(who: uuid.UUID, act: ActMaker, now: datetime) -> None:
    medical.list_medicines(who, [medical.Written(name="tranylcypromine", daily_mg=Decimal(20))], act("nurse", now=now))


def _misuse(who: uuid.UUID, act: ActMaker, now: datetime) -> None:
    asked = tuple(
        pe.SubstanceAsked(substance=each, use=pe.Use.ACTIVE if each is pe.Substance.OPIOIDS else pe.Use.NONE)
        for each in pe.Substance
    )
    screening.record_substances(who, asked, act("nurse", now=now))


def _urinary(who: uuid.UUID, act: ActMaker, now: datetime) -> None:
    found = pe.AdverseEventRecorded(
        term="urinary", words="burning since Friday", grade=1, serious=False, session="", related=pe.Related.POSSIBLE,
        action="", outcome=pe.Outcome.ONGOING,
    )  # fmt: skip
    people.record(who, found, act("nurse", now=now))


def _pregnant(who: uuid.UUID, act: ActMaker, now: datetime) -> None:
    record_pregnancy(who, pe.Pregnancy.PREGNANT, "urine hCG positive", act("nurse", now=now), breastfeeding=False)


def _time_alone(who: uuid.UUID, act: ActMaker, now: datetime) -> None:
    del who, act, now


def _unread(who: uuid.UUID, act: ActMaker, now: datetime) -> None:
    people.record(who, pe.HistoryRecorded(list=pe.HistoryList.ALLERGIES, entries=("latex",)), act("nurse", now=now))
    damage(Entry.objects.order_by("-seq")[0])


def _unplaced_allergy(who: uuid.UUID, act: ActMaker, now: datetime) -> None:
    listed = pe.HistoryRecorded(list=pe.HistoryList.ALLERGIES, entries=("kebuxolan",))
    people.record(who, listed, act("nurse", now=now))


def _stabiliser_gone(who: uuid.UUID, act: ActMaker, now: datetime) -> None:
    bipolar = pe.DiagnosisRecorded(
        indication="bipolar_depression", icd10="F31.32", words="bipolar I", diagnosed_by="Dr Ono", since=None,
        mood_stabiliser_therapeutic=True,
    )  # fmt: skip
    people.record(who, bipolar, act("nurse", now=now))
    medical.list_medicines(who, [medical.Written(name="Lithium", daily_mg=Decimal(900))], act("nurse", now=now))
    people.record(who, pe.MedicinesListed(medicines=()), act("nurse", now=now))


def _received(who: uuid.UUID, act: ActMaker, now: datetime) -> None:
    sent = pe.RecordReceived(
        app="practice-1", sent_by="Practice record", named=f"Patient/{who}", resource_type="AllergyIntolerance",
        body="{}", kind=pe.ReceivedKind.ALLERGY, written="penicillin",
    )  # fmt: skip
    people.record(who, sent, act("nurse", now=now))


def _weight_struck(who: uuid.UUID, act: ActMaker, now: datetime) -> None:
    people.strike_record(
        who, chart_store.person_chart(who).orders[-1].terms.weight_entry, "wrong scale", act("nurse", now=now)
    )


def _diagnosis_struck(who: uuid.UUID, act: ActMaker, now: datetime) -> None:
    indication = chart_store.person_chart(who).decisions[-1].event.indication
    entry = people.record(who, replace(DIAGNOSED, indication=indication), act("nurse", now=now))
    decided(act, who, now, indication)
    people.strike_record(who, entry, "of another patient", act("nurse", now=now))


def _unplaced_line(who: uuid.UUID, act: ActMaker, now: datetime) -> None:
    medical.list_medicines(who, [medical.Written(name="פנלזין")], act("nurse", now=now))


def _score_of_the_decision_struck(who: uuid.UUID, act: ActMaker, now: datetime) -> None:
    """Decide anew by a score of the day before, and strike that score."""
    chart = chart_store.person_chart(who)
    entry = people.record(who, pe.AnaestheticRiskRecorded(asa=1, airway="Mallampati 1"), act("prescriber", now=now))
    taken = pe.FindingTaken(
        criterion="anaesthetic_risk", version=1, result="not met", action=None, read={}, missing=(), grounds=()
    )
    decision = replace(chart.decisions[-1].event, findings=(taken,))
    people.record(who, decision, act("prescriber", now=now))
    strike = chart_store.person_chart(who).all(pe.AnaestheticRiskRecorded)
    for each in strike:
        people.strike_record(who, each.stream_seq, "of another patient", act("nurse", now=now))
    del entry


RAISED: dict[str, Raise] = {
    "suicide": _score("phq9", 0, 0, 0, 0, 0, 0, 0, 0, 3),
    "mania": _score("ymrs", 24),
    "mood_stabiliser": _stabiliser_gone,
    "psychosis": _listed(pe.HistoryList.PSYCHIATRIC, "current_psychosis"),
    "worse_score": lambda who, act, now: answer(act, who, 24, now),
    "urinary": _urinary,
    "liver": _liver,
    "cognition": _listed(pe.HistoryList.PSYCHIATRIC, "dementia"),
    "misuse": _misuse,
    "new_medicine": _medicine,
    "pregnancy": _pregnant,
    "overdue_checks": _time_alone,
    "unread": _unread,
    "unplaced_allergy": _unplaced_allergy,
    "received": _received,
    "contraindication": _listed(pe.HistoryList.CONDITIONS, "unstable_angina"),
    "condition": _listed(pe.HistoryList.CONDITIONS, "raised_eye_pressure"),
    "order_ground": _weight_struck,
    "decision_ground": _diagnosis_struck,
    "unplaced_line": _unplaced_line,
    "decision_reads": _score_of_the_decision_struck,
}  # fmt: skip
"""How each signal that holds or asks somewhere comes to be recorded; an overdue check comes by itself."""


@staged_alike
def in_course(act: ActMaker, infusions: int = 3) -> uuid.UUID:
    """Return somebody with three infusions behind them and no score that speaks against going on."""
    who = eligible(act, NOON - DAY)
    for each in GONE_THROUGH:
        people.record(who, each, act("nurse", now=NOON - DAY))
    answer(act, who, 18, NOON - 0.9 * DAY)
    for number in range(infusions):
        infuse(act, who, NOON + 2 * number * DAY)
    answer(act, who, 8, NOON + 5 * DAY)
    return who


def reviewed(who: uuid.UUID, why: str, by: Act) -> None:
    head = chart_store.person_chart(who).head
    courses.review(who, pe.ReviewOutcome.CONTINUE, why, None, head, by)


def cells(kind: DecisionKind, *does: Does) -> list[str]:
    return [name for name, cell in RULES.decisions[kind].cells.items() if cell.does in does]


def when(signal: str) -> datetime:
    return NOON + (25 if signal == "overdue_checks" else 6) * DAY


@pytest.mark.parametrize("signal", cells(DecisionKind.REVIEW, Does.HOLDS, Does.ASKS))
def test_a_review_is_held_or_asked_about(signal: str, act: ActMaker) -> None:
    who, now, cell = in_course(act), when(signal), RULES.decisions["review"].cells[signal]
    RAISED[signal](who, act, now - timedelta(minutes=5))
    for nothing in ("", "x"):
        with pytest.raises(Refused):
            reviewed(who, nothing, act("prescriber", now=now))
    if cell.does is Does.HOLDS or cell.second:
        with pytest.raises(Refused):
            reviewed(who, WHY, act("prescriber", now=now))
    if cell.does is Does.ASKS:
        second = "director" if cell.second else ""
        reviewed(who, WHY, act("prescriber", now=now, second=second))
        (went,) = chart_store.person_chart(who).all(pe.WentOn)
        assert (went.event.decision, went.event.reason, went.co_signed_by) == ("review", WHY, second)
        assert signal in {each.signal for each in went.event.signals}
        sight = weighing.in_sight(DecisionKind.REVIEW, who, treatment_of(who, now).read)
        assert [each.event for each in sight.gone_on] == [went.event], "what was gone on against stays in sight"


def test_a_diagnosis_struck_since_the_decision_holds_the_order_until_it_is_recorded_anew(act: ActMaker) -> None:
    """*Of another patient*, and the order that stood on it was signed, checked and run without a word."""
    who, now = in_course(act, infusions=1), NOON + 2 * DAY
    RAISED["decision_ground"](who, act, now)
    with pytest.raises(Refused, match="was read on 04 Mar 2026 was struck since: of another patient"):
        sign(act, who, now, why=WHY)
    people.record(who, DIAGNOSED, act("nurse", now=now + timedelta(minutes=5)))
    sign(act, who, now + timedelta(minutes=10))


def test_stopping_is_never_held(act: ActMaker) -> None:
    who = in_course(act)
    RAISED["suicide"](who, act, when("suicide"))
    head = chart_store.person_chart(who).head
    by = act("prescriber", now=when("suicide"))
    courses.review(who, pe.ReviewOutcome.STOP, WHY, None, head, by, ending=pe.Ending.OTHER)


@pytest.mark.parametrize("signal", cells(DecisionKind.ORDER, Does.HOLDS, Does.ASKS))
def test_an_order_is_held_or_asked_about(signal: str, act: ActMaker) -> None:
    who, now, cell = in_course(act, infusions=2), when(signal), RULES.decisions["order"].cells[signal]
    RAISED[signal](who, act, now - timedelta(minutes=5))
    with pytest.raises(Refused):
        sign(act, who, now)
    if cell.does is Does.HOLDS:
        with pytest.raises(Refused):
            sign(act, who, now, why=WHY)
        return
    sign(act, who, now, why=WHY)
    assert chart_store.person_chart(who).all(pe.WentOn)[-1].event.decision == "order"


def test_a_review_lets_the_order_of_somebody_worse_through_and_leaves_it_in_sight(act: ActMaker) -> None:
    who, now = in_course(act, infusions=2), when("worse_score")
    RAISED["worse_score"](who, act, now - timedelta(minutes=5))
    reviewed(who, WHY, act("prescriber", now=now))
    sign(act, who, now)
    sight = weighing.in_sight(DecisionKind.ORDER, who, treatment_of(who, now).read)
    assert [(each.signal.row.id, each.does) for each in sight.borne] == [("worse_score", Does.SHOWS)]
    assert [each.event.reason for each in sight.gone_on] == [WHY]


@pytest.mark.parametrize("signal", cells(DecisionKind.CO_SIGNATURE, Does.HOLDS))
def test_a_co_signature_is_held_by_what_came_after_the_order(signal: str, act: ActMaker) -> None:
    who, now = in_course(act, infusions=2), when(signal)
    order = sign(act, who, now)
    terms = chart_store.person_chart(who).orders[-1].terms
    RAISED[signal](who, act, now)
    with pytest.raises(Refused):
        orders.co_sign_order(who, order, terms.dose_mg, terms.rate_ml_per_h, act("nurse", now=now))
    orders.withdraw_order(who, order, "not while this stands open", act("prescriber", now=now))


@pytest.mark.parametrize(
    "signal", [each for each in cells(DecisionKind.START, Does.HOLDS, Does.ASKS) if each in RAISED]
)
def test_the_named_gate_line_keeps_the_start_back(signal: str, act: ActMaker) -> None:
    who, now, cell = in_course(act, infusions=2), when(signal), RULES.decisions["start"].cells[signal]
    if signal == "overdue_checks":
        _liver(who, act, now - 100 * DAY)
    order = sign(act, who, now)
    session = sessions.open_session(who, order, "Chair 1", act("nurse", now=now))
    RAISED[signal](who, act, now)
    if signal == "urinary":
        asked = tuple(next(line for line in RULES.gate if line.id == "interval_history").screens)
        screened = ev.IntervalScreened(asked=asked, found=("burning",), suicidality=Suicidality.NONE)
        chart_store.append(
            [chart_store.New(stream=chart_store.session_stream(session), event=screened, at=now)],
            act("nurse", now=now).writing(),
        )
    lines = sessions.gate_lines(chart_store.session_chart_of(session), act("nurse", now=now))
    line = next(each for each in lines if each.row.id == cell.line)
    assert line.state is not LineState.HOLDS, line.why
    assert line.may_be_passed_over is (cell.does is Does.ASKS and "GATE2" not in line.why), line.why


@pytest.mark.parametrize("signal", [each for each in cells(DecisionKind.RUNNING, *Does) if each in RAISED])
def test_a_chair_whose_pump_runs_is_told_of_what_the_table_asks_about(signal: str, act: ActMaker) -> None:
    who, now, cell = in_course(act, infusions=2), when(signal), RULES.decisions["running"].cells[signal]
    order = sign(act, who, now - timedelta(minutes=50))
    session = sessions.open_session(who, order, "Chair 1", act("nurse", now=now - timedelta(minutes=40)))
    rate = chart_store.session_chart_of(session).plan.rate_ml_per_h
    found = ev.InfusionFoundRunning(rate_ml_per_h=rate, deviation="test")
    charting.chart_fact(session, found, act("nurse", now=now - timedelta(minutes=20)))

    def told() -> set[str]:
        monitors.watch_session(session, now)
        names = chart_store.session_chart_of(session).alerts
        return {each for each in names if each.startswith(LEARNED)}

    assert not told()
    RAISED[signal](who, act, now)
    assert bool(told()) is (cell.does is Does.ASKS)


@pytest.mark.parametrize("signal", cells(DecisionKind.MAINTENANCE, Does.HOLDS, Does.ASKS))
def test_another_interval_is_held_or_asked_about(signal: str, act: ActMaker) -> None:
    who, cell = in_course(act, infusions=2), RULES.decisions["maintenance"].cells[signal]
    planned, now = when("mania"), when(signal) + DAY
    head = chart_store.person_chart(who).head
    courses.review(who, pe.ReviewOutcome.MAINTENANCE, WHY, 14, head, act("prescriber", now=planned))
    RAISED[signal](who, act, now - timedelta(minutes=5))

    def plan(why: str, second: str = "") -> None:
        head = chart_store.person_chart(who).head
        courses.plan_maintenance(who, 21, why, head, act("prescriber", now=now, second=second))

    with pytest.raises(Refused):
        plan("")
    if cell.does is Does.HOLDS or cell.second:
        with pytest.raises(Refused):
            plan(WHY)
    if cell.does is Does.ASKS:
        plan(WHY, "director" if cell.second else "")


def test_every_signal_that_holds_or_asks_is_played_here() -> None:
    weighty = {name for kind in DecisionKind for name in cells(kind, Does.HOLDS, Does.ASKS)}
    assert weighty - set(RAISED) == {"pressure", "weight"}, "these two are the gate's own lines, tested with it"


def test_a_raise_is_not_offered_on_a_score_that_has_grown_old(act: ActMaker) -> None:
    """After infusion 2 a raise was offered on a PHQ-9 of eight months before."""
    who = eligible(act, NOON - DAY)
    answer(act, who, 18, NOON - 0.9 * DAY)
    infuse(act, who, NOON)
    infuse(act, who, NOON + 2 * DAY)
    answer(act, who, 18, NOON + 2.5 * DAY)
    six = RULES.protocols["P-DEP"]
    assert orders.raise_offered(six, treatment_of(who, NOON + 3 * DAY))[1] is not None
    assert orders.raise_offered(six, treatment_of(who, NOON + 240 * DAY))[1] is None


def test_a_signal_goes_when_it_is_put_right(act: ActMaker) -> None:
    who, now = in_course(act, infusions=2), when("suicide")
    RAISED["suicide"](who, act, now)
    safety_entry = chart_store.person_chart(who).head
    people.record(who, taken_up(safety_entry), act("nurse", now=now))
    RAISED["mania"](who, act, now)
    answers.answer(who, "ymrs", (4,), "staff", act("nurse", now=now + timedelta(minutes=1)))
    sign(act, who, now + timedelta(minutes=2))


def test_the_pages_of_a_decision_show_what_bears_on_it_and_what_was_gone_on_against(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    who, now = in_course(act), when("urinary")
    fixed_clock.shown = now
    RAISED["urinary"](who, act, now - timedelta(minutes=5))
    prescriber = Client()
    prescriber.force_login(staff["prescriber"], backend="django.contrib.auth.backends.ModelBackend")
    for page in ("course/review", "course", "course/end"):
        shown = prescriber.get(f"/people/{who}/{page}/").content.decode()
        assert "Urinary symptoms (grade 1), ongoing: burning since Friday" in shown, page
    assert "● write why" in prescriber.get(f"/people/{who}/course/review/").content.decode()
    reviewed(who, WHY, act("prescriber", now=now))
    assert f"Gone on in spite of: Passing water. {WHY}" in prescriber.get(f"/people/{who}/").content.decode()
    assert "gone on in spite of it" in prescriber.get(f"/people/{who}/course/").content.decode()
    table = prescriber.get("/rules/").content.decode()
    assert "What each decision reads" in table
    assert table.count("Does not bear") == sum(
        cell.does is Does.DOES_NOT_BEAR for row in RULES.decisions.values() for cell in row.cells.values()
    )

"""A score that was struck takes the ground from whatever read it: candidacy, a raise, an interval, an order."""

from dataclasses import replace
from datetime import datetime

import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair
from sereniv.clinic.workflows.chair import sessions
from sereniv.clinic.workflows.followup import answers
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.person import people
from sereniv.therapy.chair.gate_facts import LineState
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Refused
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.desk import Desk
from tests.web.played import Played
from tests.workflows import test_path
from tests.workflows.course.test_courses import day
from tests.workflows.coursing import answer, wanted
from tests.workflows.erasing import erase
from tests.workflows.test_path import SHE, at

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WHY = "seen today, weighed with her and her sister"
OTHERS = "another patient's form"
stage = test_path.stage
HERS = demo_id(SHE.name)


@pytest.fixture(autouse=True)
def chairs(db: None) -> None:
    del db
    Chair.objects.create(name="Chair 1")


def strike_last_score(her: Played) -> None:
    entry = chart_store.person_chart(her.who).scores[-1].stream_seq
    people.strike_record(her.who, entry, OTHERS, her.act("nurse", now=her.clock.shown))


@pytest.mark.parametrize("indication", ["depression", "bipolar_depression"])
@pytest.mark.parametrize("weight_kg", ["42", "140"])
def test_a_raise_whose_score_was_struck_is_neither_checked_nor_started(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, indication: str, weight_kg: str
) -> None:
    her = Played(act, staff, fixed_clock, indication)
    her.at(-0.1, weight_kg)
    answer(act, her.who, 19, day(-0.9))
    her.infused(0)
    answer(act, her.who, 18, day(1))
    her.at(2, weight_kg)
    assert "Work out 0.75 mg/kg" in her.prescriber.reads("person_order", her.who)
    raised = her.order(dose_mg_per_kg="0.75", duration_min="60", reason=WHY)
    assert raised.taken, raised.words
    strike_last_score(her)
    assert "Work out" not in her.prescriber.reads("person_order", her.who)
    held = her.co_sign()
    assert not held.taken
    assert "raised dose without a recorded non-response" in held.words, held.words
    answer(act, her.who, 18, day(2.01))
    her.at(2.02, weight_kg)
    assert her.co_sign().taken, her.co_sign().words
    session = her.seat()
    strike_last_score(her)
    assert "raised dose without a recorded non-response" in her.nurse.reads("session_gate", session)


@pytest.mark.parametrize("struck", [True, False])
def test_a_raise_in_ptsd_rests_on_no_score_at_all(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, struck: bool
) -> None:
    """Its protocol names no raising: a raise is asked about in words, by a stale score as by a struck one."""
    his = Played(act, staff, fixed_clock, "ptsd")
    his.score("pcl5", [3] * 20, -0.9)
    his.infused(0, wanted(protocol="P-PTSD"))
    his.score("pcl5", [3] * 20, 1)
    his.at(2 if struck else 20)
    if struck:
        strike_last_score(his)
    assert "Work out" not in his.prescriber.reads("person_order", his.who)
    shown = his.looks_at(dose_mg_per_kg="0.75", duration_min="60")
    assert "A raised dose without a recorded non-response" in shown
    assert not his.order(dose_mg_per_kg="0.75", duration_min="60").taken
    assert his.order(dose_mg_per_kg="0.75", duration_min="60", reason=WHY).taken


def gone_of_the_decision(what: str) -> int:
    """Return the entry in her stream of something that the decision read, the last of its kind."""
    chart = chart_store.person_chart(HERS)
    if what == "trial":
        return chart.all(pe.TrialRecorded)[-1].stream_seq
    return [each for each in chart.scores if each.event.scale == what][-1].stream_seq


def sign(act: ActMaker, now: datetime, why: str = "") -> int:
    head = chart_store.person_chart(HERS).head
    return orders.sign_order(HERS, wanted(), why, head, act("prescriber", now=now))


@pytest.fixture
def decided(stage: Stage, fixed_clock: FixedClock) -> Stage:
    stage.candidate(SHE, NOON)
    stage.decided(SHE, at(-20))
    fixed_clock.shown = at(-10)
    return stage


@pytest.mark.parametrize("what", ["phq9", "trial"])
def test_a_decision_whose_score_or_trial_was_struck_asks_at_the_order_and_at_the_gate(
    decided: Stage, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, what: str
) -> None:
    """Found eligible by a PHQ-9 of another patient: ordered, checked and run without a word of it."""
    entry = gone_of_the_decision(what)
    seated = decided.seated(SHE, decided.signed_order(SHE, at(-9)), "Chair 1", NOON, demo_id("first"))
    people.strike_record(HERS, entry, OTHERS, act("nurse", now=at(-5)))
    lines = sessions.gate_lines(chart_store.session_chart_of(seated), act("nurse", now=at(-4)))
    line = next(each for each in lines if each.row.id == "candidacy")
    assert line.state is LineState.DOES_NOT_HOLD
    assert f"struck since: {OTHERS}" in line.why
    assert line.may_be_passed_over, "the prescriber decides at the chair, in words"
    fixed_clock.shown = at(-3)
    shown = Desk(staff, "prescriber").reads("person_order", HERS)
    assert "● write why What the decision read" in shown
    with pytest.raises(Refused, match="struck since"):
        sign(act, at(-2))
    sign(act, at(-1), why=WHY)


def test_a_decision_whose_score_was_erased_by_law_asks_too_and_one_taken_anew_settles_it(
    decided: Stage, act: ActMaker
) -> None:
    chart = chart_store.person_chart(HERS)
    entry = next(each.seq for each in chart.entries if each.stream_seq == gone_of_the_decision("phq9"))
    erase(entry, "Art. 17 GDPR, asked for in writing", act("director", second="admin", now=at(-5)))
    with pytest.raises(Refused, match="PHQ-9 not known, erased since by law"):
        sign(act, at(-4))
    answers.answer(HERS, "phq9", (3, 3, 2, 2, 2, 2, 2, 2, 0), "patient", act("nurse", now=at(-3)))
    decided.decided(SHE, at(-2))
    sign(act, at(-1))


def test_a_score_written_down_again_with_its_day_stands_in_the_place_of_the_struck_one(
    decided: Stage, act: ActMaker
) -> None:
    del decided
    chart = chart_store.person_chart(HERS)
    entry = gone_of_the_decision("phq9")
    was = next(each for each in chart.scores if each.stream_seq == entry)
    people.strike_record(HERS, entry, "typed in under the wrong form", act("nurse", now=at(-5)))
    assert isinstance(was.event, pe.ScaleAnswered)
    people.record(HERS, replace(was.event, answers=(*was.event.answers[:-1], 0)), act("nurse", now=at(-4)), was.at)
    sign(act, at(-1))

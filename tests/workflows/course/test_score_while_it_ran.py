"""A score given while an infusion still ran counts as nothing said after that infusion, whoever asks."""

import uuid
from datetime import timedelta

import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.chair import charting, sessions
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.clinic.workflows.followup.outcomes import everybody
from sereniv.therapy.person import events as pe
from sereniv.therapy.session import events as ev
from tests.conftest import ActMaker, FixedClock
from tests.web.desk import Desk
from tests.workflows.course.test_courses import day, head
from tests.workflows.coursing import answer, consent_again, decided, eligible, infuse, query_again, sign

pytestmark = pytest.mark.django_db

WHILE_IT_RAN, SINCE = timedelta(minutes=20), timedelta(hours=3)


def running(act: ActMaker, who: uuid.UUID, number: float) -> uuid.UUID:
    """Leave an infusion of that day running."""
    order = sign(act, who, day(number) - timedelta(minutes=30))
    session = sessions.open_session(who, order, "Chair 1", act("nurse", now=day(number) - timedelta(minutes=20)))
    rate = chart_store.session_chart_of(session).plan.rate_ml_per_h
    found = ev.InfusionFoundRunning(rate_ml_per_h=rate, deviation="test")
    charting.chart_fact(session, found, act("nurse", now=day(number)))
    return session


def begun(act: ActMaker, *numbers: float) -> uuid.UUID:
    """Return somebody with a baseline of 19 and infusions on these days."""
    she = eligible(act, day(-1))
    answer(act, she, 19, day(-0.9))
    for number in numbers:
        infuse(act, she, day(number))
    return she


def results(who: uuid.UUID, number: float) -> dict[str, str]:
    return {each.row.id: str(each.result) for each in treatment_of(who, day(number)).advice}


def test_little_change_after_three_reads_no_score_of_the_third_itself(act: ActMaker) -> None:
    she = begun(act, 0, 2, 4)
    answer(act, she, 18, day(4) + WHILE_IT_RAN)
    assert results(she, 5)["early_non_response"] == "unknown"
    answer(act, she, 18, day(4) + SINCE)
    assert results(she, 5)["early_non_response"] == "met"


def test_a_score_while_the_first_infusion_ran_is_no_change_since_the_baseline(act: ActMaker) -> None:
    she = begun(act, 0)
    answer(act, she, 2, day(0) + WHILE_IT_RAN)
    stands = treatment_of(she, day(1))
    assert stands.change is None
    assert stands.ending_proposed.ending is None
    assert not [each for each in everybody(day(1)) if each.change is not None], "outcomes count no response by it"
    answer(act, she, 9, day(0) + SINCE)
    assert treatment_of(she, day(1)).change is not None
    assert [each.change.responded for each in everybody(day(1)) if each.change is not None] == [True]


def test_an_ending_is_proposed_by_no_score_that_two_infusions_had_not_ended_before(act: ActMaker) -> None:
    she = begun(act, 0, 2)
    answer(act, she, 18, day(2) + WHILE_IT_RAN)
    assert treatment_of(she, day(3)).ending_proposed.ending is pe.Ending.NO_RESPONSE
    infuse(act, she, day(4))
    proposed = treatment_of(she, day(5)).ending_proposed
    assert proposed.ending is None
    assert "2 infusions since" in proposed.because


def test_a_review_while_the_third_infusion_runs_is_not_the_review_after_it(act: ActMaker) -> None:
    she = begun(act, 0, 2)
    running(act, she, 4)
    during = day(4) + WHILE_IT_RAN
    waits = treatment_of(she, during).waits
    assert [each.rule for each in waits] == ["milestone"], "nothing is ordered past it either"
    assert "has ended" in waits[0].reason
    courses.review(
        she, pe.ReviewOutcome.CONTINUE, "she feels well so far", None, head(she), act("prescriber", now=during)
    )
    course = treatment_of(she, during).course
    assert course is not None
    assert course.due is not None
    assert [each.event.milestone for each in course.reviews] == [None]


def test_a_review_of_maintenance_while_an_infusion_runs_leaves_that_infusion_to_the_next(act: ActMaker) -> None:
    she = begun(act, 0, 2, 4)
    answer(act, she, 4, day(5))
    courses.review(she, pe.ReviewOutcome.CONTINUE, "", None, head(she), act("prescriber", now=day(5)))
    for number in (7, 9, 11):
        infuse(act, she, day(number))
    answer(act, she, 4, day(12))
    courses.review(she, pe.ReviewOutcome.MAINTENANCE, "", 7, head(she), act("prescriber", now=day(12)))
    running(act, she, 19)
    courses.review(she, pe.ReviewOutcome.CONTINUE, "", None, head(she), act("prescriber", now=day(19) + WHILE_IT_RAN))
    warned = {each.row.id: each for each in treatment_of(she, day(20)).warnings}
    assert warned["maintenance_review"].read["infusions since the last review"] == "1"


def test_a_consent_signed_while_the_last_infusion_ran_is_not_one_for_another_course(act: ActMaker) -> None:
    she = begun(act, 0)
    consent_again(act, she, day(0) + WHILE_IT_RAN)
    courses.end(she, pe.Ending.OTHER, "she moves away", head(she), act("prescriber", now=day(1)))
    decided(act, she, day(200))
    query_again(act, she, day(200))
    assert [each.rule for each in treatment_of(she, day(200.1)).asked_anew] == ["consent"]
    consent_again(act, she, day(200.1))
    assert not treatment_of(she, day(200.2)).asked_anew


def test_the_glance_says_that_a_score_was_given_while_the_first_infusion_ran(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    she = begun(act, 0)
    answer(act, she, 2, day(0) + WHILE_IT_RAN)
    fixed_clock.shown = day(1)
    ran = "2 given while the first infusion ran: no change is read from it"
    assert ran in Desk(staff, "prescriber").reads("person", she)
    answer(act, she, 9, day(0) + SINCE)
    shown = Desk(staff, "prescriber").reads("person", she)
    assert ran not in shown
    assert "10 better than 19: response" in shown

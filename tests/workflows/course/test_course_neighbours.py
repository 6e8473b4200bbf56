"""Courses beside the ones the rules were written from: relapse, a holiday, a second course, another interval."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.orders.orders import propose
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.treatment import ending
from tests.conftest import ActMaker, FixedClock
from tests.shared_state import staged_alike
from tests.workflows.course.test_courses import day, head
from tests.workflows.coursing import answer, consent_again, decided, eligible, infuse, query_again, sign, wanted

pytestmark = pytest.mark.django_db


@staged_alike
def maintained(act: ActMaker, interval_days: int = 7) -> uuid.UUID:
    """Return somebody who responded to six infusions and is in maintenance since day 12, the last one on day 11."""
    she = eligible(act, day(-1))
    answer(act, she, 19, day(-0.9))
    for number in (0, 2, 4):
        infuse(act, she, day(number))
    answer(act, she, 4, day(5))
    courses.review(she, pe.ReviewOutcome.CONTINUE, "", None, head(she), act("prescriber", now=day(5)))
    for number in (7, 9, 11):
        infuse(act, she, day(number))
    answer(act, she, 4, day(12))
    courses.review(
        she, pe.ReviewOutcome.MAINTENANCE, "", interval_days, head(she), act("prescriber", now=day(12))
    )  # fmt: skip
    return she


def page(staff: dict[str, Staff], name: str, person: uuid.UUID) -> str:
    client = Client()
    client.force_login(staff["prescriber"], backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse(name, args=[person])).content.decode()


def met(who: uuid.UUID, number: float) -> set[str]:
    return {each.row.id for each in treatment_of(who, day(number)).warnings if each.is_met}


def test_after_a_response_that_went_no_ending_is_proposed(act: ActMaker) -> None:
    she = maintained(act)
    assert ending.by_scores(treatment_of(she, day(12)).changes) is pe.Ending.RESPONDED
    answer(act, she, 18, day(20))
    assert ending.by_scores(treatment_of(she, day(20)).changes) is None, "responded once: a person says"


def test_whoever_comes_back_from_a_holiday_on_plan_is_not_creeping(act: ActMaker) -> None:
    she = maintained(act, 14)
    for number in (25, 39):
        infuse(act, she, day(number))
    answer(act, she, 4, day(66))
    for number in (67, 81):
        infuse(act, she, day(number))
    assert "shortening_interval" not in met(she, 81.5), "a fortnight after four weeks away is the plan"
    infuse(act, she, day(91), why="she asked for it sooner, sleeps badly")
    assert "shortening_interval" in met(she, 91.5)


def test_a_plan_that_becomes_shorter_is_still_said(act: ActMaker) -> None:
    she = maintained(act, 14)
    for number in (25, 39):
        infuse(act, she, day(number))
    courses.plan_maintenance(
        she, 7, "it does not hold two weeks", head(she), act("prescriber", now=day(40))
    )  # fmt: skip
    infuse(act, she, day(46))
    assert "shortening_interval" in met(she, 46.5)


def test_a_review_that_shortens_the_interval_is_asked_why_like_the_plan_itself(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    she = maintained(act, 14)
    fixed_clock.shown = day(13)
    assert re.search(
        r'name="interval_days"[^>]*value="14"|value="14"[^>]*name="interval_days"', page(staff, "person_review", she)
    )
    by = act("prescriber", now=day(13))
    with pytest.raises(Refused, match="shorter interval"):
        courses.review(she, pe.ReviewOutcome.MAINTENANCE, "", 7, head(she), by)
    courses.review(she, pe.ReviewOutcome.MAINTENANCE, "", 14, head(she), act("prescriber", now=day(13)))
    courses.review(she, pe.ReviewOutcome.MAINTENANCE, "it does not hold two weeks", 7, head(she), by)


def test_an_ended_course_gives_no_ground_to_raise_in_the_next(act: ActMaker) -> None:
    """Eight months after a course without response a fresh score says nothing of a dose of then."""
    he = eligible(act, day(-1))
    answer(act, he, 19, day(-0.9))
    infuse(act, he, day(0))
    answer(act, he, 18, day(1))
    assert treatment_of(he, day(1)).grounds_to_raise
    courses.end(he, pe.Ending.NO_RESPONSE, "no change, he wants to stop", head(he), act("prescriber", now=day(2)))
    answer(act, he, 18, day(240))
    decided(act, he, day(240))
    consent_again(act, he, day(240.1))
    query_again(act, he, day(240.1))
    assert not treatment_of(he, day(240.2)).grounds_to_raise
    with pytest.raises(Refused, match="More than the protocol begins with, so many days after"):
        sign(act, he, day(240.2), wanted("0.75", minutes=60))
    hits = propose(he, wanted("0.75", minutes=60), act("prescriber", now=day(240.2))).hits
    assert {hit.limit.id for hit in hits} == {"after_a_pause", "raise_without_ground"}
    sign(act, he, day(240.2), wanted("0.5"))


def test_a_response_that_goes_within_the_series_stands_with_its_choices_and_holds_nothing(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    she = eligible(act, day(-1))
    answer(act, she, 19, day(-0.9))
    for number in (0, 2, 4):
        infuse(act, she, day(number))
    answer(act, she, 4, day(5))
    courses.review(she, pe.ReviewOutcome.CONTINUE, "", None, head(she), act("prescriber", now=day(5)))
    infuse(act, she, day(7))
    answer(act, she, 12, day(8))
    going = treatment_of(she, day(8)).going
    assert going is not None
    assert [each.title for each in going.row.options][1] == "A higher dose"
    assert going.read["best"] == "4"
    assert not treatment_of(she, day(8)).waits
    fixed_clock.shown = day(8)
    intake.record_measurements(she, {"weight_kg": "70", "height_cm": "178"}, act("nurse", now=day(8)))
    for name in ("person_review", "person_course"):
        shown = page(staff, name, she)
        places = [shown.index(each.title) for each in going.row.options]
        assert places == sorted(places)
    assert "19 before, 4 at best, now 12" in page(staff, "person_order", she)
    answer(act, she, 3, day(8.5))
    assert treatment_of(she, day(8.5)).going is None


def test_an_infusion_sooner_than_planned_is_asked_about_and_closer_than_weekly_by_two(act: ActMaker) -> None:
    """Every fortnight from day 11: due on day 25."""
    she = maintained(act, 14)

    def limits(number: float) -> dict[str, str]:
        hits = propose(she, wanted(), act("prescriber", now=day(number))).hits
        return {hit.limit.id: str(hit.severity) for hit in hits}

    intake.record_measurements(she, {"weight_kg": "70", "height_cm": "178"}, act("nurse", now=day(13)))
    assert limits(13) == {"closer_than_weekly": "hard", "sooner_than_planned": "soft"}
    with pytest.raises(Refused, match="second"):
        sign(act, she, day(13), why="she sleeps badly again")
    with pytest.raises(Refused, match="Sooner than the interval"):
        sign(act, she, day(17))
    assert limits(17) == {"sooner_than_planned": "soft"}, "a day under a week is a slip"
    sign(act, she, day(17), why="she sleeps badly again")
    sign(act, she, day(24))
    assert limits(24) == {}, "a day before the plan is a slip"
    sign(act, she, day(40))


def test_a_plan_that_two_people_signed_is_followed_without_them(act: ActMaker) -> None:
    she = maintained(act, 14)
    by = act("prescriber", now=day(13), second="director")
    courses.plan_maintenance(she, 4, "a relapse within the first days", head(she), by)
    sign(act, she, day(15))
    assert not treatment_of(she, day(15)).chart.orders[-1].terms.limits


def test_maintenance_that_is_planned_before_anything_ran_is_counted_from_its_plan(act: ActMaker) -> None:
    """The page of the course and Today read it: they fell over it."""
    she = eligible(act, day(-1))
    sign(act, she, day(0))
    by = act("prescriber", now=day(1))
    why = "she was treated elsewhere, no score from then"
    courses.review(she, pe.ReviewOutcome.MAINTENANCE, why, 14, head(she), by)
    assert treatment_of(she, day(1)).next_due == day(15).date()
    sign(act, she, day(1))

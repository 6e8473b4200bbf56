"""From which scores a response, a relapse and a raise are read."""

from datetime import timedelta

import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.workflows.course.treatment import treatment_of
from tests.conftest import ActMaker, FixedClock
from tests.web.orders.test_the_last_dose import ordered_here
from tests.web.played import WHY, Played
from tests.workflows.course.test_courses import PAIN, day
from tests.workflows.coursing import answer, wanted

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("chairs")]
RELAPSING: dict[str, tuple[str, list[list[int]]]] = {
    "ptsd": ("pcl5", [[3] * 20, [0] * 20, [2] * 20]),
    "chronic_pain": ("peg", [[8, 8, 8], [2, 2, 2], [6, 6, 6]]),
    "anxiety": ("gad7", [[3] * 7, [0] * 7, [2] * 7]),
    "bipolar_depression": ("phq9", [[3] * 6 + [0] * 3, [0] * 9, [2] * 6 + [0] * 3]),
}


def test_a_baseline_of_long_ago_neither_raises_nor_ends_and_says_its_age(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """A second course without a score before it was judged by one of eight months before: *no response, raise*."""
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-240))
    her.infused(0)
    answer(act, her.who, 18, day(1))
    her.at(1.9)
    shown = her.prescriber.reads("person_order", her.who)
    assert "Work out" not in shown
    assert "No response to" not in shown
    raised = her.looks_at(dose_mg_per_kg="0.75", duration_min="60")
    assert "▲ soft limit A raised dose without a recorded non-response" in raised
    old = "240 days before the first infusion, too old to judge a response by"
    for name in ("person_review", "person_course", "person_end_course"):
        assert old in her.prescriber.reads(name, her.who), name
    for name in ("person_review", "person_end_course"):
        assert "The scores propose no ending" in her.prescriber.reads(name, her.who)
    assert "before the first infusion (240 days before it), 18 last" in her.prescriber.reads("person", her.who)
    for number in (2, 4):
        her.infused(number)
    answer(act, her.who, 18, day(5))
    judged = {each.row.id: str(each.result) for each in treatment_of(her.who, day(5.1)).advice}
    assert judged["early_non_response"] == "unknown"
    answer(act, her.who, 26, day(5.2))
    judged = {each.row.id: str(each.result) for each in treatment_of(her.who, day(5.3)).advice}
    assert judged["worsening"] == "met", "who is worse is looked at, by whatever is known"


def test_a_score_of_a_fortnight_before_is_a_baseline(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-14))
    her.infused(0)
    answer(act, her.who, 18, day(1))
    her.at(1.9)
    assert "Work out 0.75 mg/kg" in her.prescriber.reads("person_order", her.who)


def test_a_response_that_went_within_the_series_is_no_little_change_after_three(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    her.infused(0)
    answer(act, her.who, 8, day(1))
    for number in (2, 4):
        her.infused(number)
    answer(act, her.who, 18, day(5))
    her.at(5.1)
    shown = her.prescriber.reads("person_review", her.who)
    assert "Little change after three" not in shown
    assert "response that was reached seems to be going" in shown
    assert "Relapse signal. You may decide otherwise: write why" in her.review("continue").words
    assert her.review("continue", reason=WHY).taken


@pytest.mark.parametrize("indication", RELAPSING)
def test_a_response_that_went_is_no_ground_to_raise_in_any_indication(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, indication: str
) -> None:
    scale, scores = RELAPSING[indication]
    his = Played(act, staff, fixed_clock, indication)
    protocol = ordered_here(his)["protocol"]
    asked = PAIN if indication == "chronic_pain" else wanted(protocol=protocol)
    his.score(scale, scores[0], -0.9)
    his.infused(0, asked)
    his.score(scale, scores[1], 7)
    his.at(7.1)
    if treatment_of(his.who, day(7.1)).waits:
        assert his.review("continue", reason=WHY).taken
    his.infused(7.5, asked)
    his.score(scale, scores[2], 14.5)
    his.at(14.6)
    assert not treatment_of(his.who, day(14.6)).grounds_to_raise
    shown = his.prescriber.reads("person_order", his.who)
    assert "Work out" not in shown
    assert "No response to" not in shown
    assert "response seems to be going" in shown
    assert "▲ Relapse signal" in his.prescriber.reads("person", his.who), "the top of the page said *unchanged* alone"
    assert "relapse signal" in his.prescriber.reads("today"), "between two reviews nobody opens the course"
    for name in ("person_course", "person_review"):
        found = his.prescriber.reads(name, his.who)
        choices = ("A shorter interval", "A higher dose", "Another course", "Stopping, and another treatment")
        places = [found.index(each) for each in choices]
        assert places == sorted(places), name
    for name in ("person_review", "person_end_course"):
        assert "The scores propose no ending" in his.prescriber.reads(name, his.who), name
    judged = {each.row.id for each in treatment_of(his.who, day(14.6)).advice if each.is_met}
    assert not {"early_non_response", "non_response"} & judged, "a response that went was none that never came"
    assert not his.review("continue").taken, "going on while it goes is decided in words"


def test_a_score_given_while_the_drug_ran_is_no_ground_to_raise(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """A PHQ-9 filled in ten minutes after the pump began was *No response to 0.5 mg/kg, work out 0.75*."""
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    her.infused(0)
    answer(act, her.who, 18, day(0) + timedelta(minutes=10))
    her.at(1.9)
    assert "Work out" not in her.prescriber.reads("person_order", her.who)
    answer(act, her.who, 18, day(1.95))
    her.at(1.99)
    assert "Work out 0.75 mg/kg" in her.prescriber.reads("person_order", her.who)

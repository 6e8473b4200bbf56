"""What a review is told was found in depression says so, where somebody is treated for something else."""

import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records.models import Chair
from sereniv.knowledge import knowledge
from tests.conftest import ActMaker, FixedClock
from tests.web.played import Played
from tests.workflows.course.test_courses import PAIN, day
from tests.workflows.coursing import answer, wanted

pytestmark = pytest.mark.django_db
FOUND = "What is told here was found in depression, treatment-resistant: we know of nothing of the kind in "


@pytest.fixture(autouse=True)
def chair(db: None) -> None:
    del db
    Chair.objects.create(name="Chair 1")


def test_the_choices_of_a_relapse_in_ptsd_say_that_they_were_found_in_depression(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """*Responders were kept on weekly infusions*, it said of somebody with PTSD: they had depression."""
    his = Played(act, staff, fixed_clock, "ptsd")
    his.score("pcl5", [3] * 20, -0.9)
    for number in (0, 2, 4):
        his.infused(number, wanted(protocol="P-PTSD"))
    his.score("pcl5", [0] * 20, 5)
    his.at(5.1)
    assert his.review("continue").taken
    his.score("pcl5", [2] * 20, 6)
    his.at(6.1)
    for name in ("person_course", "person_review"):
        shown = his.prescriber.reads(name, his.who)
        assert f"{FOUND}post-traumatic stress disorder." in shown, name
        assert shown.index(FOUND) < shown.index("A shorter interval"), name


def test_the_alternatives_to_ketamine_in_depression_are_none_in_pain(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """*Alternatives: electroconvulsive therapy*, it said of somebody with chronic pain."""
    his = Played(act, staff, fixed_clock, "chronic_pain")
    his.score("peg", (8, 8, 8), -0.9)
    for number in range(5):
        his.infused(number, PAIN)
    his.score("peg", (8, 8, 8), 4.5)
    his.at(4.6)
    assert his.review("continue", reason="he wants to finish the ten").taken
    his.infused(7, PAIN)
    his.score("peg", (8, 8, 8), 7.5)
    his.at(7.6)
    shown = his.prescriber.reads("person_course", his.who)
    assert "No response after six infusions" in shown
    assert f"{FOUND}{knowledge().indications['chronic_pain'].title.lower()}." in shown
    assert "In depression, treatment-resistant the alternatives are: electroconvulsive therapy (ECT)" in shown


def test_in_depression_nothing_is_said_of_it(act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock) -> None:
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    for number in (0, 2, 4):
        her.infused(number)
    answer(act, her.who, 18, day(5))
    her.at(5.1)
    shown = her.prescriber.reads("person_review", her.who)
    assert "Little change after three infusions" in shown
    assert "was found in" not in shown


def test_every_row_that_names_where_it_was_studied_names_an_indication() -> None:
    rules = knowledge()
    named = {each for row in rules.course.values() for each in row.studied_in}
    assert named
    assert named <= set(rules.indications)

"""What a signed order stands on, gone before its co-signature: held there, with what is gone in words."""

from datetime import timedelta

import pytest
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.person import people
from tests.conftest import ActMaker, FixedClock
from tests.web.played import Played
from tests.workflows.course.test_courses import day
from tests.workflows.coursing import answer

pytestmark = pytest.mark.django_db
WHY = "another patient stood on the scale"


@pytest.fixture
def her(act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock) -> Played:
    """Return somebody who is weighed for the first infusion."""
    Chair.objects.create(name="Chair 1")
    her = Played(act, staff, fixed_clock)
    her.at(0)
    return her


def weighed_by(her: Played) -> int:
    return chart_store.person_chart(her.who).orders[-1].terms.weight_entry


def struck(her: Played, entry: int) -> None:
    people.strike_record(her.who, entry, WHY, her.act("nurse", now=her.clock.shown))


def later(her: Played) -> None:
    her.clock.shown += timedelta(minutes=10)


def test_an_order_whose_weight_was_struck_is_not_co_signed_until_they_are_weighed_again(her: Played) -> None:
    """The second person worked 35 mg out by 70 kg that were another patient's, and it went through."""
    assert her.order().taken
    order = her.last_order()
    address = reverse("person_cosign", args=[her.who, order])
    opened = her.second.client.get(address).content.decode()
    struck(her, weighed_by(her))
    gone = f"35 mg is ordered by 70 kg, struck since: {WHY}. Nobody has weighed them since: weigh again"
    assert f"▲ holds this What the order stands on {gone}" in her.second.reads("person_cosign", her.who, order)
    stale = her.second.sends_to(address, opened, dose_mg="35", rate_ml_per_h="52.5")
    assert not stale.taken
    assert gone in stale.words, "a page opened before says it too"
    later(her)
    her.at(0.1, "61")
    refused = her.co_sign()
    assert not refused.taken
    assert f"35 mg is ordered by 70 kg, struck since: {WHY}. On record since are 61 kg: order anew" in refused.words
    her.at(0.2, "71")
    assert "holds this" not in her.second.reads("person_cosign", her.who, order)
    assert her.co_sign().taken, "as heavy as that after all, within what the gate takes"


@pytest.mark.parametrize(
    ("height_cm", "words"),
    [({}, "and no usable height is on record: measure"), ({"height_cm": "158"}, "by 158 cm and male it is now")],
)
def test_an_order_whose_height_was_struck_is_not_co_signed(her: Played, height_cm: dict[str, str], words: str) -> None:
    her.at(0.1, "110")
    assert her.order(weight_basis="ideal").taken
    for each in chart_store.person_chart(her.who).measurements:
        struck(her, each.stream_seq)
    later(her)
    measured = {"weight_kg": "110"} | height_cm
    intake.record_measurements(her.who, measured, her.act("nurse", now=her.clock.shown))
    refused = her.co_sign()
    assert not refused.taken
    assert words in refused.words


def test_an_order_after_a_review_whose_score_was_struck_is_not_co_signed(her: Played) -> None:
    answer(her.act, her.who, 19, day(-0.9))
    for number in (0, 2, 4):
        her.infused(number)
    answer(her.act, her.who, 8, day(5))
    entry = chart_store.person_chart(her.who).scores[-1].stream_seq
    her.at(5.1)
    assert her.review("continue").taken
    her.at(6)
    assert her.order().taken
    struck(her, entry)
    page = her.second.reads("person_cosign", her.who, her.last_order())
    said = "stands on nothing. It read PHQ-9 8 of 07 Mar 2026, struck since"
    assert said in page
    refused = her.co_sign()
    assert not refused.taken
    assert said in refused.words
    later(her)
    answer(her.act, her.who, 9, her.clock.shown)
    later(her)
    assert her.review("continue").taken
    assert her.co_sign().taken, "reviewed anew, the same order stands"


def test_an_order_of_a_course_interrupted_since_is_not_co_signed(her: Played) -> None:
    her.infused(0)
    her.at(2)
    assert her.order().taken
    courses.interrupt(her.who, "A severe cold.", her.act("nurse", now=her.clock.shown))
    said = "The course is interrupted (A severe cold.). Resume it first."
    assert said in her.second.reads("person_cosign", her.who, her.last_order())
    assert said in her.co_sign().words


def test_an_order_of_somebody_considered_for_another_indication_since_says_so(her: Played) -> None:
    """The gate asked about it alone: order and co-signature of the former indication said nothing."""
    assert her.order().taken
    why = "the pain clinic asks for it"
    assert her.nurse.sends("person_indication", her.who, indication="chronic_pain", reason=why).taken
    later(her)
    assert "Decided for another indication" in her.second.reads("person_cosign", her.who, her.last_order())
    assert "● write why New condition or indication" in her.prescriber.reads("person_order", her.who)
    asked = her.order()
    assert not asked.taken
    assert "Decided for another indication" in asked.words
    assert her.order(reason="this infusion is for her depression still").taken

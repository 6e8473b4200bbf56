"""A scale that somebody enters: on paper days before, by telephone, or answered by somebody else for the patient."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.person import people
from sereniv.knowledge import knowledge
from sereniv.therapy.safety import suicide
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.desk import Answer, Desk
from tests.workflows.test_path import registration

pytestmark = pytest.mark.django_db
RULES = knowledge()
LATER = NOON + timedelta(days=3)


@pytest.fixture
def she(act: ActMaker, fixed_clock: FixedClock) -> Person:
    fixed_clock.shown = NOON - timedelta(days=5)
    registered = people.register(registration(), act("nurse", now=NOON - timedelta(days=5)))
    fixed_clock.shown = LATER
    return registered


def phq9(staff: dict[str, Staff], she: Person, item: int, who: str = "nurse", **typed: object) -> Answer:
    items = {f"item_{number}": "2" for number in range(1, 9)} | {"item_9": str(item)}
    return Desk(staff, who).sends("person_scale", she.pk, "phq9", **items, **typed)


def waiting(she: Person) -> list[str]:
    return [each.said for each in suicide.waiting(chart_store.person_chart(she.pk), RULES)]


def test_a_form_on_paper_stands_on_its_own_day_and_opens_its_item_now(staff: dict[str, Staff], she: Person) -> None:
    """A paper PHQ-9 of three days ago was recorded as answered today, by the patient in the clinic."""
    sent = phq9(staff, she, 2, on=NOON.date().isoformat(), source="patient, on paper")
    assert sent.taken, sent.words
    (score,) = chart_store.person_chart(she.pk).scores
    assert (score.at, score.recorded_at, score.event.answered_by) == (NOON, LATER, "patient, on paper")
    assert waiting(she) == ["answered 2"]
    page = Desk(staff, "prescriber").reads("person", she.pk)
    assert "patient, on paper" in page


def test_a_form_of_before_closes_nothing_that_was_heard_since(staff: dict[str, Staff], she: Person) -> None:
    assert Desk(staff, "nurse").sends("person_scale", she.pk, "mood", mood="0", source="patient, by telephone").taken
    assert len(waiting(she)) == 1
    assert phq9(staff, she, 0, on=NOON.date().isoformat(), source="patient, on paper").taken
    assert len(waiting(she)) == 1, "it was filled in before"
    assert phq9(staff, she, 0, source="patient, by telephone").taken
    assert waiting(she) == []


def test_that_somebody_else_says_no_for_the_patient_is_no_answer_about_suicide(
    staff: dict[str, Staff], she: Person
) -> None:
    desk = Desk(staff, "nurse")
    items = {f"item_{number}": "2" for number in range(1, 9)} | {"item_9": "0"}
    sent = desk.sends("person_scale", she.pk, "phq9", **items, source="somebody else, for the patient")
    assert sent.taken, sent.words
    page = desk.client.get(reverse("person", args=[she.pk])).content.decode()
    assert "The patient was not asked about suicide" in page
    assert waiting(she) == ["answered for the patient: unknown"]


def test_a_total_from_a_letter_is_as_old_as_it_is(staff: dict[str, Staff], she: Person) -> None:
    """The baseline of a month ago, in a letter, was taken for one of today."""
    day = (NOON - timedelta(days=28)).date()
    sent = Desk(staff, "prescriber").sends("person_score", she.pk, "lsas", total="95", on=day.isoformat())
    assert sent.taken, sent.words
    (score,) = chart_store.person_chart(she.pk).scores
    assert (score.event.total, score.at.date()) == (Decimal(95), day)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (LATER + timedelta(days=1), "That day has not come yet"),
        (NOON - timedelta(days=80 * 365), "before the patient was born"),
    ],
)
def test_no_form_is_of_a_day_that_cannot_be(staff: dict[str, Staff], she: Person, day: object, words: str) -> None:
    sent = phq9(staff, she, 0, on=f"{day:%Y-%m-%d}")
    assert not sent.taken
    assert words in sent.words


def test_cssrs_high_on_paper_is_high_and_holds_until_the_level_of_care_is_decided(
    staff: dict[str, Staff], she: Person
) -> None:
    desk = Desk(staff, "nurse")
    assert desk.sends("person_scale", she.pk, "cssrs_risk", cssrs_risk="3", on=NOON.date().isoformat()).taken
    (item,) = suicide.waiting(chart_store.person_chart(she.pk), RULES)
    assert item.is_high
    asked = {f"asked_{name}": "no" for name in RULES.take_up.questions}
    taken = desk.sends(
        "person_safety", she.pk, item.entry, **asked, asked_by="own", risk="low", done="stayed", safety_plan="made",
        told="prescriber", next_contact=(LATER + timedelta(days=1)).date().isoformat(), why_lower="asked again, calm",
        finding="no thoughts now",
    )  # fmt: skip
    assert taken.taken, taken.words
    (left,) = suicide.waiting(chart_store.person_chart(she.pk), RULES)
    assert "level_of_care" in left.left


def test_whoever_writes_words_that_ask_about_suicide_is_told_at_once(staff: dict[str, Staff], she: Person) -> None:
    """A side effect whose words spoke of suicide was answered with *Recorded*."""
    desk = Desk(staff, "nurse")
    said = {"term": "nausea", "grade": "2"}

    def told(words: str) -> str:
        assert desk.sends("person_adverse_event", she.pk, **said, words=words).taken
        return desk.client.get(reverse("person", args=[she.pk])).content.decode()

    assert "Ask in person first" not in told("vomited twice, not suicidal")
    page = told("vomited; says life is not worth living")
    assert "words that name thoughts of suicide: “vomited; says life is not worth living”. Ask in person first" in page

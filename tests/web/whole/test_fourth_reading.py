"""What a fourth reader tried: what changes between a signature and the next, and infusions too close together."""

import pytest
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.intake import intake
from sereniv.therapy.person import events as pe
from tests.conftest import ActMaker, FixedClock
from tests.web.whole.test_whole_courses import WHY, Played, chairs
from tests.workflows.course.test_courses import PAIN, day, head
from tests.workflows.coursing import answer, wanted

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("chairs")]
chairs = chairs


@pytest.mark.parametrize(
    ("indication", "hours", "until"),
    [
        ("depression", 40, "Wed 4 Mar 04:00"),
        ("suicidal_ideation", 20, "Tue 3 Mar 08:00"),
        ("chronic_pain", 20, "Tue 3 Mar 08:00"),
    ],
)
def test_who_orders_and_who_checks_on_the_same_day_are_told_how_soon_it_may_start(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, indication: str, hours: int, until: str
) -> None:
    """An order of the same evening was signed and checked without a word; the gate alone held it."""
    her = Played(act, staff, fixed_clock, indication)
    protocol = {"depression": "P-DEP", "suicidal_ideation": "P-SI"}.get(indication)
    answer(act, her.who, 19, day(-0.9))
    her.infused(0, wanted(protocol=protocol) if protocol else PAIN)
    her.at(0.3)
    if indication == "suicidal_ideation":
        assert her.review("continue", reason=WHY).taken
    words = f"Not to start before {until}"
    shown = her.prescriber.reads("person_order", her.who)
    assert words in shown
    assert f"keeps {hours} hours between infusions" in shown
    assert her.order().taken
    assert words in her.second.reads("person_cosign", her.who, her.last_order())
    her.at(2.9)
    assert "Not to start before" not in her.prescriber.reads("person_order", her.who)


def test_whoever_checks_an_order_sees_a_plan_that_changed_since_it_was_signed(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    for number in (0, 2, 4):
        her.infused(number)
    answer(act, her.who, 4, day(5))
    by = act("prescriber", now=day(5.1))
    courses.review(her.who, pe.ReviewOutcome.MAINTENANCE, WHY, 7, head(her.who), by)
    her.at(11)
    assert her.order().taken
    assert "The plan of maintenance" not in her.second.reads("person_cosign", her.who, her.last_order())
    courses.plan_maintenance(her.who, 28, WHY, head(her.who), act("prescriber", now=day(11.01)))
    fixed_clock.shown = day(11.02)
    shown = her.second.reads("person_cosign", her.who, her.last_order())
    assert "The plan of maintenance is every 28 days: the next infusion on 3 Apr 2026, 21 days from now" in shown


@pytest.mark.parametrize(
    ("field", "value", "words"), [("weight_kg", "140", "weight of 140 kg"), ("height_cm", "70", "height of 70 cm")]
)
def test_no_dose_is_worked_out_by_an_older_value_while_a_newer_one_waits(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, field: str, value: str, words: str
) -> None:
    """Weighed 70 kg, then 140, which was asked back: the page worked out 35 mg by the 70 and said nothing."""
    her = Played(act, staff, fixed_clock)
    her.at(0)
    assert her.order().taken
    opened = her.prescriber.client.get(reverse("person_order", args=[her.who])).content.decode()
    intake.record_measurements(her.who, {field: value}, act("nurse", now=day(0.01)))
    fixed_clock.shown = day(0.02)
    for shown in (
        her.prescriber.reads("person_order", her.who),
        her.prescriber.sends_to(reverse("person_order", args=[her.who]), opened).words,
    ):
        assert "born 1 Jan 1980" in shown, "an order is for somebody told apart by two marks"
        assert f"A newer {words} waits: confirm or strike it first." in shown
    if field == "weight_kg":
        assert "140 kg wait to be confirmed" in her.second.reads("person_cosign", her.who, her.last_order())
    intake.record_measurements(her.who, {"weight_kg": "70", "height_cm": "178"}, act("nurse", now=day(0.03)))
    fixed_clock.shown = day(0.04)
    shown = her.prescriber.reads("person_order", her.who)
    assert "born 1 Jan 1980" in shown
    assert "A newer" not in shown
    none = her.prescriber.sends("person_order", her.who, press="preview", dose_mg_per_kg="0").words
    assert "greater than zero" in none


def test_a_birth_date_corrected_after_the_signature_holds_the_check_and_the_next_order(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """She turned out to be sixteen: the order was checked without a word, and another one taken."""
    her = Played(act, staff, fixed_clock)
    her.at(0)
    assert her.order().taken
    corrected = her.prescriber.sends("person_identity", her.who, born="2010-01-01", reason="passport seen again")
    assert corrected.taken
    fixed_clock.shown = day(0.01)
    checked = her.co_sign()
    assert not checked.taken
    assert "Candidacy is decided anew first" in checked.words
    assert "Contraindication: Age" in checked.words
    assert not her.order(reason=WHY, second="director").taken

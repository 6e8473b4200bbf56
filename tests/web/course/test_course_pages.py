"""Pages of the course and the calendar: what they show, what they keep when refused, and what Today asks for."""

import json
import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import AppointmentRow, Chair
from sereniv.clinic.web.today.lines import topics_for
from sereniv.clinic.workflows.calendar import booking, coming
from sereniv.clinic.workflows.calendar.booking import Wish
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.followup import answers
from sereniv.clinic.workflows.intake import intake
from sereniv.therapy.person import events as pe
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows.coursing import answer, eligible, infuse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def chairs(db: None) -> None:
    del db
    for name in ("Chair 1", "Chair 2"):
        Chair.objects.create(name=name)


@pytest.fixture
def clients(staff: dict[str, Staff], fixed_clock: FixedClock) -> dict[str, Client]:
    del fixed_clock
    signed_in = {}
    for username, person in staff.items():
        signed_in[username] = Client()
        signed_in[username].force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return signed_in


def day(number: float) -> datetime:
    return NOON + timedelta(days=number)


def page(client: Client, name: str, person: uuid.UUID, **query: str) -> str:
    return client.get(reverse(name, args=[person]), query).content.decode()


def waits_for(staff: dict[str, Staff], who: str, now: datetime) -> dict[str, list[str]]:
    return {topic.title: [line.what for line in topic.lines] for topic in topics_for(staff[who], now)}


def test_a_coordinator_books_the_course_as_shown_and_no_date_that_was_not(
    clients: dict[str, Client], act: ActMaker
) -> None:
    she = eligible(act, NOON)
    shown = page(clients["coordinator"], "appointment_course", she, day="2026-03-03")
    found = re.search(r'name="shown" value="([^"]*)"', shown)
    assert found
    dates = found[1].replace("&quot;", '"')
    assert len(json.loads(dates)) == 6
    address = reverse("appointment_course", args=[she])
    for damaged in ("", "[[]]", '[["2026-03-03T08:00:00",135,"Chair 1"]]', "{}", "x" * 5000):
        assert clients["coordinator"].post(address, {"key": "dates-0001", "shown": damaged}).status_code == 422
    assert not AppointmentRow.objects.exists()
    assert clients["coordinator"].post(address, {"key": "dates-0002", "shown": dates}).status_code == 302
    assert AppointmentRow.objects.filter(person_id=she).count() == 6
    grid = clients["nurse"].get(reverse("calendar"), {"day": "2026-03-03"}).content.decode()
    assert "Ilse Test" in grid
    assert "1 without somebody to take them home" in grid
    assert "Ilse Test" in clients["nurse"].get(reverse("calendar_week"), {"day": "2026-03-03"}).content.decode()
    for nonsense in ("", "tomorrow", "2026-02-31", "9999-99-99"):
        assert clients["nurse"].get(reverse("calendar"), {"day": nonsense}).status_code == 200


def test_a_refused_booking_keeps_what_was_typed(clients: dict[str, Client], act: ActMaker) -> None:
    she = eligible(act, NOON)
    typed = {
        "key": "booking-001", "purpose": "infusion", "day": "2026-03-07", "time": "09:15", "chair": "Chair 2",
        "exception": "",
    }  # fmt: skip
    answer_ = clients["nurse"].post(reverse("appointment_book", args=[she]), typed)
    body = answer_.content.decode()
    assert answer_.status_code == 422
    assert "outside the opening hours" in body
    assert 'value="2026-03-07"' in body
    assert 'value="09:15"' in body


def test_the_order_page_offers_the_protocols_of_the_indication(clients: dict[str, Client], act: ActMaker) -> None:
    he = eligible(act, NOON, "chronic_pain")
    intake.record_measurements(he, {"weight_kg": "80", "height_cm": "178"}, act("nurse"))
    body = page(clients["prescriber"], "person_order", he)
    assert "0.35 mg/kg/h × 80 kg = 28 mg/h, capped at 25 mg/h" in body
    assert "100 mg" in body
    assert "needs a ward: not in this clinic" in body
    assert "P-DEP" not in body
    assert 'name="dose_mg_per_kg"' not in body


def test_the_review_page_shows_the_evidence_and_asks_for_a_reason(
    clients: dict[str, Client], act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    she = eligible(act, day(-5))
    answer(act, she, 20, day(-4.9))
    for number in (-4, -2, 0):
        infuse(act, she, day(number))
    answer(act, she, 19, day(0.5))
    fixed_clock.shown = day(1)
    assert waits_for(staff, "prescriber", day(1))["Reviews and decisions due"] == ["Ilse Test: review"]
    body = page(clients["prescriber"], "person_review", she)
    assert "Little change after three infusions" in body
    assert "5 % better" in body
    form = {
        "key": "review-0001",
        "outcome": "continue",
        "reason": "",
        "expected_seq": chart_store.person_chart(she).head,
    }
    address = reverse("person_review", args=[she])
    refused = clients["prescriber"].post(address, form)
    assert refused.status_code == 422
    assert "You may decide otherwise: write why." in refused.content.decode()
    assert clients["prescriber"].post(address, {**form, "reason": "too early"}).status_code == 302
    assert "too early" in page(clients["nurse"], "person_course", she)
    assert "Reviews and decisions due" not in waits_for(staff, "prescriber", day(1))


@pytest.mark.parametrize(("name", "asked"), [("person_review", "ending"), ("person_maintain", "interval_days")])
def test_a_second_person_signs_under_all_that_is_written(
    clients: dict[str, Client], act: ActMaker, name: str, asked: str
) -> None:
    she = eligible(act, NOON)
    infuse(act, she, NOON)
    if name == "person_maintain":
        assert "Maintenance begins with a review" in page(clients["prescriber"], name, she)
        assert f'name="{asked}"' not in page(clients["prescriber"], name, she), "nothing is asked that is refused"
        by, seen = act("prescriber", now=NOON), chart_store.person_chart(she).head
        courses.review(she, pe.ReviewOutcome.MAINTENANCE, "well again, comes from far away", 7, seen, by)
    shown = page(clients["prescriber"], name, she)
    places = [shown.index(f'name="{field}"') for field in (asked, "reason", "second_person", "second_secret")]
    assert places == sorted(places)


def test_today_names_what_is_missing_on_the_calendar(act: ActMaker, staff: dict[str, Staff]) -> None:
    she = eligible(act, day(-5))
    infuse(act, she, day(-4))
    assert waits_for(staff, "coordinator", day(0))["Next infusions to book"] == ["Ilse Test: book 5 infusions"]
    tomorrow = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    entry = booking.book(she, Wish(starts_at=tomorrow, chair="Chair 1"), act("nurse"))
    waits = waits_for(staff, "coordinator", day(0))
    assert waits["Next infusions to book"] == ["Ilse Test: book 4 infusions"], "one booked of five still to come"
    assert waits["Escort missing"] == ["Ilse Test: escort missing"]
    coming.arrange_escort(she, entry, "Kim", "", "", act("nurse"))
    assert "Escort missing" not in waits_for(staff, "coordinator", day(0))
    assert waits_for(staff, "nurse", day(1))["Missed appointments"] == ["Ilse Test: did not come, as it seems"]
    coming.miss(she, entry, "no answer", act("nurse", now=day(1)))
    assert waits_for(staff, "nurse", day(1))["Missed appointments"] == ["Ilse Test: missed, call back"]
    assert waits_for(staff, "nurse", day(60))["Missed appointments"] == ["Ilse Test: missed, call back"], (
        "time is no call"
    )
    coming.called_back(she, entry, False, "rang twice, no answer", act("nurse", now=day(1)))
    assert waits_for(staff, "nurse", day(1))["Missed appointments"] == ["Ilse Test: missed, call back"]
    courses.interrupt(she, "a cold", act("nurse", now=day(1)))
    assert waits_for(staff, "prescriber", day(2))["Courses interrupted"] == ["Ilse Test: interrupted"]
    courses.end(
        she, pe.Ending.OTHER, "moves to another town", chart_store.person_chart(she).head, act("prescriber", now=day(2))
    )
    assert "Courses interrupted" not in waits_for(staff, "prescriber", day(2))


SIGNALS = "Relapse and maintenance"


def detail(staff: dict[str, Staff], now: datetime) -> tuple[str, bool]:
    found = [line for topic in topics_for(staff["prescriber"], now) if topic.title == SIGNALS for line in topic.lines]
    return (found[0].detail, found[0].pressing) if found else ("", False)


def go_on(act: ActMaker, she: uuid.UUID, why: str, now: datetime) -> None:
    seen = chart_store.person_chart(she).head
    courses.review(she, pe.ReviewOutcome.CONTINUE, why, None, seen, act("prescriber", now=now))


def test_a_relapse_stays_in_sight_after_a_review_that_only_goes_on(act: ActMaker, staff: dict[str, Staff]) -> None:
    she = eligible(act, day(-1))
    answer(act, she, 20, day(-0.9))
    for number in (0, 2, 4):
        infuse(act, she, day(number))
    answer(act, she, 8, day(5))
    go_on(act, she, "", day(5))
    for number in (7, 9, 11):
        infuse(act, she, day(number))
    seen = chart_store.person_chart(she).head
    courses.review(she, pe.ReviewOutcome.MAINTENANCE, "", 7, seen, act("prescriber", now=day(12)))
    answer(act, she, 15, day(14))
    assert detail(staff, day(14)) == ("PHQ-9: before 20, best 8, latest 15", True)
    go_on(act, she, "She has a cold; asked again next week.", day(15))
    words, pressing = detail(staff, day(15))
    assert words.endswith("reviewed 17 Mar: continue, and nothing changed since")
    assert not pressing
    assert detail(staff, day(30))[0], "time answers nothing"
    seen = chart_store.person_chart(she).head
    why = "Weekly did not hold; every five days until the score falls."
    courses.plan_maintenance(she, 5, why, seen, act("prescriber", now=day(31), second="director"))
    assert detail(staff, day(31)) == ("", False), "another interval answers it"


def test_whoever_is_worse_stays_in_sight_after_a_review_that_only_goes_on(
    act: ActMaker, staff: dict[str, Staff]
) -> None:
    she = eligible(act, day(-1))
    answer(act, she, 15, day(-0.9))
    infuse(act, she, day(0))
    answer(act, she, 21, day(1))
    assert "Ilse Test: worse" in waits_for(staff, "prescriber", day(1))["Reviews and decisions due"]
    go_on(act, she, "A death in the family; no thoughts of suicide.", day(1.1))
    assert "Reviews and decisions due" not in waits_for(staff, "prescriber", day(1.2))
    assert waits_for(staff, "prescriber", day(1.2))[SIGNALS] == ["Ilse Test: worse than before treatment"]
    infuse(act, she, day(2), why="Seen; the second infusion as planned.")
    assert SIGNALS not in waits_for(staff, "prescriber", day(2.1)), "the next infusion was ordered with it in sight"


def test_a_review_says_each_thing_once_and_leads_to_what_is_to_be_taken_up(
    clients: dict[str, Client], act: ActMaker, fixed_clock: FixedClock
) -> None:
    """What a review ends stood there as *record a review*; thoughts of suicide stood twice, without a way to them."""
    she = eligible(act, day(-1))
    answer(act, she, 19, day(-0.9))
    for number in (0, 2, 4):
        infuse(act, she, day(number))
    answers.answer(she, "phq9", (3,) * 8 + (3,), "patient", act("nurse", now=day(5)))
    intake.record_measurements(she, {"weight_kg": "70", "height_cm": "178"}, act("nurse", now=day(5)))
    fixed_clock.shown = day(5)
    items = reverse("person_safety_items", args=[she])
    for name in ("person_review", "person_order"):
        shown = page(clients["prescriber"], name, she)
        assert shown.count("answered 3. Ask in person first") == 1, name
        assert items in shown, name
    review = page(clients["prescriber"], "person_review", she)
    assert "Record it first." not in review
    assert "Record a review." not in review
    assert "In all 3 infusions, 105 mg" in review
    assert "Record it first." in page(clients["prescriber"], "person_order", she), "an order waits for it"


def test_a_review_still_says_what_it_does_not_end(
    clients: dict[str, Client], act: ActMaker, fixed_clock: FixedClock
) -> None:
    she = eligible(act, day(-1))
    for number in (0, 2, 4):
        infuse(act, she, day(number))
    courses.interrupt(she, "a cold", act("nurse", now=day(5)))
    fixed_clock.shown = day(5)
    shown = page(clients["prescriber"], "person_review", she)
    assert "The course is interrupted (a cold)." in shown


def test_interrupt_and_resume_ask_for_nothing_that_can_only_be_refused(
    clients: dict[str, Client], act: ActMaker, fixed_clock: FixedClock
) -> None:
    """Each showed its form, reason and all, and answered what was typed with a refusal."""
    she, nurse = eligible(act, NOON), clients["nurse"]

    def asks(name: str, client: Client = nurse) -> str:
        shown = page(client, name, she)
        return "a form" if 'name="reason"' in shown else re.findall(r"Not now\. ([^<]*)<", shown)[0]

    none = "There is no course under way. The first order opens one."
    assert (asks("person_interrupt"), asks("person_resume")) == (none, none)
    infuse(act, she, day(0))
    fixed_clock.shown = day(1)
    assert (asks("person_interrupt"), asks("person_resume")) == ("a form", "This course is not interrupted.")
    courses.interrupt(she, "Influenza", act("nurse", now=day(1)))
    assert (asks("person_interrupt"), asks("person_resume")) == ("This course is interrupted already.", "a form")
    fixed_clock.shown = day(30)
    over = "The 28 days of P-DEP are over: a prescriber decides whether it goes on."
    assert asks("person_resume") == over, "a nurse"
    assert asks("person_resume", clients["prescriber"]) == "a form"
    assert reverse("person_resume", args=[she]) not in page(nurse, "person_course", she)
    answer(act, she, 27, day(29.9))
    assert reverse("person_resume", args=[she]) in page(clients["prescriber"], "person_course", she), "worse besides"
    courses.end(she, pe.Ending.MOVED, "Moved away", chart_store.person_chart(she).head, act("prescriber", now=day(30)))
    assert (asks("person_interrupt"), asks("person_resume")) == (none, none)
    review = page(clients["prescriber"], "person_review", she)
    assert none in review, "a review of what has ended"
    assert "Sign the decision" not in review

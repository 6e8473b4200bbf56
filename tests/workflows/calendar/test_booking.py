"""Booked although something speaks against it, and booked where the clinic is closed by now: asked, and in sight."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import AppointmentRow, Chair
from sereniv.clinic.web.today.lines import topics_for
from sereniv.clinic.workflows.admin import chairs, opening
from sereniv.clinic.workflows.calendar import booking
from sereniv.clinic.workflows.calendar.booking import Wish
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.followup import answers
from sereniv.clinic.workflows.intake import intake, screening
from sereniv.clinic.workflows.person import people, restricting
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.scheduling.calendar import appointments
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.desk import Desk
from tests.workflows.coursing import consent_version, eligible, infuse, moved
from tests.workflows.test_path import registration

pytestmark = pytest.mark.django_db
WHY = "Second opinion is due on Friday"
DOUBTED, REBOOK = "Booked although something speaks against it", "To rebook"
WEEK = {day: (time(8), time(17)) for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")}


@pytest.fixture(autouse=True)
def two_chairs(db: None) -> None:
    del db
    for name in ("Chair 1", "Chair 2"):
        Chair.objects.create(name=name)


def at(day: float, hour: float = 8) -> datetime:
    return datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=day, hours=hour)


def infusion(day: float, hour: float = 8, chair: str = "Chair 1", despite: str = "", exception: str = "") -> Wish:
    return Wish(starts_at=at(day, hour), chair=chair, despite=despite, exception=exception)


def lines(staff: dict[str, Staff], who: str, title: str, now: datetime = NOON) -> dict[str, str]:
    return {
        line.what: line.detail for topic in topics_for(staff[who], now) if topic.title == title for line in topic.lines
    }


def declined(act: ActMaker, person: uuid.UUID) -> None:
    head = chart_store.person_chart(person).head
    candidacy.decide_candidacy(person, pe.Decision.DECLINED, "Unstable angina", head, act("prescriber"))


def undecided(act: ActMaker) -> uuid.UUID:
    return people.register(registration(), act("nurse")).pk


def test_a_declined_person_is_asked_about_and_stays_in_sight(act: ActMaker, staff: dict[str, Staff]) -> None:
    she = eligible(act, NOON)
    declined(act, she)
    for despite in ("", "x", "...."):
        with pytest.raises(Refused, match=r"Declined, 02 Mar 2026: Unstable angina\. Write in a few words why"):
            booking.book(she, infusion(1, despite=despite), act("nurse"))
        with pytest.raises(Refused, match=r"^Declined, 02 Mar 2026\. A prescriber can say why\. Write in a few words"):
            booking.book(she, infusion(1, despite=despite), act("coordinator"))
    slots = booking.plan_course(she, date(2026, 3, 3), NOON)
    with pytest.raises(Refused, match="Unstable angina"):
        booking.book_course(she, slots, act("nurse"))
    with pytest.raises(Refused, match=r"^Declined, 02 Mar 2026\. A prescriber can say why\."):
        booking.book_course(she, slots, act("coordinator"))
    assert not AppointmentRow.objects.exists()
    booking.book_course(she, slots, act("coordinator"), WHY)
    booked = appointments(chart_store.person_chart(she))
    assert len(booked) == 6
    assert {each.despite for each in booked} == {f"{WHY} (02 Mar)"}
    for who in ("coordinator", "nurse", "prescriber"):
        (said,) = lines(staff, who, DOUBTED).items()
        assert said[0] == "Ilse Test: 6 infusions booked from Tue 03 Mar"
        assert "Declined, 02 Mar 2026" in said[1]
        assert ("Unstable angina" in said[1]) is (who != "coordinator")


def test_a_decision_after_the_booking_brings_it_into_sight_and_a_cancellation_takes_it_out(
    act: ActMaker, staff: dict[str, Staff]
) -> None:
    she = eligible(act, NOON)
    entry = booking.book(she, infusion(3), act("coordinator"))
    assert lines(staff, "coordinator", DOUBTED) == {}
    declined(act, she)
    assert list(lines(staff, "coordinator", DOUBTED)) == ["Ilse Test: an infusion booked for Thu 05 Mar"]
    booking.cancel(she, entry, "Declined, told by telephone", False, act("coordinator"), pe.Told.TELEPHONE)
    assert lines(staff, "coordinator", DOUBTED) == {}


def test_what_else_speaks_against_an_infusion(act: ActMaker) -> None:
    new = undecided(act)
    with pytest.raises(Refused, match="Nobody has decided yet"):
        booking.book(new, infusion(1), act("coordinator"))
    booking.book(new, replace(infusion(1), purpose=pe.Purpose.ASSESSMENT), act("coordinator"))
    she = eligible(act, NOON)
    intake.record_consent(she, consent_version(), "Ilse Test", "", act("nurse"))
    intake.withdraw_consent(she, "changed her mind", act("nurse"))
    with pytest.raises(Refused, match="changed her mind"):
        booking.book(she, infusion(2), act("coordinator"))
    he = eligible(act, NOON, name="otto")
    answers.answer(he, "phq9", (0,) * 8 + (3,), "patient", act("nurse"))
    with pytest.raises(Refused, match="PHQ-9 item 9"):
        booking.book(he, infusion(3), act("nurse"))
    with pytest.raises(Refused, match=r"^Something is to be taken up in person first: ask a nurse or a prescriber"):
        booking.book(he, infusion(3), act("coordinator"))
    third = eligible(act, NOON, name="uwe")
    screening.decide_level_of_care(third, pe.LevelOfCare.INPATIENT, "plan and means at home", act("prescriber"))
    with pytest.raises(Refused, match="level of care is inpatient"):
        booking.book(third, infusion(4), act("nurse"))
    with pytest.raises(Refused, match=r"^A prescriber decided on other care on 02 Mar 2026"):
        booking.book(third, infusion(4), act("coordinator"))


def test_the_pages_ask_and_show_what_speaks_against_it(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    she = eligible(act, NOON)
    declined(act, she)
    desk = Client()
    desk.force_login(staff["coordinator"], backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("appointment_book", args=[she])
    asked = desk.get(address).content.decode()
    assert "Declined, 02 Mar 2026. A prescriber can say why." in asked
    assert "Unstable angina" not in asked
    typed = {"key": "book-0001", "purpose": "infusion", "day": "2026-03-03", "time": "08:00", "chair": "Chair 1"}
    refused = desk.post(address, typed)
    assert refused.status_code == 422
    assert "Write in a few words why the infusion is booked all the same" in refused.content.decode()
    assert desk.post(address, {**typed, "despite": WHY}).status_code == 302
    for page in (reverse("calendar") + "?day=2026-03-03", reverse("calendar_week") + "?day=2026-03-03"):
        assert "Declined, 02 Mar 2026" in desk.get(page).content.decode()
    assert WHY in desk.get(reverse("appointments", args=[she])).content.decode()


def test_a_closed_day_turns_its_bookings_into_items_until_each_is_moved_or_cancelled(
    act: ActMaker, staff: dict[str, Staff]
) -> None:
    she, he = eligible(act, NOON), eligible(act, NOON, name="otto")
    first = booking.book(she, infusion(3), act("coordinator"))
    cancelled = booking.book(he, infusion(3, 11), act("coordinator"))
    booking.book(he, infusion(7), act("coordinator"))
    assert lines(staff, "coordinator", REBOOK) == {}
    opening.set_hours(WEEK, {date(2026, 3, 5): "Staff day"}, act("admin"))
    assert lines(staff, "nurse", REBOOK) == {
        "Ilse Test: to move or cancel": "Thu 05 Mar, 08:00; the clinic is closed that day",
        "Otto Test: to move or cancel": "Thu 05 Mar, 11:00; the clinic is closed that day",
    }
    booking.move(she, first, moved(at(4), "Chair 1", "Closed that day"), act("coordinator"))
    assert list(lines(staff, "coordinator", REBOOK)) == ["Otto Test: to move or cancel"]
    booking.cancel(he, cancelled, "Closed that day", False, act("coordinator"), pe.Told.TELEPHONE)
    assert lines(staff, "coordinator", REBOOK) == {}


def test_whoever_opens_their_page_reads_that_the_clinic_is_closed_then(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """*Infusion booked Thu 5 Mar* stood on person and appointments, where Today alone knew that nobody is there."""
    she = eligible(act, NOON - timedelta(days=1))
    infuse(act, she, NOON - timedelta(hours=2))
    fixed_clock.shown = NOON
    booking.book(she, infusion(3, 13), act("coordinator"))
    desk = Desk(staff, "coordinator")
    opening.set_hours(WEEK, {}, act("admin"))
    assert "to rebook" not in desk.reads("person", she) + desk.reads("appointments", she)
    opening.set_hours(WEEK, {date(2026, 3, 5): "Staff day"}, act("admin"))
    said = "◆ to rebook: the clinic is closed that day"
    assert desk.reads("person", she).count(said) == 2, "at a glance and among the appointments"
    assert "is booked where it cannot be: the clinic is closed that day. Move it" in desk.reads("person", she)
    assert said in desk.reads("appointments", she)


def test_shorter_hours_and_a_retired_chair_do_the_same(act: ActMaker, staff: dict[str, Staff]) -> None:
    she, he = eligible(act, NOON), eligible(act, NOON, name="otto")
    booking.book(she, infusion(3, 14), act("coordinator"))
    booking.book(he, infusion(4, chair="Chair 2"), act("coordinator"))
    opening.set_hours({day: (time(8), time(15)) for day in WEEK}, {}, act("admin"))
    chairs.retire_chair(Chair.objects.get(name="Chair 2").pk, act("admin"))
    assert {what: detail.partition("; ")[2] for what, detail in lines(staff, "coordinator", REBOOK).items()} == {
        "Ilse Test: to move or cancel": "outside the hours",
        "Otto Test: to move or cancel": "Chair 2 is not in use any more",
    }


def test_what_was_booked_outside_the_hours_on_purpose_is_no_item_unless_the_hours_change_after(
    act: ActMaker, staff: dict[str, Staff]
) -> None:
    she = eligible(act, NOON)
    opening.set_hours(WEEK, {}, act("admin", now=NOON - timedelta(hours=1)))
    booking.book(she, infusion(5, exception="Saturday, staff agreed"), act("coordinator"))
    assert lines(staff, "coordinator", REBOOK) == {}
    later = NOON + timedelta(hours=1)
    opening.set_hours(WEEK, {date(2026, 3, 7): "Building works"}, act("admin", now=later))
    assert list(lines(staff, "coordinator", REBOOK, later)) == ["Ilse Test: to move or cancel"]


def test_whoever_closes_a_day_is_told_what_is_booked_then(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    she = eligible(act, NOON)
    booking.book(she, infusion(3), act("coordinator"))
    client = Client()
    client.force_login(staff["admin"], backend="django.contrib.auth.backends.ModelBackend")
    typed = {f"{day.lower()}_{end}": hour for day in WEEK for end, hour in (("opens", "08:00"), ("closes", "17:00"))}
    sent = {"key": "hours-0001", **typed, "closed_days": "2026-03-05 Staff day"}
    assert client.post(reverse("setup_hours"), sent).status_code == 422
    sent |= {"key": "hours-0002", "read": "on"}
    answer = client.post(reverse("setup_hours"), sent, follow=True).content.decode()
    assert "One booking lies outside them now" in answer
    assert "Thu 05 Mar, 08:00" in answer


def test_why_a_restricted_record_speaks_against_it_is_for_its_readers(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """A booking is open to whoever books, and shows nothing of what the record holds."""
    she = eligible(act, NOON)
    declined(act, she)
    booking.book(she, infusion(1, despite=WHY), act("coordinator"))
    restricting.restrict(she, ("nurse", "prescriber"), "She works here as a nurse.", act("director"))
    pages = (
        reverse("appointment_book", args=[she]), reverse("appointments", args=[she]),
        f"{reverse('calendar')}?day=2026-03-03", f"{reverse('calendar_week')}?day=2026-03-03",
    )  # fmt: skip
    for who, reads in (("nurse", True), ("nurse2", False)):
        browser = Client()
        browser.force_login(staff[who], backend="django.contrib.auth.backends.ModelBackend")
        for page in pages:
            shown = browser.get(page).content.decode()
            assert "Declined, 02 Mar 2026" in shown, page
            assert ("Unstable angina" in shown) is reads, (page, who)
    for wanted in (infusion(2), infusion(3, despite="x")):
        with pytest.raises(Refused, match=r"^Declined, 02 Mar 2026\. A prescriber can say why"):
            booking.book(she, wanted, act("nurse2"))

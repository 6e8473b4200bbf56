"""Whoever's appointment the clinic changed is told of it: by whom, when and how, and a duty until then."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair
from sereniv.clinic.web.today.lines import topics_for
from sereniv.clinic.workflows.calendar import booking, calendar, coming
from sereniv.clinic.workflows.chair import sessions
from sereniv.clinic.workflows.person import people
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.scheduling.calendar import Slot
from sereniv.therapy.scheduling.telling import to_tell
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows.coursing import eligible, infuse, sign

pytestmark = pytest.mark.django_db
TO_TELL, NOBODY = "To be told of a change", "Nobody told them of a change"
FRIDAY = datetime(2026, 3, 6, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def two_chairs(db: None) -> None:
    del db
    for name in ("Chair 1", "Chair 2"):
        Chair.objects.create(name=name)


def lines(staff: dict[str, Staff], who: str, title: str, now: datetime = NOON) -> list[str]:
    topics = topics_for(staff[who], now)
    return [f"{line.what}; {line.detail}" for topic in topics if topic.title == title for line in topic.lines]


def booked(act: ActMaker) -> tuple[uuid.UUID, int]:
    she = eligible(act, NOON)
    return she, booking.book(she, booking.Wish(starts_at=FRIDAY, chair="Chair 1"), act("coordinator"))


def move(told: pe.Told) -> booking.Move:
    return booking.Move(starts_at=FRIDAY + timedelta(hours=2), chair="Chair 2", reason="staff ill", told=told)


def telling(entry: int, reached: bool = True) -> pe.PatientTold:
    return pe.PatientTold(appointment=entry, how=pe.Told.TELEPHONE, reached=reached, words="comes at ten instead")


def test_a_change_nobody_told_is_owed_until_somebody_reached_them(act: ActMaker, staff: dict[str, Staff]) -> None:
    she, entry = booked(act)
    booking.move(she, entry, move(pe.Told.NOT_YET), act("coordinator"))
    for who in ("coordinator", "nurse"):
        assert lines(staff, who, TO_TELL) == ["Ilse Test: tell them, moved; to Fri 06 Mar, 10:00; now"]
    a_year_on = NOON + timedelta(days=365)
    assert lines(staff, "prescriber", NOBODY) == []
    coming.tell(she, telling(entry, reached=False), act("nurse"))
    assert lines(staff, "coordinator", TO_TELL, a_year_on)[0].endswith("365 days ago; tried 1 time")
    assert len(lines(staff, "prescriber", NOBODY, NOON + timedelta(hours=24))) == 1
    coming.tell(she, telling(entry), act("nurse", now=a_year_on))
    for who, title in (("coordinator", TO_TELL), ("prescriber", NOBODY)):
        assert lines(staff, who, title, a_year_on) == []
    with pytest.raises(Refused, match="told them already"):
        coming.tell(she, telling(entry), act("nurse", now=a_year_on))


def test_the_same_for_a_cancellation_by_the_clinic_and_not_for_one_by_the_patient(
    act: ActMaker, staff: dict[str, Staff]
) -> None:
    she, entry = booked(act)
    with pytest.raises(Malformed, match="whether the patient knows"):
        booking.cancel(she, entry, "staff ill", False, act("coordinator"))
    booking.cancel(she, entry, "staff ill", False, act("coordinator"), pe.Told.NOT_YET)
    assert lines(staff, "coordinator", TO_TELL) == ["Ilse Test: tell them, cancelled; Fri 06 Mar, 08:00; now"]
    again = booking.book(she, booking.Wish(starts_at=FRIDAY, chair="Chair 1"), act("coordinator"))
    booking.cancel(she, again, "has a cold", True, act("coordinator"))
    assert len(lines(staff, "coordinator", TO_TELL)) == 1


def test_a_later_change_agreed_with_them_settles_the_earlier_one(act: ActMaker, staff: dict[str, Staff]) -> None:
    she, entry = booked(act)
    booking.move(she, entry, move(pe.Told.NOT_YET), act("coordinator"))
    booking.cancel(she, entry, "cannot come", True, act("coordinator"))
    assert lines(staff, "coordinator", TO_TELL) == []


def test_nobody_is_asked_to_tell_somebody_who_died(act: ActMaker) -> None:
    she, entry = booked(act)
    booking.cancel(she, entry, "staff ill", False, act("coordinator"), pe.Told.NOT_YET)
    event = pe.AdverseEventRecorded(
        term="other", words="found dead at home", grade=5, serious=True, session="", related=pe.Related.UNKNOWN,
        action="", outcome=pe.Outcome.DIED,
    )  # fmt: skip
    people.record(she, event, act("nurse"))
    assert to_tell(chart_store.person_chart(she)) == ()


def test_the_pages_ask_how_they_know_and_say_who_told_them(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    she, entry = booked(act)
    desk = Client()
    desk.force_login(staff["coordinator"], backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("appointment_cancel", args=[she, entry])
    unsaid = desk.post(address, {"key": "cancel-001", "by_patient": "no", "reason": "staff ill"})
    assert unsaid.status_code == 422
    assert "Say whether the patient knows" in unsaid.content.decode()
    typed = {"key": "cancel-002", "by_patient": "no", "reason": "staff ill", "told": "not yet"}
    assert "The patient does not know yet" in desk.post(address, typed, follow=True).content.decode()
    listed = reverse("appointments", args=[she])
    assert "Not told yet." in desk.get(listed).content.decode()
    said = {"key": "tell-00001", "reached": "yes", "how": "by telephone", "words": "knows, books again on Monday"}
    assert desk.post(reverse("appointment_tell", args=[she, entry]), said).status_code == 302
    told = f"Told by telephone, Mon 02 Mar 12:00, by {staff['coordinator'].full_name}: knows, books again on Monday."
    assert told in desk.get(listed).content.decode()


def test_no_chair_that_somebody_sits_in_and_no_time_before_fasting_is_over_is_offered(act: ActMaker) -> None:
    she, he = eligible(act, NOON), eligible(act, NOON, name="otto")
    order = sign(act, he, NOON - timedelta(minutes=30))
    sessions.open_session(he, order, "Chair 1", act("nurse", now=NOON - timedelta(minutes=20)))
    house = calendar.chairs_and_hours(NOON.date(), NOON.date(), NOON)
    assert {each.chair for each in house.free(NOON.date(), 60, NOON) if each.starts_at < NOON + timedelta(hours=1)} == {
        "Chair 2"
    }
    (first, *_) = booking.plan_course(she, NOON.date(), NOON)
    assert isinstance(first, Slot)
    assert first.starts_at >= NOON + timedelta(hours=6)
    by_hand = booking.Wish(starts_at=NOON + timedelta(hours=1), chair="Chair 2")
    assert booking.book(she, by_hand, act("coordinator"))


def test_an_infusion_moved_past_its_courses_window_stays_in_sight(act: ActMaker, staff: dict[str, Staff]) -> None:
    she = eligible(act, NOON)
    infuse(act, she, NOON - timedelta(hours=4))
    entry = booking.book(she, booking.Wish(starts_at=FRIDAY, chair="Chair 1"), act("coordinator"))
    far = FRIDAY + timedelta(days=35)
    late = booking.Wish(starts_at=far + timedelta(days=3), chair="Chair 2", exception="agreed")
    with pytest.raises(Refused, match="past the course's window"):
        booking.book(she, late, act("coordinator"))
    wish = booking.Move(starts_at=far, chair="Chair 1", reason="holiday", told=pe.Told.TELEPHONE)
    with pytest.raises(Refused, match=r"past the course's window.*why it is moved"):
        booking.move(she, entry, wish, act("coordinator"))
    booking.move(she, entry, replace(wish, despite="a prescriber agreed"), act("coordinator"))
    (said,) = lines(staff, "prescriber", "Booked although something speaks against it")
    assert "10 Apr is past the course's window: it was to be given by 30 Mar." in said

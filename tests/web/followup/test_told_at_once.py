"""Whoever writes words that ask about suicide is told at once, whichever page they wrote them on."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records.models import Chair
from sereniv.clinic.workflows.calendar import booking
from sereniv.therapy.person import events as pe
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.desk import Desk
from tests.workflows.coursing import eligible

pytestmark = pytest.mark.django_db
SAYS = "says he wants to die"
ASKED = f"words that name thoughts of suicide: “{SAYS}”. Ask in person first"


@pytest.fixture
def he(act: ActMaker, fixed_clock: FixedClock) -> uuid.UUID:
    del fixed_clock
    Chair.objects.create(name="Chair 1")
    return eligible(act, NOON - timedelta(hours=1))


def booked(he: uuid.UUID, act: ActMaker) -> int:
    wish = booking.Wish(starts_at=NOON + timedelta(days=1), chair="Chair 1", purpose=pe.Purpose.ASSESSMENT, minutes=30)
    return booking.book(he, wish, act("coordinator", now=NOON))


def read_next(desk: Desk, he: uuid.UUID) -> str:
    """Return what the next page that is opened says."""
    return desk.client.get(reverse("appointments", args=[he])).content.decode()


def test_whoever_writes_words_that_ask_about_suicide_is_told_at_once_on_whichever_page(
    staff: dict[str, Staff], he: uuid.UUID, act: ActMaker
) -> None:
    """The pages of calendar, orders and course said *Cancelled* or *Recorded*, and no word of the item."""
    desk = Desk(staff, "nurse")
    sent = desk.sends("appointment_cancel", he, booked(he, act), reason=SAYS, by_patient="yes")
    assert sent.taken, sent.words
    assert ASKED in read_next(desk, he)
    sent = desk.sends("appointment_cancel", he, booked(he, act), reason="has a cold", by_patient="yes")
    assert sent.taken, sent.words
    assert "Ask in person first" not in "".join(read_next(desk, he).split("<main")[:1]), "said once"


def test_another_warning_of_the_same_page_takes_no_word_of_it_away(
    staff: dict[str, Staff], he: uuid.UUID, act: ActMaker
) -> None:
    """Where a page warned of something else, of a telephone call or of a line to read, that was all it said."""
    desk = Desk(staff, "nurse")
    sent = desk.sends("appointment_cancel", he, booked(he, act), reason=SAYS, by_patient="no", told="not yet")
    assert sent.taken, sent.words
    page = read_next(desk, he)
    assert "The patient does not know yet" in page
    assert ASKED in page

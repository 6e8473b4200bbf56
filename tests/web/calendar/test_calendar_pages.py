"""Week and month of the calendar: by chair, with the hours, who sits there, and a tap on a free time that books it."""

import calendar
import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair
from sereniv.clinic.workflows.admin.chairs import retire_chair
from sereniv.clinic.workflows.calendar import booking
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.chair import sessions
from sereniv.clinic.workflows.person import people
from sereniv.therapy.person import events as pe
from tests.conftest import ActMaker, FixedClock
from tests.workflows.coursing import eligible, sign

pytestmark = pytest.mark.django_db
MONTHS = calendar.Calendar()
TAGS = re.compile(r"<[^>]+>|\s+")
OFFERED = re.compile(r"/calendar/book/\?day=([-\d]+)&amp;time=([\d:]+)&amp;chair=Chair%20(\d)")


@pytest.fixture(autouse=True)
def two_chairs(db: None, fixed_clock: FixedClock) -> None:
    del db, fixed_clock
    for name in ("Chair 1", "Chair 2"):
        Chair.objects.create(name=name)


@pytest.fixture
def desk(staff: dict[str, Staff]) -> Client:
    return signed_in(staff["coordinator"])


def signed_in(who: Staff) -> Client:
    client = Client()
    client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    return client


def at(hour: float, day: int = 0) -> datetime:
    return datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=day, hours=hour)


def booked(act: ActMaker, name: str, starts_at: datetime, chair: str = "Chair 1") -> uuid.UUID:
    who = eligible(act, at(8), name=name)
    booking.book(who, booking.Wish(starts_at=starts_at, chair=chair), act("coordinator", now=at(8)))
    return who


def page(client: Client, view: str, day: str = "2026-03-02") -> str:
    return client.get(reverse(view), {"day": day}).content.decode()


def rows_of(shown: str) -> dict[str, str]:
    """Return the words of the week's table by chair."""
    found = re.findall(r'<tr>\s*<th scope="row">(.*?)</th>(.*?)</tr>', shown, re.DOTALL)
    return {chair: TAGS.sub(" ", cells) for chair, cells in found}


def test_the_week_stands_by_chair_with_who_came_and_who_sits_there_unbooked(act: ActMaker, desk: Client) -> None:
    ilse = booked(act, "ilse", at(11))
    booked(act, "otto", at(9, day=1), "Chair 2")
    sessions.open_session(ilse, sign(act, ilse, at(10.5)), "Chair 1", act("nurse", now=at(11)))
    ada = eligible(act, at(8), name="ada")
    sessions.open_session(ada, sign(act, ada, at(11)), "Chair 2", act("nurse", now=at(11.5)))
    shown = page(desk, "calendar_week")
    first, second = rows_of(shown)["Chair 1"], rows_of(shown)["Chair 2"]
    assert re.search(r"11:00 to 13:15.*Ilse Test.*came, preparing", first)
    assert re.search(r"Ada Test.*came 11:30 without a booking, preparing", second)
    assert re.search(r"09:00 to 11:15.*Otto Test.*no way home yet", second)
    assert "Otto" not in first
    assert "08:00 to 18:00 · 1 booked" in TAGS.sub(" ", shown)


def test_each_free_time_of_week_and_month_leads_to_a_form_that_books_it(act: ActMaker, desk: Client) -> None:
    booked(act, "ilse", at(13.5))
    booked(act, "otto", at(8, day=1))
    waits = eligible(act, at(8), name="ada")
    week, month = OFFERED.findall(page(desk, "calendar_week")), OFFERED.findall(page(desk, "calendar_month"))
    assert ("2026-03-02", "12:00", "1") in week, "today, from now on"
    assert ("2026-03-02", "15:45", "1") in week, "after what is booked"
    assert ("2026-03-03", "10:15", "1") in week
    assert ("2026-03-03", "08:00", "2") in week
    assert not [each for each in week + month if each[0] < "2026-03-02" or each[:2] == ("2026-03-02", "08:00")]
    assert ("2026-03-03", "10:15", "1") in month, "the first free time of that chair"
    assert ("2026-03-30", "08:00", "2") in month
    for day, time, chair in (*week[:3], *month[:3]):
        form = desk.get(
            reverse("appointment_book", args=[waits]), {"day": day, "time": time, "chair": f"Chair {chair}"}
        ).content.decode()
        assert f'value="{day}"' in form, day
        assert f'value="{time}"' in form, time
        assert "The time that you tapped in the calendar is filled in" in form
    gone = desk.get(reverse("appointment_book", args=[waits]), {"day": day, "time": time, "chair": "Chair 9"})
    assert "The time that you tapped is not to be had any more" in gone.content.decode()
    assert not OFFERED.findall(page(desk, "calendar_week", "2026-02-25")), "what is over is not offered"


def test_a_closed_day_and_a_retired_chair_stay_in_sight_while_somebody_is_booked(act: ActMaker, desk: Client) -> None:
    booked(act, "ilse", at(9, day=2), "Chair 2")
    retire_chair(Chair.objects.get(name="Chair 2").pk, act("admin", now=at(10)))
    shown = page(desk, "calendar_week")
    assert "to rebook: Chair 2 is not in use any more" in rows_of(shown)["Chair 2"]
    assert not [each for each in OFFERED.findall(shown) if each[2] == "2"]
    month = TAGS.sub(" ", page(desk, "calendar_month"))
    assert "1 to look at" in month
    assert "Sat" in month
    assert "closed" in month


def test_the_month_counts_what_speaks_against_a_booking_as_today_does(act: ActMaker, desk: Client) -> None:
    ilse = booked(act, "ilse", at(9, day=9))
    assert "to look at" not in page(desk, "calendar_month")
    head = chart_store.person_chart(ilse).head
    candidacy.decide_candidacy(ilse, pe.Decision.DECLINED, "Unstable angina", head, act("prescriber", now=at(11)))
    assert "1 to look at" in TAGS.sub(" ", page(desk, "calendar_month"))
    assert "1 to look at" not in page(desk, "calendar_month", "2026-05-01")


@pytest.mark.parametrize("purpose", [pe.Purpose.REVIEW, pe.Purpose.ASSESSMENT, pe.Purpose.OTHER])
def test_the_month_marks_each_visit_of_somebody_who_died_and_of_the_declined_infusions_alone(
    act: ActMaker, desk: Client, purpose: pe.Purpose
) -> None:
    """Day, week and Today named a review of somebody who had died; the month counted infusions alone."""
    ilse = booked(act, "ilse", at(9, day=9))
    wish = booking.Wish(starts_at=at(9, day=7), chair="Chair 2", purpose=purpose)
    visit = booking.book(ilse, wish, act("coordinator", now=at(8)))
    head = chart_store.person_chart(ilse).head
    candidacy.decide_candidacy(ilse, pe.Decision.DECLINED, "Unstable angina", head, act("prescriber", now=at(11)))
    assert marked(desk) == ["2026-03-11"]
    died = pe.AdverseEventRecorded(
        term="other", words="found dead at home", grade=5, serious=True, session="", related=pe.Related.UNKNOWN,
        action="", outcome=pe.Outcome.DIED,
    )  # fmt: skip
    people.record(ilse, died, act("nurse", now=at(11)))
    assert marked(desk) == ["2026-03-09", "2026-03-11"]
    booking.cancel(ilse, visit, "died", False, act("coordinator", now=at(11)), pe.Told.TELEPHONE)
    assert marked(desk) == ["2026-03-11"]


def marked(desk: Client) -> list[str]:
    """Return the days on which the month has something to look at."""
    cells = page(desk, "calendar_month").split("<td")
    return [found[1] for each in cells if "to look at" in each and (found := re.search(r"day=([-\d]+)", each))]


def test_a_month_has_the_whole_weeks_it_touches(desk: Client) -> None:
    for day in ("2026-02-14", "2026-03-02", "2026-12-31", "2027-02-01"):
        shown = page(desk, "calendar_month", day)
        days = re.findall(r'class="month-day"[^>]*day=([-\d]+)', shown)
        weeks = MONTHS.monthdatescalendar(int(day[:4]), int(day[5:7]))
        assert days == [each.isoformat() for week in weeks for each in week]


def test_a_day_counts_as_come_who_came_that_day_and_names_who_sits_there_since_before(
    act: ActMaker, desk: Client, fixed_clock: FixedClock
) -> None:
    """After midnight all four booked for the day had come, it said: four sat there since the day before."""
    ilse = booked(act, "ilse", at(11))
    booking.book(ilse, booking.Wish(starts_at=at(9, day=3), chair="Chair 1"), act("coordinator", now=at(8)))
    sessions.open_session(ilse, sign(act, ilse, at(10.5)), "Chair 1", act("nurse", now=at(11)))
    assert "1 came and was seated" in page(desk, "calendar")
    fixed_clock.shown = at(1.5, day=1)
    shown = page(desk, "calendar", "2026-03-03")
    assert "seated" not in shown
    assert "1 still at a chair since the day before" in shown
    fixed_clock.shown = at(8.5, day=3)
    shown = page(desk, "calendar", "2026-03-05")
    assert "came" not in shown, "what is booked today was not led to by a session of before"


def test_hours_that_leave_bookings_outside_are_read_first_and_hours_that_cannot_be_are_said_at_once(
    act: ActMaker, staff: dict[str, Staff], desk: Client
) -> None:
    """A Monday that closed before it opened asked first to read which bookings it touched."""
    booked(act, "ilse", at(9, day=2))
    admin = signed_in(staff["admin"])
    hours = {f"{day}_{end}": when for day in ("monday", "wednesday") for end, when in (("opens", "08:00"),
             ("closes", "18:00"))}  # fmt: skip

    def sent(**more: str) -> str:
        typed = hours | {"key": f"hours-{'-'.join(more)}".replace("_", "-")} | more
        answer = admin.post(reverse("setup_hours"), typed)
        return answer.content.decode() if answer.status_code != 302 else "saved"

    turned = sent(monday_opens="18:00", monday_closes="08:00")
    assert "Monday closes before it opens" in turned
    assert "Nothing is saved yet" not in turned
    closed = sent(closed_days="2026-03-04 Training")
    assert "Nothing is saved yet. Read what these hours touch" in closed
    assert "Wed 04 Mar, 09:00, Chair 1" in closed
    assert "to move or cancel" not in desk.get("/today/").content.decode()
    assert sent(closed_days="2026-03-04 Training", read="on") == "saved"
    assert "the clinic is closed that day" in desk.get("/today/").content.decode()


def test_whoever_comes_today_in_spite_of_something_is_marked_at_the_door_until_they_sit(
    act: ActMaker, desk: Client, fixed_clock: FixedClock
) -> None:
    ilse = booked(act, "ilse", at(14))
    booked(act, "otto", at(14), "Chair 2")
    fixed_clock.shown = at(13)
    assert "something speaks against it" not in desk.get("/today/").content.decode()
    head = chart_store.person_chart(ilse).head
    candidacy.decide_candidacy(ilse, pe.Decision.DECLINED, "Unstable angina", head, act("prescriber", now=at(13)))
    for minute in (1, 70):
        fixed_clock.shown = at(13) + timedelta(minutes=minute)
        shown = desk.get("/today/").content.decode()
        assert shown.count("something speaks against it:") == 1
        assert "Unstable angina" not in shown
    fixed_clock.shown = at(17)
    assert "something speaks against it:" not in desk.get("/today/").content.decode(), "the visit is over"

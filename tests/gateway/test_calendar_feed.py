"""A calendar program's link: shown once, its maker's alone, ended by a tap or with the account; it names nobody."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from sereniv.clinic.accounts.models import CalendarFeed, Staff
from sereniv.clinic.gateway import calendar_feed
from sereniv.clinic.records.models import Chair, Entry, Person
from sereniv.clinic.workflows.admin import setting_up
from sereniv.clinic.workflows.calendar import booking, feeds
from sereniv.clinic.workflows.looks import record_views
from sereniv.clinic.workflows.shell.acting import NotPermitted
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Refused
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows.coursing import eligible

pytestmark = pytest.mark.django_db
TOMORROW = NOON + timedelta(days=1)


@pytest.fixture(autouse=True)
def unhurried(staff: dict[str, Staff], fixed_clock: FixedClock) -> None:
    calendar_feed.ASKED.begin_anew()
    calendar_feed.GUESSED.begin_anew()
    Chair.objects.create(name="Chair 1")


@pytest.fixture
def she(act: ActMaker) -> uuid.UUID:
    return eligible(act, NOON)


def booked(who: uuid.UUID, act: ActMaker, at: datetime = TOMORROW) -> int:
    return booking.book(who, booking.Wish(starts_at=at, chair="Chair 1"), act("coordinator"))


def fetched(token: str, **headers: str) -> tuple[int, bytes, str]:
    answer = Client().get(f"/calendar/feed/{token}.ics", headers=headers)
    return answer.status_code, answer.content, answer.get("ETag", "")


def events(token: str) -> list[tuple[datetime, datetime, str, str]]:
    status, content, _ = fetched(token)
    assert status == 200
    return [
        (each["dtstart"].dt, each["dtend"].dt, str(each["summary"]), str(each["location"]))
        for each in Calendar.from_ical(content).walk("VEVENT")
    ]


def test_it_gives_time_chair_and_kind_and_names_nobody(she: uuid.UUID, act: ActMaker) -> None:
    entry = booked(she, act)
    token = feeds.make(act("nurse"))
    ((begins, ends, summary, location),) = events(token)
    assert (begins, summary, location) == (TOMORROW, "Infusion, Chair 1", "Chair 1")
    assert ends > begins
    content = fetched(token)[1].decode()
    person = Person.objects.get(pk=she)
    for told in (person.family_name, person.given_names, person.initials, str(she), she.hex, "depression", token):
        assert told.casefold() not in content.casefold(), told
    booking.cancel(she, entry, "Asked for another day", False, act("coordinator"), pe.Told.TELEPHONE)
    assert events(token) == []


def test_what_stands_is_not_sent_again(she: uuid.UUID, act: ActMaker, fixed_clock: FixedClock) -> None:
    booked(she, act)
    token = feeds.make(act("nurse"))
    _, _, mark = fetched(token)
    fixed_clock.shown = NOON + timedelta(minutes=20)
    assert fetched(token, **{"if-none-match": mark})[:2] == (304, b"")
    booked(she, act, TOMORROW + timedelta(days=3))
    assert fetched(token, **{"if-none-match": mark})[0] == 200


def test_two_links_share_no_mark_of_anybody(she: uuid.UUID, act: ActMaker) -> None:
    booked(she, act)
    tokens = [feeds.make(act(each)) for each in ("nurse", "prescriber")]
    marks = [str(Calendar.from_ical(fetched(each)[1]).walk("VEVENT")[0]["uid"]) for each in tokens]
    assert marks[0] != marks[1]
    assert marks[0] == str(Calendar.from_ical(fetched(tokens[0])[1]).walk("VEVENT")[0]["uid"])


def test_it_ends_by_a_tap_with_a_new_one_and_with_the_account(act: ActMaker) -> None:
    first = feeds.make(act("nurse"))
    second = feeds.make(act("nurse"))
    assert (fetched(first)[0], fetched(second)[0]) == (404, 200)
    feeds.take_back(act("nurse"))
    feeds.take_back(act("nurse"))
    assert fetched(second)[0] == 404
    third = feeds.make(act("nurse"))
    nurse = Staff.objects.get(username="nurse")
    setting_up.deactivate(nurse.pk, act("admin"))
    assert fetched(third)[0] == 404
    assert not CalendarFeed.objects.exists()
    kept = Entry.objects.filter(kind="TableChanged", payload__contains="calendar_feed")
    assert kept.count() == 4
    assert not any(each in (entry.payload or "") for each in (first, second, third) for entry in kept)


def test_roles_that_read_no_calendar_have_none(act: ActMaker) -> None:
    with pytest.raises(NotPermitted):
        feeds.make(act("admin"))
    token = feeds.make(act("nurse"))
    Staff.objects.filter(username="nurse").update(roles=["administrator"])
    assert fetched(token)[0] == 404


def test_a_link_is_made_once_for_a_form(act: ActMaker) -> None:
    feeds.make(act("nurse", key="made-once"))
    with pytest.raises(Refused, match="shown only once"):
        feeds.make(act("nurse", key="made-once"))


def test_no_other_link_gives_anything_and_guessing_is_slowed(act: ActMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    token = feeds.make(act("nurse"))
    digest = CalendarFeed.objects.get().token_digest
    for other in (token[:-1], token.swapcase(), digest, "x" * 5000, "%00", token + "x"):
        assert fetched(other)[0] == 404, other
    assert Client().post(f"/calendar/feed/{token}.ics").status_code == 405
    monkeypatch.setattr(calendar_feed.GUESSED, "most", 6)
    monkeypatch.setattr(calendar_feed.ASKED, "most", 2)
    assert fetched("guess")[0] == 429
    assert [fetched(token)[0] for _ in range(3)] == [200, 200, 429]


def test_the_page_shows_it_once(act: ActMaker) -> None:
    client = Client()
    client.force_login(Staff.objects.get(username="nurse"), backend="django.contrib.auth.backends.ModelBackend")
    assert "You have no link." in client.get("/calendar/feed/").content.decode()
    made = client.post("/calendar/feed/", {"key": "make-my-link"}).content.decode()
    address = made.split("<code>")[1].split("</code>")[0]
    assert client.get(address).status_code == 200
    later = client.get("/calendar/feed/").content.decode()
    assert address not in later
    assert "It cannot be shown again." in later
    assert client.post("/calendar/feed/end/", {"key": "end-my-link"}).status_code == 302
    assert Client().get(address).status_code == 404


def test_each_day_of_asking_stands_in_the_audit(act: ActMaker) -> None:
    token = feeds.make(act("nurse"))
    fetched(token)
    record_views.keep_views(NOON)
    assert Entry.objects.filter(kind="ViewsAudited", payload__contains="calendar by a link").exists()

"""Where the clocks are changed, a time that no clock has shown, or that it shows twice, is asked about on any form."""

import html
import itertools
import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import PASSWORD, demo_id
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair
from sereniv.clinic.web.admin.told import next_time
from sereniv.clinic.workflows.admin.on_call import roles_on_call
from sereniv.clinic.workflows.chair import charting, monitors
from sereniv.clinic.workflows.stock import stock
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.time_words import AFTER, BEFORE
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.delivered import delivered
from tests.conftest import ActMaker, FixedClock
from tests.shared_state import SharedStage
from tests.workflows.test_path import SHE, VIAL

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 8, 6, 40, tzinfo=UTC)
"""01:40 in New York; at two the clocks go to three."""
keys = (f"clock-change-{number:04d}" for number in itertools.count(1))


@pytest.fixture(autouse=True)
def in_new_york(settings: Any) -> None:
    settings.TIME_ZONE = "America/New_York"
    settings.HOME = replace(settings.HOME, timezone="America/New_York")


@pytest.fixture
def session(staff: dict[str, Staff], fixed_clock: FixedClock) -> uuid.UUID:
    """An infusion that runs since 01:40; it is 03:10, half an hour later."""
    del staff
    stage = SharedStage()
    stock.receive_vial(VIAL, stage.act("nurse", START - timedelta(hours=2), "nurse2"), demo_id(VIAL.label))
    found = stage.infusing(SHE, "Chair 1", START)
    fixed_clock.shown = START + timedelta(minutes=30)
    return found


@pytest.fixture
def nurse(staff: dict[str, Staff]) -> Client:
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    return client


AT_THE_CHAIR: dict[str, dict[str, str]] = {
    "vitals": {"spo2": "97"},
    "stopped": {},
    "paused": {},
    "observe": {"pick": "nausea 2"},
    "medicine": {"given": "other", "medicine": "ondansetron", "dose": "4", "unit": "mg"},
    "done": {"done": "other", "words": "blanket"},
    "note-down": {"kind": "remark", "text": "asks for water"},
    "found": {"rate_ml_per_h": "30", "deviation": "found so"},
    "transfer": {"where": "St Elm", "reason": "chest pain"},
    "left-unseen": {"last_seen": "at the window", "done": "called her"},
    "died": {"words": "cardiac arrest", "told": "family"},
    "line": {"site": "left hand", "reason": "sore vein"},
    "spilt": {"volume_ml": "5", "words": "fell"},
    "monitor-off": {},
}


@pytest.mark.parametrize("page", AT_THE_CHAIR)
def test_the_hour_left_out_is_asked_back_on_every_form_of_the_chair(
    session: uuid.UUID, nurse: Client, staff: dict[str, Staff], page: str
) -> None:
    typed = AT_THE_CHAIR[page] | {"when": "02:30", "key": next(keys)}
    if page == "spilt":
        typed |= {"second_person": str(staff["nurse2"].pk), "second_secret": PASSWORD}
    if page == "monitor-off":
        monitors.connect(session, "M", 1, ("spo2",), START, next(keys))
    head = chart_store.session_chart_of(session).head
    answer = nurse.post(f"/sessions/{session}/{page}/", typed)
    told = html.unescape(answer.content.decode())
    assert (answer.status_code, "The clocks were changed: none has shown 02:30 today" in told) == (422, True)
    assert chart_store.session_chart_of(session).head == head
    at_three = nurse.post(f"/sessions/{session}/{page}/", typed | {"when": "03:05", "key": next(keys)})
    assert at_three.status_code == 302
    charted = chart_store.session_chart_of(session).entries[head].at
    assert charted.replace(second=0, microsecond=0) == START + timedelta(minutes=25)


OF_THE_PERSON = {
    "person_measure": {"weight_kg": "71"},
    "person_mood": {"mood": "5"},
    "person_adverse_event": {
        "term": next(iter(knowledge().aftercare.terms)),
        "words": "sick",
        "grade": "1",
        "related": "not judged",
        "outcome": "ongoing",
        "session": "",
    },
}


@pytest.mark.parametrize("name", OF_THE_PERSON)
def test_the_hour_left_out_is_asked_back_on_forms_about_the_person(
    session: uuid.UUID, nurse: Client, name: str
) -> None:
    del session
    address = reverse(name, args=[demo_id(SHE.name)])
    before = chart_store.person_chart(demo_id(SHE.name)).head
    answer = nurse.post(address, {**OF_THE_PERSON[name], "when": "02:30", "key": next(keys)})
    told = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "The clocks were changed: none has shown 02:30 today" in told
    assert chart_store.person_chart(demo_id(SHE.name)).head == before


BACK = datetime(2026, 11, 1, 5, 20, tzinfo=UTC)
"""01:20 in New York for the first time; at two the clocks go back to one."""
TWICE = ["2026-11-01T05:30:00+00:00", "2026-11-01T06:30:00+00:00"]


@pytest.fixture
def in_the_doubled_hour(staff: dict[str, Staff], fixed_clock: FixedClock) -> uuid.UUID:
    """An infusion that runs since 01:20; it is 01:40 for the second time, eighty minutes later."""
    del staff
    stage = SharedStage()
    stock.receive_vial(VIAL, stage.act("nurse", BACK - timedelta(hours=2), "nurse2"), demo_id(VIAL.label))
    found = stage.infusing(SHE, "Chair 1", BACK)
    fixed_clock.shown = BACK + timedelta(minutes=80)
    return found


def which_of_the_two(told: str) -> list[str]:
    """Return what the page offers, the earlier first, once it is seen to name them apart."""
    assert re.search(r"before the clocks (go|went) back", told)
    assert re.search(r"after the clocks (go|went) back", told)
    return sorted(re.findall(r'name="meant" value="([^"]+)"', told), key=datetime.fromisoformat)


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(second=0, microsecond=0).isoformat()


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("page", AT_THE_CHAIR)
def test_the_doubled_hour_is_asked_about_on_every_form_of_the_chair(
    in_the_doubled_hour: uuid.UUID, nurse: Client, staff: dict[str, Staff], page: str, which: int
) -> None:
    session, typed = in_the_doubled_hour, AT_THE_CHAIR[page] | {"when": "01:30", "key": next(keys)}
    if page == "spilt":
        typed |= {"second_person": str(staff["nurse2"].pk), "second_secret": PASSWORD}
    if page == "monitor-off":
        monitors.connect(session, "M", 1, ("spo2",), BACK, next(keys))
    head = chart_store.session_chart_of(session).head
    answer = nurse.post(f"/sessions/{session}/{page}/", typed)
    told = html.unescape(answer.content.decode())
    assert (answer.status_code, "01:30 was more than once since" in told) == (422, True)
    assert chart_store.session_chart_of(session).head == head
    meant = which_of_the_two(told)[which]
    done = nurse.post(f"/sessions/{session}/{page}/", typed | {"meant": meant, "key": next(keys)})
    assert done.status_code == 302
    assert utc(chart_store.session_chart_of(session).entries[head].at) == TWICE[which]


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("name", OF_THE_PERSON)
def test_the_doubled_hour_is_asked_about_on_forms_about_the_person(
    in_the_doubled_hour: uuid.UUID, nurse: Client, name: str, which: int
) -> None:
    del in_the_doubled_hour
    who, typed = demo_id(SHE.name), OF_THE_PERSON[name] | {"when": "01:30", "key": next(keys)}
    before = chart_store.person_chart(who).head
    answer = nurse.post(reverse(name, args=[who]), typed)
    told = html.unescape(answer.content.decode())
    assert (answer.status_code, "01:30 was twice today" in told) == (422, True)
    assert chart_store.person_chart(who).head == before
    meant = which_of_the_two(told)[which]
    nurse.post(reverse(name, args=[who]), typed | {"meant": meant, "key": next(keys)})
    assert utc(chart_store.person_chart(who).entries[-1].at) == TWICE[which]


@pytest.mark.parametrize("which", [0, 1])
def test_a_check_in_of_the_doubled_hour_asks_which_of_the_two(
    nurse: Client, fixed_clock: FixedClock, which: int
) -> None:
    stage, noon = SharedStage(), BACK - timedelta(hours=13)
    stock.receive_vial(VIAL, stage.act("nurse", noon - timedelta(hours=2), "nurse2"), demo_id(VIAL.label))
    session = stage.finished(SHE, "Chair 1", noon)
    fixed_clock.shown = BACK + timedelta(minutes=80)
    who = demo_id(SHE.name)
    address = reverse("person_check_in", args=[who, session])
    typed = {"reached": "no", "suicidality": "not asked", "mood": "not asked", "when": "01:30", "key": next(keys)}
    told = html.unescape(nurse.post(address, typed).content.decode())
    assert not chart_store.person_chart(who).all(pe.CheckInRecorded)
    nurse.post(address, typed | {"meant": which_of_the_two(told)[which], "key": next(keys)})
    (called,) = chart_store.person_chart(who).all(pe.CheckInRecorded)
    assert utc(called.at) == TWICE[which]


def test_the_two_half_past_ones_of_a_session_are_written_apart(
    in_the_doubled_hour: uuid.UUID, nurse: Client, act: ActMaker
) -> None:
    session = in_the_doubled_hour
    for minute, spo2 in ((10, "95"), (70, "96")):
        now = BACK + timedelta(minutes=minute)
        charting.chart_vitals(session, {"spo2": spo2}, act("nurse", now=now))
    for page in ("log", "note", "documents/note"):
        got = nurse.get(f"/sessions/{session}/{page}/")
        assert got.status_code == 200, page
        text = re.sub(r"<[^>]+>", " ", html.unescape(got.content.decode()))
        told = set(re.findall(r"01:30(?::00)? \(?((?:before|after) the clocks go back)", " ".join(text.split())))
        assert told == {BEFORE, AFTER}, page


@pytest.mark.parametrize(
    ("until", "now", "ends"),
    [
        (time(1, 30), "2026-11-01T04:00:00+00:00", "2026-11-01T06:30:00+00:00"),
        (time(1, 30), "2026-11-01T06:10:00+00:00", "2026-11-01T06:30:00+00:00"),
        (time(1, 30), "2026-11-01T06:40:00+00:00", "2026-11-02T06:30:00+00:00"),
        (time(2, 30), "2026-03-08T05:00:00+00:00", "2026-03-08T07:30:00+00:00"),
        (time(8), "2026-11-01T04:00:00+00:00", "2026-11-01T13:00:00+00:00"),
    ],
)
def test_a_duty_ends_when_the_clock_last_shows_its_end(until: time, now: str, ends: str) -> None:
    """Taken for the first 01:30, which was over, a duty of twenty minutes became one of a day."""
    assert utc(next_time(until, datetime.fromisoformat(now))) == ends


def test_a_shift_in_the_hour_left_out_or_doubled_is_said_in_words(staff: dict[str, Staff]) -> None:
    admin = Client()
    admin.force_login(staff["admin"], backend="django.contrib.auth.backends.ModelBackend")
    shift = {"role": roles_on_call()[0], "name": "Dr Lee", "phone": "212 555 0100", "ends": "2026-11-02T08:00"}
    for begins, words in (("2026-03-08T02:30", "leave that time out"), ("2026-11-01T01:30", "show that time twice")):
        answer = admin.post(reverse("setup_on_call_new"), shift | {"begins": begins, "key": next(keys)})
        assert answer.status_code == 422, begins
        assert words in html.unescape(answer.content.decode())


@pytest.mark.parametrize("which", [0, 1])
def test_a_booking_in_the_doubled_hour_asks_which_of_the_two(
    staff: dict[str, Staff], session: uuid.UUID, fixed_clock: FixedClock, which: int
) -> None:
    """01:30 was the first of the two without a question."""
    del session
    fixed_clock.shown = datetime(2026, 10, 20, 15, tzinfo=UTC)
    Chair.objects.get_or_create(name="Chair 1")
    desk = Client()
    desk.force_login(staff["coordinator"], backend="django.contrib.auth.backends.ModelBackend")
    who = demo_id(SHE.name)
    address = reverse("appointment_book", args=[who])
    typed = {"purpose": "other", "day": "2026-11-01", "time": "01:30", "chair": "Chair 1", "minutes": "30",
             "exception": "A call at night, as they asked", "key": next(keys)}  # fmt: skip
    asked = desk.post(address, typed)
    told = html.unescape(asked.content.decode())
    assert (asked.status_code, "show 01:30 twice. Which one?" in told) == (422, True)
    assert "before the clocks go back" in told
    moments = ["2026-11-01T05:30:00+00:00", "2026-11-01T06:30:00+00:00"]
    offered = re.findall(r'name="meant" value="([^"]+)"', told)
    assert [datetime.fromisoformat(each).astimezone(UTC).isoformat() for each in offered] == moments
    answer = desk.post(address, typed | {"meant": offered[which], "key": next(keys)})
    assert answer.status_code == 302
    kept = chart_store.person_chart(who).all(pe.AppointmentBooked)[-1].event.starts_at
    assert kept.isoformat() == moments[which]


def test_lengths_and_milligrams_run_on_through_the_change(session: uuid.UUID, nurse: Client, act: ActMaker) -> None:
    """Thirty minutes by the wall's arithmetic would be ninety."""
    page = nurse.get(f"/sessions/{session}/status/").content.decode()
    assert "infused for <b>30:00 min</b>" in page
    charting.chart_fact(session, ev.InfusionStopped(), act("nurse", now=START + timedelta(minutes=30)))
    given = delivered(chart_store.session_chart_of(session), START + timedelta(minutes=40)).mg
    assert abs(given - Decimal("26.8")) < Decimal("0.1"), "thirty minutes of 53.6 mg/h"

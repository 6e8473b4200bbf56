"""On the night the clocks go forward, a time that no clock has shown is asked back on every form that takes one."""

import html
import itertools
import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import PASSWORD, demo_id
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair
from sereniv.clinic.workflows.admin.on_call import roles_on_call
from sereniv.clinic.workflows.chair import charting, monitors
from sereniv.clinic.workflows.stock import stock
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
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

"""A monitor's clock that is some seconds off: what comes is of now, or the chair is told why it counts as silence."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Device
from sereniv.clinic.web.chair.status import status_of
from sereniv.clinic.workflows.chair import monitors
from sereniv.clinic.workflows.devices import clocks, placing
from sereniv.clinic.workflows.devices.known import register
from sereniv.knowledge import knowledge
from sereniv.therapy import monitoring
from sereniv.therapy.recording.time_words import length
from tests.conftest import NOON, ActMaker, FixedClock
from tests.exchange.speaking import BEATS, DIASTOLIC, HEART, MMHG, SYSTOLIC, row, spoken
from tests.workflows.devices.conftest import Sends
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db
NOW = at(10)


@pytest.fixture
def session(stage: Stage, device: Device, act: ActMaker) -> uuid.UUID:
    session = stage.infusing(SHE, "Chair 1", NOON)
    placing.connect(session, device.pk, act("nurse", now=at(9)))
    return session


def says(sends: Sends, spo2: str, now: datetime, ahead: timedelta) -> None:
    dated = f"{now + ahead:%Y%m%d%H%M%S}+0000"
    sends(spoken(row(value=spo2), row(HEART, "72", BEATS), number=f"{now:%M%S}", at=dated), now=now)


def prompts(session: uuid.UUID, now: datetime) -> dict[str, str]:
    monitors.watch_session(session, now)
    found = [each for each in chart_store.session_chart_of(session).open_alerts if each.presence == "on"]
    return {each.raised.event.alert: each.raised.event.message for each in found}


def shown(session: uuid.UUID, now: datetime) -> dict[str, int]:
    chart = chart_store.session_chart_of(session)
    found = monitoring.fresh_numerics(chart, monitors.recent(session, now, chart), now, knowledge())
    return {name: int(each.value or 0) for name, each in found.items()}


def test_a_saturation_dated_some_seconds_ahead_counts_at_once(session: uuid.UUID, sends: Sends) -> None:
    """It was shown, and prompted, only once our clock had come to where the monitor's was."""
    says(sends, "97", NOW - timedelta(seconds=1), timedelta(seconds=20))
    says(sends, "84", NOW, timedelta(seconds=20))
    assert shown(session, NOW) == {"spo2": 84, "heart_rate": 72}
    assert "confirm-saturation_very_low" in prompts(session, NOW)


def test_what_comes_dated_back_says_that_the_clock_is_behind(session: uuid.UUID, sends: Sends, device: Device) -> None:
    """A clock 12 seconds behind was a monitor that gave no reading, for ever, and nobody was told why."""
    for second in range(6):
        says(sends, "97", NOW + timedelta(seconds=second), -timedelta(seconds=12))
    now = NOW + timedelta(seconds=5)
    words = prompts(session, now)["no-reading-spo2"]
    assert words.startswith(
        "It comes, dated 12 s back: the monitor's clock is behind, or it waited. Its figures are held"
    )
    assert "set the monitor's clock" in words
    assert clocks.words(device) == "its clock seems 0 min 12 s behind"


@pytest.mark.parametrize("back", [timedelta(seconds=40), timedelta(minutes=4)])
def test_the_chair_leads_to_what_can_be_said_of_a_slow_clock_where_it_can_be_said(
    session: uuid.UUID, sends: Sends, device: Device, staff: dict[str, Staff], fixed_clock: FixedClock, back: timedelta
) -> None:
    """It said *under Devices*: a page that a nurse does not have, and where a feed under the home's token is not."""
    fixed_clock.shown = NOW
    desk = Client()
    desk.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    pressure(sends, NOW, -back)
    address = reverse("device_clock", args=[device.pk])
    chair = desk.get(reverse("session_status", args=[session])).content.decode()
    assert (address in chair, "under Devices" in chair) == (True, False)
    assert desk.get(address).status_code == 200
    Device.objects.filter(pk=device.pk).update(name="Another monitor")
    register.changed()
    assert address not in desk.get(reverse("session_status", args=[session])).content.decode()


def test_a_monitor_that_fell_silent_is_not_one_with_a_slow_clock(session: uuid.UUID, sends: Sends) -> None:
    says(sends, "97", NOW, timedelta(0))
    assert prompts(session, NOW + timedelta(seconds=12))["no-reading-spo2"] == monitoring.NO_READING


BEHIND = timedelta(minutes=12)


@pytest.mark.parametrize("back", [timedelta(minutes=4), BEHIND, timedelta(hours=1)])
def test_a_clock_far_behind_is_said_at_the_chair(session: uuid.UUID, sends: Sends, back: timedelta) -> None:
    """More than five minutes behind it was a plain "No reading": nobody was told that it comes, nor why."""
    says(sends, "97", NOW - timedelta(seconds=1), timedelta(0))
    for second in range(4):
        says(sends, "84", NOW + timedelta(seconds=second), -back)
    now = NOW + timedelta(seconds=3)
    assert prompts(session, now)["no-reading-spo2"].startswith(f"It comes, dated {length(back)} back")
    assert shown(session, now) == {}
    status = status_of(session, chart_store.session_chart_of(session), now)
    held = {each.name: each.held for each in status.figures}
    assert held["spo2"] == f"dated {length(back)} back, held"


def test_a_prompt_for_silence_says_so_once_what_comes_is_dated_back(session: uuid.UUID, sends: Sends) -> None:
    """A monitor that was started anew with a clock of its own stood there as one that gives nothing."""
    says(sends, "97", NOW, timedelta(0))
    then = NOW + timedelta(seconds=30)
    assert prompts(session, then)["no-reading-spo2"] == monitoring.NO_READING
    says(sends, "97", then, -BEHIND)
    status = status_of(session, chart_store.session_chart_of(session), then)
    asked = {each.alert.raised.event.alert: each.asks_for for each in status.prompts}
    assert asked["no-reading-spo2"].startswith("It comes, dated 12 min back")


def test_a_monitor_far_behind_that_stopped_sending_is_silent(session: uuid.UUID, sends: Sends) -> None:
    says(sends, "97", NOW, -BEHIND)
    assert prompts(session, NOW + timedelta(seconds=9))["no-reading-spo2"] == monitoring.NO_READING


def test_a_cuff_alone_whose_clock_is_behind_is_not_silent(session: uuid.UUID, sends: Sends) -> None:
    """A monitor that sends pressures and nothing else came to no prompt at all, whatever it had measured."""
    pressure(sends, NOW, -BEHIND)
    told = prompts(session, NOW + timedelta(seconds=2))
    assert told["dated-back-pressure"].startswith("It comes, dated 12 min back")
    held = {each.name: each.held for each in status_of(session, chart_store.session_chart_of(session), NOW).figures}
    assert held["pressure"] == "dated 12 min back, held"
    assert "dated-back-pressure" not in prompts(session, NOW + timedelta(minutes=6)), "no more comes"


@pytest.mark.parametrize(("back", "words"), [(20, ""), (31, "31 s"), (240, "4 min")])
def test_a_clock_behind_whose_pressures_count_is_said_at_the_chair(
    session: uuid.UUID, sends: Sends, back: int, words: str
) -> None:
    """A pressure of now stood there as four minutes old, was gone a minute later, and nobody knew why."""
    pressure(sends, NOW, -timedelta(seconds=back))
    status = status_of(session, chart_store.session_chart_of(session), NOW)
    assert status.clock_behind == words
    says(sends, "97", NOW + timedelta(seconds=9), timedelta(0))
    status = status_of(session, chart_store.session_chart_of(session), NOW + timedelta(seconds=9))
    assert status.clock_behind == "", "one that came at once tells that the others waited"


def test_a_pressure_that_came_in_time_is_dated_back_at_no_age(session: uuid.UUID, sends: Sends) -> None:
    pressure(sends, NOW, -timedelta(seconds=20))
    for minute in (1, 4.9, 5.1, 9):
        assert "dated-back-pressure" not in prompts(session, NOW + timedelta(minutes=minute))


def test_the_last_pressure_of_a_clock_some_seconds_ahead_counts_at_once(session: uuid.UUID, sends: Sends) -> None:
    """It was the pressure before it, for half a minute, beside a prompt that read the new one."""
    pressure(sends, NOW - timedelta(minutes=3), timedelta(0), upper="131")
    pressure(sends, NOW, timedelta(seconds=20))
    cuff = monitors.last_cuff(session, NOW, chart_store.session_chart_of(session))
    assert cuff.pressure is not None
    assert (cuff.pressure[0].value, cuff.pressure[0].at) == (186, NOW)


def pressure(sends: Sends, now: datetime, ahead: timedelta, upper: str = "186") -> None:
    dated = f"{now + ahead:%Y%m%d%H%M%S}+0000"
    rows = row(SYSTOLIC, upper, MMHG), row(DIASTOLIC, "114", MMHG)
    sends(spoken(*rows, number=f"p{now:%M%S}", at=dated), now=now)

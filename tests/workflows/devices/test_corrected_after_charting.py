"""A reading charted by one tap from the monitor, which says otherwise afterwards: somebody at the chair is asked."""

import uuid
from datetime import datetime

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Device
from sereniv.clinic.workflows.chair import charting, monitors
from sereniv.clinic.workflows.devices import placing
from tests.conftest import NOON, ActMaker, FixedClock
from tests.exchange.speaking import DIASTOLIC, MMHG, SYSTOLIC, row, spoken
from tests.web.desk import words_of
from tests.workflows.devices.conftest import Sends
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db
TAKEN = at(10)
SENT = f"{TAKEN:%Y%m%d%H%M%S}+0000"


def said(number: int, *rows: str) -> bytes:
    return spoken(*rows, number=str(number), at=SENT)


def cuff(above: str, below: str = "80", status: str = "R") -> tuple[str, str]:
    return row(SYSTOLIC, above, MMHG, status=status), row(DIASTOLIC, below, MMHG, status=status)


@pytest.fixture
def charted(stage: Stage, device: Device, sends: Sends, act: ActMaker, fixed_clock: FixedClock) -> uuid.UUID:
    """Chart a saturation of 96 and a pressure of 140/80 from the monitor."""
    session = stage.infusing(SHE, "Chair 1", NOON)
    placing.connect(session, device.pk, act("nurse", now=at(9)))
    fixed_clock.shown = TAKEN
    sends(said(1, row(value="96"), *cuff("140")), now=TAKEN)
    monitors.chart_from_monitor(session, act("nurse", now=TAKEN))
    return session


def asked(session: uuid.UUID, now: datetime) -> dict[str, tuple[str, dict[str, str]]]:
    monitors.watch_session(session, now)
    found = [each.raised.event for each in chart_store.session_chart_of(session).open_alerts if each.presence == "on"]
    named = [each for each in found if each.alert.startswith("amended-")]
    return {each.title: (each.priority, dict(each.read)) for each in named}


TITLE = "The monitor has corrected what was charted"


def test_a_charted_reading_that_the_monitor_corrects_is_asked_about_as_gravely_as_what_it_says_now(
    charted: uuid.UUID, sends: Sends, act: ActMaker
) -> None:
    """96 charted and 85 since stood in chart and note as 96, and nobody was told."""
    assert asked(charted, TAKEN) == {}
    sends(said(2, row(value="85", status="C")), now=at(11))
    assert asked(charted, at(11)) == {TITLE: ("high", {"spo2": "96 charted, 85 since"})}
    sends(said(3, row(value="94", status="C")), now=at(12))
    charting.acknowledge(charted, _name(charted), "measured again", act("nurse", now=at(11.5)))
    assert asked(charted, at(12)) == {TITLE: ("low", {"spo2": "96 charted, 94 since"})}, "said again, asked again"


def test_one_that_it_takes_back_is_asked_about_until_it_is_measured_anew(
    charted: uuid.UUID, sends: Sends, act: ActMaker
) -> None:
    sends(said(2, row(status="D"), *cuff("", "", status="D")), now=at(11))
    assert len(_all_read(charted, at(11))) == 3
    charting.chart_vitals(charted, {"spo2": "97"}, act("nurse", now=at(11.5)))
    assert set(_all_read(charted, at(12))) == {"systolic", "diastolic"}
    charting.chart_vitals(charted, {"systolic": "141", "diastolic": "80"}, act("nurse", now=at(12)))
    assert asked(charted, at(12)) == {}


def test_struck_it_asks_no_more(charted: uuid.UUID, sends: Sends, act: ActMaker) -> None:
    sends(said(2, row(value="85", status="C")), now=at(11))
    (name,) = [_name(charted, at(11))]
    charting.strike(charted, int(name.removeprefix("amended-")), "the monitor corrected it", act("nurse", now=at(11)))
    assert asked(charted, at(11)) == {}


def test_a_correction_that_says_what_was_charted_asks_nothing(charted: uuid.UUID, sends: Sends) -> None:
    sends(said(2, row(value="96", status="C")), now=at(11))
    assert asked(charted, at(11)) == {}


def test_the_corrected_pressure_stands_beside_the_charted_one(
    charted: uuid.UUID, sends: Sends, staff: dict[str, Staff]
) -> None:
    """The tile went on saying 140/80 alone while the prompt spoke of 214."""
    sends(said(2, *cuff("214", status="C")), now=at(11))
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    shown = words_of(nurse.get(f"/sessions/{charted}/status/").content.decode())
    tile = shown.partition("Blood pressure")[2].partition("Heart rate")[0]
    assert "140/80" in tile
    assert "214/80" in tile


def _name(session: uuid.UUID, now: datetime | None = None) -> str:
    if now is not None:
        monitors.watch_session(session, now)
    alerts = chart_store.session_chart_of(session).open_alerts
    return next(each.raised.event.alert for each in alerts if each.raised.event.alert.startswith("amended-"))


def _all_read(session: uuid.UUID, now: datetime) -> dict[str, str]:
    monitors.watch_session(session, now)
    found = [each for each in chart_store.session_chart_of(session).open_alerts if each.presence == "on"]
    amended = [each.raised.event.read for each in found if each.raised.event.alert.startswith("amended-")]
    return {name: words for read in amended for name, words in read.items()}

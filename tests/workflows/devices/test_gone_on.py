"""A prompt on which nobody has acted says how the sign went on: the newest and the worst, with their times."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Device
from sereniv.clinic.web.chair.status import status_of
from sereniv.clinic.web.templatetags.clinic import readings
from sereniv.clinic.workflows.chair import charting, monitors
from sereniv.clinic.workflows.devices import placing
from sereniv.therapy.monitoring.reading import Reading
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.exchange.speaking import BEATS, DIASTOLIC, HEART, MMHG, SYSTOLIC, row, spoken
from tests.web.desk import words_of
from tests.workflows.devices.conftest import Sends
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(stage: Stage, device: Device, act: ActMaker) -> uuid.UUID:
    session = stage.infusing(SHE, "Chair 1", NOON)
    placing.connect(session, device.pk, act("nurse", now=at(9)))
    return session


def says(sends: Sends, spo2: str, minute: float, *others: str, status: str = "R", number: str = "") -> None:
    dated = f"{at(minute):%Y%m%d%H%M%S}+0000"
    rows = (row(value=spo2, status=status), row(HEART, "72", BEATS), *others)
    sends(spoken(*rows, number=number or f"G{minute}", at=dated), now=at(minute))


def pressure(above: str, below: str) -> tuple[str, str]:
    return row(SYSTOLIC, above, MMHG), row(DIASTOLIC, below, MMHG)


def said(reading: Reading | None) -> str:
    return "" if reading is None else f"{readings(reading.read)} {reading.at:%H:%M}"


def since(session: uuid.UUID, alert: str, minute: float) -> tuple[str, str]:
    """Return the newest and the worst that stand at a prompt which stays as it was raised."""
    monitors.watch_session(session, at(minute))
    status = status_of(session, chart_store.session_chart_of(session), at(minute))
    found = next(each for each in status.prompts if each.alert.raised.event.alert == alert)
    return said(found.since.newest), said(found.since.worst)


def test_a_prompt_says_the_newest_and_the_worst_saturation_since_it_was_raised(
    session: uuid.UUID, sends: Sends, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """It read 88 for as long as nobody acted, while the patient went to 71: the number of the first second."""
    says(sends, "88", 10)
    assert since(session, "confirm-saturation_very_low", 10) == ("", "")
    says(sends, "71", 11)
    assert since(session, "confirm-saturation_very_low", 11) == ("SpO₂ 71 on the monitor 12:11", "")
    says(sends, "79", 12)
    newest, worst = "SpO₂ 79 on the monitor 12:12", "SpO₂ 71 on the monitor 12:11"
    assert since(session, "confirm-saturation_very_low", 12) == (newest, worst)
    fixed_clock.shown = at(12)
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    for page in (
        reverse("session", args=[session]),
        reverse("session_notice", args=[session, "confirm-saturation_very_low"]),
    ):
        shown = words_of(nurse.get(page).content.decode())
        assert "Since then newest SpO₂ 79 on the monitor 12:12:00, worst SpO₂ 71 on the monitor 12:11:00" in shown


def test_what_got_better_keeps_the_number_it_was_raised_for(session: uuid.UUID, sends: Sends) -> None:
    says(sends, "84", 10)
    since(session, "confirm-saturation_very_low", 10)
    says(sends, "97", 11)
    assert since(session, "confirm-saturation_very_low", 11) == ("SpO₂ 97 on the monitor 12:11", "")


def test_a_charted_sign_and_the_monitor_are_told_together(session: uuid.UUID, sends: Sends, act: ActMaker) -> None:
    charting.chart_vitals(session, {"systolic": "186", "diastolic": "114"}, act("nurse", now=at(10)))
    monitors.watch_session(session, at(10))
    charting.chart_vitals(session, {"systolic": "190", "diastolic": "116"}, act("nurse", now=at(11)))
    monitors.watch_session(session, at(11.2))
    says(sends, "97", 12, *pressure("198", "112"))
    newest, _ = since(session, "pressure_severe", 12)
    assert newest == "198/112 mmHg on the monitor 12:12"


def test_the_worst_grade_of_distress_stands_at_its_prompt(session: uuid.UUID, act: ActMaker) -> None:
    for minute, grade in ((10, 3), (12, 3)):
        charting.chart_observation(session, ev.Observation.DISTRESS, grade, "", act("nurse", now=at(minute)))
        assert since(session, "distress_severe", minute) == ("", ""), "the same grade says nothing new"


def test_a_worst_that_the_monitor_took_back_is_not_told(session: uuid.UUID, sends: Sends) -> None:
    says(sends, "88", 10)
    since(session, "confirm-saturation_very_low", 10)
    says(sends, "60", 11)
    says(sends, "86", 12)
    sends(
        spoken(row(value="87", status="C"), number="again", at=f"{at(11):%Y%m%d%H%M%S}+0000"),
        now=at(12),
    )
    newest, worst = since(session, "confirm-saturation_very_low", 12)
    assert (newest, worst) == ("SpO₂ 86 on the monitor 12:12", "")

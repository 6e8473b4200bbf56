"""What a monitor sends too late to prompt anybody, past the card: told at the chair as a fact with both times."""

import uuid
from collections.abc import Sequence
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Device
from sereniv.clinic.web.chair.status import status_of
from sereniv.clinic.workflows.chair import charting, monitors, notes
from sereniv.clinic.workflows.chair.monitors import Incoming
from sereniv.clinic.workflows.devices import held, placing
from sereniv.therapy.documents.note_text import text
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.exchange.speaking import BEATS, DIASTOLIC, HEART, MMHG, SYSTOLIC, row, spoken
from tests.web.desk import words_of
from tests.workflows.devices.conftest import Sends
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db
SOURCE = "from Bedside 3"


@pytest.fixture
def session(stage: Stage, device: Device, act: ActMaker) -> uuid.UUID:
    session = stage.infusing(SHE, "Chair 1", NOON)
    placing.connect(session, device.pk, act("nurse", now=at(9)))
    return session


def says(sends: Sends, spo2: str, measured: float, came: float, *others: str) -> None:
    dated = f"{at(measured):%Y%m%d%H%M%S}+0000"
    rows = (row(value=spo2), row(HEART, "72", BEATS), *others)
    sends(spoken(*rows, number=f"L{measured}", at=dated), now=at(came))


def told(session: uuid.UUID, minute: float) -> Sequence[str]:
    return status_of(session, chart_store.session_chart_of(session), at(minute)).sent_late


def prompted(session: uuid.UUID, minute: float) -> set[str]:
    monitors.watch_session(session, at(minute))
    return {each.raised.event.alert for each in chart_store.session_chart_of(session).open_alerts}


def test_a_saturation_that_comes_late_is_told_with_both_times_and_prompts_nobody(
    session: uuid.UUID, sends: Sends, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """It stood in the curve and nowhere else: nobody was told that the patient had been at 84."""
    says(sends, "84", 12, 31)
    says(sends, "97", 31, 31)
    assert told(session, 31) == (f"SpO₂ 84 % at 12:12 (Saturation under 90 %), received 12:31 {SOURCE}",)
    assert "confirm-saturation_very_low" not in prompted(session, 31)
    fixed_clock.shown = at(31)
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    page = nurse.get(reverse("session", args=[session])).content.decode()
    assert f"received 12:31 {SOURCE}: too late to prompt anybody" in words_of(page)


def test_the_worst_of_what_came_together_is_told_once_and_again_only_where_it_is_worse(
    session: uuid.UUID, sends: Sends
) -> None:
    for minute, spo2 in ((12, "88"), (12.5, "84"), (13, "86"), (13.5, "97")):
        says(sends, spo2, minute, 31)
    assert [each[:9] for each in told(session, 31)] == ["SpO₂ 84 %", "SpO₂ 88 %"], "each message by itself"
    says(sends, "80", 14, 31.5)
    assert len(told(session, 32)) == 3
    says(sends, "85", 14.5, 37)
    assert len(told(session, 37)) == 4, "after the minutes in which a prompt asks again"


def test_a_pressure_and_a_pulse_are_told_by_their_own_names(session: uuid.UUID, sends: Sends) -> None:
    pressure = row(SYSTOLIC, "210", MMHG), row(DIASTOLIC, "118", MMHG)
    says(sends, "97", 12, 31, *pressure)
    words = " ".join(told(session, 31))
    assert "Systolic pressure 210 mmHg at 12:12 (Blood pressure severe)" in words
    assert "Diastolic pressure 118 mmHg at 12:12 (Blood pressure very high)" in words
    says(sends, "97", 32, 32, row(SYSTOLIC, "210", MMHG), row(DIASTOLIC, "118", MMHG))
    assert len(told(session, 32)) == 2, "what comes in time prompts, and is not told besides"


def test_it_stands_until_somebody_has_charted_the_sign(session: uuid.UUID, sends: Sends, act: ActMaker) -> None:
    says(sends, "84", 12, 31)
    charting.chart_vitals(session, {"heart_rate": "72"}, act("nurse", now=at(32)))
    assert told(session, 32)
    charting.chart_vitals(session, {"spo2": "97"}, act("nurse", now=at(33)))
    assert told(session, 33) == ()
    written = text(notes.note_of(chart_store.session_chart_of(session)))
    assert "SpO₂ 84 %: Bedside 3 sent it too late to prompt anybody" in written


def test_what_waited_for_somebody_is_told_when_it_is_given(
    stage: Stage, device: Device, sends: Sends, act: ActMaker
) -> None:
    session = stage.infusing(SHE, "Chair 1", NOON)
    says(sends, "84", 12, 12)
    held.assign(held.groups()[0].upto, session, act("nurse", now=at(20)))
    assert told(session, 20) == (f"SpO₂ 84 % at 12:12 (Saturation under 90 %), received 12:20 {SOURCE}",)


def test_the_same_message_by_http_again_is_told_once(session: uuid.UUID) -> None:
    for came in (31, 40):
        monitors.receive(session, "Bedside 3", [Incoming(signal="spo2", value=Decimal(84), at=at(12))], at(came))
    assert len(told(session, 40)) == 1


def test_what_was_another_patients_is_told_of_nobody(session: uuid.UUID, sends: Sends, act: ActMaker) -> None:
    says(sends, "84", 12, 31)
    picked = next(
        each.stream_seq
        for each in chart_store.session_chart_of(session).entries
        if isinstance(each.event, ev.MonitorConnected)
    )
    charting.strike(session, picked, "the monitor of Chair 2", act("nurse", now=at(32)))
    assert told(session, 32) == ()
    assert "SpO₂ 84 %" not in text(notes.note_of(chart_store.session_chart_of(session)))

"""Whoever is erased by law is named by no message either: that it came stays."""

from datetime import timedelta

import pytest

from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import device_messages
from sereniv.clinic.records.models import DeviceMessage, SampleRow, SessionRow
from sereniv.clinic.workflows.devices import held, placing
from tests.conftest import NOON, ActMaker
from tests.exchange.speaking import spoken
from tests.workflows.devices.conftest import Sends
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db


def test_what_came_to_her_session_or_names_her_is_blanked(stage: Stage, sends: Sends, act: ActMaker) -> None:
    stage.infusing(SHE, "Chair 1", NOON - timedelta(minutes=20))
    row = SessionRow.objects.get(phase="infusing")
    named = f"PID|||4711||{row.person.family_name}^{row.person.given_names}"
    sends(spoken(person=named), spoken(number="2", person="PID|||4712||Other^Somebody"))
    placing.connect(row.pk, DeviceMessage.objects.all()[0].device_id, act("nurse"))
    sends(spoken(number="3"))
    assert device_messages.count_about([row.person], [row]) == 2
    device_messages.forget_about([row.person], [row])
    found = DeviceMessage.objects.order_by("pk").values_list("content", "patient", "control_id")
    assert [(content is None, bool(patient), number) for content, patient, number in found] == [
        (True, False, "M1"), (False, True, "2"), (True, False, "3"),
    ]  # fmt: skip
    assert SampleRow.objects.filter(at=NOON).count() == 1
    assert [group.reads for group in held.groups()] == [(), ("spo2 97",)]

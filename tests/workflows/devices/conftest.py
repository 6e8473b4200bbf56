"""A monitor in the register, and what it says."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from sereniv.clinic.records.models import Device
from sereniv.clinic.workflows.chair.monitors import SIGNALS
from sereniv.clinic.workflows.devices import known, registering
from sereniv.clinic.workflows.devices.known import Speaker, who_speaks
from sereniv.clinic.workflows.devices.receiving import Arrived, take_all
from sereniv.clinic.workflows.devices.registering import Wanted
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.exchange.hl7v2 import observed, read_message
from sereniv.knowledge import knowledge
from tests.conftest import NOON, ActMaker
from tests.workflows import test_path

EUI = "00A0370000000001"
AT = Speaker(source="192.0.2.14")
WANTED = Wanted(
    name="Bedside 3", kind="monitor", sender=EUI, source="192.0.2.14", certificate="", interval_s=1,
    signals=("heart_rate", "spo2", "systolic", "diastolic"),
)  # fmt: skip

stage = test_path.stage
Sends = Callable[..., None]


def arrived(raw: bytes, now: datetime = NOON) -> Arrived:
    message = read_message(raw)
    said = observed(message, knowledge().device_codes, home_zone(), now)
    device = who_speaks(said.names, AT)
    assert not isinstance(device, str), device
    return Arrived(device=device, raw=raw, message=message, said=said)


@pytest.fixture
def device(act: ActMaker) -> Device:
    """Register a monitor."""
    registering.add_device(WANTED, act("admin"))
    known.register.changed()
    return Device.objects.get(name="Bedside 3")


@pytest.fixture
def sends(device: Device) -> Sends:
    """Let the monitor send messages in one group."""
    del device

    def send(*raw: bytes, now: datetime = NOON, **_: Any) -> None:
        take_all([arrived(each, now) for each in raw], now)

    return send


assert set(WANTED.signals) <= set(SIGNALS)

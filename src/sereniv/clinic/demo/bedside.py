"""Two monitors of the demo that speak HL7: both registered, and one that ran with nobody said to be at it."""

from datetime import datetime, timedelta

from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.workflows.chair.monitors import SIGNALS
from sereniv.clinic.workflows.devices import registering
from sereniv.clinic.workflows.devices.known import MONITOR, Speaker, register, who_speaks
from sereniv.clinic.workflows.devices.receiving import Arrived, take_all
from sereniv.clinic.workflows.devices.registering import Wanted
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.exchange.hl7v2 import observed, read_message
from sereniv.knowledge import knowledge

ADDRESSES = {"Bedside 1": "192.0.2.21", "Bedside 2": "192.0.2.22"}
"""Addresses that are kept for examples: nobody sends from them."""

HELD = "Bedside 2"
ROWS = (
    ("147842^MDC_ECG_HEART_RATE^MDC", 71, "264864^MDC_DIM_BEAT_PER_MIN^MDC"),
    ("150456^MDC_PULS_OXIM_SAT_O2^MDC", 98, "262688^MDC_DIM_PERCENT^MDC"),
)


def fill(stage: Stage, now: datetime) -> None:
    """Register the monitors, and let one send while it is at no chair."""
    for name, address in ADDRESSES.items():
        wanted = Wanted(
            name=name, kind=MONITOR, sender=name.upper().replace(" ", ""), source=address, certificate="",
            interval_s=1, signals=SIGNALS,
        )  # fmt: skip
        registering.add_device(wanted, stage.act("admin", now))
    register.changed()
    for minutes in (4, 3, 2):
        _say(now - timedelta(minutes=minutes), minutes)


def _say(at: datetime, number: int) -> None:
    stamp, sender = f"{at:%Y%m%d%H%M%S}+0000", HELD.upper().replace(" ", "")
    rows = [
        f"OBX|{place}|NM|{code}|1.1.1.{place}|{value}|{unit}|||||R" for place, (code, value, unit) in enumerate(ROWS)
    ]
    lines = [
        f"MSH|^~\\&|{sender}||||{stamp}||ORU^R01^ORU_R01|demo-{number}|P|2.6|||NE|AL",
        "PID|||99999",
        f"OBR|1|||182777000^monitoring of patient^SCT|||{stamp}",
        *rows,
    ]
    raw = "\r".join(lines).encode()
    message = read_message(raw)
    said = observed(message, knowledge().device_codes, home_zone(), at)
    device = who_speaks(said.names, Speaker(source=ADDRESSES[HELD]))
    if isinstance(device, str):
        raise TypeError(device)
    take_all([Arrived(device=device, raw=raw, message=message, said=said)], at)

"""What of devices' messages is in nobody's chart, counted by code, unit and reason; the messages hold it themselves."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from sereniv.clinic.records.models import SetAsideRow
from sereniv.exchange.hl7v2 import SetAside

MOST_LINES = 500
"""Of one device; what comes under further codes is counted together."""

Line = tuple[int, str, str, str, str]


def count(found: Iterable[tuple[int, Iterable[SetAside]]], now: datetime) -> None:
    """Count what was set aside of messages, by device."""
    times: dict[Line, int] = {}
    values: dict[Line, str] = {}
    for device, rows in found:
        for each in rows:
            line = (device, str(each.why), _kept(each.code, 120), _kept(each.unit, 80), _kept(each.reason, 200))
            times[line] = times.get(line, 0) + 1
            values[line] = _kept(each.value, 40)
    for line, number in times.items():
        if not _add(line, number, values[line], now):
            _begin(line, number, values[line], now)


def _add(line: Line, number: int, value: str, now: datetime) -> bool:
    device, why, code, unit, reason = line
    rows = SetAsideRow.objects.filter(device_id=device, why=why, code=code, unit=unit, reason=reason)
    return bool(rows.update(times=F("times") + number, last_at=now, last_value=value))


def _begin(line: Line, number: int, value: str, now: datetime) -> None:
    device, why, code, unit, reason = line
    if SetAsideRow.objects.filter(device_id=device).count() >= MOST_LINES:
        line = (device, why, "further codes", "", "Too many different ones to count each.")
        if _add(line, number, value, now):
            return
        _, why, code, unit, reason = line
    SetAsideRow.objects.create(
        device_id=device, why=why, code=code, unit=unit, reason=reason, times=number, first_at=now, last_at=now,
        last_value=value,
    )  # fmt: skip


def _kept(text: str, most: int) -> str:
    return "".join(sign for sign in text if sign.isprintable())[:most]

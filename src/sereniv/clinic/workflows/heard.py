"""What the monitor of a session said over its time, thinned to be drawn, its silences kept."""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal

from sereniv.clinic.records.models import SampleRow
from sereniv.knowledge import knowledge
from sereniv.therapy.monitoring import CUFF_SIGNALS, reading_of
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart

MOST_POINTS = 1500
"""Points of one monitor signal that are drawn; more are thinned evenly, gaps kept."""
Points = list[tuple[datetime, float | None]]


def signals_of(session_id: uuid.UUID | str, chart: SessionChart) -> dict[str, Points]:
    """Return the readings of each signal by time; None is where the monitor fell silent or gave no number."""
    rows = SampleRow.objects.filter(session_id=session_id).order_by("at").values_list("signal", "at", "value")
    found: dict[str, Points] = {}
    for signal, at, value in rows:
        found.setdefault(signal, []).append((at, _float(reading_of(value))))
    declared = _longest_silences(chart)
    return {signal: _thinned(points, None if signal in CUFF_SIGNALS else declared) for signal, points in found.items()}


def _longest_silences(chart: SessionChart) -> list[tuple[datetime, timedelta]]:
    """Return from when on a monitor, as connected then, counts as silent after how long; the latest first."""
    intervals = knowledge().feed.missing_after_intervals
    return [
        (each.at, timedelta(seconds=float(each.event.interval_s * intervals)))
        for each in reversed(chart.entries)
        if isinstance(each.event, ev.MonitorConnected)
    ]


def _thinned(points: Points, silences: list[tuple[datetime, timedelta]] | None) -> Points:
    """Thin evenly; where the monitor fell silent, a None keeps the gap a gap."""
    step = 1 + len(points) // MOST_POINTS
    kept: Points = []
    before: datetime | None = None
    for number, (at, value) in enumerate(points):
        if silences is not None and before is not None:
            longest = _longest(silences, before)
            if at - before > longest:
                kept.append((before + longest, None))
        if number % step == 0 or value is None:
            kept.append((at, value))
        before = at
    return kept


def _longest(silences: list[tuple[datetime, timedelta]], at: datetime) -> timedelta:
    default = timedelta(seconds=float(knowledge().feed.missing_after_intervals))
    return next((longest for since, longest in silences if since <= at), default)


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)

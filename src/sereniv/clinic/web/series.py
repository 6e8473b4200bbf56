"""The numbers behind the charts, as plain lists; every one also stands in a table on the page."""

import uuid
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sereniv.clinic.records.models import SampleRow
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import line_title
from sereniv.therapy.monitoring import CUFF_SIGNALS, reading_of
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.delivered import delivered
from sereniv.therapy.session.event_words import describe

MOST_POINTS = 1500
"""Points of one monitor signal sent to a page; more are thinned evenly, gaps kept."""

TOLD = (
    ev.InfusionStarted,
    ev.InfusionFoundRunning,
    ev.RateChanged,
    ev.RateFound,
    ev.InfusionPaused,
    ev.InfusionResumed,
    ev.InfusionStopped,
    ev.ObservationCharted,
    ev.InterventionCharted,
    ev.MedicineGiven,
    ev.HelpCalled,
    ev.HelpAnswered,
    ev.AlertRaised,
)


def session_series(session_id: uuid.UUID | str, chart: SessionChart, now: datetime) -> dict[str, Any]:
    """Give one session's vital signs, monitor signals, drug and events by time in Unix seconds."""
    so_far = delivered(chart, now) if chart.started_at else None
    title_of = partial(line_title, knowledge().gate)
    return {
        "now": _epoch(now),
        "opened": _epoch(chart.opened.at) if chart.opened else None,
        "started": _epoch(chart.started_at) if chart.started_at else None,
        "stopped": _epoch(chart.stopped_at) if chart.stopped_at else None,
        "volume_ml": float(chart.plan.volume_ml),
        "mg": float(round(so_far.mg, 1)) if so_far else 0.0,
        "reached": _epoch(so_far.reached_at) if so_far and so_far.reached_at else None,
        "vitals": _vitals(chart),
        "monitor": _monitor(session_id, chart),
        "rates": [{"at": _epoch(step.at), "rate": float(step.rate_ml_per_h)} for step in chart.rates],
        "events": [
            {
                "at": _epoch(each.at),
                "words": describe(each.event, title_of),
                "struck": each.stream_seq in chart.struck,
            }
            for each in chart.entries
            if isinstance(each.event, TOLD)
        ],
        "limits": _limits(),
    }


def _vitals(chart: SessionChart) -> list[dict[str, Any]]:
    fields = ("systolic", "diastolic", "heart_rate", "spo2", "respiratory_rate")
    return [
        {
            "at": _epoch(each.at),
            "struck": each.stream_seq in chart.struck,
            "questioned": [
                name
                for name in (fields if each.stream_seq in chart.outside else each.event.questions)
                if each.stream_seq in chart.outside or (each.stream_seq, name) not in chart.confirmed
            ],
            **{name: _float(getattr(each.event, name)) for name in fields},
        }
        for each in chart.entries
        if isinstance(each.event, ev.VitalsCharted)
    ]


def _monitor(session_id: uuid.UUID | str, chart: SessionChart) -> dict[str, list[list[float | None]]]:
    rows = SampleRow.objects.filter(session_id=session_id).order_by("at").values_list("signal", "at", "value")
    found: dict[str, list[list[float | None]]] = {}
    for signal, at, value in rows:
        found.setdefault(signal, []).append([_epoch(at), _float(reading_of(value))])
    longest = _longest_silence(chart)
    return {
        signal: _thinned(points, longest if signal not in CUFF_SIGNALS else None) for signal, points in found.items()
    }


def _longest_silence(chart: SessionChart) -> Callable[[float], float]:
    """Return how many seconds may pass after a moment before the monitor, as connected then, counts as silent."""
    intervals = knowledge().feed.missing_after_intervals
    declared = [
        (_epoch(each.at), each.event.interval_s * intervals)
        for each in chart.entries
        if isinstance(each.event, ev.MonitorConnected)
    ]
    return lambda at: next((seconds for since, seconds in reversed(declared) if since <= at), intervals)


def _thinned(points: list[list[float | None]], longest: Callable[[float], float] | None) -> list[list[float | None]]:
    """Thin evenly; where the monitor fell silent, a null keeps the gap a gap."""
    step = 1 + len(points) // MOST_POINTS
    kept: list[list[float | None]] = []
    before: float | None = None
    for number, point in enumerate(points):
        at, value = point
        if longest is not None and before is not None and at is not None and at - before > longest(before):
            kept.append([before + longest(before), None])
        if number % step == 0 or value is None:
            kept.append(point)
        before = at
    return kept


def _limits() -> dict[str, float]:
    alerts = knowledge().alerts
    return {
        "systolic": float(alerts["pressure_high"].from_any["systolic"]),
        "diastolic": float(alerts["pressure_high"].from_any["diastolic"]),
        "spo2": float(alerts["saturation_low"].below["spo2"]),
        "respiratory_rate": float(alerts["breathing_slow"].below["respiratory_rate"]),
    }


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _epoch(moment: datetime) -> float:
    return moment.timestamp()

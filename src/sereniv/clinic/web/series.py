"""The numbers behind the charts, as plain lists; every one also stands in a table on the page."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import SampleRow, SessionRow
from sereniv.knowledge import knowledge
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.delivered import delivered
from sereniv.therapy.session.note import describe

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
    ev.HelpCalled,
    ev.AlertRaised,
)


def response_series(person_id: uuid.UUID) -> dict[str, Any]:
    """Give a person's infusions, PHQ-9 totals and moods by time; blanks and missing totals stay null."""
    chart = chart_store.person_chart(person_id)
    scale = knowledge().scales["phq9"]
    infusions = []
    for row in SessionRow.objects.filter(person_id=person_id).order_by("opened_at"):
        session = chart_store.session_chart_of(row.pk)
        if session.started_at and session.stopped_at:
            mg = delivered(session, session.stopped_at).mg
            infusions.append(
                {"at": _epoch(session.started_at), "mg": float(round(mg, 1)), "number": row.infusion_number}
            )
    return {
        "infusions": infusions,
        "phq9": [
            {"at": _epoch(each.at), "total": each.event.total, "item9": each.event.answers[8]}
            for each in chart.scores
            if each.event.scale == "phq9"
        ],
        "mood": [
            {"at": _epoch(each.at), "value": each.event.total} for each in chart.scores if each.event.scale == "mood"
        ],
        "remission_below": scale.remission_below,
        "response_fall": float(scale.response_fall_fraction or 0),
    }


def session_series(session_id: uuid.UUID | str, chart: SessionChart, now: datetime) -> dict[str, Any]:
    """Give one session's vital signs, monitor signals, drug and events by time in Unix seconds."""
    return {
        "now": _epoch(now),
        "opened": _epoch(chart.opened.at) if chart.opened else None,
        "started": _epoch(chart.started_at) if chart.started_at else None,
        "stopped": _epoch(chart.stopped_at) if chart.stopped_at else None,
        "volume_ml": float(chart.plan.volume_ml),
        "mg": float(round(delivered(chart, now).mg, 1)) if chart.started_at else 0.0,
        "vitals": _vitals(chart),
        "monitor": _monitor(session_id),
        "rates": [{"at": _epoch(step.at), "rate": float(step.rate_ml_per_h)} for step in chart.rates],
        "events": [
            {"at": _epoch(each.at), "words": describe(each.event), "struck": each.stream_seq in chart.struck}
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
            "questioned": any((each.stream_seq, name) not in chart.confirmed for name in each.event.questions),
            **{name: _float(getattr(each.event, name)) for name in fields},
        }
        for each in chart.entries
        if isinstance(each.event, ev.VitalsCharted)
    ]


def _monitor(session_id: uuid.UUID | str) -> dict[str, list[list[float | None]]]:
    rows = SampleRow.objects.filter(session_id=session_id).order_by("at").values_list("signal", "at", "value")
    found: dict[str, list[list[float | None]]] = {}
    for signal, at, value in rows:
        found.setdefault(signal, []).append([_epoch(at), _float(value)])
    return {signal: _thinned(points) for signal, points in found.items()}


def _thinned(points: list[list[float | None]]) -> list[list[float | None]]:
    step = 1 + len(points) // MOST_POINTS
    return [point for number, point in enumerate(points) if number % step == 0 or point[1] is None]


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

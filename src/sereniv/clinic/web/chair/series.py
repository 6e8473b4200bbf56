"""The numbers behind the charts, as plain lists; every one also stands in a table on the page."""

import uuid
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sereniv.clinic.workflows.chair.monitor_curves import signals_of
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import line_title
from sereniv.therapy.monitoring.shading import shadings
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.delivered import delivered, most_ml
from sereniv.therapy.session.event_words import describe

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
    ev.EmergencyOpened,
    ev.EmergencyClosed,
    ev.HelpAnswered,
    ev.AlertRaised,
)

ROWS_OF_GRADES = {
    ev.Observation.MOAAS: "Sedation",
    ev.Observation.DISSOCIATION: "Dissociation",
    ev.Observation.DISTRESS: "Distress",
    ev.Observation.PAIN: "Pain",
}
"""What is graded again and again has a row of its own on the chart, where its grades stand in time."""


def session_series(session_id: uuid.UUID | str, chart: SessionChart, now: datetime) -> dict[str, Any]:
    """Give one session's vital signs, monitor signals, drug and events by time in Unix seconds."""
    so_far = delivered(chart, now) if chart.started_at else None
    title_of = partial(line_title, knowledge().gate)
    return {
        "now": _epoch(now),
        "opened": _epoch(chart.opened.at) if chart.opened else None,
        "started": _epoch(chart.started_at) if chart.started_at else None,
        "stopped": _epoch(chart.stopped_at) if chart.stopped_at else None,
        "volume_ml": float(most_ml(chart)),
        "mg": float(round(so_far.mg, 1)) if so_far else 0.0,
        "reached": _epoch(so_far.reached_at) if so_far and so_far.reached_at else None,
        "vitals": _vitals(chart),
        "monitor": {
            name: [[_epoch(at), value] for at, value in points]
            for name, points in signals_of(session_id, chart).items()
        },
        "rates": [{"at": _epoch(step.at), "rate": float(step.rate_ml_per_h)} for step in chart.rates],
        "events": [
            {
                "at": _epoch(each.at),
                "row": _row_of(each.event),
                "words": describe(each.event, title_of),
                "short": str(each.event.grade) if isinstance(each.event, ev.ObservationCharted) else "",
                "struck": each.stream_seq in chart.struck,
            }
            for each in chart.entries
            if isinstance(each.event, TOLD)
        ],
        "limits": _limits(),
    }


def _row_of(event: ev.SessionEvent) -> str:
    """Name the row of the chart on which an event stands; all that has none of its own stands on the events'."""
    match event:
        case ev.MedicineGiven():
            return "Given"
        case ev.ObservationCharted(observation=what):
            return ROWS_OF_GRADES.get(what, "Events")
        case _:
            return "Events"


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


def _limits() -> dict[str, dict[str, float | bool]]:
    return {
        sign: {"limit": float(each.limit), "above": each.lies_above}
        for sign, each in shadings(knowledge().alerts).items()
    }


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _epoch(moment: datetime) -> float:
    return moment.timestamp()

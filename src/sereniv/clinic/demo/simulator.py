"""A labelled monitor simulator: plausible 1 Hz signals for demo sessions, the same for the same session and second."""

import math
import uuid
from datetime import datetime, timedelta
from decimal import Decimal

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import SampleRow, SessionRow
from sereniv.clinic.workflows import monitors
from sereniv.therapy.session.chart import Phase, SessionChart
from sereniv.therapy.session.delivered import delivered

DEVICE = "Monitor simulator"
SIGNALS = ("heart_rate", "spo2", "respiratory_rate", "systolic", "diastolic")
INTERVAL_S = 1
CUFF_EVERY_S = 300
MOST_SECONDS = 120
"""Seconds of signal made in one round; when the clock is hurried further, older seconds stay a gap."""

SIMULATED = (Phase.READY, Phase.INFUSING, Phase.PAUSED, Phase.RECOVERY)
TENTH = Decimal("0.1")


def simulate_all(now: datetime) -> None:
    """Send each simulated session the seconds since its last sample."""
    for row in SessionRow.objects.filter(phase__in=[str(phase) for phase in SIMULATED], label=""):
        chart = chart_store.session_chart_of(row.pk)
        if chart.monitor is None and not any(type(each.event).__name__ == "MonitorConnected" for each in chart.entries):
            monitors.connect(row.pk, DEVICE, INTERVAL_S, SIGNALS, now, f"simulator-{row.pk.hex}")
        elif chart.monitor is not None and chart.monitor.event.device == DEVICE:
            _send(row.pk, chart, now)


def _send(session_id: uuid.UUID, chart: SessionChart, now: datetime) -> None:
    whole = now.replace(microsecond=0)
    newest = SampleRow.objects.filter(session_id=session_id).order_by("-at").values_list("at", flat=True).first()
    since = max(newest or whole - timedelta(seconds=2), whole - timedelta(seconds=MOST_SECONDS))
    seconds = (whole - since) // timedelta(seconds=1)
    moments = [since.replace(microsecond=0) + timedelta(seconds=number) for number in range(1, seconds + 1)]
    incoming = [sample for moment in moments for sample in _signals(session_id, chart, moment)]
    if incoming:
        monitors.receive(session_id, DEVICE, incoming, now)


def _signals(session_id: uuid.UUID, chart: SessionChart, at: datetime) -> list[monitors.Incoming]:
    effect = _effect(chart, at)
    second = at.timestamp()
    phase = session_id.int % 97
    values = {
        "heart_rate": 70 + 12 * effect + 2 * math.sin(second / 41 + phase) + math.sin(second / 7),
        "spo2": 98 - effect + 0.6 * math.sin(second / 59 + phase),
        "respiratory_rate": 14 - effect + math.sin(second / 37 + phase),
    }
    if int(second) % CUFF_EVERY_S == 0:
        values |= {"systolic": 124 + 22 * effect + 3 * math.sin(second / 600), "diastolic": 78 + 11 * effect}
    return [
        monitors.Incoming(signal=name, value=Decimal(value).quantize(TENTH), at=at) for name, value in values.items()
    ]


def _effect(chart: SessionChart, at: datetime) -> float:
    """How far the drawn signals lean towards an infusion's peak, 0 to 1. Drawn for the eye, not a drug model."""
    if chart.started_at is None or at < chart.started_at:
        return 0.0
    share = float(delivered(chart, at).mg / chart.plan.dose_mg)
    if chart.stopped_at is None or at < chart.stopped_at:
        return share
    return share * math.exp(-((at - chart.stopped_at) / timedelta(minutes=1)) / 25)

"""A labelled monitor simulator: plausible 1 Hz signals for demo sessions, the same for the same session and second."""

import math
import uuid
from datetime import datetime, timedelta
from decimal import Decimal

from sereniv.clinic import clock
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import SampleRow, SessionRow
from sereniv.clinic.workflows.chair import monitors
from sereniv.therapy.session.chart import Phase, SessionChart
from sereniv.therapy.session.delivered import delivered
from sereniv.therapy.session.events import MonitorConnected

DEVICE = "Monitor simulator"
SIGNALS = ("heart_rate", "spo2", "respiratory_rate", "systolic", "diastolic")
CUFF_EVERY_S = 300
MOST_MOMENTS = 120
"""Moments of signal made in one round; where the clock jumped further, older ones stay a gap."""

SIMULATED = (Phase.READY, Phase.INFUSING, Phase.PAUSED, Phase.RECOVERY)
TENTH = Decimal("0.1")


def simulate_all(now: datetime) -> None:
    """Send each simulated session what its monitor measured since its last sample.

    The simulator is asked once a real second. On a hurried clock it therefore declares a longer interval,
    as a slower monitor would, rather than claim a reading each second that nobody sent.
    """
    interval_s = _interval_s()
    for row in SessionRow.objects.filter(phase__in=[str(phase) for phase in SIMULATED], label=""):
        chart = chart_store.session_chart_of(row.pk)
        ours = [each.event for each in chart.entries if isinstance(each.event, MonitorConnected)]
        if ours and chart.monitor is None:
            continue
        if not ours or (ours[-1].device == DEVICE and ours[-1].interval_s != interval_s):
            key = f"simulator-{row.pk.hex[:12]}-{chart.head}"
            monitors.connect(row.pk, DEVICE, interval_s, SIGNALS, now, key)
            chart = chart_store.session_chart_of(row.pk)
        if chart.monitor is not None and chart.monitor.event.device == DEVICE:
            _send(row.pk, chart, now)


def _interval_s() -> int:
    ticking = clock.clock()
    rate = ticking.rate if isinstance(ticking, clock.InjectedClock) else 1.0
    return max(1, round(rate))


def _send(session_id: uuid.UUID, chart: SessionChart, now: datetime) -> None:
    if chart.monitor is None:
        return
    step = timedelta(seconds=chart.monitor.event.interval_s)
    whole = now.replace(microsecond=0)
    sent = SampleRow.objects.filter(session_id=session_id, signal=SIGNALS[0])
    newest = sent.order_by("-at").values_list("at", flat=True).first()
    since = max(newest or whole - step, whole - MOST_MOMENTS * step)
    moments = [since + number * step for number in range(1, (whole - since) // step + 1)]
    incoming = [
        sample
        for earlier, moment in zip([since, *moments], moments, strict=False)
        for sample in _signals(session_id, chart, moment, earlier)
    ]
    if incoming:
        monitors.receive(session_id, DEVICE, incoming, now)


def _signals(session_id: uuid.UUID, chart: SessionChart, at: datetime, earlier: datetime) -> list[monitors.Incoming]:
    effect = _effect(chart, at)
    second = at.timestamp()
    phase = session_id.int % 97
    values = {
        "heart_rate": 70 + 12 * effect + 2 * math.sin(second / 41 + phase) + math.sin(second / 7),
        "spo2": 98 - effect + 0.6 * math.sin(second / 59 + phase),
        "respiratory_rate": 14 - effect + math.sin(second / 37 + phase),
    }
    if second // CUFF_EVERY_S > earlier.timestamp() // CUFF_EVERY_S:
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

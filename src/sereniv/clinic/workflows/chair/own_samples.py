"""The samples of a session that are its patient's; what a wrongly picked monitor sent waits to be given to somebody."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, QuerySet

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import DeviceMessage, Id, SampleRow
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.not_theirs import Strange, strange_readings

HELD, UNBOUND = "held", "at no chair"
"""What becomes of a message of which somebody must say whose it is, and why."""


def samples_of(session_id: Id, chart: SessionChart) -> QuerySet[SampleRow]:
    """Return what monitors sent to a session, without what was found to be of another patient.

    Beside a chart as it was known at an earlier moment it is what had come by then.
    """
    rows = SampleRow.objects.filter(session_id=session_id)
    if chart.known_by is not None:
        rows = rows.filter(received_at__lte=chart.known_by)
    for each in strange_readings(chart):
        rows = rows.exclude(device=each.device, received_at__gte=each.since, received_at__lt=each.until)
    return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class CameLater:
    """Samples that came later than they were measured: how many, and when the first and the last were measured."""

    count: int
    first: datetime
    last: datetime


def came_later(session_id: Id, chart: SessionChart, moment: datetime) -> CameLater | None:
    """Return what was measured from a session's opening to a moment and came only after it, None where nothing did."""
    rows = SampleRow.objects.filter(session_id=session_id, at__lte=moment, received_at__gt=moment)
    if chart.opened is not None:
        rows = rows.filter(at__gte=chart.opened.at)
    found = rows.aggregate(count=Count("pk"), first=Min("at"), last=Max("at"))
    return CameLater(**found) if found["count"] else None


def strange_samples(session_id: Id, strange: Strange) -> QuerySet[SampleRow]:
    """Return what came from another patient's monitor, as it came."""
    rows = SampleRow.objects.filter(session_id=session_id, device=strange.device)
    return rows.filter(received_at__gte=strange.since, received_at__lt=strange.until)


def hold_strange_again(session_id: Id, entry: int) -> None:
    """Let the messages that an entry says to be another patient's wait until somebody says whose they are."""
    for each in strange_readings(chart_store.session_chart_of(session_id)):
        if each.entry.stream_seq == entry:
            _hold_again(session_id, each)


def _hold_again(session_id: Id, strange: Strange) -> None:
    rows = DeviceMessage.objects.filter(session_id=session_id, device__name=strange.device)
    event = strange.entry.event
    if isinstance(event, ev.MonitorDataAssigned):
        came = rows.filter(patient=event.named, received_at__gte=event.first, received_at__lte=event.last)
    else:
        came = rows.filter(received_at__gte=strange.since, received_at__lt=strange.until)
    came.update(state=HELD, why=UNBOUND, session_id=None)

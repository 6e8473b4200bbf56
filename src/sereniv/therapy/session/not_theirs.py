"""What a monitor sent that is not this patient's: its connection or gift was struck, or it was moved before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sereniv.therapy.recording.entry import Recorded, narrowed
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart

A_MOMENT = timedelta(microseconds=1)
OF_A_MONITOR = (ev.MonitorConnected, ev.MonitorDataAssigned)
"""What may be struck where it was another patient's monitor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strange:
    """What came from a device from `since` on and before `until`, and when it was found to be no reading of this one.

    `entry` is what was struck, or what says since when the monitor was off.
    """

    entry: Recorded[ev.SessionEvent]
    device: str
    since: datetime
    until: datetime
    found_at: datetime


def strange_readings(chart: SessionChart) -> tuple[Strange, ...]:
    """Return what came here and is no reading of this patient, in the order in which it began."""
    return tuple(_strange(chart))


def is_of_this_patient(chart: SessionChart, entry: Recorded[ev.SessionEvent]) -> bool:
    """Say whether an entry is about this patient: a monitor's late value may be of another one."""
    event = entry.event
    return not isinstance(event, ev.MonitorSentLate) or is_theirs(chart, event.device, entry.recorded_at)


def is_theirs(chart: SessionChart, device: str, came_at: datetime) -> bool:
    """Say whether what came from a device at a moment is a reading of this patient."""
    return not any(each.device == device and each.since <= came_at < each.until for each in strange_readings(chart))


def _strange(chart: SessionChart) -> Iterator[Strange]:
    for place, entry in enumerate(chart.entries):
        strike = chart.struck.get(entry.stream_seq)
        if strike is None and isinstance(entry.event, ev.MonitorDisconnected) and entry.at < entry.recorded_at:
            until = _until(chart, entry.event.ended, entry.recorded_at)
            yield Strange(
                entry=entry, device=entry.event.device, since=entry.at, until=until, found_at=entry.recorded_at
            )
        if strike is None or not isinstance(entry.event, OF_A_MONITOR):
            continue
        given_at_once = isinstance(entry.event, ev.MonitorDataAssigned)
        since = entry.recorded_at
        until = since + A_MOMENT if given_at_once else _ended_at(chart.entries[place + 1 :], strike.recorded_at)
        yield Strange(entry=entry, device=entry.event.device, since=since, until=until, found_at=strike.recorded_at)


def ended_connections(chart: SessionChart) -> tuple[tuple[Recorded[ev.MonitorConnected], datetime], ...]:
    """Return each connection that was not struck and stands no more, the newest first, with when it ended."""
    found = []
    for place, each in enumerate(chart.entries):
        if isinstance(each.event, ev.MonitorConnected) and each.stream_seq not in chart.struck:
            ended = _first_end(chart.entries[place + 1 :])
            found += [(narrowed(each, each.event), ended)] if ended is not None else []
    return tuple(reversed(found))


def _until(chart: SessionChart, connection: int, recorded_at: datetime) -> datetime:
    """Return until when what came counts as another's: the end of the connection, or when it was charted."""
    ends = (ended for each, ended in ended_connections(chart) if each.stream_seq == connection)
    return next(ends, recorded_at) + A_MOMENT


def _ended_at(later: tuple[Recorded[ev.SessionEvent], ...], struck_at: datetime) -> datetime:
    """Return when a connection ended: by another one, by being taken off, or when it was struck."""
    end = _first_end(later)
    return struck_at + A_MOMENT if end is None else min(end, struck_at + A_MOMENT)


def _first_end(later: tuple[Recorded[ev.SessionEvent], ...]) -> datetime | None:
    return next((each.recorded_at for each in later if _ends_one(each.event)), None)


def _ends_one(event: ev.SessionEvent) -> bool:
    return isinstance(event, ev.MonitorConnected) or (isinstance(event, ev.MonitorDisconnected) and not event.ended)

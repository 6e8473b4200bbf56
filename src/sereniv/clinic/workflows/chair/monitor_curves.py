"""What the monitor of a session said over its time, thinned to be drawn, its silences kept."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection

from sereniv.clinic.records.models import SampleRow
from sereniv.clinic.workflows.chair.device_words import Words, words_of
from sereniv.knowledge import knowledge
from sereniv.therapy.monitoring import CUFF_SIGNALS, reading_of
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.not_theirs import Strange, strange_readings

MOST_POINTS = 1500
"""Points of one monitor signal that are drawn; more are thinned evenly, gaps kept."""
Points = list[tuple[datetime, float | None]]


AS_KEPT = {"sqlite": "at || '+00:00'", "postgresql": "at"}
"""A moment as the database keeps it: Django's own reading of SQLite's text takes ten times as long as all the rest."""


def signals_of(session_id: uuid.UUID | str, chart: SessionChart) -> dict[str, Points]:
    """Return the readings of each signal by time; None is where the monitor fell silent or gave no number."""
    declared, words = _longest_silences(chart), words_of(session_id, chart)
    return {
        signal: _thinned(_amended(signal, points, words), None if signal in CUFF_SIGNALS else declared)
        for signal, points in _sent(session_id, strange_readings(chart), chart.known_by).items()
    }


def _amended(signal: str, points: Points, words: Words) -> Points:
    """Return points with what the device corrected or took back since."""
    amended = {at: said.value for (name, at), said in words.items() if name == signal and said.is_amended}
    if not amended:
        return points
    return [(at, _float(reading_of(amended[at])) if at in amended else value) for at, value in points]


def _sent(
    session_id: uuid.UUID | str, strange: Sequence[Strange] = (), known_by: datetime | None = None
) -> dict[str, Points]:
    """Read all that was sent to a session, walking the index: in four hours some forty thousand values.

    What came of another patient's monitor is left out, and what came after `known_by`.
    """
    moment = AS_KEPT[connection.vendor]
    own = " AND NOT (device = %s AND received_at >= %s AND received_at < %s)" * len(strange)
    came = "" if known_by is None else " AND received_at <= %s"
    query = (
        f"SELECT signal, {moment}, value FROM records_samplerow WHERE session_id = %s{own}{came} ORDER BY signal, at"  # noqa: S608
    )
    asked: list[str | datetime | uuid.UUID] = [_as_kept("session_id", session_id)]
    for each in strange:
        asked += [each.device, _as_kept("received_at", each.since), _as_kept("received_at", each.until)]
    if known_by is not None:
        asked.append(_as_kept("received_at", known_by))
    found: dict[str, Points] = {}
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        for signal, at, value in cursor.fetchall():
            found.setdefault(signal, []).append((_moment(at), _float(reading_of(value))))
    return found


def _as_kept(field: str, value: uuid.UUID | str | datetime) -> str | datetime | uuid.UUID:
    """Return a value as the database of this home holds it in a field."""
    (kept,) = (each for each in SampleRow._meta.concrete_fields if each.name == field)
    prepared: str | datetime | uuid.UUID = kept.get_db_prep_value(value, connection)
    return prepared


def _moment(kept: datetime | str) -> datetime:
    return datetime.fromisoformat(kept) if isinstance(kept, str) else kept


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
    shortest = min((_unless_declared(), *(longest for _, longest in silences or ())))
    for number, (at, value) in enumerate(points):
        if silences is not None and before is not None and at - before > shortest:
            longest = _longest(silences, before)
            if at - before > longest:
                kept.append((before + longest, None))
        if number % step == 0 or value is None:
            kept.append((at, value))
        before = at
    return kept


def _longest(silences: list[tuple[datetime, timedelta]], at: datetime) -> timedelta:
    return next((longest for since, longest in silences if since <= at), _unless_declared())


def _unless_declared() -> timedelta:
    """Return after how long a monitor counts as silent that never said how often it sends."""
    return timedelta(seconds=float(knowledge().feed.missing_after_intervals))


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)

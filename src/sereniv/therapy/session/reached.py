"""What ran while nobody knows that it reached the patient: from the last good look before a fault of the line on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.delivered import delivered
from sereniv.therapy.session.events import LINE_FAULTS, LineResited, Observation
from sereniv.therapy.session.line import mends

SITE_OUT, SITE_GOOD_UP_TO = 3, 1
"""Grades of the IV site: 3 is out of the vein; 2, red or swollen, is no fault and no good look either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """An amount of drug that ran between two looks, and is not known to have reached the patient."""

    since: datetime
    until: datetime
    mg: Decimal


def doubts(chart: SessionChart, now: datetime) -> tuple[Doubt, ...]:
    """Return what is not known to have reached the patient, span by span, up to `now`."""
    return tuple(
        Doubt(since=since, until=until, mg=mg)
        for since, until in _spans(chart, now)
        if (mg := delivered(chart, until).mg - delivered(chart, since).mg) > 0
    )


def doubtful_mg(chart: SessionChart, now: datetime) -> Decimal:
    """Return how much of what ran is not known to have reached the patient."""
    return sum((each.mg for each in doubts(chart, now)), Decimal(0))


def doubt_words(chart: SessionChart, now: datetime, clock: Callable[[datetime], str]) -> str:
    """Say what is not known to have reached the patient, and since when; empty where nothing is."""
    found = doubts(chart, now)
    if not found:
        return ""
    since = ", and from ".join(clock(each.since) for each in found)
    return (
        f"{doubtful_mg(chart, now):.1f} mg not known to have reached the patient, from the last good look at {since} on"
    )


def _spans(chart: SessionChart, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    if chart.started_at is None:
        return
    last_good, since = chart.started_at, None
    standing: set[Observation] = set()
    for at, begun, over, is_look in _looks(chart, now):
        if begun:
            standing |= begun
            since = since or last_good
            continue
        standing -= over
        if standing:
            continue
        if since is not None:
            yield since, max(at, since)
        # A further bag by itself is no look at the line.
        if is_look or since is not None:
            last_good = max(at, chart.started_at)
        since = None
    if since is not None:
        yield since, max(now, since)


Faults = frozenset[Observation]


def _looks(chart: SessionChart, now: datetime) -> list[tuple[datetime, Faults, Faults, bool]]:
    """Return by time what was found of the line: faults that began, those over, and whether somebody looked at it."""
    found = []
    for each in chart.observations:
        what, grade = frozenset({each.event.observation}), each.event.grade
        if _is_fault(each.event.observation, grade):
            found.append(((each.at, each.stream_seq), what, frozenset[Observation](), True))
        elif _is_good(each.event.observation, grade):
            found.append(((each.at, each.stream_seq), frozenset[Observation](), what, True))
    for mend, over in mends(chart):
        is_look = isinstance(mend.event, LineResited)
        found.append(((mend.at, mend.stream_seq), frozenset[Observation](), over, is_look))
    return [(at, begun, over, is_look) for (at, _), begun, over, is_look in sorted(found, key=_placed) if at <= now]


def _placed(look: tuple[tuple[datetime, int], Faults, Faults, bool]) -> tuple[datetime, int]:
    return look[0]


def _is_fault(what: Observation, grade: int) -> bool:
    return (what in LINE_FAULTS and grade > 0) or (what is Observation.IV_SITE and grade >= SITE_OUT)


def _is_good(what: Observation, grade: int) -> bool:
    return (what in LINE_FAULTS and grade == 0) or (what is Observation.IV_SITE and grade <= SITE_GOOD_UP_TO)

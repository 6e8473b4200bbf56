"""What ran while nobody knows that it reached the patient: from the last good look before a fault of the line on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.delivered import delivered
from sereniv.therapy.session.events import LINE_FAULTS, Observation

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
    looks = sorted(chart.observations, key=lambda each: (each.at, each.stream_seq))
    for look in (each for each in looks if each.at <= now):
        what, grade = look.event.observation, look.event.grade
        if _is_fault(what, grade):
            standing.add(what)
            since = since or last_good
        elif _is_good(what, grade):
            standing.discard(what)
            if standing:
                continue
            if since is not None:
                yield since, max(look.at, since)
                since = None
            last_good = max(look.at, chart.started_at)
    if since is not None:
        yield since, max(now, since)


def _is_fault(what: Observation, grade: int) -> bool:
    return (what in LINE_FAULTS and grade > 0) or (what is Observation.IV_SITE and grade >= SITE_OUT)


def _is_good(what: Observation, grade: int) -> bool:
    return (what in LINE_FAULTS and grade == 0) or (what is Observation.IV_SITE and grade <= SITE_GOOD_UP_TO)

"""Which backups are kept: all of a day, one an hour for a week, one a day for two months, one a month from then on."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

from sereniv.clinic.backup.target import Kept, Part, Series

ALL_FOR = timedelta(days=1)
HOURLY_FOR = timedelta(days=7)
DAILY_FOR = timedelta(days=62)


def to_let_go(kept: Iterable[Kept], now: datetime) -> list[Kept]:
    """Return the backups that others stand for by now: of each hour, day or month the newest stays.

    The newest of all is never among them, nor is one made after `now`: a clock that was wrong takes nothing away.
    """
    seen: set[str] = set()
    gone = []
    for each in sorted(kept, reverse=True):
        span = _span(each.made_at, now)
        if span in seen:
            gone.append(each)
        seen.add(span)
    return gone


def parts_to_let_go(series: Iterable[Series], gone: Collection[Kept], now: datetime) -> Iterator[Part]:
    """Yield the parts older than a day, and those whose whole backup goes; never one of what reaches latest."""
    for each in sorted(series, key=lambda one: one.until)[:-1]:
        for part in each.parts:
            if each.whole in gone or now - part.made_at >= ALL_FOR:
                yield part


def _span(made_at: datetime, now: datetime) -> str:
    age = now - made_at
    if age < ALL_FOR:
        return made_at.isoformat()
    if age < HOURLY_FOR:
        return f"{made_at:%Y-%m-%dT%H}"
    return f"{made_at:%Y-%m-%d}" if age < DAILY_FOR else f"{made_at:%Y-%m}"

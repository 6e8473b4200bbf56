"""When the clinic is staffed: whether it is at a moment, and its hours in the words of a door sign."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo

from sereniv.knowledge.rows import OpeningHours
from sereniv.therapy.recording.refusal import Malformed

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

FURTHEST_DAYS = 60
"""How far ahead the next opening is looked for."""

Week = Mapping[str, tuple[time, time]]
"""From when until when the clinic is open, by the name of the weekday; a day without a pair is closed."""


def is_staffed(at: datetime, hours: OpeningHours, zone: tzinfo) -> bool:
    """Say whether the clinic is staffed at a moment, in its own time; the closing minute itself is not."""
    here = at.astimezone(zone)
    span = open_on(here.date(), hours)
    return span is not None and span[0] <= here.time() < span[1]


def open_on(day: date, hours: OpeningHours) -> tuple[time, time] | None:
    """Return from when until when the clinic is open on a day, None where it is closed."""
    return None if day in hours.closed else hours.week.get(DAYS[day.weekday()])


def next_opening(at: datetime, hours: OpeningHours, zone: tzinfo) -> datetime | None:
    """Return when the clinic opens next after a moment, None where it does not within two months."""
    here = at.astimezone(zone)
    for ahead in range(FURTHEST_DAYS):
        span = open_on(here.date() + timedelta(days=ahead), hours)
        if span is not None:
            opens = datetime.combine(here.date() + timedelta(days=ahead), span[0], zone)
            if opens > at:
                return opens
    return None


def demand_week(week: Week) -> None:
    """Raise Malformed for a day that is none, or that closes before it opens."""
    for day, (opens, closes) in week.items():
        if day not in DAYS:
            raise Malformed(f"{day} is no day of the week.")
        if opens >= closes:
            raise Malformed(f"{day} closes before it opens. Enter the times as 08:00 and 17:30.")


def week_in_words(week: Week) -> tuple[str, ...]:
    """Write opening hours as a door sign does, days that are alike together ("Monday to Friday 08:00 to 18:00")."""
    runs: list[list[str]] = []
    for day in DAYS:
        if day not in week:
            continue
        before = runs[-1][-1] if runs else ""
        follows = bool(before) and DAYS.index(before) + 1 == DAYS.index(day)
        if follows and week[before] == week[day]:
            runs[-1].append(day)
        else:
            runs.append([day])
    return tuple(f"{_named(run)} {week[run[0]][0]:%H:%M} to {week[run[0]][1]:%H:%M}" for run in runs)


def _named(run: list[str]) -> str:
    if len(run) == 1:
        return run[0]
    return f"{run[0]} and {run[1]}" if len(run) == 2 else f"{run[0]} to {run[-1]}"

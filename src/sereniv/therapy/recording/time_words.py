"""Writes times and lengths of time the one way: a date where it is another day, a length in the unit that fits."""

from datetime import date, datetime, timedelta

SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=each) for each in (1, 60, 3600, 86400))
IN_SECONDS_UNDER = timedelta(seconds=90)
IN_MINUTES_UNDER = timedelta(hours=1)
"""From an hour on in hours: 85 min beside 1 h 30 min are two ways of one thing."""
IN_HOURS_UNDER = timedelta(hours=48)
JUST_NOW = timedelta(seconds=5)


BEFORE, AFTER = "before the clocks go back", "after the clocks go back"
"""What is written behind a time of the hour that a change of the clocks shows twice: the names of their zones, too."""


def which_of_two(moment: datetime) -> str:
    """Say which of the two moments of one time this is, in an hour that the clock goes through twice; else ""."""
    name = moment.tzname()
    if name in {BEFORE, AFTER}:
        return name
    first, second = (moment.replace(fold=each).utcoffset() for each in (0, 1))
    # In spring it is the other way round: a time of the hour that is left out is shown never.
    if first is None or second is None or first <= second:
        return ""
    return AFTER if moment.fold else BEFORE


def clock_words(moment: datetime, day: date | None, *, seconds: bool = False) -> str:
    """Write a time of day, 14:05, with its date in front where it is not of `day`: Tue 3 Mar 14:05; whole for None.

    A time that the clock shows twice says which of the two it is.
    """
    which = which_of_two(moment)
    told = f" ({which})" if which else ""
    if day is None:
        return f"{moment.day} {moment:%b %Y %H:%M}{told}"
    time = f"{moment:%H:%M:%S}{told}" if seconds else f"{moment:%H:%M}{told}"
    return time if moment.date() == day else f"{moment:%a} {moment.day} {moment:%b} {time}"


def length(span: timedelta) -> str:
    """Write a length of time: 40 s, 18 min, 3 h 20 min, 4 days; what is negative counts as none."""
    span = max(span, timedelta(0))
    if span < IN_SECONDS_UNDER:
        return f"{span // SECOND} s"
    if span < IN_MINUTES_UNDER:
        return f"{span // MINUTE} min"
    if span < IN_HOURS_UNDER:
        hours, rest = divmod(span // MINUTE, 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{span // DAY} days"


def remaining(span: timedelta) -> str:
    """Write how long something goes on: as `length`, to the nearest minute: of 40 minutes, 20 leave 20, not 19."""
    return length(span if span < IN_SECONDS_UNDER else span + MINUTE / 2)


def running(span: timedelta) -> str:
    """Write a length that is watched as it runs: 4:07 min, to the second under an hour; then as any other.

    With its unit: 4:07 alone would be a time of day.
    """
    span = abs(span)
    return f"{span // MINUTE}:{span // SECOND % 60:02d} min" if span < IN_MINUTES_UNDER else length(span)


def age_words(span: timedelta) -> str:
    """Write how old something is; what is a few seconds old is now."""
    return "now" if span < JUST_NOW else length(span)


def ago(span: timedelta) -> str:
    """Say how long ago something was."""
    return "now" if span < JUST_NOW else f"{length(span)} ago"

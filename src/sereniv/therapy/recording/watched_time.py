"""A time that notices what is asked of it, and so until when every answer would have been the same.

What a list says of somebody depends on their record and on the time alone. Whoever works it out is told the time as a
`Watched` one, which stands in for a `datetime`: comparing it, taking a span from it or asking for its day answers as
the plain one would, and notes in its `Horizon` when the answer next changes. What it cannot follow, such as a time that
is written out, holds for this moment alone. It is no subclass of `datetime`, so that nothing can read the time past it:
what would raises TypeError.
"""

import operator
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from sereniv.therapy.recording.horizon import Compare, Count, Horizon, Ordered

A_DAY = timedelta(days=1)
CLOCK_DIRECTIVES = frozenset("HIMSfpXcsT")
"""What of a format shows more than the day."""


def watched(now: datetime) -> tuple[datetime, Horizon]:
    """Return a moment that stands in for `now`, and what it notices."""
    horizon = Horizon(now)
    return cast("datetime", Watched(horizon, now)), horizon


def plain(now: datetime) -> datetime:
    """Return the time that a moment stands for, of which nothing is noticed: for what is looked at in another way."""
    told: object = now  # a checker of types knows only what it stands in for
    return told.shown if isinstance(told, Watched) else now


def horizon_of(now: datetime) -> Horizon | None:
    """Return what notices for a moment, None for a plain time."""
    told: object = now
    return told.horizon if isinstance(told, Watched) else None


class Watched(Ordered):
    """Stands in for the time, or for one that lies a fixed span from it."""

    __slots__ = ("horizon", "shown")

    def __init__(self, horizon: Horizon, shown: datetime) -> None:
        self.horizon = horizon
        self.shown = shown

    def compared(self, compare: Compare, other: object) -> bool:
        """Compare, and note when the answer turns."""
        if isinstance(other, Watched):
            return compare(self.shown, other.shown)
        if isinstance(other, datetime):
            self.horizon.changes_in(other - self.shown)
        return compare(self.shown, other)

    def __sub__(self, other: object) -> Any:  # noqa: ANN401  as a datetime's own
        if isinstance(other, Watched):
            return self.shown - other.shown
        if isinstance(other, datetime):
            return Span(self.horizon, self.shown - other, 1)
        return Watched(self.horizon, self.shown - cast("timedelta", other))

    def __rsub__(self, other: datetime) -> "Span":
        return Span(self.horizon, other - self.shown, -1)

    def __add__(self, other: timedelta) -> "Watched":
        return Watched(self.horizon, self.shown + other)

    __radd__ = __add__

    def astimezone(self, zone: Any = None) -> "Watched":  # noqa: ANN401  as a datetime's own
        """Return the same moment in another zone."""
        return Watched(self.horizon, self.shown.astimezone(zone))

    @property
    def tzinfo(self) -> Any:  # noqa: ANN401  as a datetime's own
        """Its zone, which stays."""
        return self.shown.tzinfo

    def date(self) -> "Day":
        """Return its day."""
        return Day(self, timedelta(0))

    def __format__(self, how: str) -> str:
        if how and not CLOCK_DIRECTIVES & set(how):
            return format(self.date(), how)
        self.horizon.holds_now_alone()
        return format(self.shown, how)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  whatever a datetime has
        self.horizon.holds_now_alone()
        return getattr(self.shown, name)


class Span(Ordered):
    """The time between the moment and a fixed one: it grows as time goes on (`sign` 1), or shrinks (-1)."""

    __slots__ = ("horizon", "shown", "sign")

    def __init__(self, horizon: Horizon, shown: timedelta, sign: int) -> None:
        self.horizon = horizon
        self.shown = shown
        self.sign = sign

    def _turns_at(self, at: timedelta) -> None:
        self.horizon.changes_in(self.sign * (at - self.shown))

    def compared(self, compare: Compare, other: object) -> bool:
        """Compare, and note when the answer turns."""
        if isinstance(other, Span):
            self.horizon.holds_now_alone()
            return compare(self.shown, other.shown)
        if isinstance(other, timedelta):
            self._turns_at(other)
        return compare(self.shown, other)

    def __floordiv__(self, unit: timedelta) -> int:
        count: int = self.shown // unit
        self._turns_at(unit * (count + 1) if self.sign > 0 else unit * count)
        return count

    @property
    def days(self) -> int:
        """Whole days: how many there are is noticed when it is read, more than so many when it turns."""
        return cast("int", Count(self.horizon, self.shown.days, self._days_turn_at, lambda: self // A_DAY))

    def _days_turn_at(self, count: int) -> None:
        for each in (count, count + 1):
            self._turns_at(A_DAY * each)

    def __add__(self, other: timedelta) -> "Span":
        return Span(self.horizon, self.shown + other, self.sign)

    __radd__ = __add__

    def __sub__(self, other: timedelta) -> "Span":
        return Span(self.horizon, self.shown - other, self.sign)

    def __rsub__(self, other: timedelta) -> "Span":
        return Span(self.horizon, other - self.shown, -self.sign)

    def __neg__(self) -> "Span":
        return Span(self.horizon, -self.shown, -self.sign)

    def __truediv__(self, unit: Any) -> Any:  # noqa: ANN401  as a timedelta's own
        self.horizon.holds_now_alone()
        return self.shown / unit

    def __bool__(self) -> bool:
        return self.compared(operator.ne, timedelta(0))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  whatever a timedelta has
        self.horizon.holds_now_alone()
        return getattr(self.shown, name)


class Day(Ordered):
    """Stands in for the day of a moment, or one a fixed number of days from it."""

    __slots__ = ("horizon", "moment", "shift", "shown")

    def __init__(self, moment: Watched, shift: timedelta) -> None:
        self.horizon = moment.horizon
        self.moment = moment
        self.shift = shift
        self.shown = moment.shown.date() + shift

    def turns_on(self, day: date) -> None:
        """Note that an answer changes when this day begins, or the one after it."""
        for each in (day, day + A_DAY):
            if each > self.shown:
                begins = datetime.combine(each - self.shift, time(), self.moment.tzinfo)
                self.horizon.changes_in(begins - self.moment.shown)

    def turns_daily(self) -> None:
        """Note that an answer changes when the day does."""
        self.turns_on(self.shown)

    def compared(self, compare: Compare, other: object) -> bool:
        """Compare, and note on which day the answer turns."""
        if isinstance(other, Day):
            if other.moment.tzinfo is not self.moment.tzinfo:
                self.turns_daily()
                other.turns_daily()
            return compare(self.shown, other.shown)
        if isinstance(other, date) and other < date.max:
            self.turns_on(other)
        return compare(self.shown, other)

    def __sub__(self, other: object) -> Any:  # noqa: ANN401  as a date's own
        if isinstance(other, Day):
            self.turns_daily()
            other.turns_daily()
            return self.shown - other.shown
        if isinstance(other, date):
            return Days(self, other, 1)
        return Day(self.moment, self.shift - cast("timedelta", other))

    def __rsub__(self, other: date) -> "Days":
        return Days(self, other, -1)

    def __add__(self, other: timedelta) -> "Day":
        return Day(self.moment, self.shift + other)

    __radd__ = __add__

    def __format__(self, how: str) -> str:
        self.turns_daily()
        return format(self.shown, how)

    def __hash__(self) -> int:
        self.turns_daily()
        return hash(self.shown)

    def __str__(self) -> str:
        self.turns_daily()
        return str(self.shown)

    @property
    def year(self) -> int:
        """Its year, which turns at New Year."""
        self.turns_on(date(self.shown.year + 1, 1, 1))
        year: int = self.shown.year
        return year

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  whatever a date has
        self.turns_daily()
        return getattr(self.shown, name)


class Days(Ordered):
    """The days between the moment's day and a fixed one: it grows from day to day (`sign` 1), or shrinks (-1)."""

    __slots__ = ("day", "fixed", "horizon", "shown", "sign")

    def __init__(self, day: Day, fixed: date, sign: int) -> None:
        self.horizon = day.horizon
        self.day = day
        self.fixed = fixed
        self.sign = sign
        self.shown = (day.shown - fixed) * sign

    def compared(self, compare: Compare, other: object) -> bool:
        """Compare, and note on which day the answer turns."""
        if isinstance(other, timedelta):
            at = self.fixed + timedelta(days=self.sign * other.days)
            for each in (at - A_DAY, at):
                self.day.turns_on(each)
        else:
            self.day.turns_daily()
        return compare(self.shown, getattr(other, "shown", other))

    def __bool__(self) -> bool:
        self.day.turns_daily()
        return bool(self.shown)

    def __hash__(self) -> int:
        self.day.turns_daily()
        return hash(self.shown)

    @property
    def days(self) -> int:
        """How many there are."""
        return cast("int", Count(self.horizon, self.shown.days, self._turns_at, self.day.turns_daily))

    def _turns_at(self, count: int) -> None:
        self.compared(operator.lt, timedelta(days=count))

    def __floordiv__(self, unit: Any) -> Any:  # noqa: ANN401  as a timedelta's own
        self.day.turns_daily()
        return self.shown // unit

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  whatever a timedelta has
        self.day.turns_daily()
        return getattr(self.shown, name)

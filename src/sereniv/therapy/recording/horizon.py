"""Until when an answer holds: what notices, and what stands in for something that changes as time goes on."""

import operator
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

A_TICK = timedelta(microseconds=1)
Compare = Callable[[Any, Any], bool]


class Horizon:
    """Until when what was worked out at `now` holds: `until` is the first moment of which that is not known."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.until: datetime | None = None

    def changes_at(self, when: datetime) -> None:
        """Note that an answer changes at a moment, or right after it; one that has passed changes nothing any more."""
        if when >= self.now:
            moment = max(when, self.now + A_TICK)
            self.until = moment if self.until is None else min(self.until, moment)

    def changes_in(self, span: timedelta) -> None:
        """Note that an answer changes after so long."""
        try:
            self.changes_at(self.now + span)
        except OverflowError:
            return  # beyond the last year there is

    def holds_now_alone(self) -> None:
        """Note that an answer holds for this very moment only."""
        self.changes_in(A_TICK)


def _answered(compare: Compare) -> Callable[["Ordered", object], bool]:
    def answer(self: "Ordered", other: object) -> bool:
        return self.compared(compare, other)

    return answer


class Ordered:
    """Comparisons, each noticed."""

    __slots__ = ()
    __lt__ = _answered(operator.lt)
    __le__ = _answered(operator.le)
    __gt__ = _answered(operator.gt)
    __ge__ = _answered(operator.ge)
    __eq__ = _answered(operator.eq)
    __ne__ = _answered(operator.ne)

    horizon: Horizon
    shown: Any

    def compared(self, compare: Compare, other: object) -> bool:
        """Compare, and note when the answer turns."""
        raise NotImplementedError

    def __hash__(self) -> int:
        self.horizon.holds_now_alone()
        return hash(self.shown)

    def __str__(self) -> str:
        self.horizon.holds_now_alone()
        return str(self.shown)

    __repr__ = __str__


class Count(Ordered):
    """Stands in for how many days have passed: held against a number it turns then alone, and read it turns daily."""

    __slots__ = ("horizon", "shown", "turns_at", "turns_next")

    def __init__(
        self, horizon: Horizon, shown: int, turns_at: Callable[[int], None], turns_next: Callable[[], object]
    ) -> None:
        self.horizon = horizon
        self.shown = shown
        self.turns_at = turns_at
        self.turns_next = turns_next

    def compared(self, compare: Compare, other: object) -> bool:
        """Compare, and note when the answer turns."""
        if isinstance(other, int):
            self.turns_at(other)
            return compare(self.shown, other)
        return compare(self.read(), other.read() if isinstance(other, Count) else other)

    def read(self) -> int:
        """Return the number itself, which holds until the next one."""
        self.turns_next()
        count: int = self.shown
        return count

    def __hash__(self) -> int:
        return hash(self.read())

    def __str__(self) -> str:
        return str(self.read())

    __repr__ = __str__

    def __format__(self, how: str) -> str:
        return format(self.read(), how)

    def __index__(self) -> int:
        return self.read()

    __int__ = __index__

    def __bool__(self) -> bool:
        return self.compared(operator.ne, 0)

    def __neg__(self) -> int:
        return -self.read()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  whatever a number has
        return getattr(self.read(), name)


def _counted(name: str) -> Callable[[Count, object], Any]:
    """Return what reckons with the number itself."""

    def reckoned(self: Count, other: object) -> Any:  # noqa: ANN401  as a number's own
        return getattr(operator, name)(self.read(), other)

    return reckoned


def _counted_on_the_right(name: str) -> Callable[[Count, object], Any]:
    def reckoned(self: Count, other: object) -> Any:  # noqa: ANN401  as a number's own
        return getattr(operator, name)(other, self.read())

    return reckoned


for _name in ("add", "sub", "mul", "floordiv", "truediv", "mod"):
    setattr(Count, f"__{_name}__", _counted(_name))
    setattr(Count, f"__r{_name}__", _counted_on_the_right(_name))

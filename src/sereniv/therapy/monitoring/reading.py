"""What was read of a sign at one moment, charted by a person or sent by a monitor, and what a cuff gave before."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sereniv.therapy.recording.typed_values import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read of one sign at one moment; a pressure has two values."""

    at: datetime
    values: dict[str, Decimal]
    from_monitor: bool = False

    @property
    def read(self) -> dict[str, str]:
        """The values in the words of a prompt."""
        source = " on the monitor" if self.from_monitor else ""
        return {name: f"{plain(value)}{source}" for name, value in self.values.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class CuffGave:
    """The pressures that a monitor's cuff gave, the oldest first, and for how long its screen shows each as now."""

    pressures: tuple[Reading, ...] = ()
    shown_for: timedelta = timedelta(0)

    def before(self, at: datetime, typed: dict[str, Decimal] | None) -> Reading | None:
        """Return the last pressure before a moment.

        One that somebody typed then, with the same values while the screen showed them, is that measurement itself, and
        the one before it counts.
        """
        earlier = [each for each in self.pressures if each.at < at]
        if typed and earlier and at - earlier[-1].at < self.shown_for and _same(earlier[-1].values, typed):
            earlier = earlier[:-1]
        return earlier[-1] if earlier else None


def _same(one: dict[str, Decimal], other: dict[str, Decimal]) -> bool:
    return all(one.get(name) == value for name, value in other.items())


NO_CUFF = CuffGave()

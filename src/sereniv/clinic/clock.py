"""The only place where the shell reads time; everything below is told it.

Demo and test homes have an injected clock that can be frozen, hurried and jumped, and that every page
labels. A clinic's home cannot construct one. Sign-in, locks and rate limits always use `real_now`.
"""

import json
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Protocol

from django.utils.timezone import get_default_timezone

from sereniv.clinic.home import Home
from sereniv.therapy.recording.time_words import which_of_two

FASTEST = 3600
"""Seconds an injected clock may show for each real one."""


def real_now() -> datetime:
    """Return the time of day, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  the one place


class Clock(Protocol):
    """What tells a home its time."""

    @property
    def label(self) -> str:
        """What pages say about this clock, "" for plain real time."""

    @property
    def rate(self) -> float:
        """How many seconds pass for each real one."""

    def now(self) -> datetime:
        """Return the home's time, in UTC."""


class RealClock:
    """The clock of a clinic's home: the time of day."""

    label = ""
    rate = 1.0

    def now(self) -> datetime:
        """Return the time of day, in UTC."""
        return real_now()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """An injected clock's setting: it showed `shown` at real time `real` and runs `rate` times as fast."""

    real: datetime
    shown: datetime
    rate: float

    def at(self, real: datetime) -> datetime:
        """Return what the clock shows at real time `real`."""
        return self.shown + (real - self.real) * self.rate


class InjectedClock:
    """A demo or test home's clock; its setting is kept in a file so that it goes on where it stopped.

    `start` sets it; `unkept` is what it shows where no setting was kept, instead of the time of day.

    Raises
    ------
    ValueError
        When a clinic's home asks for one.
    """

    def __init__(self, home: Home, start: datetime | None = None, unkept: datetime | None = None) -> None:
        if not home.has_injected_clock:
            raise ValueError("A clinic's home runs on real time.")
        self._file: Path = home.clock_file
        self._guard = threading.RLock()
        kept = self._kept_setting()
        shown = start or (kept.shown if kept else unkept or real_now())
        rate = kept.rate if kept and start is None else 1.0
        self._setting = Setting(real=real_now(), shown=shown, rate=rate)
        self.save()

    @property
    def label(self) -> str:
        """How the clock runs, as pages label it."""
        rate = self._setting.rate
        return "frozen" if rate == 0 else f"×{rate:g}"

    @property
    def rate(self) -> float:
        """How many seconds pass for each real one."""
        return self._setting.rate

    def now(self) -> datetime:
        """Return what the clock shows, in UTC."""
        return self._setting.at(real_now())

    def run(self, rate: float) -> None:
        """Run `rate` times as fast as real time from now on; 0 freezes."""
        if not 0 <= rate <= FASTEST:
            raise ValueError(f"Time runs forward: choose a rate of 0 to {FASTEST}.")
        with self._guard:
            real = real_now()
            self._setting = Setting(real=real, shown=self._setting.at(real), rate=rate)
            self._save()

    def jump(self, by: timedelta) -> None:
        """Jump ahead; never back, because the ledger would then show time running backwards."""
        if by < timedelta(0):
            raise ValueError("Time runs forward: jump by a positive amount.")
        with self._guard:
            self._setting = replace(self._setting, shown=self._setting.shown + by)
            self._save()

    def not_before(self, moment: datetime) -> None:
        """Go on from `moment` where the clock shows an earlier one, at the rate it has."""
        with self._guard:
            if self.now() < moment:
                self._setting = Setting(real=real_now(), shown=moment, rate=self._setting.rate)
                self._save()

    def freeze_at(self, shown: datetime) -> None:
        """Freeze at a given moment, not before the present one."""
        with self._guard:
            now = self.now()
            self._setting = Setting(real=real_now(), shown=max(shown, now), rate=0.0)
            self._save()

    def save(self) -> None:
        """Keep the setting, so that a restart goes on from here."""
        with self._guard:
            self._save()

    def _save(self) -> None:
        content = {"shown": self.now().isoformat(), "rate": self._setting.rate}
        unfinished = self._file.with_suffix(".new")
        unfinished.write_text(json.dumps(content), encoding="ascii")
        unfinished.replace(self._file)

    def _kept_setting(self) -> Setting | None:
        if not self._file.exists():
            return None
        try:
            content = json.loads(self._file.read_text(encoding="ascii"))
            return Setting(real=real_now(), shown=datetime.fromisoformat(content["shown"]), rate=float(content["rate"]))
        except (ValueError, KeyError, TypeError):
            # Power loss left the file torn; the ledger's last entry still says from when the clock goes on.
            return None


_installed: dict[str, Clock] = {}


def install(clock: Clock) -> None:
    """Make `clock` the one that the shell reads; called once when a home is opened."""
    _installed["clock"] = clock


def clock() -> Clock:
    """Return the installed clock; real time where none was installed."""
    return _installed.get("clock") or RealClock()


def now() -> datetime:
    """Return the home's time, as its wall clock shows it."""
    return on_the_wall(clock().now())


def on_the_wall(moment: datetime) -> datetime:
    """Return the same moment as the home's wall clock shows it, so that words and days made of it are the clinic's.

    Every moment passes here on its way in, from the ledger, a monitor or the clock; the core then writes it as it
    is. It bears the offset of that moment, not the zone: between two moments of one zone Python subtracts what the
    clocks show, which is an hour wrong across a change of the clocks. Of an hour that the clock shows twice its zone
    is named by which of the two it is.
    """
    here = moment.astimezone(get_default_timezone())
    offset, which = here.utcoffset() or timedelta(0), which_of_two(here)
    return here.replace(tzinfo=timezone(offset, which) if which else timezone(offset), fold=0)

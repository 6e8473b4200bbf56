"""How often somebody may ask: counted in memory over a span, for each by itself: one never shuts out another."""

import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MOST_COUNTED = 5000


@dataclass(slots=True, kw_only=True)
class Allowance:
    """At most so many within a span, for each name by itself."""

    most: int
    within: timedelta
    _asked: OrderedDict[str, deque[datetime]] = field(default_factory=OrderedDict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def wait_s(self, name: str, now: datetime) -> int:
        """Count one more by a name; returns 0, or after how many seconds to ask again where it was one too many."""
        with self._guard:
            times = self._asked.setdefault(name, deque())
            self._asked.move_to_end(name)
            while len(self._asked) > MOST_COUNTED:
                self._asked.popitem(last=False)
            # A clock that was set back must not keep anybody out.
            while times and not timedelta(0) <= now - times[0] < self.within:
                times.popleft()
            if len(times) < self.most:
                times.append(now)
                return 0
            return int((times[0] + self.within - now).total_seconds()) + 1

    def begin_anew(self) -> None:
        """Forget what was counted, as a program does that has just started."""
        with self._guard:
            self._asked.clear()


@dataclass(slots=True, kw_only=True)
class Once:
    """What counts once: a mark that was shown is refused for as long as anything of its kind holds."""

    lasts: timedelta
    _shown: OrderedDict[str, datetime] = field(default_factory=OrderedDict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def is_first(self, mark: str, now: datetime) -> bool:
        """Say whether a mark is shown for the first time, and remember it."""
        with self._guard:
            while self._shown and now - next(iter(self._shown.values())) > self.lasts:
                self._shown.popitem(last=False)
            if mark in self._shown:
                return False
            self._shown[mark] = now
            return True

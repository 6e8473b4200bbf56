"""Who was turned away at the door for devices since the server started: what they called themselves, and why."""

import threading
from dataclasses import dataclass, replace
from datetime import datetime

MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedAway:
    """Messages from one address, for one reason."""

    source: str
    certificate: str
    names: tuple[str, ...]
    why: str
    times: int
    last_at: datetime


class Memory:
    """What was turned away, the last of each kind; of the process alone, for a stranger must not fill the disk."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[tuple[str, str], TurnedAway] = {}

    def note(self, away: TurnedAway) -> None:
        """Count one more."""
        with self._lock:
            key = (away.source, away.why)
            before = self._found.pop(key, None)
            self._found[key] = replace(away, times=away.times + (before.times if before else 0))
            while len(self._found) > MOST:
                del self._found[next(iter(self._found))]

    def all(self) -> tuple[TurnedAway, ...]:
        """Return what was turned away, the newest first."""
        with self._lock:
            return tuple(reversed(self._found.values()))

    def forget(self) -> None:
        """Forget all of it."""
        with self._lock:
            self._found.clear()


memory = Memory()

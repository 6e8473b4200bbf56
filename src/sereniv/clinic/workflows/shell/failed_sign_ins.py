"""What strangers make the ledger write: each of a few in full, a flood of them in one line for each quarter of an hour.

The ledger keeps for ever, and whoever has no account here may not fill it.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sereniv.clinic.records.house_events import SignInAudited
from sereniv.clinic.workflows.shell.this_clinic import record_house_event

IN_FULL = 5
EACH = timedelta(minutes=15)


@dataclass(slots=True)
class _Window:
    """What came since a window began: how many were written in full, and how many wait for one line."""

    began: datetime | None = None
    written: int = 0
    waiting: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


_window = _Window()


def failed_to_sign_in(device: str, now: datetime) -> None:
    """Audit that somebody who has no account here failed to sign in: a few in full, more of them together."""
    with _window.lock:
        due = _roll_over(now)
        in_full = _window.written < IN_FULL
        _window.written += in_full
        _window.waiting += not in_full
    _write(due, now)
    if in_full:
        record_house_event("audit", SignInAudited(staff="", act="failed to sign in", device=device), now)


def begin_anew() -> None:
    """Forget what was counted, as a program does that has just started."""
    with _window.lock:
        _window.began, _window.written, _window.waiting = None, 0, 0


def write_what_waits(now: datetime) -> None:
    """Write the line of a window that is over; asked now and then, so that the last flood is not lost."""
    with _window.lock:
        due = _roll_over(now)
    _write(due, now)


def _roll_over(now: datetime) -> int:
    """Begin a new window where the last is over; returns how many of it wait for their line. The lock is held."""
    began = _window.began
    if began is not None and began <= now < began + EACH:
        return 0
    due, _window.began, _window.written, _window.waiting = _window.waiting, now, 0, 0
    return due


def _write(due: int, now: datetime) -> None:
    if due:
        times = f"{due} times" if due > 1 else "once"
        act = f"failed to sign in, {times} more by nobody's user name"
        record_house_event("audit", SignInAudited(staff="", act=act, device=""), now)

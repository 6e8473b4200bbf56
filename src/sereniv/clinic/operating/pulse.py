"""When each background thread of this server last did its round: a thread that hangs is noticed by nobody else."""

from datetime import datetime

_last: dict[str, datetime] = {}


def beat(name: str, real: datetime) -> None:
    """Note that a thread has just done its round."""
    _last[name] = real


def last(name: str) -> datetime | None:
    """Return when a thread last did its round, None where this process has none."""
    return _last.get(name)


def forget() -> None:
    """Forget every beat: the server of this process has ended."""
    _last.clear()

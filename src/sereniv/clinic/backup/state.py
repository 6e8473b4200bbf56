"""What a home remembers of its backups: where they go, and when one was last made and last proven."""

import json
import tomllib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sereniv.clinic.backup.archive import BackupError
from sereniv.clinic.home import Home
from sereniv.clinic.home_files import os_words, write_private

PLAN = "backup.toml"
STATE = "backups.json"
EVERY = timedelta(minutes=15)
STREAMED_WITHIN = timedelta(minutes=15)
"""As long as a whole backup may be old: a line that is gone for a minute is nobody's to mend."""

PROVEN_WITHIN = timedelta(hours=48)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Where the program itself brings backups (a folder's path, or another place's address), and how often."""

    to: str
    every: timedelta = EVERY

    @property
    def minutes(self) -> int:
        """The interval in minutes."""
        return round(self.every.total_seconds() / 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupState:
    """When backups were last made and proven, and what went wrong last; None and empty where nothing did.

    Up to `streamed_at` everything that was written is at the target too, in the parts after the last whole one.
    """

    made_at: datetime | None = None
    made_seq: int = 0
    restored_at: datetime | None = None
    restored: str = ""
    failed_at: datetime | None = None
    failure: str = ""
    streamed_at: datetime | None = None
    stream_failure: str = ""


def plan_of(home: Home) -> Plan | None:
    """Return the home's plan, None where backups are not made by the program.

    Raises
    ------
    BackupError
        When `backup.toml` does not read.
    """
    file = home.folder / PLAN
    if not file.exists():
        return None
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        return Plan(to=str(content["to"]), every=timedelta(minutes=int(content["every_minutes"])))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{file} cannot be read ({error}): sereniv backup --to PLACE --every MINUTES.") from error


def keep_plan(home: Home, plan: Plan) -> None:
    """Write where backups go from now on."""
    # JSON's quoting is TOML's for what a path can hold.
    _write(home.folder / PLAN, f"to = {json.dumps(plan.to)}\nevery_minutes = {plan.minutes}\n")


def state_of(home: Home) -> BackupState:
    """Return what the home remembers; nothing where its note is missing or torn."""
    try:
        content: dict[str, Any] = json.loads((home.folder / STATE).read_text(encoding="utf-8"))
        moments = {name: _moment(content.get(name)) for name in _MOMENTS}
        return BackupState(**{**content, **moments})
    except (OSError, ValueError, KeyError, TypeError):
        return BackupState()


def note(home: Home, **changes: Any) -> BackupState:  # fields of State
    """Change what the home remembers, and return it."""
    state = replace(state_of(home), **changes)
    content = {name: getattr(state, name) for name in BackupState.__slots__}
    _write(home.folder / STATE, json.dumps({name: _plain(value) for name, value in content.items()}))
    return state


def complaint(plan: Plan | None, state: BackupState, now: datetime) -> str:
    """Say what is wrong with a clinic's backups at `now`; empty where a backup was proven within 48 hours."""
    if plan is None:
        return "No backup is made: nothing was said of where to. Whoever runs the server: sereniv backup --help."
    if state.made_at is None:
        return f"No backup was made yet. {state.failure}".strip()
    if state.restored_at is None or now - state.restored_at > PROVEN_WITHIN:
        since = f"since {state.restored_at:%d %b %H:%M} UTC" if state.restored_at else "yet"
        return f"No backup was restored and read {since}. {state.failure}".strip()
    if now - state.made_at > max(4 * plan.every, timedelta(hours=1)) and state.failure:
        return f"The last backup is of {state.made_at:%d %b %H:%M} UTC. {state.failure}"
    reaches = max(state.made_at, state.streamed_at or state.made_at)
    failure = state.stream_failure or state.failure
    if failure and state.streamed_at and now - reaches > STREAMED_WITHIN:
        return f"What was written since {reaches:%d %b %H:%M} UTC is nowhere else. {failure}"
    return ""


_MOMENTS = ("made_at", "restored_at", "failed_at", "streamed_at")


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _write(file: Path, content: str) -> None:
    try:
        write_private(file, content.encode())
    except OSError as error:
        raise BackupError(os_words(file, error)) from error

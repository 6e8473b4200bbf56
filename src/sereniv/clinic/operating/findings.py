"""What was found of one part of the house, in words, with what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sereniv.clinic.home import Home


class State(StrEnum):
    """How one part of the house stands."""

    OK = "ok"
    LOOK = "look"
    ACT = "act"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the doctor: of what (`topic`), how it stands, and what to do where it does not stand well."""

    topic: str
    state: State
    words: str
    mend: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A home at one moment: `real` is the computer's time, `here` that of the home's own clock."""

    home: Home
    real: datetime
    here: datetime
    is_live: bool = False


def worst(findings: Iterable[Finding]) -> State:
    """Return the gravest state among findings, ok where there is none."""
    found = {each.state for each in findings}
    return next((state for state in (State.ACT, State.LOOK) if state in found), State.OK)


def span_in_words(span: timedelta) -> str:
    """Write how long something is in the largest unit that says it: 3 days, 5 hours, 12 minutes."""
    seconds = max(0, round(span.total_seconds()))
    for unit, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * unit or (seconds >= unit and unit == 60):
            count = seconds // unit
            return f"{count} {name}{'s' if count > 1 else ''}"
    return f"{seconds} second{'s' if seconds != 1 else ''}"

"""What every clinical row carries: title, sources, how sure it is, who approved it."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Evidence(StrEnum):
    """How sure a row is: read at its source, recalled from it, or Sereniv's own default."""

    READ = "read"
    RECALLED = "recalled"
    DEFAULT = "default"


class Action(StrEnum):
    """What a concern that is met asks for, mildest first."""

    INFO = "INFO"
    WARN = "WARN"
    HOLD = "HOLD"
    GATE = "GATE"
    GATE2 = "GATE2"


class Phase(StrEnum):
    """When a criterion is asked."""

    SCREEN = "screen"
    BEFORE_START = "before_start"


class Priority(StrEnum):
    """Alert priority, in the words of IEEE 11073."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class ReadDepth(StrEnum):
    """How much of a source was read; `none` is one that was recalled, or that is our own."""

    NONE = "none"
    ABSTRACT = "abstract"
    EXCERPT = "excerpt"
    TABLE = "table"
    DATA = "data"
    COMPILATION = "compilation"
    SECONDARY = "secondary"
    SECOND_HAND = "second-hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A source: its citation, where it is, and how much of it was read."""

    citation: str
    read: ReadDepth
    doi: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What every clinical row carries: title, sources, evidence tag, and who approved it from when."""

    id: str
    title: str
    sources: tuple[str, ...]
    evidence: Evidence
    version: int = 1
    statement: str = ""
    note: str = ""
    message: str = ""
    approved_by: str = ""
    effective_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A fact a criterion reads: its unit and the greatest age at which it still counts."""

    unit: str
    max_age_screen: timedelta
    max_age_before_start: timedelta

    def max_age(self, phase: Phase) -> timedelta:
        """Return the greatest age at which the fact counts in `phase`."""
        return self.max_age_screen if phase is Phase.SCREEN else self.max_age_before_start


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One worked case of a row: inputs as written in the table, and the words it must give."""

    given: dict[str, object]
    gives: str

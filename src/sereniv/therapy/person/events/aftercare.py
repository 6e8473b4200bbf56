"""What is heard of a person after a session: the check-in, side effects, and what became of them."""

from dataclasses import dataclass
from enum import StrEnum

from sereniv.therapy.person.events.suicidality import Suicidality


class Mood(StrEnum):
    """How the mood is against before the session; not asked is no answer."""

    NOT_ASKED = "not asked"
    BETTER = "better"
    SAME = "the same"
    WORSE = "worse"


class Outcome(StrEnum):
    """What became of a side effect."""

    ONGOING = "ongoing"
    RESOLVING = "getting better"
    RESOLVED = "over"
    LASTING = "over, with something left"
    DIED = "died"
    UNKNOWN = "not known"


class Related(StrEnum):
    """Whether somebody thinks that the treatment caused it."""

    UNKNOWN = "not judged"
    UNRELATED = "unrelated"
    POSSIBLE = "possible"
    PROBABLE = "probable"
    DEFINITE = "definite"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInRecorded:
    """Somebody called after a session, or tried to; `asked` holds the questions asked, `symptoms` those answered yes.

    `red` holds those of them that asked for something at once, by the rows of that day. `drove_or_worked` says
    whether the patient drove, worked machinery or was alone with children before a night's sleep; None where it was
    not asked.
    """

    session: str
    reached: bool
    by_whom: str
    asked: tuple[str, ...]
    symptoms: tuple[str, ...]
    suicidality: Suicidality
    mood: Mood
    drove_or_worked: bool | None
    remark: str = ""
    red: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RedAnswerTakenUp:
    """Somebody told a prescriber of the red answers of a check-in, or called for help, and says what was done."""

    entry: int
    told: str
    done: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInGivenUp:
    """A prescriber decided that nobody is called any more about a session: why, and what was done instead."""

    session: str
    reason: str
    instead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEventRecorded:
    """A side effect was recorded: its term, how bad, whether serious, and what was done."""

    term: str
    words: str
    grade: int
    serious: bool
    session: str
    related: Related
    action: str
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEventFollowed:
    """Somebody asked what became of a side effect recorded in an earlier entry."""

    entry: int
    outcome: Outcome
    words: str


AftercareEvent = CheckInRecorded | CheckInGivenUp | RedAnswerTakenUp | AdverseEventRecorded | AdverseEventFollowed

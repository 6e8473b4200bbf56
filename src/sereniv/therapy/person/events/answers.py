"""What a person answered to a rating scale, and who took up an answer that is asked about in person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

BY_SOMEBODY_ELSE = "somebody else, for the patient"
"""Who answered where it was not the patient: what they say of suicide is no answer of the patient's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleAnswered:
    """A rating scale was answered; None is a blank, refused or unknown answer. `total` only when complete.

    Of a form of which only the total is entered, the answers are the total and what the form's suicide item said.
    """

    scale: str
    answers: tuple[int | None, ...]
    total: Decimal | None
    answered_by: str

    @property
    def by_somebody_else(self) -> bool:
        """True where somebody answered for the patient."""
        return self.answered_by == BY_SOMEBODY_ELSE


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyAcknowledged:
    """Somebody saw a suicide item that was not a clear zero and took it on: they ask in person, or see to it."""

    entry: int


class Risk(StrEnum):
    """How high the risk was found in person, mildest first; older entries do not state it."""

    NOT_STATED = "not_stated"
    NONE_FOUND = "none_found"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyAsked:
    """A suicide item was taken up in person: what was asked and found, and what was done about it.

    `questions` gives the answer to each question of the row `take_up`; `done`, `safety_plan` and `told` are names of
    that row. `why_lower` is the reason for a risk found lower than the answers point to. An entry of before version 2
    holds `finding` alone.
    """

    entry: int
    finding: str
    asked_by: str = ""
    questions: Mapping[str, str] = field(default_factory=dict)
    risk: Risk = Risk.NOT_STATED
    why_lower: str = ""
    done: tuple[str, ...] = ()
    safety_plan: str = ""
    told: tuple[str, ...] = ()
    next_contact: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThoughtsHeard:
    """New or worse thoughts of suicide were heard at the chair: they wait like an answer that says so.

    `in_words`: nobody had asked; what somebody wrote at a chair that the patient has left names such thoughts.
    """

    session: str
    said: str
    in_words: bool = False


AnswerEvent = ScaleAnswered | SafetyAcknowledged | SafetyAsked | ThoughtsHeard

"""What a person answered to a rating scale, and who took up an answer that is asked about in person."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleAnswered:
    """A rating scale was answered; None is a blank, refused or unknown answer. `total` only when complete."""

    scale: str
    answers: tuple[int | None, ...]
    total: Decimal | None
    answered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyAcknowledged:
    """Somebody saw a positive or blank suicide item and took it on: they ask in person, or see that it is done."""

    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyAsked:
    """A positive or blank suicide item was taken up in person, with what was found and done."""

    entry: int
    finding: str


AnswerEvent = ScaleAnswered | SafetyAcknowledged | SafetyAsked

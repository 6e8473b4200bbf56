"""Rows about what a decision reads: each signal that may be raised, and what it does to each decision."""

from dataclasses import dataclass
from enum import StrEnum

from sereniv.knowledge.rows.row import Action, Row


class DecisionKind(StrEnum):
    """What somebody decides about a person's treatment."""

    REVIEW = "review"
    ORDER = "order"
    CO_SIGNATURE = "co_signature"
    START = "start"
    RUNNING = "running"
    MAINTENANCE = "maintenance"
    END = "end"


class Does(StrEnum):
    """What a raised signal does to a decision, strictest first."""

    HOLDS = "holds"
    ASKS = "asks"
    SHOWS = "shows"
    DOES_NOT_BEAR = "does not bear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearing:
    """One cell: what a signal does to a decision, and because of what.

    `second` asks for another person's signature to go on. `line` names the gate line that does it before a start. Where
    it stands `until` a review, it is shown once the course was reviewed since what the signal read.
    """

    does: Does
    because: str
    second: bool = False
    line: str = ""
    until: str = ""

    def __post_init__(self) -> None:
        """Refuse an empty reason, and a second person where nothing is asked."""
        if not self.because.strip():
            raise ValueError("say because of what")
        if self.second and self.does is not Does.ASKS:
            raise ValueError("a second person signs only where going on is asked about")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalRow(Row):
    """Something known of a person that may bear on a decision.

    `concerns` are rows of candidacy that raise it when they are met from `least_action` on and no decision on candidacy
    has settled them; `conditions` of the record besides are read by the reader of its name in
    `therapy.treatment.signals`. `score_days` is how old a score may be and still count,
    `medicines` are those whose going raises it.
    """

    concerns: tuple[str, ...] = ()
    least_action: Action = Action.HOLD
    score_days: int | None = None
    medicines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow(Row):
    """One decision, with a cell for every signal."""

    cells: dict[str, Bearing]

    def __post_init__(self) -> None:
        """Refuse a row that is no decision."""
        if self.id not in list(DecisionKind):
            raise ValueError(f"{self.id} is no decision; they are {', '.join(DecisionKind)}")

"""How a concern was evaluated, and what a prescriber decided about a candidate."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sereniv.knowledge.rows import Action


class Decision(StrEnum):
    """What a prescriber decides about a candidate."""

    ELIGIBLE = "eligible"
    NEEDS_EVALUATION = "needs_evaluation"
    DECLINED = "declined"


class Conclusion(StrEnum):
    """What an evaluation comes to; older ones did not say, and left it to the decision."""

    PROCEED = "proceed"
    PROCEED_WITH_CONDITIONS = "proceed_with_conditions"
    DO_NOT_PROCEED = "do_not_proceed"
    NOT_STATED = "not_stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationOpened:
    """A concern was sent to somebody to be evaluated: what is asked, of whom, and by when."""

    criterion: str
    question: str
    asked_of: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationRecorded:
    """A concern was evaluated by somebody qualified, here or outside, with a finding and a conclusion; it expires."""

    criterion: str
    evaluator: str
    finding: str
    valid_days: int
    conclusion: Conclusion


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingTaken:
    """What a concern said when the prescriber decided, kept with the decision; `grounds` are the facts it settles."""

    criterion: str
    version: int
    result: str
    action: Action | None
    read: dict[str, str]
    missing: tuple[str, ...]
    grounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidacyDecided:
    """A prescriber's signed decision, with everything it read and the rules of its day."""

    decision: Decision
    indication: str
    reason: str
    knowledge_version: str
    findings: tuple[FindingTaken, ...]


CandidacyEvent = EvaluationOpened | EvaluationRecorded | CandidacyDecided

"""How a concern was evaluated, and what a prescriber decided about a candidate."""

from dataclasses import dataclass
from enum import StrEnum

from sereniv.knowledge.rows import Action


class Decision(StrEnum):
    """What a prescriber decides about a candidate."""

    ELIGIBLE = "eligible"
    NEEDS_EVALUATION = "needs_evaluation"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationRecorded:
    """A concern was evaluated by somebody qualified, with a finding; it expires."""

    criterion: str
    evaluator: str
    finding: str
    valid_days: int


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


CandidacyEvent = EvaluationRecorded | CandidacyDecided

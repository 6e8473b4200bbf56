"""Rows about who may be treated."""

from dataclasses import dataclass, field
from decimal import Decimal

from sereniv.knowledge.rows.row import Action, Example, Input, Phase, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion(Row):
    """A concern of candidacy; its predicate of the same name is in `therapy.candidacy`."""

    phase: tuple[Phase, ...]
    inputs: dict[str, Input]
    examples: tuple[Example, ...]
    hold_above: dict[str, Decimal] = field(default_factory=dict)
    gate_from: dict[str, Decimal] = field(default_factory=dict)
    action_when: dict[str, Action] = field(default_factory=dict)
    asks_evaluation: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Indication(Row):
    """What infusions are given for: the scale that follows it, its codes, and what is honestly known."""

    primary_scale: str
    icd10: tuple[str, ...]
    evidence_line: str

"""Rows about who may be treated."""

from dataclasses import dataclass, field
from decimal import Decimal

from sereniv.knowledge.rows.row import Action, Example, Input, Phase, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern(Row):
    """Something that may stand in the way of treatment: when it is asked, and its worked examples."""

    phase: tuple[Phase, ...]
    examples: tuple[Example, ...]
    asks_evaluation: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion(Concern):
    """A concern of candidacy; its predicate of the same name is in `therapy.candidacy`."""

    inputs: dict[str, Input]
    act_below: dict[Action, Decimal] = field(default_factory=dict)
    act_from: dict[Action, Decimal] = field(default_factory=dict)
    hold_above: dict[str, Decimal] = field(default_factory=dict)
    gate_from: dict[str, Decimal] = field(default_factory=dict)
    action_when: dict[str, Action] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indication(Row):
    """What infusions are given for: the scale that follows it, its codes, and what is honestly known."""

    primary_scale: str
    icd10: tuple[str, ...]
    evidence_line: str

"""Rows about who may be treated."""

from dataclasses import dataclass, field
from decimal import Decimal

from sereniv.knowledge.rows.row import Action, Example, Input, Phase, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern(Row):
    """Something that may stand in the way of treatment: when it is asked, and its worked examples.

    Where it `refuses`, nobody is found eligible while it is met, whatever the reason. `message_when` says what each
    action asks for where they differ, `when_unknown` what has to be measured or asked while nobody knows. `formerly`
    names concerns of older tables that this one was part of, each with the ground under which it stood there.
    """

    phase: tuple[Phase, ...]
    examples: tuple[Example, ...]
    asks_evaluation: bool = False
    refuses: bool = False
    message_when: dict[Action, str] = field(default_factory=dict)
    when_unknown: str = ""
    formerly: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion(Concern):
    """A concern of candidacy; its predicate of the same name is in `therapy.candidacy.criteria`.

    `optional` names inputs without which it is judged all the same, `only_for` the indications it is asked for
    (all where empty). `claims` names, for each clause of the statement, the input by which the predicate judges it;
    `vouched` are the clauses that no predicate reads: a person vouches for them.
    """

    inputs: dict[str, Input] = field(default_factory=dict)
    optional: tuple[str, ...] = ()
    only_for: tuple[str, ...] = ()
    claims: dict[str, str] = field(default_factory=dict)
    vouched: tuple[str, ...] = ()
    act_below: dict[Action, Decimal] = field(default_factory=dict)
    act_from: dict[Action, Decimal] = field(default_factory=dict)
    hold_above: dict[str, Decimal] = field(default_factory=dict)
    hold_from: dict[str, Decimal] = field(default_factory=dict)
    gate_from: dict[str, Decimal] = field(default_factory=dict)
    positive_from: dict[str, int] = field(default_factory=dict)
    action_when: dict[str, Action] = field(default_factory=dict)
    coded: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What the code of a standing diagnosis says by itself of the first input; the first that fits a code counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indication(Row):
    """What infusions are given for: the scale that follows it, its codes, and what is honestly known.

    Where its scale's total cannot say whether somebody responded, `no_response_by_score` says why.
    """

    primary_scale: str
    icd10: tuple[str, ...]
    evidence_line: str
    no_response_by_score: str = ""

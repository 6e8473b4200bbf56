"""Rows about taking up thoughts of suicide: what is asked in person, and what each level of risk asks for."""

from dataclasses import dataclass
from datetime import timedelta

from sereniv.knowledge.rows.candidacy import Concern
from sereniv.knowledge.rows.row import Action, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeUpQuestion:
    """One question of taking up an item, in our own neutral words, with the answers it may have."""

    label: str
    answers: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeUpRule(Row):
    """What is asked and written down when an item is taken up; every value is a name with its words."""

    questions: dict[str, TakeUpQuestion]
    asked_by: dict[str, str]
    done: dict[str, str]
    safety_plan: dict[str, str]
    told: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRule(Row):
    """One level of risk: the answers that point to it, each set by itself, and what must stand before an item closes.

    `closes_with` names parts of the entry that may not be empty; `prescriber_told` and `level_of_care` are asked
    beside them: a prescriber knows of it, and has decided since where the person is cared for.
    """

    order: int
    when: tuple[dict[str, str], ...] = ()
    closes_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItemConcern(Concern):
    """That a suicide item is open stands in the way of a decision and of a start; not asked of late it is unknown."""

    action: Action
    asked_within: timedelta

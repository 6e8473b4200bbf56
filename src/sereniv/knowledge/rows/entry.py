"""Rows about what is asked before anybody is found eligible: entry rules, trials, work-up, consent."""

from dataclasses import dataclass, field
from decimal import Decimal

from sereniv.knowledge.rows.candidacy import Criterion
from sereniv.knowledge.rows.row import Action, Example, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRule(Criterion):
    """What one indication asks; the predicate of all of them is `therapy.candidacy.inclusion.entry_rule`.

    Counts and scores must reach `at_least`, features must be as in `must_be`; a score in `hold_from` or `second_from`
    stands in the way. `instead` names a score that stands in for another one and is judged by the prescriber.
    """

    indication: str
    at_least: dict[str, int] = field(default_factory=dict)
    must_be: dict[str, bool] = field(default_factory=dict)
    second_from: dict[str, Decimal] = field(default_factory=dict)
    instead: dict[str, str] = field(default_factory=dict)
    failed_kinds: tuple[str, ...] = ()
    in_current_episode: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkUpItem(Criterion):
    """One item of the work-up; the predicate of all of them is `therapy.candidacy.work_up.work_up_item`.

    `gate_above` and `second_above` hold, by analyte, the multiple of the laboratory's upper limit beyond which one
    signature is asked for, or two; `units` what each is reported in. An older recording has one multiple for all:
    `gate_above_times`, `second_above_times`. `usual_limits` are the lowest and highest upper limit that laboratories
    write in each unit, `low_share` the part of its limit below which a value is asked about. A `conditional` item may
    be said not to be indicated, but not from the age at which it is needed, with one of the conditions `needed_with`,
    or on a medicine of the classes `needed_taking`.
    """

    order: int
    valid_days: int
    abnormal_action: Action
    valid_infusions: int | None = None
    conditional: bool = False
    needed_from_age: int | None = None
    needed_with: tuple[str, ...] = ()
    needed_taking: tuple[str, ...] = ()
    gate_above_times: Decimal | None = None
    second_above_times: Decimal | None = None
    gate_above: dict[str, Decimal] = field(default_factory=dict)
    second_above: dict[str, Decimal] = field(default_factory=dict)
    units: dict[str, tuple[str, ...]] = field(default_factory=dict)
    usual_limits: dict[str, dict[str, tuple[Decimal, Decimal]]] = field(default_factory=dict)
    low_share: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialCriterion(Row):
    """When an earlier treatment counts as adequate; `order` 1 is the one that entry rules count by."""

    order: int
    weeks: int
    improvement_below_percent: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRule(Row):
    """How many days a signed consent holds, and from which age the patient signs without a guardian."""

    valid_days: int
    patient_signs_from_years: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredScore(Row):
    """A score of which only the total is entered, and its range."""

    range: tuple[int, int]

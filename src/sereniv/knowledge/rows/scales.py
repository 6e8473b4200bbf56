"""Rows about rating scales, and about the suicide item's clock."""

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from enum import StrEnum

from sereniv.knowledge.rows.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One allowed answer of a scale."""

    value: int
    text: str
    loinc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question of a scale; `code` is our own where no published one exists, `answers` where they are its alone."""

    text: str
    loinc: str = ""
    code: str = ""
    low: str = ""
    high: str = ""
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A named severity band, from a total upwards."""

    from_total: int
    name: str


class Scoring(StrEnum):
    """How a total is made of the answers."""

    SUM = "sum"
    MEAN = "mean"


class Measure(StrEnum):
    """What a change is counted in: points of the total, or per cent of the first total."""

    POINTS = "points"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a change of at least so much is called, and by whom."""

    at_least: int
    name: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Items that belong together, first and last, and how many of them must count for the cluster to be met."""

    name: str
    first: int
    last: int
    needed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale(Row):
    """A rating scale: wording where its licence allows, scoring, bands and codes.

    `window` and `window_days` say how far back the questions look; `again_after_days` is the soonest that asking
    again makes sense. A scale without items is one number in `range`, or one of `answers`: the patient's own, or
    with `by_staff` a total that staff took down from a form this program may not show. `plain_title` is what a
    patient reads first: what it asks about, never what it looks for. A response is a fall by a fraction of the first
    total or by points (`response_difference`), an important change one by points or by a fraction; for a rise alike.

    `safety_item` is the number of the item that asks about suicide, on the form. Where only the form's total is
    entered, what that item said is entered beside it, one of `safety_range`. From `safety_high_from` on the answer is
    itself a high risk, found by whoever held the interview. A scale that does not ask about suicide may say by
    `asks_at_most` up to which answer whoever gave it is asked in person all the same.
    """

    licence: str
    licence_note: str
    question: str
    plain_title: str = ""
    window: str = ""
    window_days: int = 0
    again_after_days: int = 0
    panel_loinc: str = ""
    total_loinc: str = ""
    total_code: str = ""
    scoring: Scoring = Scoring.SUM
    by_staff: bool = False
    ends_at_first_zero: bool = False
    answers: tuple[Answer, ...] = ()
    items: tuple[Item, ...] = ()
    total_range: tuple[int, int]
    higher_is_better: bool = False
    bands: tuple[Band, ...] = ()
    band_set: str = ""
    clusters: tuple[Cluster, ...] = ()
    cluster_counts_from: int = 0
    positive_from: dict[str, int] = field(default_factory=dict)
    response_fall_fraction: Decimal | None = None
    response_source: str = ""
    remission_below: int | None = None
    response_difference: int | None = None
    important_difference: int | None = None
    important_fall_fraction: Decimal | None = None
    difference_rule: str = ""
    change_in: Measure = Measure.POINTS
    steps: tuple[Step, ...] = ()
    safety_item: int | None = None
    safety_range: tuple[int, int] | None = None
    safety_high_from: int | None = None
    asks_at_most: int | None = None
    low: str = ""
    high: str = ""
    range: tuple[int, int] | None = None

    @property
    def safety_place(self) -> int | None:
        """Return where among the answers the suicide item stands, counted from 0; None where the scale asks none."""
        if self.safety_item is None:
            return None
        return 1 if self.safety_range else self.safety_item - 1

    def asks_in_person(self, answer: int | None) -> bool:
        """Say whether an answer of a scale without a suicide item asks for a talk all the same."""
        return self.asks_at_most is not None and answer is not None and answer <= self.asks_at_most


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentSchedule(Row):
    """When questionnaires are due around infusions; `besides` are scales followed whatever the indication."""

    besides: tuple[str, ...]
    baseline_within_days: int
    every_days: int
    early_days: int
    weekly_for_weeks: int
    mood_for_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark(Row):
    """What others found for an indication: by which design, and with which result."""

    indication: str
    design: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuicideItemRule(Row):
    """The clock of a suicide item above zero or blank: by when, by whom, and up which ladder."""

    acknowledge_staffed_min: int
    acknowledge_otherwise_min: int
    ask_within_min: int
    step_min: int
    first_staffed: str
    first_otherwise: str
    ladder: tuple[str, ...]
    decision_speaks_of_h: int
    """A decision whose reason names such thoughts speaks of what was found, so long after somebody asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours(Row):
    """When the clinic is staffed: from when until when on each weekday it opens, and days on which it stays closed."""

    week: dict[str, tuple[time, time]]
    closed: tuple[date, ...] = ()

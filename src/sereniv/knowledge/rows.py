"""The typed rows that clinical tables load into: frozen, cited, tagged with how sure they are."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum


class Evidence(StrEnum):
    """How sure a row is: read at its source, recalled from it, or Sereniv's own default."""

    READ = "read"
    RECALLED = "recalled"
    DEFAULT = "default"


class Action(StrEnum):
    """What a concern that is met asks for, mildest first."""

    INFO = "INFO"
    WARN = "WARN"
    HOLD = "HOLD"
    GATE = "GATE"
    GATE2 = "GATE2"


class Phase(StrEnum):
    """When a criterion is asked."""

    SCREEN = "screen"
    BEFORE_START = "before_start"


class Priority(StrEnum):
    """Alert priority, in the words of IEEE 11073."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A source: its citation, where it is, and how much of it was read."""

    citation: str
    read: str
    doi: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What every clinical row carries: title, sources, evidence tag, and who approved it from when."""

    id: str
    title: str
    sources: tuple[str, ...]
    evidence: Evidence
    version: int = 1
    statement: str = ""
    note: str = ""
    message: str = ""
    approved_by: str = ""
    effective_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A fact a criterion reads: its unit and the greatest age at which it still counts."""

    unit: str
    max_age_screen: timedelta
    max_age_before_start: timedelta

    def max_age(self, phase: Phase) -> timedelta:
        """Return the greatest age at which the fact counts in `phase`."""
        return self.max_age_screen if phase is Phase.SCREEN else self.max_age_before_start


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One worked case of a row: inputs as written in the table, and the words it must give."""

    given: dict[str, object]
    gives: str


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
class Limit(Row):
    """A limit on an order: where it bites softly, hard and absolutely."""

    quantity: str
    unit: str
    examples: tuple[Example, ...]
    soft_above: Decimal | None = None
    hard_above: Decimal | None = None
    absolute_above: Decimal | None = None
    absolute_below: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol(Row):
    """A course of infusions: dose, duration, days, review and decision points."""

    indication: str
    dose_mg_per_kg: Decimal
    duration_min: int
    concentration_mg_per_ml: Decimal
    days: tuple[int, ...]
    minimum_hours_between: int
    all_within_days: int
    review_after: int
    decision_after: int
    evidence_line: str
    evidence_sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicStandard(Row):
    """The clinic's one bag concentration and the increments its pump and syringes can show."""

    concentration_mg_per_ml: Decimal
    rate_increment_ml_per_h: Decimal
    mg_increment: Decimal
    ml_increment: Decimal
    stock_ml_increment: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseWeightRule(Row):
    """How the weight that doses is found, and from which BMI the prescriber must choose it."""

    bmi_choice_from: Decimal
    ibw_base_kg: dict[str, Decimal]
    ibw_kg_per_inch_over_60: Decimal
    adjusted_fraction: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Plausible(Row):
    """The bounds of a measured quantity: possible (else malformed) and plausible (else questioned)."""

    unit: str
    possible: tuple[Decimal, Decimal]
    plausible: tuple[Decimal, Decimal]
    decimals: int
    change_fraction: Decimal | None = None

    @property
    def written_unit(self) -> str:
        """The unit as people write it; the code of `unit` is for exchange."""
        return self.unit.replace("mm[Hg]", "mmHg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule(Row):
    """How often vital signs are due in each phase, in minutes."""

    baseline_max_age_min: int
    first_phase_min: int
    first_phase_every_min: int
    then_every_min: int
    close_watch_every_min: int
    after_end_every_min: int
    late_after_min: int
    escalate_after_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRule(Row):
    """When a monitor's signal counts as missing, and how long a cuff reading is fresh."""

    missing_after_intervals: int
    cuff_fresh_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgementRule(Row):
    """After how many seconds an unacknowledged prompt escalates."""

    escalate_after_s: int
    second_role_after_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule(Row):
    """A physiological alert: which charted values it reads and where the clinic's card says it starts."""

    code: str
    priority: Priority
    reads: tuple[str, ...]
    examples: tuple[Example, ...]
    above: dict[str, Decimal] = field(default_factory=dict)
    below: dict[str, Decimal] = field(default_factory=dict)
    from_any: dict[str, Decimal] = field(default_factory=dict)
    above_twice: dict[str, Decimal] = field(default_factory=dict)
    twice_within_min: int = 0
    drop_fraction_above: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLine(Row):
    """One line of the pre-infusion gate, computed from the record or attested by a person."""

    order: int
    kind: str
    question: str = ""
    asks: str = ""
    hold_change_fraction: Decimal | None = None
    gate_change_fraction: Decimal | None = None
    heart_rate: tuple[int, int] | None = None
    spo2_from: int | None = None
    respiratory_rate: tuple[int, int] | None = None
    max_age_h: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DischargeRule(Row):
    """What must hold before a patient leaves."""

    minimum_min_first: int
    minimum_min_later: int
    aldrete_from: int
    moaas: int
    pressure_within: int
    pressure_or_up_to: dict[str, int]
    nausea_up_to: int
    dissociation_up_to: int
    advice: str
    advice_sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One allowed answer of a scale."""

    value: int
    text: str
    loinc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question of a scale."""

    text: str
    loinc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A named severity band, from a total upwards."""

    from_total: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale(Row):
    """A rating scale: wording where its licence allows, scoring, bands and codes."""

    licence: str
    licence_note: str
    question: str
    window_days: int = 0
    panel_loinc: str = ""
    total_loinc: str = ""
    answers: tuple[Answer, ...] = ()
    items: tuple[Item, ...] = ()
    bands: tuple[Band, ...] = ()
    response_fall_fraction: Decimal | None = None
    remission_below: int | None = None
    important_difference: int | None = None
    safety_item: int | None = None
    low: str = ""
    high: str = ""
    range: tuple[int, int] | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours(Row):
    """When the clinic is staffed: weekdays, and local times as 08:00."""

    days: tuple[str, ...]
    opens: time
    closes: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording(Row):
    """Words that a patient reads."""

    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideRow(Row):
    """One claim of the public guide: its words, what they are about, and the day they were checked."""

    section: str
    text: str
    as_of: date
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisRow(Row):
    """The words of the guide for somebody in danger, where a clinic has set none of its own."""

    text: str
    number: str
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideSection:
    """A part of the public guide, its rows in the order they are shown."""

    id: str
    title: str
    rows: tuple[GuideRow, ...]
    layout: str = "prose"
    says_when: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """The public guide."""

    crisis: CrisisRow
    sections: tuple[GuideSection, ...]

    def rows(self) -> tuple[GuideRow, ...]:
        """Return every claim, in the order shown."""
        return tuple(row for section in self.sections for row in section.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Every clinical table of one version; `version` is the content hash stored with each decision."""

    version: str
    references: dict[str, Reference]
    criteria: dict[str, Criterion]
    limits: dict[str, Limit]
    protocols: dict[str, Protocol]
    standard: ClinicStandard
    dose_weight: DoseWeightRule
    plausible: dict[str, Plausible]
    schedule: Schedule
    feed: FeedRule
    acknowledgement: AcknowledgementRule
    alerts: dict[str, AlertRule]
    gate: tuple[GateLine, ...]
    discharge: DischargeRule
    scales: dict[str, Scale]
    suicide_item: SuicideItemRule
    opening_hours: OpeningHours
    wording: dict[str, Wording]
    guide: Guide

    def rows(self) -> tuple[Row, ...]:
        """Return every row of every table, for guards and for the rules page."""
        singles: tuple[Row, ...] = (
            self.standard,
            self.dose_weight,
            self.schedule,
            self.feed,
            self.acknowledgement,
            self.discharge,
            self.suicide_item,
            self.opening_hours,
        )
        return (
            *self.criteria.values(),
            *self.limits.values(),
            *self.protocols.values(),
            *self.plausible.values(),
            *self.alerts.values(),
            *self.gate,
            *self.scales.values(),
            *self.wording.values(),
            *self.guide.rows(),
            self.guide.crisis,
            *singles,
        )

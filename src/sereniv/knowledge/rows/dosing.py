"""Rows about orders: protocols, limits, the clinic's pump and bag, the weight that doses, what can be measured."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sereniv.knowledge.rows.row import Example, Row


class ProtocolKind(StrEnum):
    """What a protocol treats: the limits and the monitoring of pain infusions are others than of psychiatric ones."""

    PSYCHIATRIC = "psychiatric"
    PAIN = "pain"


class Setting(StrEnum):
    """Where a protocol can be run."""

    OUTPATIENT = "outpatient"
    INPATIENT = "inpatient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(Row):
    """A limit on an order: where it bites softly, hard and absolutely; for one kind of protocol, or for every one.

    `unknown_counts` is what a dose of before counts for, in the limit's unit, of which nobody knows how much it was.
    """

    quantity: str
    unit: str
    examples: tuple[Example, ...]
    kind: ProtocolKind | None = None
    soft_above: Decimal | None = None
    hard_above: Decimal | None = None
    absolute_above: Decimal | None = None
    absolute_below: Decimal | None = None
    unknown_counts: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A point of a course at which the protocol asks for a review or a decision, at the earliest `days_later`."""

    after: int
    kind: str
    days_later: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Titration:
    """How far the dose may rise after non-response, and by how much at a time."""

    up_to_mg_per_kg: Decimal
    step_mg_per_kg: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceRule:
    """Infusions after the series: so many weekly, then stretched to between so many days."""

    weekly: int
    then_every_days: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol(Row):
    """A course of infusions: dose or rate, duration, days, review and decision points.

    Days count from the first infusion; weekdays alone where `weekdays`. One that needs a ward has no days.
    """

    indications: tuple[str, ...]
    kind: ProtocolKind
    setting: Setting
    duration_min: int
    concentration_mg_per_ml: Decimal
    days: tuple[int, ...]
    minimum_hours_between: int
    milestones: tuple[Stage, ...]
    evidence_line: str
    evidence_sources: tuple[str, ...]
    dose_mg_per_kg: Decimal | None = None
    rate_mg_per_kg_per_h: Decimal | None = None
    cap_mg_per_h: Decimal | None = None
    all_within_days: int | None = None
    weekdays: bool = False
    titration: Titration | None = None
    maintenance: MaintenanceRule | None = None

    def __post_init__(self) -> None:
        """Refuse a row that cannot be run: neither or both of dose and rate, or milestones beyond its days."""
        if self.setting is Setting.INPATIENT:
            return
        if (self.dose_mg_per_kg is None) == (self.rate_mg_per_kg_per_h is None):
            raise ValueError("give either dose_mg_per_kg or rate_mg_per_kg_per_h")
        if not self.days or any(not 1 <= stage.after <= len(self.days) for stage in self.milestones):
            raise ValueError("give days, and milestones within them")

    @property
    def outpatient(self) -> bool:
        """True where it can be run in a clinic without beds."""
        return self.setting is Setting.OUTPATIENT


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicStandard(Row):
    """The clinic's one bag concentration, the increments its pump and syringes can show, and the vials it stocks.

    `vial_volumes_ml` is what a vial of each strength usually holds; another volume is asked back.
    `stocked_mg_per_ml` is empty until the clinic has said what it stocks: one strength, so that none is mistaken.
    """

    vial_strengths_mg_per_ml: tuple[Decimal, ...]
    concentration_mg_per_ml: Decimal
    rate_increment_ml_per_h: Decimal
    mg_increment: Decimal
    ml_increment: Decimal
    stock_ml_increment: Decimal
    vial_volumes_ml: dict[str, Decimal]
    stocked_mg_per_ml: tuple[Decimal, ...] = ()


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
    first_index: tuple[Decimal, Decimal] | None = None
    """The body mass index, in kg per square metre, outside which a first weight is questioned."""
    first_without_height: Decimal | None = None
    """From which weight on a first one is questioned where no height is known."""

    @property
    def written_unit(self) -> str:
        """The unit as people write it; the code of `unit` is for exchange."""
        return self.unit.replace("mm[Hg]", "mmHg").replace("Cel", "°C")

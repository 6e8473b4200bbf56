"""Rows about orders: protocols, limits, the clinic's pump and bag, the weight that doses, what can be measured."""

from dataclasses import dataclass
from decimal import Decimal

from sereniv.knowledge.rows.row import Example, Row


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
    """The clinic's one bag concentration, the increments its pump and syringes can show, and the vials it stocks.

    `stocked_mg_per_ml` is empty until the clinic has said what it stocks: one strength, so that none is mistaken.
    """

    vial_strengths_mg_per_ml: tuple[Decimal, ...]
    concentration_mg_per_ml: Decimal
    rate_increment_ml_per_h: Decimal
    mg_increment: Decimal
    ml_increment: Decimal
    stock_ml_increment: Decimal
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

    @property
    def written_unit(self) -> str:
        """The unit as people write it; the code of `unit` is for exchange."""
        return self.unit.replace("mm[Hg]", "mmHg")

"""Turns mg/kg into what the pump is set to, exactly: Decimal throughout, rounded once, to the pump's increment."""

import typing
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from sereniv.knowledge.rows import ClinicStandard, DoseWeightRule
from sereniv.therapy.person.events import WeightBasis
from sereniv.therapy.recording.refusal import Malformed
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.treatment.dose_step import percent_over
from sereniv.units import MINUTES_PER_HOUR, inches_from_cm

DEVINE_HEIGHT_INCHES = Decimal(60)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseWeights:
    """The weights that could dose a person, in kg to 0.1, and which one is preselected."""

    actual_kg: Decimal
    ideal_kg: Decimal
    adjusted_kg: Decimal
    bmi: Decimal
    preselected: WeightBasis
    must_choose: bool
    warnings: tuple[str, ...] = ()

    def of(self, basis: WeightBasis) -> Decimal:
        """Return the weight of one basis in kg."""
        weights = {WeightBasis.ACTUAL: self.actual_kg, WeightBasis.IDEAL: self.ideal_kg}
        return weights.get(basis, self.adjusted_kg)


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpOrder:
    """An infusion as prescribed and as set: mg and mL to 0.1, rate to the pump's increment.

    `volume_ml` is also the pump's volume limit, so that rounding the rate never over-delivers. An order by rate
    says what was asked in mg/kg/h and which cap held; its mg/kg then follows from the whole dose.
    """

    dose_mg_per_kg: Decimal
    dose_weight_kg: Decimal
    dose_mg: Decimal
    concentration_mg_per_ml: Decimal
    volume_ml: Decimal
    rate_ml_per_h: Decimal
    duration_min: int
    rate_mg_per_kg_per_h: Decimal | None = None
    cap_mg_per_h: Decimal | None = None

    @property
    def is_capped(self) -> bool:
        """True where the cap, not the asked rate, sets the dose."""
        asked = self.rate_mg_per_kg_per_h
        return asked is not None and self.cap_mg_per_h is not None and asked * self.dose_weight_kg > self.cap_mg_per_h

    @property
    def rate_mg_per_h(self) -> Decimal:
        """The set rate in mg/h."""
        return self.rate_ml_per_h * self.concentration_mg_per_ml


def cap_words(order: PumpOrder) -> str:
    """Say what a cap that bites has changed, from what was asked to what is set; "" where none does."""
    asked, cap = order.rate_mg_per_kg_per_h, order.cap_mg_per_h
    if asked is None or cap is None or not order.is_capped:
        return ""
    per_hour = asked * order.dose_weight_kg
    less = percent_over(cap, per_hour)
    return (
        f"The cap changes the rate: {plain(asked)} mg/kg/h is {plain(rounded(per_hour, Decimal('0.1')))} mg/h, set are "
        f"{plain(cap)} mg/h ({plain(abs(less))} % less)."
    )


class Ordered(typing.Protocol):
    """What an infusion was ordered as: a signed order, its copy in a session, or one being worked out."""

    @property
    def dose_mg_per_kg(self) -> Decimal:
        """The whole dose by dose weight."""

    @property
    def dose_weight_kg(self) -> Decimal:
        """The weight that doses."""

    @property
    def rate_mg_per_kg_per_h(self) -> Decimal | None:
        """The rate asked, None where the dose was."""

    @property
    def cap_mg_per_h(self) -> Decimal | None:
        """The cap of the rate."""


def reckoning(ordered: Ordered) -> str:
    """Write how the dose follows from the prescription: 0.5 mg/kg × 71.4 kg, or a rate with its cap."""
    weight, asked, cap = ordered.dose_weight_kg, ordered.rate_mg_per_kg_per_h, ordered.cap_mg_per_h
    if asked is None:
        return f"{plain(ordered.dose_mg_per_kg)} mg/kg × {plain(weight)} kg"
    words = f"{plain(asked)} mg/kg/h × {plain(weight)} kg"
    per_hour = asked * weight
    if cap is None:
        return f"{words} = {plain(per_hour)} mg/h"
    return (
        f"{words} = {plain(per_hour)} mg/h, {'capped at' if per_hour > cap else 'within the cap of'} {plain(cap)} mg/h"
    )


def rounded(value: Decimal, increment: Decimal) -> Decimal:
    """Round half up to a multiple of `increment` (53.55 to 53.6 at 0.1)."""
    return (value / increment).quantize(Decimal(1), rounding=ROUND_HALF_UP) * increment


def rounded_down(value: Decimal, increment: Decimal) -> Decimal:
    """Round down to a multiple of `increment` (17.85 to 17.8 at 0.1)."""
    return (value / increment).quantize(Decimal(1), rounding=ROUND_DOWN) * increment


def ideal_weight_kg(sex: str, height_cm: Decimal, rule: DoseWeightRule) -> Decimal:
    """Return the ideal body weight in kg to 0.1 (devine-1974); below 60 inches the base weight, never less."""
    return rounded(_ideal(sex, height_cm, rule), Decimal("0.1"))


def _ideal(sex: str, height_cm: Decimal, rule: DoseWeightRule) -> Decimal:
    extra = max(inches_from_cm(height_cm) - DEVINE_HEIGHT_INCHES, Decimal(0))
    return rule.ibw_base_kg[sex] + rule.ibw_kg_per_inch_over_60 * extra


def dose_weights(weight_kg: Decimal, height_cm: Decimal, sex: str, rule: DoseWeightRule) -> DoseWeights:
    """Lay out actual, ideal and adjusted weight for one person.

    Raises
    ------
    Malformed
        When weight or height is not positive, or the formula has no base weight for `sex`.
    """
    if weight_kg <= 0 or height_cm <= 0:
        raise Malformed("Weight and height must be measured before a dose weight can be found.")
    if sex not in rule.ibw_base_kg:
        raise Malformed(f"Ideal weight needs sex at birth as one of {sorted(rule.ibw_base_kg)}.")
    ideal = _ideal(sex, height_cm, rule)
    adjusted = ideal + rule.adjusted_fraction * (weight_kg - ideal) if weight_kg > ideal else weight_kg
    bmi = rounded(weight_kg / (height_cm / 100) ** 2, Decimal("0.1"))
    heavy = bmi >= rule.bmi_choice_from
    short = inches_from_cm(height_cm) < DEVINE_HEIGHT_INCHES
    return DoseWeights(
        actual_kg=weight_kg,
        ideal_kg=rounded(ideal, Decimal("0.1")),
        adjusted_kg=rounded(adjusted, Decimal("0.1")),
        bmi=bmi,
        preselected=WeightBasis.IDEAL if heavy and ideal < weight_kg else WeightBasis.ACTUAL,
        must_choose=heavy,
        warnings=("Under 152.4 cm the ideal-weight formula is not meant to be used.",) if short else (),
    )


def pump_order(
    dose_mg_per_kg: Decimal,
    dose_weight_kg: Decimal,
    duration_min: int,
    concentration_mg_per_ml: Decimal,
    standard: ClinicStandard,
) -> PumpOrder:
    """Compute mg, mL and mL/h of an infusion (71.4 kg, 0.5 mg/kg, 40 min, 1 mg/mL: 35.7, 35.7, 53.6).

    What is ordered is mg, and mL follows. The volume is also the pump's limit: it is rounded down to what the pump
    shows, so that no strength of the bag gives more than was ordered (35.7 mg of 2 mg/mL: 17.8 mL, never 17.9). The
    rate follows the ordered mg.

    Raises
    ------
    Malformed
        When any argument is not greater than zero, or the dose is too small for the pump to show.
    """
    arguments = (dose_mg_per_kg, dose_weight_kg, Decimal(duration_min), concentration_mg_per_ml)
    if any(not each.is_finite() or each <= 0 for each in arguments):
        raise Malformed("Dose, weight, duration and concentration must all be greater than zero.")
    dose_mg = rounded(dose_mg_per_kg * dose_weight_kg, standard.mg_increment)
    exact_ml = dose_mg / concentration_mg_per_ml
    volume_ml = rounded_down(exact_ml, standard.ml_increment)
    rate = rounded(exact_ml * MINUTES_PER_HOUR / Decimal(duration_min), standard.rate_increment_ml_per_h)
    if not (dose_mg > 0 and volume_ml > 0 and rate > 0):
        raise Malformed("This rounds to nothing on the pump. Check dose, weight, concentration and duration.")
    return PumpOrder(
        dose_mg_per_kg=dose_mg_per_kg,
        dose_weight_kg=dose_weight_kg,
        dose_mg=dose_mg,
        concentration_mg_per_ml=concentration_mg_per_ml,
        volume_ml=volume_ml,
        rate_ml_per_h=rate,
        duration_min=duration_min,
    )


def rate_order(
    rate_mg_per_kg_per_h: Decimal,
    cap_mg_per_h: Decimal | None,
    dose_weight_kg: Decimal,
    duration_min: int,
    concentration_mg_per_ml: Decimal,
    standard: ClinicStandard,
) -> PumpOrder:
    """Compute an infusion ordered by rate (80 kg at 0.35 mg/kg/h, cap 25 mg/h, 4 h: 25 mg/h, 100 mg).

    Raises
    ------
    Malformed
        As `pump_order`.
    """
    arguments = (rate_mg_per_kg_per_h, cap_mg_per_h or Decimal(1), dose_weight_kg, Decimal(duration_min))
    if any(not each.is_finite() or each <= 0 for each in arguments):
        raise Malformed("Rate, cap, weight and duration must all be greater than zero.")
    asked = rate_mg_per_kg_per_h * dose_weight_kg
    rate_mg_per_h = asked if cap_mg_per_h is None else min(asked, cap_mg_per_h)
    dose_mg = rate_mg_per_h * Decimal(duration_min) / MINUTES_PER_HOUR
    worked = pump_order(dose_mg / dose_weight_kg, dose_weight_kg, duration_min, concentration_mg_per_ml, standard)
    return replace(
        worked,
        rate_ml_per_h=_under_the_cap(worked.rate_ml_per_h, cap_mg_per_h, concentration_mg_per_ml, standard),
        dose_mg_per_kg=rounded(worked.dose_mg / dose_weight_kg, Decimal("0.01")),
        rate_mg_per_kg_per_h=rate_mg_per_kg_per_h,
        cap_mg_per_h=cap_mg_per_h,
    )


def _under_the_cap(
    rate_ml_per_h: Decimal, cap_mg_per_h: Decimal | None, concentration_mg_per_ml: Decimal, standard: ClinicStandard
) -> Decimal:
    """Return the rate that the pump is set to: rounding the mg up carries it over no cap (13.8 mg in 33 min)."""
    if cap_mg_per_h is None:
        return rate_ml_per_h
    most = rounded_down(cap_mg_per_h / concentration_mg_per_ml, standard.rate_increment_ml_per_h)
    if most <= 0:
        raise Malformed("This cap rounds to nothing on the pump. Check cap and concentration.")
    return min(rate_ml_per_h, most)


def stock_volume_ml(dose_mg: Decimal, strength_mg_per_ml: Decimal, standard: ClinicStandard) -> Decimal:
    """Return how much of a vial holds `dose_mg`, to 0.01 mL (35 mg: 3.5, 0.7 or 0.35 mL of 10, 50, 100 mg/mL)."""
    return rounded(dose_mg / strength_mg_per_ml, standard.stock_ml_increment)

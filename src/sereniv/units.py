"""Canonical units and the only conversions: mg, mL, kg, cm, minutes, mm[Hg] (UCUM codes).

Dose arithmetic elsewhere takes and returns `Decimal` in these units. The units that a published model may be printed in
stand with the models, in `knowledge.models.schema`.
"""

import re
from decimal import Decimal
from numbers import Real
from typing import Protocol, Self, TypeVar

KG_PER_LB = Decimal("0.45359237")
"""Kilograms in one avoirdupois pound, exact by definition (UCUM `[lb_av]`)."""

CM_PER_INCH = Decimal("2.54")
"""Centimetres in one inch, exact by definition (UCUM `[in_i]`)."""

MINUTES_PER_HOUR = Decimal(60)
MICROGRAM_PER_MG = Decimal(1000)


def kg_from_lb(weight_lb: Decimal) -> Decimal:
    """Convert avoirdupois pounds to kilograms, unrounded."""
    return weight_lb * KG_PER_LB


def inches_from_cm(height_cm: Decimal) -> Decimal:
    """Convert centimetres to inches, unrounded."""
    return height_cm / CM_PER_INCH


CONCENTRATION = "ng/mL"
"""In what every concentration is given; 1 ug/L is the same."""

MG_PER_L_IN_NG_PER_ML = 1000.0
"""1 mg/L is 1000 ng/mL."""

MOLAR_MASS_G_PER_MOL = {
    "ketamine": 237.73,
    "norketamine": 223.70,
    "hydroxynorketamine": 239.70,
}
"""Molar masses of the free bases (indand21 digitized data). A model's table may bring those of other analytes."""


def ng_per_ml_from_nmol_per_ml(amount_nmol_per_ml: float, molar_mass_g_per_mol: float) -> float:
    """Convert nmol/mL (= µmol/L) of a substance to ng/mL."""
    return amount_nmol_per_ml * molar_mass_g_per_mol


def float_mg(dose_mg: Decimal | float) -> float:
    """Turn an exact dose into the float a simulation works in: the one place where Decimal becomes float.

    Parameters
    ----------
    dose_mg
        A dose in mg or a rate in mg/h. Decimals come from orders and charted events.

    Raises
    ------
    TypeError
        When given text or a bool: parse it where its unit is known.
    """
    if isinstance(dose_mg, bool) or not isinstance(dose_mg, (Decimal, Real)):
        raise TypeError(f"A dose must be a number of mg, not {dose_mg!r}.")
    return float(dose_mg)


def number(name: str, given: object, unit: str) -> float:
    """Return an argument that must be a number as the float that a simulation works in.

    Raises
    ------
    TypeError
        When given text, a bool or nothing.
    """
    if isinstance(given, bool) or not isinstance(given, (Decimal, Real)):
        raise TypeError(f"{name} is {given!r}; give a number of {unit}.")
    return float(given)


UNITS: dict[str, dict[str, float]] = {
    "weight": {"kg": 1.0, "lb": float(KG_PER_LB)},
    "time": {"min": 1.0, "h": 60.0, "s": 1.0 / 60.0},
    "dose": {"mg": 1.0, "mcg": 0.001, "ug": 0.001, "µg": 0.001},
    "dose per weight": {"mg/kg": 1.0, "mcg/kg": 0.001, "ug/kg": 0.001, "µg/kg": 0.001},
    "concentration": {"ng/mL": 1.0, "mcg/L": 1.0, "ug/L": 1.0, "µg/L": 1.0, "mg/L": 1000.0},
}
"""Units a person may type, by kind, with their factor to kg, min, mg, mg/kg and ng/mL; `mcg` as in a drug chart."""


def read_quantity(text: str, *kinds: str) -> tuple[float, str]:
    """Read a number with its unit, such as "70kg" or "0.5 mg/kg".

    Parameters
    ----------
    text
        What was typed.
    kinds
        The kinds of quantity that make sense here, keys of `UNITS`.

    Returns
    -------
    tuple
        The number in kg, min, mg, mg/kg or ng/mL, and the kind that its unit belongs to.

    Raises
    ------
    ValueError
        When there is no number, no unit, or a unit of another kind; the message lists the units that are understood.
    """
    match = re.fullmatch(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(\S*)\s*", text)
    understood = ", ".join(unit for kind in kinds for unit in UNITS[kind])
    if match is None:
        raise ValueError(f"{text!r} is not a number with a unit; write it like 12.5 and one of {understood}.")
    # Two signs look like the micro sign: the one on keyboards, and the Greek letter.
    unit = match[2].replace("μ", "µ")
    for kind in kinds:
        if unit in UNITS[kind]:
            return float(match[1]) * UNITS[kind][unit], kind
    problem = "has no unit" if not match[2] else f"has the unit {match[2]!r}, which does not fit here"
    raise ValueError(f"{text!r} {problem}; add one of {understood}.")


class Divisible(Protocol):
    """A number or an array of numbers."""

    def __truediv__(self, other: float, /) -> Self:
        """Divide by a number."""
        ...


Amount = TypeVar("Amount", bound=Divisible)


def hours_from_minutes(minutes: Amount) -> Amount:
    """Convert minutes (number or array) to hours."""
    return minutes / 60.0


def minutes_from_hours(hours: float) -> float:
    """Convert hours to minutes."""
    return hours * 60.0


def minutes_from_days(days: float) -> float:
    """Convert whole days or parts of them to minutes."""
    return minutes_from_hours(days * 24.0)


def umol_per_l_from_ng_per_ml(level_ng_per_ml: Amount, analyte: str) -> Amount:
    """Convert ng/mL (number or array) of one analyte to µmol/L; KeyError for an analyte without a molar mass."""
    return level_ng_per_ml / MOLAR_MASS_G_PER_MOL[analyte]

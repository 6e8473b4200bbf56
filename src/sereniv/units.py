"""Canonical units and the only conversions: mg, mL, kg, cm, minutes, mm[Hg] (UCUM codes).

Dose arithmetic elsewhere takes and returns `Decimal` in these units; nothing else in Sereniv
multiplies by 60, 1000 or 0.4536.
"""

from decimal import Decimal

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

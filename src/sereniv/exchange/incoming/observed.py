"""What FHIR Observations hold that has a place here: body measurements, vital signs and totals of rating scales."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from sereniv.exchange.incoming.contents import MeasuredThere, Who
from sereniv.exchange.incoming.resources import Broken, Resource, Standing, codes_of, object_of, objects_of, text_of
from sereniv.knowledge.rows import Knowledge, Scale, Scoring
from sereniv.units import CM_PER_INCH, KG_PER_LB

LOINC = "http://loinc.org"
ONE = Decimal(1)
LEAST_POWER, MOST_POWER, MOST_DIGITS = -4, 9, 40
"""From 0.0001 to under 10 000 000 000, in so many digits, a number other than 0 is one that somebody wrote; no clinical
limits."""

MEASURED: Mapping[str, str] = {
    "29463-7": "weight_kg", "3141-9": "weight_kg", "8302-2": "height_cm", "8867-4": "heart_rate",
    "59408-5": "spo2", "2708-6": "spo2", "9279-1": "respiratory_rate", "8480-6": "systolic", "8462-4": "diastolic",
}  # fmt: skip
"""By LOINC code what it is here."""

PRESSURES = frozenset({"85354-9", "55284-4"})

UNITS: Mapping[str, Mapping[str, Decimal]] = {
    "weight_kg": {"kg": ONE, "g": Decimal("0.001"), "[lb_av]": KG_PER_LB},
    "height_cm": {"cm": ONE, "m": Decimal(100), "[in_i]": CM_PER_INCH},
    "heart_rate": {"/min": ONE, "{beats}/min": ONE},
    "respiratory_rate": {"/min": ONE, "{breaths}/min": ONE},
    "spo2": {"%": ONE},
    "systolic": {"mm[Hg]": ONE},
    "diastolic": {"mm[Hg]": ONE},
}
"""By what is measured, the UCUM units that are taken, and by what each is multiplied."""


def number(quantity: Resource) -> Decimal | None:
    """Return the number of a quantity, None where it has none, or only more or less than one.

    Raises
    ------
    Broken
        Where something else stands in its place, or a number that is nobody's.
    """
    found = quantity.get("value")
    if found is None or "comparator" in quantity:
        return None
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        raise Broken("valueQuantity.value", f"“{found}” is no number.")
    value = Decimal(found)
    # By its power of ten: working with a larger one overflows.
    if value and (len(value.as_tuple().digits) > MOST_DIGITS or not LEAST_POWER <= value.adjusted() <= MOST_POWER):
        raise Broken("valueQuantity.value", f"{str(value)[:20]} cannot be a number of this.")
    return value


def measurements(each: Standing, knowledge: Knowledge) -> dict[str, Decimal]:
    """Return what an observation measured, as finely as it is measured here; a pressure has both of its values."""
    codes = set(codes_of(object_of(each.resource, "code"), LOINC))
    found: dict[str, Decimal] = {}
    if codes & PRESSURES:
        for part in objects_of(each.resource, "component"):
            found |= _values(codes_of(object_of(part, "code"), LOINC), part, knowledge)
        return found if {"systolic", "diastolic"} <= set(found) else {}
    # One value of a pressure alone has no place here.
    alone = _values(tuple(codes), each.resource, knowledge)
    return {what: value for what, value in alone.items() if what not in {"systolic", "diastolic"}}


def _values(codes: tuple[str, ...], part: Resource, knowledge: Knowledge) -> dict[str, Decimal]:
    quantity = object_of(part, "valueQuantity")
    value = number(quantity)
    if value is None:
        return {}
    return dict(_in_our_units(codes, quantity, value, knowledge))


def _in_our_units(
    codes: tuple[str, ...], quantity: Resource, value: Decimal, knowledge: Knowledge
) -> Iterator[tuple[str, Decimal]]:
    for what in dict.fromkeys(MEASURED[code] for code in codes if code in MEASURED):
        unit = text_of(quantity, "code" if "code" in quantity else "unit")
        factor = UNITS[what].get(unit)
        if factor is None:
            raise Broken("valueQuantity.code", f"“{unit}” is no unit in which this is taken.")
        row = knowledge.plausible[what]
        ours = (value * factor).quantize(ONE.scaleb(-row.decimals), ROUND_HALF_UP)
        low, high = row.possible
        if not low <= ours <= high:
            raise Broken("valueQuantity.value", f"{row.title} {ours} {row.written_unit} cannot be a measurement.")
        yield what, ours


def fact(row: str, who: Who, what: str, value: Decimal, at: datetime) -> MeasuredThere:
    """Return one measurement as a fact of a file."""
    return MeasuredThere(row=row, who=who, what=what, value=value, at=at)


def scored(each: Standing, knowledge: Knowledge) -> tuple[str, Decimal] | None:
    """Return which rating scale's total an observation is, and the total; None where it is none."""
    codes = set(codes_of(object_of(each.resource, "code"), LOINC))
    scale = next((row for row in knowledge.scales.values() if row.total_loinc and row.total_loinc in codes), None)
    if scale is None:
        return None
    whole = each.resource.get("valueInteger")
    total = number(object_of(each.resource, "valueQuantity") if whole is None else {"value": whole})
    if total is None:
        return None
    low, high = scale.total_range
    if not low <= total <= high or (is_sum(scale) and total % 1):
        raise Broken("Observation.value", f"{total} is no total of {scale.title}, which goes from {low} to {high}.")
    return scale.id, total


def is_sum(scale: Scale) -> bool:
    """Say whether a scale's total is a sum of answers, and so whole; one number may be marked between two of them."""
    return bool(scale.items) and scale.scoring is not Scoring.MEAN

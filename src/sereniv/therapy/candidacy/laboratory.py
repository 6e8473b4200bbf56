"""What a laboratory's values leave open: a unit that the limit does not fit, a value of another unit, two units.

A bilirubin of 2.5 mg/dL against a limit of 21 µmol/L would pass as a ninth of its limit. Nothing is converted and
nothing refused: it is asked, and until somebody says that it is right no rule reads it as within its limit.
"""

from collections.abc import Sequence
from decimal import Decimal

from sereniv.knowledge.rows import WorkUpItem
from sereniv.therapy.person.events import LaboratoryValue, WorkUpFinding
from sereniv.therapy.recording.typed_values import plain


def analyte_title(analyte: str) -> str:
    """Write what a laboratory measured as people write it."""
    return analyte.capitalize() if analyte == "bilirubin" else analyte.upper()


def in_doubt(value: LaboratoryValue, row: WorkUpItem) -> str:
    """Ask about one value whose limit, or which itself, looks like one of another unit; empty where neither does."""
    usual = row.usual_limits.get(value.analyte, {})
    if value.unit not in usual:
        return ""
    title = analyte_title(value.analyte)
    lowest, highest = usual[value.unit]
    if not lowest <= value.upper_limit <= highest:
        return (
            f"{title}: laboratories write limits of {plain(lowest)} to {plain(highest)} {value.unit}, and "
            f"{plain(value.upper_limit)} is outside. Are unit and limit those of this report?"
        )
    if value.value < row.low_share * value.upper_limit or _reads_as_finer(value, usual):
        typed, limit = plain(value.value), plain(value.upper_limit)
        return f"{title}: is {typed} in {value.unit}, as its limit of {limit} is, and of the same laboratory?"
    return ""


def _reads_as_finer(value: LaboratoryValue, usual: dict[str, tuple[Decimal, Decimal]]) -> bool:
    """Say whether a value with a fraction, in the unit of whole numbers, would be above the limit in the other unit."""
    highest = usual[value.unit][1]
    finer = [high for _, high in usual.values() if high < highest]
    has_fraction = value.value != value.value.to_integral_value()
    return (
        has_fraction
        and value.value <= value.upper_limit
        and any(value.value * highest > value.upper_limit * high for high in finer)
    )


def panel_in_doubt(values: Sequence[LaboratoryValue], row: WorkUpItem, finding: WorkUpFinding) -> tuple[str, ...]:
    """Return all that is to be asked about the values of one item, in the order they are typed."""
    asked = [question for each in values if (question := in_doubt(each, row))]
    alike: dict[tuple[str, ...], list[LaboratoryValue]] = {}
    for each in values:
        alike.setdefault(row.units.get(each.analyte, ()), []).append(each)
    for group in alike.values():
        if len({each.unit for each in group}) > 1:
            written = ", ".join(f"{analyte_title(each.analyte)} in {each.unit}" for each in group)
            asked.append(f"{written}: one laboratory reports these in one unit. Are they all right?")
    whole = {each.analyte for each in values} >= set(row.gate_above)
    if finding is WorkUpFinding.ABNORMAL and values and whole and all(each.times <= 1 for each in values):
        asked.append("Abnormal, and no value is above its limit. Are the units and limits right?")
    return tuple(asked)

"""Reads what people type: malformed is an error, implausible is kept and questioned, abnormal is simply kept."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sereniv.knowledge.rows import Plausible
from sereniv.therapy.recording.refusal import Malformed
from sereniv.therapy.recording.typed import LONGEST_NUMBER, plain_number
from sereniv.units import kg_from_lb

CM_PER_M = Decimal(100)
MOST_DECIMALS = 4
"""Decimals that a number is written with at most; the smallest daily doses in mg need four."""

LEFT_BY_DIVISION = Decimal("1E-12")
"""What is smaller comes of reckoning with 28 figures: nobody types or draws it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A number as stored, with the question a person must answer before it may be used ("" for none)."""

    value: Decimal
    question: str = ""


def read(text: str, row: Plausible, previous: Decimal | None = None) -> Reading:
    """Read one typed value of the quantity that `row` bounds.

    Parameters
    ----------
    text
        What was typed, with `.` or `,` as the decimal sign.
    previous
        The last usable value of the same person; a jump beyond the row's `change_fraction` is questioned.

    Raises
    ------
    Malformed
        When it is not a plain number, has more decimals than can be measured, or cannot be anybody's.
    """
    value = _number(text, row)
    low, high = row.possible
    if not low <= value <= high:
        raise Malformed(
            f"{row.title} {text} {row.written_unit} cannot be a measurement. Enter {low} to {high} {row.written_unit}."
        )
    return Reading(value=value, question=question_about(value, row, previous))


def question_about(value: Decimal, row: Plausible, previous: Decimal | None) -> str:
    """Say what a person must confirm about `value`, or "" when it is plausible."""
    low, high = row.plausible
    if not low <= value <= high:
        return (
            f"{row.title} {value} {row.written_unit} is outside {low} to {high}. Was it measured and typed correctly?"
        )
    if previous is not None and row.change_fraction is not None:
        change = (value - previous) / previous
        if abs(change) > row.change_fraction:
            sign = "+" if change > 0 else "−"
            unit = row.written_unit
            question = f"{row.title} {value} {unit} is {sign}{abs(change):.0%} against {previous} {unit} before."
            return question + _pounds_hint(value, row, previous)
    return ""


def question_about_first(weight_kg: Decimal, height_cm: Decimal | None, row: Plausible) -> str:
    """Say what a person must confirm about somebody's first weight, which has none before it to be held against."""
    if row.first_index is None or row.first_without_height is None:
        return ""
    low, high = row.first_index
    index = weight_kg / (height_cm / CM_PER_M) ** 2 if height_cm else None
    if index is not None and index < low:
        first = f"{row.title} {plain(weight_kg)} kg is the first one"
        return f"{first} and makes a body mass index of {index:.1f}. Is it right?"
    if (index is not None and index <= high) or (index is None and weight_kg < row.first_without_height):
        return ""
    made = f" and makes a body mass index of {index:.1f}" if index is not None else ""
    in_kg = round(kg_from_lb(weight_kg), 1)
    first, kilograms = plain(weight_kg), plain(in_kg)
    return f"{row.title} {first} kg is the first one{made}. Were these pounds? {first} lb are {kilograms} kg."


def plain(value: Decimal) -> str:
    """Write a number as people read it, everywhere: 35.70 as 35.7, 1E+3 as 1000, 1.03448275862 as 1.0345.

    Only the writing is rounded, half up to four decimals; what is judged and kept stays exact. What is smaller than
    half of the last of them is written to its first figure: it is not nothing, as what is left by a division is.
    """
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -MOST_DECIMALS:
        last = Decimal(1).scaleb(-MOST_DECIMALS)
        is_lost = LEFT_BY_DIVISION <= abs(value) < last / 2
        last = Decimal(1).scaleb(value.adjusted()) if is_lost else last
        value = value.quantize(last, rounding=ROUND_HALF_UP)
    return f"{value.normalize() + 0:f}"


def _pounds_hint(value: Decimal, row: Plausible, previous: Decimal) -> str:
    """Name the commonest slip: pounds typed where kilograms are asked."""
    if row.unit == "kg":
        as_kg = round(kg_from_lb(value), 1)
        if abs(as_kg - previous) / previous <= Decimal("0.05"):
            return f" Were these pounds? {plain(value)} lb are {plain(as_kg)} kg."
    return " Was it measured and typed correctly?"


def _number(text: str, row: Plausible) -> Decimal:
    asked = f"{row.title}: enter a plain number in {row.written_unit}, such as {row.plausible[0]}."
    if len(text.strip()) > LONGEST_NUMBER:
        raise Malformed(asked)
    try:
        value = plain_number(text)
    except Malformed as no:
        raise Malformed(asked) from no
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > row.decimals:
        most = f"at most {row.decimals} decimal{'s' if row.decimals > 1 else ''}" if row.decimals else "no decimals"
        raise Malformed(f"{row.title} is in {row.written_unit}, with {most}: “{text}” is not.")
    return value

"""Reads the cells of a table: days in the file's order, numbers in its writing, words for yes, no and sexes."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sereniv.therapy.recording.refusal import Malformed
from sereniv.therapy.recording.typed import LONGEST_NUMBER, dates_meant, plain_number

FIRST_YEAR = 1900
TIME_OF_DAY = re.compile(r"[T ]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?(\.[0-9]+)?(Z|[+-][0-9]{2}:?[0-9]{2})?$")
PERHAPS_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}")


class DayOrder(StrEnum):
    """In which order a file writes day and month; not said, a date that may mean two days is asked about."""

    NOT_SAID = ""
    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


class DecimalSign(StrEnum):
    """What a file writes before the decimals; not said, a number that may mean two is asked about."""

    NOT_SAID = ""
    POINT = "point"
    COMMA = "comma"


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How a file writes days and numbers, and until when anything in it can have happened."""

    today: date
    day_order: DayOrder = DayOrder.NOT_SAID
    decimal_sign: DecimalSign = DecimalSign.NOT_SAID


class Doubt(Malformed):
    """A cell cannot be taken: what is wrong, and how to mend it."""

    def __init__(self, wrong: str, mend: str) -> None:
        super().__init__(f"{wrong} {mend}")
        self.wrong = wrong
        self.mend = mend


def day(text: str, writing: Writing) -> date:
    """Read a day of the past.

    Raises
    ------
    Doubt
        When it is no day, may mean two, has not come yet, or is older than anybody.
    """
    meant = dates_meant(TIME_OF_DAY.sub("", text.strip()))
    if not meant:
        raise Doubt(f"“{text}” is no date.", "Write it with four digits for the year, such as 2025-04-03.")
    found = meant[0] if len(meant) == 1 else _in_order(text, meant, writing.day_order)
    if len(meant) == 1 and "/" in text:
        _demand_fitting(text, found, writing.day_order)
    if found > writing.today:
        raise Doubt(f"{found:%d %b %Y} has not come yet.", "Correct the day, or leave out the row.")
    if found.year < FIRST_YEAR:
        raise Doubt(f"{found.isoformat()} is too long ago.", "Correct the year.")
    return found


def _in_order(text: str, meant: tuple[date, ...], order: DayOrder) -> date:
    month_first, day_first = meant
    if order is DayOrder.NOT_SAID:
        raise Doubt(
            f"“{text}” may be {day_first.day} {day_first:%b} or {month_first.day} {month_first:%b}.",
            "Say in which order this file writes day and month.",
        )
    return day_first if order is DayOrder.DAY_FIRST else month_first


def _demand_fitting(text: str, found: date, order: DayOrder) -> None:
    """Raise Doubt where a date with slashes can be read in one order alone, and that is not the file's."""
    first = int(re.split(r"/", text.strip())[0] or 0)
    if (order is DayOrder.DAY_FIRST and first != found.day) or (order is DayOrder.MONTH_FIRST and first != found.month):
        raise Doubt(
            f"“{text}” does not fit the order {order} that was said of this file.", "Correct the one or the other."
        )


def number(text: str, writing: Writing) -> Decimal:
    """Read a plain number.

    Raises
    ------
    Doubt
        When it is none, or may mean two: 1,234 is 1.234 or 1234.
    """
    typed = text.strip().replace("\u00a0", "")
    try:
        found = plain_number(typed if len(typed) <= LONGEST_NUMBER else "")
    except Malformed:
        mend = "Write digits alone, with the decimals after a point or comma."
        raise Doubt(f"“{text}” is no plain number.", mend) from None
    sign = next((each for each in typed if each in ".,"), "")
    wanted = {DecimalSign.POINT: ".", DecimalSign.COMMA: ","}.get(writing.decimal_sign, "")
    if sign and wanted and sign != wanted:
        raise Doubt(
            f"“{text}” is not written with a decimal {writing.decimal_sign}.",
            "Correct it, or what was said of the file.",
        )
    if PERHAPS_THOUSANDS.fullmatch(typed) and not wanted:
        raise Doubt(f"“{text}” may be thousands or decimals.", "Say what this file writes before the decimals.")
    return found


def whole(text: str, what: str) -> int:
    """Read a whole number; raises Doubt for anything else. A spreadsheet's 40.0 is 40."""
    typed = re.sub(r"\.0+$", "", text.strip())
    if not re.fullmatch(r"-?[0-9]{1,6}", typed, re.ASCII):
        raise Doubt(f"“{text}” is no whole number.", f"Write {what} in digits.")
    return int(typed)


_YES = frozenset({"yes", "y", "true", "1", "x", "ja", "j", "si", "sí", "wahr"})
_NO = frozenset({"no", "n", "false", "0", "nein", "falsch"})
_FEMALE = frozenset({"f", "female", "w", "weiblich", "woman", "frau", "mujer", "femenino"})
_MALE = frozenset({"m", "male", "männlich", "maennlich", "man", "mann", "hombre", "masculino"})
NONE = frozenset(
    {"none", "no known", "none known", "nkda", "nka", "no known allergies", "keine", "keine bekannt", "ninguna"}
)
"""What in a cell says that there is nothing to list."""


def yes_or_no(text: str) -> bool:
    """Read a yes or a no; raises Doubt for anything else."""
    typed = text.strip().casefold()
    if typed in _YES or typed in _NO:
        return typed in _YES
    raise Doubt(f"“{text}” is neither yes nor no.", "Write yes or no, or leave it empty where nobody knows.")


def sex(text: str) -> str:
    """Read the sex at birth as the register has it; raises Doubt for anything else."""
    typed = text.strip().casefold()
    if typed in _FEMALE | _MALE:
        return "female" if typed in _FEMALE else "male"
    raise Doubt(f"“{text}” is not female or male.", "Write the sex at birth: ideal weight and pregnancy depend on it.")


def is_none(text: str) -> bool:
    """Say whether a cell says that there is nothing to list."""
    return text.strip().casefold().rstrip(".") in NONE

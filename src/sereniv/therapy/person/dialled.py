"""The numbers that may stand in the register where somebody looks for one: with the code of a country or without."""

FEWEST_LEFT = 7
"""Digits that must be left of a number without its country: fewer are found in too many others."""
LONGEST_COUNTRY_CODE = 3
WITH_THE_NORTH_AMERICAN_ONE = 11
"""Digits of a number in North America that begins with its code, 1."""


def as_registered(dialled: str) -> tuple[str, ...]:
    """Return the digits as they may be registered, from what was typed: `dialled` is digits, a plus before them or not.

    A number typed with the code of its country is registered without it as often as not.
    """
    digits = dialled.lstrip("+0")
    has_country = dialled.startswith(("+", "00")) or (
        digits.startswith("1") and len(digits) == WITH_THE_NORTH_AMERICAN_ONE
    )
    lengths = range(1, LONGEST_COUNTRY_CODE + 1) if has_country else ()
    without = (digits[each:].lstrip("0") for each in lengths)
    return tuple(dict.fromkeys((digits, *(each for each in without if len(each) >= FEWEST_LEFT))))

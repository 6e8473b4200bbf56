"""What a keyboard gives: plain numbers, dates and telephone numbers in the ways people write them, legible text.

What cannot be read for certain is refused in words, never guessed at.
"""

import re
import string
import unicodedata
from datetime import date
from decimal import Decimal

from sereniv.therapy.recording.refusal import Malformed

NUMBER = re.compile(r"-?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")
LONGEST_NUMBER = 12
"""Characters; longer input is nobody's measurement."""

PHONE = re.compile(r"\+?[0-9]+(?:(?:x|ext)[0-9]{1,6})?")
PHONE_GAPS = re.compile(r"[\s().\-/\u00a0\u2010-\u2015]|(?<=ext)\.")
WIDE, WIDER_BY = frozenset(chr(code) for code in range(0xFF01, 0xFF5F)), 0xFEE0
"""The signs of a keyboard as wide as a Chinese or Japanese letter, so far from the narrow ones."""
FEWEST_DIGITS, MOST_DIGITS = 3, 20
SERVICE_DIGITS, USUAL_DIGITS = 3, 7
"""So many digits are a service's (112, 988), and so many or more somebody's own wherever it is dialled from."""

JOINERS = frozenset("\u200c\u200d")
"""They shape Persian, Hindi and the like; between such letters they belong to the writing."""

EMPTY_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters that count as letters or signs and show nothing."""

SHORT_YEAR = re.compile(r"(.*[0-9a-z][-/. ]\s?)'?([0-9]{2})")
CENTURIES = ("19", "20")
BARE_DATE = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def plain_number(text: str) -> Decimal:
    """Read a number of ASCII digits with at most one decimal sign, point or comma.

    Raises
    ------
    Malformed
        For anything else: exponents, underscores, other or mixed digits, infinity, words.
    """
    typed = text.strip()
    if not NUMBER.fullmatch(typed):
        raise Malformed("Enter a plain number with the digits 0 to 9, such as 71.4 or 71,4.")
    return Decimal(typed.replace(",", "."))


def cannot_be_read(text: str) -> str:
    """Say which character of a text nobody can see or that turns the writing round, "" where all can be read."""
    for place, character in enumerate(text):
        if character in "\n\r\t" or not is_unseen(text, place):
            continue
        name = unicodedata.name(character, "a control character").lower()
        return (
            f"This holds a character that cannot be seen: {name} (U+{ord(character):04X}), after "
            f"{_before(text, place)}. Delete it, or type the text again instead of pasting it."
        )
    return ""


def _before(text: str, place: int) -> str:
    legible = "".join(each for each in text[:place] if each.isprintable())
    return f"“{legible[-12:]}”" if legible else "nothing"


def is_unseen(text: str, place: int) -> bool:
    """Say whether the character at a place of a text shows nothing there, or turns the writing round."""
    character = text[place]
    if character in EMPTY_LETTERS:
        return True
    if character in JOINERS:
        around = text[max(place - 1, 0) : place] + text[place + 1 : place + 2]
        return len(around) < 2 or any(each.isascii() or _is_latin(each) for each in around)
    if character in "\ufe0e\ufe0f":
        return place == 0 or unicodedata.category(text[place - 1])[0] in "LZ"
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith("LATIN")


def in_digits(text: str) -> str:
    """Return a text with the digits of every script as 0 to 9, wide signs as narrow ones: ٠٣٠ as 030, ０３－１ as 03-1.

    For what names somebody, a telephone number or a day: a measured value is typed in 0 to 9.
    """
    narrow = "".join(chr(ord(each) - WIDER_BY) if each in WIDE else each for each in text)
    return "".join(string.digits[unicodedata.decimal(each)] if each.isdecimal() else each for each in narrow)


def phone_digits(text: str) -> str:
    """Return the digits of a telephone number without its gaps, a leading plus and an extension kept.

    Raises
    ------
    Malformed
        Where it is no telephone number.
    """
    typed = PHONE_GAPS.sub("", in_digits(text).strip().lower().replace("extension", "ext"))
    typed = typed.replace("(0)", "")
    if not PHONE.fullmatch(typed) or not FEWEST_DIGITS <= sum(each.isdigit() for each in typed) <= MOST_DIGITS:
        raise Malformed("Enter a telephone number in digits, such as +1 303 555 0199 or 303-555-0199 ext 4.")
    return typed


def is_service_number(text: str) -> bool:
    """Say whether a telephone number is so short that it is a service's: nobody is reached under it at home."""
    return len(_dialled(text)) <= SERVICE_DIGITS


def doubt_about_phone(text: str) -> str:
    """Say why a telephone number may not be whole, "" where nothing speaks against it; an extension is not counted."""
    digits = _dialled(text)
    if len(digits) < USUAL_DIGITS:
        return f"{len(digits)} digits are few: from outside, an area code goes before them."
    return "It is one digit over and over." if len(set(digits)) == 1 else ""


def _dialled(text: str) -> str:
    return re.split(r"x|ext", phone_digits(text))[0].removeprefix("+")


def dates_meant(text: str) -> tuple[date, ...]:
    """Return every date that a text may mean: 1980-11-29, 29.11.1980, 11/29/1980, 29 Nov 1980, Nov 29, 1980.

    With slashes, day and month may stand either way: 03/04/1980 means two dates.
    """
    typed = " ".join(in_digits(text).strip().lower().replace(",", " ").split())
    if found := re.fullmatch(r"([0-9]{4})[-/. ]?([0-9]{1,2})[-/. ]?([0-9]{1,2})", typed):
        return _dates((found[1], found[2], found[3]))
    if found := re.fullmatch(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4})", typed):
        return _dates((found[3], found[2], found[1]))
    if found := re.fullmatch(r"([0-9]{1,2})[/\- ]([0-9]{1,2})[/\- ]([0-9]{4})", typed):
        return _dates((found[3], found[1], found[2]), (found[3], found[2], found[1]))
    if found := re.fullmatch(r"([0-9]{1,2})\.?(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?[ -]([0-9]{4})", typed):
        return _dates((found[3], _month(found[2]), found[1]))
    if found := re.fullmatch(r"([a-z]{3,9})\.? ([0-9]{1,2})(?:st|nd|rd|th)? ([0-9]{4})", typed):
        return _dates((found[3], _month(found[1]), found[2]))
    return ()


def dates_perhaps_meant(text: str) -> tuple[date, ...]:
    """Return every date that a text may mean, shortened too: a year of two digits, of either century, or no signs.

    To look somebody up by, never to be kept: 2.1.80, 1/2/80, 2-Jan-80, 02011980.
    """
    typed = " ".join(in_digits(text).strip().lower().split())
    readings = [typed]
    if short := SHORT_YEAR.fullmatch(typed):
        readings += [f"{short[1]}{century}{short[2]}" for century in CENTURIES]
    elif bare := BARE_DATE.fullmatch(typed):
        readings.append("/".join(bare.groups()))
    return tuple(dict.fromkeys(day for reading in readings for day in dates_meant(reading)))


def _month(word: str) -> str:
    return str(MONTHS.index(word[:3]) + 1) if word[:3] in MONTHS else "0"


def _dates(*readings: tuple[str, str, str]) -> tuple[date, ...]:
    found: dict[date, None] = {}
    for year, month, day in readings:
        try:
            found[date(int(year), int(month), int(day))] = None
        except ValueError:
            continue
    return tuple(found)

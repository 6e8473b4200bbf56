"""Who wrote an enquiry, as far as what they typed says: by which names, days and numbers they are looked for.

Nobody outside is asked to write in one way only: titles, initials and half sentences stand around what tells.
"""

import re
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product

from sereniv.therapy.person.names import (
    SAME_NAME,
    Identity,
    days_near,
    folded,
    joined_name,
    likenesses,
    loosened,
    sought_digits,
)
from sereniv.therapy.person.romanised import latin_spellings
from sereniv.therapy.recording.typed import MONTHS, USUAL_DIGITS, dates_perhaps_meant

LEAST_OF_A_NAME, LEAST_OF_A_PAIR = 2, 3
"""Letters of each word of a whole name, and of each of two words among others: initials fit too many."""
MOST_WORDS = 6
ANY_DAY = date(1900, 1, 1)
A_NUMBER = re.compile(r"\+?[0-9(][0-9\s().\-/\u00a0\u2010-\u2015]{4,}[0-9]")


def telephone_numbers(text: str) -> tuple[str, ...]:
    """Return every telephone number in a text, as it was typed: it may stand among words and beside an address."""
    found = (each.group().strip() for each in A_NUMBER.finditer(text))
    return tuple(each for each in found if len(sought_digits(each).lstrip("+0")) >= USUAL_DIGITS)


def birth_days(text: str) -> tuple[date, ...]:
    """Return every day that somebody may mean by their birth date; two digits of a year may be of two centuries."""
    return dates_perhaps_meant(" ".join(_words_of_a_date(text)))


def _words_of_a_date(text: str) -> list[str]:
    """Leave out the words around a date: born, the, of."""
    words = text.lower().replace(",", " ").split()
    return [each for each in words if not each.isalpha() or folded(each)[:3] in MONTHS]


def whole_name(name: str) -> str:
    """Return a name by which somebody is looked for as it stands, "" where one of its words is an initial."""
    words = name.split()
    return name if len(words) > 1 and all(len(each.strip(".")) >= LEAST_OF_A_NAME for each in words) else ""


def pairs_of_a_name(name: str) -> tuple[str, ...]:
    """Return every two words of what was typed that may be of a name, the others left out."""
    words = [each for each in re.split(r"[\s,;:()]+", name) if len(folded(each)) >= LEAST_OF_A_PAIR]
    return tuple(" ".join(two) for two in combinations(words[:MOST_WORDS], 2))


def parts_of_a_name(name: str) -> tuple[str, str]:
    """Return the given names and the family name that somebody most likely wrote: "Test, Ilse" stands the other way."""
    before, comma, after = (" ".join(each.split()) for each in name.partition(","))
    if comma and before and after:
        return after, before
    *given, family = before.split() or [""]
    return " ".join(given), family


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """What somebody wrote of themselves: a name, how they are reached, when they were born."""

    name: str
    reach: str
    born: str = ""


def tells(sender: Sender) -> frozenset[str]:
    """Return by which marks another enquiry is looked for: whoever may be the same has one of them in common.

    How they are reached, each telephone number, each day of birth, and the name in whatever order: of each kind one.
    """
    name = sender.name
    marks = {
        f"reach {' '.join(sender.reach.casefold().split())}",
        *(f"number {_digits(each)}" for each in telephone_numbers(sender.reach)),
        *(f"born {day.isoformat()}" for day in birth_days(sender.born)),
        *(f"name {' '.join(sorted(loosened(each).split()))}" for each in latin_spellings(name)),
        *(f"joined {joined_name(each)}" for each in latin_spellings(name)),
    }
    return frozenset(marks)


def looked_for(sender: Sender) -> frozenset[str]:
    """Return the marks of whoever may be the same: their own, and every day of birth that a slip makes of theirs."""
    near = (day for born in birth_days(sender.born) for day in days_near(born))
    return tells(sender) | {f"born {day.isoformat()}" for day in near}


def is_perhaps_the_same(one: Sender, other: Sender) -> bool:
    """Say whether two enquiries may be of one person: the same number or address, or name and birth date alike."""
    if one.reach.strip().casefold() == other.reach.strip().casefold():
        return True
    ours, theirs = ({_digits(each) for each in telephone_numbers(sender.reach)} for sender in (one, other))
    if ours & theirs:
        return True
    days, others = birth_days(one.born), birth_days(other.born)
    if days and others:
        near = [both for both in product(days, others) if both[1] in days_near(both[0])]
        return any(_alike(one.name, other.name, *both) for both in near)
    return SAME_NAME in _alike(one.name, other.name, ANY_DAY, ANY_DAY)


def _digits(number: str) -> str:
    return sought_digits(number).lstrip("+0")[-USUAL_DIGITS:]


def _alike(one: str, other: str, born: date, other_born: date) -> tuple[str, ...]:
    return likenesses(
        Identity(family_name=one, given_names="", born=born),
        Identity(family_name=other, given_names="", born=other_born),
    )

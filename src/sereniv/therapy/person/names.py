"""Names as people spell them: folded for finding, and held against each other for somebody registered twice.

Case, accents, order, hyphens and script make no difference; a likeness is a question to a person, never an answer.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import permutations, product

from anyascii import anyascii
from jellyfish import damerau_levenshtein_distance, metaphone

from sereniv.therapy.person.dialled import as_registered
from sereniv.therapy.person.romanised import is_unread, latin_spellings
from sereniv.therapy.person.spoken import as_it_sounds, marked
from sereniv.therapy.recording.refusal import Malformed
from sereniv.therapy.recording.typed import dates_meant, dates_perhaps_meant, phone_digits

LETTERS_A_SLIP = 4
"""Of so many letters one may be wrong, missing or exchanged in two spellings of one name; only a question follows."""

MOST_WORDS = 6
"""Of a longer name, the words must be the same: there are too many ways to pair them."""

SHORTEST_SHARED_PHONE = 7
"""Digits at the end of two telephone numbers that must agree: the code of a country or town may be left out."""

SHORTEST_TELLING = 3
"""Letters of a text that says who somebody is: shorter ones stand in every second sentence."""

LEAST_OF_AN_IDENTITY = 6
"""Characters of a text that is looked for all over the ledger: fewer stand in many a word and number."""

_CAPITAL_INSIDE = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_LETTER = re.compile(r"[^a-z0-9]+")
_SPELT_OUT = (
    (re.compile(r"(?<=[aou])e+"), ""),  # ä and æ, ö, ø and œ, ü: Mueller, Soerensen
    (re.compile(r"aa"), "a"),  # å: Haakon
    (re.compile(r"d[jh]"), "d"),  # đ and ð: Djokovic, Sigurdhur
)
"""What people type for a letter that they have no key for; the letter itself becomes its ASCII likeness."""
_AS_TYPED = str.maketrans("əƏ", "aA")
"""Letters for which people type another than their likeness: Əliyev is written Aliyev."""


def birth_words(born: date) -> str:
    """Write a birth date as it stands everywhere, without a leading nought: 2 Mar 1984."""
    return f"{born.day} {born:%b %Y}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What tells one person from another in the register."""

    family_name: str
    given_names: str
    born: date
    phone: str = ""

    @property
    def name(self) -> str:
        """The whole name."""
        return f"{self.given_names} {self.family_name}".strip()


@lru_cache(maxsize=1 << 16)
def folded(text: str) -> str:
    """Return a name in small ASCII letters, words apart by one space: Núñez, NUÑEZ and nunez are one."""
    if text.isascii():
        return _NO_LETTER.sub(" ", text.replace("'", "").lower()).strip()
    # Scripts without spaces come back with a capital at each syllable: each of them is a word.
    text = text.translate(_AS_TYPED)
    latin = _CAPITAL_INSIDE.sub(" ", anyascii(text)) if not any("a" <= each.lower() <= "z" for each in text) else text
    return _NO_LETTER.sub(" ", anyascii(latin).replace("'", "").lower()).strip()


@lru_cache(maxsize=1 << 16)
def loosened(text: str) -> str:
    """Return a folded name in which a letter that was spelt out is not: Mueller and Müller, Oedegaard and Ødegård."""
    return _loose(folded(text))


def _loose(text: str) -> str:
    for spelt_out, letter in _SPELT_OUT:
        text = spelt_out.sub(letter, text)
    return text


def joined_name(text: str) -> str:
    """Return a name without its spaces, folded and loosened."""
    # Loosened last: where two words meet, the same letters are read the same whether or not a space was typed.
    return _loose(folded(text).replace(" ", ""))


def identifying_words(who: Identity, address: str = "") -> frozenset[str]:
    """Return the texts, in small letters, by which somebody is known wherever they were written."""
    texts = (
        who.name,
        who.family_name,
        who.phone,
        sought_digits(who.phone),
        address,
        who.born.isoformat(),
        birth_words(who.born),
    )
    return frozenset(text.strip().casefold() for text in texts if len(text.strip()) >= SHORTEST_TELLING)


def named_in(text: str, who: Identity, address: str = "") -> str:
    """Return the first words of a text by which somebody is known, "" where none is: whole words, as people write."""
    for words in sorted(identifying_words(who, address)):
        if re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text.casefold()):
            return words
    return ""


def whole_identity(who: Identity, address: str = "") -> frozenset[str]:
    """Return the texts by which nobody else is meant, as people write them: the whole name both ways, number, address.

    A family name alone is left out: it stands in every second record as somebody else's, or as a word.
    """
    given, family = who.given_names.strip(), who.family_name.strip()
    both = (f"{given} {family}", f"{family} {given}", f"{family}, {given}") if given and family else ()
    texts = (*both, who.phone, sought_digits(who.phone), address)
    return frozenset(text.strip() for text in texts if len(text.strip()) >= LEAST_OF_AN_IDENTITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word of what somebody typed: the dates it may mean, else the parts of a name, all of one of its spellings."""

    born: tuple[date, ...]
    spellings: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whom somebody looks for who typed a text: by a birth date or digits, or both, else by every one of its words."""

    born: tuple[date, ...] = ()
    digits: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()


def wanted(text: str) -> Wanted:
    """Read what somebody typed to find a person: words of the name in any order, a birth date or a phone number.

    A name is found by the beginning or any part of each of its words; all that was typed must be found.
    """
    asked = text.strip()
    phone = sought_digits(asked)
    if phone and not any(each.isalpha() for each in asked):  # 5550121 is a number here, and no day of the year 5550.
        return Wanted(born=dates_meant(asked) or dates_perhaps_meant(asked), digits=as_registered(phone))
    if born := dates_meant(asked) or dates_perhaps_meant(asked):
        return Wanted(born=born)
    words = [word for word in re.split(r"[\s,;]+", asked) if folded(word)]
    return Wanted(words=tuple(Word(born=dates_perhaps_meant(word), spellings=_spellings(word)) for word in words))


def _spellings(word: str) -> tuple[tuple[str, ...], ...]:
    found = (
        spelling
        for each in latin_spellings(word)
        for spelling in ((joined_name(each),), tuple(folded(each).split()), tuple(loosened(each).split()))
    )
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=1 << 16)
def sought(name: str) -> str:
    """Return a name as it is looked for: folded, loosened, without spaces, and its words in order, each in a line.

    One in Greek or Hangul stands so in each of its Latin spellings, and each as it sounds, its letters marked.
    """
    lines = (
        line
        for each in latin_spellings(name)
        for line in (
            folded(each),
            loosened(each),
            joined_name(each),
            _in_order(each),
            marked(as_it_sounds(loosened(each))),
        )
    )
    return "\n".join(("", *dict.fromkeys(lines), ""))


def _in_order(name: str) -> str:
    return " ".join(sorted(loosened(name).split()))


def is_found(who: Identity, text: str) -> bool:
    """Say whether what somebody typed finds a person."""
    asked = wanted(text)
    if asked.digits:
        return who.born in asked.born or any(each in sought_digits(who.phone) for each in asked.digits)
    name = sought(who.name)
    return who.born in asked.born or (bool(asked.words) and all(_finds(who.born, name, word) for word in asked.words))


def _finds(born: date, name: str, word: Word) -> bool:
    return born in word.born or any(all(part in name for part in spelling) for spelling in word.spellings)


def sought_digits(text: str) -> str:
    """Return the digits of a telephone number as they are looked for, "" where it is none."""
    try:
        return phone_digits(text) if text else ""
    except Malformed:
        return ""


def likenesses(one: Identity, other: Identity) -> tuple[str, ...]:
    """Say in words why two people in the register may be one; nothing where only chance would bring them together."""
    name, same_day, near_day = _likeness_of_names(one, other), one.born == other.born, _is_near(one.born, other.born)
    phones = _share_phone(one.phone, other.phone)
    found = [
        *([name] if name else []),
        *(["the same date of birth"] if same_day else []),
        *([BY_A_SLIP] if near_day and not same_day else []),
        *(["the same telephone number"] if phones else []),
    ]
    telling = (bool(name) and (same_day or near_day or phones or name == SAME_NAME)) or (same_day and phones)
    if telling or phones:
        return tuple(found)
    if same_day and is_unread(one.name) != is_unread(other.name):
        return (*found, UNCOMPARED)
    return tuple(found) if same_day and _share_a_word(one.name, other.name) else ()


SAME_NAME = "the same name"
ALIKE_NAME = "a name that is spelt or sounds alike"
UNCOMPARED = "a name in letters that cannot be held against each other"
BY_A_SLIP = "a date of birth that differs by a slip"


def _likeness_of_names(one: Identity, other: Identity) -> str:
    pairs = product(latin_spellings(one.name), latin_spellings(other.name))
    found = {_likeness_of_spellings(ours, theirs) for ours, theirs in pairs}
    return next((each for each in (SAME_NAME, ALIKE_NAME) if each in found), "")


def _likeness_of_spellings(one: str, other: str) -> str:
    ours, theirs = sorted(loosened(one).split()), sorted(loosened(other).split())
    if not ours or not theirs:
        return ""
    if ours == theirs or joined_name(one) == joined_name(other):
        return SAME_NAME
    fewer, more = sorted((ours, theirs), key=len)
    return ALIKE_NAME if (len(fewer) > 1 or len(more) == 1) and _pair_up(fewer, more) else ""


def _pair_up(fewer: list[str], more: list[str]) -> bool:
    """Say whether each word of one name has a word of its own in the other that is spelt or sounds alike."""
    if len(more) > MOST_WORDS:
        return set(fewer) <= set(more)
    return any(all(map(_are_alike, fewer, chosen)) for chosen in permutations(more, len(fewer)))


@lru_cache(maxsize=1 << 16)
def _are_alike(one: str, other: str) -> bool:
    slips = min(len(one), len(other)) // LETTERS_A_SLIP
    return one == other or _sound(one) == _sound(other) or damerau_levenshtein_distance(one, other) <= slips


def _share_a_word(one: str, other: str) -> bool:
    return bool(_sounds(one) & _sounds(other))


def _sounds(name: str) -> set[str]:
    return {_sound(word) for each in latin_spellings(name) for word in loosened(each).split()}


def _sound(word: str) -> str:
    return metaphone(word) or word


def _is_near(one: date, other: date) -> bool:
    """Say whether two days differ by one wrong or exchanged digit, or by day and month in each other's place."""
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return True
    return damerau_levenshtein_distance(f"{one:%Y%m%d}", f"{other:%Y%m%d}") == 1


def days_near(born: date) -> tuple[date, ...]:
    """Return the day itself and every other that a slip makes of it."""
    written = f"{born:%Y%m%d}"
    places = range(len(written))
    slips = {f"{written[:place]}{digit}{written[place + 1 :]}" for place in places for digit in "0123456789"}
    slips |= {f"{written[:one]}{written[one + 1]}{written[one]}{written[one + 2 :]}" for one in places[:-1]}
    slips.add(f"{born:%Y%d%m}")
    return tuple(sorted(day for each in slips if (day := _day(each)) is not None))


def _day(written: str) -> date | None:
    try:
        return date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What one of these must be so of whoever may be the same person: nobody else can be alike."""

    born: tuple[date, ...]
    name_lines: tuple[str, ...]
    """Whole lines of what is looked for of a name."""
    digits: str
    """The end of a telephone number, "" where there is none that tells."""


def telling(who: Identity) -> Telling:
    """Return by what whoever may be the same person is looked for, before they are held against each other."""
    digits = _own_number(who.phone).lstrip("+0")
    return Telling(
        born=days_near(who.born),
        name_lines=tuple(f"\n{each}\n" for each in dict.fromkeys(_whole_lines(who.name)) if each),
        digits=digits[-SHORTEST_SHARED_PHONE:] if len(digits) >= SHORTEST_SHARED_PHONE else "",
    )


def _whole_lines(name: str) -> Iterator[str]:
    for each in latin_spellings(name):
        yield joined_name(each)
        yield _in_order(each)


def _own_number(phone: str) -> str:
    return sought_digits(phone).partition("x")[0].removesuffix("e")


def _share_phone(one: str, other: str) -> bool:
    ours, theirs = _own_number(one), _own_number(other)
    shared = min(len(ours), len(theirs))
    return (
        shared >= SHORTEST_SHARED_PHONE
        and ours.lstrip("+0")[-SHORTEST_SHARED_PHONE:] == theirs.lstrip("+0")[-SHORTEST_SHARED_PHONE:]
    )


def alike(who: Identity, others: Iterable[tuple[str, Identity]]) -> dict[str, tuple[str, ...]]:
    """Return everybody who may be the same person, by id, each with why."""
    found = {key: likenesses(who, other) for key, other in others}
    return {key: why for key, why in found.items() if why}

"""Phrases found in what somebody wrote, and whether they are said to be so or not to be so (row `denied`).

A phrase is words in small letters, without apostrophes and hyphens. In it `*` is any one word, a word that ends in `-`
is the beginning of one, and `,` is a place where one thing ends and another begins, the ends of the text too.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from sereniv.knowledge.rows import DenialRow, Knowledge

CLAUSE, SENTENCE = ",", "."
"""How a place where one thing ends and another begins stands among the words."""
MARKS = frozenset({CLAUSE, SENTENCE})

Words = tuple[str, ...]
Place = tuple[int, int]
"""Where a phrase begins among the words, and where what follows it does."""

SHOWN = 120
"""Letters of what was written that a question repeats; the whole stands in the record."""

_IN_A_WORD = re.compile(r"['’]")
_PIECES = re.compile(r"[^\W_]+|[,;.!\n()]")
_PARTS = {"and": CLAUSE, "but": SENTENCE, "however": SENTENCE, "yet": SENTENCE}


@lru_cache(maxsize=1 << 12)
def words_in(text: str) -> Words:
    """Return the words of a text in small letters without accents, with a mark wherever one thing ends."""
    bare = "".join(each for each in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(each))
    pieces = _PIECES.findall(_IN_A_WORD.sub("", re.sub(r"(?<=\d)[.,](?=\d)", "", bare)))
    return tuple(_PARTS.get(each, each if each[0].isalnum() else _mark(each)) for each in pieces)


def _mark(sign: str) -> str:
    return CLAUSE if sign in ",()" else SENTENCE


@lru_cache(maxsize=1 << 12)
def split(phrase: str) -> Words:
    """Return the parts of a phrase."""
    return tuple(phrase.split())


def found(phrases: Iterable[str], words: Words) -> tuple[Place, ...]:
    """Return each place where one of these phrases stands, of two that begin at one place the longer."""
    at_word: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        at_word.setdefault(CLAUSE if word in MARKS else word, []).append(at)
    ends: dict[int, int] = {}
    for phrase in phrases:
        parts = split(phrase)
        for at in _begun(parts[0], at_word):
            # Of two that begin at one place the longer is meant: what follows the shorter is no word of its own.
            if _stands(parts, words, at):
                ends[at] = max(ends.get(at, 0), at + len(parts))
    return tuple(sorted(ends.items()))


def _begun(first: str, at_word: dict[str, list[int]]) -> Iterable[int]:
    """Return where the first part of a phrase stands."""
    if first != "*" and not first.endswith("-"):
        return at_word.get(first, ())
    return [at for word, places in at_word.items() if _fits(first, word) for at in places]


def _stands(parts: Words, words: Words, at: int) -> bool:
    there = words[at : at + len(parts)]
    return len(there) == len(parts) and all(map(_fits, parts, there))


def places(phrase: Words, words: Words) -> Iterator[int]:
    """Give each place where a phrase stands, in the order of the words."""
    return (at for at in range(len(words)) if _stands(phrase, words, at))


def _fits(part: str, word: str) -> bool:
    if part == CLAUSE or word in MARKS:
        return part == CLAUSE and word in MARKS
    return part == "*" or (word.startswith(part[:-1]) if part.endswith("-") else part == word)


def is_denied(words: Words, place: Place, denial: DenialRow) -> bool:
    """Say whether what stands at a place is said not to be there."""
    start, end = place
    sentence = back_to(words, start, {SENTENCE})
    clause = back_to(sentence, len(sentence), {CLAUSE})
    near = set(clause[-denial.within_words :])
    if near & set(denial.before) and not near & set(denial.unless):
        return True
    if any(True for each in denial.over_a_list for _ in places(split(each), sentence)):
        return True
    rest = words[end:]
    marks = (at for at, word in enumerate(rest) if word in MARKS)
    return rest[: next(marks, len(rest))] in {split(each) for each in denial.after}


def back_to(words: Words, end: int, marks: set[str]) -> Words:
    """Return the words before `end` that follow the last of these marks."""
    before = words[:end]
    since = max((at + 1 for at, word in enumerate(before) if word in marks), default=0)
    return before[since:]


@lru_cache(maxsize=1 << 14)
def names(phrases: tuple[str, ...], text: str, denial: DenialRow) -> bool:
    """Say whether a text has one of these phrases, and not as denied."""
    words = words_in(text)
    return any(not is_denied(words, place, denial) for place in found(phrases, words))


def names_suicide(text: str, knowledge: Knowledge) -> bool:
    """Say whether a text names thoughts of suicide as there."""
    return names(knowledge.said_of_suicide.words, text, knowledge.denied)


def shortened(text: str) -> str:
    """Return what of somebody's words a question repeats."""
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= SHOWN else f"{one_line[:SHOWN].rstrip()}…"

"""What counts as a reason: words that somebody else can read later, not a letter typed to get past a field."""

import unicodedata

from sereniv.therapy.recording.refusal import Malformed

FEWEST_LETTERS = 8
FEWEST_DIFFERENT_LETTERS = 4
FEWEST_WORDS = 2
FEWEST_SIGNS = 3
LETTERS_OF_AN_IDEOGRAPH = 3
"""Chinese, Japanese and Korean write a syllable or a word in one sign, without spaces between words."""


def is_reason(text: str) -> bool:
    """Say whether `text` is words: two of two letters or more, eight letters in all, four of them different.

    The numbers are ours (default): they keep out "x", "ok", "...." and "aaaa aaaa", and judge nothing else.
    """
    words = ["".join(filter(_is_letter, word)) for word in unicodedata.normalize("NFC", text).split()]
    letters = "".join(words)
    ideographs = sum(map(_is_ideograph, letters))
    weight = len(letters) + (LETTERS_OF_AN_IDEOGRAPH - 1) * ideographs
    different = len(set(letters.casefold()))
    if ideographs:
        return weight >= FEWEST_LETTERS and different >= FEWEST_WORDS
    counted = [word for word in words if len(word) >= FEWEST_WORDS]
    return weight >= FEWEST_LETTERS and different >= FEWEST_DIFFERENT_LETTERS and len(counted) >= FEWEST_WORDS


def says_something(text: str) -> bool:
    """Say whether `text` is at least one word: three letters or digits, two of the signs letters, two different.

    For what is done at the chair or at the desk, where one word is a full answer (*nausea*, *BP 170*, *recalled*) and
    nothing is passed over by it. The numbers are ours (default).
    """
    signs = [sign for sign in unicodedata.normalize("NFC", text).casefold() if _is_letter(sign) or sign.isdecimal()]
    letters = [sign for sign in signs if _is_letter(sign)]
    if any(map(_is_ideograph, letters)):
        return len(set(letters)) >= FEWEST_WORDS
    return len(signs) >= FEWEST_SIGNS and len(letters) >= FEWEST_WORDS and len(set(signs)) >= FEWEST_WORDS


def demand_word(text: str, asked: str) -> str:
    """Return `text` without the space around it where it is a word at least; `asked` says what is to be written.

    Raises
    ------
    Malformed
        When it is empty, or a letter or a dot.
    """
    if not says_something(text):
        raise Malformed(f"{asked}{_hint(text, 'a word')}")
    return text.strip()


def demand_reason(text: str, asked: str) -> str:
    """Return `text` without the space around it; `asked` says what is to be written, as a sentence.

    Raises
    ------
    Malformed
        When it is empty or not words.
    """
    if not is_reason(text):
        raise Malformed(f"{asked}{_hint(text, 'a few words')}")
    return text.strip()


def _hint(text: str, how_many: str) -> str:
    return f" “{text.strip()}” is no reason: use {how_many} that others understand later." if text.strip() else ""


def _is_letter(sign: str) -> bool:
    """Count the vowel signs of Indic scripts too: they are written on a letter, and are none by themselves."""
    return unicodedata.category(sign)[0] in "LM"


def _is_ideograph(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) == "W"

"""What counts as a reason: words that somebody else can read later, not a letter typed to get past a field."""

import unicodedata

from sereniv.therapy.recording import hollow
from sereniv.therapy.recording.refusal import Malformed

FEWEST_LETTERS = 7
FEWEST_DIFFERENT_LETTERS = 4
FEWEST_WORDS = 2
FEWEST_SIGNS = 3
LETTERS_OF_AN_IDEOGRAPH = 3
"""Chinese, Japanese and Korean write a syllable or a word in one sign, without spaces between words."""


def is_reason(text: str) -> bool:
    """Say whether `text` is words of its own: two of two signs or more, seven signs in all, four of them different.

    A number beside a word counts (*BP 118/76 now*). Hollow words alone are none, however many: *see above*, *none
    needed*, *as discussed*. The numbers are ours (default): they keep out "x", "ok", "...." and "aaaa aaaa", and judge
    nothing else.
    """
    if hollow.is_no_reason(text):
        return False
    words = ["".join(filter(_is_sign, word)) for word in unicodedata.normalize("NFC", text).split()]
    signs = "".join(words)
    ideographs = sum(map(_is_ideograph, signs))
    weight = len(signs) + (LETTERS_OF_AN_IDEOGRAPH - 1) * ideographs
    different = len(set(signs.casefold()))
    if ideographs:
        return weight >= FEWEST_LETTERS and different >= FEWEST_WORDS
    counted = {word.casefold() for word in words if len(word) >= FEWEST_WORDS}
    in_letters = any(sum(map(_is_letter, word)) >= FEWEST_WORDS for word in counted)
    return (
        weight >= FEWEST_LETTERS
        and different >= FEWEST_DIFFERENT_LETTERS
        and len(counted) >= FEWEST_WORDS
        and in_letters
    )


def says_something(text: str) -> bool:
    """Say whether `text` is at least one word: three letters or digits, two of the signs letters, two different.

    For what is done at the chair or at the desk, where one word is a full answer (*nausea*, *BP 170*, *recalled*) and
    nothing is passed over by it. *None needed* is one, *see above* is not. The numbers are ours (default).
    """
    if hollow.is_no_answer(text):
        return False
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
        raise Malformed(f"{asked}{no_reason(text, 'a word')}")
    return text.strip()


def demand_reason(text: str, asked: str) -> str:
    """Return `text` without the space around it; `asked` says what is to be written, as a sentence.

    Raises
    ------
    Malformed
        When it is empty, not words, or what was asked written once more.
    """
    if not is_reason(text) or hollow.copies(text, asked.partition("such as")[0]):
        raise Malformed(f"{asked}{no_reason(text)}")
    return text.strip()


def no_reason(text: str, how_many: str = "a few words") -> str:
    """Return the sentence that tells somebody why what they typed is not taken; nothing where nothing was typed."""
    return f" “{text.strip()}” is no reason: use {how_many} that others understand later." if text.strip() else ""


def _is_sign(sign: str) -> bool:
    return _is_letter(sign) or sign.isdecimal()


def _is_letter(sign: str) -> bool:
    """Count the vowel signs of Indic scripts too: they are written on a letter, and are none by themselves."""
    return unicodedata.category(sign)[0] in "LM"


def _is_ideograph(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) == "W"

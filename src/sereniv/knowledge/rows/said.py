"""Rows about words in free text that name a sign: they ask whether it is there, and chart nothing."""

from dataclasses import dataclass

from sereniv.knowledge.rows.row import Example, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidRow(Row):
    """The words that name one sign; the row has the id of the alert that the sign, once charted, raises."""

    words: tuple[str, ...]
    """Each in small letters, whole words, without apostrophes and hyphens; `*` stands for any one word."""
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DenialRow(Row):
    """The words that say that a sign is not there, before and after it."""

    before: tuple[str, ...]
    within_words: int
    """How many words before the sign one of `before` may stand, in the same clause."""
    unless: tuple[str, ...]
    """Words between it and the sign with which it says nothing of the kind: no relief of, no change in."""
    over_a_list: tuple[str, ...]
    """Words that reach over a list, to the end of the sentence."""
    after: tuple[str, ...]
    """Words that say no where they stand between the sign and the end of its clause."""

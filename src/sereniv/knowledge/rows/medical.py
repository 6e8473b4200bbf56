"""Rows about conditions, medicines and what a medicine means for ketamine."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from sereniv.knowledge.rows.candidacy import Concern
from sereniv.knowledge.rows.row import Action, Example, Phase, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow(Concern):
    """A list that is gone through with the person: how old its answers may be."""

    max_age_screen: timedelta
    max_age_before_start: timedelta
    examples: tuple[Example, ...] = ()

    def max_age(self, phase: Phase) -> timedelta:
        """Return the greatest age at which the list counts in `phase`."""
        return self.max_age_screen if phase is Phase.SCREEN else self.max_age_before_start


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition(Concern):
    """A condition of a checklist: what a nurse asks, and what it asks for when it holds.

    `allergy_words` are parts of words that raise it when an allergy names them.
    """

    list: str
    ask: str
    action: Action
    icd10: tuple[str, ...] = ()
    snomed: tuple[str, ...] = ()
    allergy_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction(Concern):
    """What classes of medicines mean for ketamine, and why.

    `action_from_two` is what two different ingredients of these classes together ask for. `message_for` says, by
    indication, what else is said there than in `message`.
    """

    classes: tuple[str, ...]
    action: Action
    mechanism: str
    warn_above_diazepam_mg: Decimal | None = None
    action_from_two: Action | None = None
    message_for: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredient:
    """A medicine by its ingredient: identifier, classes and other names."""

    id: str
    rxcui: str = ""
    single_source: bool = False
    classes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesRow(Row):
    """How a written line is recognised, and the words in it that change nothing.

    `counted` are the words before which a number may say how many; `reactions` say how an allergy went, `allergens`
    are no medicine: beside a name both are known.
    """

    ignored: tuple[str, ...]
    counted: tuple[str, ...]
    reactions: tuple[str, ...]
    allergens: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AllergyKind:
    """What an allergy may name instead of one medicine, and which ingredients and classes belong to it."""

    id: str
    title: str
    names: tuple[str, ...]
    ingredients: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EquivalentTable(Row):
    """A named table: mg by mouth equal to 10 mg of diazepam; two values are the ends of a range."""

    mg_equal_to_ten: dict[str, tuple[Decimal, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicines:
    """Every medicine by ingredient, what a name stands for, and the tables of equivalents.

    `named` maps the words of a name, folded, to the ingredients it stands for; `longest` is the most words of a name.
    `spelled` maps how an ingredient's own name sounds in several languages to that ingredient (see `spelling_of`).
    """

    names: NamesRow
    ingredients: dict[str, Ingredient]
    combinations: dict[str, tuple[str, ...]]
    kinds: dict[str, AllergyKind]
    equivalents: dict[str, EquivalentTable]
    named: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    spelled: dict[str, str] = field(default_factory=dict)
    longest: int = 1


SOUNDS = (
    ("ph", "f"), ("th", "t"), ("ch", "c"), ("rh", "r"), ("k", "c"), ("y", "i"), ("ae", "e"), ("oe", "e"), ("h", ""),
    ("nf", "mf"),
)  # fmt: skip
"""How the languages that share international names write the same sound: phenelzine, fenelzina, Phenelzin."""
ENDING = re.compile(r"(um|us|[aeo])$")
SHORTEST_SPELLING = 4


def spelling_of(word: str) -> str:
    """Return what the spellings of one ingredient's name share, empty where too little of it is left to tell.

    Made for international names only: brand names mean something else when they are spelled otherwise.
    """
    for written, sound in SOUNDS:
        word = word.replace(written, sound)
    key = ENDING.sub("", re.sub(r"(.)\1", r"\1", word))
    return key if len(key) >= SHORTEST_SPELLING else ""


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text as names are compared: folded, without marks and accents."""
    bare = (mark for mark in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(mark))
    kept = ("" if mark in "'’" else mark if mark.isalnum() else " " for mark in bare)
    return tuple("".join(kept).split())

"""Rows about conditions, medicines and what a medicine means for ketamine."""

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
    """What classes of medicines mean for ketamine, and why."""

    classes: tuple[str, ...]
    action: Action
    mechanism: str
    warn_above_diazepam_mg: Decimal | None = None


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
    """How a written line is recognised, and the words in it that change nothing."""

    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EquivalentTable(Row):
    """A named table: mg by mouth equal to 10 mg of diazepam; two values are the ends of a range."""

    mg_equal_to_ten: dict[str, tuple[Decimal, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicines:
    """Every medicine by ingredient, what a name stands for, and the tables of equivalents.

    `named` maps the words of a name, folded, to the ingredients it stands for; `longest` is the most words of a name.
    """

    names: NamesRow
    ingredients: dict[str, Ingredient]
    combinations: dict[str, tuple[str, ...]]
    equivalents: dict[str, EquivalentTable]
    named: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    longest: int = 1


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text as names are compared: folded, without marks and accents."""
    bare = (mark for mark in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(mark))
    kept = ("" if mark in "'’" else mark if mark.isalnum() else " " for mark in bare)
    return tuple("".join(kept).split())

"""Rows about diagnoses: what their codes say by themselves, and what free words beside them say."""

from dataclasses import dataclass, field

from sereniv.knowledge.rows.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosisMeaning(Row):
    """What codes say by themselves: answers that belong to them, and words that contradict them.

    `answers_against` are answers that do not go with the codes and that no rule reads off them. Phrases are those of
    `therapy.recording.phrases`; beside one of `unless_words` neither they nor those answers contradict.
    """

    codes: tuple[str, ...]
    says: dict[str, bool] = field(default_factory=dict)
    answers_against: dict[str, bool] = field(default_factory=dict)
    words_against: tuple[str, ...] = ()
    unless_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosisWords(Row):
    """What free words say of one feature: phrases that say that it is so, and phrases that say that it is not."""

    reads_as_so: tuple[str, ...] = ()
    reads_as_not: tuple[str, ...] = ()
    denied_says_nothing: tuple[str, ...] = ()
    """Those of `reads_as_so` of which a denial does not say that the feature is not there."""
    asks_again: tuple[str, ...] = ()
    """Rows of the psychiatric checklist that answer it: where none is ticked, later words ask for the list anew."""
    present_only: bool = False
    """True where what is said of another time is not said of the feature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ElsewhereRow(Row):
    """Words that say that what stands beside them is about somebody else, or about another time."""

    within_words: int
    relatives: tuple[str, ...]
    past: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnoses:
    """What codes of diagnoses and words beside them say, and what codes are called."""

    meanings: dict[str, DiagnosisMeaning]
    words: dict[str, DiagnosisWords]
    elsewhere: ElsewhereRow
    titles: dict[str, str]

    def rows(self) -> tuple[Row, ...]:
        """Return every row of them."""
        return (*self.meanings.values(), *self.words.values(), self.elsewhere)

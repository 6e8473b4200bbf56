"""A person's conditions, medicines and anaesthetic risk, and what a prescriber said of a written line."""

from dataclasses import dataclass
from decimal import Decimal

from sereniv.therapy.person.events.history import HistoryList


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionsRecorded:
    """A checklist of conditions was gone through: those that hold, by row, and what was written beside it.

    `asked` are the rows that the list held then: a row that came later was not answered with no.
    """

    list: HistoryList
    conditions: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()

    @property
    def none_of_these(self) -> bool:
        """True when nothing holds and nothing was written."""
        return not self.conditions and not self.other


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine:
    """One medicine as written, the ingredients it was recognised as, and mg a day where said."""

    written: str
    ingredients: tuple[str, ...] = ()
    daily_mg: Decimal | None = None
    as_needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicinesListed:
    """Every medicine of a person was written down; an empty list says that they take none."""

    medicines: tuple[Medicine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenLineJudged:
    """A prescriber read a line that no table knows, and knows of no concern in it; the reason says why."""

    list: HistoryList
    written: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnaestheticRiskRecorded:
    """ASA physical status, 1 to 5, and what was seen of the airway."""

    asa: int
    airway: str


MedicalEvent = ConditionsRecorded | MedicinesListed | WrittenLineJudged | AnaestheticRiskRecorded

"""Rows about rating scales, and about the suicide item's clock."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from sereniv.knowledge.rows.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One allowed answer of a scale."""

    value: int
    text: str
    loinc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question of a scale."""

    text: str
    loinc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A named severity band, from a total upwards."""

    from_total: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale(Row):
    """A rating scale: wording where its licence allows, scoring, bands and codes."""

    licence: str
    licence_note: str
    question: str
    window_days: int = 0
    panel_loinc: str = ""
    total_loinc: str = ""
    answers: tuple[Answer, ...] = ()
    items: tuple[Item, ...] = ()
    bands: tuple[Band, ...] = ()
    response_fall_fraction: Decimal | None = None
    remission_below: int | None = None
    important_difference: int | None = None
    safety_item: int | None = None
    low: str = ""
    high: str = ""
    range: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuicideItemRule(Row):
    """The clock of a suicide item above zero or blank: by when, by whom, and up which ladder."""

    acknowledge_staffed_min: int
    acknowledge_otherwise_min: int
    ask_within_min: int
    step_min: int
    first_staffed: str
    first_otherwise: str
    ladder: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours(Row):
    """When the clinic is staffed: from when until when on each weekday it opens, and days on which it stays closed."""

    week: dict[str, tuple[time, time]]
    closed: tuple[date, ...] = ()

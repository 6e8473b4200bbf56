"""Rows of words that the public and patients read."""

from dataclasses import dataclass
from datetime import date

from sereniv.knowledge.rows.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording(Row):
    """Words that a patient reads."""

    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideRow(Row):
    """One claim of the public guide: its words, what they are about, and the day they were checked."""

    section: str
    text: str
    as_of: date
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisRow(Row):
    """The words for somebody in danger, in the guide and under a suicide item, where a clinic has set none."""

    text: str
    number: str
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideSection:
    """A part of the public guide, its rows in the order they are shown."""

    id: str
    title: str
    rows: tuple[GuideRow, ...]
    layout: str = "prose"
    says_when: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """The public guide."""

    crisis: CrisisRow
    sections: tuple[GuideSection, ...]

    def rows(self) -> tuple[GuideRow, ...]:
        """Return every claim, in the order shown."""
        return tuple(row for section in self.sections for row in section.rows)

"""Rows about what comes after a session: side effects by name, their grades, and the check-in."""

from dataclasses import dataclass
from decimal import Decimal

from sereniv.knowledge.rows.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """How often others counted a side effect, in per cent of what, and of how many; `n` 0 where it was not read."""

    percent: Decimal
    of: str
    source: str
    n: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseTerm(Row):
    """A side effect by name, its codes, and what at the chair counts as one."""

    icd10: tuple[str, ...] = ()
    snomed: str = ""
    observation: str = ""
    grade_from: int | None = None
    grade_up_to: int | None = None
    alert: str = ""
    published: tuple[Published, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInRule(Row):
    """When the check-in after a session is due, in hours after the patient left."""

    due_after_h: int
    overdue_after_h: int
    second_after_h: int
    listed_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallCellRule(Row):
    """From how many cases on a rate is shown, and the normal quantile of its interval."""

    fewest: int
    z: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInQuestion(Row):
    """One question of the check-in, and the side effect it finds."""

    question: str
    term: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftercare:
    """Everything about what comes after a session."""

    terms: dict[str, AdverseTerm]
    grades: dict[str, Row]
    check_in: CheckInRule
    questions: dict[str, CheckInQuestion]
    small_cells: SmallCellRule

    def rows(self) -> tuple[Row, ...]:
        """Return every row."""
        return (
            *self.terms.values(),
            *self.grades.values(),
            self.check_in,
            *self.questions.values(),
            self.small_cells,
        )

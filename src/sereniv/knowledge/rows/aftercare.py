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
    opens_suicide_item: bool = False
    """Whether somebody who has it is asked in person about suicide."""
    published: tuple[Published, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInRule(Row):
    """When the check-in after a session is due and whom it reaches next, in hours after the patient left."""

    due_after_h: int
    overdue_after_h: int
    second_after_h: int
    prescriber_after_h: int
    prescriber_after_tries: int
    director_after_h: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallCellRule(Row):
    """From how many cases on a rate is shown, and the normal quantile of its interval."""

    fewest: int
    z: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInQuestion(Row):
    """One question of the check-in about one thing, and the side effect it finds.

    From the grade `red_from` on (1 mild, 2 moderate, 3 severe) the answer is red: `at_once` says what to do while the
    patient is on the line, and it waits until somebody has written down who was told and what was done.
    """

    question: str
    term: str
    red_from: int | None = None
    at_once: str = ""
    signs: tuple[str, ...] = ()
    """The signs (rows of `said`) that belong here where they are named in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetiredQuestion(Row):
    """A question that is asked no more: what was answered then is shown under its title, and counts as no one term."""

    term: str
    """The term its answers were stored under, which they may not have meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftercare:
    """Everything about what comes after a session."""

    terms: dict[str, AdverseTerm]
    grades: dict[str, Row]
    check_in: CheckInRule
    questions: dict[str, CheckInQuestion]
    retired: dict[str, RetiredQuestion]
    small_cells: SmallCellRule

    def rows(self) -> tuple[Row, ...]:
        """Return every row."""
        return (
            *self.terms.values(),
            *self.grades.values(),
            self.check_in,
            *self.questions.values(),
            *self.retired.values(),
            self.small_cells,
        )

    def question_title(self, name: str) -> str:
        """Return the title of a question, asked today or once."""
        row = self.questions.get(name) or self.retired.get(name)
        return row.title if row else name.replace("_", " ")

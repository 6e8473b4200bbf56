"""What a file from elsewhere holds, read: people, facts about them by the row they stand in, faults, and what stays."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


class Unreadable(ValueError):  # noqa: N818  a refusal in words
    """A file cannot be read as a whole; the message says why and how to mend it."""


LEAVE_OUT = "Leave the row out."
"""How many a fault is mended; what was read of the row is then passed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something wrong at one place of a file: in which row and column, what is wrong, and how to mend it."""

    row: str
    column: str
    wrong: str
    mend: str

    @property
    def words(self) -> str:
        """Say it in one line."""
        at = f"{self.row}, {self.column}" if self.column else self.row
        return f"{at}: {self.wrong} {self.mend}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """By what a row names a person: the number they have there, or a name with a day of birth."""

    number: str = ""
    family_name: str = ""
    given_names: str = ""
    born: date | None = None

    @property
    def words(self) -> str:
        """Say it as the file has it."""
        name = f"{self.given_names} {self.family_name}".strip()
        number = f"number {self.number}" if self.number else ""
        born = f"born {self.born.isoformat()}" if self.born else ""
        return ", ".join(part for part in (name, born, number) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A person whom a file brings; `indication` is "" where the file does not say what they are treated for."""

    row: str
    who: Who
    sex_at_birth: str
    phone: str = ""
    address: str = ""
    indication: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A rating scale's total on a day, with its answers where the file has every one of them.

    Where it has all but some, those are None, and so is the total of a scale that needs them.
    """

    row: str
    who: Who
    scale: str
    on: date
    total: Decimal | None
    answers: tuple[int | None, ...] = ()
    scored_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Infused:
    """One infusion of ketamine that was given elsewhere; None is not known."""

    row: str
    who: Who
    on: date
    mg: Decimal | None
    weight_kg: Decimal | None = None
    minutes: int | None = None
    treats: str = ""
    tolerated: bool | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Takes:
    """One medicine that a person takes; without a name it says that they take none."""

    row: str
    who: Who
    written: str
    daily_mg: Decimal | None = None
    as_needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AllergicTo:
    """One allergy of a person; without a name it says that none is known."""

    row: str
    who: Who
    written: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredThere:
    """One measurement, in the unit of its plausibility row, by that row's name."""

    row: str
    who: Who
    what: str
    value: Decimal
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosedThere:
    """One diagnosis by its code and in words."""

    row: str
    who: Who
    icd10: str
    written: str
    since: date | None


Fact = Scored | Infused | Takes | AllergicTo | MeasuredThere | DiagnosedThere

TITLES: Mapping[type, str] = {
    Scored: "scores",
    Infused: "infusions given elsewhere",
    Takes: "medicines",
    AllergicTo: "allergies",
    MeasuredThere: "measurements",
    DiagnosedThere: "diagnoses",
}
"""What each kind of fact is called, of many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """Everything that one file holds: what can be taken, what is wrong, and what has no place here, counted."""

    people: tuple[Somebody, ...] = ()
    facts: tuple[Fact, ...] = ()
    faults: tuple[Fault, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)


def without(held: Incoming, rows: Collection[str]) -> Incoming:
    """Return what a file holds without some of its rows, each counted by its name among what is left out."""
    gone = {each.row for each in (*held.people, *held.facts, *held.faults)} & set(rows)
    if not gone:
        return held
    return Incoming(
        people=tuple(each for each in held.people if each.row not in gone),
        facts=tuple(each for each in held.facts if each.row not in gone),
        faults=tuple(each for each in held.faults if each.row not in gone),
        left_out={**held.left_out, **{f"{row}, as somebody said here": 1 for row in sorted(gone)}},
    )

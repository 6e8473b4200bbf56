"""What an import would do, before anybody signs it: whom each row is about, what is asked, what stands in its way."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from sereniv.clinic.records.file_events import TableUnderstood
from sereniv.clinic.records.models import Person
from sereniv.exchange.incoming.contents import LEAVE_OUT, TITLES, Fact, Fault, Incoming, Infused, Somebody
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.names import birth_words

WHOLE = "the file"
"""Where a fault lies that is of no row."""

SOMEBODY = "somebody of the register"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReader:
    """Who looks at a report: whether they may read the register and charts, and whose record is open to them."""

    reads_people: bool
    reads_charts: bool
    opens: Callable[[PersonChart], bool]


HOLDER = ReportReader(reads_people=True, reads_charts=True, opens=lambda _: True)
"""Whoever holds the home itself, at its command line: they can read all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Which file it is: its name, the SHA-256 of its bytes, and whose record it came from, in words."""

    file: str
    sha256: str
    told_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HowRead:
    """How a file's tables were read, kept for the next one with the same columns."""

    tables: tuple[TableUnderstood, ...] = ()
    day_order: str = ""
    decimal_sign: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What somebody said of people who may be the same, by the row: whose record it is, or that it is somebody else.

    `left_out` has the rows that are passed over.
    """

    same: Mapping[str, str] = field(default_factory=dict)
    others: Collection[str] = frozenset()
    left_out: Collection[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class MayBe:
    """Somebody in the register who may be the person of a row, and why."""

    person: Person
    why: tuple[str, ...]

    @property
    def words(self) -> str:
        """Say who, and why."""
        return f"{self.person}, born {birth_words(self.person.born)} ({', '.join(self.why)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A person of the file who may be somebody already known: in the register, or in another row."""

    row: str
    name: str
    may_be: tuple[MayBe, ...]
    other_rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """What comes to one person: who is registered anew, or whose record it goes to, with the facts of the file."""

    registers: Somebody | None
    person: Person | None
    number: str
    facts: tuple[Fact, ...]

    @property
    def name(self) -> str:
        """Who it is."""
        if self.person is not None:
            return f"{self.person}, born {birth_words(self.person.born)}"
        return self.registers.who.words if self.registers is not None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A whole import as it would be, in words for whoever reads it: to others than readers nobody here is named."""

    source: Source
    incoming: Incoming
    theirs: tuple[Theirs, ...]
    questions: tuple[Question, ...]
    faults: tuple[Fault, ...]
    read: HowRead
    names_people: bool = True

    def whom(self, theirs: Theirs) -> str:
        """Say to whom something goes: to somebody known by their own name, or as the file has it."""
        if theirs.person is not None and not self.names_people:
            return theirs.registers.who.words if theirs.registers is not None else SOMEBODY
        return theirs.name

    def digest(self, said: Mapping[str, str]) -> str:
        """Return the SHA-256 of what is signed: the file, what was said of it, and what it would bring to whom."""
        whole = [
            repr(self.source), repr(sorted(said.items())), repr(self.read),
            *(
                repr((str(each.person.pk) if each.person else "", each.registers, each.number, each.facts))
                for each in self.theirs
            ),
        ]  # fmt: skip
        return sha256("\n".join(whole).encode()).hexdigest()

    def mended_without(self) -> Mapping[str, str]:
        """Return the rows that may be left out for what is wrong with them, each with what is."""
        is_of_tables = bool(self.read.tables)
        found = (each for each in self.faults if each.row != WHOLE and (not is_of_tables or LEAVE_OUT in each.mend))
        return {each.row: each.wrong for each in reversed(tuple(found))}

    @property
    def known(self) -> tuple[Person, ...]:
        """Whom of the register it tells of: to whom it would go, and who may be somebody of the file."""
        named = [each.person for each in self.theirs if each.person is not None]
        return (*named, *(one.person for each in self.questions for one in each.may_be))

    @property
    def may_be_taken(self) -> bool:
        """True where nothing is wrong, nothing is left to be asked, and there is something to take."""
        return bool(self.theirs) and not self.faults and not self.questions

    @property
    def registered(self) -> int:
        """How many people come into the register."""
        return sum(each.registers is not None and each.person is None for each in self.theirs)

    @property
    def brings_infusions(self) -> bool:
        """Say whether it tells of infusions given elsewhere: a course they were part of does not come with them."""
        return any(isinstance(fact, Infused) for each in self.theirs for fact in each.facts)

    @property
    def counts(self) -> Mapping[str, int]:
        """How much of each kind would be taken."""
        facts = [fact for each in self.theirs for fact in each.facts]
        found = {title: sum(type(fact) is kind for fact in facts) for kind, title in TITLES.items()}
        people = {"people registered": self.registered, "people known already": len(self.theirs) - self.registered}
        return {name: count for name, count in (people | found).items() if count}

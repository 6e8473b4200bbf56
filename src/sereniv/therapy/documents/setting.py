"""What every document of the clinic needs beside its charts: the clinic, the patient, the time, how to write a name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from sereniv.knowledge.rows import GuideRow, Knowledge
from sereniv.therapy.documents.model import Block, Document, Notice, Section
from sereniv.therapy.recording.entry import Recorded, Unread
from sereniv.therapy.recording.time_words import clock_words
from sereniv.therapy.recording.unread import MAY_LACK, unread_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """Who the clinic is and whom a patient calls; "" where nothing was filled in."""

    name: str
    phone: str = ""
    on_call_phone: str = ""
    help_number: str = ""
    opening_hours: str = ""
    address: str = ""
    crisis_words: str = ""
    crisis_number: str = ""

    def letterhead(self) -> tuple[str, ...]:
        """Return its letterhead: name, address, how it is reached; what is not filled in is left out."""
        address = ", ".join(line.strip() for line in self.address.splitlines() if line.strip())
        phones = (("Phone", self.phone), ("When we are closed", self.on_call_phone))
        reached = " · ".join(f"{what} {number}" for what, number in phones if number)
        return tuple(line for line in (self.name, address, reached) if line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Who a document is about; `allergies` as last gone through, "" when they never were."""

    name: str
    born: date
    sex_at_birth: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The clinic, the moment, its time zone, the rules of the day, and how people are written."""

    clinic: Clinic
    now: datetime
    zone: tzinfo
    knowledge: Knowledge
    name_of: Callable[[str], str] = field(default=str)
    label: str = ""
    to: tuple[str, ...] = ()
    """Whom a document is addressed to, line by line."""

    def local_day(self, moment: datetime) -> date:
        """Return the clinic's day of a moment."""
        return moment.astimezone(self.zone).date()

    def day(self, moment: datetime | date) -> str:
        """Write a day: 2 Mar 2026."""
        local = moment.astimezone(self.zone) if isinstance(moment, datetime) else moment
        return f"{local.day} {local:%b %Y}"

    def clock(self, moment: datetime) -> str:
        """Write a time of day, 14:05, with its date where it is not of the day on which the document is made."""
        return clock_words(moment.astimezone(self.zone), self.now.astimezone(self.zone).date())

    def moment(self, moment: datetime) -> str:
        """Write a day and a time."""
        return clock_words(moment.astimezone(self.zone), None)

    def people(self, first: str, second: str = "") -> str:
        """Write who did something, and who with them."""
        return f"{self.name_of(first)} with {self.name_of(second)}" if second else self.name_of(first)

    def about(self, patient: Patient) -> str:
        """Write who a document is about, as it stands on every page."""
        return f"{patient.name}, born {self.day(patient.born)}"

    def unread(self, entries: Iterable[Recorded[Unread]]) -> tuple[Notice, ...]:
        """Say of each entry that cannot be read that it cannot: what a document works out may lack it."""
        return tuple(Notice(text=f"{unread_words(each, self.name_of, self.zone)} {MAY_LACK}") for each in entries)

    def document(
        self, title: str, subject: str, sections: tuple[Section, ...], lead: tuple[Block, ...] = (), stamp: str = ""
    ) -> Document:
        """Put a document together; sections without anything in them are left out."""
        return Document(
            title=title,
            subject=subject,
            clinic=self.clinic.name,
            made=f"Made {self.moment(self.now)}",
            made_at=self.now.astimezone(self.zone),
            sections=tuple(section for section in sections if section.blocks),
            label=self.label,
            stamp=stamp,
            lead=lead,
            letterhead=self.clinic.letterhead(),
            to=self.to,
        )


class Sources:
    """Numbers the sources of claims in the order they are first cited."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._numbers: dict[str, int] = {}

    def cited(self, row: GuideRow) -> str:
        """Return a claim with the numbers of its sources behind it; what the clinic says by itself has none."""
        published = [source for source in row.sources if self._knowledge.references[source].read != "none"]
        numbers = [self._numbers.setdefault(source, len(self._numbers) + 1) for source in published]
        return f"{row.text} [{', '.join(map(str, numbers))}]" if numbers else row.text

    def lines(self) -> tuple[str, ...]:
        """Return the citations, each with its number."""
        return tuple(
            f"[{number}] {self._knowledge.references[source].citation}" for source, number in self._numbers.items()
        )

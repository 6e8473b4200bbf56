"""What resources are made of: one person's record with their sessions, the clinic, and who works there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from sereniv.exchange.fhir.written import Element, Resource, kept, meta, reference
from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.session.chart import SessionChart

IN_ERROR = "entered-in-error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Who somebody is, as the register has it; `joined_into` is the record that theirs was joined into, "" for none."""

    id: str
    family_name: str
    given_names: str
    born: date
    sex_at_birth: str
    phone: str
    address: str
    updated_at: datetime
    """When this was recorded of them."""
    joined_into: str = ""
    joined: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Somebody who works here, by the number that stays theirs."""

    id: str
    name: str
    roles: tuple[str, ...]
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A chair, and the room in which it stands."""

    id: str
    name: str
    room: str
    in_use: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """The clinic itself, who works there, its chairs, the rules in force and the zone in which it counts its days."""

    name: str
    phone: str
    address: str
    workers: Mapping[str, Worker]
    places: Mapping[str, Place]
    rules: Knowledge
    zone: ZoneInfo
    now: datetime

    def worker(self, username: str) -> Element | None:
        """Return a reference to whoever recorded something; None for the program itself and for patients."""
        found = self.workers.get(username)
        return reference("Practitioner", found.id, found.name) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One infusion session by its id, with its chart."""

    id: str
    chart: SessionChart


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One look at a record as the audit has it: who, at what, on which day from when until when, and how often."""

    mark: str
    who: str
    what: str
    first: datetime
    last: datetime
    times: int


@dataclass(frozen=True, kw_only=True)
class Record:
    """One person's record: who they are, their chart, their sessions, and the clinic."""

    subject: Subject
    chart: PersonChart
    sittings: tuple[Sitting, ...]
    clinic: Clinic
    before: tuple[Subject, ...] = ()
    """How the register had them before, oldest first."""
    seen: Callable[[], Sequence[Seen]] = tuple
    """Who looked at the record; asked only where that is what is read."""

    @cached_property
    def patient(self) -> Element:
        """A reference to the person."""
        return reference("Patient", self.subject.id)

    @cached_property
    def by_place(self) -> Mapping[int, Recorded[object]]:
        """Every entry of the person's chart by the number by which others name it."""
        return {each.stream_seq: each for each in self.chart.entries}


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """A resource as it stands, and as it stood before, oldest first: what was struck was valid until then."""

    all: tuple[Resource, ...]

    @property
    def now(self) -> Resource:
        """The resource as it stands."""
        return self.all[-1]


def headed(resource: Resource, number: int, recorded_at: datetime) -> Resource:
    """Return a resource with which version it is, and when that was recorded."""
    rest = {name: value for name, value in resource.items() if name not in {"resourceType", "id"}}
    return {"resourceType": resource["resourceType"], "id": resource["id"], "meta": meta(number, recorded_at), **rest}


def versions(
    resource: Resource, entry: Recorded[object], struck: Recorded[object] | None, **in_error: object
) -> Versions:
    """Return a resource made of one entry, with a second version where that was struck; `in_error` is what changes."""
    first = headed(resource, 1, entry.recorded_at)
    if struck is None:
        return Versions(all=(first,))
    changed = kept({**resource, **(in_error or {"status": IN_ERROR})})
    return Versions(all=(first, headed(changed, 2, struck.recorded_at)))


def unversioned(resource: Resource, entries: Sequence[Recorded[object]]) -> Versions:
    """Return a resource made of several entries, as it stands: its version is the newest of them."""
    newest = max(entries, key=lambda each: each.seq)
    return Versions(all=(headed(resource, newest.seq, newest.recorded_at),))


def performers(record: Record, entry: Recorded[object]) -> list[Element]:
    """Return who recorded an entry, as a list that may be empty."""
    found = record.clinic.worker(entry.recorded_by)
    return [found] if found else []

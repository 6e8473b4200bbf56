"""What resources are made of: one person's record with their sessions, the clinic, and who works there."""

from collections.abc import Iterator, Mapping
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


@dataclass(frozen=True, kw_only=True)
class Record:
    """One person's record: who they are, their chart, their sessions, and the clinic."""

    subject: Subject
    chart: PersonChart
    sittings: tuple[Sitting, ...]
    clinic: Clinic
    before: tuple[Subject, ...] = ()
    """How the register had them before, oldest first."""

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


def unchanged(resource: Resource, recorded_at: datetime) -> Versions:
    """Return a resource that has one version."""
    return Versions(all=({**_headed(resource, meta(1, recorded_at))},))


def versions(
    resource: Resource, entry: Recorded[object], struck: Recorded[object] | None, **in_error: object
) -> Versions:
    """Return a resource made of one entry, with a second version where that was struck; `in_error` is what changes."""
    first = _headed(resource, meta(1, entry.recorded_at))
    if struck is None:
        return Versions(all=(first,))
    changed = kept({**resource, **(in_error or {"status": IN_ERROR})})
    return Versions(all=(first, _headed(changed, meta(2, struck.recorded_at))))


def _headed(resource: Resource, about: Element) -> Resource:
    profile = resource.get("meta", {})
    rest = {name: value for name, value in resource.items() if name not in {"resourceType", "id", "meta"}}
    return {"resourceType": resource["resourceType"], "id": resource["id"], "meta": {**profile, **about}, **rest}


def performers(record: Record, entry: Recorded[object]) -> list[Element]:
    """Return who recorded an entry, as a list that may be empty."""
    found = record.clinic.worker(entry.recorded_by)
    return [found] if found else []


def each_counted_or_struck(record: Record, kind: type) -> Iterator[tuple[Recorded[object], Recorded[object] | None]]:
    """Give every entry of a kind in the person's own chart, with what struck it."""
    for entry in record.chart.entries:
        if isinstance(entry.event, kind):
            yield entry, record.chart.struck.get(entry.stream_seq)

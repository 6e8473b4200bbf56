"""Writes an export: one person's record in memory at a time, and after each a pause as long as it took.

So it takes half of one processor at most, and whoever charts meanwhile waits for nobody. Charts are folded in passing:
going through everybody pushes none out that is in use.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from sereniv.clinic import clock
from sereniv.clinic.records.folds import in_passing
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.exchanging import records
from sereniv.clinic.workflows.looks.record_views import looked_at
from sereniv.exchange.fhir.bulk import Wanted, is_since
from sereniv.exchange.fhir.people import patients
from sereniv.exchange.fhir.record import Clinic, Record, Versions
from sereniv.exchange.fhir.table import TABLE
from sereniv.exchange.fhir.written import Resource, written

PAGE = "app: $export"


class Ended(Exception):  # noqa: N818  no fault: it was asked to end
    """An export was cancelled, or its files are gone: nothing of it is kept."""


@dataclass(slots=True, kw_only=True)
class Files:
    """The files of an export, one for each type, made when it has something; for this user alone."""

    folder: Path
    counts: dict[str, int] = field(default_factory=dict)
    _open: dict[str, TextIO] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)

    def add(self, resource: Resource) -> None:
        """Write one resource as one line."""
        name = str(resource["resourceType"])
        if name not in self._open:
            handle = os.open(self.folder / f"{name}.ndjson", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._open[name] = self._stack.enter_context(os.fdopen(handle, "w", encoding="utf-8"))
        self._open[name].write(written(resource) + "\n")
        self.counts[name] = self.counts.get(name, 0) + 1

    def close(self) -> None:
        """Write everything to the disk."""
        for each in self._open.values():
            each.flush()
            os.fsync(each.fileno())
        self._stack.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How an export is told how far it is, whether it was called off, and when it may go on."""

    told: Callable[[int, int], None]
    is_called_off: Callable[[], bool]
    rest: Callable[[], None]


def write(folder: Path, wanted: Wanted, recorder: str, pace: Pace) -> dict[str, int]:
    """Write every resource that is wanted; returns how many there are of each type, in the order of the table.

    Raises
    ------
    Ended
        When it was called off.
    OSError
        When the disk does not take it, or its folder is gone.
    """
    clinic, files = records.clinic_of(clock.now()), Files(folder=folder)
    try:
        for each in _of_clinic(wanted, clinic):
            files.add(each)
        ids = list(Person.objects.order_by("pk").values_list("pk", flat=True))
        for number, key in enumerate(ids):
            if pace.is_called_off():
                raise Ended
            pace.told(number, len(ids))
            person = Person.objects.select_related("joined_into").filter(pk=key).first()
            if person is not None:
                with in_passing():
                    for resource in _of_person(person, wanted, clinic):
                        files.add(resource)
                looked_at(recorder, PAGE, f"person_id={key}", clock.now())
            pace.rest()
    finally:
        files.close()
    return {name: files.counts[name] for name in wanted.types if name in files.counts}


def _of_clinic(wanted: Wanted, clinic: Clinic) -> Iterator[Resource]:
    for name in wanted.types:
        made = TABLE[name].of_clinic
        if made is not None:
            yield from _since(made(clinic), wanted)


def _of_person(person: Person, wanted: Wanted, clinic: Clinic) -> Iterator[Resource]:
    """Give everything of one person; of a record that was joined into another only who it was, and into which."""
    if person.joined_into is not None:
        if "Patient" in wanted.types:
            yield from _since(patients(_as_registered(person, clinic)), wanted)
        return
    record = records.record_of(person, clinic)
    for name in wanted.types:
        made = TABLE[name].of_record
        if made is not None:
            yield from _since(made(record), wanted)


def _as_registered(person: Person, clinic: Clinic) -> Record:
    return records.bare(records.subjects_of([person])[person.pk], clinic)


def _since(made: Iterable[Versions], wanted: Wanted) -> Iterator[Resource]:
    return (each.now for each in made if is_since(each.now, wanted.since))

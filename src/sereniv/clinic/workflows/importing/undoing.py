"""An import undone whole, while nothing was built on it: its facts are struck, whom it registered is erased again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import bulk_files, chart_store, given, listing, over_streams
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.entered import register_stream
from sereniv.clinic.records.file_events import FileImported, ImportUndone
from sereniv.clinic.records.house_events import PayloadsErased, TableChanged
from sereniv.clinic.records.models import AppointmentRow, Entry, Invitation, Person, SessionRow
from sereniv.clinic.workflows.importing.taking import (
    AT_ONCE,
    RULE,
    append_in_parts,
    demand_nameless,
    demand_two,
    imports,
    undone,
)
from sereniv.clinic.workflows.person.person_erasure import IDENTITY, take_from_register
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.this_clinic import served_home
from sereniv.therapy.person import events as ev
from sereniv.therapy.recording.entry import Recorded, narrowed
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Refused

SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What an import wrote in one record: the entries that say where others came from, each before those."""

    person: Person
    brought: tuple[Recorded[ev.RecordBrought], ...]

    @property
    def entries(self) -> tuple[int, ...]:
        """The numbers of the facts in the person's stream."""
        return tuple(each.stream_seq + place for each in self.brought for place in range(1, len(each.event.rows) + 1))

    @property
    def last(self) -> int:
        """The number of the last entry that the import wrote."""
        return max((*self.entries, *(each.stream_seq for each in self.brought)))

    @property
    def is_new(self) -> bool:
        """True where the import put the person into the register."""
        return any(each.event.registered_from for each in self.brought)


def undo(batch: str, reason: str, act: Act) -> None:
    """Undo an import whole.

    Raises
    ------
    Malformed
        When nobody wrote why.
    Refused
        When two have not signed, there is no such import, it was undone before, or something was built on it.
    """
    demand_two(reason, act)
    demand_reason(reason, "Write why this import is undone; it stands in the audit.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        found = next((each for each in imports() if each.event.batch == batch), None)
        if found is None or batch in undone():
            raise Refused(RULE, "There is no such import, or it was undone before.")
        written = tuple(_written(batch))
        built_on = [each.person for each in written if _is_built_on(each)]
        if built_on:
            raise Refused(
                RULE,
                f"Something was recorded or booked since for {_whom(built_on, act)}. An import is undone only while "
                "nothing was built on it: strike what is wrong in each record.",
            )
        demand_nameless(reason, ((each.person.identity, each.person.address) for each in written))
        _undo(found.event, written, reason, act)


def _whom(people: Sequence[Person], act: Act) -> str:
    """Say for whom, by name to those alone who read the register."""
    if not act.by.may(Permission.READ_PEOPLE):
        return f"{len(people)} of its people"
    some = ", ".join(str(each) for each in people[:SHOWN])
    return f"{some} and {len(people) - SHOWN} more" if len(people) > SHOWN else some


def _written(batch: str) -> Iterator[Written]:
    by_stream: dict[str, list[Recorded[ev.RecordBrought]]] = {}
    for stream, entry in over_streams.entries_of_kind(ev.RecordBrought):
        if isinstance(entry.event, ev.RecordBrought) and entry.event.batch == batch:
            by_stream.setdefault(stream, []).append(narrowed(entry, entry.event))
    for stream, brought in by_stream.items():
        person = Person.objects.filter(pk=stream.partition("/")[2]).first()
        if person is not None:
            yield Written(person=person, brought=tuple(brought))


def _is_built_on(each: Written) -> bool:
    """Say whether anything came into somebody's record after the import."""
    later = chart_store.stream_end(chart_store.person_stream(each.person.pk)) > each.last
    rows = (
        (model.objects.filter(person=each.person) for model in (SessionRow, AppointmentRow, Invitation))
        if each.is_new
        else ()
    )
    return later or each.person.joined_into is not None or any(found.exists() for found in rows)


def _undo(imported: FileImported, written: tuple[Written, ...], why: str, act: Act) -> None:
    news = [New(stream="audit", event=ImportUndone(batch=imported.batch, reason=why), at=act.now)]
    basis = f"Import {imported.batch} undone (file with the SHA-256 {imported.sha256})"
    gone: list[int] = []
    for each in written:
        stream = chart_store.person_stream(each.person.pk)
        if not each.is_new:
            news += [
                New(stream=stream, event=ev.RecordStruck(entry=number, reason=f"{basis}: {why}"), at=act.now)
                for number in each.entries
            ]
            continue
        for name in (stream, register_stream(each.person.pk)):
            seqs = tuple(Entry.objects.filter(stream=name, payload__isnull=False).values_list("seq", flat=True))
            news.append(New(stream="home", event=PayloadsErased(stream=name, entries=seqs, basis=basis), at=act.now))
            gone += seqs
        change = TableChanged(table="person", row=str(each.person.pk), change="erased", fields=IDENTITY)
        news.append(New(stream="audit", event=change, at=act.now))
    append_in_parts(news, act.writing())
    for first in range(0, len(gone), AT_ONCE):
        chart_store.erase(gone[first : first + AT_ONCE])
    new = [each.person for each in written if each.is_new]
    listing.forget(new)
    given.forget(served_home(), (each.pk for each in new))
    bulk_files.drop_all(served_home())
    for person in new:
        take_from_register(person, act.now)

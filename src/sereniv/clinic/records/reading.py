"""Rows of the ledger to entries as they are read, and what stands in the place of one that does not read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.records import codec
from sereniv.clinic.records.models import Entry
from sereniv.therapy.recording.entry import Erased, EventT, Recorded, Unread, narrowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Entries in their order, those that read apart from those that do not: whoever takes the one is handed both."""

    entries: tuple[Recorded[codec.Event], ...]
    unread: tuple[Recorded[Unread], ...]
    erased: tuple[Recorded[Erased], ...] = ()


def told(entries: Iterable[Recorded[codec.Event | Unread | Erased]]) -> Told:
    """Part what reads from what does not, and from the places of what the law had erased."""
    read: list[Recorded[codec.Event]] = []
    unread: list[Recorded[Unread]] = []
    erased: list[Recorded[Erased]] = []
    for each in entries:
        if isinstance(each.event, Unread):
            unread.append(narrowed(each, each.event))
        elif isinstance(each.event, Erased):
            erased.append(narrowed(each, each.event))
        else:
            read.append(cast("Recorded[codec.Event]", each))
    return Told(entries=tuple(read), unread=tuple(unread), erased=tuple(erased))


def recorded(entry: Entry) -> Recorded[codec.Event]:
    """Return an entry with its event.

    Raises
    ------
    ValueError
        When it was erased by law, or does not read.
    """
    if entry.payload is None:
        raise ValueError(f"Entry {entry.seq} was erased by law and cannot be read.")
    return _with(entry, codec.decode(entry.kind, entry.version, entry.payload))


def as_it_reads(entry: Entry) -> Recorded[codec.Event | Unread]:
    """Return an entry with its event, or with why it does not read: one line, and nothing else of its stream."""
    try:
        return recorded(entry)
    except ValueError as error:
        return _with(entry, Unread(kind=entry.kind, why=_without_its_words(error)))


def place_of_erased(entry: Entry, since: int) -> Recorded[Erased]:
    """Return what is left of an entry that the law had erased, by the entry `since` of the ledger."""
    return _with(entry, Erased(kind=entry.kind, since=since))


def _without_its_words(error: ValueError) -> str:
    """Say why an entry does not read, and nothing of what is written in it: this is shown and logged."""
    return str(error) if error.__cause__ is None else str(error).partition(": ")[0]


def _with(entry: Entry, event: EventT) -> Recorded[EventT]:
    return Recorded(
        seq=entry.seq,
        stream_seq=entry.stream_seq,
        at=read_moment(entry.at),
        recorded_at=read_moment(entry.recorded_at),
        recorded_by=entry.recorded_by,
        co_signed_by=entry.co_signed_by,
        event=event,
    )


def read_moment(written: str) -> datetime:
    """Return a moment of the ledger, which keeps UTC, as the home's wall clock showed it."""
    return on_the_wall(datetime.fromisoformat(written))

"""Entries without what they say: that one is there, of what kind, when and by whom outlives erasure by law."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sereniv.clinic.records import reading
from sereniv.clinic.records.house_events import PayloadsErased
from sereniv.clinic.records.models import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """An entry without what it says: its place, its kind, when, and by whom."""

    seq: int
    stream: str
    stream_seq: int
    kind: str
    at: datetime
    recorded_by: str
    is_erased: bool


def envelope(seq: int) -> Envelope | None:
    """Return the envelope of one entry of the ledger, None where there is none."""
    entry = Entry.objects.filter(seq=seq).first()
    return _envelope(entry) if entry else None


def envelopes(stream: str) -> tuple[Envelope, ...]:
    """Return the envelopes of a stream in its order."""
    return tuple(_envelope(entry) for entry in Entry.objects.filter(stream=stream).order_by("stream_seq"))


def erased_in(stream: str) -> tuple[Envelope, ...]:
    """Return what stands of the entries of a stream that the law had erased."""
    return tuple(each for each in envelopes(stream) if each.is_erased)


NO_ERASURE_NAMES_IT = 2**62
"""Since when an entry counts as erased that no erasure names: after everything that anybody decided."""


def erased_since(streams: Collection[str]) -> dict[int, int]:
    """Return by which entry of the ledger each erased one of some streams was erased, by its own number there."""
    if not streams:
        return {}
    written = Entry.objects.filter(kind=PayloadsErased.__name__, payload__isnull=False).order_by("-seq")
    told = reading.told(map(reading.as_it_reads, written)).entries
    return {
        seq: each.seq
        for each in told
        if isinstance(each.event, PayloadsErased) and each.event.stream in streams
        for seq in each.event.entries
    }


def _envelope(entry: Entry) -> Envelope:
    return Envelope(
        seq=entry.seq,
        stream=entry.stream,
        stream_seq=entry.stream_seq,
        kind=entry.kind,
        at=reading.read_moment(entry.at),
        recorded_by=entry.recorded_by,
        is_erased=entry.payload is None,
    )

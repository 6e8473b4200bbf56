"""Entries without what they say: that one is there, of what kind, when and by whom outlives erasure by law."""

from dataclasses import dataclass
from datetime import datetime

from sereniv.clinic.records import reading
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

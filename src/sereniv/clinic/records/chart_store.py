"""The sole door to the ledger: appends events in one site-wide, hash-chained order, and reads streams back."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import QuerySet
from django.dispatch import Signal

from sereniv.clinic.records import codec, conflict, envelopes, folding, folds, listing, reading, written_out
from sereniv.clinic.records.models import Entry, Id
from sereniv.therapy import custody
from sereniv.therapy.person import chart as patient
from sereniv.therapy.person import joined
from sereniv.therapy.recording.entry import Erased, Recorded, Unread
from sereniv.therapy.recording.refusal import Malformed
from sereniv.therapy.session import chart as session_chart
from sereniv.therapy.session import events as session_events
from sereniv.verify import ENVELOPE_FIELDS, Head, entry_hash, payload_hash

ChartT = TypeVar("ChartT")

SYSTEM = conflict.SYSTEM
"""Who entries are recorded by when no person acted."""

LONGEST_PAYLOAD = 256 * 1024

appended = Signal()
"""Sent after the commit with `streams` (the set of streams changed) and `head` (the last seq)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """Who writes, when, with whom, under which idempotency key, and on a page drawn from the ledger up to which entry.

    `seen` is None where no page was: from the command line, from outside, or by the program itself.
    """

    by: str
    now: datetime
    key: str
    co_signed_by: str = ""
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    """One event to append: to which stream, and when it happened."""

    stream: str
    event: codec.Event
    at: datetime
    expected_seq: int | None = None


@contextmanager
def in_turn() -> Iterator[None]:
    """Hold the ledger for one transaction: what is read within stays true until it is committed.

    Whoever decides on what they read opens this first. On SQLite the transaction itself waits its turn;
    on PostgreSQL the head's row is locked before anything is read, for otherwise two writers could each
    see a vial as full, or an act as not yet done.
    """
    with transaction.atomic():
        _locked_head()
        yield


def append(news: Sequence[New], writing: Writing) -> tuple[Recorded[codec.Event], ...]:
    """Append events, all or none, and return them as recorded; a repeated key returns what it wrote before.

    Raises
    ------
    Conflict
        When a stream is not at the `expected_seq` of a command, or, as `Superseded`, a newer entry than `writing.seen`
        stands in the place of what is written.
    Malformed
        When the key was used before by somebody else or in another stream, or what it wrote was erased by law.
    ValueError
        When called outside a transaction, or a payload is larger than any event can be.
    """
    if not connection.in_atomic_block:
        raise ValueError("Entries are appended inside a transaction.")
    head = _locked_head()
    repeated = written_out.entries_of([_key(writing.key, number) for number in range(len(news))])
    if repeated:
        _demand_same_act(repeated[0], writing.by, news[0].stream)
        if any(entry.payload is None for entry in repeated):
            raise Malformed("This was recorded before, and erased by law since. Open the page again.")
        return _told_before(repeated)
    for new in news if writing.seen is not None else ():
        drawn = conflict.Drawn(seen=writing.seen or 0, end=head.seq, streams=_read_with(new.stream))
        conflict.demand_not_superseded(new.event, drawn)
    entries = []
    ends: dict[str, int] = {}
    for number, new in enumerate(news):
        end = ends.get(new.stream, stream_end(new.stream))
        if new.expected_seq is not None and new.stream not in ends:
            conflict.demand_nobody_charted_since(new.stream, new.expected_seq, end)
        entry = _entry(head, new, end + 1, writing, number)
        ends[new.stream] = end + 1
        head = Head(seq=entry.seq, hash=entry.hash)
        entries.append(entry)
    written_out.add(entries)
    written_out.move_end_of_ledger(head.seq, head.hash)
    listing.touch(ends, _opened_for(news), head.seq)
    transaction.on_commit(lambda: appended.send(sender=None, streams=set(ends), head=head.seq))
    return tuple(reading.recorded(entry) for entry in entries)


def _told_before(entries: Iterable[Entry]) -> tuple[Recorded[codec.Event], ...]:
    before = reading.told(reading.as_it_reads(entry) for entry in entries)
    if before.unread:
        raise Malformed("This was recorded before, and cannot be read any more. Open the page again.")
    return before.entries


def _opened_for(news: Sequence[New]) -> dict[str, str]:
    """Return whose each session is that these events open: its row is made only after them."""
    return {new.stream: new.event.person for new in news if isinstance(new.event, session_events.SessionOpened)}


def _demand_same_act(before: Entry, by: str, stream: str = "") -> None:
    """Raise Malformed where a key was used by somebody else or elsewhere: that act must not pass for done."""
    if before.recorded_by != by or stream not in {"", before.stream}:
        raise Malformed("This form was already used for something else. Open the page again and do it there.")


def _entry(head: Head, new: New, stream_seq: int, writing: Writing, number: int) -> Entry:
    kind, version, payload = codec.encode(new.event)
    if len(payload) > LONGEST_PAYLOAD:
        raise ValueError(f"A {kind} of {len(payload)} characters is larger than an entry may be.")
    salt = secrets.token_hex(16)
    entry = Entry(
        seq=head.seq + 1,
        stream=new.stream,
        stream_seq=stream_seq,
        at=new.at.astimezone(UTC).isoformat(),
        recorded_at=writing.now.astimezone(UTC).isoformat(),
        recorded_by=writing.by,
        co_signed_by=writing.co_signed_by,
        key=_key(writing.key, number),
        kind=kind,
        version=version,
        payload=payload,
        salt=salt,
        payload_hash=payload_hash(salt, payload),
    )
    row = {name: getattr(entry, name) for name in (*ENVELOPE_FIELDS, "payload_hash")}
    entry.hash = entry_hash(head.hash, row)
    return entry


def _key(key: str, number: int) -> str:
    return key if number == 0 else f"{key}#{number}"


def _locked_head() -> Head:
    """Return the ledger's end; on PostgreSQL its row is locked, on SQLite the transaction already is."""
    return _head(" FOR UPDATE" if connection.features.has_select_for_update else "")


def head() -> Head:
    """Return the ledger's end as it stands."""
    return _head("")


def _head(locking: str) -> Head:
    seq, digest = written_out.end_of_ledger(locking)
    return Head(seq=seq, hash=digest)


def stream_end(stream: str) -> int:
    """Return the number of the last entry in a stream, 0 for an empty one."""
    return written_out.end_of_stream(stream)


def mark_of(stream: str) -> str:
    """Return what tells a stream as it stands from the same stream at any other time: the hash of its last entry."""
    last = Entry.objects.filter(stream=stream).order_by("-stream_seq").values_list("hash", flat=True).first()
    return last or ""


def written_before(key: str, by: str) -> bool:
    """Say whether this person's act with this idempotency key was already recorded."""
    return _entry_of(key, by) is not None


def stream_of(key: str, by: str) -> str | None:
    """Return the stream in which this person's act with this key was recorded, None where it was not."""
    entry = _entry_of(key, by)
    return entry.stream if entry else None


def place_of(key: str, by: str) -> int | None:
    """Return the number in its stream of the entry that this person's act with this key made, None where none is."""
    entry = _entry_of(key, by)
    return entry.stream_seq if entry else None


def event_of(key: str, by: str) -> codec.Event | None:
    """Return the event that this person's act with this idempotency key recorded, None where there is none."""
    entry = _entry_of(key, by)
    return _told_of(entry) if entry and entry.payload is not None else None


def _told_of(entry: Entry) -> codec.Event | None:
    found = reading.told([reading.as_it_reads(entry)]).entries
    return found[0].event if found else None


def _entry_of(key: str, by: str) -> Entry | None:
    entry = next(iter(written_out.entries_of([key])), None)
    if entry is not None:
        _demand_same_act(entry, by)
    return entry


def read(stream: str) -> tuple[Recorded[codec.Event], ...]:
    """Read a whole stream in its order.

    What the law had erased is passed over, and told by `erased_in`; so is what does not read, told by `unread_in`.
    """
    return _told(stream).entries


def unread_in(stream: str) -> tuple[Recorded[Unread], ...]:
    """Return the entries of a stream that do not read."""
    return _told(stream).unread


def _told(stream: str) -> reading.Told:
    return reading.told(reading.as_it_reads(entry) for entry in _readable(stream=stream).order_by("stream_seq"))


def _readable(**which: object) -> QuerySet[Entry]:
    return Entry.objects.filter(payload__isnull=False, **which)


def erase(seqs: Sequence[int]) -> None:
    """Erase what entries say, and the salts by which it could be guessed back from its hash; their hashes stay.

    Whoever calls this appends why, in the same transaction.
    """
    chosen = Entry.objects.filter(seq__in=seqs)
    names = tuple(chosen.values_list("stream", flat=True).distinct())
    folds.forget(names)
    chosen.update(payload=None, salt="")
    # The reason is appended to another stream: what lists say of these people moves with it.
    listing.touch(names, {}, head().seq, erased=True)


def person_stream(person_id: Id) -> str:
    """Name the stream of one person."""
    return f"person/{person_id}"


def session_stream(session_id: Id) -> str:
    """Name the stream of one session."""
    return f"session/{session_id}"


def vial_stream(vial_id: Id) -> str:
    """Name the stream of one vial."""
    return f"stock/{vial_id}"


def person_chart(person_id: Id) -> patient.PersonChart:
    """Read and fold one person's stream."""
    return person_charts([person_id])[str(person_id)]


def person_charts(person_ids: Iterable[Id]) -> dict[str, patient.PersonChart]:
    """Read and fold several people's streams with one query for those that changed; the charts by the people's ids."""
    charts = _own_charts(person_ids)
    joins = {key: found for key, chart in charts.items() if (found := joined.standing(chart))}
    others = _own_charts({other for found in joins.values() for other in found}) if joins else {}
    for key, found in joins.items():
        charts[key] = joined.read_together(charts[key], {place: others[other] for other, place in found.items()})
    return charts


def _read_with(stream: str) -> tuple[str, ...]:
    """Return the streams that are read together with one: those of the records joined to a person's."""
    subject, _, person_id = stream.partition("/")
    others = joined.standing(own_chart(person_id)) if subject == "person" else {}
    return (stream, *(person_stream(other) for other in others))


def own_chart(person_id: Id) -> patient.PersonChart:
    """Read and fold one person's own stream alone, whatever is joined to it."""
    return _own_charts([person_id])[str(person_id)]


def _own_charts(person_ids: Iterable[Id]) -> dict[str, patient.PersonChart]:
    charts = _folded([person_stream(person_id) for person_id in person_ids], folding.person)
    return {name.partition("/")[2]: chart for name, chart in charts.items()}


def _folded(names: Sequence[str], fold: Callable[[ChartT | None, folds.Entries], ChartT]) -> dict[str, ChartT]:
    """Return the chart of each stream, reading and folding only what was written since it was last folded."""
    return folds.charts(names, folds.Ledger(end=lambda: head().hash, marks=written_out.marks, entries=_numbered), fold)


def _numbered(wanted: Mapping[str, range]) -> dict[str, list[Recorded[codec.Event | Unread | Erased]]]:
    found: dict[str, list[Recorded[codec.Event | Unread | Erased]]] = {name: [] for name in wanted}
    first = min(span.start for span in wanted.values())
    entries = [each for each in written_out.entries_from(wanted, first) if each.stream_seq in wanted[each.stream]]
    since = envelopes.erased_since({each.stream for each in entries if each.payload is None})
    for entry in entries:
        if entry.payload is None:
            # Content that is missing without an erasure is a fault of the ledger: nobody decided without it before.
            gone = reading.place_of_erased(entry, since.get(entry.seq, envelopes.NO_ERASURE_NAMES_IT))
            found[entry.stream].append(gone)
        else:
            found[entry.stream].append(reading.as_it_reads(entry))
    return found


def session_chart_of(session_id: Id) -> session_chart.SessionChart:
    """Read and fold one session's stream."""
    return session_charts([session_id])[str(session_id)]


def session_charts(session_ids: Iterable[Id]) -> dict[str, session_chart.SessionChart]:
    """Read and fold several sessions' streams; the charts by the sessions' ids."""
    names = [session_stream(session_id) for session_id in session_ids]
    charts = _folded(names, folding.session)
    return {name.partition("/")[2]: chart for name, chart in charts.items()}


def vial(vial_id: Id) -> custody.Vial:
    """Read and fold one vial's stream."""
    return vials([vial_id])[str(vial_id)]


def vials(vial_ids: Iterable[Id]) -> dict[str, custody.Vial]:
    """Read and fold several vials' streams; the vials by their ids."""
    found = _folded([vial_stream(vial_id) for vial_id in vial_ids], folding.vial)
    return {name.partition("/")[2]: vial for name, vial in found.items()}

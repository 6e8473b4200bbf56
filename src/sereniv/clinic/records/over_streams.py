"""The ledger asked across all its streams: which hold a kind of entry, and what changed lately.

What was erased by law is passed over, and so is, but for `as_they_read`, what does not read: the chart of its own
stream says so.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Max, Q

from sereniv.clinic.records import chart_store, codec, reading
from sereniv.clinic.records.models import Entry, SampleRow
from sereniv.therapy.recording.entry import Recorded, Unread


def entries_of_kind(kind: type[codec.Event]) -> Iterator[tuple[str, Recorded[codec.Event]]]:
    """Give every entry of one kind with its stream, in the ledger's order."""
    return entries_in(None, (kind,))


def entries_in(
    names: Iterable[str] | None, of_kinds: tuple[type[codec.Event], ...]
) -> Iterator[tuple[str, Recorded[codec.Event]]]:
    """Give the entries of some kinds in some streams (None: in all), each with its stream, in the ledger's order."""
    kinds = [kind.__name__ for kind in of_kinds]
    found = Entry.objects.filter(kind__in=kinds, payload__isnull=False)
    if names is not None:
        found = found.filter(stream__in=list(names))
    for entry in found.order_by("seq"):
        for each in reading.told([reading.as_it_reads(entry)]).entries:
            yield entry.stream, each


def as_they_read(
    names: Iterable[str], of_kinds: tuple[type[codec.Event], ...]
) -> dict[str, list[Recorded[codec.Event | Unread]]]:
    """Return the entries of some kinds in some streams, those that do not read among them, each stream in its order."""
    kinds = [kind.__name__ for kind in of_kinds]
    found: dict[str, list[Recorded[codec.Event | Unread]]] = {}
    for entry in Entry.objects.filter(stream__in=list(names), kind__in=kinds, payload__isnull=False).order_by("seq"):
        found.setdefault(entry.stream, []).append(reading.as_it_reads(entry))
    return found


def entries_but(kind: type[codec.Event], passed_over: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Give stream and number of every entry of one kind whose text holds none of `passed_over`.

    The texts are canonical, so that quotes within somebody's words stand escaped and cannot pass for a field.
    """
    found = Entry.objects.filter(kind=kind.__name__, payload__isnull=False)
    for text in passed_over:
        found = found.exclude(payload__contains=text)
    yield from found.values_list("stream", "stream_seq").order_by("seq")


def streams(prefix: str) -> tuple[str, ...]:
    """Return the names of all streams that begin with `prefix`."""
    found = Entry.objects.filter(_beginning_with(prefix)).values_list("stream", flat=True).distinct()
    return tuple(sorted(found))


def last_recorded(prefix: str) -> dict[str, datetime]:
    """Return when each stream that begins with `prefix` was last written in."""
    ends = Entry.objects.filter(_beginning_with(prefix)).values("stream").annotate(last=Max("seq"))
    found = Entry.objects.filter(seq__in=ends.values("last")).values_list("stream", "recorded_at")
    return {stream: reading.read_moment(recorded_at) for stream, recorded_at in found}


def _beginning_with(prefix: str) -> Q:
    """Ask for streams that begin so; of SQLite as a range, since it walks every entry to find what is LIKE another."""
    if connection.vendor == "sqlite":
        return Q(stream__gte=prefix, stream__lt=f"{prefix[:-1]}{chr(ord(prefix[-1]) + 1)}")
    return Q(stream__startswith=prefix)


def lately_changed(prefix: str, entries: int) -> set[str]:
    """Return the streams that begin with `prefix` among the newest so many entries of the whole ledger."""
    since = chart_store.head().seq - entries
    found = Entry.objects.filter(seq__gt=since, stream__startswith=prefix).values_list("stream", flat=True)
    return set(found)


def streams_with_lately(kind: type[codec.Event], since: datetime) -> set[str]:
    """Return the streams in which an entry of one kind was recorded since a moment."""
    found: set[str] = set()
    newest = Entry.objects.filter(kind=kind.__name__).order_by("-seq").values_list("stream", "recorded_at")
    for stream, recorded_at in newest.iterator(chunk_size=100):
        if reading.read_moment(recorded_at) < since:
            break
        found.add(stream)
    return found


def last_moment() -> datetime | None:
    """Return the latest time that an entry was recorded or a sample received, None where there is neither."""
    entry = Entry.objects.order_by("-seq").values_list("recorded_at", flat=True).first()
    sample = SampleRow.objects.order_by("-pk").values_list("received_at", flat=True).first()
    found = [*([datetime.fromisoformat(entry)] if entry else []), *([sample] if sample else [])]
    return max(found, default=None)

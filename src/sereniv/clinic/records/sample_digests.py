"""What monitors sent, in the chain: about once an hour a digest of each session's samples, and whether they hold it."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import connection
from django.db.models import Max

from sereniv import verify_samples
from sereniv.clinic.records import chart_store, codec, over_streams
from sereniv.clinic.records.chart_store import SYSTEM, New, Writing
from sereniv.clinic.records.models import Entry, Id, SampleRow
from sereniv.clinic.records.sample_events import SamplesDigested, SessionDigest

STREAM = "samples"
EVERY = timedelta(hours=1)
SETTLED = timedelta(minutes=1)
"""What was received longer ago than this is committed: no sample comes in before it any more."""

MOST_SAMPLES = 500_000
MOST_SESSIONS = 1_000
"""In one entry, so that it stays smaller than an entry may be."""

_IN_UTC = """to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')
    || CASE mod(extract(microseconds FROM {0})::bigint, 1000000) WHEN 0 THEN ''
       ELSE to_char({0} AT TIME ZONE 'UTC', '.US') END"""
POSTGRESQL_LINES = f"""
    SELECT id, replace(session_id::text, '-', ''), concat_ws(chr(31), id::text, device, signal,
        coalesce(((value * 100)::integer)::text, ''), {_IN_UTC.format("at")}, {_IN_UTC.format("received_at")})
    FROM records_samplerow WHERE {{}} ORDER BY id
"""  # noqa: S608  names are ours
"""What `verify_samples.LINES` reads of SQLite, of PostgreSQL."""

AT_ONCE = 5_000


def digested_upto() -> int:
    """Return the number of the last sample that stands in a digest, 0 where none does."""
    last = Entry.objects.filter(kind=verify_samples.KIND).order_by("-seq").first()
    if last is None or last.payload is None:
        return 0
    event = codec.decode(last.kind, last.version, last.payload)
    return event.upto if isinstance(event, SamplesDigested) else 0


def digest_due(now: datetime) -> int:
    """Write the digests of what is an hour old, with all that was received since; returns how many samples."""
    written = 0
    while True:
        after = digested_upto()
        oldest = SampleRow.objects.filter(pk__gt=after).order_by("pk").values_list("received_at", flat=True).first()
        if oldest is None or (oldest > now - EVERY and not written):
            return written
        event = _digested(after, now - SETTLED)
        if event is None:
            return written
        with chart_store.in_turn():
            if digested_upto() == after:
                new = New(stream=STREAM, event=event, at=now)
                chart_store.append([new], Writing(by=SYSTEM, now=now, key=f"samples-{event.after}-{event.upto}"))
        written += sum(each.samples for each in event.sessions)


def _digested(after: int, before: datetime) -> SamplesDigested | None:
    """Digest what came after one sample and was received before a moment; None where there is nothing."""
    digests, reached = verify_samples.Digests(), after
    for number, session, line in lines_between(after, _settled_upto(after, before)):
        if session not in digests and len(digests) == MOST_SESSIONS:
            break
        digests.add(session, line)
        reached = number
    found = digests.found()
    if not found:
        return None
    sessions = tuple(
        SessionDigest(session=name, samples=each.samples, sha256=each.sha256) for name, each in sorted(found.items())
    )
    return SamplesDigested(after=after, upto=reached, sessions=sessions)


def _settled_upto(after: int, before: datetime) -> int:
    later = SampleRow.objects.filter(pk__gt=after).order_by("pk")
    waiting = later.filter(received_at__gte=before).values_list("pk", flat=True).first()
    settled = later if waiting is None else later.filter(pk__lt=waiting)
    last: int | None = settled[:MOST_SAMPLES].aggregate(last=Max("pk"))["last"]
    return after if last is None else last


def _lines_where(which: str) -> str:
    lines = verify_samples.LINES if connection.vendor == "sqlite" else POSTGRESQL_LINES
    return lines.format(which)


def lines_between(after: int, upto: int, breath_s: float = 0) -> Iterator[tuple[int, str, str]]:
    """Give the samples after one up to another as they are digested, by their numbers, with a breath between many."""
    sql = _lines_where("id > %s AND id <= %s")
    for begin in range(after, upto, AT_ONCE):
        with connection.cursor() as cursor:
            cursor.execute(sql, [begin, min(upto, begin + AT_ONCE)])
            found: list[tuple[int, str, str]] = cursor.fetchall()
        yield from found
        time.sleep(breath_s)


def doubts(breath_s: float = 0) -> Iterator[str]:
    """Name the sessions whose samples are not what the entries about them say."""
    found = Entry.objects.filter(kind__in=verify_samples.KINDS).order_by("seq").values_list(*verify_samples.COLUMNS)
    said = [verify_samples.Said(*values) for values in found]
    yield from verify_samples.told_otherwise(said, partial(lines_between, breath_s=breath_s))


@dataclass(frozen=True, slots=True)
class Part:
    """Samples of one session that stand in one entry's digest: after one number up to another, and what it says."""

    entry: int
    after: int
    upto: int
    digest: verify_samples.Digest


def parts_of_sessions() -> dict[str, list[Part]]:
    """Return in which digests the samples of each session stand, in their order."""
    found: dict[str, list[Part]] = {}
    for _, entry in over_streams.entries_of_kind(SamplesDigested):
        event = entry.event
        if isinstance(event, SamplesDigested):
            for each in event.sessions:
                digest = verify_samples.Digest(each.samples, each.sha256)
                found.setdefault(each.session, []).append(Part(entry.seq, event.after, event.upto, digest))
    return found


def whole_of(session: str, parts: Sequence[Part]) -> SessionDigest:
    """Return what the digests of a session say of all its samples."""
    proof = verify_samples.proof_of(part.digest for part in parts)
    return SessionDigest(session=session, samples=proof.samples, sha256=proof.sha256)


def read_again(session_id: Id, parts: Sequence[Part]) -> list[verify_samples.Digest]:
    """Digest the samples of a session anew, part by part."""
    return [_read_again(session_id, part) for part in parts]


def _read_again(session_id: Id, part: Part) -> verify_samples.Digest:
    # Found by the session's own index: what else came in between its first sample and its last is many times as much.
    rows = SampleRow.objects.filter(session_id=session_id, pk__gt=part.after, pk__lte=part.upto)
    ids = sorted(rows.values_list("pk", flat=True))
    lines = (line for begin in range(0, len(ids), AT_ONCE) for line in _lines_of(ids[begin : begin + AT_ONCE]))
    return next(iter(verify_samples.digests_of(lines).values()), verify_samples.Digest(0, ""))


def _lines_of(ids: Sequence[int]) -> list[tuple[int, str, str]]:
    marks = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(_lines_where(f"id IN ({marks})"), list(ids))
        found: list[tuple[int, str, str]] = cursor.fetchall()
    return found

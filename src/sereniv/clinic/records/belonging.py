"""Whether the ledger found is one that this program can read, and this home's own as its checkpoints know it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.loader import MigrationLoader

from sereniv import __version__
from sereniv.clinic.home import Home, HomeError, is_newer
from sereniv.clinic.records import chart_store, codec, projections
from sereniv.clinic.records.chart_store import SYSTEM, New, Writing
from sereniv.clinic.records.checkpoints import write_checkpoint
from sereniv.clinic.records.house_events import HomeFounded, HomeRestored, LedgerAccepted
from sereniv.clinic.records.models import LedgerHead
from sereniv.verify import GENESIS, Head, lines_backwards, read_heads, signature_fits

OUR_APPS = frozenset({"accounts", "records"})
FOUNDING = 1
"""A ledger of no more than its founding entry may stand without a checkpoint: the first is signed right after it."""

AT_ONCE = 500
LATELY = 20_000
"""A start holds the checkpoints over so many of the newest entries against the ledger: ten years make 350,000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why the ledger found may not be this home's own: in words, with the head that was expected."""

    words: str
    expected: Head
    found: Head


def what_is_newer(home: Home) -> list[str]:
    """Say what a newer program wrote in this home; nothing where it is one of this program's."""
    written_by = home.written_by()
    newer = [f"it was last written by Sereniv {written_by}"] if is_newer(written_by, __version__) else []
    newer += [f"its database knows {name}" for name in _unknown_migrations()]
    if not newer and _has_entries_table():
        newer += [f"its ledger holds entries of {name}" for name in _unknown_kinds()]
    return newer


def demand_readable(home: Home) -> None:
    """Raise HomeError where a newer program wrote here: this one would misread what it does not know."""
    newer = what_is_newer(home)
    if newer:
        written_by = home.written_by()
        later = f"a Sereniv newer than {__version__}"
        needed = f"Sereniv {written_by} or newer" if is_newer(written_by, __version__) else later
        raise HomeError(
            f"This home is newer than this program ({__version__}): {'; '.join(newer)}. "
            f"Start it with {needed}. Nothing was changed."
        )


def _unknown_migrations() -> Iterator[str]:
    loader = MigrationLoader(connection)
    for app, name in sorted(set(loader.applied_migrations) - set(loader.graph.nodes)):
        if app in OUR_APPS:
            yield f"the step {app} {name}"


def _unknown_kinds() -> Iterator[str]:
    """Name kinds and versions that this program does not know, each found by index: entries may be a million."""
    with connection.cursor() as cursor:
        for kind in _kinds(cursor):
            known = codec.VERSIONS.get(kind, 1) if kind in codec.kinds() else 0
            newer = "SELECT max(version) FROM records_entry WHERE kind = %s AND version > %s AND payload IS NOT NULL"
            cursor.execute(newer, [kind, known])
            (version,) = cursor.fetchone() or (None,)
            if version is not None:
                yield f"kind {kind}, version {version}"


def _kinds(cursor: CursorWrapper) -> Iterator[str]:
    """Give every kind there is, going from each to the next in the index."""
    kind = ""
    while True:
        cursor.execute("SELECT kind FROM records_entry WHERE kind > %s ORDER BY kind LIMIT 1", [kind])
        row = cursor.fetchone()
        if row is None:
            return
        kind = row[0]
        yield kind


def _has_entries_table() -> bool:
    return "records_entry" in connection.introspection.table_names()


def doubt(home: Home) -> Doubt | None:
    """Hold the ledger against the newest checkpoints that this home signed; None where nothing speaks against it.

    The newest hold all that came before them; every one is held against the ledger by the night's walk of the whole.
    """
    found = _last_entry()
    try:
        # Where more was written since the last one than is looked back, it is still the one that holds.
        heads = _heads(home, since=found.seq - LATELY) or _heads(home, since=0)
    except ValueError as error:
        return Doubt(words=f"checkpoints.jsonl does not read: {error}.", expected=_nothing(), found=found)
    latest = max(heads, key=lambda head: head.seq, default=_nothing())
    words = _against(home, heads, latest, found)
    return Doubt(words=words, expected=latest, found=found) if words else None


def _nothing() -> Head:
    return Head(seq=0, hash=GENESIS)


def _against(home: Home, heads: Iterable[Head], latest: Head, found: Head) -> str:
    if latest.seq == 0:
        if found.seq > FOUNDING:
            return f"no checkpoint of it lies in {home.checkpoints_file}."
        is_ours = found.seq == 0 or _founded_by() in {"", home.digest()}
        return "" if is_ours else "its first entry says that it is another home's."
    if not signature_fits(home.public_key_file.read_bytes(), _last_signed(home)):
        return "the checkpoints are not signed by this home's key: the key, or they, are another home's."
    if latest.seq > found.seq:
        return (
            f"it ends at entry {found.seq}, but this home signed a checkpoint at entry {latest.seq}: "
            f"{latest.seq - found.seq} entries are missing."
        )
    if first_that_differs(heads) is not None:
        other = first_that_differs(_heads(home, since=0)) or latest
        return (
            f"entry {other.seq} is not the one of which this home signed a checkpoint: this is another home's "
            "database, or its history was rewritten."
        )
    if "records_ledgerhead" not in connection.introspection.table_names():
        return ""
    stated = LedgerHead.objects.filter(id=1).values_list("seq", "hash").first()
    if stated is None:
        return f"it ends at entry {found.seq}, but says nothing of its own end."
    if stated != (found.seq, found.hash):
        return f"it ends at entry {found.seq}, but says of itself that it ends at entry {stated[0]}."
    return ""


def _founded_by() -> str:
    """Return which home the first entry says it is of, "" where it does not say."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, version, payload FROM records_entry WHERE seq = %s", [FOUNDING])
        row = cursor.fetchone()
    event = codec.decode(*row) if row and row[2] is not None else None
    return event.home if isinstance(event, HomeFounded) else ""


def _heads(home: Home, since: int) -> tuple[Head, ...]:
    return read_heads(home.checkpoints_file, since=since) if home.checkpoints_file.exists() else ()


def _last_signed(home: Home) -> Mapping[str, Any]:
    for line in lines_backwards(home.checkpoints_file):
        try:
            signed = json.loads(line)
        except ValueError:
            continue
        if isinstance(signed, dict):
            return signed
    return {}


def _last_entry() -> Head:
    if not _has_entries_table():
        return _nothing()
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, hash FROM records_entry ORDER BY seq DESC LIMIT 1")
        row = cursor.fetchone()
    return Head(seq=row[0], hash=row[1]) if row else _nothing()


def first_that_differs(heads: Iterable[Head]) -> Head | None:
    """Return the first head, by entry, that the ledger does not have as it was known; None where all fit."""
    wanted = sorted({head for head in heads if head.seq}, key=lambda head: (head.seq, head.hash))
    with connection.cursor() as cursor:
        for begin in range(0, len(wanted), AT_ONCE):
            some = wanted[begin : begin + AT_ONCE]
            marks = ", ".join(["%s"] * len(some))
            query = f"SELECT seq, hash FROM records_entry WHERE seq IN ({marks})"  # noqa: S608  marks alone
            cursor.execute(query, [head.seq for head in some])
            hashes = dict(cursor.fetchall())
            for head in some:
                if hashes.get(head.seq) != head.hash:
                    return head
    return None


def demand_own(home: Home) -> None:
    """Raise HomeError where the ledger found is not the one that this home's checkpoints know."""
    found = doubt(home)
    if found is not None:
        raise HomeError(
            f"The ledger in this home is in doubt: {found.words} It is not served and nothing was changed. "
            "Restore database and checkpoints of the same moment from the backup. Only if this is the best copy there "
            f'is, go on with it: sereniv accept-ledger --home {home.folder} --because "why, and who decided"'
        )


def accept(home: Home, found: Doubt, because: str, now: datetime) -> None:
    """Go on with a ledger that was in doubt: say so in the ledger itself, and sign it as this home's from here on.

    The checkpoints it did not fit are kept in the home's archive by the caller.
    """
    event = LedgerAccepted(
        reason=because,
        doubt=found.words,
        expected_seq=found.expected.seq,
        expected_hash=found.expected.hash,
        found_seq=found.found.seq,
        found_hash=found.found.hash,
    )
    with transaction.atomic():
        LedgerHead.objects.update_or_create(id=1, defaults={"seq": found.found.seq, "hash": found.found.hash})
        projections.rebuild()
        writing = Writing(by=SYSTEM, now=now, key=f"accepted-{found.found.seq}-{found.expected.seq}")
        chart_store.append([New(stream="home", event=event, at=now)], writing)
        write_checkpoint(home, now)


def note_restored(home: Home, backup_made_at: datetime, program: str, ended: Head, now: datetime) -> int:
    """Say in a restored ledger that it was restored and from which moment; return the entry that says so."""
    event = HomeRestored(backup_made_at=backup_made_at, program=program, to_seq=ended.seq, to_hash=ended.hash)
    with transaction.atomic():
        writing = Writing(by=SYSTEM, now=now, key=f"restored-{ended.seq}-{now:%Y%m%d%H%M%S%f}")
        (noted,) = chart_store.append([New(stream="home", event=event, at=now)], writing)
        write_checkpoint(home, now)
    return noted.seq

"""What every act and every chart asks of the ledger, written out: to build it anew costs more than to answer it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import connection

from sereniv.clinic.records.models import Entry, Id, Person

END_OF_LEDGER = "SELECT seq, hash FROM records_ledgerhead WHERE id = 1"
MOVE_END_OF_LEDGER = "UPDATE records_ledgerhead SET seq = %s, hash = %s WHERE id = 1"
END_OF_STREAM = "SELECT max(stream_seq) FROM records_entry WHERE stream = %s"
MARKS = "SELECT stream, hash, salt FROM records_entry WHERE stream IN ({}) ORDER BY stream, stream_seq"
OF_KEYS = "SELECT * FROM records_entry WHERE key IN ({}) ORDER BY seq"
KEYS_FROM = "SELECT key FROM records_entry WHERE key >= %s AND key < %s ORDER BY seq"
READABLE_FROM = (
    "SELECT * FROM records_entry WHERE stream IN ({}) AND stream_seq >= %s AND payload IS NOT NULL "
    "ORDER BY stream, stream_seq"
)
TOUCH = (
    "UPDATE records_derivedrow SET touched = %s WHERE person_id IN ({0}) OR person_id IN "
    "(SELECT joined_into_id FROM records_person WHERE id IN ({0}) AND joined_into_id IS NOT NULL)"
)
_OUT_OF_TIME = (
    "NOT (made_for = touched)", "basis < %s", "basis > %s", "holds_until <= %s", "made_at > %s", "made_at IS NULL"
)  # fmt: skip
_BEHIND = (
    "EXISTS (SELECT 1 FROM records_derivedrow WHERE list = %s AND " + each + ")"  # noqa: S608  names are ours
    for each in _OUT_OF_TIME
)
ANYBODY_BEHIND = (
    "SELECT (SELECT count(*) FROM records_derivedrow WHERE list = %s) "  # noqa: S608  names are ours
    f"< (SELECT count(*) FROM records_person WHERE erased_at IS NULL) OR {' OR '.join(_BEHIND)}"
)
"""Asked one by one, and each of an index of its own: all in one condition would walk everybody."""

OF_SESSIONS = "SELECT person_id FROM records_sessionrow WHERE id IN ({})"


def end_of_ledger(locking: str = "") -> tuple[int, str]:
    """Return number and hash of the ledger's last entry; `locking` is added to the question."""
    with connection.cursor() as cursor:
        cursor.execute(END_OF_LEDGER + locking)
        seq, digest = cursor.fetchone()
    return seq, digest


def move_end_of_ledger(seq: int, digest: str) -> None:
    """Write down where the ledger ends now."""
    with connection.cursor() as cursor:
        cursor.execute(MOVE_END_OF_LEDGER, [seq, digest])


def end_of_stream(stream: str) -> int:
    """Return the number of the last entry in a stream, 0 for an empty one."""
    with connection.cursor() as cursor:
        cursor.execute(END_OF_STREAM, [stream])
        (last,) = cursor.fetchone()
    return last or 0


def marks(streams: Collection[str]) -> Iterable[tuple[str, str, str]]:
    """Return stream, hash and salt of every entry of some streams, each stream in its order."""
    with connection.cursor() as cursor:
        cursor.execute(MARKS.format(_places(streams)), list(streams))
        found: list[tuple[str, str, str]] = cursor.fetchall()
    return found


def entries_of(keys: Collection[str]) -> list[Entry]:
    """Return the entries with these idempotency keys, in the ledger's order."""
    return list(Entry.objects.raw(OF_KEYS.format(_places(keys)), list(keys)))


def keys_from(beginning: str) -> list[str]:
    """Return the idempotency keys that go on with a hexadecimal digit after this beginning, in the ledger's order."""
    with connection.cursor() as cursor:
        cursor.execute(KEYS_FROM, [beginning, f"{beginning}g"])
        return [key for (key,) in cursor.fetchall()]


def readable_from(streams: Collection[str], first: int) -> list[Entry]:
    """Return the entries of some streams from a number on that no law had erased, each stream in its order."""
    return list(Entry.objects.raw(READABLE_FROM.format(_places(streams)), [*streams, first]))


def touch(people: Sequence[Id], sessions: Sequence[Id], seq: int) -> None:
    """Mark these people, those of these sessions, and whoever their record is joined to, as moved by entry `seq`."""
    field = Person._meta.pk
    ids = [field.get_db_prep_value(each, connection) for each in people]
    with connection.cursor() as cursor:
        if sessions:
            asked = [field.get_db_prep_value(each, connection) for each in sessions]
            cursor.execute(OF_SESSIONS.format(_places(asked)), asked)
            ids += [person_id for (person_id,) in cursor.fetchall()]
        if ids:
            cursor.execute(TOUCH.format(_places(ids)), [seq, *ids, *ids])


def anybody_behind(name: str, basis: str, now: str | datetime) -> bool:
    """Say whether a list lacks anybody, or holds rows that were moved, have another basis or are out of time."""
    with connection.cursor() as cursor:
        cursor.execute(ANYBODY_BEHIND, [name, name, name, basis, name, basis, name, now, name, now, name])
        (found,) = cursor.fetchone()
    return bool(found)


def _places(values: Collection[object]) -> str:
    # An empty list is no list to PostgreSQL; nothing equals NULL.
    return ", ".join(["%s"] * len(values)) or "NULL"

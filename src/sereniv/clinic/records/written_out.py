"""What every act and every chart asks of the ledger, written out: to build it anew costs more than to answer it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

from sereniv.clinic.records.models import Entry, Id, Person, SessionRow, VialRow

ModelT = TypeVar("ModelT", bound=Model)

ENTRY, PERSON, SESSION = (
    ", ".join(field.column for field in each._meta.concrete_fields) for each in (Entry, Person, SessionRow)
)
"""The columns of a table in the order of its model's fields."""

END_OF_LEDGER = "SELECT seq, hash FROM records_ledgerhead WHERE id = 1"
MOVE_END_OF_LEDGER = "UPDATE records_ledgerhead SET seq = %s, hash = %s WHERE id = 1"
END_OF_STREAM = "SELECT max(stream_seq) FROM records_entry WHERE stream = %s"
ANYBODY_SINCE = (
    "SELECT 1 FROM records_entry WHERE stream = %s AND stream_seq > %s AND payload IS NOT NULL AND recorded_by <> %s "
    "LIMIT 1"
)
MARKS = "SELECT stream, hash, salt FROM records_entry WHERE stream IN ({}) ORDER BY stream, stream_seq"
OF_KEYS = f"SELECT {ENTRY} FROM records_entry WHERE key IN ({{}}) ORDER BY seq"  # noqa: S608  names are ours
KEYS_FROM = "SELECT key FROM records_entry WHERE key >= %s AND key < %s ORDER BY seq"
ENTRIES_FROM = (
    f"SELECT {ENTRY} FROM records_entry WHERE stream IN ({{}}) "  # noqa: S608  names are ours
    "AND stream_seq >= %s ORDER BY stream, stream_seq"
)
RECORDS_OF = (
    f"SELECT {PERSON} FROM records_person WHERE id IN ({{0}}) "  # noqa: S608  names are ours
    "OR joined_into_id IN ({0})"
)
SESSIONS_OF = f"SELECT {SESSION} FROM records_sessionrow WHERE person_id IN ({{}})"  # noqa: S608  names are ours
IS_ERASED = "SELECT 1 FROM records_person WHERE id = %s AND erased_at IS NOT NULL"
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


def anybody_since(stream: str, last: int, but: str) -> bool:
    """Say whether anybody but one author wrote in a stream after its entry number `last`.

    Nobody sees an entry that the law had erased, so that nobody can have decided without it.
    """
    with connection.cursor() as cursor:
        cursor.execute(ANYBODY_SINCE, [stream, last, but])
        return cursor.fetchone() is not None


def marks(streams: Collection[str]) -> Iterable[tuple[str, str, str]]:
    """Return stream, hash and salt of every entry of some streams, each stream in its order."""
    with connection.cursor() as cursor:
        cursor.execute(MARKS.format(_places(streams)), list(streams))
        found: list[tuple[str, str, str]] = cursor.fetchall()
    return found


def entries_of(keys: Collection[str]) -> list[Entry]:
    """Return the entries with these idempotency keys, in the ledger's order."""
    return _rows(Entry, OF_KEYS, keys)


def keys_from(beginning: str) -> list[str]:
    """Return the idempotency keys that go on with a hexadecimal digit after this beginning, in the ledger's order."""
    with connection.cursor() as cursor:
        cursor.execute(KEYS_FROM, [beginning, f"{beginning}g"])
        return [key for (key,) in cursor.fetchall()]


def entries_from(streams: Collection[str], first: int) -> list[Entry]:
    """Return the entries of some streams from a number on, erased ones without content, each stream in its order."""
    return _rows(Entry, ENTRIES_FROM, streams, [first])


def add(entries: Sequence[Entry]) -> None:
    """Add entries to the ledger's table, in their order."""
    with connection.cursor() as cursor:
        cursor.executemany(_adding(Entry), [_values(entry) for entry in entries])


def put(row: SessionRow | VialRow) -> None:
    """Write a row in the place of the one with its id, in one statement; a clash with another's row still raises."""
    with connection.cursor() as cursor:
        cursor.execute(_putting(type(row)), _values(row))
    row._state.adding, row._state.db = False, connection.alias


def records_of(people: Sequence[Id]) -> list[Person]:
    """Return the records of these people and those joined into them, whoever was erased among them, in no order."""
    ids = _ids(people)
    return _rows(Person, RECORDS_OF, ids, ids)


def sessions_of(records: Sequence[Person]) -> list[SessionRow]:
    """Return the rows of every session that was opened in one of these records, in no order."""
    return _rows(SessionRow, SESSIONS_OF, _ids([each.pk for each in records])) if records else []


def is_erased(person_id: Id) -> bool:
    """Say whether somebody was erased by law."""
    with connection.cursor() as cursor:
        cursor.execute(IS_ERASED, _ids([person_id]))
        return cursor.fetchone() is not None


def touch(people: Sequence[Id], sessions: Sequence[Id], seq: int) -> None:
    """Mark these people, those of these sessions, and whoever their record is joined to, as moved by entry `seq`."""
    ids = _ids(people)
    with connection.cursor() as cursor:
        if sessions:
            asked = _ids(sessions)
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


def _rows(model: type[ModelT], sql: str, among: Collection[Any], more: Sequence[Any] = ()) -> list[ModelT]:
    """Return the rows that a question answers with, which names all columns in the order of the model's fields."""
    with connection.cursor() as cursor:
        cursor.execute(sql.format(_places(among)), [*among, *more])
        found = cursor.fetchall()
    if not found:
        return []
    names = [field.attname for field in model._meta.concrete_fields]
    readers = _readers(model, connection.vendor)
    return [model.from_db(connection.alias, names, _read(row, readers)) for row in found]


Reader = Callable[[Any, Any, Any], Any]


@cache
def _readers(model: type[Model], vendor: str) -> Mapping[int, tuple[Any, Sequence[Reader]]]:
    """Return how a column's value becomes what its field holds, by its place, where the database has another type."""
    del vendor  # What a database gives differs by its kind alone.
    columns = (field.get_col(model._meta.db_table) for field in model._meta.concrete_fields)
    found = ((each, [*connection.ops.get_db_converters(each), *each.get_db_converters(connection)]) for each in columns)
    return {place: (each, readers) for place, (each, readers) in enumerate(found) if readers}


def _read(row: Sequence[Any], readers: Mapping[int, tuple[Any, Sequence[Reader]]]) -> list[Any]:
    values = list(row)
    for place, (column, steps) in readers.items():
        for step in steps:
            values[place] = step(values[place], column, connection)
    return values


@cache
def _adding(model: type[Model]) -> str:
    columns = [field.column for field in model._meta.concrete_fields]
    return f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({_places(columns)})"  # noqa: S608  ours


@cache
def _putting(model: type[Model]) -> str:
    moved = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    return f"{_adding(model)} ON CONFLICT (id) DO UPDATE SET {', '.join(f'{each} = excluded.{each}' for each in moved)}"


def _values(row: Model) -> list[Any]:
    return [field.get_db_prep_save(getattr(row, field.attname), connection) for field in row._meta.concrete_fields]


def _ids(ids: Iterable[Id]) -> list[Any]:
    """Return ids as the database keeps them."""
    return [Person._meta.pk.get_db_prep_value(each, connection) for each in ids]


def _places(values: Collection[object]) -> str:
    # An empty list is no list to PostgreSQL; nothing equals NULL.
    return ", ".join(["%s"] * len(values)) or "NULL"

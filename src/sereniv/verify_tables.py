"""Whether staff and register in a home's file still say what the entries about their rows say.

The chain holds how each row stood after each change; pages read the tables. A row that was changed past the program
differs from its last entry, and is named. Needs nothing of the rest but `verify`.
"""

import json
import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sereniv.verify import Row, connected, is_database


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table whose rows stand in the chain, too: by which kind of entry, in which streams, and what of a row it says.

    `marks` are columns beside these by which a row says that it was erased by law.
    """

    name: str
    what: str
    kind: str
    streams: str
    key: str
    fields: tuple[str, ...]
    marks: tuple[str, ...] = ()


STAFF = Table(
    name="accounts_staff",
    what="staff",
    kind="StaffEntered",
    streams="staff",
    key="username",
    fields=("full_name", "roles", "is_active", "co_signs_orders", "let_in_by", "new_until"),
)
REGISTER = Table(
    name="records_person",
    what="register",
    kind="IdentityEntered",
    streams="register/",
    key="id",
    fields=("family_name", "given_names", "born", "sex_at_birth", "phone", "address", "indication"),
    marks=("erased_at",),
)


def told_otherwise(
    table: Table, entries: Iterable[tuple[int, str, str | None]], rows: Mapping[str, Row]
) -> Iterator[str]:
    """Name the rows of a table that are not as their last entries say.

    Parameters
    ----------
    entries
        Number, stream and payload (None when erased) of every entry of the table's kind, in their order.
    rows
        The table's rows by their key, values as the payloads write them.
    """
    said: dict[str, tuple[int, Row | None]] = {}
    for seq, stream, payload in entries:
        content = None if payload is None else json.loads(payload)
        name = str(content[table.key]) if content and table.key in content else stream.removeprefix(table.streams)
        said[name] = (seq, content)
    if not said:
        return
    for name in sorted(set(rows) - set(said)):
        if not any(rows[name].get(mark) for mark in table.marks):
            yield f"{table.what}: {name} stands in its table, and no entry of the ledger says so"
    for name, (seq, content) in sorted(said.items()):
        yield from _row_faults(table, name, seq, content, rows.get(name))


def _row_faults(table: Table, name: str, seq: int, content: Row | None, row: Row | None) -> Iterator[str]:
    if row is None:
        yield f"{table.what}: entry {seq} speaks of {name}, and its table has no such row"
        return
    erased = any(row.get(mark) for mark in table.marks)
    if content is None or erased:
        if (content is None) is not erased:
            yield f"{table.what}: {name} is erased by law in its table or in entry {seq}, and not in the other"
        return
    differing = [each for each in table.fields if row[each] != content.get(each)]
    if differing:
        yield f"{table.what}: {', '.join(differing)} of {name} differ from entry {seq}: changed past the program"


def table_faults(path: Path) -> tuple[str, ...]:
    """Hold the tables of a home's SQLite file against the entries about their rows; nothing where it has none."""
    if not is_database(path):
        return ()
    with closing(connected(path)) as connection:
        return tuple(fault for table in (STAFF, REGISTER) for fault in faults_of_table(connection, table))


def faults_of_table(connection: sqlite3.Connection, table: Table) -> Iterator[str]:
    """Hold one table of an open database against the entries about its rows."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [table.name]).fetchone():
        return
    columns = (table.key, *table.fields, *table.marks)
    query = f"SELECT {', '.join(columns)} FROM {table.name}"  # noqa: S608  names are ours
    rows = (dict(zip(columns, map(_as_written, columns, values), strict=True)) for values in connection.execute(query))
    by_key = {str(row[table.key]): row for row in rows}
    entries = connection.execute(
        "SELECT seq, stream, payload FROM records_entry WHERE kind = ? ORDER BY seq", [table.kind]
    )
    yield from told_otherwise(table, entries, by_key)


def _as_written(column: str, value: object) -> object:
    """Return a value of SQLite's as a payload writes it."""
    if column == "roles":
        return json.loads(str(value))
    if column in {"is_active", "co_signs_orders"}:
        return bool(value)
    if column == "new_until" and value:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return moment.replace(tzinfo=UTC).isoformat()
    if column == "id":
        return str(uuid.UUID(str(value)))
    return value.isoformat() if isinstance(value, date) else value

"""A PostgreSQL database as one file, by PostgreSQL's own `pg_dump`, and back by `pg_restore`.

`pg_dump` rather than the server's log: it needs no rights on that server beyond the clinic's own database, its file
goes into the same backup as the home's keys, and it restores into any newer PostgreSQL. Who runs the server may
stream its log besides.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit, urlunsplit

from sereniv.clinic.backup.archive import BackupError
from sereniv.clinic.database_url import missing_driver, without_password
from sereniv.clinic.home import Home
from sereniv.verify import ENVELOPE_FIELDS, GENESIS, Head, Row

if TYPE_CHECKING:
    import psycopg

DUMP = "postgresql.dump"
COLUMNS = (*ENVELOPE_FIELDS, "payload", "salt", "payload_hash", "hash")


def dump(home: Home, folder: Path) -> tuple[Path, Head]:
    """Dump a home's database as of one moment, and return the file with the ledger's head of that moment."""
    file = folder / DUMP
    with _connected(home.database_url) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute("SELECT seq, hash FROM records_entry ORDER BY seq DESC LIMIT 1").fetchone()
        exported = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert exported is not None  # noqa: S101  a function returns a row
        options = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={exported[0]}", f"--file={file}")
        _run("pg_dump", home.database_url, *options)
    return file, Head(seq=row[0], hash=row[1]) if row else Head(seq=0, hash=GENESIS)


def restore(file: Path, url: str) -> None:
    """Bring a dump into an empty database, whole or not at all.

    Raises
    ------
    BackupError
        When the database cannot be reached, holds tables already, or does not take the dump.
    """
    with _connected(url) as connection:
        query = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        row = connection.execute(query).fetchone()
    if row and row[0]:
        raise BackupError(f"The database {without_password(url)} holds tables already. Make an empty one (createdb).")
    _run("pg_restore", url, "--no-owner", "--no-privileges", "--single-transaction", str(file))


def read_through(file: Path) -> None:
    """Read a dump to its end as a script, without a database; raises BackupError where it cannot be read."""
    _called("pg_restore", ["--file", os.devnull, str(file)], dict(os.environ))


def rows(url: str) -> Iterator[Row]:
    """Read the ledger's entries in order, as `verify` reads them."""
    with _connected(url) as connection, connection.cursor(name="ledger") as cursor:
        # The names are this module's own.
        cursor.execute(f"SELECT {', '.join(COLUMNS)} FROM records_entry ORDER BY seq".encode())  # noqa: S608
        for values in cursor:
            yield dict(zip(COLUMNS, values, strict=True))


def _connected(url: str) -> "psycopg.Connection":
    try:
        import psycopg
    except ImportError as error:
        raise BackupError(missing_driver()) from error
    try:
        return psycopg.connect(url)
    except psycopg.Error as error:
        raise BackupError(f"PostgreSQL at {without_password(url)} could not be used: {error}") from error


def _run(program: str, url: str, *options: str) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, where no list of processes shows it."""
    parts = urlsplit(url)
    place = urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@", 1)))
    environment = {**os.environ, "PGPASSWORD": unquote(parts.password or "")}
    _called(program, [f"--dbname={place}", *options], environment)


def _called(program: str, options: list[str], environment: dict[str, str]) -> None:
    try:
        subprocess.run([program, *options], env=environment, check=True, capture_output=True, text=True)  # noqa: S603  no shell
    except FileNotFoundError as error:
        raise BackupError(f"{program} is missing: install PostgreSQL's client programs on this computer.") from error
    except subprocess.CalledProcessError as error:
        raise BackupError(f"{program} did not take part: {str(error.stderr).strip()[-500:]}") from error

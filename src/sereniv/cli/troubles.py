"""What keeps a home from being opened or written, in words that say how to mend it."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from shutil import disk_usage

import click
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError

from sereniv.clinic.database_url import missing_driver, without_password
from sereniv.clinic.home import Home
from sereniv.clinic.home_files import os_words

DAMAGED = ("malformed", "not a database", "disk image")
NOT_WRITABLE = ("readonly", "read-only", "unable to open")
NO_ROOM = 2**20
"""Bytes free under which SQLite's *disk I/O error* means a full disk: not even what it keeps beside the file fits."""

MAY_NOT_MAKE = (
    "Its user must be able to make and fill tables there, as the database's owner can: ALTER DATABASE … OWNER TO …."
)


@contextmanager
def in_words(home: Home) -> Iterator[None]:
    """Turn what a database or a disk refuses into a message of the command line, and the exit code 1."""
    try:
        yield
    except ImproperlyConfigured as error:
        if "psycopg" not in str(error):
            raise
        raise click.ClickException(missing_driver()) from error
    except (DatabaseError, sqlite3.Error) as error:
        words = postgresql_words(home.database_url, error) if home.database_url else sqlite_words(home, error)
        raise click.ClickException(words) from error
    except OSError as error:
        raise click.ClickException(os_words(home.folder, error)) from error


def sqlite_words(home: Home, error: Exception) -> str:
    """Say what is wrong with a home's own database file."""
    said = str(error).lower()
    file = home.database_file
    if any(word in said for word in DAMAGED):
        return (
            f"{file} is damaged ({error}). Copy the whole home aside first, then restore the database from the backup; "
            f"`sereniv verify FILE` says of a copy what it still holds."
        )
    if "full" in said or ("disk i/o" in said and disk_usage(home.folder).free < NO_ROOM):
        return os_words(home.folder, OSError(errno.ENOSPC, ""))
    if any(word in said for word in NOT_WRITABLE):
        return os_words(home.folder, OSError(errno.EACCES, ""))
    return f"{file} cannot be used: {error}."


def postgresql_words(url: str, error: Exception) -> str:
    """Say why PostgreSQL did not let us in, without the password."""
    said = " ".join(str(error).split())
    shown = without_password(url)
    lowered = said.lower()
    if "password authentication failed" in lowered or "no password supplied" in lowered:
        mend = "Mend user and password; what is special in a URL (@ : / ? # %) is written percent-encoded."
    elif "does not exist" in lowered:
        mend = "Make that database or user first (createdb, createuser), or mend the name."
    elif "query parameter" in lowered:
        mend = "Mend what stands behind the question mark of the URL."
    elif "pg_hba" in lowered:
        mend = "That server lets nobody in like this: add this computer, user and database to its pg_hba.conf."
    elif "read-only" in lowered or "permission denied" in lowered:
        mend = MAY_NOT_MAKE
    elif "ssl" in lowered or "certificate" in lowered:
        mend = "Mend sslmode and sslrootcert in the URL, or the certificate of the server."
    elif any(word in lowered for word in ("refused", "translate", "resolve", "timeout", "unreachable", "no route")):
        mend = "See that it runs there and that host and port are right."
    else:
        mend = "The home was left as it was."
    return f"PostgreSQL at {shown} could not be used: {said.rstrip('.')}. {mend}"

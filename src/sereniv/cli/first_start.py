"""A home's first start, which may be interrupted at any moment and then begins again.

While the database is being made and a demo staged, a marker file stands in the home. Nobody is served
before it is gone, so whatever an interrupted start left behind holds nothing of anybody's.
"""

import os
import shutil
from datetime import datetime
from pathlib import Path

import click

from sereniv.clinic.home import Home, Kind

DATABASE_FILES = ("sereniv.db", "sereniv.db-wal", "sereniv.db-shm")
BOOKS = (*DATABASE_FILES, "checkpoints.jsonl", "clock.json")


def begin(home: Home, real: datetime) -> None:
    """Clear away an interrupted first start, and mark one that begins now.

    Raises
    ------
    click.ClickException
        When a clinic's database is missing or empty although what a start leaves beside it shows that there was one.
    """
    if home.database_url:
        return
    if home.unfinished_file.exists():
        for name in BOOKS:
            (home.folder / name).unlink(missing_ok=True)
        return
    if not home.lacks_its_database():
        return
    if home.was_served() and home.kind is Kind.CLINIC:
        gone = "empty" if home.database_file.exists() else "missing"
        raise click.ClickException(
            f"{home.database_file} is {gone}, but what lies beside it shows that this home had one. "
            "Restore the database from the backup; a new one would hide what is lost."
        )
    set_aside(home, real)
    descriptor = os.open(home.unfinished_file, os.O_WRONLY | os.O_CREAT, 0o600)
    os.fsync(descriptor)
    os.close(descriptor)


def finish(home: Home) -> None:
    """Take the marker away: the home may be served."""
    home.unfinished_file.unlink(missing_ok=True)


def set_aside(home: Home, real: datetime) -> Path | None:
    """Move database, checkpoints and clock, whole, into the home's archive; None when there is nothing to move."""
    return _set_aside(home, real, BOOKS)


def set_checkpoints_aside(home: Home, real: datetime) -> Path | None:
    """Move the checkpoints that a ledger does not fit into the home's archive; None when there are none."""
    return _set_aside(home, real, (home.checkpoints_file.name,))


def _set_aside(home: Home, real: datetime, names: tuple[str, ...]) -> Path | None:
    present = [name for name in names if (home.folder / name).exists()]
    if not present:
        return None
    aside = home.folder / "archive" / real.strftime("%Y%m%dT%H%M%S.%fZ")
    aside.mkdir(parents=True)
    for name in present:
        shutil.move(home.folder / name, aside / name)
    return aside

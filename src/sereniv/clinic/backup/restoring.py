"""A home brought back from a backup, checked before anything serves it."""

import json
import os
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sereniv import __version__
from sereniv.clinic.backup import archive, key, parts, postgresql
from sereniv.clinic.backup.addresses import Brought
from sereniv.clinic.backup.archive import BackupError, Manifest
from sereniv.clinic.backup.making import DATABASE, working_folder
from sereniv.clinic.home import is_newer
from sereniv.clinic.home_files import os_words, sync_folder
from sereniv.verify import CHECKPOINTS, PUBLIC_KEY, Head, Row, check, read_heads, read_ledger

URL_LINE = re.compile(r"^database_url = .*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What is known from outside the backup: heads noted elsewhere, and whether losing what came after is accepted."""

    heads: tuple[Head, ...] = ()
    accepts_loss: bool = False


def restore(backup: Brought, keys: key.Keys, place: Path, outside: Outside, database_url: str = "") -> Manifest:
    """Bring a backup back as a new home at `place`; nothing is left there when any check fails.

    Parameters
    ----------
    database_url
        An empty PostgreSQL database, for the backup of a home that keeps its entries in one.

    Raises
    ------
    BackupError
        When `place` is taken, the key does not fit, the backup is damaged, its ledger is not sound, or it ends before
        a head that is known from outside.
    """
    demand_room(place)
    with working_folder(place.parent) as folder:
        manifest = unpacked(backup, keys, folder, outside, database_url)
        key.keep(folder, *keys)
        for file in folder.iterdir():
            file.chmod(0o644 if file.name == PUBLIC_KEY else 0o600)
        _moved(folder, place)
    return manifest


def demand_room(place: Path) -> None:
    """Raise where a home cannot come to lie at `place`, before anything is brought from far; make the folder above."""
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise BackupError(f"{place} holds something already. Restore to a folder that is new or empty.")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BackupError(os_words(place.parent, error)) from error


def unpacked(found: Brought, keys: key.Keys, folder: Path, outside: Outside, database_url: str = "") -> Manifest:
    """Unpack a backup into an empty folder and hold its ledger against its manifest, checkpoints and outside heads."""
    backup = found.whole
    if not backup.is_file():
        raise BackupError(f"{backup} is not there.")
    manifest = archive.read(backup, keys, folder)
    if found.parts:
        manifest = parts.applied(backup, manifest, found.parts, keys, folder, accepts_loss=outside.accepts_loss)
    if is_newer(manifest.program, __version__):
        raise BackupError(
            f"{backup.name} was made by Sereniv {manifest.program}; this is {__version__}. Restore it with that one."
        )
    if (folder / DATABASE).exists():
        _demand_whole(folder / DATABASE, backup)
        _demand_sound(read_ledger(folder / DATABASE), folder, manifest, outside, backup)
    else:
        _into_postgresql(folder, manifest, outside, backup, database_url)
    return manifest


def _into_postgresql(folder: Path, manifest: Manifest, outside: Outside, backup: Path, url: str) -> None:
    if not url:
        raise BackupError(
            f"{backup.name} is of a home with PostgreSQL: make an empty database (createdb) "
            "and name it with --database-url."
        )
    dump = folder / postgresql.DUMP
    postgresql.restore(dump, url)
    _demand_sound(postgresql.rows(url), folder, manifest, outside, backup)
    dump.unlink()
    settings = folder / "home.toml"
    line = f"database_url = {json.dumps(url)}"
    settings.write_text(URL_LINE.sub(lambda _: line, settings.read_text(encoding="utf-8")), encoding="utf-8")


def _demand_whole(database: Path, backup: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            said = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        said = str(error)
    if said != "ok":
        raise BackupError(f"The database in {backup.name} is damaged ({said}). Take another backup.")


def _demand_sound(rows: Iterable[Row], folder: Path, manifest: Manifest, outside: Outside, backup: Path) -> None:
    """Walk the whole chain, and raise where it is not the one of its manifest, its checkpoints and the outside."""
    ends = manifest.head.seq
    latest = max((head.seq for head in outside.heads), default=0)
    if latest > ends and not outside.accepts_loss:
        raise BackupError(
            f"{backup.name} ends at entry {ends}, but entry {latest} is known from outside: "
            f"{latest - ends} entries would be lost. Take a newer backup; "
            "only if there is none, say --accept-loss and enter them again from paper."
        )
    known = [head for head in outside.heads if head.seq <= ends]
    report = check(rows, (*_checkpoints(folder, backup), *known))
    if report.faults:
        raise BackupError(f"The ledger in {backup.name} is not sound: {report.faults[0]}. Take another backup.")
    if report.head != manifest.head:
        raise BackupError(f"The ledger in {backup.name} ends at entry {report.head.seq}, not at {ends} as it says.")


def _checkpoints(folder: Path, backup: Path) -> tuple[Head, ...]:
    """Return the heads that the backup's own checkpoints signed; all must fit the key beside them."""
    file = folder / CHECKPOINTS
    try:
        return read_heads(file, folder / PUBLIC_KEY) if file.exists() else ()
    except ValueError as error:
        raise BackupError(
            f"The checkpoints in {backup.name} do not fit their key: {error} Take another one."
        ) from error


def _moved(folder: Path, place: Path) -> None:
    """Give the checked folder its name; the empty folder that stood there makes room."""
    if place.exists():
        place.rmdir()
    place.mkdir(mode=0o700)
    for file in folder.iterdir():
        os.replace(file, place / file.name)
    sync_folder(place)
    sync_folder(place.parent)

"""A backup of a home, made while the home is served: nobody waits for it, and it holds one moment."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from sereniv import __version__
from sereniv.clinic.backup import archive, key, postgresql
from sereniv.clinic.backup.archive import BackupError, Manifest
from sereniv.clinic.backup.basis import Basis
from sereniv.clinic.backup.pages import pages_of
from sereniv.clinic.backup.target import Kept, Target
from sereniv.clinic.home import Home
from sereniv.clinic.home_files import os_words
from sereniv.verify import GENESIS, Head, read_heads

DATABASE = "sereniv.db"
LOCK = "backup.lock"
WORKING = ".backup-"
SMALL_FILES = (
    "home.toml",
    "secret.key",
    "checkpoint.key",
    "checkpoint.pem",
    "checkpoints.jsonl",
    "gateway.token",
    "written-by",
    "clock.json",
    "backup.toml",
    "backup-access.toml",
    "outside.toml",
    "health.token",
    "waiting.key",
)
LAST_ENTRY = "SELECT seq, hash FROM records_entry ORDER BY seq DESC LIMIT 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup that lies at its target. `size` is in bytes; `signed_seq` is the last entry that the home signed.

    `basis` is what parts follow; none follow where the entries lie in PostgreSQL.
    """

    kept: Kept
    place: str
    size: int
    signed_seq: int
    basis: Basis | None = None

    @property
    def lacks_entries(self) -> bool:
        """Say whether the ledger ends before an entry of which the home signed a checkpoint: it was cut short."""
        return self.signed_seq > self.kept.seq


def make(home: Home, target: Target, now: datetime) -> Made:
    """Back a home up to a target.

    The database is copied as of one moment, by SQLite's own backup or PostgreSQL's `pg_dump`. The checkpoints are
    copied before it, so that every head among them stands in the ledger of the copy.

    Raises
    ------
    BackupError
        When the home cannot be read, the target cannot be written, or it lies within the home.
    """
    _demand_apart(home, target)
    with one_at_a_time(home), working_folder(home.folder) as folder:
        recipient = key.of_home(home).to_public()
        files = small_files(home, folder)
        database, head = postgresql.dump(home, folder) if home.database_url else snapshot(home.database_file, folder)
        files.append(database)
        manifest = manifest_of(home, files, head, now)
        kept = Kept(made_at=manifest.made_at.replace(microsecond=0), seq=head.seq)
        sealed = folder / kept.name
        archive.write(manifest, files, sealed, recipient)
        return Made(
            kept=kept,
            place=target.put(sealed, kept),
            size=sealed.stat().st_size,
            signed_seq=_signed_seq(folder / "checkpoints.jsonl"),
            basis=None if home.database_url else _basis(kept, sealed, database, manifest),
        )


def _basis(kept: Kept, sealed: Path, database: Path, manifest: Manifest) -> Basis:
    small = {each.name: each.sha256 for each in manifest.members if each.name != DATABASE}
    return Basis(kept=kept, sealed=archive.sha256(sealed), pages=pages_of(database), small=small)


def manifest_of(home: Home, files: Sequence[Path], head: Head, now: datetime) -> Manifest:
    """Return what a backup of these files, whole or a part, says of itself."""
    return Manifest(
        program=__version__,
        kind=home.kind,
        timezone=home.timezone,
        made_at=now.astimezone(UTC),
        head=head,
        members=tuple(archive.member(file) for file in files),
    )


def small_files(home: Home, folder: Path) -> list[Path]:
    """Copy what a home owns beside its database."""
    found = [home.folder / name for name in SMALL_FILES if (home.folder / name).exists()]
    return [Path(shutil.copyfile(file, folder / file.name)) for file in found]


def _signed_seq(checkpoints: Path) -> int:
    """Return the last entry that a home signed; 0 where it signed none, or what it signed does not read."""
    try:
        return max((head.seq for head in read_heads(checkpoints)), default=0)
    except (OSError, ValueError):
        return 0


@contextmanager
def one_at_a_time(home: Home) -> Iterator[None]:
    """Hold the home's lock on backups, and clear away what a killed one left; raises BackupError where one is made."""
    lock = FileLock(home.folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BackupError("A backup of this home is being made or proven just now. Try again in a minute.") from error
    except OSError as error:
        raise BackupError(os_words(home.folder, error)) from error
    try:
        for left in home.folder.glob(f"{WORKING}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        lock.release()


@contextmanager
def working_folder(beside: Path) -> Iterator[Path]:
    """Give a private folder to work in, gone afterwards; raises BackupError where the disk takes nothing."""
    try:
        with tempfile.TemporaryDirectory(prefix=WORKING, dir=beside) as folder:
            yield Path(folder)
    except OSError as error:
        raise BackupError(os_words(beside, error)) from error


def snapshot(database: Path, folder: Path) -> tuple[Path, Head]:
    """Copy a SQLite database as of one moment, page by page, and return the copy with its ledger's head."""
    if not database.exists():
        raise BackupError(f"{database} is missing: there is nothing to back up. Start the server once, or restore.")
    copy = folder / DATABASE
    try:
        address = f"{database.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as source, closing(sqlite3.connect(copy)) as into:
            # A copy that a power cut takes is made anew.
            into.execute("PRAGMA synchronous=OFF")
            source.backup(into, pages=-1)
            # The copy is one file: no log beside it that could be left behind.
            into.execute("PRAGMA journal_mode=DELETE")
            row = into.execute(LAST_ENTRY).fetchone()
    except sqlite3.Error as error:
        raise BackupError(f"{database} cannot be read: {error}.") from error
    return copy, Head(seq=row[0], hash=row[1]) if row else Head(seq=0, hash=GENESIS)


def _demand_apart(home: Home, target: Target) -> None:
    folder = target.store.folder
    if folder is not None and folder.resolve().is_relative_to(home.folder.resolve()):
        raise BackupError(
            f"{folder} lies within the home: what takes the one takes the other. "
            "Name a folder on another disk, better on another computer."
        )

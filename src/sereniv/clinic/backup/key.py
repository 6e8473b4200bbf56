"""The key to a home's backups: an age identity in the home, and in a copy outside the building."""

from pathlib import Path

import pyrage

from sereniv.clinic.backup.archive import BackupError
from sereniv.clinic.home import Home
from sereniv.clinic.home_files import lies_empty, os_words, write_new

FILE = "backup.key"


def of_home(home: Home) -> pyrage.x25519.Identity:
    """Return the home's key, making it where there is none yet."""
    file = home.folder / FILE
    if lies_empty(file):
        # A full disk once left it so: no backup was ever sealed to it.
        file.unlink()
    if not file.exists():
        keep(home.folder, pyrage.x25519.Identity.generate())
    return read(file)


def keep(folder: Path, identity: pyrage.x25519.Identity) -> None:
    """Write a key into a home's folder, for this user alone.

    Raises
    ------
    BackupError
        When the folder takes no file, or holds a key already.
    """
    try:
        write_new(folder / FILE, f"{identity}\n".encode("ascii"))
    except OSError as error:
        raise BackupError(os_words(folder / FILE, error)) from error


def read(file: Path) -> pyrage.x25519.Identity:
    """Read a key from a file: a line that begins AGE-SECRET-KEY-1; lines that begin with # are passed over.

    Raises
    ------
    BackupError
        When the file holds no such line or cannot be read.
    """
    try:
        lines = [line.strip() for line in file.read_text(encoding="ascii", errors="replace").splitlines()]
        written = next(line for line in lines if line and not line.startswith("#"))
        return pyrage.x25519.Identity.from_str(written)
    except OSError as error:
        raise BackupError(os_words(file, error)) from error
    except (StopIteration, pyrage.IdentityError) as error:
        raise BackupError(f"{file} holds no key of backups: a line that begins AGE-SECRET-KEY-1.") from error

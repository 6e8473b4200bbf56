"""The key to a home's backups: an age identity in the home, and in a copy outside the building."""

from pathlib import Path

import pyrage

from sereniv.clinic.backup.archive import BackupError
from sereniv.clinic.home import Home
from sereniv.clinic.home_files import lies_empty, os_words, write_new

FILE = "backup.key"
NONE = "{file} holds no key of backups: a line that begins AGE-SECRET-KEY-1."
Keys = tuple[pyrage.x25519.Identity, ...]


def of_home(home: Home) -> pyrage.x25519.Identity:
    """Return the home's key, making it where there is none yet."""
    file = home.folder / FILE
    if lies_empty(file):
        # A full disk once left it so: no backup was ever sealed to it.
        file.unlink()
    if not file.exists():
        keep(home.folder, pyrage.x25519.Identity.generate())
    return read(file)[0]


def all_of_home(home: Home) -> Keys:
    """Return the home's key, and after it those of before: they open what was sealed to them."""
    of_home(home)
    return read(home.folder / FILE)


def keep(folder: Path, *identities: pyrage.x25519.Identity) -> None:
    """Write a key into a home's folder, for this user alone.

    Raises
    ------
    BackupError
        When the folder takes no file, or holds a key already.
    """
    try:
        write_new(folder / FILE, written(identities))
    except OSError as error:
        raise BackupError(os_words(folder / FILE, error)) from error


def written(identities: Keys) -> bytes:
    """Return keys as they stand in a file, the newest first."""
    return "".join(f"{each}\n" for each in identities).encode("ascii")


def read(file: Path) -> Keys:
    """Read the keys of a file: lines that begin AGE-SECRET-KEY-1, the newest first; those with # are passed over.

    Raises
    ------
    BackupError
        When the file holds no such line or cannot be read.
    """
    try:
        lines = [line.strip() for line in file.read_text(encoding="ascii", errors="replace").splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except OSError as error:
        raise BackupError(os_words(file, error)) from error
    except pyrage.IdentityError as error:
        raise BackupError(NONE.format(file=file)) from error
    if not found:
        raise BackupError(NONE.format(file=file))
    return tuple(found)

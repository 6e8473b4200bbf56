"""What opens the place where backups go: kept in the home's folder, never in an address, a command or a log."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from cattrs import Converter
from cattrs.errors import ForbiddenExtraKeysError

from sereniv.clinic.backup.archive import BackupError
from sereniv.clinic.home import Home
from sereniv.clinic.home_files import os_words, write_private

FILE = "backup-access.toml"
THIS_COMPUTER = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What an SFTP server or an S3 store asks for, as a file says it; what is empty is not used.

    `host_key` and `certificate` are by whom the place is known: an SSH host key, and the PEM of an authority that
    this computer does not know.
    """

    password: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)
    host_key: str = ""
    access_key_id: str = ""
    secret_access_key: str = field(default="", repr=False)
    endpoint: str = ""
    region: str = "us-east-1"
    certificate: str = ""

    def __post_init__(self) -> None:
        """Refuse what would send backups in the clear."""
        if self.endpoint and not (urlsplit(self.endpoint).scheme == "https" or self.is_beside):
            raise ValueError("endpoint begins with https://, but for one on this computer")

    @property
    def is_beside(self) -> bool:
        """Say whether the store is one on this computer, which needs no TLS."""
        parts = urlsplit(self.endpoint)
        return parts.scheme == "http" and parts.hostname in THIS_COMPUTER


_reading = Converter(forbid_extra_keys=True, detailed_validation=False)


def read(file: Path) -> Access:
    """Read what opens a place from a TOML file.

    Raises
    ------
    BackupError
        When the file cannot be read; what it holds is not repeated.
    """
    try:
        return _reading.structure(tomllib.loads(file.read_text(encoding="utf-8")), Access)
    except OSError as error:
        raise BackupError(os_words(file, error)) from error
    except (ValueError, TypeError, ForbiddenExtraKeysError) as error:
        # Python's words for a broken line say where it is, not what stands there.
        raise BackupError(f"{file} does not say what opens the place of backups: {error}.") from error


def of_home(home: Home) -> Access:
    """Return what the home keeps; an empty one where its backups need none."""
    file = home.folder / FILE
    return read(file) if file.exists() else Access()


def keep(home: Home, file: Path) -> None:
    """Take a file's content into the home, for this user alone."""
    read(file)
    try:
        write_private(home.folder / FILE, file.read_bytes())
    except OSError as error:
        raise BackupError(os_words(home.folder / FILE, error)) from error

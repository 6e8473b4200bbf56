"""Where backups are kept: a folder on another disk or computer, with one file a backup and a name that says when."""

import os
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sereniv.clinic.backup.archive import BackupError, sha256
from sereniv.clinic.home_files import os_words, sync_folder

NAME = re.compile(r"sereniv-(\d{8}T\d{6}Z)-(\d{10})\.age")
STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Kept:
    """A backup as its name says it: when it was made, and at which entry its ledger ended."""

    made_at: datetime
    seq: int

    @property
    def name(self) -> str:
        """The file's name."""
        return f"sereniv-{self.made_at:{STAMP}}-{self.seq:010}.age"


class Target:
    """A folder that holds backups.

    Raises
    ------
    BackupError
        From every method, when the folder cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def kept(self) -> list[Kept]:
        """Return the backups that lie here, oldest first; other files are passed over."""
        try:
            names = [each.name for each in self.folder.iterdir()]
        except OSError as error:
            raise BackupError(os_words(self.folder, error)) from error
        found = (NAME.fullmatch(name) for name in names)
        return sorted(_kept(match) for match in found if match)

    def put(self, backup: Path, kept: Kept) -> Path:
        """Bring a backup here under its name, and compare what lies here with what was brought."""
        place, unfinished = self.folder / kept.name, self.folder / f".{kept.name}.unfinished"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(backup, unfinished)
            with unfinished.open("rb+") as file:
                os.fsync(file.fileno())
            if sha256(unfinished) != sha256(backup):
                raise BackupError(f"What was written to {self.folder} is not what was brought there: mend that disk.")
            unfinished.replace(place)
            sync_folder(self.folder)
        except OSError as error:
            raise BackupError(os_words(self.folder, error)) from error
        finally:
            _gone(unfinished)
        return place

    def place_of(self, kept: Kept) -> Path:
        """Return the file of a backup."""
        return self.folder / kept.name

    def remove(self, kept: Kept) -> None:
        """Let a backup go."""
        try:
            self.place_of(kept).unlink(missing_ok=True)
        except OSError as error:
            raise BackupError(os_words(self.folder, error)) from error


def _kept(match: re.Match[str]) -> Kept:
    return Kept(made_at=datetime.strptime(match[1], STAMP).replace(tzinfo=UTC), seq=int(match[2]))


def _gone(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError:
        # The folder itself went away; the error that says so is on its way already.
        return

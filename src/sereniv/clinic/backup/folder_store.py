"""A folder on another disk, or on another computer's that is mounted here."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from sereniv.clinic.backup.archive import BackupError, sha256
from sereniv.clinic.backup.target import left_behind, unfinished
from sereniv.clinic.home_files import os_words, sync_folder


class FolderStore:
    """Backups in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder: Path = folder

    @property
    def words(self) -> str:
        """The folder's path."""
        return str(self.folder)

    def names(self) -> list[str]:
        """Return what lies in the folder."""
        try:
            return [each.name for each in self.folder.iterdir()]
        except OSError as error:
            raise BackupError(os_words(self.folder, error)) from error

    def put(self, file: Path, name: str) -> None:
        """Copy a file here, and give it its name once it is on the disk and is what was brought."""
        arriving = self.folder / unfinished(name)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for left in left_behind(self.names(), name):
                _gone(self.folder / left)
            shutil.copyfile(file, arriving)
            with arriving.open("rb+") as content:
                os.fsync(content.fileno())
            if sha256(arriving) != sha256(file):
                raise BackupError(f"What was written to {self.folder} is not what was brought there: mend that disk.")
            arriving.replace(self.folder / name)
            sync_folder(self.folder)
        except OSError as error:
            raise BackupError(os_words(self.folder, error)) from error
        finally:
            _gone(arriving)

    def get(self, name: str, into: Path) -> Path:
        """Say where a file lies: it is on this computer already."""
        del into
        return self.folder / name

    def remove(self, names: Sequence[str]) -> None:
        """Delete files."""
        try:
            for name in names:
                (self.folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise BackupError(os_words(self.folder, error)) from error


def _gone(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError:
        # The folder itself went away; the error that says so is on its way already.
        return

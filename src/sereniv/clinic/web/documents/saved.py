"""The hand-over sheet of every open chair as a file in the home's folder: read and printed with the server gone."""

import logging
import os
import re
import threading
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.db import close_old_connections

from sereniv.clinic import clock
from sereniv.clinic.home import Home
from sereniv.clinic.home_files import write_private
from sereniv.clinic.operating.sheets import SAVED_EVERY, folder_of
from sereniv.clinic.records import queries
from sereniv.clinic.records.models import SessionRow
from sereniv.clinic.web.documents.pdf import pdf
from sereniv.clinic.web.documents.views import paper_of_the_clinic
from sereniv.clinic.workflows.documents import documents

PRIVATE_FOLDER = 0o700
LOOKS_EVERY_S = 60.0

log = logging.getLogger(__name__)


class SavedSheets(threading.Thread):
    """The background thread of a served home that keeps a sheet of each open chair beside it."""

    def __init__(self, home: Home) -> None:
        super().__init__(name="sheets", daemon=True)
        self._home = home
        self._ending = threading.Event()

    def run(self) -> None:
        """Look at once, then once a minute until told to end."""
        while True:
            try:
                save_sheets(self._home, clock.now(), clock.real_now())
            except Exception:  # a thread that ends by an exception is noticed by nobody; the next look is as needed
                log.exception("The sheets of the open chairs could not be saved; tried again.")
            finally:
                close_old_connections()
            if self._ending.wait(LOOKS_EVERY_S):
                return

    def end(self) -> None:
        """End; the sheets stay, for a server that does not come back."""
        self._ending.set()
        self.join(timeout=1)


def save_sheets(home: Home, now: datetime, real: datetime) -> None:
    """Save the sheet of each open chair that has none or an old one, and let go of those of chairs that are free.

    Parameters
    ----------
    now
        By the home's clock: as of when a sheet is.
    real
        By the computer's: how old a file is.

    Raises
    ------
    Exception
        The first that kept a sheet from being drawn or written, once every other sheet was tried.
    """
    folder = folder_of(home)
    folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    sheets = {name_of(row): row for row in queries.open_sessions()}
    # Before any is drawn: none of a chair that is free, or of whoever sat there before, waits for one that fails.
    for file in folder.iterdir():
        if file.name not in sheets:
            file.unlink()
    failed: list[Exception] = []
    for name, row in sheets.items():
        try:
            _save(folder / name, row, now, real)
        except Exception as error:  # noqa: BLE001  one chart that does not draw ends nothing for the other chairs
            failed.append(error)
    if failed:
        raise failed[0]


def _save(file: Path, row: SessionRow, now: datetime, real: datetime) -> None:
    if not _is_due(file, real):
        return
    sheet = documents.hand_over_of(row, now)
    if sheet is not None:
        write_private(file, pdf(sheet, paper_of_the_clinic()))
        os.utime(file, (real.timestamp(), real.timestamp()))


def name_of(row: SessionRow) -> str:
    """Return what the file of a sheet is called: by the chair, never by whom it is about."""
    return f"Hand-over-{re.sub(r'[^0-9A-Za-z]+', '-', row.chair).strip('-')}-{_mark(row)}.pdf"


def _mark(row: SessionRow) -> str:
    """Tell one infusion from the next at the same chair, and chairs whose names differ in signs no file's name has."""
    return sha256(f"{row.chair}\n{row.pk}".encode()).hexdigest()[:8]


def _is_due(file: Path, real: datetime) -> bool:
    try:
        saved = file.stat().st_mtime
    except FileNotFoundError:
        return True
    # One from a clock that was ahead is no newer for that.
    return not 0 <= real.timestamp() - saved < SAVED_EVERY.total_seconds()

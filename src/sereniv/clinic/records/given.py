"""Files with one person's record lie in the home for an hour, so that whoever made one can save it, and no longer."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sereniv.clinic.home import Home
from sereniv.clinic.home_files import write_new

FOLDER = "given"
KEPT_FOR = timedelta(hours=1)


def keep(home: Home, person_id: uuid.UUID, content: bytes) -> str:
    """Keep a file for this user alone; returns its name, which nobody guesses."""
    folder = home.folder / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    key = uuid.uuid4().hex
    place = folder / f"{person_id}-{key}.zip"
    write_new(place, content)
    return key


def kept(home: Home, person_id: uuid.UUID, key: str, real: datetime) -> Path | None:
    """Return where one person's file lies, None where there is none or its hour is over."""
    let_go(home, real)
    place = home.folder / FOLDER / f"{person_id}-{key}.zip"
    return place if key.isalnum() and place.exists() else None


def forget(home: Home, people: Iterable[uuid.UUID]) -> None:
    """Remove every file with the record of one of these people: they are erased."""
    for person_id in people:
        for place in (home.folder / FOLDER).glob(f"{person_id}-*.zip"):
            place.unlink(missing_ok=True)


def let_go(home: Home, real: datetime) -> None:
    """Remove the files whose hour is over."""
    for place in (home.folder / FOLDER).glob("*.zip"):
        if datetime.fromtimestamp(place.stat().st_mtime, UTC) + KEPT_FOR <= real:
            place.unlink(missing_ok=True)

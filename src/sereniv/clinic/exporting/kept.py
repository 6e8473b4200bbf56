"""Exports made on the page lie in the home for a day, so that whoever asked can take them, and no longer."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sereniv.clinic.home import Home

FOLDER = "exports"
KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One export that can be taken. `size` is in bytes."""

    place: Path
    size: int
    until: datetime


def folder_of(home: Home) -> Path:
    """Return where exports lie, made for this user alone."""
    folder = home.folder / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def kept(home: Home, real: datetime) -> list[Kept]:
    """Return the exports that can still be taken, the newest first."""
    found = []
    for place in (home.folder / FOLDER).glob("sereniv-export-*"):
        facts = place.stat()
        until = datetime.fromtimestamp(facts.st_mtime, UTC) + KEPT_FOR
        if until > real:
            found.append(Kept(place=place, size=facts.st_size, until=until))
    return sorted(found, key=lambda each: each.until, reverse=True)


def let_go(home: Home, real: datetime) -> None:
    """Remove the exports whose day is over."""
    for place in (home.folder / FOLDER).glob("sereniv-export-*"):
        if datetime.fromtimestamp(place.stat().st_mtime, UTC) + KEPT_FOR <= real:
            place.unlink(missing_ok=True)

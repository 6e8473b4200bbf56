"""What an app exported in bulk lies in the home for an hour after it was written, and no longer.

One folder for each export: what was asked, one file of lines for each type of resource, and at the end the manifest.
A folder without a manifest that nobody is writing belongs to a server that has ended.
"""

import json
import re
import shutil
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sereniv.clinic.home import Home
from sereniv.clinic.home_files import write_new

FOLDER = "bulk"
KEPT_FOR = timedelta(hours=1)
WRITTEN_FOR = timedelta(hours=24)
"""How long an export may be in the making before its folder is taken for one that was left behind."""

ASKED, MANIFEST = "asked.json", "manifest.json"
KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)
LINES = re.compile(r"[A-Za-z]{1,40}\.ndjson", re.ASCII)


def begin(home: Home, asked: Mapping[str, Any]) -> str:
    """Make a folder for an export, with what was asked; returns its key, which nobody guesses."""
    folder = home.folder / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    key = uuid.uuid4().hex
    place = folder / key
    place.mkdir(mode=0o700)
    write_new(place / ASKED, json.dumps(asked).encode())
    return key


def folder_of(home: Home, key: str) -> Path | None:
    """Return the folder of an export, None where there is none."""
    place = home.folder / FOLDER / key
    return place if KEY.fullmatch(key) and (place / ASKED).is_file() else None


def asked_of(home: Home, key: str) -> dict[str, Any] | None:
    """Return what was asked of an export, None where there is none."""
    return _read(home, key, ASKED)


def manifest_of(home: Home, key: str) -> dict[str, Any] | None:
    """Return the manifest of an export that is done, None before."""
    return _read(home, key, MANIFEST)


def _read(home: Home, key: str, name: str) -> dict[str, Any] | None:
    folder = folder_of(home, key)
    try:
        found: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8")) if folder else {}
    except OSError:
        return None
    return found or None


def finish(home: Home, key: str, manifest: Mapping[str, Any]) -> None:
    """Write the manifest, with which the files can be taken; raises OSError where the export is gone."""
    write_new(home.folder / FOLDER / key / MANIFEST, json.dumps(manifest, ensure_ascii=False).encode())


def until(home: Home, key: str) -> datetime | None:
    """Return until when the files of an export can be taken, None where it is not done."""
    try:
        written = (home.folder / FOLDER / key / MANIFEST).stat().st_mtime
    except OSError:
        return None
    return datetime.fromtimestamp(written, UTC) + KEPT_FOR


def lines(home: Home, key: str, name: str) -> Path | None:
    """Return one file of an export that is done, None where there is none."""
    folder = folder_of(home, key)
    if folder is None or not LINES.fullmatch(name) or until(home, key) is None:
        return None
    place = folder / name
    return place if place.is_file() else None


def drop(home: Home, key: str) -> None:
    """Let an export go; whoever is writing it finds nothing to finish."""
    if KEY.fullmatch(key):
        shutil.rmtree(home.folder / FOLDER / key, ignore_errors=True)


def drop_all(home: Home) -> None:
    """Let every export go: somebody was erased, and nobody looks into each for them."""
    for place in _all(home):
        drop(home, place.name)


def let_go(home: Home, real: datetime) -> None:
    """Let every export go whose hour is over, and what a server left behind that has ended."""
    for place in _all(home):
        ends = until(home, place.name)
        if ends is None:
            ends = datetime.fromtimestamp(place.stat().st_mtime, UTC) + WRITTEN_FOR
        if ends <= real:
            drop(home, place.name)


def _all(home: Home) -> list[Path]:
    folder = home.folder / FOLDER
    return [each for each in folder.iterdir() if KEY.fullmatch(each.name)] if folder.is_dir() else []

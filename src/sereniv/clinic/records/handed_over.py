"""Files that wait to be taken in: they lie in the home for a day with what was said of them, and no longer."""

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sereniv.clinic.home import Home

FOLDER = "imports"
KEPT_FOR = timedelta(hours=24)
MOST_KEPT = 10
KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """One file that waits: its name, whose record it is, and what was said of how to read it and of its people.

    `said` has what was chosen in the page's fields, by their names.
    """

    key: str
    name: str
    told_by: str
    brought_by: str
    until: datetime
    said: Mapping[str, str] = field(default_factory=dict)


def keep(home: Home, name: str, content: bytes, told_by: str, brought_by: str, real: datetime) -> HandedOver:
    """Keep a file for this user alone, and return under which key."""
    let_go(home, real)
    folder = _folder(home)
    for place in sorted(folder.glob("*.bin"), key=lambda each: each.stat().st_mtime)[: -(MOST_KEPT - 1)]:
        drop(home, place.stem)
    found = HandedOver(
        key=uuid.uuid4().hex, name=name, told_by=told_by, brought_by=brought_by, until=real + KEPT_FOR, said={}
    )
    place = folder / f"{found.key}.bin"
    place.touch(mode=0o600)
    place.write_bytes(content)
    say(home, found, {})
    return found


def say(home: Home, found: HandedOver, said: Mapping[str, str]) -> None:
    """Keep what was said of a file, unless it was let go meanwhile: nothing stays that tells of it."""
    place = _folder(home) / f"{found.key}.json"
    if not place.with_suffix(".bin").exists():
        return
    place.touch(mode=0o600)
    content = {
        "name": found.name, "told_by": found.told_by, "brought_by": found.brought_by,
        "until": found.until.isoformat(), "said": dict(said),
    }  # fmt: skip
    place.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    if not place.with_suffix(".bin").exists():
        place.unlink(missing_ok=True)


def found(home: Home, key: str, real: datetime) -> tuple[HandedOver, bytes] | None:
    """Return a file that waits and its bytes, None where there is none or its day is over."""
    let_go(home, real)
    place = _folder(home) / f"{key}.bin"
    if not KEY.fullmatch(key) or not place.exists():
        return None
    waiting = _read(place.with_suffix(".json"))
    return None if waiting is None else (waiting, place.read_bytes())


def all_of(home: Home, real: datetime) -> list[HandedOver]:
    """Return every file that waits, the one kept longest first."""
    let_go(home, real)
    waiting = (_read(each) for each in _folder(home).glob("*.json"))
    return sorted((each for each in waiting if each is not None), key=lambda each: each.until)


def drop(home: Home, key: str) -> None:
    """Let a file go."""
    for suffix in (".bin", ".json"):
        if KEY.fullmatch(key):
            (_folder(home) / f"{key}{suffix}").unlink(missing_ok=True)


def count_waiting(home: Home) -> int:
    """Return how many files wait."""
    return sum(1 for _ in _folder(home).glob("*.bin"))


def drop_all(home: Home) -> None:
    """Let every file go: somebody was erased, and nobody looks into each for their name."""
    for place in _folder(home).glob("*.bin"):
        drop(home, place.stem)


def let_go(home: Home, real: datetime) -> None:
    """Let every file go whose day is over, and what was said of a file that is gone."""
    for place in _folder(home).glob("*.bin"):
        if datetime.fromtimestamp(place.stat().st_mtime, UTC) + KEPT_FOR <= real:
            drop(home, place.stem)
    for place in _folder(home).glob("*.json"):
        if not place.with_suffix(".bin").exists():
            place.unlink(missing_ok=True)


def _read(place: Path) -> HandedOver | None:
    try:
        content = json.loads(place.read_text(encoding="utf-8"))
        return HandedOver(
            key=place.stem, name=str(content["name"]), told_by=str(content["told_by"]),
            brought_by=str(content["brought_by"]), until=datetime.fromisoformat(content["until"]),
            said={str(name): str(value) for name, value in content["said"].items()},
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _folder(home: Home) -> Path:
    folder = home.folder / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder

"""Where backups are kept: a place with one file a backup, and a name that says when it was made."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

NAME = re.compile(r"sereniv-(\d{8}T\d{6}Z)-(\d{10})\.age")
PART = re.compile(r"sereniv-(\d{8}T\d{6}Z)-(\d{10})\+(\d{4,})-(\d{8}T\d{6}Z)-(\d{10})\.age")
UNFINISHED = re.compile(r"\.sereniv-(\d{8}T\d{6}Z)-.*\.unfinished")
STAMP = "%Y%m%dT%H%M%SZ"
LEFT_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Kept:
    """A backup as its name says it: when it was made, and at which entry its ledger ended."""

    made_at: datetime
    seq: int

    @property
    def name(self) -> str:
        """The file's name."""
        return f"sereniv-{self.made_at:{STAMP}}-{self.seq:010}.age"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Part:
    """What was written since a whole backup, or since the part before, as its name says it."""

    base: Kept
    number: int
    made_at: datetime
    seq: int

    @property
    def name(self) -> str:
        """The file's name."""
        return f"{self.base.name.removesuffix('.age')}+{self.number:04}-{self.made_at:{STAMP}}-{self.seq:010}.age"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A whole backup and the parts that came since, in their order."""

    whole: Kept
    parts: tuple[Part, ...] = ()

    @property
    def until(self) -> datetime:
        """The moment that it reaches."""
        return max([self.whole.made_at, *(part.made_at for part in self.parts)])

    def up_to(self, part: Part) -> "Series":
        """Return it as it was when a part was its last."""
        return Series(whole=self.whole, parts=tuple(each for each in self.parts if each.number <= part.number))


class Store(Protocol):
    """A place that takes files by name: whole or not at all, and compared with what was brought.

    Raises
    ------
    BackupError
        From every method, when the place cannot be used.
    """

    @property
    def folder(self) -> Path | None:
        """The folder on this computer, None where it lies elsewhere."""

    @property
    def words(self) -> str:
        """How the place is called; never what opens it."""

    def names(self) -> list[str]:
        """Return the names of the files that lie here."""

    def put(self, file: Path, name: str) -> None:
        """Bring a file here under a name, and compare what lies here with what was brought."""

    def get(self, name: str, into: Path) -> Path:
        """Bring a file into a folder of this computer, or say where it lies on it already."""

    def remove(self, names: Sequence[str]) -> None:
        """Let files go; one that is gone already is passed over."""


class Target:
    """The backups at a store; each method raises BackupError where the store cannot be used."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def kept(self) -> list[Kept]:
        """Return the backups that lie here, oldest first; other files are passed over."""
        return sorted(kept for name in self.store.names() if (kept := kept_of(name)))

    def series(self) -> list[Series]:
        """Return whole backups with their parts, in the order of the moments that they reach."""
        names = self.store.names()
        wholes = [kept for name in names if (kept := kept_of(name))]
        newest: dict[tuple[Kept, int], Part] = {}
        for part in sorted(part for name in names if (part := part_of(name))):
            # One of which the answer was lost was sent again: the later one is what the next follows.
            newest[part.base, part.number] = part
        found = (
            Series(whole=each, parts=tuple(part for part in newest.values() if part.base == each)) for each in wholes
        )
        return sorted(found, key=lambda series: (series.until, series.whole))

    def put_part(self, sealed: Path, part: Part) -> None:
        """Bring a part here under its name."""
        self.store.put(sealed, part.name)

    def put(self, backup: Path, kept: Kept) -> str:
        """Bring a backup here under its name, and say where it lies."""
        self.store.put(backup, kept.name)
        return f"{self.store.words}/{kept.name}"

    def brought(self, one: Kept | Part, folder: Path) -> Path:
        """Return the file of a backup or a part, brought into `folder` where it does not lie on this computer."""
        return self.store.get(one.name, folder)

    def remove(self, gone: Iterable[Kept | Part]) -> None:
        """Let backups go."""
        if names := [each.name for each in gone]:
            self.store.remove(names)


def kept_of(name: str) -> Kept | None:
    """Return the backup that a file's name tells of, None where it is another file."""
    match = NAME.fullmatch(name)
    return Kept(made_at=_moment(match[1]), seq=int(match[2])) if match else None


def part_of(name: str) -> Part | None:
    """Return the part that a file's name tells of, None where it is another file."""
    match = PART.fullmatch(name)
    if match is None:
        return None
    base = Kept(made_at=_moment(match[1]), seq=int(match[2]))
    return Part(base=base, number=int(match[3]), made_at=_moment(match[4]), seq=int(match[5]))


def unfinished(name: str) -> str:
    """Return the name under which a file arrives; no backup is called so."""
    return f".{name}.unfinished"


def left_behind(names: Iterable[str], arriving: str) -> Iterator[str]:
    """Name what never arrived whole, a day and more before what arrives now: it is somebody's who is gone."""
    now = UNFINISHED.fullmatch(unfinished(arriving))
    for name in names:
        match = UNFINISHED.fullmatch(name)
        if now and match and _moment(now[1]) - _moment(match[1]) >= LEFT_AFTER:
            yield name


def _moment(stamp: str) -> datetime:
    return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)

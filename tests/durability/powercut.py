"""Rebuilds the files that a power cut could have left, from a record of what the app wrote and synced.

The disk's promise is only this: what was synced is there. Of everything written since a file's last
sync, a cut may leave nothing, all, the first so many writes, any of them, or any of their 512-byte
sectors; of names made, removed or replaced since the folder's last sync, the first so many.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from tests.durability.recording import Acknowledged, Create, Operation, Rename, Sync, Truncate, Unlink, Write

SECTOR = 512


class Style(Enum):
    """How much of the unsynced a cut leaves."""

    NOTHING = "nothing"
    ALL = "all"
    PREFIX = "the first so many"
    SUBSET = "any of them"
    TORN = "any sectors of any of them"


@dataclass(slots=True, eq=False)
class File:
    """One file, whatever its name: what is durable, what was done since, and how long a reader sees it."""

    durable: bytearray
    pending: list[Write | Truncate] = field(default_factory=list)
    length: int = 0

    def do(self, change: Write | Truncate) -> None:
        """Take a change that is not synced yet; a write at the end gets its place."""
        if isinstance(change, Truncate):
            self.length = change.length
        else:
            offset = self.length if change.offset is None else change.offset
            change = Write(change.name, offset, change.content)
            self.length = max(self.length, offset + len(change.content))
        self.pending.append(change)

    def sync(self) -> None:
        """Make every change durable."""
        for change in self.pending:
            apply(self.durable, change)
        self.pending.clear()


Names = dict[str, File]


@dataclass(slots=True)
class Disk:
    """A folder: the names a process sees, the names that are durable, and the changes of names between them."""

    seen: Names
    durable: Names
    pending: list[Create | Unlink | Rename] = field(default_factory=list)
    made: dict[int, File] = field(default_factory=dict)
    acknowledged: list[str] = field(default_factory=list)

    @classmethod
    def holding(cls, files: Mapping[str, bytes]) -> Disk:
        """Return a disk on which these files are durable."""
        names = {name: File(bytearray(content), length=len(content)) for name, content in files.items()}
        return cls(seen=dict(names), durable=dict(names))

    def do(self, operation: Operation) -> None:
        """Let the process do one thing."""
        match operation:
            case Acknowledged():
                self.acknowledged.append(operation.key)
            case Write() | Truncate():
                self.seen[operation.name].do(operation)
            case Sync(name=""):
                self.durable = self.named(len(self.pending))
                self.pending.clear()
            case Sync():
                self.seen[operation.name].sync()
            case Create():
                if operation.name not in self.seen:
                    self._rename(operation, self.seen)
                    self.pending.append(operation)
            case Unlink() | Rename():
                self._rename(operation, self.seen)
                self.pending.append(operation)

    def named(self, changes: int) -> Names:
        """Return the names on the disk after the first so many changes that are not durable yet."""
        names = dict(self.durable)
        for change in self.pending[:changes]:
            self._rename(change, names)
        return names

    def _rename(self, change: Create | Unlink | Rename, names: Names) -> None:
        match change:
            case Create():
                names[change.name] = self.made.setdefault(id(change), File(bytearray()))
            case Unlink():
                names.pop(change.name, None)
            case Rename():
                if change.name in names:
                    names[change.to] = names.pop(change.name)


def apply(content: bytearray, change: Write | Truncate) -> None:
    """Do a change to a file's content."""
    if isinstance(change, Truncate):
        del content[change.length :]
        content.extend(bytes(change.length - len(content)))
        return
    offset = change.offset or 0
    content.extend(bytes(max(0, offset - len(content))))
    content[offset : offset + len(change.content)] = change.content


def left_by_a_cut(disk: Disk, style: Style, rng: np.random.Generator) -> dict[str, bytes]:
    """Return the files that a cut at this moment could leave."""
    some = {Style.NOTHING: 0, Style.ALL: len(disk.pending)}
    names = disk.named(some.get(style, int(rng.integers(len(disk.pending) + 1))))
    return {name: _content(file, style, rng) for name, file in names.items()}


def _content(file: File, style: Style, rng: np.random.Generator) -> bytes:
    if not file.pending or style is Style.NOTHING:
        return bytes(file.durable)
    content = bytearray(file.durable)
    for change in _kept(file.pending, style, rng):
        apply(content, change)
    return bytes(content)


def _kept(pending: Sequence[Write | Truncate], style: Style, rng: np.random.Generator) -> Iterator[Write | Truncate]:
    if style is Style.ALL:
        yield from pending
    elif style is Style.PREFIX:
        yield from pending[: int(rng.integers(len(pending) + 1))]
    else:
        for change in pending:
            if rng.random() < 0.5:
                continue
            if style is Style.TORN and isinstance(change, Write):
                yield from _sectors(change, rng)
            else:
                yield change


def _sectors(change: Write, rng: np.random.Generator) -> Iterator[Write]:
    """Tear a write at the disk's sectors, of which each is kept or not by chance."""
    start, offset = 0, change.offset or 0
    while start < len(change.content):
        end = start + SECTOR - (offset + start) % SECTOR
        if rng.random() < 0.5:
            yield Write(change.name, offset + start, change.content[start:end])
        start = end

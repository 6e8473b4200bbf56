"""Reads what a process did to the files of one folder, as `strace` recorded it, into plain operations."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

TRACED = (
    "open,openat,creat,write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync,sync_file_range,ftruncate,truncate,"
    "fallocate,unlink,unlinkat,rename,renameat,renameat2,link,linkat,copy_file_range,sendfile,mmap"
)
LINE = re.compile(r"^\d+\s+(?P<call>\w+)\((?P<arguments>.*)\)\s+= (?P<result>-?\d+|0x[0-9a-f]+)")
OPENED = re.compile(r"^\d+\s+openat\((?P<arguments>.*)\)\s+= \d+<")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
DESCRIPTOR = re.compile(r"^\d+<([^>]*)>")
LONGEST_WRITE = 4_000_000


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes written to a file, at an offset, or at its end."""

    name: str
    offset: int | None
    content: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    """A file cut, or filled with zeros, to a length."""

    name: str
    length: int


@dataclass(frozen=True, slots=True)
class Create:
    """A name that came to be in the folder."""

    name: str


@dataclass(frozen=True, slots=True)
class Unlink:
    """A name removed from the folder."""

    name: str


@dataclass(frozen=True, slots=True)
class Rename:
    """A file that took another name, and whatever bore that name was replaced."""

    name: str
    to: str


@dataclass(frozen=True, slots=True)
class Sync:
    """One file's content made durable, or for the name "" the folder's names."""

    name: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The moment at which the writer told its client that an entry is kept."""

    key: str


Operation = Write | Truncate | Create | Unlink | Rename | Sync | Acknowledged


class Unmodelled(Exception):  # noqa: N818  what it is
    """The writer did something to its files that the replay does not know how to repeat."""


def strace_works() -> bool:
    """Say whether `strace` is here and may trace."""
    program = shutil.which("strace")
    if program is None:
        return False
    return subprocess.run([program, "-f", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode == 0


def record(command: Sequence[str], environment: dict[str, str], trace: Path, working: Path) -> None:
    """Run a command to its end and leave the record of its file operations in `trace`."""
    strace = ["strace", "-f", "-y", "-xx", "-s", str(LONGEST_WRITE), "-e", f"trace={TRACED}", "-e", "signal=none"]
    subprocess.run([*strace, "-o", str(trace), *command], env=environment, cwd=working, check=True)


def operations(trace: Path, folder: Path, acknowledgements: str, ignored: Sequence[str]) -> Iterator[Operation]:
    """Read a record: everything done to files right under `folder`, in its order.

    Parameters
    ----------
    trace
        What `record` left.
    folder
        Where the writer's files lie.
    acknowledgements
        Name of the file to which the writer wrote each acknowledged key and a line's end.
    ignored
        Names that the database rebuilds by itself, such as the shared-memory index.

    Raises
    ------
    Unmodelled
        When something was done that is not one of the operations above.
    """
    reader = _Reader(folder, ignored)
    with trace.open(encoding="ascii", errors="strict") as lines:
        for line in lines:
            for operation in reader.read(line):
                if isinstance(operation, Write) and operation.name == acknowledgements:
                    yield Acknowledged(operation.content.decode().strip())
                elif not isinstance(operation, Acknowledged) and operation.name != acknowledgements:
                    yield operation


class _Reader:
    """Knows which files lie in the folder and turns one line into operations."""

    def __init__(self, folder: Path, ignored: Sequence[str]) -> None:
        self._folder = str(folder)
        self._ignored = frozenset(ignored)
        self._marker = self._folder.encode().hex()

    def read(self, line: str) -> Iterator[Operation]:
        """Return what one line did to the folder's files; nothing for most."""
        if self._marker not in line.replace("\\x", ""):
            return
        found = LINE.match(line) or OPENED.match(line)
        if found is None:
            raise Unmodelled(line[:300])
        call = found.groupdict().get("call") or "openat"
        result = found.groupdict().get("result") or "0"
        if not result.startswith("-"):
            yield from self._operations(call, found["arguments"], result)

    def _operations(self, call: str, arguments: str, result: str) -> Iterator[Operation]:
        if call in {"open", "openat", "creat"}:
            yield from self._opened(arguments)
        elif call in {"write", "pwrite64", "fsync", "fdatasync", "ftruncate"}:
            yield from self._to_descriptor(call, arguments, int(result))
        elif call in {"unlink", "unlinkat", "rename", "renameat", "renameat2"}:
            yield from self._named(call, arguments)
        elif call != "mmap" or self._maps_for_writing(arguments):
            raise Unmodelled(f"{call}({_readable(arguments)})"[:300])

    def _opened(self, arguments: str) -> Iterator[Operation]:
        name = self._name(_texts(arguments)[-1])
        if name is None:
            return
        if "O_CREAT" in arguments:
            yield Create(name)
        if "O_TRUNC" in arguments:
            yield Truncate(name, 0)

    def _to_descriptor(self, call: str, arguments: str, result: int) -> Iterator[Operation]:
        descriptor = DESCRIPTOR.match(arguments)
        path = _plain(descriptor[1]) if descriptor else ""
        if path == self._folder and call in {"fsync", "fdatasync"}:
            yield Sync("")
        name = self._name(path)
        if name is None:
            return
        if call in {"fsync", "fdatasync"}:
            yield Sync(name)
        elif call == "ftruncate":
            yield Truncate(name, int(arguments.rsplit(",", 1)[1]))
        else:
            offset = int(arguments.rsplit(",", 1)[1]) if call == "pwrite64" else None
            content = _content(arguments)[:result]
            yield Write(name, offset, content)

    def _named(self, call: str, arguments: str) -> Iterator[Operation]:
        names = [self._name(path) for path in _texts(arguments)]
        if call.startswith("unlink") and names[0] is not None:
            yield Unlink(names[0])
        elif call.startswith("rename") and names[0] is not None and names[1] is not None:
            yield Rename(names[0], names[1])

    def _maps_for_writing(self, arguments: str) -> bool:
        mapped = re.search(r"\d+<([^>]*)>", arguments)
        name = self._name(_plain(mapped[1])) if mapped else None
        return name is not None and "PROT_WRITE" in arguments and "MAP_SHARED" in arguments

    def _name(self, path: str) -> str | None:
        parent, _, name = path.rpartition("/")
        return name if parent == self._folder and name not in self._ignored else None


def _plain(escaped: str) -> str:
    return bytes.fromhex(escaped.replace("\\x", "")).decode("utf-8", "replace") if "\\x" in escaped else escaped


def _texts(arguments: str) -> list[str]:
    return [_plain(text) for text, _ in TEXT.findall(arguments)]


def _content(arguments: str) -> bytes:
    found = TEXT.search(arguments)
    if found is None or found[2]:
        raise Unmodelled("a write longer than the record keeps")
    return bytes.fromhex(found[1].replace("\\x", ""))


def _readable(arguments: str) -> str:
    return re.sub(r"(?:\\x[0-9a-f]{2})+", lambda found: _plain(found[0]), arguments)

"""Whether what monitors sent is still what the ledger says they sent.

Samples are rows of their own, outside the chain. About once an hour an entry holds, for each session, how many came
since the last such entry and their digest: a sample that was changed, taken away or put in afterwards makes them
differ, and the session is named. Needs nothing of the rest but `verify`.
"""

import hashlib
import json
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sereniv.verify import connected, is_database

KIND = "SamplesDigested"
"""The kind of entry that holds digests."""

LINES = """
    SELECT id, session_id, id || char(31) || device || char(31) || signal || char(31)
        || coalesce(CAST(round(value * 100) AS INTEGER), '') || char(31) || at || char(31) || received_at
    FROM records_samplerow WHERE id > ? AND id <= ? ORDER BY id
"""
"""A sample as it is digested: hundredths of its value, "" for none, and times in UTC as SQLite keeps them."""

Lines = Iterable[tuple[int, str, str]]
"""Of each sample its number, its session (32 hexadecimal digits), and the line that is digested."""


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Digest:
    """How many samples of one session, and the SHA-256 of their lines in the order in which they were kept."""

    samples: int
    sha256: str


class Digests:
    """What some samples amount to, session by session."""

    def __init__(self) -> None:
        self._hashes: dict[str, _Hash] = {}
        self._counts: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._counts)

    def __contains__(self, session: str) -> bool:
        return session in self._counts

    def add(self, session: str, line: str) -> None:
        """Take one sample in."""
        found = self._hashes.get(session)
        if found is None:
            found = self._hashes[session] = hashlib.sha256()
            self._counts[session] = 0
        found.update(f"{line}\n".encode())
        self._counts[session] += 1

    def found(self) -> dict[str, Digest]:
        """Return the digest of each session."""
        return {
            str(uuid.UUID(name)): Digest(self._counts[name], each.hexdigest()) for name, each in self._hashes.items()
        }


def digests_of(lines: Lines) -> dict[str, Digest]:
    """Digest some samples."""
    digests = Digests()
    for _, session, line in lines:
        digests.add(session, line)
    return digests.found()


def told_otherwise(
    entries: Iterable[tuple[int, str | None]], lines_between: Callable[[int, int], Lines]
) -> Iterator[str]:
    """Name the sessions whose samples are not what entries say.

    Parameters
    ----------
    entries
        Number and payload of every entry of the kind, in their order.
    lines_between
        Gives the samples after one up to another, by their numbers.
    """
    for seq, payload in entries:
        if payload is None:
            continue  # its missing content is a fault of its own
        content = json.loads(payload)
        said = {each["session"]: Digest(each["samples"], each["sha256"]) for each in content["sessions"]}
        yield from _differing(seq, said, digests_of(lines_between(content["after"], content["upto"])))


def _differing(seq: int, said: Mapping[str, Digest], found: Mapping[str, Digest]) -> Iterator[str]:
    nothing = Digest(0, "")
    for session in sorted(set(said) | set(found)):
        then, now = said.get(session, nothing), found.get(session, nothing)
        if then.samples != now.samples:
            yield (
                f"samples of session {session}: {now.samples} are there of the {then.samples} in entry {seq}: "
                f"{'taken away' if now.samples < then.samples else 'put in'} past the program"
            )
        elif then != now:
            yield f"samples of session {session} differ from their digest in entry {seq}: changed past the program"


def sample_faults(path: Path) -> tuple[str, ...]:
    """Hold the samples in a home's SQLite file against the entries about them; nothing where it has none."""
    if not is_database(path):
        return ()
    with closing(connected(path)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'records_samplerow'").fetchone():
            return ()
        return tuple(faults_in(connection))


def faults_in(connection: sqlite3.Connection) -> Iterator[str]:
    """Hold the samples in an open database against the entries about them."""
    entries = connection.execute("SELECT seq, payload FROM records_entry WHERE kind = ? ORDER BY seq", [KIND])
    return told_otherwise(entries.fetchall(), lambda after, upto: connection.execute(LINES, [after, upto]))

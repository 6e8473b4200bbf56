"""Whether what monitors sent is still what the ledger says they sent.

Samples are rows of their own, outside the chain. About once an hour an entry holds, for each session, how many came
since the last such entry and their digest: a sample that was changed, taken away or put in afterwards makes them
differ, and the session is named. Where two people let the samples of a session go, an entry says how many, with the
proof of their digests, and another that they were all there when they went: then none may be there. Needs nothing of
the rest but `verify`.
"""

import hashlib
import json
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sereniv.verify import NOBODY, connected, is_database

KIND = "SamplesDigested"
"""The kind of entry that holds digests."""

LET_GO, GONE = "SamplesLetGo", "SamplesGone"
"""The kinds of entry by which two let the samples of sessions go, and which say of one session that they went whole."""

KINDS = (KIND, LET_GO, GONE)
COLUMNS = ("seq", "kind", "payload", "recorded_by", "co_signed_by")

LINES = """
    SELECT id, session_id, id || char(31) || device || char(31) || signal || char(31)
        || coalesce(CAST(round(value * 100) AS INTEGER), '') || char(31) || at || char(31) || received_at
    FROM records_samplerow WHERE {} ORDER BY id
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


@dataclass(frozen=True, slots=True)
class Said:
    """An entry about samples, as far as it is read here; its columns are `COLUMNS`."""

    seq: int
    kind: str
    payload: str | None
    by: str
    co_signed_by: str

    def content(self) -> Any:  # noqa: ANN401  JSON
        """Return what it says."""
        return json.loads(self.payload or "{}")


def proof_of(digests: Iterable[Digest]) -> Digest:
    """Return what the digests of one session amount to: how many samples, and one SHA-256 over them in their order."""
    found = list(digests)
    lines = "".join(f"{each.sha256}\n" for each in found)
    return Digest(sum(each.samples for each in found), hashlib.sha256(lines.encode()).hexdigest())


def told_otherwise(entries: Iterable[Said], lines_between: Callable[[int, int], Lines]) -> Iterator[str]:
    """Name the sessions whose samples are not what entries say.

    Parameters
    ----------
    entries
        Every entry of `KINDS`, in their order; the missing content of one is a fault of its own.
    lines_between
        Gives the samples after one up to another, by their numbers.
    """
    told = [each for each in entries if each.payload is not None]
    faults: list[str] = []
    gone = _gone(told, faults)
    yield from faults
    for each in told:
        if each.kind == KIND:
            content = each.content()
            found = digests_of(lines_between(content["after"], content["upto"]))
            yield from _differing(each.seq, _digests_in(content), found, gone)


def _digests_in(content: Any) -> dict[str, Digest]:  # noqa: ANN401  JSON
    return {each["session"]: Digest(each["samples"], each["sha256"]) for each in content["sessions"]}


def _gone(entries: Iterable[Said], faults: list[str]) -> dict[str, int]:
    """Return the sessions whose samples went whole, each with the entry by which two let them go.

    What does not add up is no word for anything, and a fault: it goes without two signatures, or names another number
    or another proof than the digests before it.
    """
    parts: dict[str, list[Digest]] = {}
    let_go: dict[str, int] = {}
    gone: dict[str, int] = {}
    for each in entries:
        content = each.content()
        if each.kind == KIND:
            for session, digest in _digests_in(content).items():
                parts.setdefault(session, []).append(digest)
        elif each.kind == LET_GO:
            if {each.by, each.co_signed_by} & NOBODY or each.by == each.co_signed_by:
                faults.append(f"entry {each.seq} lets samples go, and is not signed by two people")
                continue
            for session, digest in _digests_in(content).items():
                if proof_of(parts.get(session, ())) == digest:
                    let_go[session] = each.seq
                else:
                    faults.append(_other_proof(each.seq, session))
        elif let_go.get(content["session"]) != content["let_go"]:
            faults.append(
                f"samples of session {content['session']}: entry {each.seq} says they went, and no two let them"
            )
        elif proof_of(parts[content["session"]]) != Digest(content["samples"], content["sha256"]):
            faults.append(_other_proof(each.seq, content["session"]))
        else:
            gone[content["session"]] = content["let_go"]
    return gone


def _other_proof(seq: int, session: str) -> str:
    return f"samples of session {session}: entry {seq} names others than the digests before it"


def _differing(
    seq: int, said: Mapping[str, Digest], found: Mapping[str, Digest], gone: Mapping[str, int]
) -> Iterator[str]:
    nothing = Digest(0, "")
    for session in sorted(set(said) | set(found)):
        then, now = said.get(session, nothing), found.get(session, nothing)
        if seq < gone.get(session, 0):
            if now.samples:
                yield f"samples of session {session}: {now.samples} are there, and entry {gone[session]} let them go"
        elif then.samples != now.samples:
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
    marks = ", ".join("?" * len(KINDS))
    query = f"SELECT {', '.join(COLUMNS)} FROM records_entry WHERE kind IN ({marks}) ORDER BY seq"  # noqa: S608  names
    entries = [Said(*values) for values in connection.execute(query, KINDS)]
    lines = LINES.format("id > ? AND id <= ?")
    return told_otherwise(entries, lambda after, upto: connection.execute(lines, [after, upto]))


def gone_from(path: Path) -> tuple[str, ...]:
    """Say whose samples were let go by whom, in a home's SQLite file: a line for each entry of two."""
    if not is_database(path):
        return ()
    with closing(connected(path)) as connection:
        query = f"SELECT {', '.join(COLUMNS)} FROM records_entry WHERE kind = ? ORDER BY seq"  # noqa: S608  names
        told = [Said(*values) for values in connection.execute(query, [LET_GO])]
    return tuple(_in_words(each) for each in told if each.payload is not None)


def _in_words(said: Said) -> str:
    content = said.content()
    samples = sum(each["samples"] for each in content["sessions"])
    return (
        f"entry {said.seq}: {samples} samples of {len(content['sessions'])} sessions of before {content['before']}, "
        f"signed by {said.by} with {said.co_signed_by}: {content['reason']}"
    )

"""Checks a Sereniv ledger: finds an edited, deleted, reordered, blanked, truncated or rewritten entry and names it.

This one file needs only Python 3.11 and, to check signatures, the `cryptography` package, so that an
inspector can run it away from the clinic:

    python verify.py LEDGER [--against HEADS] [--public-key KEY.pem]

LEDGER is a home's `sereniv.db`, or the lines that `sereniv export-ledger` writes; which of the two is read from
its content. HEADS is a file of earlier heads (`checkpoints.jsonl`, or lines of `SEQ HASH` copied from signed
notes); without it the `checkpoints.jsonl` that lies beside LEDGER is taken. A chain alone does not stop somebody
who can rewrite all of it; an earlier head that left the building does.
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import re
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import pairwise
from json.encoder import encode_basestring as _quoted
from pathlib import Path

CHECKPOINTS = "checkpoints.jsonl"
PUBLIC_KEY = "checkpoint.pem"
SQLITE_MAGIC = b"SQLite format 3\0"

GENESIS = "0" * 64
"""What stands in for the hash before the first entry."""

ENVELOPE_FIELDS = (
    "seq",
    "stream",
    "stream_seq",
    "at",
    "recorded_at",
    "recorded_by",
    "co_signed_by",
    "key",
    "kind",
    "version",
)

COLUMNS = (*ENVELOPE_FIELDS, "payload", "salt", "payload_hash", "hash")

BLOCK = 64 * 1024
"""Bytes that are read at once of a file that is read from its end."""

NOT_JUST_NOW = frozenset({
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
})  # fmt: skip
"""SQLite's answers that speak of the disk or of others who use the file; any other says that the file is damaged."""

WORTH_SHARING = 100_000
"""A ledger of fewer entries is walked before a second process has started."""

ERASURE = "PayloadsErased"
"""The kind of entry by which two people erase, by law, what other entries say."""

ERASED_BY = ("medical director", "administrator")
"""The roles of the two who sign an erasure, one each."""

STAFF_ENTERED = "StaffEntered"
"""The kind of entry that says how somebody who works here stands."""

SAYING_WHY = frozenset({ERASURE, STAFF_ENTERED})
"""What is read in an entry of these says whether content that is missing may be."""

ERASABLE_STREAMS = ("person/", "session/", "register/")
"""How the streams begin in which anything may be erased; drug ledger, house and audit are kept by other laws."""

KEPT_KINDS = frozenset({
    "SessionOpened", "DrugPrepared", "GatePassed", "InfusionStarted", "InfusionFoundRunning", "RateChanged",
    "RateFound", "VolumeRead", "InfusionPaused", "InfusionResumed", "InfusionStopped", "EntryStruck", "DrugSpilt",
    "DrugReconciled", "SessionClosedUnused",
})  # fmt: skip
"""Kinds of a session that say which drug was ordered, drawn, run, given and wasted: no erasure takes them."""

NOBODY = frozenset({"", "system", "public", "patient", "screen locked"})
"""Who entries are recorded by where nobody had signed in: none of these can sign an erasure."""

Row = Mapping[str, object]


# What no entry was ever written with, such as bytes where a text stood, is written so that no hash fits it.
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=repr)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The ledger's end at some moment: how many entries, and the last one's hash."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a check found: the head it computed, heads it compared, what is erased by law, and every fault in words."""

    head: Head
    entries: int
    heads_compared: int
    erased: int
    faults: tuple[str, ...]
    erasures: tuple[str, ...] = ()
    """By whom what was erased, and on which law or request, one line for each erasure."""
    went_on_from: int = 0
    """The entry after which the walk began, 0 where it walked the whole."""

    @property
    def sound(self) -> bool:
        """True when there are entries and nothing was found: of an empty ledger nothing can be said."""
        return self.entries + self.went_on_from > 0 and not self.faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where a walk goes on: the head to which a ledger was checked, and where the streams that follow ended there."""

    head: Head
    stream_ends: Mapping[str, int]


FROM_THE_BEGINNING = Start(head=Head(seq=0, hash=GENESIS), stream_ends={})


def canonical(value: object) -> str:
    """Write a value as the ledger stores and hashes it: JSON, keys sorted, no spaces."""
    return _CANONICAL.encode(value)


def payload_hash(salt: str, payload: str) -> str:
    """Return SHA-256 of salt and payload; kept when the law erases a payload, so that the chain stays whole."""
    return hashlib.sha256((salt + payload).encode()).hexdigest()


def entry_hash(previous: str, row: Row) -> str:
    """Return an entry's hash: SHA-256 over the hash before it, its envelope and its salted payload hash."""
    envelope = canonical({name: row[name] for name in ENVELOPE_FIELDS})
    return hashlib.sha256(f"{previous}{envelope}{row['payload_hash']}".encode()).hexdigest()


def check(rows: Iterable[Row], heads: Sequence[Head] = (), start: Start = FROM_THE_BEGINNING) -> Report:
    """Walk a ledger in order and compare it with earlier heads.

    Parameters
    ----------
    rows
        Entries after `start`, ordered by `seq`, each with the envelope fields, `payload` (None when erased by law),
        `salt`, `payload_hash` and `hash`.
    heads
        Heads that were noted down earlier, none of them from before `start`.
    start
        Where an earlier check ended, whose word is taken for what lies before it.
    """
    faults: list[str] = []
    gone = _Gone()
    hashes: dict[int, str] = {start.head.seq: start.head.hash}
    stream_ends: dict[str, int] = dict(start.stream_ends)
    previous, expected, count = start.head.hash, start.head.seq + 1, 0
    for row in rows:
        count += 1
        gone.note(row)
        faults += _faults_of(row, expected, previous, stream_ends)
        stored = str(row["hash"])
        expected, previous = int(str(row["seq"])) + 1, stored
        hashes[int(str(row["seq"]))] = stored
        place = row["stream_seq"]
        stream_ends[str(row["stream"])] = place if isinstance(place, int) else 0
    faults += gone.faults(since=start.head.seq)
    faults += _against(heads, hashes)
    return Report(
        head=Head(seq=expected - 1, hash=previous),
        entries=count,
        heads_compared=len(heads),
        erased=len(gone.missing),
        faults=tuple(faults),
        erasures=tuple(each.words() for each in gone.erasures),
        went_on_from=start.head.seq,
    )


def check_file(path: Path, heads: Sequence[Head] = (), processes: int = 0) -> Report:
    """Check a ledger in a file; a long one in a home's database by a process for each core, in stretches.

    What the stretches cannot vouch for in full, `check` walks by itself from the first entry: it alone names faults,
    and what is said of a ledger does not depend on how it was walked.
    """
    many = processes or (os.cpu_count() or 1)
    if many > 1 and is_database(path) and (processes or _length(path) >= WORTH_SHARING):
        report = _checked_in_stretches(path, heads, many)
        if report is not None:
            return report
    return check(read_ledger(path), heads)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What one process found of a stretch in which all was in order; never made of one in which anything was not."""

    stream_begins: Mapping[str, int]
    stream_ends: Mapping[str, int]
    hashes: Mapping[int, str]
    """Of the heads that were noted in it, and of its last entry."""
    told: Sequence[Row]
    """What of it says why content may be missing: what is missing, erasures by law, and who the staff were."""


def _checked_in_stretches(path: Path, heads: Sequence[Head], many: int) -> Report | None:
    length = _length(path)
    cuts = [length * each // many for each in range(many + 1)]
    noted = [head.seq for head in heads]
    spans = list(pairwise(cuts))
    calls = [(path, after, upto, [seq for seq in noted if after < seq <= upto]) for after, upto in spans]
    try:
        with ProcessPoolExecutor(many, multiprocessing.get_context("spawn")) as pool:
            stretches = list(pool.map(_stretch, *zip(*calls, strict=True)))
    except (OSError, RuntimeError):
        return None  # no second process may be started here
    gone, hashes, ends = _Gone(), {0: GENESIS}, dict[str, int]()
    for each in stretches:
        if each is None or any(ends.get(name, 0) + 1 != begins for name, begins in each.stream_begins.items()):
            return None
        ends.update(each.stream_ends)
        hashes.update(each.hashes)
        for row in each.told:
            gone.note(row)
    if any(gone.faults(since=0)) or any(_against(heads, hashes)):
        return None
    return Report(
        head=Head(seq=length, hash=hashes[length]),
        entries=length,
        heads_compared=len(heads),
        erased=len(gone.missing),
        faults=(),
        erasures=tuple(each.words() for each in gone.erasures),
    )


def _stretch(path: Path, after: int, upto: int, noted: Sequence[int]) -> _Stretch | None:
    """Walk the entries after one up to another; None where a thing is not as it would be in a ledger just written."""
    connection = connected(path)
    try:
        return _in_order(connection, after, upto, frozenset((*noted, upto)))
    except (TypeError, sqlite3.DatabaseError):
        return None
    finally:
        connection.close()


def _in_order(connection: sqlite3.Connection, after: int, upto: int, noted: frozenset[int]) -> _Stretch | None:
    """Say what `check` says of entries of which it finds nothing, with as little as that takes for each of them."""
    begins: dict[str, int] = {}
    ends: dict[str, int] = {}
    hashes: dict[int, str] = {}
    told: list[Row] = []
    previous, expected = GENESIS, after + 1
    if after:
        (previous,) = connection.execute("SELECT hash FROM records_entry WHERE seq = ?", [after]).fetchone() or ("",)
    # Whatever lies before the first entry or has no number is met by the first stretch.
    which = f"seq > {after} AND seq <= {upto}" if after else f"seq <= {upto} OR seq IS NULL"
    query = f"SELECT {', '.join(COLUMNS)} FROM records_entry WHERE {which} ORDER BY seq"  # noqa: S608  names, numbers
    sha256, quoted = hashlib.sha256, _quoted
    for row in connection.execute(query):
        seq, stream, number, at, recorded, by, co_signed, key, kind, version, payload, salt, digest, stored = row
        if not (type(seq) is type(number) is type(version) is int) or seq != expected:
            return None
        if number != ends.get(stream, number - 1) + 1:
            return None
        if payload is None or kind in SAYING_WHY:
            told.append(dict(zip(COLUMNS, row, strict=True)))
        envelope = (
            f'{{"at":{quoted(at)},"co_signed_by":{quoted(co_signed)},"key":{quoted(key)},"kind":{quoted(kind)},'
            f'"recorded_at":{quoted(recorded)},"recorded_by":{quoted(by)},"seq":{seq},"stream":{quoted(stream)},'
            f'"stream_seq":{number},"version":{version}}}'
        )
        if payload is not None and sha256((salt + payload).encode()).hexdigest() != digest:
            return None
        previous = sha256(f"{previous}{envelope}{digest}".encode()).hexdigest()
        if previous != stored:
            return None
        begins.setdefault(stream, number)
        ends[stream] = number
        expected += 1
        if seq in noted:
            hashes[seq] = stored
    return _Stretch(begins, ends, hashes, told) if expected == upto + 1 else None


def _length(path: Path) -> int:
    """Return the number of a database's last entry, 0 where it says none."""
    connection = connected(path)
    try:
        last = connection.execute("SELECT max(seq) FROM records_entry").fetchone()[0]
    except sqlite3.DatabaseError:
        return 0
    finally:
        connection.close()
    return last if isinstance(last, int) else 0


def _faults_of(row: Row, expected: int, previous: str, stream_ends: Mapping[str, int]) -> Iterator[str]:
    seq = int(str(row["seq"]))
    if seq != expected:
        missing = f"entry {expected}" if seq == expected + 1 else f"entries {expected} to {seq - 1}"
        deleted = f"{missing} deleted (the next one there is {_name(row)})"
        yield deleted if seq > expected else f"{_name(row)} is out of order"
    elif stream_ends.get(str(row["stream"]), 0) + 1 != row["stream_seq"]:
        yield f"{_name(row)} is out of order in its stream"
    if row["payload"] is not None and payload_hash(str(row["salt"]), str(row["payload"])) != row["payload_hash"]:
        yield f"{_name(row)}: its content was edited"
    if entry_hash(previous, row) != row["hash"]:
        yield f"{_name(row)}: its envelope or its place in the chain was changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Erasure:
    """An entry by which two people erased what others say."""

    seq: int
    stream: str
    entries: frozenset[int]
    basis: str
    by: str
    co_signed_by: str
    roles: tuple[frozenset[str] | None, frozenset[str] | None]
    """What the two were as it was signed; None where the ledger had not said it yet."""

    @property
    def is_signed(self) -> bool:
        """Say whether two people answer for it, neither of them the program, who might: one of each of two roles."""
        if {self.by, self.co_signed_by} & NOBODY or self.by == self.co_signed_by:
            return False
        one, other = self.roles
        if one is None or other is None:
            return True
        first, second = ERASED_BY
        return (first in one and second in other) or (second in one and first in other)

    def words(self) -> str:
        """Say who erased how much of what, and on which law or request."""
        return (
            f"entry {self.seq} erased {len(self.entries)} of {self.stream}, signed by {self.by} with "
            f"{self.co_signed_by or 'nobody'}: {self.basis}"
        )


@dataclass(slots=True)
class _Gone:
    """What a walk met of missing content, and of erasures that may be the reason for it."""

    missing: dict[int, Row] = field(default_factory=dict)
    erasures: list[_Erasure] = field(default_factory=list)
    roles: dict[str, frozenset[str]] = field(default_factory=dict)
    """What everybody is who works here, as far as the walk has come."""

    def note(self, row: Row) -> None:
        """Keep what matters of an entry, if anything does."""
        if row["payload"] is None:
            self.missing[int(str(row["seq"]))] = {**row}
        elif row["kind"] == ERASURE and row["stream"] == "home":
            self.erasures += _erasures_in(row, self.roles)
        elif row["kind"] == STAFF_ENTERED and row["stream"] == "staff":
            self.roles.update(_roles_in(row))

    def faults(self, since: int) -> Iterator[str]:
        """Name every entry whose content is missing without an erasure that may take it, or is there in spite of one.

        `since` is the entry before the walk began: what lies before it was not met.
        """
        named: dict[int, list[_Erasure]] = {}
        for erasure in self.erasures:
            for seq in erasure.entries:
                named.setdefault(seq, []).append(erasure)
        for seq, row in self.missing.items():
            why = _why_not_erased(row, named.get(seq, ()))
            if why:
                yield f"{_name(row)}: its content is missing, and {why}"
        for seq in sorted(set(named) - set(self.missing)):
            if seq > since:
                yield f"entry {seq}: its content is there, although entry {named[seq][0].seq} erased it by law"


def _roles_in(row: Row) -> dict[str, frozenset[str]]:
    """Read what somebody is who works here; nothing of whoever is let in no more."""
    try:
        content = json.loads(str(row["payload"]))
        return {str(content["username"]): frozenset(content["roles"] if content["is_active"] else ())}
    except (ValueError, KeyError, TypeError):
        return {}


def _erasures_in(row: Row, roles: Mapping[str, frozenset[str]]) -> Iterator[_Erasure]:
    """Read an erasure; one that does not read erases nothing, and its edited content is a fault of its own."""
    by, co_signed_by = str(row["recorded_by"]), str(row["co_signed_by"])
    try:
        content = json.loads(str(row["payload"]))
        yield _Erasure(
            seq=int(str(row["seq"])),
            stream=str(content["stream"]),
            entries=frozenset(int(each) for each in content["entries"]),
            basis=str(content["basis"]),
            by=by,
            co_signed_by=co_signed_by,
            roles=(roles.get(by), roles.get(co_signed_by)),
        )
    except (ValueError, KeyError, TypeError):
        return


def _why_not_erased(row: Row, named: Sequence[_Erasure]) -> str:
    """Say why the content of an entry may not be missing, "" where an erasure by law took it."""
    seq, stream = int(str(row["seq"])), str(row["stream"])
    if not stream.startswith(ERASABLE_STREAMS):
        return "no law erases there: drug ledger, house and audit are kept"
    if stream.startswith("session/") and row["kind"] in KEPT_KINDS:
        return "no erasure may take it: it says where the drug went"
    if row["salt"]:
        return "its salt is there: whoever erases takes both"
    fitting = [each for each in named if each.stream == stream and each.seq > seq]
    if not fitting:
        return "no erasure names it"
    if not any(each.is_signed for each in fitting):
        return f"its erasure (entry {fitting[0].seq}) is not signed by two who may erase"
    return ""


def _name(row: Row) -> str:
    return f"entry {row['seq']} ({row['stream']}, {row['kind']}, recorded {row['recorded_at']})"


def _against(heads: Sequence[Head], hashes: Mapping[int, str]) -> Iterator[str]:
    last = max(hashes)
    good = 0
    for head in sorted(heads, key=lambda each: each.seq):
        if head.seq > last:
            yield f"the ledger ends at entry {last}, but a head at entry {head.seq} was noted earlier: it was cut short"
            return
        if hashes.get(head.seq) != head.hash:
            yield f"history was rewritten somewhere in entries {good + 1} to {head.seq}: the head noted there differs"
            return
        good = head.seq


def read_ledger(path: Path) -> Iterator[Row]:
    """Read the entries of a home's SQLite file, or of exported lines, in the order of `seq`.

    Raises
    ------
    ValueError
        When it is neither, or a database that holds no ledger.
    """
    if is_database(path):
        yield from stored(path)
        return
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _exported(line, f"{path.name}, line {number}")


def is_database(path: Path) -> bool:
    """Say whether a file is a SQLite database, whatever it is called."""
    with path.open("rb") as file:
        return file.read(len(SQLITE_MAGIC)) == SQLITE_MAGIC


def stored(path: Path) -> Iterator[Row]:
    """Give the entries of a home's own file in their order, as they are stored; it may be served meanwhile.

    Raises
    ------
    ValueError
        When it is a database, and no ledger.
    """
    query = f"SELECT {', '.join(COLUMNS)} FROM records_entry ORDER BY seq"  # noqa: S608  names are ours
    connection = connected(path)
    try:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'records_entry'").fetchone():
            raise ValueError(f"{path.name} is a database, but no ledger of Sereniv: it has no entries.")
        for values in connection.execute(query):
            yield dict(zip(COLUMNS, values, strict=True))
    finally:
        connection.close()


def connected(path: Path) -> sqlite3.Connection:
    """Open a database to read; on a disk that takes no writes also one without the files it would put beside it."""
    address = f"{path.resolve().as_uri()}?mode=ro"
    connection = sqlite3.connect(address, uri=True)
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        if _wal_of(path).exists():
            raise
        connection = sqlite3.connect(f"{address}&immutable=1", uri=True)
    connection.text_factory = _text
    return connection


def _text(stored: bytes) -> str:
    """Read a text of the database; a byte that a bad disk turned is a sign of its own, so that its entry is named."""
    return stored.decode(errors="replace")


def _wal_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _why(ledger: Path, error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}."
    if isinstance(error, sqlite3.OperationalError) and getattr(error, "sqlite_errorcode", 0) & 0xFF in NOT_JUST_NOW:
        return f"{ledger} cannot be read just now ({error}). See that its disk has room and may be written."
    if isinstance(error, (sqlite3.DatabaseError, UnicodeDecodeError)):
        return f"{ledger} is damaged, or no database of a home ({error}). Copy it aside, then restore from the backup."
    return str(error)


def _exported(line: bytes, place: str) -> Row:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ValueError(
            f"{place}: not an entry, and the file is no database. Name a home's sereniv.db, or the lines that "
            "`sereniv export-ledger` wrote; a database that does not read so is damaged: restore it from the backup."
        ) from error
    if not isinstance(row, dict) or not set(COLUMNS) <= set(row):
        raise ValueError(f"{place}: not an entry: it needs {', '.join(COLUMNS)}.")
    return row


def read_heads(path: Path, public_key: Path | None = None, since: int = 0) -> tuple[Head, ...]:
    """Read earlier heads: signed checkpoints as JSON lines, or `SEQ HASH` lines typed from notes.

    Of a home's own file, whose lines stand in their order, only the last ones from entry `since` on.

    Raises
    ------
    ValueError
        When a line is neither, or a checkpoint's signature does not fit `public_key`.
    """
    heads = []
    key = None if public_key is None else public_key.read_bytes()
    for after, line in enumerate(lines_backwards(path)):
        try:
            text = line.decode("utf-8").strip()
        except UnicodeDecodeError as error:
            raise ValueError(f"{path.name}, line {_lines_in(path) - after} is no text") from error
        if not text or text.startswith("#") or (after == 0 and _is_torn(text)):
            continue
        try:
            head = _head_in(text, key)
        except ValueError as error:
            raise ValueError(f"{path.name}, line {_lines_in(path) - after} {error}") from error
        if text.startswith("{") and head.seq < since:
            break
        heads.append(head)
    return tuple(reversed(heads))


def lines_backwards(path: Path) -> Iterator[bytes]:
    """Give the lines of a file, the last one first, reading no more of it than is asked for."""
    with path.open("rb") as file:
        length = begin = file.seek(0, os.SEEK_END)
        rest = b""
        while begin:
            end, begin = begin, max(0, begin - BLOCK)
            file.seek(begin)
            block = file.read(end - begin)
            if end == length:
                block = block.removesuffix(b"\n")
            first, *others = (block + rest).split(b"\n")
            yield from reversed(others)
            rest = first
        if length:
            yield rest


def _lines_in(path: Path) -> int:
    return sum(1 for _ in lines_backwards(path))


def _head_in(text: str, public_key_pem: bytes | None) -> Head:
    if text.startswith("{"):
        return _checkpoint_head(text, public_key_pem)
    parts = text.split()
    if len(parts) != 2 or not parts[0].isdigit():
        raise ValueError("is no head: write a head as SEQ HASH.")
    return Head(seq=int(parts[0]), hash=parts[1])


def _is_torn(text: str) -> bool:
    """Say whether a file's last line is a checkpoint that a power cut kept from being written whole."""
    if not text.startswith("{") and "\0" not in text:
        return False
    try:
        json.loads(text)
    except ValueError:
        return True
    return False


def _checkpoint_head(text: str, public_key_pem: bytes | None) -> Head:
    try:
        signed = json.loads(text)
        head = Head(seq=int(signed["seq"]), hash=str(signed["hash"]))
    except (ValueError, KeyError) as error:
        raise ValueError(f"is not a whole checkpoint: {error}") from error
    if public_key_pem is not None and not signature_fits(public_key_pem, signed):
        raise ValueError("is not signed by this key.")
    return head


def signature_fits(public_key_pem: bytes, signed: Mapping[str, object]) -> bool:
    """Say whether a checkpoint's Ed25519 signature is by a key of this file that signs it, over its other fields.

    A home that changed its key keeps those of before in the same file, each with the entry up to which it signs.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    content = {name: value for name, value in signed.items() if name != "signature"}
    for until, pem in public_keys(public_key_pem):
        key = load_pem_public_key(pem)
        if not isinstance(key, Ed25519PublicKey) or not _still_signs(until, signed):
            continue
        try:
            key.verify(bytes.fromhex(str(signed.get("signature", ""))), canonical(content).encode())
        except (InvalidSignature, ValueError):
            continue
        return True
    return False


_KEPT_KEY = re.compile(
    rb"(?:Signs up to entry (\d+):\s*)?(-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----\r?\n?)", re.DOTALL
)


def public_keys(pem: bytes) -> tuple[tuple[int | None, bytes], ...]:
    """Return the public keys of a file, the newest first, each with the last entry that it signs; None for any."""
    found = tuple((int(until) if until else None, key) for until, key in _KEPT_KEY.findall(pem))
    return found or ((None, pem),)


def _still_signs(until: int | None, signed: Mapping[str, object]) -> bool:
    seq = signed.get("seq")
    return until is None or (isinstance(seq, int) and seq <= until)


def main(
    arguments: Sequence[str] | None = None,
    beside: Callable[[Path], Iterable[str]] = lambda _: (),
    let_go: Callable[[Path], Iterable[str]] = lambda _: (),
) -> int:
    """Check a ledger from the command line; 0 sound, 1 a fault was found, 2 it could not be read.

    `beside` names the faults of what lies beside the entries in the same file, `let_go` what of it two let go.
    """
    parser = argparse.ArgumentParser(prog="verify", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("ledger", type=Path, help="sereniv.db, or the lines of an exported ledger")
    parser.add_argument("--against", type=Path, help="file of earlier heads: checkpoints.jsonl, or lines SEQ HASH")
    parser.add_argument("--public-key", type=Path, help="checkpoint key (PEM) the signed heads must fit")
    options = parser.parse_args(arguments)
    against, public_key = _heads_beside(options.ledger, options.against, options.public_key)
    try:
        heads = read_heads(against, public_key) if against else ()
        report = check_file(options.ledger, heads)
        report = replace(report, faults=(*report.faults, *beside(options.ledger)))
        gone = tuple(let_go(options.ledger))
    except (OSError, ValueError, sqlite3.DatabaseError) as error:
        print(f"Cannot check: {_why(options.ledger, error)}", file=sys.stderr)
        return 2
    for fault in report.faults:
        print(f"FAULT: {fault}")
    print(f"{report.entries} entries, head {report.head.seq} {report.head.hash}")
    if report.erased:
        print(f"{report.erased} entries have no content.")
    for erasure in report.erasures:
        print(f"Erased by law: {erasure}")
    for line in gone:
        print(f"Samples let go: {line}")
    for line in _compared(options.ledger, report, heads, against):
        print(line)
    return _verdict(report)


def _heads_beside(ledger: Path, against: Path | None, public_key: Path | None) -> tuple[Path | None, Path | None]:
    """Return which heads to compare with, and the key they must fit: those beside the ledger where none are named."""
    beside, key_beside = ledger.with_name(CHECKPOINTS), ledger.with_name(PUBLIC_KEY)
    if against is not None or not beside.exists():
        return against, public_key
    return beside, public_key or (key_beside if key_beside.exists() else None)


def _compared(ledger: Path, report: Report, heads: Sequence[Head], against: Path | None) -> Iterator[str]:
    """Say what the ledger was compared with, and what could not be compared."""
    latest = max((head.seq for head in heads), default=0)
    if latest == 0:
        yield "No earlier head to compare with: a ledger that was cut short, or rewritten whole, would not be noticed."
        yield f"Put its {CHECKPOINTS} beside it, or name earlier heads with --against."
    else:
        yield f"Compared with {report.heads_compared} earlier heads of {against}, the latest at entry {latest}."
    if latest and latest < report.head.seq:
        yield f"Not compared: entries {latest + 1} to {report.head.seq}, and whether more followed them."
    if latest < report.head.seq and is_database(ledger) and not _wal_of(ledger).exists():
        yield f"No {_wal_of(ledger).name} lies beside it: a copy made while it was in use may lack the newest entries."


def _verdict(report: Report) -> int:
    if report.faults:
        print("NOT SOUND.")
        return 1
    if not report.entries:
        print("EMPTY: it holds no entry, so that nothing was checked.")
        return 2
    print("Sound.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

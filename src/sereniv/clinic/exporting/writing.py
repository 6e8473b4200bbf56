"""An export as one file: a zip archive of JSON lines, CSV and PDF, of one moment, encrypted where that is asked for."""

import csv
import hashlib
import io
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pyrage
from django.db import connections, transaction

from sereniv import __version__
from sereniv.clinic.backup.making import snapshot
from sereniv.clinic.exporting import dictionary
from sereniv.clinic.exporting.archive import ABOUT, BOOKS, ENTRIES, FORMAT, ExportError, digest_of
from sereniv.clinic.home import Home, HomeError
from sereniv.clinic.home_files import os_words
from sereniv.clinic.records import carried, codec
from sereniv.verify import Head

MOMENT = "moment"
WORKING = ".export-"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a cell begins that a spreadsheet would work out; some take the wide letters of East Asian keyboards, too."""

README = """\
This is everything that the clinic's Sereniv held at one moment, in formats that any program reads.

export.json          where it comes from, up to which entry, and the SHA-256 of every file
entries.jsonl        the ledger: everything that was recorded, one JSON object a line, in its order
checkpoints.jsonl    the ledger's signed heads; checkpoint.pem is the key that they fit
events/KIND.csv      the same entries, a table for each kind of event
tables/NAME.csv      staff, register, chairs and the rest; .jsonl beside it holds the same, exactly
dictionary.csv       what each column of each file means, and how it is written
papers/              notes, plans, summaries and the drug's ledgers as PDF

All files are UTF-8. A moment is ISO 8601 with its offset; a decimal number has a point. In CSV a cell that a
spreadsheet would work out begins with an apostrophe. What was erased by law is empty. No password, PIN, second factor
or link is in it. The ledger is checked by
`sereniv verify entries.jsonl --against checkpoints.jsonl --public-key checkpoint.pem`,
and the whole is brought into an empty home by `sereniv import FILE --home NEW`.
"""


class Papers(Protocol):
    """The documents that go with an export: how many, and each with its name and its content as PDF."""

    def count(self) -> int:
        """Return how many there are."""

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        """Give each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written: up to which entry, how large, and its SHA-256."""

    head: Head
    size: int
    sha256: str


Told = Callable[[int, int], None]
"""Is told how many of how many lines and papers are written."""


def export(
    home: Home, place: Path, papers: Papers | None, recipient: pyrage.x25519.Recipient | None, now: datetime, told: Told
) -> Exported:
    """Write everything that a home holds to a file, which is there whole or not at all.

    Parameters
    ----------
    papers
        The documents beside the data; none where they are not wanted.
    recipient
        To whose key (age) the file is encrypted; plain where there is none.

    Raises
    ------
    ExportError
        When the file is there already or cannot be written.
    """
    if place.exists():
        raise ExportError(f"{place} is there already. Choose another name.")
    try:
        with _working_folder(place.parent) as folder, at_one_moment(home) as using:
            plain, sealed = folder / "export.zip", folder / "export.age"
            os.close(os.open(plain, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            ends = _write(home, plain, using, papers, now, told)
            if recipient is not None:
                pyrage.encrypt_file(str(plain), str(sealed), [recipient])
                sealed.chmod(0o600)
            whole = sealed if recipient is not None else plain
            made = Exported(head=ends, size=whole.stat().st_size, sha256=_sha256(whole))
            whole.replace(place)
    except OSError as error:
        raise ExportError(os_words(place, error)) from error
    except HomeError as error:
        raise ExportError(str(error)) from error
    return made


@contextmanager
def _working_folder(beside: Path) -> Iterator[Path]:
    """Give a private folder, gone afterwards; what a killed export left here is cleared away first."""
    for left in beside.glob(f"{WORKING}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=WORKING, dir=beside) as folder:
        yield Path(folder)


@contextmanager
def at_one_moment(home: Home) -> Iterator[str]:
    """Open the database as it stands now, under the name of a connection of its own: who charts waits for nobody."""
    settings = connections.settings
    with _working_folder(home.folder) as folder:
        described = dict(settings["default"])
        if not home.database_url:
            described["NAME"] = str(snapshot(home.database_file, folder)[0])
        settings[MOMENT] = described
        try:
            if home.database_url:
                with transaction.atomic(using=MOMENT):
                    with connections[MOMENT].cursor() as cursor:
                        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    yield MOMENT
            else:
                yield MOMENT
        finally:
            connections[MOMENT].close()
            del connections[MOMENT]
            del settings[MOMENT]


@dataclass(slots=True, kw_only=True)
class _Archive:
    """The archive that is being written, with the digest of each file and how far it has come."""

    file: zipfile.ZipFile
    told: Told
    total: int
    done: int = 0
    digests: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def opened(self, name: str) -> Iterator[Callable[[bytes], None]]:
        digest = hashlib.sha256()
        with self.file.open(name, "w", force_zip64=True) as out:

            def write(part: bytes) -> None:
                digest.update(part)
                out.write(part)

            yield write
        self.digests[name] = digest.hexdigest()

    def add(self, name: str, content: bytes) -> None:
        with self.opened(name) as write:
            write(content)

    def lines(self, name: str, rows: Iterable[Mapping[str, object]]) -> None:
        with self.opened(name) as write:
            for row in rows:
                write(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
                self.step()

    def table(self, name: str, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
        with self.opened(name) as write:
            write(_csv_line(columns))
            for row in rows:
                write(_csv_line([cell(row.get(column)) for column in columns]))
                self.step()

    def step(self) -> None:
        self.done += 1
        if self.done % 500 == 0 or self.done == self.total:
            self.told(min(self.done, self.total), self.total)


def _write(home: Home, plain: Path, using: str, papers: Papers | None, now: datetime, told: Told) -> Head:
    kinds, ends = carried.kinds(using), carried.head(using)
    tables = [each for each in carried.TABLES if not each.is_derived]
    size = {table.name: carried.count(table, using) for table in carried.TABLES}
    total = 2 * carried.entry_count(using) + sum(size.values()) + sum(size[each.name] for each in tables)
    total += papers.count() if papers is not None else 0
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as file:
        archive = _Archive(file=file, told=told, total=total)
        archive.add("README.txt", README.encode())
        archive.lines(ENTRIES, carried.entries(using))
        for name in BOOKS:
            if (home.folder / name).exists():
                archive.add(name, (home.folder / name).read_bytes())
        for table in tables:
            archive.lines(f"tables/{table.name}.jsonl", carried.rows(table, using))
        for table in carried.TABLES:
            archive.table(f"tables/{table.name}.csv", table.columns, carried.rows(table, using))
        for kind in kinds:
            archive.table(f"events/{kind}.csv", _columns(kind), map(_event, carried.entries(using, kind)))
        words = io.StringIO()
        lines = ([cell(each) for each in line] for line in dictionary.lines(kinds))
        csv.writer(words).writerows([dictionary.COLUMNS, *lines])
        archive.add("dictionary.csv", words.getvalue().encode())
        for name, content in papers if papers is not None else ():
            archive.add(f"papers/{name}", content)
            archive.step()
        about = {
            "format": FORMAT,
            "program": __version__,
            "kind": str(home.kind),
            "timezone": home.timezone,
            "made_at": now.astimezone(UTC).isoformat(),
            "head": {"seq": ends.seq, "hash": ends.hash},
            "files": archive.digests,
        }
        file.writestr(ABOUT, json.dumps(about, indent=1))
    return ends


def _columns(kind: str) -> tuple[str, ...]:
    return (*dictionary.EVENT_ENVELOPE, *codec.fields_of(kind))


def _event(entry: Mapping[str, object]) -> dict[str, object]:
    """Return an entry as a row of its kind's table, in the present form of its payload."""
    row = {name: entry[name] for name in dictionary.EVENT_ENVELOPE}
    payload = entry["payload"]
    if not isinstance(payload, str):
        return row
    try:
        return row | codec.as_plain(codec.decode(str(entry["kind"]), int(str(entry["version"])), payload))
    except ValueError:
        # It does not read: entries.jsonl has it as it is stored.
        return row | {"payload": payload}


def cell(value: object) -> str:
    """Write a value as one cell: nothing for none, JSON for what is a list, no formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return f"'{text}" if text.startswith(FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text[1:2].isdigit()


def _csv_line(cells: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return digest_of(content)

"""An export as it is read: every file held against its digest, the chain against its checkpoints."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyrage

from sereniv import __version__
from sereniv.clinic.home import is_newer
from sereniv.verify import Head, check, read_heads, read_ledger

FORMAT = 1
ABOUT = "export.json"
ENTRIES = "entries.jsonl"
BOOKS = ("checkpoints.jsonl", "checkpoint.pem")


class ExportError(RuntimeError):
    """An export could not be made or read; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What an export says of itself."""

    kind: str
    timezone: str
    head: Head
    files: dict[str, str]


@contextmanager
def opened(file: Path, keys: Sequence[pyrage.x25519.Identity] | None, folder: Path) -> Iterator[zipfile.ZipFile]:
    """Open an export, decrypted into a private folder where it is encrypted; raises ExportError where it is none."""
    plain = file
    try:
        with file.open("rb") as begun:
            is_plain = begun.read(4) == b"PK\x03\x04"
        if not is_plain:
            if keys is None:
                raise ExportError(f"{file.name} is encrypted, or no export. Name the key that opens it: --key FILE.")
            plain = folder / "export.zip"
            pyrage.decrypt_file(str(file), str(plain), list(keys))
        with zipfile.ZipFile(plain) as archive:
            yield archive
    except pyrage.DecryptError as error:
        raise ExportError(f"{file.name} does not open with this key, is cut short or was altered ({error}).") from error
    except (zipfile.BadZipFile, OSError) as error:
        raise ExportError(f"{file.name} is no whole export ({error}). Make it anew.") from error


def about(archive: zipfile.ZipFile) -> About:
    """Read what an export says of itself, and hold every file against its digest; raises ExportError."""
    try:
        content: dict[str, Any] = json.loads(archive.read(ABOUT))
        if content["format"] != FORMAT or is_newer(content["program"], __version__):
            raise ExportError(f"It was made by Sereniv {content['program']}; this is {__version__}. Use that one.")
        found = About(
            kind=str(content["kind"]),
            timezone=str(content["timezone"]),
            head=Head(seq=int(content["head"]["seq"]), hash=str(content["head"]["hash"])),
            files={str(name): str(digest) for name, digest in content["files"].items()},
        )
    except (KeyError, ValueError, TypeError) as error:
        raise ExportError(f"It does not say what it holds ({error}). Make it anew.") from error
    if set(archive.namelist()) != {*found.files, ABOUT}:
        raise ExportError("It holds other files than it says. Make it anew.")
    for name, digest in found.files.items():
        with archive.open(name) as member:
            if digest_of(member) != digest:
                raise ExportError(f"{name} in it is not what was put in. Make it anew.")
    return found


def demand_sound(archive: zipfile.ZipFile, said: About, folder: Path) -> int:
    """Walk the chain, hold it against the checkpoints beside it, and return how many agree; raises ExportError."""
    for name in (ENTRIES, *BOOKS):
        if name in said.files:
            with archive.open(name) as member, (folder / name).open("wb") as taken:
                shutil.copyfileobj(member, taken)
    books, key = (folder / name for name in BOOKS)
    try:
        heads = read_heads(books, key) if books.exists() else ()
        report = check(read_ledger(folder / ENTRIES), heads)
    except ValueError as error:
        raise ExportError(f"Its ledger or checkpoints do not read: {error}") from error
    if report.faults:
        raise ExportError(f"Its ledger is not sound: {report.faults[0]}")
    if report.head != said.head:
        raise ExportError(f"Its ledger ends at entry {report.head.seq}, not at {said.head.seq} as it says.")
    return report.heads_compared


def digest_of(content: IO[bytes]) -> str:
    """Return the SHA-256 of what is read."""
    digest = hashlib.sha256()
    while part := content.read(1 << 20):
        digest.update(part)
    return digest.hexdigest()

"""One backup as one file: what it holds, said first and sealed with the rest, written and read whole or not at all."""

import hashlib
import json
import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyrage

from sereniv.verify import Head

FORMAT = 1
MANIFEST = "manifest.json"
PLAIN = "plain.tar.gz"
QUICK = 1
"""How hard gzip tries: what takes room is text, and a busy clinic waits for nobody."""

CHUNK = 1 << 20


class BackupError(RuntimeError):
    """A backup cannot be made, read or trusted; the message says why and how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file within a backup, as it was when the backup was made. `size` is in bytes."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says of itself: the program that made it, when, of which home, where its ledger ended."""

    program: str
    kind: str
    timezone: str
    made_at: datetime
    head: Head
    members: tuple[Member, ...]

    def as_json(self) -> str:
        """Write it as the first file of a backup."""
        content = {
            "format": FORMAT,
            "program": self.program,
            "kind": self.kind,
            "timezone": self.timezone,
            "made_at": self.made_at.isoformat(),
            "head": {"seq": self.head.seq, "hash": self.head.hash},
            "members": [{"name": each.name, "size": each.size, "sha256": each.sha256} for each in self.members],
        }
        return json.dumps(content, indent=1)


def member(file: Path) -> Member:
    """Describe a file that goes into a backup."""
    return Member(name=file.name, size=file.stat().st_size, sha256=sha256(file))


def sha256(file: Path) -> str:
    """Return the SHA-256 of a file's content."""
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while part := content.read(CHUNK):
            digest.update(part)
    return digest.hexdigest()


def write(manifest: Manifest, files: Iterable[Path], out: Path, recipient: pyrage.x25519.Recipient) -> None:
    """Pack files behind their manifest and encrypt them to `out`; the plain archive lies beside `out` meanwhile."""
    plain = out.with_name(PLAIN)
    said = out.with_name(MANIFEST)
    try:
        said.write_text(manifest.as_json(), encoding="utf-8")
        with tarfile.open(plain, "w:gz", compresslevel=QUICK) as archive:
            for file in (said, *files):
                archive.add(file, arcname=file.name, recursive=False)
        pyrage.encrypt_file(str(plain), str(out), [recipient])
    finally:
        plain.unlink(missing_ok=True)
        said.unlink(missing_ok=True)


def read(backup: Path, keys: Sequence[pyrage.x25519.Identity], into: Path) -> Manifest:
    """Decrypt a backup into an empty folder, and return its manifest once every file is what it says.

    Raises
    ------
    BackupError
        When the key does not open it, it is cut short or altered, or it was made in a form that this program does
        not know. What lies in `into` then is not to be used.
    """
    plain = into / PLAIN
    try:
        pyrage.decrypt_file(str(backup), str(plain), list(keys))
        with tarfile.open(plain, "r:gz") as archive:
            names = _unpacked(archive, into)
    except pyrage.DecryptError as error:
        raise BackupError(_not_opened(backup, error)) from error
    except OSError as error:
        # What was altered in the middle comes as an error of reading, without a number of the system's.
        if error.errno is not None:
            raise
        raise BackupError(_not_opened(backup, error)) from error
    except (tarfile.TarError, EOFError) as error:
        raise BackupError(f"{backup.name} is no whole backup ({error}). Take another one.") from error
    finally:
        plain.unlink(missing_ok=True)
    manifest = _manifest(into / MANIFEST, backup)
    for fault in _differences(manifest, names, into):
        raise BackupError(f"{backup.name}: {fault}. Take another one.")
    (into / MANIFEST).unlink()
    return manifest


def _not_opened(backup: Path, error: Exception) -> str:
    if "no matching keys" in str(error).lower():
        return f"This key does not open {backup.name}: it was made for another home's key, or another key of this one."
    return f"{backup.name} does not open: it is cut short, was altered, or is no backup ({error}). Take another one."


def _unpacked(archive: tarfile.TarFile, into: Path) -> set[str]:
    """Unpack plain files by their bare names alone, private to this user."""
    names = set()
    for each in archive:
        source = archive.extractfile(each) if each.isreg() else None
        if source is None or Path(each.name).name != each.name:
            raise tarfile.TarError(f"{each.name!r} does not belong in a backup")
        with (into / each.name).open("xb") as file:
            while part := source.read(CHUNK):
                file.write(part)
        names.add(each.name)
    return names


def _manifest(file: Path, backup: Path) -> Manifest:
    try:
        content: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise BackupError(
                f"{backup.name} is of a form that this program does not know ({content['format']}). "
                f"Restore it with Sereniv {content.get('program', '')} or newer."
            )
        return Manifest(
            program=str(content["program"]),
            kind=str(content["kind"]),
            timezone=str(content["timezone"]),
            made_at=datetime.fromisoformat(content["made_at"]),
            head=Head(seq=int(content["head"]["seq"]), hash=str(content["head"]["hash"])),
            members=tuple(
                Member(name=str(each["name"]), size=int(each["size"]), sha256=str(each["sha256"]))
                for each in content["members"]
            ),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{backup.name} does not say what it holds ({error}). Take another one.") from error


def _differences(manifest: Manifest, names: set[str], folder: Path) -> Iterator[str]:
    said = {each.name for each in manifest.members}
    if names - {MANIFEST} != said:
        yield f"it holds {sorted(names - {MANIFEST})} where it says {sorted(said)}"
        return
    for each in manifest.members:
        if member(folder / each.name) != each:
            yield f"{each.name} in it is not what was put in"

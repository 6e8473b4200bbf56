"""Which place an address means: a folder, sftp://USER@HOST/FOLDER, or s3://BUCKET/FOLDER."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from sereniv.clinic.backup.access import Access
from sereniv.clinic.backup.archive import BackupError
from sereniv.clinic.backup.folder_store import FolderStore
from sereniv.clinic.backup.s3_store import S3Store
from sereniv.clinic.backup.sftp_store import SftpStore
from sereniv.clinic.backup.target import Series, Store, Target, kept_of, part_of

SSH_PORT = 22
PREFIX = re.compile(r"[A-Za-z0-9._/-]*", re.ASCII)
"""Below a bucket: a space is signed in two ways, and a store may take the one and refuse the other."""

BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
KNOWN = "a folder, sftp://USER@HOST/FOLDER or s3://BUCKET/FOLDER"


def folder_of(address: str) -> Path | None:
    """Return the folder that an address means, None where it lies elsewhere."""
    return None if "://" in address else Path(address)


def whole(address: str) -> str:
    """Return an address as it is kept: a folder from the root on, others checked; raises BackupError for another."""
    folder = folder_of(address)
    if folder is not None:
        return str(folder.resolve())
    _checked(address)
    return address.rstrip("/")


def target_of(address: str, access: Access) -> Target:
    """Return the target at an address; raises BackupError where it is none."""
    return Target(_store(address, access))


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A whole backup and the parts that came since, as files of this computer."""

    whole: Path
    parts: tuple[Path, ...] = ()


def brought(source: str, opens: Access, aside: Path) -> Brought:
    """Return what is named (a backup alone, or one up to a part), or what of a place reaches the latest moment.

    What lies elsewhere is brought into `aside`.

    Raises
    ------
    BackupError
        When the place cannot be used or holds no such backup.
    """
    where, _, name = source.rpartition("/")
    part, kept = part_of(name), kept_of(name)
    folder = folder_of(source)
    if folder is not None and not folder.is_dir() and part is None:
        return Brought(whole=folder)
    target = target_of(where if part or kept else source, opens)
    if kept:
        return Brought(whole=target.brought(kept, aside))
    found = target.series()
    if part:
        found = [each.up_to(part) for each in found if part in each.parts]
    if not found:
        raise BackupError(f"{target.store.words} holds no {'such ' if part else ''}backup.")
    return all_of(target, found[-1], aside)


def all_of(target: Target, series: Series, aside: Path) -> Brought:
    """Bring a backup and its parts to this computer."""
    parts = tuple(target.brought(part, aside) for part in series.parts)
    return Brought(whole=target.brought(series.whole, aside), parts=parts)


def _store(address: str, access: Access) -> Store:
    folder = folder_of(address)
    if folder is not None:
        return FolderStore(folder)
    parts = _checked(address)
    if parts.scheme == "s3":
        return S3Store(bucket=str(parts.hostname), prefix=unquote(parts.path).strip("/"), access=access)
    return SftpStore(
        host=str(parts.hostname),
        port=parts.port or SSH_PORT,
        user=unquote(parts.username or ""),
        path=unquote(parts.path),
        access=access,
    )


def _checked(address: str) -> SplitResult:
    """Take an address apart; what is wrong with it is said without it, for it may hold a password."""
    try:
        parts = urlsplit(address)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise BackupError(f"This is no address of backups ({error}): name {KNOWN}.") from error
    if parts.password is not None or parts.query or parts.fragment:
        raise BackupError(
            "Write no password into the address: every list of programs would show it. Put it into a file, and name "
            "that with --access."
        )
    fits = {
        "sftp": bool(host and parts.username and parts.path.strip("/")),
        "s3": bool(host and BUCKET.fullmatch(host) and port is None and not parts.username)
        and PREFIX.fullmatch(parts.path) is not None,
    }
    if not fits.get(parts.scheme, False):
        raise BackupError(f"{parts.scheme}:// like this is no place for backups: name {KNOWN}.")
    return parts

"""How the files beside a home's database are written: whole or not at all, and for this user alone."""

import errno
import os
import secrets
from pathlib import Path

PRIVATE = 0o600
PUBLIC = 0o644
NO_SECOND_NAMES = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}
"""What a disk answers that gives a file no second name, such as a stick."""


def os_words(place: Path, error: OSError) -> str:
    """Say why a folder or file cannot be used, and how to mend it."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk that holds {place} is full. Make room, then start again; what was recorded before stands."
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return (
            f"{place} cannot be written by this user. Give whoever runs Sereniv the right to read and write all in it, "
            "and see that its disk is not mounted read-only."
        )
    return f"{place} cannot be used: {error.strerror or error}."


def write_private(file: Path, content: bytes) -> None:
    """Write a file that only this user can read, whole or not at all; raises OSError where it cannot be."""
    _write(file, content, PRIVATE)


def write_public(file: Path, content: bytes) -> None:
    """Write a file that everybody may read, whole or not at all; raises OSError where it cannot be."""
    _write(file, content, PUBLIC)


def write_new(file: Path, content: bytes) -> None:
    """Write a file that only this user can read and that was not there before, whole or not at all.

    Raises
    ------
    FileExistsError
        When it is there already, by another process made just now too.
    OSError
        When the disk does not take it; nothing is left of it.
    """
    unfinished = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        _fill(unfinished, content, PRIVATE)
        _name_anew(unfinished, file)
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(file.parent)


def lies_empty(file: Path) -> bool:
    """Say whether a file is there that holds nothing."""
    return file.is_file() and not file.read_bytes().strip()


def _name_anew(unfinished: Path, file: Path) -> None:
    try:
        file.hardlink_to(unfinished)
    except OSError as error:
        if error.errno not in NO_SECOND_NAMES:
            raise
        if file.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(file)) from error
        unfinished.rename(file)


def _write(file: Path, content: bytes, mode: int) -> None:
    unfinished = file.with_suffix(file.suffix + ".new")
    unfinished.unlink(missing_ok=True)
    try:
        _fill(unfinished, content, mode)
        unfinished.replace(file)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    sync_folder(file.parent)


def _fill(file: Path, content: bytes, mode: int) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def sync_folder(folder: Path) -> None:
    """Make names that were added to or replaced in a folder survive a power cut, where the system lets us."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

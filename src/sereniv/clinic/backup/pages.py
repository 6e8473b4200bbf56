"""The pages of a SQLite database, told from those of a moment before: what is written each minute is a few of them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

DIGEST_BYTES = 16
HEADER_BYTES = 100
LARGEST_PAGE = 65536


@dataclass(frozen=True, slots=True)
class Pages:
    """A database as the digests of its pages in their order. `size` is a page's, in bytes."""

    size: int
    digests: bytes

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self.digests) // DIGEST_BYTES

    @property
    def root(self) -> str:
        """One digest over all of them: two databases of one root are the same."""
        return hashlib.sha256(f"{self.size} ".encode() + self.digests).hexdigest()

    def at(self, number: int) -> bytes:
        """Return the digest of a page, counted from 0; empty beyond the last."""
        return self.digests[number * DIGEST_BYTES : (number + 1) * DIGEST_BYTES]


def pages_of(database: Path) -> Pages:
    """Read a whole database that nobody writes to.

    Raises
    ------
    ValueError
        When its header is not that of a SQLite database.
    """
    with database.open("rb") as file:
        header = file.read(HEADER_BYTES)
        size = int.from_bytes(header[16:18], "big")
        size = LARGEST_PAGE if size == 1 else size
        if not header.startswith(b"SQLite format 3\0") or size < DIGEST_BYTES:
            raise ValueError(f"{database.name} is no SQLite database")
        file.seek(0)
        digests = bytearray()
        while page := file.read(size):
            digests += hashlib.blake2b(page, digest_size=DIGEST_BYTES).digest()
    return Pages(size, bytes(digests))


def changed(before: Pages, after: Pages) -> list[int]:
    """Return the pages of `after` that `before` had otherwise or not at all."""
    if before.size != after.size:
        return list(range(after.count))
    return [number for number in range(after.count) if before.at(number) != after.at(number)]


def take(database: Path, size: int, numbers: Sequence[int], out: Path) -> None:
    """Write pages of a database one behind the other."""
    with database.open("rb") as file, out.open("xb") as taken:
        for number in numbers:
            file.seek(number * size)
            taken.write(file.read(size))


def put(taken: Path, size: int, numbers: Sequence[int], count: int, database: Path) -> None:
    """Write pages back into a database, which has `count` of them afterwards."""
    with taken.open("rb") as file, database.open("rb+") as into:
        for number in numbers:
            into.seek(number * size)
            into.write(file.read(size))
        into.truncate(count * size)

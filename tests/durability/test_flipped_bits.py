"""A disk that turns a single bit of the database: the check says so, or every entry still reads as it was written."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from sereniv import verify
from tests.staged import copied_home

FLIPS = (pytest.param(150, id="some"), pytest.param(10_000, id="all", marks=pytest.mark.long))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the demo's database alone, without the journal of the process that wrote it."""
    home = copied_home(tmp_path_factory.mktemp("flipped") / "home")
    with closing(sqlite3.connect(home / "sereniv.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")
    alone = home.parent / "alone" / "sereniv.db"
    alone.parent.mkdir()
    shutil.copy(home / "sereniv.db", alone)
    return alone


@contextmanager
def flipped(database: Path, bit: int) -> Iterator[None]:
    """Turn one bit of a file, and turn it back."""

    def turn() -> None:
        with database.open("r+b") as file:
            file.seek(bit // 8)
            (byte,) = file.read(1)
            file.seek(bit // 8)
            file.write(bytes([byte ^ 1 << bit % 8]))

    turn()
    try:
        yield
    finally:
        turn()


def said_of(database: Path, entries: list[verify.Row], capsys: pytest.CaptureFixture[str]) -> str:
    """Return how the check took it: found, cannot be read, or of no matter to any entry."""
    answer = verify.main([str(database)])
    words = "".join(capsys.readouterr())
    if answer == 0:
        assert list(verify.read_ledger(database)) == entries, "an entry reads otherwise, and the check calls it sound"
        return "of no matter"
    if answer == 1:
        assert "FAULT: " in words
        return "found"
    assert "Cannot check: " in words
    assert "is damaged" in words or "is a database, but no ledger" in words or "no database" in words, words
    return "cannot be read"


@pytest.mark.parametrize("flips", FLIPS)
def test_a_flipped_bit_of_the_database_is_found_or_touches_no_entry(
    database: Path, flips: int, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = list(verify.read_ledger(database))
    bits = np.random.default_rng(20260301).integers(0, database.stat().st_size * 8, flips)
    came_to: Counter[str] = Counter()
    for bit in map(int, bits):
        with flipped(database, bit):
            came_to[said_of(database, entries, capsys)] += 1
    assert came_to["found"] > flips // 20, f"the flips hit hardly an entry: {came_to}"

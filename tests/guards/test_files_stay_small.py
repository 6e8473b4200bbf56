"""A file is read at one sitting: one that grows past that is parted by subject."""

from pathlib import Path

from sereniv import __file__ as package

MOST_LINES = 350
ONE_FILE_TO_CARRY = {"verify.py"}
"""An inspector takes it away from the clinic, alone."""


def test_no_file_is_longer_than_anybody_reads() -> None:
    source = Path(package).parent
    lengths = {
        file.relative_to(source).as_posix(): len(file.read_text(encoding="utf-8").splitlines())
        for file in source.rglob("*.py")
    }
    long = {name: length for name, length in lengths.items() if length > MOST_LINES}
    assert set(long) == ONE_FILE_TO_CARRY, long

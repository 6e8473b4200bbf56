"""A folder of their own for each of these tests."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.durability import homes
from tests.staged import quick_folder


@pytest.fixture
def place() -> Iterator[Path]:
    """Give a fresh folder, on a RAM disk where there is one."""
    folder = quick_folder()
    yield folder
    homes.kill_servers()
    shutil.rmtree(folder, ignore_errors=True)

"""One staged home for all of these tests."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.durability import homes


@pytest.fixture(scope="session", autouse=True)
def _staged_home_is_removed() -> Iterator[None]:
    yield
    homes.forget_staged_home()


@pytest.fixture
def place() -> Iterator[Path]:
    """Give a fresh folder, on a RAM disk where there is one."""
    folder = homes.quick_folder()
    yield folder
    homes.kill_servers()
    shutil.rmtree(folder, ignore_errors=True)

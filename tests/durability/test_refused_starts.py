"""What cannot be served is refused at the start, in words, with an exit code, and nothing is half made."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.staged import ROOT, environment

pytestmark = pytest.mark.slow

PREPARE = """
import sys; from pathlib import Path; from sereniv.clinic import clock, home; from sereniv.cli.serve import prepare
place = home.create_or_open(Path(sys.argv[1]), home.Kind.CLINIC)
lock = place.lock(); prepare(place, lock)
from sereniv.clinic.records.checkpoints import close_books
close_books(place, clock.now()); lock.release()
"""


def sereniv(*arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sereniv", *map(str, arguments)]
    return subprocess.run(
        command, env=environment(**more), cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )


def serve(home: Path, *more: object) -> subprocess.CompletedProcess[str]:
    return sereniv("serve", "--clinic", "--home", home, "--port", 0, *more)


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "Open http" not in done.stdout
    for each in words:
        assert each in done.stderr, done.stderr


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="sereniv-"))
    subprocess.run([sys.executable, "-c", PREPARE, str(folder / "home")], check=True, env=environment(), cwd=ROOT)
    yield folder / "home"
    shutil.rmtree(folder)


@pytest.fixture
def home(made: Path, place: Path) -> Path:
    shutil.copytree(made, place / "home")
    return place / "home"


def test_a_damaged_database_is_refused(home: Path) -> None:
    database = home / "sereniv.db"
    database.write_bytes(b"this was a database" * 1000)
    before = database.read_bytes()
    refused(serve(home), "is damaged", "restore the database from the backup")
    assert database.read_bytes() == before


def test_a_cut_database_is_refused(home: Path) -> None:
    database = home / "sereniv.db"
    with database.open("r+b") as file:
        file.truncate(database.stat().st_size // 2 // 4096 * 4096)
    refused(serve(home), "is damaged")


def test_a_port_in_use_is_told_from_one_that_is_forbidden(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = sereniv("serve", "--clinic", "--home", home, "--port", taken.getsockname()[1])
    refused(done, "is in use")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://u:p@127.0.0.1:1/name", "host and port are right"),
        ("mysql://u:p@127.0.0.1/name", "no address of a PostgreSQL database"),
    ],
)
def test_a_database_that_does_not_answer_leaves_no_home(url: str, words: str, place: Path) -> None:
    refused(serve(place / "new", "--timezone", "UTC", "--database-url", url), words)
    assert not (place / "new").exists()


def test_a_missing_driver_is_said(place: Path) -> None:
    (place / "psycopg").mkdir()
    (place / "psycopg" / "__init__.py").write_text("raise ImportError('not here')\n")
    path = os.pathsep.join([str(place), str(ROOT / "src")])
    done = sereniv(
        "serve", "--clinic", "--home", place / "new", "--timezone", "UTC", "--database-url", "postgresql://u:p@h/n",
        PYTHONPATH=path,
    )  # fmt: skip
    refused(done, "driver for PostgreSQL is missing", "pip install")
    assert not (place / "new").exists()


def test_a_folder_that_cannot_be_made_is_said(place: Path) -> None:
    (place / "file").write_text("not a folder")
    refused(serve(place / "file", "--timezone", "UTC"), "is a file, not a folder")
    refused(serve(place / "file" / "below", "--timezone", "UTC"), "cannot be used")

"""A home whose entries lie in PostgreSQL, backed up by `pg_dump` and brought back into an empty database."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.postgresql import Cluster, find_binaries
from tests.staged import ROOT, environment

pytestmark = pytest.mark.slow
BINARIES = find_binaries()
PROGRAMS = f"{BINARIES}{os.pathsep}{os.environ['PATH']}"
PREPARE = """
import sys; from pathlib import Path; from sereniv.clinic import home; from sereniv.cli.serve import prepare
place = home.create_or_open(Path(sys.argv[1]), home.Kind.CLINIC, "Europe/Berlin", sys.argv[2])
lock = place.lock(); prepare(place, lock); lock.release()
"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A cluster with the databases `first`, `second` and `third`; returns its address up to the name."""
    if BINARIES is None or shutil.which("pg_dump", path=PROGRAMS) is None:
        pytest.skip("no PostgreSQL with pg_dump on this machine")
    with Cluster(BINARIES) as cluster:
        with psycopg.connect(cluster.url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE first")
            connection.execute("CREATE DATABASE second")
            connection.execute("CREATE DATABASE third")
        yield cluster.url.removesuffix("postgres")


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run our Python with PostgreSQL's programs of the cluster on the path."""
    known = environment(PATH=PROGRAMS)
    return subprocess.run(
        [sys.executable, *map(str, arguments)], env=known, cwd=ROOT, capture_output=True, text=True, check=False
    )


def entries(address: str) -> list[tuple[object, ...]]:
    with psycopg.connect(address) as connection:
        return connection.execute("SELECT seq, kind, hash FROM records_entry ORDER BY seq").fetchall()


def test_a_home_with_postgresql_comes_back_whole_into_an_empty_database(url: str, tmp_path: Path) -> None:
    home, new = tmp_path / "home", tmp_path / "new"
    prepared = run("-c", PREPARE, home, f"{url}first")
    assert prepared.returncode == 0, prepared.stderr
    made = run("-m", "sereniv", "backup", "--home", home, "--to", tmp_path / "to", "--prove")
    assert made.returncode == 0, made.stderr
    assert "its dump read to the end" in made.stdout
    restore = ("-m", "sereniv", "restore", "--from", tmp_path / "to", "--home", new, "--key", home / "backup.key")
    assert "name it with --database-url" in run(*restore).stderr
    taken = run(*restore, "--database-url", f"{url}first")
    assert "holds tables already" in taken.stderr
    assert not new.exists()
    done = run(*restore, "--database-url", f"{url}second")
    assert done.returncode == 0, done.stderr
    before, after = entries(f"{url}first"), entries(f"{url}second")
    assert after[: len(before)] == before
    assert [kind for _, kind, _ in after[len(before) :]] == ["HomeRestored"]
    assert f"{url}second" in (new / "home.toml").read_text()


def test_a_database_that_is_not_there_is_said_in_words(url: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run("-c", PREPARE, home, f"{url}third").returncode == 0
    settings = (home / "home.toml").read_text().replace("/third", "/nowhere")
    (home / "home.toml").write_text(settings)
    done = run("-m", "sereniv", "backup", "--home", home, "--to", tmp_path / "to")
    assert done.returncode == 1
    assert "could not be used" in done.stderr
    assert "Traceback" not in done.stderr

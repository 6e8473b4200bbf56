"""What cannot be served is refused at the start, in words, with an exit code, and nothing is half made."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.postgresql import Cluster, find_binaries
from tests.staged import ROOT, environment

pytestmark = pytest.mark.slow

BINARIES = find_binaries()
PREPARE = """
import sys; from pathlib import Path; from sereniv.clinic import clock, home; from sereniv.cli.serve import prepare
place = home.create_or_open(Path(sys.argv[1]), home.Kind.CLINIC)
lock = place.lock(); prepare(place, lock)
from sereniv.clinic.records.checkpoints import write_checkpoint
from sereniv.clinic.workflows.admin import chairs
from sereniv.clinic.workflows.shell.acting import act_of_the_home
for number in range(4):
    chairs.add_chair(f"Chair {number}", act_of_the_home(clock.now()))
write_checkpoint(place, clock.now()); lock.release()
"""

FOUND = PREPARE.partition("from sereniv.clinic.records")[0] + "lock.release()"
LOSES_ITS_CONNECTION = """
import sys; from pathlib import Path; from sereniv.clinic import home; from sereniv.cli.serve import configure
place = home.open_home(Path(sys.argv[1])); configure(place)
import psycopg
from sereniv.clinic.records import one_server
one_server.demand_alone(place)
def lose():
    with psycopg.connect(place.database_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'")
lose()
assert one_server.is_still_held(), "taken anew"
with psycopg.connect(place.database_url, autocommit=True) as other:
    lose()
    assert other.execute(one_server.TAKE, [one_server.OURS]).fetchone() == (True,)
    assert not one_server.is_still_held(), "another one has it"
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


def prepared(home: Path) -> None:
    subprocess.run([sys.executable, "-c", PREPARE, str(home)], check=True, env=environment(), cwd=ROOT)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="sereniv-"))
    prepared(folder / "home")
    yield folder / "home"
    shutil.rmtree(folder)


def changed(home: Path, *statements: str) -> None:
    """Change the database as somebody with the file can, triggers or not."""
    connection = sqlite3.connect(home / "sereniv.db")
    with connection:
        for name in ("records_entry_no_update", "records_entry_no_delete"):
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def entries(home: Path) -> list[tuple[int, str]]:
    connection = sqlite3.connect(home / "sereniv.db")
    found = connection.execute("SELECT seq, kind FROM records_entry ORDER BY seq").fetchall()
    connection.close()
    return found


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
    checked, looked = sereniv("verify", "--home", home), sereniv("doctor", "--home", home)
    assert (checked.returncode, looked.returncode) == (2, 2), looked.stderr
    assert "is damaged: restore it from the backup" in checked.stderr, checked.stderr


def test_a_cut_database_is_refused(home: Path) -> None:
    database = home / "sereniv.db"
    with database.open("r+b") as file:
        file.truncate(database.stat().st_size // 2 // 4096 * 4096)
    refused(serve(home), "is damaged")
    checked = sereniv("verify", "--home", home)
    assert f"{database} is damaged" in checked.stderr, checked.stderr


def test_a_database_that_another_home_founded_is_refused_before_any_checkpoint(home: Path, place: Path) -> None:
    """One entry, and no checkpoint yet, fitted every home."""
    other = place / "other"
    subprocess.run([sys.executable, "-c", FOUND, str(other)], check=True, env=environment(), cwd=ROOT)
    assert len(entries(other)) == 1
    (home / "checkpoints.jsonl").unlink()
    for file in home.glob("sereniv.db*"):
        file.unlink()
    shutil.copy(other / "sereniv.db", home / "sereniv.db")
    refused(serve(home), "in doubt", "says that it is another home's")
    assert not (home / "checkpoints.jsonl").exists()


CUT = "DELETE FROM records_entry WHERE seq > 2"
SAME_END = "UPDATE records_ledgerhead SET seq = 2, hash = (SELECT hash FROM records_entry WHERE seq = 2)"


@pytest.mark.parametrize("statements", [(CUT,), (CUT, SAME_END)], ids=["end left", "end moved"])
def test_a_cut_ledger_is_not_served_until_somebody_decides(statements: tuple[str, ...], home: Path) -> None:
    changed(home, *statements)
    refused(serve(home), "in doubt", "ends at entry 2", "3 entries are missing", "accept-ledger")
    refused(sereniv("add-chair", "Chair 9", "--home", home), "in doubt")
    assert len(entries(home)) == 2
    refused(sereniv("accept-ledger", "--home", home, "--because", "ok"), "in a sentence")
    why = "Sunday's backup is the best copy, decided by the director"
    done = sereniv("accept-ledger", "--home", home, "--because", why)
    assert done.returncode == 0, done.stderr
    assert entries(home)[2:] == [(3, "LedgerAccepted")]
    assert list((home / "archive").glob("*/checkpoints.jsonl"))
    checked = sereniv("verify", "--home", home)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert sereniv("add-chair", "Chair 9", "--home", home).returncode == 0
    refused(sereniv("accept-ledger", "--home", home, "--because", why), "nothing to accept")


def test_doctor_and_backup_say_that_a_ledger_is_cut(home: Path, place: Path) -> None:
    """The doctor found all well, and the backups of before were let go one by one."""
    assert sereniv("backup", "--home", home, "--to", place / "to").returncode == 0
    (whole,) = (place / "to").iterdir()
    month = [whole.with_name(whole.name.replace(whole.name[8:24], f"202001{day}T000000Z")) for day in (10, 20)]
    for each in month:
        shutil.copy(whole, each)
    changed(home, CUT, SAME_END)
    looked = sereniv("doctor", "--home", home)
    assert (looked.returncode, "ACT  ledger: It is in doubt" in looked.stdout) == (1, True), looked.stdout
    cut = sereniv("backup", "--home", home, "--to", place / "to")
    assert "ends at entry 2" in cut.stderr, cut.stderr
    assert all(each.exists() for each in month)


def test_a_ledger_that_lost_its_own_end_is_refused_until_somebody_decides(home: Path) -> None:
    """Every command ended in a traceback, the one that goes on with it among them."""
    changed(home, "DELETE FROM records_ledgerhead")
    refused(serve(home), "in doubt", "says nothing of its own end")
    done = sereniv("accept-ledger", "--home", home, "--because", "It lost its last row, decided by the director")
    assert done.returncode == 0, done.stderr
    assert sereniv("add-chair", "Chair 9", "--home", home).returncode == 0


def test_another_homes_database_is_not_served(home: Path, place: Path) -> None:
    prepared(place / "other")
    shutil.copy(place / "other" / "sereniv.db", home / "sereniv.db")
    refused(serve(home), "another home's database")


def test_another_homes_checkpoints_or_none_are_not_enough(home: Path, place: Path) -> None:
    prepared(place / "other")
    shutil.copy(place / "other" / "checkpoints.jsonl", home)
    refused(serve(home), "not signed by this home's key")
    (home / "checkpoints.jsonl").unlink()
    refused(serve(home), "no checkpoint of it lies in")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            "INSERT INTO django_migrations (app, name, applied) VALUES ('records', '0099_later', '2027-01-01')",
            "the step records 0099_later",
        ),
        ("INSERT INTO {copied} 'TeleportCharted', 1", "entries of kind TeleportCharted, version 1"),
        ("INSERT INTO {copied} 'HomeFounded', 9", "entries of kind HomeFounded, version 9"),
    ],
)
def test_a_home_newer_than_the_program_is_refused(statement: str, words: str, home: Path) -> None:
    if "{copied}" in statement:
        statement = copied_entry(home, statement.rpartition("} ")[2])
    changed(home, statement)
    before = entries(home)
    refused(serve(home), words, "newer than", "Nothing was changed")
    assert entries(home) == before


def copied_entry(home: Path, kind_and_version: str) -> str:
    """Write the statement that adds an entry like the first, of another kind or version."""
    connection = sqlite3.connect(home / "sereniv.db")
    columns = [row[1] for row in connection.execute("PRAGMA table_info(records_entry)")]
    connection.close()
    kind, version = kind_and_version.split(", ")
    other = {"seq": "99", "stream_seq": "99", "key": "'key-future-1'", "kind": kind, "version": version}
    values = ", ".join(other.get(name, name) for name in columns)
    return f"INSERT INTO records_entry ({', '.join(columns)}) SELECT {values} FROM records_entry WHERE seq = 1"


def test_no_command_makes_anew_the_database_of_a_home_that_was_served(home: Path, place: Path) -> None:
    """`rebuild` and `backup` made an empty one, of which the next start said that its entries were missing."""
    (home / "sereniv.db").unlink()
    for command in (("rebuild",), ("backup", "--to", place / "backups"), ("export-ledger", place / "ledger.jsonl")):
        refused(sereniv(*command, "--home", home), "sereniv.db is missing or empty", "Restore it from the backup")
    assert sereniv("doctor", "--home", home).returncode == 2
    assert not (home / "sereniv.db").exists()
    (home / "checkpoints.jsonl").unlink()
    refused(serve(home), "sereniv.db is missing", "a new one would hide what is lost")
    (home / "sereniv.db").touch()
    refused(serve(home), "sereniv.db is empty")
    assert not (home / "sereniv.db").stat().st_size


def test_nothing_of_a_home_newer_than_the_program_is_made_anew_and_the_doctor_says_so(home: Path) -> None:
    """`rebuild` took away the rows of every entry that it did not know."""
    changed(home, copied_entry(home, "'TeleportCharted', 1"))
    refused(sereniv("rebuild", "--home", home), "kind TeleportCharted, version 1", "Nothing was changed")
    said = sereniv("doctor", "--home", home)
    assert said.returncode == 1
    assert "ACT  database: It is newer than this program" in said.stdout


def test_the_version_that_is_needed_is_named(home: Path) -> None:
    assert (home / "written-by").read_text().strip()
    (home / "written-by").write_text("9.10.2\n")
    refused(serve(home), "Start it with Sereniv 9.10.2 or newer")


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


@pytest.mark.skipif(BINARIES is None, reason="no PostgreSQL on this machine")
def test_a_user_who_may_make_no_tables_leaves_no_home(place: Path) -> None:
    """It was a home made, whose address could not be given again."""
    assert BINARIES is not None
    with Cluster(BINARIES) as cluster:
        with psycopg.connect(cluster.url, autocommit=True) as connection:
            connection.execute("CREATE USER reader")
            connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        url = cluster.url.replace("sereniv@", "reader@")
        readonly = f"{cluster.url}?options=-c%20default_transaction_read_only%3Don"
        for each in (url, readonly):
            refused(serve(place / "new", "--timezone", "UTC", "--database-url", each), "OWNER TO")
            assert not (place / "new").exists()


@contextmanager
def served(home: Path, *more: object) -> Iterator[None]:
    command = [sys.executable, "-m", "sereniv", "serve", "--clinic", "--home", str(home), "--port", "0"]
    with subprocess.Popen(
        [*command, *map(str, more)],
        env=environment(),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        said = []
        for line in server.stdout or ():
            said.append(line)
            if line.startswith("Stop with"):
                break
        try:
            assert said[-1].startswith("Stop with"), "".join(said)
            yield
        finally:
            server.terminate()
    assert server.returncode == 0


@pytest.mark.skipif(BINARIES is None, reason="no PostgreSQL on this machine")
def test_one_database_of_postgresql_has_one_home_and_one_server(place: Path) -> None:
    """A second home was made on it and served, and so was a copy of the first one's folder, both at once."""
    assert BINARIES is not None
    first, copy, second = place / "first", place / "copy", place / "second"
    with Cluster(BINARIES) as cluster:
        made_now = ("--timezone", "UTC", "--database-url", cluster.url)
        with served(first, *made_now):
            refused(serve(second, *made_now), "holds the ledger of another home", "sereniv restore")
            assert not second.exists()
            shutil.copytree(first, copy)
            refused(serve(copy), "Another Sereniv serves the database", "Stop it first")
            refused(sereniv("add-chair", "Chair 1", "--home", copy), "Another Sereniv serves the database")
            refused(sereniv("rebuild", "--home", copy), "Another Sereniv serves the database")
        assert sereniv("add-chair", "Chair 1", "--home", first).returncode == 0
        subprocess.run(
            [sys.executable, "-c", LOSES_ITS_CONNECTION, str(first)], check=True, env=environment(), cwd=ROOT
        )

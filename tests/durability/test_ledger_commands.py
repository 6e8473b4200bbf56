"""The commands that look after a ledger, run as a person runs them."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from sereniv.clinic.demo.people import PASSWORD
from tests.durability.browser import Browser
from tests.durability.homes import Server
from tests.staged import ROOT, copied_home, environment

pytestmark = pytest.mark.slow
ROWS = (
    "SELECT * FROM records_sessionrow ORDER BY id",
    "SELECT * FROM records_vialrow ORDER BY id",
    "SELECT person_id, entry, starts_at, ends_at, chair, purpose, course, state, escort, escort_said"
    " FROM records_appointmentrow ORDER BY 1, 2",
)


def sereniv(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sereniv", *map(str, arguments)]
    return subprocess.run(command, env=environment(), cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture
def home(place: Path) -> Path:
    return copied_home(place / "home")


def tampered(home: Path, *statements: str) -> None:
    """Change the database as somebody with the file can, triggers or not."""
    with sqlite3.connect(home / "sereniv.db") as connection:
        for name in ("records_entry_no_update", "records_entry_no_delete"):
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def rows(home: Path) -> list[object]:
    connection = sqlite3.connect(home / "sereniv.db")
    found = [row for query in ROWS for row in connection.execute(query).fetchall()]
    connection.close()
    return found


def test_verify_finds_a_home_sound_against_its_checkpoints(home: Path) -> None:
    done = sereniv("verify", "--home", home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Sound." in done.stdout
    assert "earlier heads of" in done.stdout


def test_verify_names_an_edited_entry(home: Path) -> None:
    tampered(home, "UPDATE records_entry SET payload = replace(payload, '128', '118') WHERE kind = 'VitalsCharted'")
    done = sereniv("verify", "--home", home)
    assert done.returncode == 1
    assert "VitalsCharted" in done.stdout
    assert "its content was edited" in done.stdout


def test_verify_needs_a_head_to_notice_a_shortened_ledger(home: Path) -> None:
    tampered(home, "DELETE FROM records_entry WHERE seq > 50")
    alone = home / "alone"
    alone.mkdir()
    shutil.copy(home / "sereniv.db", alone)
    chain = [sys.executable, ROOT / "src/sereniv/verify.py", alone / "sereniv.db"]
    unseen = subprocess.run(chain, capture_output=True, text=True, check=False)
    assert unseen.returncode == 0, "the one file reads the chain alone"
    assert "would not be noticed" in unseen.stdout
    beside = sereniv("verify", alone / "sereniv.db")
    assert beside.returncode == 1, "the register tells of people whose entries are gone"
    assert "would not be noticed" in beside.stdout
    done = sereniv("verify", alone / "sereniv.db", "--against", home / "checkpoints.jsonl")
    assert done.returncode == 1
    assert "cut short" in done.stdout


def test_verify_refuses_a_checkpoint_that_another_key_signed(home: Path) -> None:
    line = json.loads((home / "checkpoints.jsonl").read_text().splitlines()[0])
    (home / "forged.jsonl").write_text(json.dumps({**line, "seq": 1}) + "\n" * 2)
    done = sereniv(
        "verify", "--home", home, "--against", home / "forged.jsonl", "--public-key", home / "checkpoint.pem"
    )
    assert done.returncode == 2
    assert "not signed by this key" in done.stderr


def test_verify_of_no_home_says_what_to_do(place: Path) -> None:
    done = sereniv("verify", "--home", place / "nothing")
    assert done.returncode == 1
    assert "not a Sereniv home" in done.stderr


def test_verify_needs_no_django(home: Path) -> None:
    program = (
        "import sys; sys.modules['django'] = None; from sereniv.cli import main; "
        f"main(['verify', '--home', {str(home)!r}], prog_name='sereniv')"
    )
    done = subprocess.run([sys.executable, "-c", program], env=environment(), cwd=ROOT, check=False)
    assert done.returncode == 0


def test_an_exported_ledger_verifies_elsewhere_and_is_never_written_over(home: Path, place: Path) -> None:
    file = place / "ledger.jsonl"
    done = sereniv("export-ledger", file, "--home", home)
    assert done.returncode == 0, done.stderr
    assert file.stat().st_mode & 0o077 == 0
    assert sereniv("verify", file, "--against", home / "checkpoints.jsonl").returncode == 0
    again = sereniv("export-ledger", file, "--home", home)
    assert again.returncode == 1
    assert "Choose another name" in again.stderr
    assert sereniv("export-ledger", "--home", home).stdout == file.read_text(encoding="utf-8")


def test_after_a_clean_stop_the_database_alone_holds_every_entry(home: Path, place: Path) -> None:
    server = Server(home)
    browser = Browser(server.port())
    browser.sign_in("nurse", PASSWORD)
    assert browser.get("/today/")[0] == 200
    server.stop()
    (place / "copy").mkdir()
    shutil.copy(home / "sereniv.db", place / "copy")
    done = sereniv("verify", place / "copy" / "sereniv.db", "--against", home / "checkpoints.jsonl")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Not compared" not in done.stdout
    assert (home / "sereniv.db-wal").stat().st_size == 0 if (home / "sereniv.db-wal").exists() else True


def test_an_export_that_fails_leaves_nothing(home: Path, place: Path) -> None:
    database = home / "sereniv.db"
    whole = database.read_bytes()
    with database.open("r+b") as file:
        file.truncate(len(whole) * 2 // 3 // 4096 * 4096)
    (place / "out").mkdir()
    done = sereniv("export-ledger", place / "out" / "ledger.jsonl", "--home", home)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not list((place / "out").iterdir())


def test_rebuild_gives_the_same_rows(home: Path) -> None:
    before = rows(home)
    assert len(before) > 4
    with sqlite3.connect(home / "sereniv.db") as connection:
        connection.execute("UPDATE records_sessionrow SET phase = 'discharged', label = 'wrong'")
        connection.execute("DELETE FROM records_vialrow")
        connection.execute("UPDATE records_appointmentrow SET chair = 'Chair ' || (100 + rowid)")
    connection.close()
    assert rows(home) != before
    done = sereniv("rebuild", "--home", home)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{len(before)} rows made anew.\n"
    assert rows(home) == before


def test_rebuild_waits_for_the_server_to_stop(home: Path) -> None:
    server = Server(home)
    server.port()
    refused = sereniv("rebuild", "--home", home)
    server.kill()
    assert refused.returncode == 1
    assert "Another Sereniv process is serving the home" in refused.stderr


@pytest.mark.parametrize("command", ["verify", "export-ledger", "rebuild"])
def test_help_teaches(command: str) -> None:
    done = sereniv(command, "--help")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 10


def test_a_torn_last_checkpoint_is_passed_over_and_mended(home: Path) -> None:
    file = home / "checkpoints.jsonl"
    whole = file.read_text(encoding="ascii")
    for torn in ('{"seq": 12', "\0" * 40, "\0" * 20 + 'abc"}\n'):
        file.write_text(whole + torn, encoding="ascii")
        assert sereniv("verify", "--home", home).returncode == 0
    server = Server(home)
    server.port()
    server.stop()
    lines = file.read_text(encoding="ascii").splitlines()
    assert len(lines) == len(whole.splitlines()) + 1
    assert all(json.loads(line)["signature"] for line in lines)

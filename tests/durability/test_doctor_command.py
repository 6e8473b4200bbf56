"""`sereniv doctor` and `outside` as somebody who runs the server calls them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.durability.homes import Server
from tests.staged import ROOT, copied_home, environment

pytestmark = pytest.mark.slow


def sereniv(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sereniv", *map(str, arguments)]
    return subprocess.run(command, env=environment(), cwd=ROOT, capture_output=True, text=True, check=False)


def lines(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, str]]:
    return {each["topic"]: each for each in json.loads(done.stdout)}


def test_a_home_is_looked_at_stopped_and_served(place: Path) -> None:
    home = copied_home(place / "home")
    stopped = sereniv("doctor", "--home", home, "--json")
    assert stopped.returncode == 0, stopped.stdout + stopped.stderr
    assert "not served by this process" in lines(stopped)["watch"]["words"]
    server = Server(home)
    server.port()
    served = sereniv("doctor", "--home", home, "--json")
    assert served.returncode == 0, served.stdout + served.stderr
    assert "last went round" in lines(served)["watch"]["words"]
    server.kill()


def test_what_is_to_be_acted_on_ends_with_one(place: Path) -> None:
    home = copied_home(place / "home")
    (home / "faults.json").write_text('["Entry 7: its content was edited."]')
    done = sereniv("doctor", "--home", home)
    assert done.returncode == 1
    assert "ACT  ledger: It does not hold: Entry 7: its content was edited." in done.stdout
    assert "Change nothing." in done.stdout


def test_a_home_that_cannot_be_read_ends_with_two(place: Path) -> None:
    home = copied_home(place / "home")
    (home / "sereniv.db").unlink()
    done = sereniv("doctor", "--home", home)
    assert done.returncode == 2
    assert "sereniv.db is missing" in done.stderr


def test_an_older_database_is_said_and_left_alone(place: Path) -> None:
    import sqlite3
    from contextlib import closing

    home = copied_home(place / "home")
    with closing(sqlite3.connect(home / "sereniv.db")) as connection, connection:
        connection.execute(
            "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations WHERE app = 'records')"
        )
    done = sereniv("doctor", "--home", home)
    assert done.returncode == 1
    assert "ACT  database: It lacks 1 step(s)" in done.stdout
    assert "ledger" not in done.stdout


def test_nobody_is_told_what_cannot_be_told(place: Path) -> None:
    home = copied_home(place / "home")
    refused = sereniv("outside", "--home", home, "--alarms-to", "ada@clinic.example")
    assert refused.returncode == 1
    assert "Mail needs a server" in refused.stderr
    assert not (home / "outside.toml").exists()
    named = sereniv(
        "outside", "--home", home, "--mail-server", "127.0.0.1:9", "--mail-security", "none",
        "--mail-from", "sereniv@clinic.example", "--alarms-to", "ada@clinic.example", "--try",
    )  # fmt: skip
    assert named.returncode == 1
    assert "NOT delivered by mail to ada@clinic.example: 127.0.0.1:9 did not take the mail" in named.stderr
    forgotten = sereniv("outside", "--home", home, "--nobody")
    assert "nobody is told" in forgotten.stdout

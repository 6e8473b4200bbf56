"""A home as version 0.2.0 left it opens, derives the rows that its lists lack, and shows whoever was in it.

`tests/data/home-0.2.0.tar.xz` was made once by that version itself: its demo, served and stopped, with a test home's
kind so that it does not go stale. Everybody in it is made up; its keys open nothing else.
"""

import json
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.durability.inspection import verified
from tests.staged import ROOT, environment

pytestmark = pytest.mark.slow

KEPT = ROOT / "tests" / "data" / "home-0.2.0.tar.xz"
KILLED_AFTER = (40, 120, 250, 450, 700)
"""So many statements: the first in a migration, the others ever further in the reading of everybody's record."""

AS_IT_WAS = {
    "people": "SELECT id, family_name, given_names, born, phone FROM records_person ORDER BY id",
    "sessions": "SELECT id, person_id, chair, phase, infusion_number FROM records_sessionrow ORDER BY id",
    "vials": "SELECT id, label, on_hand_ml, residual_mg FROM records_vialrow ORDER BY id",
    "appointments": "SELECT person_id, entry, starts_at, chair, state FROM records_appointmentrow ORDER BY 1, 2",
    "ledger": "SELECT seq, stream, kind, version, payload, salt, hash FROM records_entry ORDER BY seq",
}
"""What 0.2.0 showed in its own lists, as it kept it."""


@pytest.fixture
def old_home(tmp_path: Path) -> Path:
    with tarfile.open(KEPT) as archive:
        archive.extractall(tmp_path / "home", filter="data")
    return tmp_path / "home"


def opened(home: Path, *statements: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.durability.upgraded", str(home), *map(str, statements)]
    return subprocess.run(command, env=environment(), cwd=ROOT, capture_output=True, text=True, check=False)


def shown(home: Path) -> dict[str, Any]:
    ran = opened(home)
    assert ran.returncode == 0, ran.stderr[-3000:]
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


def kept(home: Path) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(home / "sereniv.db")
    try:
        return {name: connection.execute(query).fetchall() for name, query in AS_IT_WAS.items()}
    finally:
        connection.close()


def test_an_old_home_killed_at_any_moment_of_its_first_start_goes_on_and_shows_the_same(
    old_home: Path, tmp_path: Path
) -> None:
    before = kept(old_home)
    assert [len(before[name]) for name in AS_IT_WAS] == [15, 35, 12, 2, 1883]
    never_killed = tmp_path / "never-killed"
    shutil.copytree(old_home, never_killed)
    in_one_go = shown(never_killed)
    assert len(in_one_go["rows"]) > 50
    for statements in KILLED_AFTER:
        assert opened(old_home, statements).returncode == -9, f"killed after {statements}"
    assert shown(old_home) == in_one_go
    for home in (old_home, never_killed):
        after = kept(home)
        assert after["ledger"][: len(before["ledger"])] == before["ledger"]
        assert {name: after[name] for name in before if name != "ledger"} == {
            name: found for name, found in before.items() if name != "ledger"
        }
        assert verified(home).sound

"""A home backed up, taken away, and brought back; and every backup that must not come back."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest

from sereniv.clinic import home as homes
from sereniv.clinic.backup import archive, key, making, state
from sereniv.clinic.backup.folder_store import FolderStore
from sereniv.clinic.backup.target import Target
from tests.durability.homes import Server, kill_servers
from tests.staged import ROOT, copied_home, environment

pytestmark = pytest.mark.slow
NOW = datetime(2026, 11, 20, 15, 7, tzinfo=UTC)


def sereniv(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sereniv", *map(str, arguments)]
    return subprocess.run(command, env=environment(), cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `home`, its backups in `to`, and its key in `key`."""
    folder = tmp_path_factory.mktemp("backed-up")
    home = copied_home(folder / "home")
    done = sereniv("backup", "--home", home, "--to", folder / "to", "--prove")
    assert done.returncode == 0, done.stderr
    assert "charts opened" in done.stdout
    (folder / "key").write_text(sereniv("backup-key", "--home", home).stdout)
    return folder


def entries(home: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / "sereniv.db")) as connection:
        return connection.execute("SELECT seq, kind, hash FROM records_entry ORDER BY seq").fetchall()


def backup_in(folder: Path) -> Path:
    (file,) = (folder / "to").iterdir()
    return file


def restored(folder: Path, place: Path, *more: object) -> subprocess.CompletedProcess[str]:
    return sereniv("restore", "--from", folder / "to", "--home", place, "--key", folder / "key", *more)


def refused(done: subprocess.CompletedProcess[str], place: Path, words: str) -> None:
    assert done.returncode == 1
    assert words in done.stderr
    assert not place.exists(), "nothing is left of what was refused"
    assert not list(place.parent.glob(".backup-*"))


def test_a_restored_home_has_every_entry_says_so_and_is_served(backed_up: Path, tmp_path: Path) -> None:
    done = restored(backed_up, tmp_path / "new")
    assert done.returncode == 0, done.stderr
    before, after = entries(backed_up / "home"), entries(tmp_path / "new")
    assert after[: len(before)] == before
    assert [kind for _, kind, _ in after[len(before) :]] == ["HomeRestored"]
    assert "no head from outside" in done.stdout
    checked = sereniv("verify", "--home", tmp_path / "new")
    assert checked.returncode == 0, checked.stdout
    server = Server(tmp_path / "new")
    try:
        server.port()
        server.stop()
    finally:
        kill_servers()


def test_what_a_backup_holds_is_not_to_be_read_without_its_key(backed_up: Path) -> None:
    content = backup_in(backed_up).read_bytes()
    assert content.startswith(b"age-encryption.org/v1")
    assert b"SQLite" not in content
    assert b"secret.key" not in content


def test_a_backup_is_made_while_the_home_is_served(tmp_path: Path) -> None:
    home = copied_home(tmp_path / "home")
    server = Server(home)
    try:
        server.port()
        done = sereniv("backup", "--home", home, "--to", tmp_path / "to", "--prove")
        assert done.returncode == 0, done.stderr
        server.kill()
    finally:
        kill_servers()


def test_a_wrong_key_opens_nothing(backed_up: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text(f"{pyrage.x25519.Identity.generate()}\n")
    place = tmp_path / "new"
    done = sereniv("restore", "--from", backed_up / "to", "--home", place, "--key", other)
    refused(done, place, "This key does not open")


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99], ids=["empty", "a third", "all but its end"])
def test_a_backup_cut_short_is_refused(backed_up: Path, tmp_path: Path, share: float) -> None:
    whole = backup_in(backed_up).read_bytes()
    short = tmp_path / "short.age"
    short.write_bytes(whole[: int(len(whole) * share)])
    place = tmp_path / "new"
    done = sereniv("restore", "--from", short, "--home", place, "--key", backed_up / "key")
    refused(done, place, "does not open")


def test_a_flipped_bit_anywhere_is_refused(backed_up: Path, tmp_path: Path) -> None:
    whole = backup_in(backed_up).read_bytes()
    identity = key.read(backed_up / "key")
    for number in range(40):
        place = len(whole) * number // 40
        flipped = tmp_path / "flipped.age"
        flipped.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        into = tmp_path / f"into-{number}"
        into.mkdir()
        with pytest.raises(archive.BackupError):
            archive.read(flipped, identity, into)


def test_a_backup_older_than_the_newest_note_is_refused_until_the_loss_is_accepted(
    backed_up: Path, tmp_path: Path
) -> None:
    last = entries(backed_up / "home")[-1]
    noted = tmp_path / "noted"
    noted.write_text(f"{int(str(last[0])) + 5} {'a' * 64}\n")
    place = tmp_path / "new"
    refused(restored(backed_up, place, "--against", noted), place, "5 entries would be lost")
    assert restored(backed_up, place, "--against", noted, "--accept-loss").returncode == 0


def test_a_backup_of_another_history_is_refused(backed_up: Path, tmp_path: Path) -> None:
    noted = tmp_path / "noted"
    noted.write_text(f"12 {'a' * 64}\n")
    place = tmp_path / "new"
    refused(restored(backed_up, place, "--against", noted), place, "history was rewritten")


def test_a_ledger_tampered_with_before_it_was_backed_up_is_refused(backed_up: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(backed_up / "home", home)
    with closing(sqlite3.connect(home / "sereniv.db")) as connection:
        connection.execute("DROP TRIGGER records_entry_no_update")
        connection.execute("UPDATE records_entry SET payload = '{}' WHERE seq = 40")
        connection.commit()
    made = making.make(homes.open_home(home), Target(FolderStore(tmp_path / "to")), NOW)
    place = tmp_path / "new"
    done = sereniv("restore", "--from", made.place, "--home", place, "--key", home / key.FILE)
    refused(done, place, "its content was edited")


def test_a_place_that_is_taken_is_left_alone(backed_up: Path, tmp_path: Path) -> None:
    place = tmp_path / "new"
    place.mkdir()
    (place / "mine").write_text("mine")
    done = restored(backed_up, place)
    assert done.returncode == 1
    assert "holds something already" in done.stderr
    assert (place / "mine").read_text() == "mine"


def test_a_target_within_the_home_or_one_that_takes_nothing_is_refused(backed_up: Path, tmp_path: Path) -> None:
    home = backed_up / "home"
    assert "lies within the home" in sereniv("backup", "--home", home, "--to", home / "backups").stderr
    (tmp_path / "file").write_text("")
    done = sereniv("backup", "--home", home, "--to", tmp_path / "file" / "below")
    assert done.returncode == 1
    assert "cannot be used" in done.stderr
    assert not list(home.glob(".backup-*"))


def test_what_a_killed_backup_left_in_the_home_is_cleared_away(backed_up: Path, tmp_path: Path) -> None:
    home = copied_home(tmp_path / "home")
    left = home / ".backup-killed"
    left.mkdir()
    (left / "sereniv.db").write_bytes(b"names of patients")
    making.make(homes.open_home(home), Target(FolderStore(tmp_path / "to")), NOW)
    assert not left.exists()


def test_the_plan_and_what_happened_are_remembered(tmp_path: Path) -> None:
    home = copied_home(tmp_path / "home")
    assert sereniv("backup", "--home", home).returncode == 1
    assert sereniv("backup", "--home", home, "--to", tmp_path / "to", "--every", 30).returncode == 0
    opened = homes.open_home(home)
    plan = state.plan_of(opened)
    assert plan is not None
    assert (plan.to, plan.minutes) == (str(tmp_path / "to"), 30)
    assert state.state_of(opened).made_seq == len(entries(home))
    assert sereniv("backup", "--home", home).returncode == 0, "where to is known from now on"

"""Backups that go to other computers, by SFTP and to a store that speaks S3, and every way in which that goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest

from sereniv.clinic import home as homes
from sereniv.clinic.backup import access, addresses, key, making, proving, restoring, rounds, state
from sereniv.clinic.backup.archive import BackupError
from sereniv.clinic.backup.target import Kept, Target
from sereniv.verify import Head
from tests.backup.places import KINDS, OTHER, SECRET, Place
from tests.backup.test_restore import entries, sereniv
from tests.staged import copied_home

pytestmark = pytest.mark.slow
NOW = datetime(2026, 11, 20, 15, 7, tzinfo=UTC)
OUTSIDE = restoring.Outside()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> homes.Home:
    return homes.open_home(copied_home(tmp_path_factory.mktemp("kept") / "home"))


@pytest.fixture(params=sorted(KINDS))
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with KINDS[request.param](tmp_path / "server") as served:
        yield served


def opens(place: Place, folder: Path, content: str = "") -> access.Access:
    file = folder / "access.toml"
    file.write_text(content or place.access)
    return access.read(file)


def target_of(place: Place, folder: Path) -> Target:
    return addresses.target_of(place.address, opens(place, folder))


def some_file(folder: Path, *, size: int = 300_000) -> Path:
    file = folder / "some"
    file.write_bytes(bytes(range(256)) * (size // 256))
    return file


def test_a_home_goes_there_is_proven_and_comes_back_and_no_secret_is_said(tmp_path: Path, place: Place) -> None:
    home, opening = copied_home(tmp_path / "home"), tmp_path / "access.toml"
    opening.write_text(place.access)
    said = sereniv("backup", "--home", home, "--to", place.address, "--access", opening, "--every", 15, "--prove")
    assert said.returncode == 0, said.stderr
    assert "charts opened" in said.stdout
    (name,) = [each.name for each in place.files.iterdir()]
    assert (place.files / name).read_bytes().startswith(b"age-encryption.org/v1")
    (tmp_path / "key").write_text(sereniv("backup-key", "--home", home).stdout)
    wanted = ("--key", tmp_path / "key", "--access", opening)
    back = sereniv("restore", "--from", place.address, "--home", tmp_path / "new", *wanted)
    assert back.returncode == 0, back.stderr
    before = entries(home)
    assert entries(tmp_path / "new")[: len(before)] == before
    assert (tmp_path / "new" / access.FILE).read_text() == place.access, "the restored home goes on backing up"
    aside = tmp_path / "aside"
    aside.mkdir()
    assert addresses.brought(f"{place.address}/{name}", access.read(opening), aside).whole.name == name, (
        "one may be named"
    )
    for done in (said, back):
        assert SECRET not in done.stdout + done.stderr
    assert not [each for each in tmp_path.iterdir() if each.name.startswith(".backup-")], "nothing is left on the way"


def test_what_is_cut_altered_for_another_key_or_gone_is_refused_with_its_reason(
    tmp_path: Path, place: Place, home: homes.Home
) -> None:
    target, keys = target_of(place, tmp_path), key.all_of_home(home)
    made = making.make(home, target, NOW)
    lies = place.files / made.kept.name
    whole = lies.read_bytes()

    def refused(words: str, opened_by: key.Keys = keys, outside: restoring.Outside = OUTSIDE) -> None:
        aside = tmp_path / "aside"
        aside.mkdir()
        with pytest.raises(BackupError, match=words):
            restoring.restore(
                addresses.Brought(whole=target.brought(made.kept, aside)), opened_by, tmp_path / "new", outside
            )
        assert not (tmp_path / "new").exists()
        (aside / made.kept.name).unlink(missing_ok=True)
        aside.rmdir()

    refused("This key does not open", (pyrage.x25519.Identity.generate(),))
    refused("5 entries would be lost", outside=restoring.Outside(heads=(Head(seq=made.kept.seq + 5, hash="a" * 64),)))
    refused("history was rewritten", outside=restoring.Outside(heads=(Head(seq=12, hash="a" * 64),)))
    lies.write_bytes(whole[: len(whole) // 3])
    refused("does not open")
    middle = len(whole) // 2
    lies.write_bytes(whole[:middle] + bytes([whole[middle] ^ 4]) + whole[middle + 1 :])
    refused("does not open")
    lies.unlink()
    refused("cannot be used")


def test_a_line_that_goes_dead_leaves_nothing_that_counts_as_a_backup(tmp_path: Path, place: Place) -> None:
    target, file = target_of(place, tmp_path), some_file(tmp_path)
    place.cuts_after = 100_000
    with pytest.raises(BackupError, match="cannot be used"):
        target.put(file, Kept(made_at=NOW, seq=7))
    place.cuts_after = None
    assert target.kept() == []
    target.put(file, Kept(made_at=NOW + timedelta(minutes=15), seq=7))
    assert [each.seq for each in target.kept()] == [7]


def test_what_never_arrived_whole_is_cleared_away_a_day_later(tmp_path: Path) -> None:
    with KINDS["sftp"](tmp_path / "server") as place:
        target, file = target_of(place, tmp_path), some_file(tmp_path)
        place.cuts_after = 100_000
        with pytest.raises(BackupError):
            target.put(file, Kept(made_at=NOW, seq=7))
        place.cuts_after = None
        for after, lies in ((timedelta(hours=23), 1), (timedelta(days=1), 0)):
            target.put(file, Kept(made_at=NOW + after, seq=7))
            assert len(list(place.files.glob(".*unfinished"))) == lies


def test_a_place_that_alters_what_arrives_is_found_at_once(tmp_path: Path, place: Place) -> None:
    target = target_of(place, tmp_path)
    place.alters = True
    with pytest.raises(BackupError, match="is not what was sent"):
        target.put(some_file(tmp_path), Kept(made_at=NOW, seq=7))
    assert target.kept() == []


def test_who_is_not_let_in_or_finds_another_server_is_told_so_and_not_the_secret(tmp_path: Path, place: Place) -> None:
    wrong = opens(place, tmp_path, place.access.replace(SECRET, OTHER).replace('"ours"', '"theirs"'))
    with pytest.raises(BackupError, match=r"takes neither|InvalidAccessKeyId") as refused:
        addresses.target_of(place.address, wrong).kept()
    assert OTHER not in str(refused.value)
    assert SECRET not in repr(opens(place, tmp_path))


def test_another_host_key_is_refused(tmp_path: Path) -> None:
    with KINDS["sftp"](tmp_path / "one") as one, KINDS["sftp"](tmp_path / "other") as other:
        known = opens(one, tmp_path)
        instead = replace(opens(other, tmp_path), host_key=known.host_key)
        with pytest.raises(BackupError, match="does not show the host key"):
            addresses.target_of(other.address, instead).kept()


def test_the_rounds_say_what_failed_and_go_on_when_the_place_is_back(tmp_path: Path, place: Place) -> None:
    home = homes.open_home(copied_home(tmp_path / "home"))
    opening = tmp_path / "access.toml"
    opening.write_text(place.access)
    access.keep(home, opening)
    plan = state.Plan(to=place.address)
    state.keep_plan(home, plan)
    head = Head(seq=len(entries(home.folder)), hash="f" * 64)
    place.cuts_after = 1000
    turns = rounds.Turns(home)
    turns.take(head, NOW)
    assert state.complaint(plan, state.state_of(home), NOW).startswith("No backup was made yet.")
    assert "cannot be used" in state.state_of(home).failure
    place.cuts_after = None
    turns.take(head, NOW + rounds.TRIES_AGAIN_AFTER)
    assert state.complaint(plan, state.state_of(home), NOW + rounds.TRIES_AGAIN_AFTER) == ""
    (proven,) = place.files.glob("sereniv-*.age")
    proven.write_bytes(b"something else")
    with pytest.raises(BackupError):
        proving.prove(home, target_of(place, tmp_path), NOW + timedelta(days=1))
    late = NOW + timedelta(days=2, hours=1)
    assert "does not open" in state.complaint(plan, state.state_of(home), late)


@pytest.mark.parametrize(
    "address",
    [
        "sftp://ada:open-sesame@host/backups", "s3://ours:open-sesame@bucket/x", "sftp://host/backups",
        "sftp://ada@host", "sftp://ada@host:port/x", "ftp://ada@host/x", "s3://UP_per", "s3://bucket/of%20ours", "s3://bucket?open-sesame",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(BackupError) as refused:
        addresses.whole(address)
    assert "open-sesame" not in str(refused.value)


def test_no_store_is_reached_in_the_clear(tmp_path: Path) -> None:
    file = tmp_path / "access.toml"
    file.write_text('endpoint = "http://store.example"\nsecret_access_key = "open-sesame"\n')
    with pytest.raises(BackupError, match="https") as refused:
        access.read(file)
    assert "open-sesame" not in str(refused.value)

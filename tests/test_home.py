"""A home is made whole or not at all, keeps its kind and its secrets, and is served once."""

import errno
import os
import stat
from pathlib import Path

import pytest

from sereniv.clinic import home as homes
from sereniv.clinic import home_files
from sereniv.clinic.backup import key
from sereniv.clinic.home import HomeError, Kind, create_or_open, open_home
from sereniv.clinic.operating import token

SECRETS = ("home.toml", "secret.key", "gateway.token", "checkpoint.key")


def test_a_home_opens_as_it_was_made(tmp_path: Path) -> None:
    made = create_or_open(tmp_path / "home", Kind.DEMO, "Europe/Berlin")
    assert create_or_open(tmp_path / "home", Kind.DEMO) == open_home(tmp_path / "home") == made
    assert (made.kind, made.timezone, made.has_injected_clock) == (Kind.DEMO, "Europe/Berlin", True)
    assert len(made.secret_key()) > 50
    assert made.gateway_token() != made.secret_key()
    assert made.checkpoint_key().public_key()
    assert b"PUBLIC" in made.public_key_file.read_bytes()
    other = create_or_open(tmp_path / "other", Kind.DEMO)
    assert {made.secret_key(), made.gateway_token()}.isdisjoint({other.secret_key(), other.gateway_token()})
    assert made.public_key_file.read_bytes() != other.public_key_file.read_bytes()


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (
            'kind = "clinic"\ntimezone = "America/Denverr"',
            "'America/Denverr' is no time zone; write it as America/Denver",
        ),
        ('kind = "clinic"\ntimezone = "America"', "'America' is no time zone"),
        ('kind = "clinic"\ntimezone = ""', "'' is no time zone"),
        ('kind = "clinic"\ntimezone = 7', "timezone is 7, not a text"),
        ('kind = "clinic"', "timezone is missing"),
        ('kind = "clinic"\ntimezone = "UTC"\ndatabase_url = 5', "database_url is 5, not a text"),
        ('kind = ["clinic"]\ntimezone = "UTC"', "is not a valid Kind"),
    ],
)
def test_a_home_file_written_wrong_by_hand_is_said_in_words(lines: str, words: str, tmp_path: Path) -> None:
    """A number where a text belongs, and a folder of zones, ended in a traceback."""
    create_or_open(tmp_path / "home", Kind.CLINIC)
    (tmp_path / "home" / "home.toml").write_text(lines)
    with pytest.raises(HomeError, match="Mend it") as refused:
        open_home(tmp_path / "home")
    assert words in str(refused.value)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX systems")
def test_secrets_are_the_owners_alone(tmp_path: Path) -> None:
    create_or_open(tmp_path / "home", Kind.CLINIC)
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700
    for name in SECRETS:
        assert stat.S_IMODE((tmp_path / "home" / name).stat().st_mode) == 0o600, name


@pytest.mark.parametrize("fails_at", SECRETS)
def test_an_interrupted_start_leaves_no_home_and_the_next_one_heals_it(
    fails_at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = homes.write_private

    def interrupted(file: Path, content: bytes) -> None:
        if file.name == fails_at:
            raise KeyboardInterrupt
        write(file, content)

    monkeypatch.setattr(homes, "write_private", interrupted)
    with pytest.raises(KeyboardInterrupt):
        create_or_open(tmp_path, Kind.CLINIC)
    with pytest.raises(HomeError, match="not a Sereniv home"):
        open_home(tmp_path)
    monkeypatch.undo()
    assert create_or_open(tmp_path, Kind.CLINIC).checkpoint_key()
    assert not list(tmp_path.glob("*.new"))


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret.key"
    home_files.write_private(file, b"first")

    def no_power(_: int) -> None:
        raise OSError("power cut")

    monkeypatch.setattr(os, "fsync", no_power)
    with pytest.raises(OSError, match="power cut"):
        home_files.write_private(file, b"second")
    assert file.read_bytes() == b"first"
    monkeypatch.undo()
    home_files.write_private(file, b"second")
    assert file.read_bytes() == b"second"


def test_a_new_file_is_made_whole_once_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk left an empty key of the backups for good."""
    file = tmp_path / "backup.key"

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        home_files.write_new(file, b"first")
    assert not list(tmp_path.iterdir())
    monkeypatch.undo()
    home_files.write_new(file, b"first")
    with pytest.raises(FileExistsError):
        home_files.write_new(file, b"second")
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"first"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_disk_without_second_names_takes_a_new_file_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(Path, "hardlink_to", refuses)
    home_files.write_new(tmp_path / "backup.key", b"first")
    with pytest.raises(FileExistsError):
        home_files.write_new(tmp_path / "backup.key", b"second")
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"first"]


@pytest.mark.parametrize("name", [key.FILE, token.FILE])
def test_a_key_that_a_full_disk_left_empty_is_made_anew(name: str, tmp_path: Path) -> None:
    """With an empty token whoever showed nothing was told how the house runs; no backup could be made any more."""
    home = create_or_open(tmp_path / "home", Kind.CLINIC)
    (home.folder / name).touch()
    assert not token.is_shown(home, "Bearer ")
    assert not token.is_shown(home, "")
    assert str(key.of_home(home)).startswith("AGE-SECRET-KEY-1")
    assert len(token.of_home(home)) > 20


@pytest.mark.parametrize(("kind", "other"), [(Kind.DEMO, Kind.CLINIC), (Kind.CLINIC, Kind.DEMO)])
def test_a_home_stays_what_it_is(kind: Kind, other: Kind, tmp_path: Path) -> None:
    create_or_open(tmp_path, kind)
    how = "with --clinic" if kind is Kind.CLINIC else "without --clinic"
    with pytest.raises(HomeError, match=f"stays one. Start it {how}, or choose"):
        create_or_open(tmp_path, other)
    assert open_home(tmp_path).kind is kind
    assert open_home(tmp_path).has_injected_clock is (kind is Kind.DEMO)


@pytest.mark.parametrize("left", ["sereniv.db", "checkpoints.jsonl"])
def test_a_ledger_without_its_home_file_is_not_founded_anew(left: str, tmp_path: Path) -> None:
    (tmp_path / left).touch()
    (tmp_path / "checkpoint.key").write_bytes(b"old key")
    with pytest.raises(HomeError, match="Restore home"):
        create_or_open(tmp_path, Kind.DEMO)
    assert (tmp_path / "checkpoint.key").read_bytes() == b"old key"


def test_a_home_is_served_once(tmp_path: Path) -> None:
    made = create_or_open(tmp_path, Kind.DEMO)
    lock = made.lock()
    with pytest.raises(HomeError, match="Another Sereniv process"):
        made.lock()
    lock.release()
    made.lock().release()


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="Start the server once"):
        open_home(tmp_path)


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "full"), (errno.EROFS, "cannot be written"), (errno.EACCES, "cannot be written")],
)
def test_a_disk_that_takes_nothing_is_said_and_leaves_no_half_file(
    number: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuses)
    with pytest.raises(HomeError, match=words):
        create_or_open(tmp_path / "home", Kind.CLINIC)
    assert not list((tmp_path / "home").glob("*.new"))
    assert not (tmp_path / "home" / "home.toml").exists()


def test_an_address_with_quotes_survives_home_toml(tmp_path: Path) -> None:
    url = 'postgresql://u:a"b\\c@localhost/name'
    assert create_or_open(tmp_path, Kind.CLINIC, database_url=url).database_url == url


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00not a key"], ids=["missing", "empty", "damaged"])
@pytest.mark.parametrize("name", ["secret.key", "gateway.token", "checkpoint.key", "checkpoint.pem"])
def test_a_key_that_is_gone_or_damaged_is_said_by_its_name(name: str, content: bytes | None, tmp_path: Path) -> None:
    """A start ended in a traceback, and a clinic without its gateway token was served."""
    create_or_open(tmp_path / "home", Kind.CLINIC)
    file = tmp_path / "home" / name
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(HomeError, match=rf"{name} is (missing|damaged)\. Restore it from the backup"):
        open_home(tmp_path / "home")


def test_a_home_that_was_served_is_known_by_what_a_start_leaves(tmp_path: Path) -> None:
    made = create_or_open(tmp_path / "home", Kind.CLINIC)
    assert made.lacks_its_database()
    assert not made.was_served()
    made.database_file.touch()
    assert made.lacks_its_database(), "an empty file holds nothing"
    made.note_written_by("0.2.0")
    assert made.was_served()
    made.database_file.write_bytes(b"x")
    assert not made.lacks_its_database()


def test_a_port_that_was_not_noted_whole_is_said(tmp_path: Path) -> None:
    made = create_or_open(tmp_path / "home", Kind.CLINIC)
    (made.folder / "server.port").write_text("")
    with pytest.raises(HomeError, match="Stop the server and start it anew"):
        made.server_port()

"""A home exported by the command, brought into an empty one under the same head; and exports that must not come in."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pyrage
import pytest

from sereniv.clinic.demo.people import PASSWORD
from tests.durability.browser import Browser
from tests.durability.homes import Server, kill_servers
from tests.staged import ROOT, copied_home, environment

pytestmark = pytest.mark.slow
BECAUSE = ("--because", "The clinic changes its system, the director decided")


def sereniv(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sereniv", *map(str, arguments)]
    return subprocess.run(command, env=environment(), cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `home` and `all.zip`, its export with documents."""
    folder = tmp_path_factory.mktemp("exported")
    home = copied_home(folder / "home")
    done = sereniv("export", "--home", home, "--to", folder / "all.zip", *BECAUSE)
    assert done.returncode == 0, done.stderr
    assert "100 %" in done.stderr
    assert "It is not encrypted" in done.stdout
    return folder


def asked(home: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / "sereniv.db")) as connection:
        return connection.execute(query).fetchall()


LEDGER = "SELECT seq, stream, key, kind, payload, salt, hash FROM records_entry ORDER BY seq"
TABLES = (
    "SELECT id, family_name, given_names, born, registered_at, sought_name FROM records_person ORDER BY id",
    "SELECT session_id, signal, value, at, received_at FROM records_samplerow ORDER BY 1, 2, 4",
    "SELECT username, full_name, roles, is_active, new_until FROM accounts_staff ORDER BY id",
    "SELECT * FROM records_sessionrow ORDER BY id",
    "SELECT * FROM records_vialrow ORDER BY id",
    "SELECT * FROM records_chair ORDER BY id",
    "SELECT * FROM records_oncall ORDER BY id",
)


def test_an_empty_home_comes_to_the_same_head_and_is_served(exported: Path, tmp_path: Path) -> None:
    done = sereniv("import", exported / "all.zip", "--home", tmp_path / "new")
    assert done.returncode == 0, done.stderr
    there, here = asked(exported / "home", LEDGER), asked(tmp_path / "new", LEDGER)
    assert here == there[: len(here)]
    assert [kind for _, _, _, kind, *_ in there[len(here) :]] == ["RecordsExported"], "the export itself, noted after"
    for query in TABLES:
        assert asked(tmp_path / "new", query) == asked(exported / "home", query), query
    assert f"{here[-1][0]} {here[-1][-1]}" in done.stdout
    assert "Sound." in sereniv("verify", "--home", tmp_path / "new").stdout
    # A demo's clock is no part of its records: by the real one its morning is long over, and it would be staged anew.
    shutil.copy(exported / "home" / "clock.json", tmp_path / "new" / "clock.json")
    code = sereniv("first-code", "admin", "--home", tmp_path / "new")
    assert code.returncode == 0, code.stderr
    server = Server(tmp_path / "new")
    try:
        browser = Browser(server.port())
        browser.get("/sign-in/")
        status, _ = browser.post("/sign-in/", {"login": "nurse", "password": PASSWORD})
        assert status == 200, "no password came along"
        browser.sign_in("admin", code.stdout.partition("with the code ")[2].partition(" ")[0])
        server.stop()
    finally:
        kill_servers()


def test_what_is_in_it_is_read_by_any_program_and_holds_no_secret(exported: Path) -> None:
    home = exported / "home"
    secrets = [(home / name).read_bytes() for name in ("secret.key", "gateway.token")]
    secrets += [str(each[0]).encode() for each in asked(home, "SELECT password FROM accounts_staff") if each[0]]
    with zipfile.ZipFile(exported / "all.zip") as archive:
        names = archive.namelist()
        columns = {
            (line["file"], line["column"])
            for line in csv.DictReader(io.StringIO(archive.read("dictionary.csv").decode()))
        }
        for name in names:
            content = archive.read(name)
            assert not [secret for secret in secrets if secret in content], name
            if name.endswith(".csv") and name != "dictionary.csv":
                header = next(csv.reader(io.StringIO(content.decode())))
                assert {(name, column) for column in header} <= columns
        about = json.loads(archive.read("export.json"))
        entries = archive.read("entries.jsonl").decode().splitlines()
        papers = [name for name in names if name.startswith("papers/")]
        assert all(archive.read(name).startswith(b"%PDF") for name in papers), "each could be drawn"
        with archive.open("events/VitalsCharted.csv") as file:
            charted = list(csv.DictReader(io.TextIOWrapper(file, encoding="utf-8")))
    assert len(entries) == about["head"]["seq"]
    assert len(charted) == sum('"kind":"VitalsCharted"' in line for line in entries)
    assert charted[0]["systolic"].isdigit()
    sessions = asked(home, "SELECT count(*) FROM records_sessionrow")[0][0]
    assert sum("/infusions/" in name for name in papers) == sessions
    assert (exported / "all.zip").stat().st_mode & 0o077 == 0


def test_it_stands_in_the_audit_with_its_digest(exported: Path) -> None:
    import hashlib

    (payload,) = asked(exported / "home", "SELECT payload FROM records_entry WHERE kind = 'RecordsExported'")
    said = json.loads(str(payload[0]))
    assert said["reason"] == BECAUSE[1]
    assert said["sha256"] == hashlib.sha256((exported / "all.zip").read_bytes()).hexdigest()
    assert said["sealed"] is False


def test_an_encrypted_one_opens_with_its_key_alone(exported: Path, tmp_path: Path) -> None:
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "key").write_text(f"{identity}\n")
    (tmp_path / "other").write_text(f"{pyrage.x25519.Identity.generate()}\n")
    home = tmp_path / "home"
    shutil.copytree(exported / "home", home)
    made = sereniv(
        "export",
        "--home",
        home,
        "--to",
        tmp_path / "all.age",
        "--to-key",
        identity.to_public(),
        "--without-papers",
        *BECAUSE,
    )
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "all.age").read_bytes().startswith(b"age-encryption.org/v1")
    for key, words in ((), "is encrypted"), (("--key", tmp_path / "other"), "does not open with this key"):
        refused = sereniv("import", tmp_path / "all.age", "--home", tmp_path / "new", *key)
        assert refused.returncode == 1
        assert words in refused.stderr
        assert not (tmp_path / "new").exists()
    brought = sereniv("import", tmp_path / "all.age", "--home", tmp_path / "new", "--key", tmp_path / "key")
    assert brought.returncode == 0, brought.stderr


def altered(exported: Path, place: Path, name: str, old: bytes, new: bytes, *, digested: bool) -> Path:
    """Write the export anew with one file changed, and its digest as well where somebody takes the trouble."""
    import hashlib

    with zipfile.ZipFile(exported / "all.zip") as archive, zipfile.ZipFile(place, "w") as out:
        content = {each: archive.read(each) for each in archive.namelist()}
        assert old in content[name]
        content[name] = content[name].replace(old, new, 1)
        if digested:
            about = json.loads(content["export.json"])
            about["files"][name] = hashlib.sha256(content[name]).hexdigest()
            content["export.json"] = json.dumps(about).encode()
        for each, written in content.items():
            out.writestr(each, written)
    return place


@pytest.mark.parametrize("digested", [False, True])
def test_an_altered_one_is_refused_and_leaves_nothing(exported: Path, tmp_path: Path, digested: bool) -> None:
    place = altered(
        exported,
        tmp_path / "altered.zip",
        "entries.jsonl",
        b'\\"systolic\\":\\"1',
        b'\\"systolic\\":\\"2',
        digested=digested,
    )
    done = sereniv("import", place, "--home", tmp_path / "new")
    assert done.returncode == 1
    assert ("is not sound" if digested else "is not what was put in") in done.stderr
    assert not (tmp_path / "new").exists()


def test_one_cut_short_is_refused(exported: Path, tmp_path: Path) -> None:
    whole = (exported / "all.zip").read_bytes()
    (tmp_path / "short.zip").write_bytes(whole[: len(whole) // 2])
    done = sereniv("import", tmp_path / "short.zip", "--home", tmp_path / "new")
    assert done.returncode == 1
    assert "is no whole export" in done.stderr


def test_a_served_home_is_exported_on_its_page_alone(exported: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(exported / "home", home)
    server = Server(home)
    try:
        server.port()
        done = sereniv("export", "--home", home, "--to", tmp_path / "all.zip", *BECAUSE)
        assert done.returncode == 1
        assert "Another Sereniv process is serving" in done.stderr
        server.kill()
    finally:
        kill_servers()
    assert not (tmp_path / "all.zip").exists()


def test_nothing_is_written_over_and_a_dot_is_no_reason(exported: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(exported / "home", home)
    again = sereniv("export", "--home", home, "--to", exported / "all.zip", "--without-papers", *BECAUSE)
    assert again.returncode == 1
    assert "is there already" in again.stderr
    terse = sereniv("export", "--home", home, "--to", tmp_path / "all.zip", "--because", ".", "--without-papers")
    assert terse.returncode == 1
    assert not (tmp_path / "all.zip").exists()

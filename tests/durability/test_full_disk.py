"""A disk that is really full, and one that is really read-only: words, exit codes, nothing half made, nothing lost.

A small file system of memory is mounted for one process and its children, where this machine lets us.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sereniv.clinic.demo.people import PASSWORD, demo_id
from tests.durability.browser import Browser
from tests.durability.homes import Server
from tests.durability.test_refused_starts import PREPARE
from tests.staged import ROOT, copied_home, environment

pytestmark = pytest.mark.slow
SPARE_MIB = 6
MOUNTED = 'mount -t tmpfs -o size="$1"m tmpfs "$2" && shift 2 && exec "$@"'
APART = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", MOUNTED, "sh"]


def may_mount(place: Path) -> bool:
    (place / "tried").mkdir()
    try:
        return subprocess.run([*APART, "1", place / "tried", "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


class Disk:
    """A small disk that a process of ours holds mounted; seen from here through that process."""

    def __init__(self, at: Path, mebibytes: int) -> None:
        at.mkdir()
        self._holder = subprocess.Popen([*APART, str(mebibytes), at, "sh", "-c", "echo mounted; exec cat"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == b"mounted\n"
        self.at = at
        self.seen = Path(f"/proc/{self._holder.pid}/root{at}")

    @property
    def inside(self) -> list[str]:
        """The words that run a command where the disk is mounted."""
        return ["nsenter", "--user", "--mount", "--preserve-credentials", "--target", str(self._holder.pid), "--"]

    def sereniv(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        command = [*self.inside, sys.executable, "-m", "sereniv", *map(str, arguments)]
        return subprocess.run(
            command, env=environment(), cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
        )

    def fill(self) -> None:
        """Leave not a byte."""
        with (self.seen / "filler").open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass

    def empty(self) -> None:
        (self.seen / "filler").unlink()

    def grow(self, mebibytes: int) -> None:
        subprocess.run([*self.inside, "mount", "-o", f"remount,size={mebibytes}m", str(self.at)], check=True)

    def read_only(self) -> None:
        subprocess.run([*self.inside, "mount", "-o", "remount,ro", str(self.at)], check=True)

    def unmount(self) -> None:
        self._holder.communicate()


@contextmanager
def disk(place: Path, mebibytes: int) -> Iterator[Disk]:
    if not may_mount(place):
        pytest.skip("this machine lets nobody mount a small disk")
    found = Disk(place / "disk", mebibytes)
    try:
        yield found
    finally:
        found.unmount()


def words_of(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    for each in words:
        assert each in done.stderr, done.stderr


def made_in(home: Path) -> set[str]:
    return {each.name for each in home.rglob("*")} if home.exists() else set()


def mebibytes_of(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file()) // 2**20 + 1


def test_a_first_start_on_a_full_disk_leaves_nothing_half_made(place: Path) -> None:
    with disk(place, 1) as small:
        small.fill()
        words_of(small.sereniv("serve", "--clinic", "--home", small.at / "home", "--timezone", "UTC"), "is full")
        assert made_in(small.seen / "home") <= {"home.lock"}
        small.empty()
        words_of(small.sereniv("serve", "--clinic", "--home", small.at / "home", "--timezone", "UTC"), "is full")
        assert not [name for name in made_in(small.seen / "home") if name.endswith((".tmp", ".part"))]
        small.grow(30)
        prepare = [*small.inside, sys.executable, "-c", PREPARE, str(small.at / "home")]
        subprocess.run(prepare, check=True, env=environment(), cwd=ROOT, timeout=120)
        assert small.sereniv("verify", "--home", small.at / "home").returncode == 0, "with room, it heals"


def test_a_home_that_stands_on_a_full_disk_is_refused_in_words_and_no_key_is_half_made(place: Path) -> None:
    """It was a disk I/O error, and the key of the backups stayed empty for good."""
    staged = copied_home(place / "home")
    with disk(place, mebibytes_of(staged) + SPARE_MIB) as small:
        shutil.copytree(staged, small.seen / "home")
        small.fill()
        for arguments in (("serve", "--port", 0), ("add-chair", "Chair 9"), ("backup-key",)):
            words_of(small.sereniv(*arguments, "--home", small.at / "home"), "is full")
        assert not (small.seen / "home" / "backup.key").exists()
        assert "has room" in small.sereniv("verify", "--home", small.at / "home").stderr
        small.empty()
        assert small.sereniv("backup-key", "--home", small.at / "home").returncode == 0


def test_a_home_on_a_read_only_disk_is_refused_in_words(place: Path) -> None:
    staged = copied_home(place / "home")
    with disk(place, mebibytes_of(staged) + SPARE_MIB) as small:
        shutil.copytree(staged, small.seen / "home")
        small.read_only()
        words_of(small.sereniv("serve", "--home", small.at / "home", "--port", 0), "cannot be written", "read-only")
        words_of(small.sereniv("add-chair", "Chair 9", "--home", small.at / "home"), "cannot be written")
        words_of(small.sereniv("export-ledger", small.at / "out.jsonl", "--home", small.at / "home"), "was not written")
        outside = place / "out.jsonl"
        done = small.sereniv("export-ledger", outside, "--home", small.at / "home")
        assert done.returncode == 0, done.stderr
        assert small.sereniv("verify", outside).returncode == 0
        assert small.sereniv("export-ledger", "--home", small.at / "home").stdout == outside.read_text()


def test_what_was_typed_survives_a_disk_that_is_full(place: Path) -> None:
    staged = copied_home(place / "home")
    with disk(place, mebibytes_of(staged) + SPARE_MIB) as small:
        shutil.copytree(staged, small.seen / "home")
        server = Server(small.at / "home", small.inside, place / "server.log")
        browser = Browser(server.port())
        browser.sign_in("nurse", PASSWORD)
        chair = f"/sessions/{demo_id('infusing-session')}/"
        status, page = browser.get(f"{chair}vitals/")
        assert status == 200
        small.fill()
        form = {**hidden(page), "systolic": "131", "diastolic": "83", "heart_rate": "77", "spo2": "97"}
        for _ in range(40):  # the log of the database may still hold a few
            status, page = browser.post(f"{chair}vitals/", form)
            if status != 302:
                break
            form["key"] = hidden(browser.get(f"{chair}vitals/")[1])["key"]
        assert status == 503
        assert "Not recorded. The disk of this clinic" in page
        assert 'value="131"' in page
        assert "Traceback" not in server.log()
        status, page = browser.post(f"{chair}note-down/", {**form, "kind": "remark", "text": "looked pale at 10"})
        assert "looked pale at 10" in page
        assert browser.get(chair)[0] == 200, "what is recorded can be read"
        small.empty()
        status, _ = browser.post(f"{chair}vitals/", form)
        assert status == 302
        assert "131/83" in browser.get(f"{chair}log/")[1]
        server.stop()
        checked = small.sereniv("verify", "--home", small.at / "home")
        assert checked.returncode == 0, checked.stdout + checked.stderr


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of a page's last form."""
    form = page.rpartition("<form")[2]
    return {
        name: value
        for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", form)
        for name in re.findall(r'name="([^"]*)"', tag)
        for value in re.findall(r'value="([^"]*)"', tag)
    }

"""kill -9 in the midst of charting, over and over: what was acknowledged is there, once, and the chair goes on."""

from __future__ import annotations

import contextlib
import select
import socket
import subprocess
import sys
import time
from enum import Enum
from pathlib import Path

import numpy as np
import pytest

from sereniv.clinic.demo.people import PASSWORD, demo_id
from sereniv.verify import main as verify_main
from sereniv.verify import read_heads, read_ledger
from tests.durability.browser import Browser
from tests.durability.homes import DEADLINE_S, Server
from tests.durability.inspection import integrity, keys, verified
from tests.durability.sent_keys import key_in_ledger
from tests.staged import ROOT, copied_home, environment

pytestmark = pytest.mark.slow

MOST_REQUESTS = 8
LONGEST_HEARING_S = 0.03
CHAIR = f"/sessions/{demo_id('infusing-session')}/"
Form = tuple[str, dict[str, str]]


class Moment(Enum):
    """When the server is killed: after sending a form, and of this form's answer nothing or little is heard."""

    AT_ONCE = "at once"
    RANDOM = "at random"
    KEPT = "kept, not yet told"


def _is_heard(connection: socket.socket, seconds: float) -> bool:
    return bool(select.select([connection], [], [], seconds)[0])


def _until_kept(home: Path, key: str) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while key not in keys(home):
        assert time.monotonic() < deadline, f"{key} was never written"


class Charting:
    """A nurse's tablet that remembers what was acknowledged to it and what it does not know about."""

    def __init__(self, browser: Browser, rng: np.random.Generator) -> None:
        self.browser = browser
        self.acknowledged: list[str] = []
        self.unknown: list[Form] = []
        self.made: set[str] = set()
        self._rng = rng
        self._made = 0

    def next_form(self) -> Form:
        """Make up the next thing to chart, under a key of its own."""
        self._made += 1
        key = f"kill-test-{self._made:05d}"
        choices: list[Form] = [
            ("vitals/", {"systolic": str(self._rng.integers(100, 150)), "diastolic": "80", "heart_rate": "75"}),
            ("observe/", {"observation": "nausea", "grade": "1", "remark": f"remark {self._made}"}),
            ("note-down/", {"kind": "remark", "text": f"remark {self._made}"}),
        ]
        path, form = choices[int(self._rng.integers(len(choices)))]
        keyed = {**form, "key": key}
        self.made.add(key_in_ledger(keyed))
        return CHAIR + path, keyed

    def chart(self) -> None:
        """Chart one thing and note the acknowledgement."""
        self.send(self.next_form())

    def send(self, form: Form) -> None:
        """Send a form, which must be taken."""
        status, page = self.browser.post(*form)
        assert 200 <= status < 400, page
        self.acknowledged.append(key_in_ledger(form[1]))

    def chart_while_dying(self, server: Server, moment: Moment) -> None:
        """Send a form and kill the server at once, at random before, while or after it answers, or once it is kept."""
        form = self.next_form()
        connection = self.browser.begin_post(*form)
        heard = b""
        with contextlib.closing(connection):
            if moment is Moment.KEPT:
                _until_kept(server.home, key_in_ledger(form[1]))
            elif moment is Moment.RANDOM and _is_heard(connection, float(self._rng.uniform(0, LONGEST_HEARING_S))):
                heard = connection.recv(64)
            server.kill()
        if heard.startswith(b"HTTP/1.1 302"):
            self.acknowledged.append(key_in_ledger(form[1]))
        else:
            assert not heard, heard
            self.unknown.append(form)

    def resolve_unknown(self, home: Path) -> bool:
        """Send again what no answer came to, twice; say whether it had been written the first time."""
        if not self.unknown:
            return False
        form = self.unknown.pop()
        before = keys(home).count(key_in_ledger(form[1]))
        assert before <= 1
        self.send(form)
        assert self.browser.post(*form)[0] == 302
        return bool(before)


MOMENTS = tuple(Moment)


@pytest.mark.parametrize("rounds", [9, pytest.param(30, marks=pytest.mark.long)])
def test_every_acknowledged_entry_outlives_every_kill(rounds: int, place: Path) -> None:
    home = copied_home(place / "home")
    rng = np.random.default_rng(20)
    server = Server(home)
    charting = Charting(Browser(server.port()), rng)
    charting.browser.sign_in("nurse", PASSWORD)
    kept_unheard = 0
    for number in range(rounds):
        for _ in range(int(rng.integers(MOST_REQUESTS))):
            charting.chart()
        charting.chart_while_dying(server, MOMENTS[number % len(MOMENTS)])
        server = Server(home)
        charting.browser.port = server.port()
        kept_unheard += charting.resolve_unknown(home)
        _is_whole(home, charting)
    server.stop()
    assert verify_main([str(home / "sereniv.db"), "--against", str(home / "checkpoints.jsonl")]) == 0
    assert kept_unheard >= rounds // len(MOMENTS)


def _is_whole(home: Path, charting: Charting) -> None:
    present = keys(home)
    assert len(present) == len(set(present))
    assert set(charting.acknowledged) <= set(present)
    assert charting.made & set(present) == set(charting.acknowledged)
    report = verified(home)
    assert report.sound, report.faults
    assert integrity(home) == "ok"
    status, page = charting.browser.get(CHAIR)
    assert (status, "Chart vitals" in page) == (200, True)


def test_time_never_runs_backwards_over_a_kill(place: Path) -> None:
    home = copied_home(place / "home")
    server = Server(home)
    charting = Charting(Browser(server.port()), np.random.default_rng(1))
    charting.browser.sign_in("nurse", PASSWORD)
    assert charting.browser.post("/demo/clock/", {"act": "jump60", "key": "clock-jump-1"})[0] == 302
    charting.chart()
    server.kill()
    (home / "clock.json").write_text("", encoding="ascii")  # as power loss may leave it
    server = Server(home)
    charting.browser.port = server.port()
    charting.chart()
    server.stop()
    recorded = [_recorded_at(home, key) for key in charting.acknowledged]
    assert recorded == sorted(recorded)


def _recorded_at(home: Path, key: str) -> str:
    return next(str(row["recorded_at"]) for row in read_ledger(home / "sereniv.db") if row["key"] == key)


def test_sigterm_ends_a_server_with_an_open_stream_and_frees_the_home(place: Path) -> None:
    before = _git_status()
    home = copied_home(place / "home")
    server = Server(home)
    browser = Browser(server.port())
    browser.sign_in("nurse", PASSWORD)
    with contextlib.closing(browser.open_stream()):
        server.stop()
    last = verified(home)
    assert last.sound, last.faults
    assert _last_checkpoint_seq(home) == last.head.seq
    again = Server(home)
    assert again.port()
    again.stop()
    assert _git_status() == before


def _last_checkpoint_seq(home: Path) -> int:
    return read_heads(home / "checkpoints.jsonl", home / "checkpoint.pem")[-1].seq


def _git_status() -> str:
    if not (ROOT / ".git").exists():
        return ""
    return subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_a_second_server_on_the_same_home_is_refused_in_words(place: Path) -> None:
    home = copied_home(place / "home")
    server = Server(home)
    server.port()
    second = subprocess.run(
        [sys.executable, "-m", "sereniv", "serve", "--home", str(home), "--port", "0"],
        env=environment(), cwd=ROOT, capture_output=True, text=True, check=False, timeout=DEADLINE_S,
    )  # fmt: skip
    server.kill()
    assert second.returncode == 1
    assert "Another Sereniv process is serving the home" in second.stderr

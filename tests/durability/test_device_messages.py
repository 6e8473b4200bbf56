"""What was answered AA is there after a kill, once and as it was sent; and docs/monitors.md runs as it is printed."""

import json
import re
import shlex
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sereniv.clinic.demo.people import demo_id
from sereniv.exchange.hl7v2 import framed
from tests.durability.homes import Server
from tests.exchange.speaking import answered, row, spoken
from tests.staged import ROOT, copied_home, environment

pytestmark = pytest.mark.slow

SENDERS, AT_LEAST = 3, 150
KILLS = 3
SESSION = demo_id("infusing-session")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def at_the_chair(home: Path) -> None:
    """Let the demo's first monitor send from this computer, and stand at the chair of a running infusion."""
    with closing(sqlite3.connect(home / "sereniv.db")) as database, database:
        database.execute("UPDATE records_device SET source = '127.0.0.1' WHERE name = 'Bedside 1'")
        database.execute("UPDATE records_sessionrow SET monitor = 'Bedside 1' WHERE id = ?", [SESSION.hex])


def listen(*arguments: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "sereniv", "listen", *arguments],
        env=environment(), cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return ran.stdout


def clock_of(home: Path) -> datetime:
    """Return what the home's clock shows, to the second: the demo's morning, whatever the real one says."""
    shown = json.loads((home / "clock.json").read_text(encoding="utf-8"))["shown"]
    return datetime.fromisoformat(shown).astimezone(UTC).replace(microsecond=0)


class Bedside(threading.Thread):
    """Sends one message after another for as long as it is answered, and notes which were taken.

    What was sent and not answered is sent again, as it was, to the next server.
    """

    def __init__(self, port: int, name: str, unanswered: bytes | None, round_: int, begin: datetime) -> None:
        super().__init__(daemon=True)
        self.taken: dict[str, bytes] = {}
        self.unanswered = unanswered
        self.enough = threading.Event()
        self._port, self._messages = port, self._ever_later(name, round_, begin)

    def _ever_later(self, name: str, round_: int, begin: datetime) -> Iterator[bytes]:
        # No two senders ever say the same microsecond.
        at = begin + timedelta(microseconds=10 * round_ + int(name[1:]))
        for number in range(100_000):
            at += timedelta(milliseconds=1)
            stamp = f"{at:%Y%m%d%H%M%S.%f}+0000"
            yield spoken(row(value="97"), number=f"{name}-{round_}-{number}", sender="BEDSIDE1", at=stamp)

    def run(self) -> None:
        """Send until the server is gone."""
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=60) as line:
                while True:
                    self.unanswered = self.unanswered or next(self._messages)
                    line.sendall(framed(self.unanswered))
                    said = b""
                    while b"\x1c\r" not in said:
                        more = line.recv(4096)
                        if not more:
                            return
                        said += more
                    code, number = answered(said[1:-2])
                    assert code == "AA", said
                    self.taken[number] = self.unanswered
                    self.unanswered = None
                    if len(self.taken) >= AT_LEAST:
                        self.enough.set()
        except OSError:
            return


def test_what_was_answered_is_there_after_each_kill_once_and_as_it_was_sent(place: Path) -> None:
    home, port = copied_home(place / "home"), free_port()
    listen("--port", str(port), "--home", str(home))
    taken: dict[str, bytes] = {}
    unanswered: list[bytes | None] = [None] * SENDERS
    for round_ in range(KILLS):
        at_the_chair(home)
        server = Server(home)
        server.port()
        begin = clock_of(home) - timedelta(hours=2)
        senders = [Bedside(port, f"s{number}", unanswered[number], round_, begin) for number in range(SENDERS)]
        for each in senders:
            each.start()
        assert all(each.enough.wait(120) for each in senders)
        server.kill()
        for each in senders:
            each.join(60)
            taken |= each.taken
        unanswered = [each.unanswered for each in senders]
    with closing(sqlite3.connect(home / "sereniv.db")) as database:
        kept = database.execute(
            "SELECT control_id, content, state FROM records_devicemessage WHERE sender LIKE 'BEDSIDE1%'"
        )
        rows = kept.fetchall()
        count = "SELECT count(*), count(DISTINCT at) FROM records_samplerow WHERE device = 'Bedside 1'"
        samples, moments = database.execute(count).fetchone()
    numbers = [number for number, _, _ in rows]
    assert len(numbers) == len(set(numbers)), "nothing is there twice"
    assert {number: content for number, content, _ in rows if number in taken} == taken
    charted = sum(state == "charted" for _, _, state in rows)
    assert charted == samples == moments > AT_LEAST


def printed() -> list[list[str]]:
    """Return the commands of docs/monitors.md, in their order."""
    blocks = re.findall(r"```\n(.*?)```", (ROOT / "docs" / "monitors.md").read_text(encoding="utf-8"), re.DOTALL)
    return [shlex.split(block) for block in blocks]


def test_the_guide_connects_a_monitor_as_it_says(place: Path) -> None:
    home, port = copied_home(place / "home"), free_port()
    at_the_chair(home)
    on_this_computer, on_the_network, try_it = printed()
    put = {"2575": str(port), "HOME": str(home)}
    assert f"127.0.0.1:{port}, in clear" in listen(*(put.get(word, word) for word in on_this_computer[2:]))
    assert set(on_the_network) >= {"--address", "--certificate", "--key", "--authorities"}
    server = Server(home)
    server.port()
    said = subprocess.run(
        [sys.executable, *(put.get(word, word) for word in try_it[1:])],
        env=environment(), cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout + said.stderr
    assert [line.split()[0] for line in said.stdout.splitlines()] == ["AA", "AA"]
    unknown = [sys.executable, "docs/gateway/send_hl7.py", "--name", "NOBODY", "--port", str(port), "--count", "1"]
    turned = subprocess.run(unknown, env=environment(), cwd=ROOT, capture_output=True, text=True, check=False)
    assert turned.returncode == 1
    assert "No device here is called NOBODY" in turned.stdout
    server.stop()
    assert "not listened for" in listen("--nowhere", "--home", str(home))

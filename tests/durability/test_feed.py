"""What the feed's door has answered as kept is there after the server was killed, once and as it was sent."""

import http.client
import json
import sqlite3
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sereniv.clinic.demo.people import demo_id
from tests.durability.homes import Server

pytestmark = pytest.mark.slow

SESSION = str(demo_id("infusing-session"))
SENDERS, AT_LEAST = 4, 400


class Feed(threading.Thread):
    """Sends one message after another for as long as it is answered, twenty in a request, and notes what was kept."""

    def __init__(self, home: Path, port: int, number: int) -> None:
        super().__init__(daemon=True)
        self.kept: set[str] = set()
        self.enough = threading.Event()
        self._token = (home / "gateway.token").read_text(encoding="ascii").strip()
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._at = datetime.fromisoformat(self._ask("GET", f"/gateway/sessions/{SESSION}/")["now"])
        self._at = self._at.replace(microsecond=number) - timedelta(hours=2)

    def run(self) -> None:
        """Send until the server is gone."""
        try:
            while True:
                moments = [self._at + timedelta(seconds=second) for second in range(20)]
                self._at += timedelta(milliseconds=20)
                said = self._ask("POST", "/gateway/messages/", {"messages": [self._message(at) for at in moments]})
                assert said == {"messages": [{"received": 1}] * 20}, said
                self.kept.update(at.strftime("%Y-%m-%d %H:%M:%S.%f") for at in moments)
                if len(self.kept) >= AT_LEAST:
                    self.enough.set()
        except (OSError, http.client.HTTPException):
            return

    def _message(self, at: datetime) -> dict[str, Any]:
        sample = {"signal": "spo2", "value": 97, "at": at.isoformat()}
        return {"session": SESSION, "device": "feed", "samples": [sample]}

    def _ask(self, method: str, path: str, content: object = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        self._connection.request(method, path, json.dumps(content), headers)
        answer: dict[str, Any] = json.loads(self._connection.getresponse().read())
        return answer


def test_what_was_answered_as_kept_is_there_after_a_kill(place: Path) -> None:
    home = place / "home"
    server = Server(home)
    port = server.port()
    feeds = [Feed(home, port, number) for number in range(SENDERS)]
    for each in feeds:
        each.start()
    assert all(each.enough.wait(120) for each in feeds)
    server.kill()
    for each in feeds:
        each.join(30)
    connection = sqlite3.connect(home / "sereniv.db")
    rows = connection.execute("SELECT at, value FROM records_samplerow WHERE device = 'feed'").fetchall()
    connection.close()
    stored = [datetime.fromisoformat(at).strftime("%Y-%m-%d %H:%M:%S.%f") for at, _ in rows]
    assert len(stored) == len(set(stored)), "nothing is there twice"
    assert set().union(*(each.kept for each in feeds)) <= set(stored)
    assert {float(value) for _, value in rows} == {97.0}

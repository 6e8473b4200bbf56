#!/usr/bin/env python3
"""Send made-up values to a session, as a monitor feed of your own would: standard library alone.

    python3 docs/gateway/send.py --home HOME --session SESSION [--port 8000] [--rounds 3]

HOME is the folder of the home, whose `gateway.token` opens the door. See docs/gateway.md.
"""

import argparse
import json
import time
import urllib.error
import urllib.request
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

DEVICE = "Example feed"
SIGNALS = {"heart_rate": 72, "spo2": 98, "systolic": 121, "diastolic": None}
TRIES = 5
INTERVAL_S = 1


class Door:
    """The gateway of one home on this computer."""

    def __init__(self, port: int, token: str) -> None:
        self._base = f"http://127.0.0.1:{port}/gateway/"
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(self, path: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a message, the same one again while no answer comes; a refusal (4xx) ends the program with its words."""
        body = None if content is None else json.dumps(content).encode()
        for again in range(TRIES):
            request = urllib.request.Request(self._base + path, body, self._headers)  # noqa: S310  this computer alone
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                    told: dict[str, Any] = json.load(answer)
                    return told
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    raise SystemExit(f"Refused ({error.code}): {words_of(error)}") from error
            except OSError as error:
                print(f"No answer ({error}); the same message goes again.")
            time.sleep(2**again)
        raise SystemExit(f"No answer in {TRIES} tries. Keep what was not taken, and chart by hand meanwhile.")


def words_of(error: urllib.error.HTTPError) -> str:
    """Return the words of a refusal; another program at this port answers otherwise."""
    try:
        return str(json.load(error)["error"])
    except (ValueError, KeyError, TypeError):
        return "that was not Sereniv's door; look at the port."


def token_of(home: Path) -> str:
    """Return what opens the door of this home."""
    try:
        return (home / "gateway.token").read_text(encoding="ascii").strip()
    except OSError as error:
        raise SystemExit(f"{home} is no home that can be read here: {error.strerror}.") from error


def main() -> None:
    """Connect once, then send a round of values an interval apart."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--session", required=True)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    door = Door(options.port, token_of(options.home))
    session = f"sessions/{options.session}/"
    start = datetime.fromisoformat(door.ask(session)["now"])
    hello = {"device": DEVICE, "interval_s": INTERVAL_S, "signals": list(SIGNALS), "key": f"feed-{uuid.uuid4()}"}
    door.ask(f"{session}connect/", hello)
    for number in range(options.rounds):
        at = (start + timedelta(seconds=number * INTERVAL_S)).isoformat()
        samples = [{"signal": name, "value": value, "at": at} for name, value in SIGNALS.items()]
        told = door.ask(f"{session}samples/", {"device": DEVICE, "samples": samples})
        print(f"{told['received']} values of {at} taken.")


if __name__ == "__main__":
    main()

"""How many messages of monitors a second are kept durably, beside somebody who charts, and where the ceiling lies.

    python3 run.py benchmark feed [--seconds 20]

A feed of forty monitors sends once every tenth of a second what is due, over one connection that it keeps open, to a
served demo; a message is answered after its commit. Meanwhile somebody charts vital signs once a second. Then four
feeds send as fast as they are answered. Nothing is held to a limit here.
"""

import argparse
import http.client
import json
import os
import platform
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sized import Home

SIGNALS = ("heart_rate", "spo2", "respiratory_rate")
MONITORS = 40
EVERY_S = 0.1
AT_ONCE = 100
"""Messages in a request of a feed that sends as fast as it can."""


class Feed:
    """One connection that is kept open, and the messages that monitors send over it."""

    def __init__(self, home: Home, number: int) -> None:
        self._home = home
        self._connection = http.client.HTTPConnection(home.address.removeprefix("http://"))
        self._moments = self._ever_later(number)

    def _ever_later(self, number: int) -> Iterator[str]:
        now = datetime.fromisoformat(self._home.at_the_door(self._connection, "GET", "", {})["now"])
        at = now - timedelta(days=1) + timedelta(microseconds=number)
        while True:
            at += timedelta(milliseconds=1)
            yield at.isoformat()

    def send(self, messages: int) -> float:
        """Send so many messages in one request; returns after how many milliseconds they were kept."""
        body = json.dumps({"messages": [self._message() for _ in range(messages)]})
        before = time.perf_counter()
        self._connection.request("POST", "/gateway/messages/", body, self._home.machine)
        answer = json.loads(self._connection.getresponse().read())
        taken = (time.perf_counter() - before) * 1000
        if answer != {"messages": [{"received": len(SIGNALS)}] * messages}:
            raise RuntimeError(f"The feed was answered {answer}.")
        return taken

    def _message(self) -> dict[str, object]:
        at = next(self._moments)
        samples = [{"signal": signal, "value": 60 + place, "at": at} for place, signal in enumerate(SIGNALS)]
        return {"session": self._home.session, "device": "bench", "samples": samples}


def paced(feed: Feed, a_second: int, seconds: float) -> list[float]:
    """Send so many messages a second for so long; returns after how many milliseconds each request was kept."""
    taken = []
    due = time.perf_counter()
    end = due + seconds
    while due < end:
        time.sleep(max(0.0, due - time.perf_counter()))
        # From when it was due: what waits behind a slow answer is not counted as quick.
        begun = time.perf_counter()
        taken.append(feed.send(round(a_second * EVERY_S)) + max(0.0, begun - due) * 1000)
        due += EVERY_S
    return taken


def ceiling(feeds: list[Feed], seconds: float) -> float:
    """Return how many messages a second are kept where feeds send as fast as they are answered."""
    counted = [0] * len(feeds)
    until = time.perf_counter() + seconds

    def go_on(place: int) -> None:
        while time.perf_counter() < until:
            feeds[place].send(AT_ONCE)
            counted[place] += AT_ONCE

    threads = [threading.Thread(target=go_on, args=[place]) for place in range(len(feeds))]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counted) / (time.perf_counter() - begun)


def charting_beside(home: Home, ending: threading.Event) -> list[float]:
    """Chart vital signs once a second until told to end; returns how many milliseconds each took."""
    taken: list[float] = []
    while not ending.wait(1.0):
        taken.append(home.chart_vitals(1))
    return taken


def quantile(values: list[float], share: float) -> float:
    """Return the value below which so large a share lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory(prefix="sereniv-feed-") as name:
        home = Home(Path(name) / "demo")
        alone = [home.chart_vitals(1) for _ in range(15)]
        print(f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite; messages of {len(SIGNALS)} samples")
        print(f"load average at the beginning {os.getloadavg()[0]:.1f}\n")
        print("| messages a second | kept after, median ms | p99 ms | charting beside, median ms | p99 ms |")
        print("|---|---|---|---|---|")
        print(f"| none | | | {statistics.median(alone):.0f} | {quantile(alone, 0.99):.0f} |")
        for number, a_second in enumerate((40, 400)):
            ending, charted = threading.Event(), []
            beside = threading.Thread(target=lambda: charted.extend(charting_beside(home, ending)))  # noqa: B023
            beside.start()
            kept = paced(Feed(home, number), a_second, seconds)
            ending.set()
            beside.join()
            print(
                f"| {a_second} | {statistics.median(kept):.0f} | {quantile(kept, 0.99):.0f} "
                f"| {statistics.median(charted):.0f} | {quantile(charted, 0.99):.0f} |"
            )
        most = ceiling([Feed(home, 10 + each) for each in range(4)], seconds)
        print(f"\nCeiling, four feeds with {AT_ONCE} messages in a request: {most:.0f} a second")
        home.stop()


if __name__ == "__main__":
    main()

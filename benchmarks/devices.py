"""How many HL7 messages of bedside monitors a second are durable before they are answered, and how long each waits.

    python3 run.py benchmark devices [--seconds 20]

Forty monitors, each on a line of its own to a served demo, send messages of four readings (PCD-01 over MLLP) and wait
for each AA, which leaves after the commit: first together 40 and 400 a second, then as fast as they are answered.
Nothing is held to a limit here.
"""

import argparse
import os
import platform
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.durability.homes import Server
from tests.exchange.speaking import BEATS, BREATHS, HEART, PULSE, RESPS, row, spoken
from tests.staged import ROOT, begin_run, copied_home, end_run, environment

from sereniv.clinic.demo.people import demo_id
from sereniv.exchange.hl7v2 import framed

MONITORS = 40
ROWS = (row(), row(HEART, "72", BEATS), row(PULSE, "71", BEATS), row(BREATHS, "14", RESPS))


def served(folder: Path) -> tuple[Server, int]:
    """Serve a copy of the demo that listens for a monitor on this computer; return server and port for devices."""
    home = copied_home(folder)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    with closing(sqlite3.connect(home / "sereniv.db")) as database, database:
        database.execute("UPDATE records_device SET source = '127.0.0.1' WHERE name = 'Bedside 1'")
        database.execute(
            "UPDATE records_sessionrow SET monitor = 'Bedside 1' WHERE id = ?", [demo_id("infusing-session").hex]
        )
    command = [sys.executable, "-m", "sereniv", "listen", "--port", str(port), "--home", str(home)]
    subprocess.run(command, env=environment(), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    server = Server(home)
    server.port()
    return server, port


class Monitor:
    """One monitor on a line that is kept open."""

    def __init__(self, port: int, number: int) -> None:
        self._line = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._messages = self._ever_later(number)

    def _ever_later(self, number: int) -> Iterator[bytes]:
        at = datetime.fromtimestamp(time.time(), UTC) - timedelta(days=1) + timedelta(microseconds=number)
        count = 0
        while True:
            at += timedelta(milliseconds=1)
            count += 1
            stamp = f"{at:%Y%m%d%H%M%S.%f}+0000"
            yield framed(spoken(*ROWS, number=f"b{number}-{at:%f}-{count}", sender="BEDSIDE1", at=stamp))

    def send(self) -> float:
        """Send one message; returns after how many milliseconds it was answered AA."""
        content = next(self._messages)
        begun = time.perf_counter()
        self._line.sendall(content)
        said = b""
        while b"\x1c\r" not in said:
            more = self._line.recv(4096)
            if not more:
                raise RuntimeError("The line was closed.")
            said += more
        if b"MSA|AA|" not in said:
            raise RuntimeError(f"A message was answered {said!r}.")
        return (time.perf_counter() - begun) * 1000


def together(monitors: list[Monitor], a_second: float | None, seconds: float) -> tuple[list[float], float]:
    """Let all send, so many messages a second in all or as fast as they are answered; return waits and rate."""
    waits: list[float] = []
    begun = time.perf_counter()
    until = begun + seconds

    def go_on(monitor: Monitor, place: int) -> None:
        every = len(monitors) / a_second if a_second else 0.0
        due = begun + every * place / len(monitors)
        own = []
        while time.perf_counter() < until:
            time.sleep(max(0.0, due - time.perf_counter()))
            # From when it was due: what waits behind a slow answer is not counted as quick.
            late = max(0.0, time.perf_counter() - due) * 1000 if a_second else 0.0
            own.append(monitor.send() + late)
            due += every
        waits.extend(own)

    threads = [threading.Thread(target=go_on, args=each) for each in zip(monitors, range(len(monitors)), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(waits), len(waits) / (time.perf_counter() - begun)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory(prefix="sereniv-devices-") as name:
        begin_run()
        server, port = served(Path(name) / "demo")
        print(f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite; {MONITORS} lines")
        print(f"load average at the beginning {os.getloadavg()[0]:.1f}\n")
        print("| asked, messages a second | answered AA a second | wait for AA, median ms | p99 ms |")
        print("|---|---|---|---|")
        for round_, a_second in enumerate((40.0, 400.0, None)):
            monitors = [Monitor(port, round_ * MONITORS + number) for number in range(MONITORS)]
            waits, rate = together(monitors, a_second, seconds)
            asked = f"{a_second:.0f}" if a_second else "as fast as answered"
            late = waits[min(len(waits) - 1, int(0.99 * len(waits)))]
            print(f"| {asked} | {rate:.0f} | {statistics.median(waits):.0f} | {late:.0f} |", flush=True)
        server.stop()
        end_run()


if __name__ == "__main__":
    main()

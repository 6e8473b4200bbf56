"""How long every page, door and act takes at three sizes of one home, over connections kept open as a browser's.

    python3 run.py benchmark size [--people 15 740 5000] [--samples 0] [--times 9]

The first size is the demo as it is; the others are grown by benchmarks/grown.py. Each figure is a median in
milliseconds; the last column says how many times the first size's the last one's is. Nothing is held to a limit here.
"""

import argparse
import http.client
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.served import Served

from sereniv.clinic.demo.people import PASSWORD

ROOT = Path(__file__).resolve().parent.parent
TODAY_OF = ("nurse", "prescriber", "coordinator", "director")
LISTS = (
    "/", "/board/tiles/", "/safety/", "/safety/items/", "/outcomes/", "/side-effects/", "/people/", "/people/?q=solano",
    "/calendar/", "/calendar/week/", "/calendar/month/", "/stock/", "/stock/record/", "/ledger/", "/ledger/check/",
    "/rules/own/", "/enquiries/", "/deviations/", "/calendar/find/?q=solano",
)  # fmt: skip
LINKS = {kind: re.compile(rf'"(/{kind}/[0-9a-f-]{{36}}/)') for kind in ("people", "sessions")}
READ_BEHIND = ("/safety/", "/today/", "/side-effects/", "/outcomes/", "/deviations/")
NOT_READ = (b"not been read for this list yet", b"being read anew")
KEEP_AS_IS = 15
"""So many people are in the demo itself: this size is not grown."""


class Browser:
    """Somebody signed in, on one connection that is kept open."""

    def __init__(self, address: str, username: str) -> None:
        self._host = address.removeprefix("http://")
        self._connection = http.client.HTTPConnection(self._host)
        self._cookies: dict[str, str] = {}
        page, _ = self.ask("/sign-in/")
        self.token = _token(page)
        self.ask("/sign-in/", {"csrfmiddlewaretoken": self.token, "login": username, "password": PASSWORD})

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[bytes, int]:
        """Return a page's content and the answer's status; redirections are not followed."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        body = None
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{self._host}"}
            body = urllib.parse.urlencode(form)
        method = "GET" if form is None else "POST"
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            # The server ends a connection on which nobody asks for some seconds, as a browser knows.
            self._connection.close()
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.read(), answer.status


def _token(page: bytes) -> str:
    found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    return found[1].decode() if found else ""


class Home:
    """One home of some size, served, with everything that is measured on it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        begun = time.perf_counter()
        self._served = Served(folder)
        self.started_s = time.perf_counter() - begun
        self._as = {name: Browser(self._served.address, name) for name in (*TODAY_OF, "admin")}
        self.read_after_s = self._all_read() - begun

    def _all_read(self) -> float:
        """Wait until every list shows everybody as they are now, which a home of before reads behind the pages."""
        for path in READ_BEHIND:
            while any(words in self._as["director"].ask(path)[0] for words in NOT_READ):
                time.sleep(1)
        return time.perf_counter()

    def figures(self, times: int) -> dict[str, tuple[float, float]]:
        """Return every figure by what it is of: its median and, for a page, its size in KB."""
        found = {f"Today, {name}": self._page(name, "/today/", times) for name in TODAY_OF}
        found |= {path: self._page("director", path, times) for path in LISTS}
        found |= {f"one of {kind}": self._page("nurse", path, times) for kind, path in self._one_of_each().items()}
        found["chart vital signs"] = (self.chart_vitals(times), 0)
        found["one monitor's message"] = (self._messages(times), 0)
        found["start, s"] = (self.started_s, 0)
        found["everybody read for the lists, s"] = (self.read_after_s, 0)
        found["memory of the server, MB"] = (self._memory_mb(), 0)
        return found

    def _page(self, name: str, path: str, times: int) -> tuple[float, float]:
        browser = self._as[name]
        content, status = browser.ask(path)
        if status != 200:
            return (float("nan"), 0)
        taken = []
        begun = time.perf_counter()
        for _ in range(times):
            before = time.perf_counter()
            browser.ask(path)
            taken.append((time.perf_counter() - before) * 1000)
            if time.perf_counter() - begun > 20:  # a page of half a minute says so at its first reading
                break
        return statistics.median(taken), len(content) / 1024

    def _one_of_each(self) -> dict[str, str]:
        board = self._as["nurse"].ask("/")[0].decode()
        return {kind: found[1] for kind, pattern in LINKS.items() if (found := pattern.search(board))}

    @property
    def address(self) -> str:
        """Where it is served."""
        return self._served.address

    @cached_property
    def session(self) -> str:
        """The id of a session at a chair."""
        return self._one_of_each()["sessions"].split("/")[2]

    @cached_property
    def machine(self) -> dict[str, str]:
        """What a machine shows at the door for monitors."""
        token = (self._folder / "gateway.token").read_text().strip()
        return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def at_the_door(self, connection: http.client.HTTPConnection, method: str, door: str, content: object) -> Any:  # noqa: ANN401  JSON
        """Ask at a session's door for monitors."""
        connection.request(method, f"/gateway/sessions/{self.session}/{door}", json.dumps(content), self.machine)
        return json.loads(connection.getresponse().read())

    def chart_vitals(self, times: int) -> float:
        """Return how many milliseconds it takes to chart vital signs, the median of some times."""
        browser, path = self._as["nurse"], f"/sessions/{self.session}/vitals/"
        taken = []
        for turn in range(times):
            page = browser.ask(path)[0].decode()
            hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
            values = {"systolic": 120 + turn, "diastolic": 80, "heart_rate": 70, "spo2": 98, "respiratory_rate": 14}
            before = time.perf_counter()
            browser.ask(path, {**hidden, **{name: str(value) for name, value in values.items()}})
            taken.append((time.perf_counter() - before) * 1000)
        return statistics.median(taken)

    def _messages(self, times: int) -> float:
        connection = http.client.HTTPConnection(self.address.removeprefix("http://"))
        told = {"device": "bench", "interval_s": 1, "signals": ["spo2"], "key": uuid.uuid4().hex}
        self.at_the_door(connection, "POST", "connect/", told)
        taken = []
        for turn in range(times * 3):
            now = datetime.fromisoformat(self.at_the_door(connection, "GET", "", {})["now"])
            sample = {"signal": "spo2", "value": 97, "at": now.replace(microsecond=turn).isoformat()}
            before = time.perf_counter()
            self.at_the_door(connection, "POST", "samples/", {"device": "bench", "samples": [sample]})
            taken.append((time.perf_counter() - before) * 1000)
        return statistics.median(taken)

    def _memory_mb(self) -> float:
        status = Path(f"/proc/{self._served.process.pid}/status")
        found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text()) if status.exists() else None
        return int(found[1]) / 1024 if found else float("nan")

    def stop(self) -> None:
        """End the server."""
        self._served.stop()


def measured(folder: Path, people: int, samples: int, times: int) -> dict[str, tuple[float, float]]:
    """Grow a copy of the demo, serve it, and return its figures."""
    place = folder / str(people)
    shutil.copytree(folder / "demo", place)
    if people > KEEP_AS_IS:
        grow = str(ROOT / "benchmarks" / "grown.py")
        command = [sys.executable, grow, str(place), str(people - KEEP_AS_IS), str(samples)]
        environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
        subprocess.run(command, check=True, env=environment)  # noqa: S603  our own program
    home = Home(place)
    try:
        return home.figures(times)
    finally:
        home.stop()
        shutil.rmtree(place)


def table(sizes: Sequence[int], figures: Sequence[dict[str, tuple[float, float]]]) -> Iterable[str]:
    """Give the lines of the table."""
    yield f"| | {' | '.join(f'{size} people' for size in sizes)} | KB at the last | ratio |"
    yield "|---" * (len(sizes) + 3) + "|"
    for name in figures[0]:
        values = [each[name][0] for each in figures]
        ratio = values[-1] / values[0] if values[0] else float("nan")
        size = f"{figures[-1][name][1]:.0f}" if figures[-1][name][1] else ""
        yield f"| {name} | {' | '.join(f'{value:.1f}' for value in values)} | {size} | {ratio:.1f} |"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=[KEEP_AS_IS, 740, 5000])
    parser.add_argument("--samples", type=int, default=0)
    parser.add_argument("--times", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sereniv-size-") as name:
        folder = Path(name)
        Served(folder / "demo").stop()
        figures = [measured(folder, people, options.samples, options.times) for people in options.people]
    print(
        f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite; medians of {options.times} readings, ms"
    )
    print(f"load average at the end {os.getloadavg()[0]:.1f}\n")
    print("\n".join(table(options.people, figures)))


if __name__ == "__main__":
    main()

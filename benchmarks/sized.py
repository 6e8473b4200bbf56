"""A served home of some size, and everything that is measured on it as a browser, a machine and a clock meet it."""

import http
import http.client
import json
import re
import resource
import statistics
import subprocess
import sys
import time
import urllib.parse
import uuid
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.served import ROOT, Served

from sereniv.clinic.demo.people import PASSWORD

TODAY_OF = ("nurse", "prescriber", "coordinator", "director")
LISTS = (
    "/", "/board/tiles/", "/safety/", "/safety/items/", "/outcomes/", "/side-effects/", "/people/", "/people/?q=solano",
    "/calendar/", "/calendar/week/", "/calendar/month/", "/stock/", "/stock/record/", "/ledger/", "/ledger/check/",
    "/rules/own/", "/enquiries/", "/deviations/",
)  # fmt: skip
LINKS = {kind: re.compile(rf'"(/{kind}/[0-9a-f-]{{36}}/)') for kind in ("people", "sessions")}
READ_BEHIND = ("/safety/", "/today/", "/side-effects/", "/outcomes/", "/deviations/")
NOT_READ = (b"not been read for this list yet", b"being read anew")
ROWS = re.compile(rb"<(li|tr|article)\b")
"""What a page lists stands in these."""

LONGEST_S = 20
"""A page of half a minute says so at its first readings."""


class Figure(float):
    """One figure, with how large the page was and how many rows it listed where it is a page's."""

    kb: float = 0
    rows: int = 0
    p95: float = 0
    processor: float = 0
    """What one reading took of the server's processor, which others beside it on the machine do not lengthen."""

    @classmethod
    def of(cls, taken: list[float], page: bytes = b"") -> "Figure":
        """Return the median of some readings, with their 95 %."""
        found = cls(statistics.median(taken))
        found.kb, found.rows = len(page) / 1024, len(ROWS.findall(page))
        found.p95 = sorted(taken)[min(len(taken) - 1, round(0.95 * len(taken)))]
        return found


class Browser:
    """Somebody signed in, on one connection that is kept open."""

    def __init__(self, address: str, username: str) -> None:
        self._host = address.removeprefix("http://")
        self._connection = http.client.HTTPConnection(self._host)
        self._cookies: dict[str, str] = {}
        page, _ = self.ask("/sign-in/")
        self.token = _token(page)
        self.ask("/sign-in/", {"csrfmiddlewaretoken": self.token, "login": username, "password": PASSWORD})

    def ask(self, path: str, form: Mapping[str, str] | None = None) -> tuple[bytes, int]:
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
        self._as = {"nurse": Browser(self._served.address, "nurse")}
        self._as["nurse"].ask("/")
        self.started_s, self.started_cpu_s = time.perf_counter() - begun, self._processor_s()
        self._as["director"] = Browser(self._served.address, "director")
        self.read_after_s = self.all_read() - begun
        # Only now: whoever was signed in while nobody asked for anything is locked out by the time everybody is read.
        self._as |= {name: Browser(self._served.address, name) for name in (*TODAY_OF, "admin")}

    def all_read(self) -> float:
        """Wait until every list shows everybody as they are now; returns when."""
        for path in READ_BEHIND:
            while any(words in self._as["director"].ask(path)[0] for words in NOT_READ):
                time.sleep(1)
        return time.perf_counter()

    def figures(self, times: int) -> dict[str, Figure]:
        """Return every figure by what it is of."""
        found = {f"Today, {name}": self._page(name, "/today/", times) for name in TODAY_OF}
        found |= {path: self._page("director", path, times) for path in LISTS}
        found |= {f"one of {kind}": self._page("nurse", path, times) for kind, path in self._one_of_each().items()}
        found["numbers of a chart of 4 h at 1 Hz"] = self._page("nurse", f"/sessions/{self.session}/data/", times)
        found["chart vital signs"] = self._acts(times)
        found["one monitor's message"] = self._messages(times)
        found["start until the board is shown, s"] = Figure(self.started_s)
        found["start until the board is shown, s of a processor"] = Figure(self.started_cpu_s)
        found["everybody read for the lists, s"] = Figure(self.read_after_s)
        found |= self._midnight()
        found["memory of the server, MB"] = Figure(self._memory_mb())
        return found

    def _page(self, name: str, path: str, times: int) -> Figure:
        content = self._signed_in(name, path)
        browser = self._as[name]
        taken, used = [], []
        begun = time.perf_counter()
        while len(taken) < times and time.perf_counter() - begun < LONGEST_S:
            before, used_before = time.perf_counter(), self._processor_s()
            browser.ask(path)
            taken.append((time.perf_counter() - before) * 1000)
            used.append((self._processor_s() - used_before) * 1000)
        found = Figure.of(taken, content)
        found.processor = statistics.median(used)
        return found

    def _signed_in(self, name: str, path: str) -> bytes:
        """Return a page as somebody is shown it, who signs in anew where they were locked out meanwhile.

        Raises
        ------
        RuntimeError
            When it is not shown all the same: what it takes to be refused is no figure.
        """
        page, status = self._as[name].ask(path)
        if status != http.HTTPStatus.OK:
            self._as[name] = Browser(self.address, name)
            page, status = self._as[name].ask(path)
        if status != http.HTTPStatus.OK:
            raise RuntimeError(f"{path} answers {status} to {name}")
        return page

    def _midnight(self) -> dict[str, Figure]:
        """Turn the clock a day on, and see how long it is until everybody is read for it, and Today meanwhile."""
        self._signed_in("admin", "/today/")
        admin = self._as["admin"]
        admin.ask("/demo/clock/", {"csrfmiddlewaretoken": admin.token, "act": "jump1440"})
        begun = time.perf_counter()
        meanwhile = self._page("director", "/today/", 5)
        return {
            "Today, director, just after midnight": meanwhile,
            "everybody read for the new day, s": Figure(self.all_read() - begun),
        }

    def _one_of_each(self) -> dict[str, str]:
        board = self._signed_in("nurse", "/").decode()
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

    def chart_vitals(self, turn: int) -> float:
        """Chart vital signs once; returns how many milliseconds it took."""
        path = f"/sessions/{self.session}/vitals/"
        page = self._signed_in("nurse", path).decode()
        browser = self._as["nurse"]
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        values = {"systolic": 120 + turn, "diastolic": 80, "heart_rate": 70, "spo2": 98, "respiratory_rate": 14}
        before = time.perf_counter()
        said, status = browser.ask(path, {**hidden, **{name: str(value) for name, value in values.items()}})
        taken = (time.perf_counter() - before) * 1000
        if status not in {http.HTTPStatus.OK, http.HTTPStatus.FOUND}:
            raise RuntimeError(f"vital signs were not charted ({status}): {said[:200]!r}")
        return taken

    def _acts(self, times: int) -> Figure:
        taken, used = [], []
        for turn in range(times):
            page_and_act = self._processor_s()
            taken.append(self.chart_vitals(turn % 9))
            used.append((self._processor_s() - page_and_act) * 1000)
        found = Figure.of(taken)
        found.processor = statistics.median(used)
        return found

    def _messages(self, times: int) -> Figure:
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
        return Figure.of(taken)

    def _processor_s(self) -> float:
        """Return how many seconds of a processor the server took by now, which others beside it do not lengthen."""
        threads = Path(f"/proc/{self._served.process.pid}/task").iterdir()
        return sum(int((each / "schedstat").read_text().split()[0]) for each in threads) / 1e9

    def _memory_mb(self) -> float:
        status = Path(f"/proc/{self._served.process.pid}/status")
        found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text()) if status.exists() else None
        return int(found[1]) / 1024 if found else 0

    def stop(self) -> None:
        """End the server."""
        self._served.stop()

    def verified_s(self) -> tuple[float, float, int]:
        """Check the file of a home that is not served; returns seconds, those of processors, and how many entries."""
        command = [sys.executable, "-m", "sereniv", "verify", "--home", str(self._folder)]
        begun, used = time.perf_counter(), _used_s()
        said = subprocess.run(command, cwd=ROOT / "src", check=True, capture_output=True, text=True)  # noqa: S603  ours
        found = re.search(r"(\d+) entries", said.stdout)
        return time.perf_counter() - begun, _used_s() - used, int(found[1]) if found else 0


def _used_s() -> float:
    """Return how many seconds of processors the programs took that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

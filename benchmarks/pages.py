"""How long the demo's pages take to answer, one after the other on the loopback; prints a table.

python3 run.py benchmark pages [--times 40]
"""

import argparse
import os
import platform
import re
import statistics
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

from tests.served import Served

from sereniv.clinic.demo.people import PASSWORD

STARTS = ("/today/", "/", "/ledger/", "/rules/", "/guide/")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
NUMBER = re.compile(r"(?<=/)\d+(?=/)")
OWN_RULE = re.compile(r"(?<=/rules/own/)[^/]+(?=/)")
LINK = re.compile(r'(?:href|hx-get|data-url)="(/[^"#?]*)')
ALL_OF_A_KIND = 3
"""So many pages of one kind are read; the slowest speaks for it."""


def kind_of(path: str) -> str:
    """Return an address without what makes it one person's, session's, entry's or rule's."""
    return OWN_RULE.sub("RULE", NUMBER.sub("N", UUID.sub("ID", path)))


def pages(reader: "Reader") -> dict[str, list[str]]:
    """Follow every link from the first pages on; up to three addresses of each kind of page."""
    found: dict[str, list[str]] = {}
    queue = list(STARTS)
    while queue:
        path = queue.pop(0)
        of_a_kind = found.setdefault(kind_of(path), [])
        if path in of_a_kind or len(of_a_kind) >= ALL_OF_A_KIND or path.startswith(("/static/", "/sign-out/")):
            continue
        try:
            content = reader.read(path).decode(errors="replace")
        except urllib.error.HTTPError:
            continue
        of_a_kind.append(path)
        queue += sorted(set(LINK.findall(content)))
    return {kind: paths for kind, paths in found.items() if paths}


class Reader:
    """Somebody signed in, reading pages over HTTP."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        page = self.read("/sign-in/").decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        form = {"csrfmiddlewaretoken": token[1], "login": "director", "password": PASSWORD}
        self._opener.open(f"{address}/sign-in/", urllib.parse.urlencode(form).encode()).read()

    def read(self, path: str) -> bytes:
        """Return a page's content."""
        with self._opener.open(self._address + path) as answer:
            content: bytes = answer.read()
            return content


def milliseconds(reader: Reader, path: str, times: int) -> tuple[list[float], int]:
    """Read a page so many times, once before the clock runs; return each time in ms and the page's size."""
    size = len(reader.read(path))
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        reader.read(path)
        taken.append((time.perf_counter() - began) * 1000)
    return taken, size


def row(reader: Reader, kind: str, paths: list[str], times: int) -> tuple[float, str]:
    """Measure the pages of one kind; the 95 % of the slowest, and its row of the table."""
    slowest = (0.0, "")
    for path in paths:
        taken, size = milliseconds(reader, path, times)
        ninety_five = statistics.quantiles(taken, n=20, method="inclusive")[-1]
        figures = f"{size / 1024:.0f} | {statistics.median(taken):.1f} | {ninety_five:.1f} | {max(taken):.1f}"
        slowest = max(slowest, (ninety_five, f"| {kind} | {figures} |"))
    return slowest


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=40)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder:
        served = Served(Path(folder) / "demo")
        try:
            reader = Reader(served.address)
            print(
                f"{os.cpu_count()} cores, Python {platform.python_version()}, {times} readings a page, demo home, "
                f"load average before the run {os.getloadavg()[0]:.1f}"
            )
            print("\n| page | KB | median ms | 95 % ms | longest ms |\n|---|---|---|---|---|")
            rows = [row(reader, kind, paths, times) for kind, paths in pages(reader).items()]
            for ninety_five, line in sorted(rows, reverse=True):
                print(line, "**over 100 ms**" if ninety_five > 100 else "")
        finally:
            served.stop()


if __name__ == "__main__":
    main()

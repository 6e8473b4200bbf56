"""How long the demo's pages take to answer, one after the other on the loopback; prints a table.

PYTHONPATH=src:. .venv/bin/python benchmarks/pages.py [--times 40]
"""

import argparse
import os
import platform
import re
import statistics
import tempfile
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

from tests.served import Served

from sereniv.clinic.demo.people import PASSWORD, demo_id

PERSON, CANDIDATE = f"/people/{demo_id('finished')}/", f"/people/{demo_id('candidate')}/"
SESSION, FINISHED = f"/sessions/{demo_id('infusing-session')}/", f"/sessions/{demo_id('finished-session')}/"
PAGES = {
    "board": "/",
    "board tiles": "/board/tiles/",
    "item 9": "/safety/",
    "people": "/people/",
    "person after an infusion": PERSON,
    "candidate": CANDIDATE,
    "order with predicted curve": f"{CANDIDATE}order/",
    "chair": SESSION,
    "chair status": f"{SESSION}status/",
    "chair log": f"{SESSION}log/",
    "chair data": f"{SESSION}data/",
    "vitals form": f"{SESSION}vitals/",
    "recovery": f"{SESSION}recovery/",
    "note": f"{FINISHED}note/",
    "stock": "/stock/",
    "rules": "/rules/",
    "ledger check": "/ledger/",
}


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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=40)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder:
        served = Served(Path(folder) / "demo")
        try:
            reader = Reader(served.address)
            print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {times} readings a page, demo home")
            print("\n| page | KB | median ms | 95 % ms | longest ms |\n|---|---|---|---|---|")
            for name, path in PAGES.items():
                taken, size = milliseconds(reader, path, times)
                ninety_five = statistics.quantiles(taken, n=20)[-1]
                middle, longest = statistics.median(taken), max(taken)
                print(f"| {name} | {size / 1024:.0f} | {middle:.1f} | {ninety_five:.1f} | {longest:.1f} |")
        finally:
            served.stop()


if __name__ == "__main__":
    main()

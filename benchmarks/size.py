"""How long every page, door and act takes at three sizes of one home, over connections kept open as a browser's.

    python3 run.py benchmark size [--people 15 740 5000] [--sessions 30000] [--samples 20000000] [--times 15]
                                  [--postgres postgresql://user@host:port/postgres]

The first size is the demo as it is; the others are grown by benchmarks/grown.py, with sessions and samples in
proportion to their people. Each figure is a median in milliseconds, with how many times the first size's the last is;
then what one reading takes of the server's processor at each size, which others beside it on the machine do not
lengthen, and how many times that the last is of the first, and of the size before; then the last size's 95 % and KB,
and how many rows a page lists at each size.

A clinic's pages list more than the demo's fifteen people can: fifty of a page instead of four, twenty of a topic of
Today instead of two. Each row takes some time to draw, whatever lies behind it. What grows with the clinic and not with
what is shown is told by the last size beside the one before, where both list as many rows. Nothing is held to a limit
here.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from sized import Figure, Home

ROOT = Path(__file__).resolve().parent.parent
KEEP_AS_IS = 15
"""So many people are in the demo itself: this size is not grown."""

STAGE = """
import sys; from pathlib import Path; from sereniv.clinic import home; from sereniv.cli.serve import prepare
place = home.create_or_open(Path(sys.argv[1]), home.Kind.DEMO, database_url=sys.argv[2])
lock = place.lock(); prepare(place, lock); lock.release()
"""
MILLION = 1_000_000


@contextmanager
def database(server: str) -> Iterator[str]:
    """Make a database for one home and drop it afterwards; "" for a home that keeps its own file."""
    if not server:
        yield ""
        return
    import psycopg

    name = f"size_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def grown(place: Path, url: str, people: int, sessions: int, samples: int) -> dict[str, float]:
    """Stage a demo and grow it; returns what the growing took and made."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    stage = [sys.executable, "-c", STAGE, str(place), url]
    subprocess.run(stage, check=True, env=environment, stderr=subprocess.DEVNULL)  # noqa: S603  our own program
    more = max(0, people - KEEP_AS_IS)
    command = [sys.executable, str(ROOT / "benchmarks" / "grown.py"), str(place), str(more), "--sitting-hours", "4"]
    command += ["--sessions", str(sessions), "--samples", str(samples)] if more else []
    said = subprocess.run(command, check=True, env=environment, capture_output=True, text=True)  # noqa: S603  ours
    found: dict[str, float] = json.loads(said.stdout.splitlines()[-1])
    return found


def measured(folder: Path, server: str, people: int, options: argparse.Namespace) -> dict[str, Figure]:
    """Grow a demo, serve it, and return its figures."""
    place = folder / str(people)
    share = people / max(options.people)
    with database(server) as url:
        made = grown(place, url, people, round(options.sessions * share), round(options.samples * share))
        print(f"{people} people, {'PostgreSQL' if server else 'SQLite'}: {json.dumps(made)}", file=sys.stderr)
        home = Home(place)
        try:
            found = home.figures(options.times)
        finally:
            home.stop()
        if not server:
            seconds, used, entries = home.verified_s()
            found["verify, s"] = Figure(seconds)
            found["verify, s for 1,000,000 entries"] = Figure(seconds * MILLION / max(1, entries))
            found["verify, s of processors for 1,000,000 entries"] = Figure(used * MILLION / max(1, entries))
        shutil.rmtree(place)
    for what in ("entries", "sessions", "samples", "bytes_a_sample", "grown_s"):
        found[f"({what.replace('_', ' ')})"] = Figure(made[what])
    # A size takes minutes, the last one an hour on a busy machine: what is known is said at once.
    print("\n".join(table([people], [found])), file=sys.stderr, flush=True)
    return found


def table(sizes: Sequence[int], figures: Sequence[dict[str, Figure]]) -> Iterable[str]:
    """Give the lines of the table."""
    names = " | ".join(f"{size} people" for size in sizes)
    yield f"| | {names} | ratio | of a processor | ratio | to {sizes[-2:][0]} | 95 % | KB | rows |"
    yield "|---" * (len(sizes) + 8) + "|"
    for name, last in figures[-1].items():
        values = [each.get(name) for each in figures]
        told = " | ".join(map(_told, values))
        plain = name.startswith("(")
        used = [value.processor if value else 0 for value in values]
        ratio = "" if plain else _times(last, values[0])
        beside = f"{last.p95:.0f} | {last.kb:.0f}" if last.kb else " | "
        rows = ", ".join(str(value.rows) if value else "–" for value in values) if last.rows else ""
        in_processors = ", ".join(f"{each:.1f}" for each in used) if last.processor else ""
        against = f"{_times(used[-1], used[0])} | {_times(used[-1], used[-2:][0])}"
        yield f"| {name} | {told} | {ratio} | {in_processors} | {against} | {beside} | {rows} |"


def _told(value: Figure | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= MILLION / 1000 else f"{value:.1f}"


def _times(last: float, first: float | None) -> str:
    return f"{last / first:.1f}" if first and last else ""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=[KEEP_AS_IS, 740, 5000])
    parser.add_argument("--sessions", type=int, default=30_000, help="of the last size")
    parser.add_argument("--samples", type=int, default=0, help="of the last size")
    parser.add_argument("--times", type=int, default=15)
    parser.add_argument("--postgres", default="", help="URL of a server on which databases may be made: there instead")
    options = parser.parse_args()
    # As run.py starts it: a server that may keep no compiled modules compiles all of them at each start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(prefix="sereniv-size-") as name:
        figures = [measured(Path(name), options.postgres, people, options) for people in options.people]
    kept = "PostgreSQL" if options.postgres else "SQLite"
    print(
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {kept}; medians of {options.times} readings, ms"
    )
    print(f"load average at the end {os.getloadavg()[0]:.1f}\n")
    print("\n".join(table(options.people, figures)))


if __name__ == "__main__":
    main()

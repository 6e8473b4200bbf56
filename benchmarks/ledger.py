"""How fast and how fair the ledger's writes are, through the workflow that charts a remark.

    python3 run.py benchmark ledger [--postgres postgresql://user@host:port/postgres]

Prints one table. Every append is one act, one transaction, durable before it is acknowledged; it locks,
reads and folds its session and projects its row, as at the chair.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

FAIR = "sereniv.clinic.records.sqlite"
PLAIN = "django.db.backends.sqlite3"
THREADS = (1, 4, 8)
APPENDS = 960
FOLDED = 500
VERIFIED = 100_000
NAMES = {FAIR: "SQLite FULL, fair lock", PLAIN: "SQLite FULL, no lock", "": "PostgreSQL, head row locked"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One line of the table."""

    what: str
    threads: int
    seconds: float
    waits_ms: list[float]
    failed: int

    def line(self) -> str:
        """Write it as a row of the table."""
        ordered = sorted(self.waits_ms)
        median, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
        rate = len(ordered) / self.seconds
        return (
            f"| {self.what} | {self.threads} | {rate:.0f} | {median:.1f} | {late:.1f} | {ordered[-1]:.0f} "
            f"| {self.failed} |"
        )


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--postgres", default="", help="URL of a server on which databases may be made")
    parser.add_argument("--child", nargs=3, metavar=("HOME", "ENGINE", "THREADS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(_measured(Path(options.child[0]), options.child[1], int(options.child[2]))))
        return
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, ", end="")
    print(f"{platform.system()} {platform.machine()}; {APPENDS} appends a line\n")
    print("| writes | threads | appends/s | median ms | 99 % ms | longest ms | failed |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="sereniv-benchmark-") as folder:
        for result in _all_writes(Path(folder), options.postgres):
            print(result.line(), flush=True)
        fold_ms, read_ms = _fold(Path(folder) / "folded")
        print(f"\n| reads | ms |\n|---|---|\n| fold {FOLDED} entries into a chart | {fold_ms:.1f} |")
        print(f"| read them from the database and fold | {read_ms:.1f} |")
        print(f"| verify {VERIFIED:,} entries from SQLite | {_verify_ms(Path(folder) / 'long.db'):.0f} |")


def _all_writes(folder: Path, server: str) -> Iterator[Result]:
    staged = folder / "staged"
    _stage(staged, "")
    for engine in (FAIR, PLAIN):
        for threads in THREADS:
            home = folder / "home"
            shutil.copytree(staged, home)
            yield _run(home, engine, threads)
            if (engine, threads) == (FAIR, 1):
                shutil.copytree(home, folder / "folded")
            shutil.rmtree(home)
    for threads in THREADS if server else ():
        with _database(server) as url:
            home = folder / f"postgres-{threads}"
            _stage(home, url)
            yield _run(home, "", threads)


@contextmanager
def _database(server: str) -> Iterator[str]:
    import psycopg

    name = f"benchmark_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _stage(folder: Path, url: str) -> None:
    program = (
        "import sys; from pathlib import Path; from sereniv.clinic import home; from sereniv.cli.serve import prepare\n"
        "place = home.create_or_open(Path(sys.argv[1]), home.Kind.DEMO, database_url=sys.argv[2])\n"
        "lock = place.lock(); prepare(place, lock); lock.release()"
    )
    command = [sys.executable, "-c", program, str(folder), url]
    subprocess.run(command, check=True, env=_environment(), stderr=subprocess.DEVNULL)  # noqa: S603  our own program


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SERENIV_", "DJANGO_"))}
    return {**kept, "PYTHONPATH": str(ROOT / "src")}


def _run(home: Path, engine: str, threads: int) -> Result:
    command = [sys.executable, __file__, "--child", str(home), engine, str(threads)]
    answer = subprocess.run(command, check=True, env=_environment(), stdout=subprocess.PIPE, text=True)  # noqa: S603  our own program
    told = json.loads(answer.stdout)
    return Result(what=NAMES[engine], threads=threads, **told)


def _measured(folder: Path, engine: str, threads: int) -> dict[str, object]:
    """Chart with so many threads at once, in a process of its own."""
    _configured(folder, engine)
    from sereniv.clinic.accounts.models import Staff
    from sereniv.clinic.demo.people import demo_id
    from sereniv.clinic.records import chart_store

    nurse = Staff.objects.get(username="nurse")
    now = chart_store.last_moment()
    sessions = [demo_id(f"{name}-session") for name in ("infusing", "replayed", "finished")]
    waits: list[float] = []
    failures: list[str] = []
    barrier = threading.Barrier(threads)

    def write(number: int) -> None:
        from django.db import DatabaseError, connection

        with closing(connection):
            connection.ensure_connection()
            barrier.wait()
            for turn in range(APPENDS // threads):
                act = _act(nurse, now, f"bench-{number}-{turn:05d}")
                begun = time.perf_counter()
                try:
                    _chart(sessions[turn % len(sessions)], act)
                except DatabaseError as error:
                    failures.append(str(error))
                waits.append((time.perf_counter() - begun) * 1000)

    begun = time.perf_counter()
    _in_threads(write, threads)
    return {"seconds": time.perf_counter() - begun, "waits_ms": waits, "failed": len(failures)}


def _in_threads(task: Callable[[int], None], count: int) -> None:
    running = [threading.Thread(target=task, args=(number,)) for number in range(count)]
    for each in running:
        each.start()
    for each in running:
        each.join()


def _configured(folder: Path, engine: str) -> None:
    os.environ["SERENIV_HOME"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "sereniv.clinic.settings"
    from django.conf import settings

    if engine:
        settings.DATABASES["default"]["ENGINE"] = engine
    import django

    django.setup()


def _act(nurse: object, now: object, key: str) -> object:
    from sereniv.clinic.workflows.shell.acting import Act

    return Act(by=nurse, now=now, key=key)  # type: ignore[arg-type]


def _chart(session: uuid.UUID, act: object) -> None:
    from sereniv.clinic.workflows.chair.charting import chart_fact
    from sereniv.therapy.session import events as ev

    chart_fact(session, ev.RemarkCharted(text="Looked at the patient: comfortable, answers at once."), act)  # type: ignore[arg-type]


def _fold(folder: Path) -> tuple[float, float]:
    """Return the milliseconds that a fold takes, alone and with reading."""
    _configured(folder, FAIR)
    from sereniv.clinic.accounts.models import Staff
    from sereniv.clinic.demo.people import demo_id
    from sereniv.clinic.records import chart_store
    from sereniv.therapy.session.chart import chart_of

    session = demo_id("infusing-session")
    stream = chart_store.session_stream(session)
    nurse, now = Staff.objects.get(username="nurse"), chart_store.last_moment()
    for number in range(FOLDED - chart_store.stream_end(stream)):
        _chart(session, _act(nurse, now, f"fold-{number:05d}"))
    entries = chart_store.read(stream)[:FOLDED]
    alone = _best_ms(lambda: chart_of(entries))  # type: ignore[arg-type]
    return alone, _best_ms(lambda: chart_store.session_chart_of(session))


def _best_ms(task: Callable[[], object]) -> float:
    found = []
    for _ in range(5):
        begun = time.perf_counter()
        task()
        found.append((time.perf_counter() - begun) * 1000)
    return min(found)


def _verify_ms(file: Path) -> float:
    """Write a long sound ledger and return how long its check takes."""
    from sereniv.verify import ENVELOPE_FIELDS, GENESIS, check, entry_hash, payload_hash, read_ledger

    columns = (*ENVELOPE_FIELDS, "payload", "salt", "payload_hash", "hash")
    payload, salt, previous = json.dumps({"text": "looked at the patient " * 12}), "0" * 32, GENESIS
    row: dict[str, object] = dict.fromkeys(columns, "")
    row |= {"version": 1, "payload": payload, "salt": salt, "payload_hash": payload_hash(salt, payload)}
    row |= {"kind": "RemarkCharted", "at": "2026-03-02T12:00:00+00:00", "recorded_at": "2026-03-02T12:00:00+00:00"}
    rows = []
    for seq in range(1, VERIFIED + 1):
        row |= {"seq": seq, "stream": f"session/{seq % 200}", "stream_seq": (seq - 1) // 200 + 1, "key": f"{seq:032d}"}
        row["hash"] = previous = entry_hash(previous, row)
        rows.append(tuple(row.values()))
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(f"CREATE TABLE records_entry ({', '.join(columns)})")
        connection.executemany(f"INSERT INTO records_entry VALUES ({', '.join('?' * len(columns))})", rows)  # noqa: S608
    begun = time.perf_counter()
    report = check(read_ledger(file))
    if not report.sound:
        raise RuntimeError(report.faults[:3])
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main()

"""Signed checkpoints: the ledger's head under the home's Ed25519 key, kept beside the database and printed on notes."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from django.db import connections, transaction

from sereniv.clinic.home import Home
from sereniv.clinic.home_files import sync_folder
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.sqlite.base import DatabaseWrapper
from sereniv.verify import Head, canonical

FOLDING_WAITS_MS = 200
END = 64 * 1024
"""Bytes at the end of the checkpoints that are looked at: a line takes a few hundred, and a torn one is the last."""


def write_checkpoint(home: Home, now: datetime) -> Head:
    """Sign the present head and return it; it is kept in `checkpoints.jsonl` once it is committed.

    Inside a transaction that is rolled back nothing is kept: a head of entries that never came to be
    would later look like a rewritten history.
    """
    head = chart_store.head()
    content = {"seq": head.seq, "hash": head.hash, "at": now.astimezone(UTC).isoformat()}
    signature = home.checkpoint_key().sign(canonical(content).encode()).hex()
    line = json.dumps({**content, "signature": signature}) + "\n"
    transaction.on_commit(lambda: _keep(home.checkpoints_file, line.encode("ascii")))
    return head


def close_books(home: Home, now: datetime) -> None:
    """Sign the head, and bring all that was written into the database's one file."""
    write_checkpoint(home, now)
    fold_log_in()


def fold_log_in() -> bool:
    """Bring what SQLite's log (`sereniv.db-wal`) holds into `sereniv.db`, so that a copy of that file alone is whole.

    Returns False where somebody still reads an older state, or within a transaction: the log stays then, and the next
    try finds it. Nobody who charts waits for this longer than `FOLDING_WAITS_MS`.
    """
    connection = connections["default"]
    if not isinstance(connection, DatabaseWrapper):
        return True
    if connection.in_atomic_block:
        return False
    with connection.lone_write(), connection.cursor() as cursor:
        usual_ms = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout={FOLDING_WAITS_MS}")
        try:
            busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout={int(usual_ms)}")
    return not busy


def _keep(path: Path, line: bytes) -> None:
    """Append one line durably, after removing a last line that a power cut tore."""
    with path.open("ab+") as file:
        begin = max(0, file.seek(0, os.SEEK_END) - END)
        file.seek(begin)
        file.truncate(begin + _whole(file.read()))
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def _whole(content: bytes) -> int:
    """Return how many bytes of the file are whole lines of JSON, judged by the last one."""
    if not content:
        return 0
    last = content.rstrip(b"\n").rfind(b"\n") + 1
    try:
        json.loads(content[last:])
    except ValueError:
        return last
    return len(content) if content.endswith(b"\n") else last

"""Signed checkpoints: the ledger's head under the home's Ed25519 key, kept beside the database and printed on notes."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction

from sereniv.clinic.home import Home, sync_folder
from sereniv.clinic.records import chart_store
from sereniv.verify import Head, canonical


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


def _keep(path: Path, line: bytes) -> None:
    """Append one line durably, after removing a last line that a power cut tore."""
    with path.open("ab+") as file:
        file.seek(0)
        file.truncate(_whole(file.read()))
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

"""Signed checkpoints: the ledger's head under the home's Ed25519 key, kept beside the database and printed on notes."""

import json
import os
from datetime import datetime

from sereniv.clinic.home import Home
from sereniv.clinic.records import chart_store
from sereniv.verify import Head, canonical


def write_checkpoint(home: Home, now: datetime) -> Head:
    """Sign the present head, append it to the home's `checkpoints.jsonl`, and return it."""
    head = chart_store.head()
    content = {"seq": head.seq, "hash": head.hash, "at": now.isoformat()}
    signature = home.checkpoint_key().sign(canonical(content).encode()).hex()
    line = json.dumps({**content, "signature": signature}) + "\n"
    with home.checkpoints_file.open("a", encoding="ascii") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    return head

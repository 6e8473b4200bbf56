"""What a stopped or running home holds, read beside the program with nothing but SQLite and `verify`."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sereniv.verify import Report, check, read_heads, read_ledger


def verified(home: Path) -> Report:
    """Check the home's ledger against its own signed checkpoints."""
    file = home / "checkpoints.jsonl"
    heads = read_heads(file, home / "checkpoint.pem") if file.exists() else ()
    return check(read_ledger(home / "sereniv.db"), heads)


def keys(home: Path) -> list[str]:
    """Return the idempotency key of every entry, in the ledger's order."""
    return [str(row["key"]) for row in read_ledger(home / "sereniv.db")]


def integrity(home: Path) -> str:
    """Return what SQLite's own check says: "ok" or the damage."""
    connection = sqlite3.connect(f"{(home / 'sereniv.db').as_uri()}?mode=ro", uri=True)
    try:
        (said,) = connection.execute("PRAGMA integrity_check").fetchone()
        return str(said)
    finally:
        connection.close()

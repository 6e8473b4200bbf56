"""The numbers of every clinical row, by version: `python -m tests.guards.row_numbers` writes them down anew.

A line is `Kind.row version digest`. Lines of several branches may stand beside each other: they are read as a set.
"""

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path

from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Row

LOCK = Path(__file__).with_name("row_numbers.lock")
RENEW = "PYTHONPATH=src python -m tests.guards.row_numbers"
NO_NUMBERS = frozenset({"id", "version", "evidence", "effective_from", "approved_by", "examples", "sources", "shade"})
"""What says nothing of a threshold: who stands behind it, and whether a chart shades it."""


def numbers(value: object, path: str = "") -> Iterator[str]:
    """Yield every number, duration, flag and choice under a row with its place; wording may change freely."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for each in dataclasses.fields(value):
            held = getattr(value, each.name)
            # What stands at its default is not said: a new field leaves the rows alone that do not use it.
            if each.name not in NO_NUMBERS and held != each.default:
                yield from numbers(held, f"{path}.{each.name}")
    elif isinstance(value, Mapping):
        for key, held in value.items():
            yield from numbers(held, f"{path}.{key}")
    elif isinstance(value, tuple):
        for place, held in enumerate(value):
            yield from numbers(held, f"{path}.{place}")
    elif isinstance(value, Enum | bool | int | Decimal | timedelta | time):
        yield f"{path}={value}"


def lines() -> dict[str, str]:
    """Return `Kind.row version` to the digest of its numbers, for every row that holds any."""
    found: dict[str, str] = {}
    for row in knowledge().rows():
        held = sorted(numbers(row))
        if held:
            name = key(row)
            told = "\n".join([found.get(name, ""), *held])
            found[name] = hashlib.sha256(told.encode()).hexdigest()[:16]
    return found


def key(row: Row) -> str:
    """Name a row and its version."""
    return f"{type(row).__name__}.{row.id} {row.version}"


def locked() -> dict[str, set[str]]:
    """Return what is written down: `Kind.row version` to the digests that stand for it."""
    found: dict[str, set[str]] = {}
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        name, _, digest = line.rpartition(" ")
        found.setdefault(name, set()).add(digest)
    return found


def renew() -> None:
    """Write down new rows and new versions; what stands for a version already is left, so that a change stays seen."""
    kept = locked() if LOCK.exists() else {}
    for name, digest in lines().items():
        kept.setdefault(name, {digest})
    LOCK.write_text("".join(f"{name} {each}\n" for name in sorted(kept) for each in sorted(kept[name])), "utf-8")


if __name__ == "__main__":
    renew()

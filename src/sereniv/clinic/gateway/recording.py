"""Reads a recorded monitor from CSV: one row a time step, 0 for no reading, blank for not measured."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path

from sereniv.clinic.workflows.chair.monitors import Incoming
from sereniv.therapy.recording.refusal import Malformed

COLUMNS = {
    "hr": "heart_rate",
    "pulse": "pulse_rate",
    "resp": "respiratory_rate",
    "spo2": "spo2",
    "nbpsys": "systolic",
    "nbpdias": "diastolic",
    "nbpmean": "mean_pressure",
}
"""Column heads of PhysioNet's numerics records, without their units."""

PLAIN_CELL = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)

SECONDS = {"minute": 60, "second": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row: how long after the beginning, and each signal sent (None: the monitor says it has no reading)."""

    after: timedelta
    values: dict[str, Decimal | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A whole recording: how often its continuous signals come, which they are, and its steps."""

    interval_s: int
    signals: tuple[str, ...]
    steps: tuple[Step, ...]

    def incoming(self, step: Step, start: datetime) -> Sequence[Incoming]:
        """Return what the monitor sends at one step of a replay that began at `start`."""
        return [Incoming(signal=name, value=value, at=start + step.after) for name, value in step.values.items()]


def read_recording(path: Path) -> Recording:
    """Read a recording.

    Raises
    ------
    Malformed
        When the file is not such a CSV; the message names the line and what to mend.
    """
    with path.open(newline="", encoding="utf-8") as file:
        table = csv.reader(file)
        heads = next(table, [])
        unit_s, signals = _heads(heads, path)
        steps = tuple(_steps(table, unit_s, signals, path))
    if len(steps) < 2:
        raise Malformed(f"{path.name} holds fewer than two rows.")
    gaps = [(later.after - earlier.after) // timedelta(seconds=1) for earlier, later in pairwise(steps)]
    if min(gaps) <= 0:
        raise Malformed(f"{path.name}: time must grow from row to row.")
    return Recording(interval_s=min(gaps), signals=tuple(signals), steps=steps)


def _heads(heads: list[str], path: Path) -> tuple[int, list[str]]:
    unit_s = SECONDS.get(heads[0].strip().lower()) if heads else None
    names = [re.sub(r"\s*\[.*\]\s*$", "", head).strip().lower() for head in heads[1:]]
    unknown = [name for name in names if name not in COLUMNS]
    if unit_s is None or unknown or not names:
        raise Malformed(
            f"{path.name}: the first line must be minute (or second), then columns of {', '.join(COLUMNS)}; "
            f"not {', '.join(unknown) or 'this'}."
        )
    return unit_s, [COLUMNS[name] for name in names]


def _steps(table: Iterator[list[str]], unit_s: int, signals: list[str], path: Path) -> Iterator[Step]:
    for number, row in enumerate(table, start=2):
        if len(row) != len(signals) + 1:
            raise Malformed(f"{path.name}, line {number}: {len(row)} cells; {len(signals) + 1} are needed.")
        try:
            after = timedelta(seconds=float(_plain(row[0])) * unit_s)
            values = {name: Decimal(_plain(cell)) for name, cell in zip(signals, row[1:], strict=True) if cell.strip()}
        except (ValueError, InvalidOperation) as error:
            raise Malformed(f"{path.name}, line {number}: every cell is a plain number or blank.") from error
        yield Step(after=after, values={name: value if value > 0 else None for name, value in values.items()})


def _plain(cell: str) -> str:
    """Return a cell that is a number as people write it; raises ValueError for what only a programmer reads as one."""
    if not PLAIN_CELL.fullmatch(cell.strip()):
        raise ValueError("no plain number")
    return cell.strip()

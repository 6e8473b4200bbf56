"""Power cuts during the app's own writes: nothing acknowledged is lost, nothing is corrupt; the control must lose."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from sereniv.verify import ENVELOPE_FIELDS, check, read_heads
from tests.durability import powercut_writer
from tests.durability.powercut import Disk, Style, left_by_a_cut
from tests.durability.recording import Acknowledged, Operation, Sync, Write, operations, record, strace_works
from tests.staged import ROOT, environment

APPENDS = 300
CONTROL_STATES = 600
COLUMNS = (*ENVELOPE_FIELDS, "payload", "salt", "payload_hash", "hash")
QUERY = f"SELECT {', '.join(COLUMNS)} FROM records_entry ORDER BY seq"
STYLES = tuple(Style)
IGNORED = ("sereniv.db-shm", "home.lock")

Row = tuple[object, ...]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not strace_works(),
        reason="NOT RUN: power cuts are replayed from a record by strace. `apt install strace` gets it (Linux only).",
    ),
]


@dataclass(slots=True)
class Finding:
    """What the states of one record came to."""

    states: int = 0
    corrupt: list[str] = field(default_factory=list)
    lossy: int = 0
    most_lost: int = 0
    shortest: int = 10**9
    styles: Counter[str] = field(default_factory=Counter)


class Judge:
    """Opens a state as the next start would and looks for damage and loss."""

    def __init__(self, folder: Path, final: list[Row], public_key: Path) -> None:
        self._folder = folder
        self._final = final
        self._public_key = public_key
        self.finding = Finding()

    def judge(self, files: dict[str, bytes], acknowledged: list[str], style: Style) -> None:
        """Rebuild one state and add what is found."""
        self.finding.states += 1
        self.finding.styles[style.value] += 1
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        for name, content in files.items():
            (self._folder / name).write_bytes(content)
        try:
            damage, rows = self._opened()
        except (sqlite3.DatabaseError, ValueError) as error:
            damage, rows = str(error), []
        if damage:
            self.finding.corrupt.append(f"{style.value} after {len(acknowledged)}: {damage}")
        lost = len(set(acknowledged) - {str(row[COLUMNS.index("key")]) for row in rows})
        self.finding.lossy += lost > 0
        self.finding.most_lost = max(self.finding.most_lost, lost)
        self.finding.shortest = min(self.finding.shortest, len(rows))

    def _opened(self) -> tuple[str, list[Row]]:
        connection = sqlite3.connect(self._folder / "sereniv.db")
        try:
            (said,) = connection.execute("PRAGMA integrity_check").fetchone()
            rows = connection.execute(QUERY).fetchall()
        finally:
            connection.close()
        return ("" if said == "ok" else str(said)) or self._chain(rows), rows

    def _chain(self, rows: list[Row]) -> str:
        """Check the chain and the checkpoints that were kept.

        The whole final ledger was checked once; a state that holds the same first rows is as sound as it is.
        """
        file = self._folder / "checkpoints.jsonl"
        heads = read_heads(file, self._public_key) if file.exists() else ()
        if rows == self._final[: len(rows)]:
            hashes = {int(str(row[0])): row[-1] for row in rows}
            return "; ".join(
                f"checkpoint {head.seq} signs what is lost" for head in heads if hashes.get(head.seq) != head.hash
            )
        return "; ".join(check((dict(zip(COLUMNS, row, strict=True)) for row in rows), heads).faults)


def replayed(place: Path, *, lossy: bool, states: int) -> tuple[Finding, list[Operation]]:
    """Record the writer on a home, and judge so many states that cuts could have left."""
    home = place / "home"
    writer = [sys.executable, powercut_writer.__file__]
    subprocess.run([*writer, "make", str(home)], check=True, env=environment(), cwd=ROOT)
    before = {path.name: path.read_bytes() for path in home.iterdir() if path.is_file() and path.name not in IGNORED}
    more = {"SERENIV_CONTROL_LOSSY": "1"} if lossy else {}
    record([*writer, "chart", str(home), str(APPENDS)], environment(**more), place / "trace", ROOT)
    done = list(operations(place / "trace", home, powercut_writer.ACKNOWLEDGEMENTS, IGNORED))
    connection = sqlite3.connect(home / "sereniv.db")
    final = connection.execute(QUERY).fetchall()
    connection.close()
    assert check(dict(zip(COLUMNS, row, strict=True)) for row in final).sound
    judge = Judge(place / "state", final, home / "checkpoint.pem")
    _cut(done, Disk.holding(before), judge, np.random.default_rng(5000), states)
    return judge.finding, done


def _cut(done: list[Operation], disk: Disk, judge: Judge, rng: np.random.Generator, states: int) -> None:
    """Cut so many times at random moments, the moments in their order so that the disk is led forward once."""
    at = 0
    for cut in sorted(int(moment) for moment in rng.integers(len(done) + 1, size=states)):
        while at < cut:
            disk.do(done[at])
            at += 1
        style = STYLES[int(rng.integers(len(STYLES)))]
        judge.judge(left_by_a_cut(disk, style, rng), disk.acknowledged, style)


@pytest.mark.parametrize("states", [1500, pytest.param(5000, marks=pytest.mark.long)])
def test_a_power_cut_loses_and_corrupts_nothing(states: int, place: Path) -> None:
    finding, done = replayed(place, lossy=False, states=states)
    assert not finding.corrupt, finding.corrupt[:5]
    assert (finding.states, finding.lossy) == (states, 0), finding
    assert set(finding.styles) == {style.value for style in Style}
    _record_is_what_it_claims(done)


def _record_is_what_it_claims(done: list[Operation]) -> None:
    """The record must hold all acknowledgements, a sync before each, and the log written back into the database."""
    assert sum(isinstance(each, Acknowledged) for each in done) == APPENDS
    assert sum(each == Sync("sereniv.db-wal") for each in done) >= APPENDS
    assert sum(each == Sync("sereniv.db") for each in done) >= APPENDS // powercut_writer.PAGES_BEFORE_CHECKPOINT
    assert any(isinstance(each, Write) and each.name == "sereniv.db" for each in done)
    assert any(isinstance(each, Write) and each.name == "checkpoints.jsonl" for each in done)


def test_the_control_without_syncs_at_each_commit_loses(place: Path) -> None:
    finding, _ = replayed(place, lossy=True, states=CONTROL_STATES)
    assert finding.lossy > CONTROL_STATES // 10, finding
    assert finding.most_lost > 1, finding

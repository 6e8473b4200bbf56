"""What many tests stage alike is staged once for a run of a worker: whoever stages it again gets the rows it wrote.

Two stagings are alike where they do the same from the same database, and they write the same but for random salts and
keys. So the rows of the first are as good as any. On PostgreSQL each test stages for itself.
"""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, wraps
from typing import Any, Concatenate, ParamSpec, Protocol, Self, TypeVar, cast

from django.conf import settings
from django.db import connection

from sereniv.clinic.demo.people import DemoPerson, demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import folds
from sereniv.clinic.workflows.shell.in_force import _in_force
from sereniv.clinic.workflows.stock import stock
from sereniv.therapy.custody.events import VialReceived

STAFF = "accounts_staff"
"""Staff have other salts in every test, and are added before anything is staged: they are told apart by name alone."""

Row = tuple[Any, ...]
Tables = dict[str, dict[int, Row]]
Result = TypeVar("Result")
Given = ParamSpec("Given")


class Acting(Protocol):
    """Whoever makes acts, and counts them: the keys of acts follow from it."""

    acts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """What one staging wrote, how many acts it took, and what it returned."""

    put: dict[str, list[Row]]
    gone: dict[str, list[int]]
    acts: int
    result: object


_staged: dict[str, Staged] = {}
_within: list[str] = []
"""What is being staged: what it stages in turn is part of it."""


class SharedStage(Stage):
    """A stage on which whoever is brought to a point alike is brought there once."""

    acts: int

    @classmethod
    def with_vial(cls, vial: VialReceived, at: datetime) -> Self:
        """Open a stage with one vial in the safe."""
        stage = cls()
        shared(
            stage,
            f"vial {vial} {at}",
            lambda: stock.receive_vial(vial, stage.act("nurse", at, "nurse2"), demo_id(vial.label)),
        )
        return stage

    def candidate(self, who: DemoPerson, now: datetime) -> uuid.UUID:
        """Register a person, as the stage does."""
        return shared(self, f"candidate {who} {now}", lambda: super(SharedStage, self).candidate(who, now))

    def ordered(self, who: DemoPerson, now: datetime) -> tuple[uuid.UUID, int]:
        """Take a person to a co-signed order, as the stage does."""
        return shared(self, f"ordered {who} {now}", lambda: super(SharedStage, self).ordered(who, now))

    def at_the_gate(self, who: DemoPerson, chair: str, now: datetime, label: str = "") -> uuid.UUID:
        """Seat a new person, as the stage does."""
        said = f"at the gate {who} {chair} {now} {label}"
        return shared(self, said, lambda: super(SharedStage, self).at_the_gate(who, chair, now, label))

    def infusing(self, who: DemoPerson, chair: str, now: datetime, label: str = "") -> uuid.UUID:
        """Take a new person to a running infusion, as the stage does."""
        said = f"infusing {who} {chair} {now} {label}"
        return shared(self, said, lambda: super(SharedStage, self).infusing(who, chair, now, label))

    def finished(self, who: DemoPerson, chair: str, start: datetime) -> uuid.UUID:
        """Run a new person's whole infusion, as the stage does."""
        return shared(
            self, f"finished {who} {chair} {start}", lambda: super(SharedStage, self).finished(who, chair, start)
        )


def shared(acting: Acting, what: str, stages: Callable[[], Result]) -> Result:
    """Stage something, or put the rows in place that were written when it was staged before.

    Parameters
    ----------
    what
        Says what is staged, with everything that it depends on but the database and the acts before.
    """
    if connection.vendor != "sqlite" or _within:
        return stages()
    before = _tables()
    key = _key(acting, what, before)
    known = _staged.get(key)
    if known is None:
        _within.append(what)
        try:
            result = stages()
        finally:
            _within.pop()
        after = _tables()
        if before[STAFF] == after[STAFF]:
            _staged[key] = _difference(before, after, acting.acts, result)
        return result
    _restore(known)
    acting.acts = known.acts
    return cast("Result", known.result)


def staged_alike(stages: Callable[Concatenate[Any, Given], Result]) -> Callable[Concatenate[Any, Given], Result]:
    """Let a function that takes whoever makes acts, and writes by them alone, stage each time alike."""

    @wraps(stages)
    def told(act: Acting, *given: Given.args, **named: Given.kwargs) -> Result:
        return shared(act, f"{stages.__name__} {given} {named}", lambda: stages(act, *given, **named))

    return told


def _key(acting: Acting, what: str, before: Tables) -> str:
    """Return a digest of everything that a staging follows from."""
    username = _columns(STAFF).index("username")
    staff = [(number, row[username]) for number, row in before[STAFF].items()]
    others = {name: rows for name, rows in before.items() if name != STAFF and rows}
    told = repr((what, acting.acts, settings.TIME_ZONE, staff, others))
    return hashlib.sha256(told.encode()).hexdigest()


@cache
def _names() -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_stat%%'")
        return tuple(sorted(name for (name,) in cursor.fetchall() if not name.startswith(("django_migr", "auth_perm"))))


@cache
def _columns(table: str) -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(f'PRAGMA table_info("{table}")')
        return tuple(row[1] for row in cursor.fetchall())


@cache
def _reading(table: str) -> str:
    # A sign before a column: what is in the file, and no value that the driver makes of its type.
    columns = ", ".join(f'+"{each}"' for each in _columns(table))
    return f'SELECT rowid, {columns} FROM "{table}" ORDER BY 1'


def _tables() -> Tables:
    found: Tables = {}
    with connection.cursor() as cursor:
        for name in _names():
            cursor.execute(_reading(name))
            found[name] = {row[0]: tuple(row[1:]) for row in cursor.fetchall()}
    return found


def _difference(before: Tables, after: Tables, acts: int, result: object) -> Staged:
    put = {
        name: [row for number, row in rows.items() if before[name].get(number) != row] for name, rows in after.items()
    }
    gone = {name: [number for number in rows if number not in after[name]] for name, rows in before.items()}
    return Staged(
        put={name: rows for name, rows in put.items() if rows},
        gone={name: numbers for name, numbers in gone.items() if numbers},
        acts=acts,
        result=result,
    )


def _restore(known: Staged) -> None:
    with connection.cursor() as cursor:
        for name, numbers in known.gone.items():
            cursor.executemany(f'DELETE FROM "{name}" WHERE rowid = %s', [(number,) for number in numbers])
        for name, rows in known.put.items():
            places = ", ".join(["%s"] * len(_columns(name)))
            names = ", ".join(f'"{each}"' for each in _columns(name))
            if name == "sqlite_sequence":
                cursor.executemany("DELETE FROM sqlite_sequence WHERE name = %s", [row[:1] for row in rows])
            cursor.executemany(f'INSERT OR REPLACE INTO "{name}" ({names}) VALUES ({places})', rows)
    # A test that spoilt an entry behind the ledger's back leaves a chart of it under the same end of the ledger.
    folds.forget(list(folds._kept))
    _in_force.cache_clear()

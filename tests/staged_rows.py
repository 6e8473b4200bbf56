"""What a module stages into the database of its process: made once, and put back as rows for the next module."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.cache import cache
from django.db import connection, transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from sereniv.clinic import clock
from sereniv.clinic.demo.staging import stage_demo
from sereniv.clinic.workflows.shell.this_clinic import served_home
from tests.conftest import NOON
from tests.web.busier import stage_busier
from tests.web.walking import Found, forms_of_the_clinic

Result = TypeVar("Result")
Rows = dict[str, list[tuple[Any, ...]]]

HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""Secrets are hashed fast, not well."""

_made: dict[str, tuple[Rows, Any]] = {}


@contextmanager
def open_clinic(blocker: DjangoDbBlocker) -> Iterator[clock.InjectedClock]:
    """Give a module a transaction of its own, in which it is noon; nothing of it stays."""
    _nothing_kept()
    ticking = clock.InjectedClock(served_home(), start=NOON)
    ticking.freeze_at(NOON)
    clock.install(ticking)
    with blocker.unblock(), override_settings(PASSWORD_HASHERS=HASHERS), transaction.atomic():
        yield ticking
        transaction.set_rollback(True)
    clock.install(clock.RealClock())
    _nothing_kept()


def _nothing_kept() -> None:
    cache.clear()
    served_home().clock_file.unlink(missing_ok=True)


def demo_at_noon() -> None:
    """Stage the demo as it opens at noon."""
    staged_once("demo", lambda: stage_demo(NOON))


def busy_clinic() -> list[Found]:
    """Stage the clinic at its busiest, and return every form that anybody meets there."""
    return staged_once("busy", lambda: forms_of_the_clinic(stage_busier(NOON)))


def staged_once(what: str, stage: Callable[[], Result]) -> Result:
    """Stage into the open transaction and return what `stage` returns; from the second time on, put its rows back.

    Rows are worth something only to the process that made them: another one has another home and other keys.
    """
    assert connection.vendor == "sqlite", "rows are put back without the counters that PostgreSQL keeps beside them"
    if what in _made:
        rows, result = _made[what]
        _put_back(rows)
        return result
    result = stage()
    _made[what] = (_all_rows(), result)
    return result


def _all_rows() -> Rows:
    with connection.cursor() as cursor:
        return {table: _rows_of(table) for table in connection.introspection.table_names(cursor)}


def _rows_of(table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, table)
        # With a sign before it, a column is read as it is stored: nothing makes a date of its text.
        as_stored = ", ".join(f'+"{each.name}"' for each in columns)
        cursor.execute(f'SELECT {as_stored} FROM "{table}"')
        return list(cursor.fetchall())


def _put_back(rows: Rows) -> None:
    with connection.cursor() as cursor:
        for table, found in rows.items():
            if found:
                places = ", ".join(["%s"] * len(found[0]))
                cursor.executemany(f'INSERT OR REPLACE INTO "{table}" VALUES ({places})', found)

"""Which statements ask for the write lock: transactions and every lone write do, reads do not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from sereniv.clinic.records.sqlite import base
from sereniv.clinic.records.sqlite.lock import FairLock

DEADLINE_S = 30.0
INSERT = "INSERT INTO t VALUES (1)"


class Watched(FairLock):
    """Says when somebody began to wait."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Semaphore(0)

    def acquire(self, timeout_s: float) -> bool:
        self.asked.release()
        return super().acquire(timeout_s)


def in_thread(task: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=task)
    thread.start()
    return thread


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    lock = Watched()
    monkeypatch.setattr(base.DatabaseWrapper, "write_lock", lock)
    return lock


@pytest.fixture
def connections(tmp_path: Path, watched: Watched, django_db_blocker: DjangoDbBlocker) -> Iterator[ConnectionHandler]:
    handler = ConnectionHandler(
        {
            "default": {
                "ENGINE": "sereniv.clinic.records.sqlite",
                "NAME": str(tmp_path / "file.db"),
                "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL;"},
            }
        }
    )
    with django_db_blocker.unblock(), closing(handler["default"]) as connection:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE t (n integer)")
        assert watched.asked.acquire(timeout=DEADLINE_S)
        yield handler


def lone_write(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute(INSERT)


def many_writes(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO t VALUES (%s)", [(1,)])


def whole_transaction(connection: BaseDatabaseWrapper) -> None:
    with transaction.Atomic(connection.alias, savepoint=True, durable=False), connection.cursor() as cursor:
        cursor.execute(INSERT)


@pytest.mark.parametrize("write", [lone_write, many_writes, whole_transaction])
def test_every_write_waits_its_turn_and_no_read_does(
    write: Callable[[BaseDatabaseWrapper], None],
    connections: ConnectionHandler,
    watched: Watched,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transaction, "get_connection", lambda using=None: connections[using or "default"])
    assert watched.acquire(DEADLINE_S)
    assert watched.asked.acquire(timeout=DEADLINE_S)
    done = threading.Event()

    def work() -> None:
        with closing(connections["default"]) as connection:
            write(connection)
        done.set()

    thread = in_thread(work)
    assert watched.asked.acquire(timeout=DEADLINE_S), "the write did not ask for the lock"
    assert count(connections) == 0
    assert not done.is_set()
    watched.release()
    thread.join(DEADLINE_S)
    assert count(connections) == 1
    assert not watched._held


def count(connections: ConnectionHandler) -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM t")
        return int(cursor.fetchone()[0])


def test_a_failed_transaction_gives_the_lock_back(
    connections: ConnectionHandler, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "get_connection", lambda using=None: connections[using or "default"])

    def fail() -> None:
        with transaction.atomic():
            assert watched._held
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not watched._held

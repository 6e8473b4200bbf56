"""The write lock: first come, first served; given back whatever happens; a read never waits for it."""

import threading
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from pytest_django import DjangoDbBlocker

from sereniv.clinic.records.models import Chair, LedgerHead
from sereniv.clinic.records.sqlite import base
from sereniv.clinic.records.sqlite.lock import FairLock
from sereniv.verify import GENESIS

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has its own queue: the head's row")

LONG_S = 10.0
"""A wait that a passing test never waits out."""


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def waiting(lock: FairLock, count: int) -> None:
    """Return once `count` threads queue for the lock."""
    queued = threading.Event()
    while len(lock._waiting) < count:
        queued.wait(0.001)


def test_the_lock_is_taken_given_back_and_not_taken_twice() -> None:
    lock = FairLock()
    assert lock.acquire(0)
    assert not lock.acquire(0)
    lock.release()
    assert lock.acquire(0)


def test_first_come_is_first_served() -> None:
    lock, served = FairLock(), []
    assert lock.acquire(0)

    def wait_and_tell(number: int) -> None:
        assert lock.acquire(LONG_S)
        served.append(number)
        lock.release()

    threads = []
    for number in range(6):
        threads.append(in_thread(lambda number=number: wait_and_tell(number)))  # type: ignore[misc]  # bound early
        waiting(lock, number + 1)
    lock.release()
    for thread in threads:
        thread.join(LONG_S)
    assert served == list(range(6))
    assert lock.acquire(0)


def test_whoever_gave_up_waiting_is_passed_over() -> None:
    lock, served = FairLock(), threading.Event()
    assert lock.acquire(0)
    assert not lock.acquire(0.001)
    thread = in_thread(lambda: lock.acquire(LONG_S) and served.set())
    waiting(lock, 1)
    lock.release()
    assert served.wait(LONG_S)
    thread.join(LONG_S)


@pytest.fixture
def head_kept(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Put the ledger's first head back for other modules: a test that commits ends by emptying every table."""
    yield
    with django_db_blocker.unblock():
        LedgerHead.objects.get_or_create(id=1, defaults={"seq": 0, "hash": GENESIS})


@pytest.fixture
def lock(head_kept: None, transactional_db: None) -> Iterator[FairLock]:
    held = cast("base.DatabaseWrapper", connection).write_lock
    yield held
    assert held.acquire(0), "somebody kept the lock"
    held.release()


def elsewhere(work: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    """Run database work on a connection of its own; what it gives is the only member of the list."""
    given: list[Any] = []

    def run() -> None:
        try:
            given.append(work())
        finally:
            connection.close()

    return in_thread(run), given


def test_a_lone_write_waits_its_turn_and_a_read_does_not(lock: FairLock) -> None:
    with transaction.atomic():
        Chair.objects.create(name="Chair 1")
        writer, written = elsewhere(lambda: Chair.objects.create(name="Chair 2").name)
        waiting(lock, 1)
        reader, seen = elsewhere(lambda: Chair.objects.count())
        reader.join(LONG_S)
        assert seen == [0]
        assert written == []
    writer.join(LONG_S)
    assert written == ["Chair 2"]
    assert Chair.objects.count() == 2


def test_a_transaction_waits_before_it_begins(lock: FairLock) -> None:
    def write_in_transaction() -> int:
        with transaction.atomic():
            return Chair.objects.count()

    with transaction.atomic():
        Chair.objects.create(name="Chair 1")
        thread, counted = elsewhere(write_in_transaction)
        waiting(lock, 1)
        assert counted == []
    thread.join(LONG_S)
    assert counted == [1]


def test_a_rollback_gives_the_lock_back(lock: FairLock) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Chair.objects.create(name=str(1 / 0))
    assert lock.acquire(0)
    lock.release()


def test_a_failed_statement_gives_the_lock_back(lock: FairLock) -> None:
    Chair.objects.create(name="Chair 1")
    with pytest.raises(DatabaseError):
        Chair.objects.create(name="Chair 1")
    assert lock.acquire(0)
    lock.release()


def test_closing_a_connection_gives_the_lock_back(lock: FairLock) -> None:
    def close_inside() -> None:
        wrapper = cast("base.DatabaseWrapper", connection)
        wrapper.ensure_connection()
        wrapper._start_transaction_under_autocommit()
        wrapper.close()

    thread, _ = elsewhere(close_inside)
    thread.join(LONG_S)
    assert lock.acquire(0)
    lock.release()


def test_a_writer_that_waits_too_long_is_told(lock: FairLock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "LOCK_TIMEOUT_S", 0.001)
    assert lock.acquire(0)
    try:
        with pytest.raises(OperationalError, match="Another writer"):
            Chair.objects.create(name="Chair 1")
    finally:
        lock.release()

"""Django's SQLite backend with one fair write lock.

SQLite lets one connection write at a time and makes the others poll, unfairly: under load some wait
for seconds. Here every write of this process, the framework's own included, queues for its turn before
SQLite sees it. Reads never wait. See docs/adr/0003.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from sereniv.clinic.records.sqlite.lock import FairLock

LOCK_TIMEOUT_S = 20.0
READING = ("SELECT", "PRAGMA", "EXPLAIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT", "BEGIN", "WITH")

_locks: defaultdict[str, FairLock] = defaultdict(FairLock)


class DatabaseWrapper(base.DatabaseWrapper):
    """A SQLite connection whose transactions and lone writes wait their turn."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._holds_lock = False

    @property
    def write_lock(self) -> FairLock:
        """The lock of this database file."""
        return _locks[str(self.settings_dict["NAME"])]

    def _take_lock(self) -> None:
        if not self._holds_lock:
            if not self.write_lock.acquire(LOCK_TIMEOUT_S):
                raise OperationalError(f"Another writer held the database for {LOCK_TIMEOUT_S:.0f} s.")
            self._holds_lock = True

    def _give_lock(self) -> None:
        if self._holds_lock:
            self._holds_lock = False
            self.write_lock.release()

    def _start_transaction_under_autocommit(self) -> None:
        self._take_lock()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self._give_lock()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # not in the stubs
        self._give_lock()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self._give_lock()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # not in the stubs
        finally:
            self._give_lock()

    @contextmanager
    def lone_write(self) -> Iterator[None]:
        """Hold the lock for one statement outside any transaction."""
        if self._holds_lock or self.connection.in_transaction:
            yield
            return
        self._take_lock()
        try:
            yield
        finally:
            self._give_lock()

    def create_cursor(self, name: Any = None) -> "QueueingCursor":  # noqa: ANN401  Django's signature
        """Return a cursor that queues its writes."""
        del name
        cursor: QueueingCursor = self.connection.cursor(factory=QueueingCursor)
        cursor.database = self
        return cursor


class QueueingCursor(base.SQLiteCursorWrapper):
    """A cursor that waits for the write lock where a statement writes outside a transaction."""

    database: DatabaseWrapper

    def execute(self, query: Any, params: Any = None) -> Any:  # noqa: ANN401  Django's signature
        """Run one statement, in turn if it writes."""
        if str(query).lstrip().upper().startswith(READING):
            return super().execute(query, params)
        with self.database.lone_write():
            return super().execute(query, params)

    def executemany(self, query: Any, param_list: Iterable[Any]) -> Any:  # noqa: ANN401  Django's signature
        """Run one writing statement for each parameter set, in turn."""
        with self.database.lone_write():
            return super().executemany(query, param_list)

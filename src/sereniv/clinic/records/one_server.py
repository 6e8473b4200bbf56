"""One server to a PostgreSQL database: the lock in a home's folder knows nothing of another computer, or of a copy.

The lock is one of PostgreSQL's own (advisory), held by a connection that does nothing else, and goes with it: whoever
is killed holds nothing. Where the connection was lost and another server came in meanwhile, this one ends.
"""

import logging
import os
import signal
import threading

from django.db import Error, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from sereniv.clinic.database_url import without_password
from sereniv.clinic.home import Home, HomeError

OURS = int.from_bytes(b"SERE")
"""Under which number the locks of this program stand among those of others in one database."""

TAKE = "SELECT pg_try_advisory_lock(%s, hashtext(current_schema()))"
LOOKS_EVERY_S = 5.0

log = logging.getLogger(__name__)

_held: list[BaseDatabaseWrapper] = []
"""The connection that holds the lock, for as long as this process lives."""


def demand_alone(home: Home) -> None:
    """Take the database for this process; a home that keeps its own file has its folder's lock.

    Raises
    ------
    HomeError
        When another process serves or writes in it.
    """
    if home.database_url and not _held and not _take():
        raise HomeError(
            f"Another Sereniv serves the database {without_password(home.database_url)}, from another folder or "
            "computer. Stop it first: of two that watch the same patients, neither knows what the other told."
        )


def _take() -> bool:
    """Take the lock by a connection of its own; False where another process has it."""
    holder = connection.copy()
    holder.inc_thread_sharing()
    with holder.cursor() as cursor:
        cursor.execute(TAKE, [OURS])
        (is_ours,) = cursor.fetchone()
    if is_ours:
        _held.append(holder)
    else:
        holder.close()
    return bool(is_ours)


def is_still_held() -> bool:
    """Say whether the database is ours, taking it anew where the connection was lost; True while nobody reaches it."""
    holder = _held[0]
    try:
        with holder.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        holder.close()
    else:
        return True
    try:
        is_ours = _take()
    except Error:
        # Nobody else reaches it either, or only they do: what we write fails until it is back.
        return True
    if is_ours:
        _held.remove(holder)
    return is_ours


class Hold(threading.Thread):
    """Sees to it that a served database stays ours, and ends the server where it went to another one."""

    def __init__(self) -> None:
        super().__init__(name="database", daemon=True)
        self._ending = threading.Event()

    def run(self) -> None:
        """Look now and then until told to end; a home with its own file has nothing to look after."""
        while _held and not self._ending.wait(LOOKS_EVERY_S):
            if not is_still_held():
                log.error("Another Sereniv took this home's database while it was out of reach. This server ends.")
                os.kill(os.getpid(), signal.SIGTERM)
                return

    def end(self) -> None:
        """End."""
        self._ending.set()
        self.join(timeout=1)

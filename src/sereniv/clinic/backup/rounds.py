"""The served home backs itself up: whole, in parts twice a minute, and proves a backup each night."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sereniv.clinic import clock
from sereniv.clinic.backup import access, addresses, keeping, making, parts, proving, state
from sereniv.clinic.backup.archive import BackupError
from sereniv.clinic.backup.basis import Basis
from sereniv.clinic.backup.target import Target
from sereniv.clinic.home import Home
from sereniv.verify import Head

LOOKS_EVERY_S = 30.0
RESTS_TIMES = 3
"""A look rests so many times as long as the last one took: whoever charts has the machine."""

MOST_PARTS = 100
"""So many parts after a whole backup, another whole one is made: each part is a file to bring back."""

NIGHT = range(1, 5)
"""Hours of the clinic's own night in which a backup is proven; nobody is at the chairs."""

PROVES_AT_LEAST_EVERY = timedelta(hours=26)
PROVES_AT_MOST_EVERY = timedelta(hours=12)
TRIES_AGAIN_AFTER = timedelta(minutes=15)

log = logging.getLogger(__name__)


class Rounds(threading.Thread):
    """The background thread that backs up a served home. `head` says where its ledger ends."""

    def __init__(self, home: Home, head: Callable[[], Head]) -> None:
        super().__init__(name="backups", daemon=True)
        self._turns = Turns(home)
        self._head = head
        self._ending = threading.Event()

    def run(self) -> None:
        """Look twice a minute until told to end; where a look takes long, less often."""
        took_s = 0.0
        while not self._ending.wait(max(LOOKS_EVERY_S, RESTS_TIMES * took_s)):
            began_s = time.monotonic()
            try:
                self._turns.take(self._head(), clock.real_now())
            except Exception:  # a thread that ends by an exception is noticed by nobody; the next look is as needed
                log.exception("Backups could not be looked after; tried again.")
            took_s = time.monotonic() - began_s

    def end(self) -> None:
        """End after what is being done, or leave it: what is unfinished is cleared away by the next backup."""
        self._ending.set()
        self.join(timeout=5)


class Turns:
    """Looks after a home's backups, and what the next part of the newest one follows.

    After a start nothing is known of that: then a whole one is made as soon as anything was recorded.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._basis: Basis | None = None
        self._written: tuple[int, ...] = ()

    def take(self, head: Head, now: datetime) -> None:
        """Make, add to or prove a backup where it is due at `now`; what goes wrong is kept for whom it concerns."""
        home = self._home
        plan = state.plan_of(home)
        if plan is None:
            return
        try:
            target = addresses.target_of(plan.to, access.of_home(home))
            if is_due_to_make(plan, state.state_of(home), head, now, self._basis):
                self._make(target, now)
            else:
                self._add(target, now)
            if is_due_to_prove(state.state_of(home), now.astimezone(ZoneInfo(home.timezone))):
                proving.prove(home, target, now)
        except BackupError as error:
            # Its words name places, never patients; they go to those whom it concerns.
            log.warning("A backup failed; Today says why.")
            state.note(home, failed_at=now, failure=str(error))

    def _make(self, target: Target, now: datetime) -> None:
        written = _written(self._home)
        made = making.make(self._home, target, now)
        self._basis, self._written = made.basis, written
        state.note(self._home, made_at=now, made_seq=made.kept.seq, failed_at=None, failure="")
        # What a ledger has lost stands in the older ones alone.
        if not made.lacks_entries:
            let_go(target, now)

    def _add(self, target: Target, now: datetime) -> None:
        """Add what was written since; a failure of its own, so that a whole one that fails goes on being told."""
        written = _written(self._home)
        if self._basis is None:
            return
        if written != self._written:
            try:
                self._basis = parts.add(self._home, target, self._basis, now)
            except BackupError as error:
                log.warning("What was written in the last minute could not be brought elsewhere; the doctor says why.")
                state.note(self._home, stream_failure=str(error))
                return
            self._written = written
        state.note(self._home, streamed_at=now, stream_failure="")


def let_go(target: Target, now: datetime) -> None:
    """Remove from a target what others stand for by `now`."""
    series = target.series()
    wholes = keeping.to_let_go((each.whole for each in series), now)
    target.remove([*wholes, *keeping.parts_to_let_go(series, wholes, now)])


def _written(home: Home) -> tuple[int, ...]:
    """Return what differs whenever the database was written to: when and how long it and its log are."""
    found = []
    for file in (home.database_file, home.database_file.with_name(f"{home.database_file.name}-wal")):
        try:
            stat = file.stat()
        except OSError:
            continue
        found += [stat.st_mtime_ns, stat.st_size]
    return tuple(found)


def is_due_to_make(
    plan: state.Plan, known: state.BackupState, head: Head, now: datetime, basis: Basis | None = None
) -> bool:
    """Say whether something was recorded since the last backup and its time has come; after a failure, later.

    A start waits for no time: until a whole one is made, nothing of what is written can follow it.
    """
    if known.failed_at is not None and now - known.failed_at < TRIES_AGAIN_AFTER:
        return False
    if known.made_at is None or (basis is not None and basis.number >= MOST_PARTS):
        return True
    return known.made_seq != head.seq and (now - known.made_at >= plan.every or starts_anew(known, basis))


def starts_anew(known: state.BackupState, basis: Basis | None) -> bool:
    """Say whether parts were added before this start, and nothing is known of what the next would follow."""
    return basis is None and known.streamed_at is not None


def is_due_to_prove(known: state.BackupState, there: datetime) -> bool:
    """Say whether a backup is to be proven at `there`, in the clinic's own zone: at night, or when it is overdue."""
    if known.made_at is None or (known.failed_at is not None and there - known.failed_at < TRIES_AGAIN_AFTER):
        return False
    if known.restored_at is None:
        return True
    since = there - known.restored_at
    return since >= PROVES_AT_LEAST_EVERY or (there.hour in NIGHT and since >= PROVES_AT_MOST_EVERY)

"""The served home backs itself up: whenever something was recorded, and proves a backup each night."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sereniv.clinic import clock
from sereniv.clinic.backup import access, addresses, keeping, making, proving, state
from sereniv.clinic.backup.archive import BackupError
from sereniv.clinic.home import Home
from sereniv.verify import Head

LOOKS_EVERY_S = 60.0
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
        self._home = home
        self._head = head
        self._ending = threading.Event()

    def run(self) -> None:
        """Look once a minute until told to end."""
        while not self._ending.wait(LOOKS_EVERY_S):
            try:
                take_turn(self._home, self._head(), clock.real_now())
            except Exception:  # a thread that ends by an exception is noticed by nobody; the next look is as needed
                log.exception("Backups could not be looked after; tried again.")

    def end(self) -> None:
        """End after what is being done, or leave it: what is unfinished is cleared away by the next backup."""
        self._ending.set()
        self.join(timeout=5)


def take_turn(home: Home, head: Head, now: datetime) -> None:
    """Make or prove a backup where one is due at `now`; what goes wrong is kept for those whom it concerns."""
    plan = state.plan_of(home)
    if plan is None:
        return
    try:
        target = addresses.target_of(plan.to, access.of_home(home))
        if is_due_to_make(plan, state.state_of(home), head, now):
            made = making.make(home, target, now)
            state.note(home, made_at=now, made_seq=made.kept.seq, failed_at=None, failure="")
            # What a ledger has lost stands in the older ones alone.
            if not made.lacks_entries:
                target.remove(keeping.to_let_go(target.kept(), now))
        if is_due_to_prove(state.state_of(home), now.astimezone(ZoneInfo(home.timezone))):
            proving.prove(home, target, now)
    except BackupError as error:
        # Its words name places, never patients; they go to those whom it concerns.
        log.warning("A backup failed; Today says why.")
        state.note(home, failed_at=now, failure=str(error))


def is_due_to_make(plan: state.Plan, known: state.BackupState, head: Head, now: datetime) -> bool:
    """Say whether something was recorded since the last backup and its time has come; after a failure, later."""
    if known.made_at is not None and (known.made_seq == head.seq or now - known.made_at < plan.every):
        return False
    return known.failed_at is None or now - known.failed_at >= TRIES_AGAIN_AFTER


def is_due_to_prove(known: state.BackupState, there: datetime) -> bool:
    """Say whether a backup is to be proven at `there`, in the clinic's own zone: at night, or when it is overdue."""
    if known.made_at is None or (known.failed_at is not None and there - known.failed_at < TRIES_AGAIN_AFTER):
        return False
    if known.restored_at is None:
        return True
    since = there - known.restored_at
    return since >= PROVES_AT_LEAST_EVERY or (there.hour in NIGHT and since >= PROVES_AT_MOST_EVERY)

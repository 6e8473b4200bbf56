"""The thread that checks the ledger: what was written lately every quarter of an hour, the whole once each night."""

import logging
import threading
from datetime import datetime, timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import close_old_connections

from sereniv.clinic import clock
from sereniv.clinic.home import Home
from sereniv.clinic.records import checked, sample_digests
from sereniv.clinic.workflows.chair import samples_going
from sereniv.clinic.workflows.shell import failed_sign_ins

EVERY_S = 15 * 60.0
NIGHT = range(1, 5)
"""Hours of the clinic's own night in which the whole is walked; nobody is at the chairs."""

AT_LEAST_EVERY = timedelta(hours=26)
AT_MOST_EVERY = timedelta(hours=12)

log = logging.getLogger(__name__)


class Checking(threading.Thread):
    """Checks the ledger of a served home."""

    def __init__(self, home: Home) -> None:
        super().__init__(name="checking", daemon=True)
        self._home = home
        self._ending = threading.Event()

    def run(self) -> None:
        """Look every quarter of an hour until told to end."""
        while not self._ending.wait(EVERY_S):
            try:
                failed_sign_ins.write_what_waits(clock.now())
                clear_expired_sessions()
                sample_digests.digest_due(clock.now())
                take_turn(self._home, clock.real_now())
                samples_going.go_on(clock.now(), checked.BREATH_S)
            except Exception:  # a thread that ends by an exception is noticed by nobody; the next look is as needed
                log.exception("The ledger could not be checked; it is tried again.")
            finally:
                close_old_connections()

    def end(self) -> None:
        """End; what is not yet walked is walked by the next check."""
        self._ending.set()
        self.join(timeout=1)


def take_turn(home: Home, now: datetime) -> None:
    """Check what is due at `now`; what does not hold is told to the log, and by the ledger's page to whoever looks."""
    known = checked.last_checked(home)
    due = known is None or whole_is_due(known.whole_at, now.astimezone(ZoneInfo(home.timezone)))
    found = checked.whole(home, now, checked.BREATH_S) if due else checked.go_on(home, now)
    if not found.report.sound:
        log.error("The ledger does not hold: %s", "; ".join(found.report.faults[:3]))


def clear_expired_sessions() -> None:
    """Let go the sessions that are over: they hold who was signed in, and what was typed and not taken."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def whole_is_due(last: datetime, there: datetime) -> bool:
    """Say whether the whole is to be walked at `there`, in the clinic's own zone: at night, or when it is overdue."""
    since = there - last
    return since >= AT_LEAST_EVERY or (there.hour in NIGHT and since >= AT_MOST_EVERY)

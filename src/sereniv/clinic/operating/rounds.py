"""The served home looks after itself: checkpoints leave, the network is asked, and whom it concerns is told."""

import logging
import threading
from datetime import datetime, timedelta

from django.db import close_old_connections

from sereniv.clinic import clock
from sereniv.clinic.exporting import kept
from sereniv.clinic.home import Home
from sereniv.clinic.operating import heads, memory, openings, telling
from sereniv.clinic.operating.doctor import examine, places_of
from sereniv.clinic.operating.findings import Finding, Moment
from sereniv.clinic.operating.plan import plan_of
from sereniv.clinic.operating.reached import Reached, reach
from sereniv.clinic.records import bulk_files, given, handed_over
from sereniv.clinic.workflows.shell.this_clinic import clinic_details, state

LOOKS_EVERY_S = 60.0
REACHES_EVERY = timedelta(hours=1)

log = logging.getLogger(__name__)

_reached: list[Reached] = []


def last_reached() -> Reached:
    """Return what the network last told; nothing before it was asked."""
    return _reached[-1] if _reached else Reached()


def found_now(home: Home) -> tuple[Finding, ...]:
    """Return the doctor's findings of the served home, now."""
    real = clock.real_now()
    moment = Moment(home=home, real=real, here=clock.now(), is_live=state() == "live")
    return examine(moment, last_reached())


class Rounds(threading.Thread):
    """The background thread of a served home; `host` is the name by which browsers know the clinic."""

    def __init__(self, home: Home, host: str) -> None:
        super().__init__(name="operating", daemon=True)
        self._home = home
        self._host = host
        self._ending = threading.Event()

    def run(self) -> None:
        """Go round once a minute until told to end."""
        while not self._ending.wait(LOOKS_EVERY_S):
            try:
                self._ask_the_network()
                take_turn(self._home, clock.real_now())
            except Exception:  # a thread that ends by an exception is noticed by nobody; the next round is as needed
                log.exception("The house could not be looked after; tried again.")
            finally:
                close_old_connections()

    def end(self) -> None:
        """End; what has not left is kept and leaves after the next start."""
        self._ending.set()
        self.join(timeout=1)

    def _ask_the_network(self) -> None:
        """Ask a time server and the proxy now and then; a demo asks nobody."""
        if self._home.has_injected_clock:
            return
        real = clock.real_now()
        asked = last_reached().at
        if asked is None or real - asked >= REACHES_EVERY:
            _reached[:] = [reach(places_of(self._home, self._host), clock.real_now)]


def take_turn(home: Home, real: datetime) -> None:
    """Let checkpoints leave that are due at `real`, and tell whom it concerns what was opened or is to be done."""
    kept.let_go(home, real)
    handed_over.let_go(home, real)
    given.let_go(home, real)
    bulk_files.let_go(home, real)
    plan, known = plan_of(home), memory.memory_of(home)
    heads.leave(home, plan, known, real)
    memory.keep(home, known)
    openings.tell(plan, known, clock.now(), real)
    memory.keep(home, known)
    telling.tell(home, clinic_details().name, found_now(home), plan, known, real)
    memory.keep(home, known)

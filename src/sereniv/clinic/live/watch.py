"""The watch: once a real second it looks at every open session, raises prompts, and tells what monitors show."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import close_old_connections

from sereniv.clinic import clock
from sereniv.clinic.home import Home
from sereniv.clinic.live.hub import hub
from sereniv.clinic.operating import pulse
from sereniv.clinic.operating.house import WATCH
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.checkpoints import close_books
from sereniv.clinic.records.models import OPEN_PHASES, SessionRow
from sereniv.clinic.workflows.chair import monitors
from sereniv.clinic.workflows.looks.record_views import keep_views
from sereniv.clinic.workflows.shell.in_force import read_once, rules_in_force
from sereniv.therapy import monitoring

EVERY_S = 1.0
VIEWS_EVERY = timedelta(seconds=10)
CHECKPOINT_EVERY = timedelta(minutes=15)

log = logging.getLogger(__name__)


class Watch(threading.Thread):
    """The one background thread of a served home."""

    def __init__(self, home: Home, before_each: Callable[[datetime], None] | None = None) -> None:
        super().__init__(name="watch", daemon=True)
        self._home = home
        self._before_each = before_each
        self._ending = threading.Event()
        self._views_kept = self._checkpointed = clock.real_now()

    def start(self) -> None:
        """Begin; from here on the home counts as watched."""
        pulse.beat(WATCH, clock.real_now())
        super().start()

    def run(self) -> None:
        """Look once a second until told to end; one failed look does not end the watch."""
        while not self._ending.wait(EVERY_S):
            try:
                with read_once():
                    self.look(clock.now())
                pulse.beat(WATCH, clock.real_now())
            except Exception:  # whatever it was (a full disk, a damaged row), the next look is as needed as this one
                log.exception("The watch could not look; it tries again.")
            finally:
                close_old_connections()
        try:
            keep_views(clock.now())
        except Exception:  # a thread that ends by an exception prints it whole, past the filter of the logs
            log.exception("The last looks could not be kept.")

    def end(self) -> None:
        """End the watch and keep what it still holds."""
        self._ending.set()
        self.join(timeout=5)
        pulse.forget()

    def look(self, now: datetime) -> None:
        """Do one round at the home's time `now`."""
        if self._before_each is not None:
            self._before_each(now)
        monitors.watch_all(now)
        numerics = shown_numerics(now)
        if numerics:
            hub.publish("numerics", numerics)
        self._keep_books(now)

    def _keep_books(self, now: datetime) -> None:
        real = clock.real_now()
        ticking = clock.clock()
        if real - self._views_kept >= VIEWS_EVERY:
            self._views_kept = real
            keep_views(now)
            if isinstance(ticking, clock.InjectedClock):
                ticking.save()
        if real - self._checkpointed >= CHECKPOINT_EVERY:
            self._checkpointed = real
            close_books(self._home, now)


def shown_numerics(now: datetime) -> dict[str, dict[str, dict[str, str]]]:
    """Return what each open session's monitor shows now: session, signal, value and time."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in SessionRow.objects.filter(phase__in=OPEN_PHASES):
        chart = chart_store.session_chart_of(row.pk)
        if chart.monitor is None:
            continue
        shown = monitoring.fresh_numerics(chart, monitors.recent(row.pk, now, chart), now, rules_in_force(now))
        found[str(row.pk)] = {
            signal: {"value": f"{sample.value:.0f}", "at": sample.at.isoformat()}
            for signal, sample in shown.items()
            if signal in ("heart_rate", "spo2", "respiratory_rate") and sample.value is not None
        }
    return found

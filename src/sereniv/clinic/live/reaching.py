"""Tells those of the house what waits at the chairs: once a second it looks what is owed, sends, and writes what went.

What went is written after it went: a process that dies in between tells the same once more, under the same identity,
rather than never.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import close_old_connections

from sereniv.clinic import clock
from sereniv.clinic.home import Home, HomeError
from sereniv.clinic.operating import prompts
from sereniv.clinic.operating.plan import Plan, plan_of
from sereniv.clinic.operating.ways import Message, NotDeliveredError, Way
from sereniv.clinic.records.models import OPEN_PHASES, SessionRow
from sereniv.clinic.workflows.chair import reaching
from sereniv.clinic.workflows.shell.in_force import read_once, rules_in_force
from sereniv.therapy.monitoring.reaching import Owed
from sereniv.therapy.session.events import Rung, Telling

EVERY_S = 1.0
AT_ONCE = 8
"""So many messages leave side by side: a mail server that hangs holds up no pager."""

log = logging.getLogger(__name__)

Key = tuple[str, Rung, str, str]
"""A session, and whom of which rung a message goes to by which way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """A message on its way: of which prompts, with the entries that raised them."""

    first: dict[str, int]
    at: datetime
    future: "Future[str]"


class Reaching(threading.Thread):
    """The background thread of a served home that tells people."""

    def __init__(self, home: Home) -> None:
        super().__init__(name="reaching", daemon=True)
        self._home = home
        self._ending = threading.Event()
        self._senders = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="telling")
        self._under_way: dict[Key, _Sent] = {}
        self._failed_at: dict[Key, datetime] = {}

    def run(self) -> None:
        """Look once a second until told to end; one failed look does not end it."""
        while not self._ending.wait(EVERY_S):
            try:
                with read_once():
                    self.look(clock.now())
            except Exception:  # a thread that ends by an exception is noticed by nobody; the next look is as needed
                log.exception("Nobody could be told of what waits at the chairs; tried again.")
            finally:
                close_old_connections()

    def end(self) -> None:
        """End; what is still on its way is told again after the next start."""
        self._ending.set()
        self._senders.shutdown(wait=False, cancel_futures=True)
        self.join(timeout=2)

    def look(self, now: datetime) -> None:
        """Write what went since the last look, and send what is owed at the home's time `now`."""
        self.write_what_went()
        plan = self._plan()
        people, ways = prompts.people(plan, now), prompts.ways_set()
        for row in SessionRow.objects.filter(phase__in=OPEN_PHASES):
            chart, found = reaching.owed_at(row.pk, now, people, ways)
            for owed in found:
                self._tell(row, owed, reaching.raised_first(chart, owed.alerts), plan, now)

    def settle(self) -> None:
        """Wait for everything on its way, and write what went."""
        for each in self._under_way.values():
            each.future.exception()
        self.write_what_went()

    def write_what_went(self) -> None:
        """Write who was told, and what did not go, of every message that has come to an end."""
        done = {key: sent for key, sent in self._under_way.items() if sent.future.done()}
        together: dict[tuple[str, Rung, tuple[tuple[str, int], ...], datetime], list[Telling]] = {}
        for (session, rung, who, way), sent in done.items():
            failure = sent.future.result()
            if failure:
                self._failed_at[session, rung, who, way] = sent.at
            of = (session, rung, tuple(sent.first.items()), sent.at)
            together.setdefault(of, []).append(Telling(who=who, way=way, failure=failure))
        for (session, rung, first, at), told in together.items():
            reaching.keep(session, dict(first), rung, told, at)
        for key in done:
            del self._under_way[key]

    def _tell(self, row: SessionRow, owed: Owed, first: dict[str, int], plan: Plan, now: datetime) -> None:
        if not owed.who:
            reaching.keep(row.pk, first, owed.rung, (), now)
            return
        key = (str(row.pk), owed.rung, owed.who, owed.way)
        again = timedelta(seconds=rules_in_force(now).reaching.again_after_s)
        failed = self._failed_at.get(key)
        if key in self._under_way or (failed is not None and timedelta(0) <= now - failed < again):
            return
        message = prompts.message(str(row.pk), row.chair, owed, first, now)
        send = _sending(prompts.ways_to(owed, plan), message)
        self._under_way[key] = _Sent(first=first, at=now, future=self._senders.submit(send))

    def _plan(self) -> Plan:
        try:
            return plan_of(self._home)
        except HomeError:
            log.exception("Whom to tell outside cannot be read; nobody is told by mail or webhook.")
            return Plan()


def _sending(ways: tuple[Way, ...], message: Message) -> Callable[[], str]:
    """Return what sends a message and says why it did not go, "" where it went."""

    def send() -> str:
        try:
            for way in ways:
                way.send(message)
        except NotDeliveredError as error:
            return str(error)
        except Exception as error:  # a mistake of ours must show as not told, never as told
            log.exception("Somebody could not be told.")
            return f"it failed ({type(error).__name__})"
        return "" if ways else "the way was taken out meanwhile"

    return send

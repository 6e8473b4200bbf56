"""Tells those of the house what waits at the chairs: once a second it looks what is owed, sends, and writes what went.

What went is written after it went: a process that dies in between tells the same once more, under the same identity,
rather than never.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import close_old_connections

from sereniv.clinic import clock
from sereniv.clinic.home import Home, HomeError
from sereniv.clinic.operating import prompts
from sereniv.clinic.operating.plan import Plan, plan_of
from sereniv.clinic.operating.push import DeviceGoneError
from sereniv.clinic.operating.ways import Message, NotDeliveredError, Way
from sereniv.clinic.records.models import OPEN_PHASES, SessionRow
from sereniv.clinic.workflows.admin import push_devices
from sereniv.clinic.workflows.chair import calling, reaching
from sereniv.clinic.workflows.shell.in_force import read_once, rules_in_force
from sereniv.therapy.monitoring.reaching import Owed, help_owed
from sereniv.therapy.session.events import Telling

EVERY_S = 1.0
AT_ONCE = 8
"""So many messages leave side by side: a mail server that hangs holds up no pager."""

log = logging.getLogger(__name__)

Key = tuple[str, str, str, str]
"""A session, the rung or the call for help, and whom a message goes to by which way."""

HELP = "call for help"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Went:
    """What became of a message: why it did not go, "" where it went, and the devices that take none any more."""

    failure: str = ""
    gone: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """A message on its way; `together` is the same for those that are written as one entry, by `keep`."""

    together: tuple[object, ...]
    at: datetime
    future: "Future[_Went]"
    keep: Callable[[Sequence[Telling]], None]


class Reaching(threading.Thread):
    """The background thread of a served home that tells people."""

    def __init__(self, home: Home) -> None:
        super().__init__(name="reaching", daemon=True)
        self._home = home
        self._ending = threading.Event()
        self._senders = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="telling")
        self._under_way: dict[Key, _Sent] = {}
        self._failed_at: dict[Key, datetime] = {}
        self._said_unread = False

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
                self._tell_prompts(row, owed, reaching.raised_first(chart, owed.alerts), plan, now)
            if chart.help_open_since is not None:
                rules = rules_in_force(now)
                for who, way in help_owed(chart, rules, people, prompts.WAYS):
                    self._tell_help(row, (who, way), chart.help_open_since, plan, now)

    def settle(self) -> None:
        """Wait for everything on its way, and write what went."""
        for each in self._under_way.values():
            each.future.exception()
        self.write_what_went()

    def write_what_went(self) -> None:
        """Write who was told, and what did not go, of every message that has come to an end."""
        done = {key: sent for key, sent in self._under_way.items() if sent.future.done()}
        entries: dict[tuple[object, ...], tuple[_Sent, list[Telling]]] = {}
        for key, sent in done.items():
            went = sent.future.result()
            if went.failure:
                self._failed_at[key] = sent.at
            for device in went.gone:
                push_devices.forget(device)
            _, told = entries.setdefault(sent.together, (sent, []))
            told.append(Telling(who=key[2], way=key[3], failure=went.failure))
        for sent, told in entries.values():
            sent.keep(told)
        for key in done:
            del self._under_way[key]

    def _tell_prompts(self, row: SessionRow, owed: Owed, first: dict[str, int], plan: Plan, now: datetime) -> None:
        def keep(told: Sequence[Telling]) -> None:
            reaching.keep(row.pk, first, owed.rung, told, now)

        key = (str(row.pk), str(owed.rung), owed.who, owed.way)
        message = prompts.message(str(row.pk), row.chair_marked, owed, first, now)
        self._send(key, (row.pk, owed.rung, *first.items(), now), message, plan, keep, now)

    def _tell_help(self, row: SessionRow, whom: tuple[str, str], since: datetime, plan: Plan, now: datetime) -> None:
        def keep(told: Sequence[Telling]) -> None:
            calling.keep_help_told(row.pk, since, told, now)

        who, way = whom
        message = prompts.help_message(str(row.pk), row.chair_marked, who, way, since)
        self._send((str(row.pk), f"{HELP} {since}", who, way), (row.pk, since, now), message, plan, keep, now)

    def _send(
        self,
        key: Key,
        together: tuple[object, ...],
        message: Message,
        plan: Plan,
        keep: Callable[[Sequence[Telling]], None],
        now: datetime,
    ) -> None:
        """Send one message unless it is on its way, or failed lately; where there is nobody, write that at once."""
        _, _, who, way = key
        if not who:
            keep(())
            return
        again = timedelta(seconds=rules_in_force(now).reaching.again_after_s)
        failed = self._failed_at.get(key)
        if key in self._under_way or (failed is not None and timedelta(0) <= now - failed < again):
            return
        future = self._senders.submit(_sending(prompts.ways_to(who, way, plan), message))
        self._under_way[key] = _Sent(together=together, at=now, future=future, keep=keep)

    def _plan(self) -> Plan:
        try:
            plan = plan_of(self._home)
        except HomeError:
            if not self._said_unread:
                log.exception("Whom to tell outside cannot be read; nobody is told by mail or webhook.")
            self._said_unread = True
            return Plan()
        self._said_unread = False
        return plan


def _sending(ways: tuple[Way, ...], message: Message) -> Callable[[], _Went]:
    """Return what sends a message by each of these, and says why it went by none."""

    def send() -> _Went:
        failures, gone = [], []
        for way in ways:
            try:
                way.send(message)
            except DeviceGoneError as error:
                gone.append(error.device)
                failures.append(str(error))
            except NotDeliveredError as error:
                failures.append(str(error))
            except Exception as error:  # a mistake of ours must show as not told, never as told
                log.exception("Somebody could not be told.")
                failures.append(f"it failed ({type(error).__name__})")
        if ways and len(failures) < len(ways):
            return _Went(gone=tuple(gone))
        return _Went(failure="; ".join(failures) or "the way was taken out meanwhile", gone=tuple(gone))

    return send

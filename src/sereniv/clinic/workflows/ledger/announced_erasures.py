"""Erasures that were announced: two people sign, everybody who may erase sees it, and for some days either stops it.

What is erased is gone for good, so that nobody erases what nobody else had time to see.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.house_events import ErasureAnnounced, ErasureStopped, PayloadsErased
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.recording.entry import Recorded, narrowed
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Refused

RULE = "erasure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """An erasure that waits: of one entry, or of somebody as a whole where `entries` is empty."""

    seq: int
    event: ErasureAnnounced
    by: str
    co_signed_by: str
    at: datetime

    def is_due(self, now: datetime) -> bool:
        """Say whether it may be carried out."""
        return now >= self.event.not_before


def waiting() -> tuple[Announced, ...]:
    """Return every erasure that was announced, and neither stopped nor carried out, the oldest first."""
    found: dict[int, Announced] = {}
    for entry in chart_store.read("home"):
        event = entry.event
        if isinstance(event, ErasureAnnounced):
            found[entry.seq] = _announced(entry, event)
        elif isinstance(event, ErasureStopped):
            found.pop(event.announced, None)
        elif isinstance(event, PayloadsErased):
            found = {seq: each for seq, each in found.items() if not _carries_out(event, each.event)}
    return tuple(found.values())


def _announced(entry: Recorded[object], event: ErasureAnnounced) -> Announced:
    told = narrowed(entry, event)
    return Announced(
        seq=told.seq, event=event, by=told.recorded_by, co_signed_by=told.co_signed_by, at=told.recorded_at
    )


def _carries_out(done: PayloadsErased, announced: ErasureAnnounced) -> bool:
    return done.stream == announced.stream and (not announced.entries or announced.entries == done.entries)


def waiting_for(stream: str, entries: tuple[int, ...] = ()) -> Announced | None:
    """Return the erasure that waits for one entry, or for somebody as a whole; None where none was announced."""
    return next((each for each in waiting() if (each.event.stream, each.event.entries) == (stream, entries)), None)


def announce(stream: str, entries: tuple[int, ...], basis: str, act: Act) -> None:
    """Write that something will be erased, for a workflow that has asked whether it may be.

    Raises
    ------
    Refused
        When it was announced before.
    """
    if waiting_for(stream, entries) is not None:
        raise Refused(RULE, "This erasure is announced already.")
    not_before = act.now + timedelta(days=rules_in_force(act.now).access.erasure_wait.days)
    event = ErasureAnnounced(stream=stream, entries=entries, basis=basis.strip(), not_before=not_before)
    chart_store.append([New(stream="home", event=event, at=act.now)], act.writing())


def demand_due(stream: str, entries: tuple[int, ...], act: Act) -> Announced:
    """Return the announcement on which an erasure rests now.

    Raises
    ------
    Refused
        When none stands, or its days have not passed.
    """
    found = waiting_for(stream, entries)
    if found is None:
        raise Refused(RULE, "Announce this erasure first: it waits, so that who did not sign it can see and stop it.")
    if not found.is_due(act.now):
        raise Refused(
            RULE, f"This erasure waits until {found.event.not_before:%d %b %Y %H:%M} UTC; until then nobody erases."
        )
    return found


def stop(announced: int, reason: str, act: Act) -> None:
    """Stop an erasure that waits; one signature is enough, for nothing is lost by it.

    Raises
    ------
    Malformed
        When nobody wrote why.
    Refused
        When it waits no more.
    """
    act.permit(Permission.ERASE)
    demand_reason(reason, "Write why this is not erased.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        if all(each.seq != announced for each in waiting()):
            raise Refused(RULE, "This erasure waits no more: it was stopped, or carried out.")
        event = ErasureStopped(announced=announced, reason=reason.strip())
        chart_store.append([New(stream="home", event=event, at=act.now)], act.writing())

"""Where somebody is signed in, and which devices take their PIN beside somebody else's sign-in.

Each has a mark of its own, for the key of a session opens it. Whoever ends a sign-in means the device: with it goes
the PIN there.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from sereniv.clinic.accounts import idle
from sereniv.clinic.accounts.models import Enrolment, Staff
from sereniv.knowledge import knowledge

MARK = 16
DEVICE_SIGNS = 12
"""How many signs of a device's id a session keeps, and the audit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One sign-in that holds, with its computer, beginning and last touch, or a device that takes the PIN alone.

    `pin_until` is when the device forgets the PIN by itself, None where it takes none.
    """

    mark: str
    computer: str
    device: str
    since: datetime | None
    touched: datetime | None
    pin_until: datetime | None
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What was ended on a device, of whose id these are the first signs: a sign-in, or the PIN."""

    device: str
    was_signed_in: bool


def mark_of(key: str) -> str:
    """Return by what a session is named on a page."""
    return hashlib.sha256(key.encode()).hexdigest()[:MARK]


def places_of(staff: Staff, here: str) -> list[Place]:
    """Return where somebody is signed in, the one with the key `here` first, then the newest, then devices by PIN."""
    pins = {row.device[:DEVICE_SIGNS]: row for row in _pins_of(staff)}
    found = [_place(session, content, here, pins) for session, content in _sessions_of(staff)]
    in_use = {str(content.get(idle.DEVICE, "")) for _, content in _sessions_of(staff)}
    alone = [_by_pin(row) for device, row in pins.items() if device not in in_use]
    found.sort(key=lambda each: (not each.is_here, -(each.since.timestamp() if each.since else 0)))
    return [*found, *alone]


def end(staff: Staff, marks: set[str], stays: str = "") -> list[Ended]:
    """End sign-ins by their marks, and the PIN on their devices and on those marked; the device `stays` keeps it."""
    ended, devices = [], set()
    for session, content in _sessions_of(staff):
        if mark_of(session.session_key) in marks:
            devices.add(str(content.get(idle.DEVICE, "")))
            ended.append(Ended(device=str(content.get(idle.DEVICE, "")), was_signed_in=True))
            session.delete()
    for row in _pins_of(staff):
        begins = row.device[:DEVICE_SIGNS]
        if (mark_of(row.device) in marks or begins in devices) and row.device != stays:
            ended.append(Ended(device=begins, was_signed_in=False))
            row.delete()
    return ended


def _pins_of(staff: Staff) -> list[Enrolment]:
    since = timezone.now() - _forgets_after()
    return list(Enrolment.objects.filter(staff=staff, at__gt=since).order_by("-at"))


def _forgets_after() -> timedelta:
    return timedelta(days=knowledge().access.enrolment.days)


def _by_pin(row: Enrolment) -> Place:
    return Place(
        mark=mark_of(row.device),
        computer="",
        device=row.device[:6],
        since=None,
        touched=None,
        pin_until=row.at + _forgets_after(),
        is_here=False,
    )


def _sessions_of(staff: Staff) -> list[tuple[Session, dict[str, Any]]]:
    held = Session.objects.filter(expire_date__gt=timezone.now())
    read = ((session, session.get_decoded()) for session in held)
    return [(session, content) for session, content in read if content.get(SESSION_KEY) == str(staff.pk)]


def _place(session: Session, content: dict[str, Any], here: str, pins: dict[str, Enrolment]) -> Place:
    since, touched = content.get(idle.SIGNED_IN), content.get(idle.TOUCHED)
    pin = pins.get(str(content.get(idle.DEVICE, "")))
    return Place(
        mark=mark_of(session.session_key),
        computer=str(content.get(idle.BROWSER, "")),
        device=str(content.get(idle.DEVICE, ""))[:6],
        since=datetime.fromisoformat(since) if since else None,
        touched=datetime.fromisoformat(touched) if touched else None,
        pin_until=pin.at + _forgets_after() if pin else None,
        is_here=session.session_key == here,
    )

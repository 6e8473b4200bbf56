"""Where somebody is signed in: each session by a mark of its own, for the key of a session opens it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from sereniv.clinic.accounts import idle
from sereniv.clinic.accounts.models import Staff

MARK = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One sign-in that holds: on which computer, since when, and when it was last touched."""

    mark: str
    computer: str
    device: str
    since: datetime | None
    touched: datetime | None
    is_here: bool


def mark_of(key: str) -> str:
    """Return by what a session is named on a page."""
    return hashlib.sha256(key.encode()).hexdigest()[:MARK]


def places_of(staff: Staff, here: str) -> list[Place]:
    """Return where somebody is signed in, the one with the key `here` first, then the newest."""
    found = [_place(session, content, here) for session, content in _sessions_of(staff)]
    return sorted(found, key=lambda each: (not each.is_here, -(each.since.timestamp() if each.since else 0)))


def end(staff: Staff, marks: set[str]) -> list[str]:
    """End somebody's sessions by their marks; returns on which devices they were."""
    ended = []
    for session, content in _sessions_of(staff):
        if mark_of(session.session_key) in marks:
            ended.append(str(content.get(idle.DEVICE, "")))
            session.delete()
    return ended


def _sessions_of(staff: Staff) -> list[tuple[Session, dict[str, Any]]]:
    held = Session.objects.filter(expire_date__gt=timezone.now())
    read = ((session, session.get_decoded()) for session in held)
    return [(session, content) for session, content in read if content.get(SESSION_KEY) == str(staff.pk)]


def _place(session: Session, content: dict[str, Any], here: str) -> Place:
    since, touched = content.get(idle.SIGNED_IN), content.get(idle.TOUCHED)
    return Place(
        mark=mark_of(session.session_key),
        computer=str(content.get(idle.BROWSER, "")),
        device=str(content.get(idle.DEVICE, ""))[:6],
        since=datetime.fromisoformat(since) if since else None,
        touched=datetime.fromisoformat(touched) if touched else None,
        is_here=session.session_key == here,
    )

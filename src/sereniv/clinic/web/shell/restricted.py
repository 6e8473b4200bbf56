"""Keeps the pages of a restricted record from whoever is not among its readers, until they say why they need it.

Front desk pages (bookings, erasure, who restricts) and a chair in use stay open by role: a booking is no look into the
record, and whoever runs infusions must be able to act for whom sits in front of them.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from sereniv.clinic import clock
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store, queries
from sereniv.clinic.records.models import OPEN_PHASES
from sereniv.clinic.web.shell import kept
from sereniv.clinic.web.shell.addresses import Need
from sereniv.clinic.workflows.shell.teams_now import teams_now
from sereniv.therapy.person.access import is_in_doubt, may_open, opening_of, readers, restriction

NO_LOOK = frozenset({
    Permission.READ_PEOPLE, Permission.BOOK, Permission.ERASE, Permission.RESTRICT_RECORDS, Permission.REVIEW_OPENINGS,
    Permission.READ_LEDGER,
})  # fmt: skip
"""What a page may need that shows nothing of what a record holds."""

ASKS_WHY = "person_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a page of a restricted record says on top: that it is restricted, and until when an opening lasts."""

    reason: str
    until: datetime | None


def held_back(
    request: HttpRequest, name: str, need: Need, user: Staff, keywords: Mapping[str, Any]
) -> HttpResponse | None:
    """Answer for a page of a record that is restricted to others; None lets the page answer."""
    person_id = None if name == ASKS_WHY else _whose(keywords, user)
    if person_id is None:
        return None
    chart, now = chart_store.person_chart(person_id), clock.now()
    teams = teams_now(now)
    alone, in_doubt = readers(chart, teams), is_in_doubt(chart, teams)
    if alone is None and not in_doubt:
        return None
    if may_open(chart, user.username, now, teams):
        is_reader = not in_doubt and alone is not None and user.username in alone.names
        if is_reader and restriction(chart) is None:
            return None  # a chart of one's own team is everyday: nothing stands on top of it
        opening = None if is_reader else opening_of(chart, user.username, now)
        reason = "why cannot be read" if alone is None or in_doubt else alone.reason
        request.restricted = Shown(reason=reason, until=opening.until if opening else None)  # type: ignore[attr-defined]
        return None
    if need in NO_LOOK:
        request.is_withheld = True  # type: ignore[attr-defined]
        return None
    return _ask_why(request, person_id, user)


def _whose(keywords: Mapping[str, Any], user: Staff) -> uuid.UUID | None:
    """Return whose record a page is of, None where it is of nobody's or of a chair in use that `user` may act at."""
    person_id = keywords.get("person_id")
    if person_id is None and (session_id := keywords.get("session_id")) is not None:
        row = queries.session_of(session_id)
        if row is None or (row.phase in OPEN_PHASES and user.may(Permission.RUN_INFUSION)):
            return None
        person_id = row.person_id
    person = queries.anybody(person_id) if person_id is not None else None
    return None if person is None else person.joined_into_id or person.pk


def _ask_why(request: HttpRequest, person_id: uuid.UUID, user: Staff) -> HttpResponse:
    if request.method == "POST" and kept.may_be_kept(request):
        kept.keep(request, user.username)
    page = reverse(ASKS_WHY, args=[person_id])
    if request.method == "GET" and not request.headers.get("HX-Request"):
        page = f"{page}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=403, headers={"HX-Redirect": page})
    return redirect(page)

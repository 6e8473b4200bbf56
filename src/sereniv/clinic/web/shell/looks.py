"""Which answers show somebody something, and whom: read from what was answered, so that no page can forget it."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from sereniv.clinic import clock
from sereniv.clinic.workflows.looks.record_views import looked_at, refreshed

PART_OF = {
    "board_tiles": "board",
    "calls": "calls",
    "person_data": "person",
    "person_safety_items": "person",
    "safety_items": "safety",
    "session_data": "session",
    "session_drill_part": "session_drill",
    "session_log": "session",
    "session_spare": "session",
    "session_status": "session",
    "today": "today",
}
"""What a page that is open fetches again by itself, and of which page it is a part."""

ABOUT_SOMEBODY = re.compile(rb"/(people|sessions)/([0-9a-f]{8}-[0-9a-f-]{27})/")
SHOWN = (200, 422)
"""A page, or a form that came back: both are read. Whatever leads elsewhere, or says no, shows nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    staff: str
    page: str
    subject: str
    ids: frozenset[str]


def begin(request: HttpRequest, staff: str, page: str, keywords: dict[str, Any]) -> None:
    """Note who asked for which page, about whom."""
    # Ids first: what a long address holds beside them must not push them out.
    ordered = sorted(keywords.items(), key=lambda pair: (not isinstance(pair[1], uuid.UUID), pair[0]))
    request.look = _Look(  # type: ignore[attr-defined]
        staff=staff,
        page=page,
        subject=",".join(f"{name}={value}" for name, value in ordered),
        ids=frozenset(str(value) for value in keywords.values()),
    )


def end(request: HttpRequest, response: HttpResponse) -> None:
    """Note whom the answer showed."""
    look = getattr(request, "look", None)
    if not isinstance(look, _Look) or not (request.method == "GET" or response.status_code in SHOWN):
        return
    showed = _people_in(request, response, look)
    if look.page == "calls" and not showed:
        return
    if look.page in PART_OF and (look.page != PART_OF[look.page] or _asked_by_itself(request)):
        refreshed(look.staff, look.page, PART_OF[look.page], look.subject, clock.now(), showed)
    else:
        looked_at(look.staff, look.page, look.subject, clock.now(), showed)


def _asked_by_itself(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _people_in(request: HttpRequest, response: HttpResponse, look: _Look) -> set[str]:
    named = set(getattr(request, "shown_people", ()))
    if response.status_code in SHOWN and not response.streaming:
        links = ABOUT_SOMEBODY.findall(response.content)
        named |= {f"{kind.decode()}/{pk.decode()}" for kind, pk in set(links) if pk.decode() not in look.ids}
    return named


def show_people(request: HttpRequest, people: Iterable[object]) -> None:
    """Say whom an answer shows without a link to them, such as a list on paper."""
    before: set[str] = getattr(request, "shown_people", set())
    request.shown_people = before | {f"people/{each}" for each in people}  # type: ignore[attr-defined]

"""The door of a calendar program: by a link of somebody who works here it reads when chairs are held, and for what."""

import hashlib
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sereniv.clinic import clock
from sereniv.clinic.gateway.allowance import Allowance
from sereniv.clinic.workflows.calendar import feeds
from sereniv.clinic.workflows.looks.record_views import looked_at
from sereniv.exchange.ics import MEDIA_TYPE, calendar_of

ASKED = Allowance(most=60, within=timedelta(hours=1))
"""How often one link is asked: a calendar program asks every few minutes at most."""

GUESSED = Allowance(most=30, within=timedelta(hours=1))
"""Wrong links from one place."""

NOT_FOUND, TOO_MANY, NOT_MODIFIED = 404, 429, 304


@require_safe
def given(request: HttpRequest, token: str) -> HttpResponse:
    """Give the calendar to whoever has a link: when, at which chair and for what, and nobody's name."""
    real = clock.real_now()
    person = feeds.whose(token)
    wait_s = (
        ASKED.wait_s(str(person.pk), real)
        if person is not None
        else GUESSED.wait_s(request.META.get("REMOTE_ADDR", ""), real)
    )
    if wait_s:
        return _answer(HttpResponse(status=TOO_MANY, headers={"Retry-After": str(wait_s)}))
    if person is None:
        return _answer(HttpResponse("There is no such calendar.", status=NOT_FOUND, content_type="text/plain"))
    now = clock.now()
    held = feeds.held(person, now)
    mark = f'W/"{hashlib.sha256(repr(held).encode()).hexdigest()[:32]}"'
    looked_at(person.username, "calendar by a link", "", now)
    if mark in [each.strip() for each in request.headers.get("If-None-Match", "").split(",")]:
        return _answer(HttpResponse(status=NOT_MODIFIED), mark)
    return _answer(HttpResponse(calendar_of(held, now), content_type=f"{MEDIA_TYPE}; charset=utf-8"), mark)


def _answer(found: HttpResponse, mark: str = "") -> HttpResponse:
    found["X-Robots-Tag"] = "noindex, nofollow"
    found["Cache-Control"] = "no-store"
    if mark:
        found["ETag"] = mark
    return found

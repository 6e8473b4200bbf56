"""The page of an emergency at a chair: what whoever comes must hear, what is charted by one tap, whom to call."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sereniv.clinic import clock
from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.web.chair.views import opened_or_404, standing, strip
from sereniv.clinic.workflows.admin.on_call import on_call_now
from sereniv.clinic.workflows.chair import care
from sereniv.clinic.workflows.shell.this_clinic import clinic_details
from sereniv.therapy.chair.emergency import drug_told, person_told
from sereniv.therapy.recording.time_words import clock_words


@require_GET
def emergency(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Show one chair's emergency under its numbers; charting and calling stay one tap each."""
    return page(request, session_id)


def page(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Draw the page, for whoever asks for it or has just called for help."""
    row, chart = opened_or_404(session_id)
    context = {**strip(row, chart), **standing(session_id, chart), **_told(session_id), **_reach()}
    return render(request, "chair/emergency.html", context)


def _told(session_id: uuid.UUID) -> dict[str, Any]:
    here = care.situation(session_id, clock.now())
    today = on_the_wall(here.now).date()

    def at_clock(moment: datetime) -> str:
        return clock_words(on_the_wall(moment), today)

    return {
        "who": person_told(here, at_clock),
        "given": drug_told(here, at_clock),
        "offers": care.offers(session_id, here.now),
        "measures": care.standing_orders("measure"),
    }


def _reach() -> dict[str, Any]:
    """Return whom to call, and what to say where the ambulance is to come."""
    return {"clinic": clinic_details(), "on_call": on_call_now(clock.now())}

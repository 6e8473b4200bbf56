"""The page of an emergency at a chair: what whoever comes must hear, what is charted by one tap, whom to call."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sereniv.clinic import clock
from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.web.chair.care_forms import EmergencyOverForm
from sereniv.clinic.web.chair.let_in import demand_let_in
from sereniv.clinic.web.chair.views import ChairSheet, chair_sheet, opened_or_404, standing, strip
from sereniv.clinic.web.shell.acts import act_of
from sereniv.clinic.workflows.admin.on_call import on_call_now
from sereniv.clinic.workflows.chair import calling, care
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.this_clinic import clinic_details
from sereniv.therapy.chair.emergency import drug_told, person_told
from sereniv.therapy.recording.time_words import clock_words


@require_GET
def emergency(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Show one chair's emergency under its numbers; charting and calling stay one tap each."""
    opened_or_404(session_id)
    demand_let_in(request, session_id)
    return page(request, session_id)


@require_POST
def opened(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Open the emergency, so that its clock runs and the chart says who opened it and when; then show its page."""
    opened_or_404(session_id)
    calling.open_emergency(session_id, act_of(request, request.POST.get("key", "")))
    return redirect("session_emergency", session_id=session_id)


@require_http_methods(["GET", "POST"])
def over(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Leave the emergency: say what it was and how it ended."""

    def act_on(valid: EmergencyOverForm, act: Act) -> None:
        was_none = valid.cleaned_data["was"] == "none"
        calling.close_emergency(session_id, valid.cleaned_data["words"], act, was_none=was_none)

    sheet = ChairSheet(
        title="The emergency is over",
        button="It is over",
        intro="Its clock stops. A call for help and the prompts at this chair stay as they are.",
    )
    return chair_sheet(request, session_id, EmergencyOverForm, sheet, act_on)


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

"""Drills at the screens: which there are, the one that goes on, and its debrief."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from sereniv.clinic import clock
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.demo.drills import playing
from sereniv.clinic.demo.drills.debrief import Debrief, debrief, document
from sereniv.clinic.demo.drills.scripts import drills
from sereniv.clinic.web.documents.views import as_pdf, paper_of_the_clinic
from sereniv.clinic.web.shell.acts import act_of
from sereniv.clinic.workflows.documents.documents import setting_at
from sereniv.clinic.workflows.shell.this_clinic import served_home
from sereniv.therapy.documents.model import Document
from sereniv.therapy.session.chart import FINISHED


@require_GET
def drills_page(request: HttpRequest) -> HttpResponse:
    """List the crises that can be played, those that go on, and those that are over."""
    playing.demand_not_a_clinics(served_home())
    every = list(playing.every())
    context = {
        "drills": drills().values(),
        "going_on": [each for each in every if each.chart.phase not in FINISHED],
        "over": [each for each in every if each.chart.phase in FINISHED],
    }
    return render(request, "drills/drills.html", context)


@require_POST
def begin(request: HttpRequest, crisis: str) -> HttpResponse:
    """Begin a drill at a free chair."""
    act = act_of(request, request.POST.get("key", ""))
    act.permit(Permission.CHART)
    return redirect("session_drill", session_id=playing.begin(crisis, act.now.replace(microsecond=0), act.key))


@require_GET
def drill(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Show a drill to whoever leads it: what is seen at the chair, and the times so far."""
    return render(request, "drills/drill.html", _context(session_id))


@require_GET
def drill_part(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Show the part of a drill's page that goes on by itself."""
    return render(request, "drills/part.html", _context(session_id))


@require_GET
def drill_pdf(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Give the debrief as PDF."""
    return as_pdf(request, _written(_found(session_id)), "debrief")


@require_POST
def end(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """End a drill; its chair is free again."""
    act = act_of(request, request.POST.get("key", ""))
    act.permit(Permission.CHART)
    playing.end(session_id, act.now)
    return redirect("session_drill", session_id=session_id)


def _found(session_id: uuid.UUID) -> Debrief:
    played = playing.played(session_id)
    if played is None:
        raise Http404
    now = clock.now()
    over = played.chart.entries[-1].recorded_at if played.chart.phase in FINISHED else now
    return debrief(played, min(now, over), setting_at(now).knowledge)


def _written(found: Debrief) -> Document:
    return document(found, setting_at(clock.now(), found.played.row.label))


def _context(session_id: uuid.UUID) -> dict[str, Any]:
    found = _found(session_id)
    return {
        "found": found,
        "row": found.played.row,
        "cues": found.cue_words(),
        "is_over": found.played.chart.phase in FINISHED,
        "document": _written(found),
        "paper": str(paper_of_the_clinic()),
    }

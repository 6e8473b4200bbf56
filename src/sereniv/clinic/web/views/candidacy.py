"""Pages on which a concern is evaluated and a candidate decided on."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.web import forms
from sereniv.clinic.web.views.person_sheet import person_sheet
from sereniv.clinic.workflows import candidacy as deciding
from sereniv.clinic.workflows.acting import Act
from sereniv.knowledge import Phase, knowledge
from sereniv.therapy import candidacy
from sereniv.therapy import person_events as pe


@require_http_methods(["GET", "POST"])
def evaluate(request: HttpRequest, person_id: uuid.UUID, criterion: str) -> HttpResponse:
    """Record the evaluation of a concern."""
    row = knowledge().concern(criterion)
    if row is None:
        raise Http404

    def act_on(valid: forms.EvaluationForm, act: Act) -> str:
        data = valid.cleaned_data
        deciding.record_evaluation(person_id, criterion, data["finding"], data["valid_days"], act)
        return "Evaluation recorded."

    words = {"title": f"Evaluation: {row.title}", "button": "Record evaluation", "intro": row.statement}
    return person_sheet(request, person_id, forms.EvaluationForm, words, act_on)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Let the prescriber decide, with every finding in sight."""
    registered = get_object_or_404(Person, pk=person_id).registered
    chart = chart_store.person_chart(person_id)
    found = candidacy.findings(chart, registered, Phase.SCREEN, clock.now(), knowledge())

    def act_on(valid: forms.DecideForm, act: Act) -> str:
        data = valid.cleaned_data
        expected = data["expected_seq"] or 0
        event = deciding.decide_candidacy(person_id, pe.Decision(data["decision"]), data["reason"], expected, act)
        return f"Decision signed: {event.decision.replace('_', ' ')}."

    words = {
        "title": "Decide on candidacy",
        "button": "Sign decision",
        "template": "people/decide.html",
        "context": {"findings": found, "chart": chart},
    }
    return person_sheet(request, person_id, forms.DecideForm, words, act_on)

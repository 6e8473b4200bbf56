"""Pages on which a concern is evaluated and a candidate decided on."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.candidacy.forms import DecideForm, EvaluationForm
from sereniv.clinic.web.intake import screening_forms
from sereniv.clinic.web.intake.person_sheet import person_sheet
from sereniv.clinic.web.person.page.candidacy import standing_of
from sereniv.clinic.workflows.candidacy import candidacy as deciding
from sereniv.clinic.workflows.person import reach
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge.rows import Concern
from sereniv.therapy.candidacy.evaluations import Evaluation, evaluations
from sereniv.therapy.person import events as pe


@require_http_methods(["GET", "POST"])
def evaluate(request: HttpRequest, person_id: uuid.UUID, criterion: str) -> HttpResponse:
    """Record the evaluation of a concern."""
    row = _concern(criterion)

    def act_on(valid: EvaluationForm, act: Act) -> str:
        data = valid.cleaned_data
        conclusion = pe.Conclusion(data["conclusion"])
        deciding.record_evaluation(
            person_id,
            criterion,
            data["finding"],
            data["valid_days"],
            act,
            evaluator=data["evaluator"],
            conclusion=conclusion,
        )
        return f"Evaluation recorded: {conclusion.replace('_', ' ')}."

    asked = next((each for each in _evaluations(person_id) if each.criterion == criterion), None)
    opened = asked.opened if asked is not None and asked.is_waiting else None
    question = f" Asked of {opened.event.asked_of}: {opened.event.question}" if opened else ""
    words = {
        "title": f"Evaluation: {row.title}",
        "button": "Record evaluation",
        "intro": f"{row.statement}.{question}",
    }
    return person_sheet(request, person_id, EvaluationForm, words, act_on)


@require_http_methods(["GET", "POST"])
def ask_evaluation(request: HttpRequest, person_id: uuid.UUID, criterion: str) -> HttpResponse:
    """Send a concern to somebody to be evaluated."""
    row = _concern(criterion)

    def act_on(valid: screening_forms.AskEvaluationForm, act: Act) -> str:
        data = valid.cleaned_data
        asked = pe.EvaluationOpened(
            criterion=criterion, question=data["question"], asked_of=data["asked_of"], due_on=data["due_on"]
        )
        deciding.open_evaluation(person_id, asked, act)
        return f"Evaluation asked of {asked.asked_of}. Nothing is sent by Sereniv: pass it on."

    words = {
        "title": f"Request an evaluation: {row.title}",
        "button": "Keep the question",
        "intro": f"{row.statement}. Sereniv keeps the question and its day; it sends nothing.",
    }
    return person_sheet(request, person_id, screening_forms.AskEvaluationForm, words, act_on)


def _concern(criterion: str) -> Concern:
    row = rules_in_force(clock.now()).concern(criterion)
    if row is None:
        raise Http404
    return row


def _evaluations(person_id: uuid.UUID) -> tuple[Evaluation, ...]:
    return evaluations(chart_store.person_chart(person_id), clock.now())


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Let the prescriber decide, with every finding in sight."""
    who = get_object_or_404(Person, pk=person_id)
    chart = chart_store.person_chart(person_id)

    def act_on(valid: DecideForm, act: Act) -> str:
        data = valid.cleaned_data
        expected = data["expected_seq"] or 0
        event = deciding.decide_candidacy(person_id, pe.Decision(data["decision"]), data["reason"], expected, act)
        return f"Decision signed: {event.decision.replace('_', ' ')}."

    words = {
        "title": "Decide on candidacy",
        "button": "Sign decision",
        "template": "candidacy/decide.html",
        "context": {
            "chart": chart,
            "touched": reach.of_person("declined", person_id, clock.now(), doses=True),
            **standing_of(who, chart, clock.now()),
        },
    }
    return person_sheet(request, person_id, DecideForm, words, act_on)

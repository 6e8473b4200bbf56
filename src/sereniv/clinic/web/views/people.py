"""Pages of one person outside infusions: register, consent, history, work-up, scores, candidacy."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sereniv.clinic import clock
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person, SessionRow
from sereniv.clinic.web import forms
from sereniv.clinic.web.acts import Caution, Sheet, act_of, form_for, sheet
from sereniv.clinic.web.series import response_series
from sereniv.clinic.workflows import people
from sereniv.clinic.workflows import safety as safety_list
from sereniv.clinic.workflows.acting import Act
from sereniv.clinic.workflows.orders import infusion_starts
from sereniv.knowledge import Phase, knowledge
from sereniv.therapy import candidacy
from sereniv.therapy import person_events as pe
from sereniv.therapy.course import Course, course
from sereniv.therapy.patient import MEASURED_FIELDS, PersonChart
from sereniv.therapy.safety import State
from sereniv.therapy.scales import score

HISTORY_TITLES = {
    pe.HistoryList.SUBSTANCE_USE: "Substance use",
    pe.HistoryList.CONDITIONS: "Conditions",
    pe.HistoryList.ALLERGIES: "Allergies",
}


@require_GET
def people_list(request: HttpRequest) -> HttpResponse:
    """List everybody, found by name."""
    wanted = request.GET.get("q", "").strip()[:80]
    found = Person.objects.all()
    for word in wanted.split():
        found = found.filter(given_names__icontains=word) | found.filter(family_name__icontains=word)
    return render(request, "people/list.html", {"people": found[:200], "q": wanted})


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Register a person, then open their page."""
    form = form_for(request, forms.RegisterForm)
    made: list[Person] = []

    def add(valid: forms.RegisterForm, act: Act) -> str | None:
        names = ("family_name", "given_names", "born", "sex_at_birth", "phone")
        registration = people.Registration(**{name: valid.cleaned_data[name] for name in names})
        made.append(people.register(registration, act))
        return f"{made[0]} is registered."

    words = Sheet(title="Register a person", button="Register", back=reverse("people"))
    response = sheet(request, form, words, add)
    return redirect("person", person_id=made[0].pk) if made else response


@require_GET
def person(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show one person's whole story: steps, findings, order, sessions, response."""
    who = get_object_or_404(Person, pk=person_id)
    chart = chart_store.person_chart(person_id)
    now = clock.now()
    findings = candidacy.findings(chart, Phase.SCREEN, now, knowledge())
    phq9 = [each for each in chart.scores if each.event.scale == "phq9"]
    items = safety_list.of_person(who, now)
    last_phq9 = phq9[-1] if phq9 else None
    context = {
        "person": who,
        "chart": chart,
        "findings": findings,
        "histories": [(which, title, chart.history(which)) for which, title in HISTORY_TITLES.items()],
        "phq9": last_phq9,
        "phq9_score": score(knowledge().scales["phq9"], last_phq9.event.answers) if last_phq9 else None,
        "facts": {field: chart.latest(field, now) for field in MEASURED_FIELDS},
        "pressures": [each for each in chart.measurements if each.event.systolic is not None][-3:],
        "order": chart.orders[-1] if chart.orders else None,
        "used_orders": _used_orders(person_id),
        "sessions": SessionRow.objects.filter(person_id=person_id).order_by("-opened_at"),
        "series": response_series(person_id),
        "open_items": [each for each in items if each.item.state is not State.CLOSED],
        "closed_items": [each for each in items if each.item.state is State.CLOSED],
        "course": _course(person_id, chart, now),
    }
    return render(request, "people/person.html", context)


def _course(person_id: uuid.UUID, chart: PersonChart, now: datetime) -> Course | None:
    """Return the course of the last order's protocol, None before the first order."""
    protocol = knowledge().protocols.get(chart.orders[-1].terms.protocol) if chart.orders else None
    return course(protocol, infusion_starts(person_id), now.date()) if protocol else None


def _used_orders(person_id: uuid.UUID) -> set[int]:
    rows = SessionRow.objects.filter(person_id=person_id)
    opened = [chart_store.session_chart_of(row.pk).opened for row in rows]
    return {each.event.order for each in opened if each is not None}


@require_GET
def person_data(request: HttpRequest, person_id: uuid.UUID) -> JsonResponse:
    """Give the response chart's series as JSON."""
    del request
    get_object_or_404(Person, pk=person_id)
    return JsonResponse(response_series(person_id))


def _person_sheet(
    request: HttpRequest,
    person_id: uuid.UUID,
    form_class: type[forms.ActForm],
    words: dict[str, Any],
    action: Callable[[Any, Act], str | None],
    **form_keywords: Any,
) -> HttpResponse:
    who = get_object_or_404(Person, pk=person_id)
    back = reverse("person", args=[person_id])
    stream = chart_store.person_stream(person_id)
    initial = {"expected_seq": chart_store.stream_end(stream), **form_keywords.pop("initial", {})}
    form = form_for(request, form_class, initial=initial, **form_keywords)
    context = {"person": who, **words.pop("context", {})}
    page = Sheet(back=back, context=context, **words)
    return sheet(request, form, page, action, lambda: chart_store.stream_end(stream))


@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Record a signed consent."""

    def act_on(valid: forms.ConsentForm, act: Act) -> str:
        data = valid.cleaned_data
        people.record_consent(person_id, data["version"], data["signer_name"], data["witness_name"], act)
        return "Consent recorded."

    intro = (
        "Off-label use, risks (blood pressure, dissociation, misuse, bladder, liver), alternatives, no driving until "
        "the next day, and the right to stop were explained and understood."
    )
    words = {"title": "Consent", "button": "Record consent", "intro": intro}
    return _person_sheet(request, person_id, forms.ConsentForm, words, act_on)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _history_list(which: str) -> pe.HistoryList:
    if which not in set(HISTORY_TITLES):
        raise Http404
    return pe.HistoryList(which)


@require_http_methods(["GET", "POST"])
def history(request: HttpRequest, person_id: uuid.UUID, which: str) -> HttpResponse:
    """Record the entries of one history list."""
    chosen = _history_list(which)
    is_substances = chosen is pe.HistoryList.SUBSTANCE_USE
    form_class: type[forms.ActForm] = forms.SubstanceForm if is_substances else forms.HistoryForm

    def act_on(valid: forms.HistoryForm, act: Act) -> str:
        entries = _lines(valid.cleaned_data["entries"])
        uses = tuple(pe.SubstanceUse(use) for use in valid.cleaned_data.get("substance_use", ()))
        people.record_history(person_id, chosen, entries, uses, act)
        return f"{HISTORY_TITLES[chosen]} recorded."

    words = {"title": HISTORY_TITLES[chosen], "button": "Record"}
    return _person_sheet(request, person_id, form_class, words, act_on)


@require_POST
def none_of_these(request: HttpRequest, person_id: uuid.UUID, which: str) -> HttpResponse:
    """Close a history list by one recorded tap."""
    get_object_or_404(Person, pk=person_id)
    people.record_history(person_id, _history_list(which), (), (), act_of(request, request.POST.get("key", "")))
    return redirect("person", person_id=person_id)


@require_http_methods(["GET", "POST"])
def measure(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Record measurements; implausible values are kept and questioned."""

    def act_on(valid: forms.MeasureForm, act: Act) -> str:
        event = people.record_measurements(person_id, valid.cleaned_data, act, valid.happened_at())
        if event.questions:
            return Caution("Stored. Please confirm: " + " ".join(event.questions.values()))
        return "Measurements recorded."

    words = {"title": "Measurements", "button": "Record", "intro": "Leave blank what was not measured."}
    return _person_sheet(request, person_id, forms.MeasureForm, words, act_on)


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, person_id: uuid.UUID, entry: int, field: str) -> HttpResponse:
    """Confirm a questioned value."""
    questions = chart_store.person_chart(person_id).open_questions()
    asked = next((each for each in questions if (each.entry, each.field) == (entry, field)), None)
    if asked is None:
        raise Http404

    def act_on(valid: forms.ConfirmForm, act: Act) -> str:
        people.confirm_value(person_id, entry, field, valid.cleaned_data["remark"], act)
        return "Confirmed."

    words = {"title": "Is this value right?", "button": "It is right", "intro": asked.question}
    return _person_sheet(request, person_id, forms.ConfirmForm, words, act_on)


@require_http_methods(["GET", "POST"])
def pregnancy(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Record pregnancy status."""

    def act_on(valid: forms.PregnancyForm, act: Act) -> str:
        status = pe.Pregnancy(valid.cleaned_data["status"])
        people.record_pregnancy(person_id, status, valid.cleaned_data["basis"], act)
        return "Pregnancy status recorded."

    words = {"title": "Pregnancy", "button": "Record"}
    return _person_sheet(request, person_id, forms.PregnancyForm, words, act_on)


@require_http_methods(["GET", "POST"])
def medicines(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Go through the medicines."""
    listed = chart_store.person_chart(person_id).history(pe.HistoryList.MEDICINES)

    def act_on(valid: forms.MedicinesForm, act: Act) -> str:
        people.review_medicines(person_id, _lines(valid.cleaned_data["medicines"]), act)
        return "Medicines reviewed."

    words = {"title": "Medicines", "button": "Reviewed with the patient"}
    initial = {"medicines": "\n".join(listed.event.entries) if listed else ""}
    return _person_sheet(request, person_id, forms.MedicinesForm, words, act_on, initial=initial)


@require_http_methods(["GET", "POST"])
def phq9(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Ask the PHQ-9; a positive or blank item 9 is said at once."""
    scale = knowledge().scales["phq9"]

    def act_on(valid: forms.Phq9Form, act: Act) -> str:
        scored = people.answer_phq9(person_id, valid.answers(), "patient, in clinic", act)
        missing = ", ".join(map(str, scored.missing_items))
        total = f"PHQ-9 {scored.total} ({scored.band})." if scored.total is not None else f"No total: {missing} blank."
        if scored.opens_safety_flow:
            messages.warning(request, safety_list.crisis_words())
            return Caution(f"{total} Item 9 is above zero or blank: ask in person now, and write down what you find.")
        return total

    words = {
        "title": "PHQ-9",
        "button": "Record answers",
        "intro": scale.question,
        "template": "people/phq9.html",
        "context": {"scale": scale, "crisis_words": safety_list.crisis_words()},
    }
    return _person_sheet(request, person_id, forms.Phq9Form, words, act_on)


@require_http_methods(["GET", "POST"])
def mood(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Ask for today's mood."""

    def act_on(valid: forms.MoodForm, act: Act) -> str:
        people.answer_mood(person_id, valid.cleaned_data["mood"], "patient", act, valid.happened_at())
        return "Mood recorded."

    words = {"title": "Mood today", "button": "Record"}
    return _person_sheet(request, person_id, forms.MoodForm, words, act_on)


@require_http_methods(["GET", "POST"])
def safety(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Take up a positive or blank suicide item in person."""

    def act_on(valid: forms.SafetyForm, act: Act) -> str:
        people.take_up_safety(person_id, entry, valid.cleaned_data["finding"], act)
        return "Recorded."

    words = {
        "title": "Thoughts of death or self-harm",
        "button": "Record",
        "intro": f"Item 9 was above zero or left blank. {knowledge().suicide_item.message}",
    }
    return _person_sheet(request, person_id, forms.SafetyForm, words, act_on)


@require_http_methods(["GET", "POST"])
def evaluate(request: HttpRequest, person_id: uuid.UUID, criterion: str) -> HttpResponse:
    """Record the evaluation of a concern."""
    if criterion not in knowledge().criteria:
        raise Http404
    row = knowledge().criteria[criterion]

    def act_on(valid: forms.EvaluationForm, act: Act) -> str:
        data = valid.cleaned_data
        people.record_evaluation(person_id, criterion, data["finding"], data["valid_days"], act)
        return "Evaluation recorded."

    words = {"title": f"Evaluation: {row.title}", "button": "Record evaluation", "intro": row.statement}
    return _person_sheet(request, person_id, forms.EvaluationForm, words, act_on)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Let the prescriber decide, with every finding in sight."""
    chart = chart_store.person_chart(person_id)
    found = candidacy.findings(chart, Phase.SCREEN, clock.now(), knowledge())

    def act_on(valid: forms.DecideForm, act: Act) -> str:
        data = valid.cleaned_data
        expected = data["expected_seq"] or 0
        event = people.decide_candidacy(person_id, pe.Decision(data["decision"]), data["reason"], expected, act)
        return f"Decision signed: {event.decision.replace('_', ' ')}."

    words = {
        "title": "Decide on candidacy",
        "button": "Sign decision",
        "template": "people/decide.html",
        "context": {"findings": found, "chart": chart},
    }
    return _person_sheet(request, person_id, forms.DecideForm, words, act_on)

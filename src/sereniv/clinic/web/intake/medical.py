"""Pages of conditions, medicines, written lines and anaesthetic risk."""

import uuid
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sereniv.clinic import clock
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.intake import medical_forms as forms
from sereniv.clinic.web.intake import walk
from sereniv.clinic.web.intake.medicine_meaning import Meaning, meaning_of
from sereniv.clinic.web.intake.person_sheet import person_sheet
from sereniv.clinic.web.shell.acts import Caution, act_of
from sereniv.clinic.workflows.intake import medical
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.conditions import CHECKLISTS, conditions_of
from sereniv.therapy.person.elsewhere import origins
from sereniv.therapy.person.free_text import line_id
from sereniv.therapy.person.medicines import medicine, medicines_of

READ_BY_PRESCRIBER = (*CHECKLISTS, pe.HistoryList.ALLERGIES, pe.HistoryList.MEDICINES)


def _checklist(which: str) -> pe.HistoryList:
    if which not in CHECKLISTS:
        raise Http404
    return pe.HistoryList(which)


@require_http_methods(["GET", "POST"])
def conditions(request: HttpRequest, person_id: uuid.UUID, which: str) -> HttpResponse:
    """Go through a checklist of conditions."""
    chosen = _checklist(which)
    chart = chart_store.person_chart(person_id)
    asked = tuple(row for row in knowledge().conditions.values() if row.list == chosen)
    before = conditions_of(chart, chosen)
    old = chart.history(chosen)
    lines = before.event.other if before else old.event.entries if old else ()
    holds = [row.title for row in asked if before and row.id in before.event.conditions]

    def act_on(valid: forms.ConditionsForm, act: Act) -> str:
        data = valid.cleaned_data
        event = medical.record_conditions(person_id, chosen, data["conditions"], data["other"].splitlines(), act)
        if event.other:
            return Caution(f"Recorded. A prescriber reads before a start: {'; '.join(event.other)}.")
        return "Recorded."

    words = {
        "title": knowledge().lists[chosen].title,
        "button": "Record these",
        "intro": "Read each question aloud. Tick what is answered with yes.",
        "template": "intake/conditions.html",
        "context": {"asked": asked, "which": chosen, "before": before, "chart": chart, "drops": [*holds, *lines]},
    }
    initial = {"conditions": list(before.event.conditions) if before else [], "other": "\n".join(lines)}
    return person_sheet(request, person_id, forms.ConditionsForm, words, act_on, initial=initial, asked=asked)


@require_POST
def no_conditions(request: HttpRequest, person_id: uuid.UUID, which: str) -> HttpResponse:
    """Close a checklist by one recorded tap: none of these."""
    who = get_object_or_404(Person, pk=person_id)
    medical.record_conditions(person_id, _checklist(which), (), (), act_of(request, request.POST.get("key", "")))
    return redirect(walk.onward(request, who))


@require_http_methods(["GET", "POST"])
def medicines(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Write down every medicine, a line each, and see what each means."""
    chart = chart_store.person_chart(person_id)
    listed = medicines_of(chart)
    lines = listed.event.medicines if listed else ()
    context: dict[str, Any] = {"listed": listed, "names": _names(), "person_id": person_id}
    context["from_elsewhere"] = origins(chart).get(listed.stream_seq) if listed else None

    def act_on(valid: forms.MedicinesForm, act: Act) -> str:
        medical.list_medicines(person_id, valid.written(), act)
        waiting = medical.waiting_lines(
            chart_store.person_chart(person_id), pe.HistoryList.MEDICINES, rules_in_force(act.now)
        )
        if waiting:
            return Caution(f"Recorded. A prescriber reads before a start: {'; '.join(waiting)}.")
        return "Medicines recorded."

    words = {
        "title": "Medicines",
        "button": "Record these medicines",
        "template": "intake/medicines.html",
        "context": context,
    }
    if "look" in request.POST:
        return _looked_up(request, person_id, words)
    context["meanings"] = {number: meaning_of(each) for number, each in enumerate(lines)}
    return person_sheet(request, person_id, forms.MedicinesForm, words, act_on, listed=lines)


def _looked_up(request: HttpRequest, person_id: uuid.UUID, words: dict[str, Any]) -> HttpResponse:
    """Show the lines as typed with what each means; nothing is recorded."""
    form = forms.MedicinesForm(request.POST)
    form.is_valid()
    context = words["context"] | {
        "meanings": {
            row.number: _meaning(row.name.value(), row.mg.value(), bool(row.prn.value())) for row in form.rows()
        }
    }
    who = get_object_or_404(Person, pk=person_id)
    sheet = {"title": words["title"], "button": words["button"], "back": f"/people/{person_id}/"}
    return render(request, words["template"], {"form": form, "sheet": sheet, "person": who, **context})


def _names() -> list[str]:
    known = knowledge().medicines
    return sorted({*known.ingredients, *known.combinations}, key=str.casefold)


def _meaning(name: object, mg: object, as_needed: bool) -> Meaning | None:
    written = str(name or "").strip()[: medical.LONGEST_LINE]
    if not written:
        return None
    try:
        daily = Decimal(str(mg).strip()) if mg and len(str(mg)) <= len("12345.6789") else None
    except InvalidOperation:
        daily = None
    usable = daily if daily is not None and medical.is_dose(daily) else None
    return meaning_of(medicine(written, usable, as_needed, knowledge().medicines))


@require_GET
def medicine_line(request: HttpRequest) -> HttpResponse:
    """Say what one line, as typed, stands for and means; nothing is recorded."""
    typed = {name.partition("_")[0]: value for name, value in request.GET.items()}
    meaning = _meaning(typed.get("name"), typed.get("mg"), "prn" in typed)
    return render(request, "intake/medicine_meaning.html", {"meaning": meaning})


@require_POST
def no_medicines(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Say by one recorded tap that the person takes nothing."""
    who = get_object_or_404(Person, pk=person_id)
    medical.list_medicines(person_id, (), act_of(request, request.POST.get("key", "")))
    return redirect(walk.onward(request, who))


@require_http_methods(["GET", "POST"])
def judge(request: HttpRequest, person_id: uuid.UUID, which: str, line: str) -> HttpResponse:
    """Let a prescriber say what a written line is."""
    if which not in READ_BY_PRESCRIBER:
        raise Http404
    chosen = pe.HistoryList(which)
    waiting = medical.waiting_lines(chart_store.person_chart(person_id), chosen, rules_in_force(clock.now()))
    written = next((each for each in waiting if line_id(each) == line), None)
    if written is None and request.method == "GET":
        raise Http404

    def act_on(valid: forms.JudgeForm, act: Act) -> str:
        medical.judge_line(person_id, chosen, line, valid.cleaned_data["reason"], act)
        return f"Read: {written}."

    words = {
        "title": f"Read “{written}”" if written else "This line was read before",
        "button": "I know of no concern in it",
        "intro": f"{knowledge().lists[chosen].title}: no table of ours can judge this line, so it holds a start. If it "
        "is a concern, leave it and decide on candidacy instead.",
    }
    return person_sheet(request, person_id, forms.JudgeForm, words, act_on)


@require_http_methods(["GET", "POST"])
def anaesthetic_risk(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Record ASA class and airway."""

    def act_on(valid: forms.AnaestheticRiskForm, act: Act) -> str:
        medical.record_anaesthetic_risk(person_id, valid.cleaned_data["asa"], valid.cleaned_data["airway"], act)
        return "Anaesthetic risk recorded."

    words = {"title": "Anaesthetic risk", "button": "Record"}
    return person_sheet(request, person_id, forms.AnaestheticRiskForm, words, act_on)

"""Pages on which rating scales are asked, and a suicide item is taken up."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from sereniv.clinic.web import forms
from sereniv.clinic.web.acts import Caution
from sereniv.clinic.web.views.person_sheet import person_sheet
from sereniv.clinic.workflows import answers
from sereniv.clinic.workflows import safety as safety_list
from sereniv.clinic.workflows.acting import Act
from sereniv.knowledge import knowledge


@require_http_methods(["GET", "POST"])
def phq9(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Ask the PHQ-9; a positive or blank item 9 is said at once."""
    scale = knowledge().scales["phq9"]

    def act_on(valid: forms.Phq9Form, act: Act) -> str:
        scored = answers.answer_phq9(person_id, valid.answers(), "patient, in clinic", act)
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
    return person_sheet(request, person_id, forms.Phq9Form, words, act_on)


@require_http_methods(["GET", "POST"])
def mood(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Ask for today's mood."""

    def act_on(valid: forms.MoodForm, act: Act) -> str:
        answers.answer_mood(person_id, valid.cleaned_data["mood"], "patient", act, valid.happened_at())
        return "Mood recorded."

    words = {"title": "Mood today", "button": "Record"}
    return person_sheet(request, person_id, forms.MoodForm, words, act_on)


@require_http_methods(["GET", "POST"])
def safety(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Take up a positive or blank suicide item in person."""

    def act_on(valid: forms.SafetyForm, act: Act) -> str:
        answers.take_up_safety(person_id, entry, valid.cleaned_data["finding"], act)
        return "Recorded."

    words = {
        "title": "Thoughts of death or self-harm",
        "button": "Record",
        "intro": f"Item 9 was above zero or left blank. {knowledge().suicide_item.message}",
    }
    return person_sheet(request, person_id, forms.SafetyForm, words, act_on)

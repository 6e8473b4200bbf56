"""The page on which an infusion that others gave is charted by hand."""

import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from sereniv.clinic.web.intake.person_sheet import person_sheet
from sereniv.clinic.web.intake.screening_forms import day_field, known_or_not
from sereniv.clinic.web.shell.form_parts import CODE_WIDGET, ActForm
from sereniv.clinic.web.shell.typed_fields import WholeField, decimal_field
from sereniv.clinic.workflows.intake.elsewhere import record_infused_elsewhere
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.knowledge.rows import ProtocolKind
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.elsewhere import MOST_MINUTES, MOST_OTHERS

HOW_SURE = (("0", "That day"), ("3", "3 days more or less"), ("7", "A week more or less"),
            ("31", "A month more or less"), ("183", "Half a year more or less"))  # fmt: skip
SAID_BY = (
    ("as the patient says", "The patient says so"),
    ("as somebody close says", "Somebody close to the patient says so"),
    ("by a letter or record seen here", "A letter or record, seen here"),
    ("by telephone with them", "They say so, by telephone"),
)
TREATED = ((ProtocolKind.PSYCHIATRIC, "Depression, suicidal thoughts, PTSD or anxiety"), (ProtocolKind.PAIN, "Pain"),
           ("", "Not known"))  # fmt: skip
UNKNOWN = "Blank is not known."


class InfusedElsewhereForm(ActForm):
    """One infusion that others gave, what is known of it, and who says so."""

    clinic = forms.CharField(max_length=80, label="Where", help_text="The clinic or practice that gave it.")
    said_by = forms.ChoiceField(label="Who says so", widget=forms.RadioSelect, choices=SAID_BY)
    given_on = day_field("Day of the infusion", help_text="Of several: of the last one.")
    within_days = forms.TypedChoiceField(
        label="How sure the day is", widget=forms.RadioSelect, choices=HOW_SURE, coerce=int
    )
    others_before = WholeField(
        label="How many before it, elsewhere",
        required=False,
        min_value=0,
        max_value=MOST_OTHERS,
        help_text="Of six in all: 5. Those charted here by themselves count once. Blank is none known of.",
        widget=forms.TextInput(attrs=CODE_WIDGET),
    )
    mg = decimal_field("Ketamine given", "mg", required=False, help_text=UNKNOWN)
    weight_kg = decimal_field("Weight it was dosed by", "kg", required=False, help_text=UNKNOWN)
    minutes = WholeField(
        label="Over how long (min)",
        required=False,
        min_value=1,
        max_value=MOST_MINUTES,
        help_text=UNKNOWN,
        widget=forms.TextInput(attrs=CODE_WIDGET),
    )
    treats = forms.ChoiceField(label="What for", required=False, widget=forms.RadioSelect, choices=TREATED)
    tolerated = known_or_not("Borne well")
    words = forms.CharField(max_length=500, required=False, label="What happened, and what else was told")

    def told(self) -> pe.InfusedElsewhere:
        """Return what was entered."""
        data = self.cleaned_data
        known = {name: data[name] for name in ("given_on", "within_days", "mg", "weight_kg", "minutes", "treats")}
        return pe.InfusedElsewhere(
            **known,
            others_before=data["others_before"] or 0,
            tolerated=data["tolerated"],
            told_by=f"{data['clinic']}, {data['said_by']}",
            words=data["words"],
        )


@require_http_methods(["GET", "POST"])
def infused_elsewhere(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Chart an infusion that was given elsewhere."""

    def act_on(valid: InfusedElsewhereForm, act: Act) -> str:
        record_infused_elsewhere(person_id, valid.told(), act)
        return "Charted. It counts in the spacing, in what was given in all, and as the dose before."

    words: dict[str, Any] = {
        "title": "An infusion given elsewhere",
        "button": "Chart it",
        "intro": "What you were told of it. Of several, chart the last one with its day and dose, and each other one "
        "whose day is known.",
    }
    return person_sheet(request, person_id, InfusedElsewhereForm, words, act_on)

"""The pages on which an infusion that others gave is charted, and what is told twice is said to be one."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.web.intake.person_sheet import person_sheet
from sereniv.clinic.web.intake.screening_forms import day_field, known_or_not
from sereniv.clinic.web.shell.acts import staff_of
from sereniv.clinic.web.shell.form_parts import CODE_WIDGET, ActForm
from sereniv.clinic.web.shell.typed_fields import WholeField, decimal_field
from sereniv.clinic.workflows.intake.elsewhere import Placing, place_telling, record_infused_elsewhere, telling
from sereniv.clinic.workflows.orders.order_state import infusion_starts
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.knowledge.rows import ProtocolKind
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.elsewhere import MOST_MINUTES, MOST_OTHERS, infused_words
from sereniv.therapy.person.told_twice import can_be, day_words, words_on

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


THERE, HERE, OF_ITS_OWN = "there", "here", "own"


class ToldTwiceForm(ActForm):
    """Which infusion a telling is of, among those that it can be, and how somebody knows."""

    which = forms.ChoiceField()
    words = forms.CharField(max_length=500, label="How you know")

    def __init__(self, *arguments: Any, choices: list[tuple[str, str]], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["which"] = forms.ChoiceField(
            label="Which infusion it is", widget=forms.RadioSelect, choices=choices
        )

    def placing(self) -> Placing:
        """Return what was chosen as the act takes it."""
        kind, _, value = self.cleaned_data["which"].partition(":")
        return Placing(
            same_as=int(value) if kind == THERE else None,
            given_here=date.fromisoformat(value) if kind == HERE else None,
            words=self.cleaned_data["words"],
        )


@require_http_methods(["GET", "POST"])
def told_twice(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Say whether what is told of an infusion elsewhere is one that is told of already, or one of its own."""
    told = telling(person_id, entry)
    if told is None:
        raise Http404
    chart = chart_store.person_chart(person_id)
    others, days = can_be(chart, told, infusion_starts(person_id))
    doses = staff_of(request).may(Permission.READ_ORDERS)
    choices = [
        (
            f"{THERE}:{each.seq}",
            f"The same one: {day_words(each.event)}{f', {infused_words(each.event)}' if doses else ''}. "
            f"{each.event.told_by}",
        )
        for each in others
    ]
    choices += [(f"{HERE}:{day}", f"The same one: given here on {day:%d %b %Y}") for day in sorted(days)]
    choices.append((OF_ITS_OWN, "One of its own: none of these"))

    def act_on(valid: ToldTwiceForm, act: Act) -> str:
        place_telling(person_id, entry, valid.placing(), act)
        is_own = valid.cleaned_data["which"] == OF_ITS_OWN
        return "Recorded. It counts as one of its own." if is_own else "Recorded. The two count once."

    words: dict[str, Any] = {
        "title": "One infusion, or two?",
        "button": "Record",
        "template": "intake/told_twice.html",
        "context": {
            "told": told,
            "what": infused_words(told.event) if doses else day_words(told.event),
            "doses": doses,
            "word": words_on(chart).get(told.seq),
        },
    }
    return person_sheet(request, person_id, ToldTwiceForm, words, act_on, choices=choices)

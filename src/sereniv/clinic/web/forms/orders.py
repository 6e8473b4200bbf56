"""Forms that order an infusion, check it, and seat the patient."""

from typing import Any

from django import forms

from sereniv.clinic.web.forms.base import CODE_WIDGET, ActForm, SecondPersonMixin, decimal_field
from sereniv.knowledge import knowledge
from sereniv.therapy import person_events as pe


class OrderForm(SecondPersonMixin, ActForm):
    """One infusion's order."""

    protocol = forms.ChoiceField(label="Protocol", choices=[])
    dose_mg_per_kg = decimal_field("Dose", "mg/kg", decimal_places=2)
    duration_min = forms.IntegerField(
        label="Duration (min)", min_value=1, max_value=600, widget=forms.TextInput(attrs=CODE_WIDGET)
    )
    concentration_mg_per_ml = decimal_field("Concentration of the bag", "mg/mL", decimal_places=2)
    weight_basis = forms.ChoiceField(
        label="Dose weight", widget=forms.RadioSelect, choices=[(basis, basis.capitalize()) for basis in pe.WeightBasis]
    )
    reason = forms.CharField(
        required=False, max_length=500, label="Reason", help_text="Needed where the order passes a limit."
    )

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        field = self.fields["protocol"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(each.id, f"{each.id}: {each.title}") for each in knowledge().protocols.values()]

    field_order = (
        "protocol",
        "dose_mg_per_kg",
        "duration_min",
        "concentration_mg_per_ml",
        "weight_basis",
        "reason",
        "second_person",
        "second_secret",
    )


class CoSignForm(SecondPersonMixin, ActForm):
    """An independent check of an order."""

    dose_mg = decimal_field("Dose you worked out", "mg", decimal_places=2)
    rate_ml_per_h = decimal_field("Rate you worked out", "mL/h", decimal_places=2)
    field_order = ("dose_mg", "rate_ml_per_h", "second_person", "second_secret")


class SeatForm(ActForm):
    """The chair for a session."""

    chair = forms.ChoiceField(label="Chair", choices=[], widget=forms.RadioSelect)

    def __init__(self, *arguments: Any, chairs: list[str], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        field = self.fields["chair"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(chair, chair) for chair in chairs]

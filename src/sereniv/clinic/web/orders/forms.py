"""Forms that order an infusion, check it, and seat the patient."""

from typing import Any

from django import forms

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.seconds import TwoPersonAct, seconds_for
from sereniv.clinic.web.shell.form_parts import CODE_WIDGET, ActForm, SecondPersonMixin
from sereniv.clinic.web.shell.typed_fields import WholeField, decimal_field
from sereniv.therapy.person import events as pe


class OrderForm(SecondPersonMixin, ActForm):
    """One infusion's order, asking a dose or a rate as its protocol has it."""

    second_for = TwoPersonAct.ORDER_PAST_HARD_LIMIT
    second_asked = "Only past a hard limit."

    protocol = forms.CharField(max_length=20, widget=forms.HiddenInput)
    dose_mg_per_kg = decimal_field("Dose", "mg/kg", decimal_places=2)
    rate_mg_per_kg_per_h = decimal_field("Rate", "mg/kg/h", decimal_places=2)
    cap_mg_per_h = decimal_field("Cap of the rate", "mg/h", decimal_places=1)
    duration_min = WholeField(
        label="Duration (min)", min_value=1, max_value=600, widget=forms.TextInput(attrs=CODE_WIDGET)
    )
    concentration_mg_per_ml = decimal_field("Concentration of the bag", "mg/mL", decimal_places=2)
    weight_basis = forms.ChoiceField(
        label="Dose weight", widget=forms.RadioSelect, choices=[(basis, basis.capitalize()) for basis in pe.WeightBasis]
    )
    reason = forms.CharField(
        required=False,
        max_length=500,
        label="Reason",
        help_text="Needed where the order passes a limit, and where something asks for it.",
    )

    def __init__(self, *arguments: Any, by_rate: bool = False, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        for name in ("dose_mg_per_kg",) if by_rate else ("rate_mg_per_kg_per_h", "cap_mg_per_h"):
            del self.fields[name]

    field_order = (
        "protocol",
        "dose_mg_per_kg",
        "rate_mg_per_kg_per_h",
        "cap_mg_per_h",
        "duration_min",
        "concentration_mg_per_ml",
        "weight_basis",
        "reason",
        "second_person",
        "second_secret",
    )


class CoSignForm(SecondPersonMixin, ActForm):
    """An independent check of an order: by whoever is signed in, or by a colleague who is chosen here."""

    second_for = TwoPersonAct.ORDER
    dose_mg = decimal_field("Dose you worked out", "mg", decimal_places=2)
    rate_ml_per_h = decimal_field("Rate you worked out", "mL/h", decimal_places=2)
    field_order = ("dose_mg", "rate_ml_per_h", "second_person", "second_secret")

    def __init__(self, *arguments: Any, signer: Staff | None = None, **keywords: Any) -> None:
        self.signer = signer
        super().__init__(*arguments, **keywords)

    def seconds(self) -> list[Staff]:
        """Return who may check the order of its signer; whoever is signed in checks as themselves."""
        if self.signer is None or self.now is None:
            return []
        allowed = seconds_for(TwoPersonAct.ORDER, self.signer, self.now)
        return [each for each in allowed if self.by is None or each.pk != self.by.pk]


class SeatForm(ActForm):
    """The chair for a session."""

    chair = forms.ChoiceField(label="Chair", choices=[], widget=forms.RadioSelect)

    def __init__(self, *arguments: Any, chairs: list[str], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        field = self.fields["chair"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(chair, chair) for chair in chairs]

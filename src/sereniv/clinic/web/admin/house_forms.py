"""Forms about the house: the standard, switching, clock, going live."""

from decimal import Decimal
from typing import Any

from django import forms

from sereniv.clinic import clock
from sereniv.clinic.accounts import staff
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.web.shell.form_parts import ActForm, SecondPersonMixin
from sereniv.clinic.web.shell.typed_fields import decimal_field
from sereniv.clinic.workflows.shell.in_force import rules_in_force


class StandardForm(ActForm):
    """What is stocked, the one bag concentration, and the pump's increment."""

    stocked_mg_per_ml = forms.TypedMultipleChoiceField(
        label="Strengths stocked (mg base per mL)",
        help_text="Stock one: two strengths in a safe are mistaken one day, and tenfold. A vial of another strength is "
        "received only with its reason.",
        coerce=Decimal,
        choices=[],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
    )
    concentration_mg_per_ml = decimal_field("Concentration of the bag", "mg/mL", decimal_places=3)
    rate_increment_ml_per_h = decimal_field("The pump's smallest step", "mL/h", decimal_places=2)
    reason = forms.CharField(max_length=300, label="Reason", help_text="Stands beside your signature.")

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        field = self.fields["stocked_mg_per_ml"]
        if isinstance(field, forms.TypedMultipleChoiceField):
            strengths = rules_in_force(clock.now()).standard.vial_strengths_mg_per_ml
            field.choices = [(f"{each:f}", f"{each:f} mg/mL") for each in strengths]


class SwitchForm(SecondPersonMixin, ActForm):
    """Handing the tablet to somebody else."""

    second_person = forms.ModelChoiceField(queryset=staff.nobody(), label="Who takes over", empty_label="Choose")

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["second_secret"].label = "PIN or password"

    def seconds(self) -> list[Staff]:
        """Return everybody who works here: any of them may take the tablet over."""
        return list(staff.working_here())


class ClockForm(ActForm):
    """The demo's clock."""

    act = forms.ChoiceField(
        choices=[(each, each) for each in ("freeze", "x1", "x60", "jump10", "jump60", "jump1440", "jump10080")]
    )


class AnnounceErasureForm(SecondPersonMixin, ActForm):
    """The announcement of an erasure that the law asks for."""

    second_for = TwoPersonAct.ERASURE
    basis = forms.CharField(
        max_length=300, label="Law or request", help_text="Such as: GDPR Article 17, request of 2 March. It is kept."
    )


class EraseForm(SecondPersonMixin, ActForm):
    """An announced erasure that is carried out."""

    second_for = TwoPersonAct.ERASURE
    understood = forms.BooleanField(label="We have kept what another law asks for; this cannot be undone")


class GoLiveForm(SecondPersonMixin, ActForm):
    """The end of commissioning."""

    second_for = TwoPersonAct.GOING_LIVE
    understood = forms.BooleanField(label="We have read the rules; there is no way back to commissioning")

"""Forms of intake."""

from typing import Any

from django import forms

from sereniv.clinic.web.forms.base import (
    ActForm,
    WhenMixin,
    number_field,
)
from sereniv.therapy import person_events as pe


class ConsentForm(ActForm):
    """Consent that was signed."""

    version = forms.CharField(
        max_length=40, label="Consent version", help_text="As printed at the foot of the form that was signed."
    )
    signer_name = forms.CharField(max_length=120, label="Signed by", help_text="The patient, as they signed.")
    witness_name = forms.CharField(max_length=120, required=False, label="Witness")


class HistoryForm(ActForm):
    """A history list with entries."""

    entries = forms.CharField(
        required=False,
        max_length=4000,
        label="What there is, one on a line",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class SubstanceForm(HistoryForm):
    """The substance-use history."""

    substance_use = forms.MultipleChoiceField(
        required=False,
        label="Tick what applies",
        widget=forms.CheckboxSelectMultiple,
        choices=[
            (pe.SubstanceUse.PAST_DISORDER, "A substance use disorder in the past"),
            (pe.SubstanceUse.ACTIVE_DISORDER, "An active substance use disorder"),
            (pe.SubstanceUse.KETAMINE_OR_PCP_MISUSE, "Misuse of ketamine or phencyclidine, ever"),
        ],
    )
    field_order = ("substance_use", "entries")

    def clean(self) -> dict[str, Any]:
        """Entries without a classification would be read as nothing."""
        cleaned = super().clean() or {}
        if not cleaned.get("substance_use"):
            self.add_error("substance_use", "Tick what applies, or go back and tap None of these.")
        return cleaned


class MeasureForm(WhenMixin, ActForm):
    """Body measurements and vital signs outside an infusion."""

    weight_kg = number_field("Weight", "kg")
    height_cm = number_field("Height", "cm")
    systolic = number_field("Systolic", "mmHg")
    diastolic = number_field("Diastolic", "mmHg")
    heart_rate = number_field("Heart rate", "/min")
    spo2 = number_field("SpO₂", "%")
    respiratory_rate = number_field("Breathing", "/min")


class PregnancyForm(ActForm):
    """Pregnancy status."""

    status = forms.ChoiceField(
        label="Status",
        widget=forms.RadioSelect,
        choices=[
            (pe.Pregnancy.NOT_PREGNANT, "Not pregnant"),
            (pe.Pregnancy.PREGNANT, "Pregnant"),
            (pe.Pregnancy.BREASTFEEDING, "Breastfeeding"),
            (pe.Pregnancy.NOT_APPLICABLE, "Cannot become pregnant"),
        ],
    )
    basis = forms.CharField(max_length=120, label="How it is known", initial="Urine hCG negative today")

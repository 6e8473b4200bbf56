"""Forms about a person outside infusions."""

from datetime import date
from typing import Any

from django import forms

from sereniv.clinic.web.forms.base import (
    CODE_WIDGET,
    ActForm,
    SecondPersonMixin,
    WhenMixin,
    number_field,
)
from sereniv.knowledge import knowledge
from sereniv.therapy import person_events as pe


class RegisterForm(ActForm):
    """A new person."""

    given_names = forms.CharField(max_length=120, label="Given names")
    family_name = forms.CharField(max_length=80, label="Family name")
    born = forms.DateField(
        label="Date of birth",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Enter the date as 1984-03-02."},
    )
    sex_at_birth = forms.ChoiceField(
        label="Sex at birth",
        choices=[("female", "Female"), ("male", "Male")],
        widget=forms.RadioSelect,
        help_text="Ideal weight and pregnancy depend on it.",
    )
    phone = forms.CharField(max_length=40, required=False, label="Phone")

    def clean_born(self) -> date:
        """Refuse a birth in the future."""
        born: date = self.cleaned_data["born"]
        if self.now is not None and born > self.now.date():
            raise forms.ValidationError("That date has not come yet.")
        return born


class ConsentForm(ActForm):
    """Consent that was signed."""

    version = forms.CharField(max_length=40, label="Consent version", initial="2026-11")
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
        label="What holds",
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
            self.add_error("substance_use", "Choose what holds, or go back and tap None of these.")
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


class MedicinesForm(ActForm):
    """The medicine review."""

    medicines = forms.CharField(
        required=False,
        max_length=4000,
        label="Medicines and supplements, one on a line",
        help_text="Leave empty only when the patient takes none: that is recorded as none.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class MoodForm(WhenMixin, ActForm):
    """Mood today."""

    mood = forms.TypedChoiceField(
        label="How is your mood today?",
        coerce=int,
        choices=[(number, str(number)) for number in range(11)],
        widget=forms.RadioSelect(attrs={"class": "scale"}),
        help_text="0, the worst I can imagine, to 10, the best I can imagine.",
    )


class Phq9Form(ActForm):
    """The nine items; each may be left blank, and is then unknown, never 0."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        scale = knowledge().scales["phq9"]
        for number, item in enumerate(scale.items, start=1):
            self.fields[f"item_{number}"] = forms.TypedChoiceField(
                label=f"{number}. {item.text}",
                choices=[(answer.value, answer.text) for answer in scale.answers],
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect(attrs={"class": "answers"}),
            )

    def answers(self) -> tuple[int | None, ...]:
        """Return the answers in item order."""
        count = len(knowledge().scales["phq9"].items)
        return tuple(self.cleaned_data.get(f"item_{number}") for number in range(1, count + 1))


class TakeOnForm(ActForm):
    """Taking on a suicide item, from the owner that was shown."""

    owner_seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=150)


class SafetyForm(ActForm):
    """A suicide item taken up in person."""

    finding = forms.CharField(
        max_length=2000, label="What you found, and what was done", widget=forms.Textarea(attrs={"rows": 3})
    )


class EvaluationForm(ActForm):
    """An evaluation of a concern."""

    finding = forms.CharField(max_length=2000, label="Finding", widget=forms.Textarea(attrs={"rows": 3}))
    valid_days = forms.IntegerField(
        label="Holds for (days)", initial=90, widget=forms.TextInput(attrs=CODE_WIDGET), min_value=1, max_value=365
    )


class DecideForm(SecondPersonMixin, ActForm):
    """The prescriber's decision."""

    decision = forms.ChoiceField(
        label="Decision",
        widget=forms.RadioSelect,
        choices=[
            (pe.Decision.ELIGIBLE, "Eligible"),
            (pe.Decision.NEEDS_EVALUATION, "Needs evaluation first"),
            (pe.Decision.DECLINED, "Declined"),
        ],
    )
    reason = forms.CharField(
        required=False,
        max_length=2000,
        label="Reason",
        help_text="Needed unless eligible with nothing in the way.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ("decision", "reason", "second_person", "second_secret")

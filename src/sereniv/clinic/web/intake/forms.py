"""Forms of intake."""

from typing import Any

from django import forms

from sereniv.clinic.web.intake.screening_forms import day_field
from sereniv.clinic.web.shell.form_parts import ActForm, WhenMixin
from sereniv.clinic.web.shell.typed_fields import PhoneField, number_field
from sereniv.therapy.person import events as pe


class ConsentForm(ActForm):
    """Consent that was signed."""

    version = forms.CharField(
        max_length=40, label="Consent version", help_text="As printed at the foot of the form that was signed."
    )
    form = forms.CharField(
        max_length=200,
        required=False,
        label="Which form that is",
        help_text="Only where its version is none of ours: whose it is, and where the signed paper is kept.",
    )
    signer = forms.ChoiceField(
        label="Who signed",
        widget=forms.RadioSelect,
        choices=[
            (pe.Signer.PATIENT, "The patient"),
            (pe.Signer.GUARDIAN, "A guardian, or who decides for them by law"),
        ],
        initial=pe.Signer.PATIENT,
    )
    signer_name = forms.CharField(max_length=120, label="Signed by", help_text="The name, as it was signed.")
    relation = forms.CharField(
        max_length=80, required=False, label="What they are to the patient", help_text="Only of a guardian: mother."
    )
    works_here = forms.CharField(
        max_length=200,
        required=False,
        label="How somebody who works here comes to decide",
        help_text="Only where a guardian is called as one of the staff is.",
    )
    signed_on = day_field("Day beside the signature")
    interpreter_name = forms.CharField(max_length=120, required=False, label="Interpreter", help_text="Where one was.")
    witness_name = forms.CharField(max_length=120, required=False, label="Witness")


class ReferrerForm(ActForm):
    """Who referred somebody, and where letters go."""

    sent = forms.ChoiceField(
        label="How they came",
        widget=forms.RadioSelect,
        choices=[("referred", "Somebody referred them"), ("alone", "By themselves")],
    )
    name = forms.CharField(
        max_length=120, required=False, label="Who referred them", help_text="As a letter says it: Dr Ada Brook."
    )
    place = forms.CharField(max_length=120, required=False, label="Practice, hospital or service")
    phone = PhoneField(required=False, label="Their telephone")
    address = forms.CharField(
        max_length=300,
        required=False,
        label="Address for letters",
        help_text="The course summary is addressed to it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for whom it was, or for nobody."""
        cleaned = super().clean() or {}
        said = any(cleaned.get(name) for name in ("name", "place", "phone", "address"))
        if cleaned.get("sent") == "referred" and not (cleaned.get("name") or cleaned.get("place")):
            self.add_error("name", "Write who it was: the name, or the practice below.")
        if cleaned.get("sent") == "alone" and said:
            self.add_error("sent", "Somebody is named below. Choose that they were referred, or empty the fields.")
        return cleaned

    def referrer(self) -> pe.ReferrerRecorded:
        """Return what was typed."""
        typed = {name: self.cleaned_data[name].strip() for name in ("name", "place", "phone", "address")}
        return pe.ReferrerRecorded(**{**typed, "address": typed["address"].replace("\r\n", "\n")})


class WithdrawalForm(ActForm):
    """Consent that was taken back: nobody has to say why."""

    reason = forms.CharField(
        required=False,
        max_length=500,
        label="What they said (optional)",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class HistoryForm(ActForm):
    """A history list with entries."""

    entries = forms.CharField(
        required=False,
        max_length=4000,
        label="What, one on each line",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AllergiesForm(HistoryForm):
    """The allergies."""

    def clean(self) -> dict[str, Any]:
        """Nothing written is no answer: that there are none is said by its own button."""
        cleaned = super().clean() or {}
        if "entries" in cleaned and not cleaned["entries"].strip():
            self.add_error("entries", "Write at least one, or tap No known allergies.")
        return cleaned


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
    respiratory_rate = number_field("Respiratory rate", "/min")


class PregnancyForm(ActForm):
    """Pregnancy status."""

    status = forms.ChoiceField(
        label="Status",
        widget=forms.RadioSelect,
        choices=[
            (pe.Pregnancy.NOT_PREGNANT, "Not pregnant"),
            (pe.Pregnancy.PREGNANT, "Pregnant"),
            (pe.Pregnancy.NOT_APPLICABLE, "Cannot become pregnant"),
        ],
    )
    breastfeeding = forms.ChoiceField(
        label="Breastfeeding", widget=forms.RadioSelect, choices=[("no", "No"), ("yes", "Yes")]
    )
    basis = forms.CharField(max_length=120, label="How it is known", help_text="Such as: urine hCG negative today.")

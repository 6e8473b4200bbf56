"""Forms of the register: a new person, and a correction of who somebody is."""

from datetime import date
from typing import Any

from django import forms

from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.web.intake.screening_forms import indication_choices
from sereniv.clinic.web.shell.form_parts import ActForm, SecondPersonMixin
from sereniv.clinic.web.shell.typed_fields import DayField, PhoneField


class ToldApartField(forms.MultipleChoiceField):
    """The ids of people whom somebody has told apart from the one typed here; whoever is not named is asked about."""

    widget = forms.MultipleHiddenInput

    def valid_value(self, value: str) -> bool:
        """Take any id: one that is nobody's tells nobody apart."""
        return bool(value)


class IdentityForm(ActForm):
    """Who somebody is."""

    given_names = forms.CharField(max_length=120, required=False, label="Given names")
    family_name = forms.CharField(
        max_length=80, label="Family name", help_text="Somebody with a single name: write it here, and nothing above."
    )
    born = DayField(
        label="Date of birth",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Enter the date as 1984-03-02."},
    )
    sex_at_birth = forms.ChoiceField(
        label="Sex at birth",
        choices=[("female", "Female"), ("male", "Male")],
        widget=forms.RadioSelect,
        help_text="Ideal weight and pregnancy depend on it.",
    )
    phone = PhoneField(required=False, label="Phone")
    address = forms.CharField(max_length=300, required=False, label="Address")
    told_apart = ToldApartField(required=False)

    def clean_given_names(self) -> str:
        """Keep one space between names."""
        return " ".join(str(self.cleaned_data["given_names"]).split())

    def clean_family_name(self) -> str:
        """Keep one space between names."""
        return " ".join(str(self.cleaned_data["family_name"]).split())

    def clean_born(self) -> date:
        """Refuse a birth in the future."""
        born: date = self.cleaned_data["born"]
        if self.now is not None and born > self.now.date():
            raise forms.ValidationError("That date has not come yet.")
        return born


class RegisterForm(IdentityForm):
    """A new person."""

    indication = forms.ChoiceField(
        label="Indication",
        choices=indication_choices,
        widget=forms.RadioSelect,
        help_text="What intake asks depends on it. It can be changed later.",
    )
    field_order = ("given_names", "family_name", "born", "sex_at_birth", "indication", "phone", "address")


class CorrectIdentityForm(IdentityForm):
    """A correction of who somebody is."""

    reason = forms.CharField(max_length=300, label="How you know", help_text="Such as: passport seen.")


class PartForm(SecondPersonMixin, ActForm):
    """Why two joined records are two people's after all."""

    second_for = TwoPersonAct.RECORDS_JOINED
    reason = forms.CharField(max_length=300, label="How you know", help_text="Such as: twins, seen together.")
    field_order: tuple[str, ...] = ("reason", "second_person", "second_secret")


class JoinForm(PartForm):
    """Why two records are one person's."""

    other = forms.CharField(widget=forms.HiddenInput, max_length=40)
    compared = forms.BooleanField(label="We have compared both records: they are of one person")
    field_order = ("compared", "reason", "second_person", "second_secret")

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["reason"].help_text = "Such as: same passport, moved and registered again."

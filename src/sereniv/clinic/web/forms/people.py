"""The form that registers a person."""

from datetime import date

from django import forms

from sereniv.clinic.web.forms.base import ActForm
from sereniv.clinic.web.forms.screening import indication_choices
from sereniv.clinic.web.forms.typed import DayField


class RegisterForm(ActForm):
    """A new person."""

    given_names = forms.CharField(max_length=120, label="Given names")
    family_name = forms.CharField(max_length=80, label="Family name")
    born = DayField(
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
    indication = forms.ChoiceField(
        label="Considered for",
        choices=indication_choices,
        widget=forms.RadioSelect,
        help_text="What intake asks depends on it. It can be changed later.",
    )
    phone = forms.CharField(max_length=40, required=False, label="Phone")

    def clean_born(self) -> date:
        """Refuse a birth in the future."""
        born: date = self.cleaned_data["born"]
        if self.now is not None and born > self.now.date():
            raise forms.ValidationError("That date has not come yet.")
        return born

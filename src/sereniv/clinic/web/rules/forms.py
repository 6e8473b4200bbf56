"""Forms of the clinic's own numbers."""

from decimal import Decimal

from django import forms

from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.web.shell.form_parts import ActForm, SecondPersonMixin
from sereniv.clinic.web.shell.typed_fields import DECIMAL_WIDGET, DayField, ExactField


class OwnNumberForm(forms.Form):
    """The number to look at before anybody signs it."""

    value = ExactField(
        label="The number you want",
        max_digits=8,
        decimal_places=3,
        min_value=Decimal(0),
        widget=forms.TextInput(attrs=DECIMAL_WIDGET),
        error_messages={"invalid": "Enter a plain number."},
    )
    use_required_attribute = False


class SignOwnNumberForm(SecondPersonMixin, ActForm):
    """The signature under a number that was looked at."""

    second_for = TwoPersonAct.OWN_NUMBER
    effective_from = DayField(
        label="Holds from",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="Today or later.",
    )
    source = forms.CharField(
        max_length=300, label="Source", help_text="Where the number comes from: a guideline, a paper, a decision."
    )
    reason = forms.CharField(max_length=300, label="Reason", help_text="Stands beside your signatures.")
    field_order = ("effective_from", "source", "reason", "second_person", "second_secret", "second_code")


class SignGroupForm(SecondPersonMixin, ActForm):
    """The signature under every number of a group that waits, as it is packaged."""

    second_for = TwoPersonAct.OWN_NUMBER
    version = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(
        max_length=300, label="Reason", help_text="Such as: read one by one, fits our patients. Stands beside each."
    )

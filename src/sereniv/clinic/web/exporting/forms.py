"""What is asked of two who want everything exported."""

import pyrage
from django import forms

from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.web.shell.form_parts import ReasonForm, SecondPersonMixin


class ExportForm(SecondPersonMixin, ReasonForm):
    """For whom an export is and whose key opens it."""

    second_for = TwoPersonAct.EXPORT
    to_key = forms.CharField(
        label="Key of whom it is for",
        required=False,
        max_length=80,
        help_text="Their age key, which begins with age1. Left empty, the home’s own backup key opens it.",
    )
    without_papers = forms.BooleanField(
        label="Without the documents as PDF, which take the longest", required=False, initial=False
    )

    def clean_to_key(self) -> str:
        """Refuse what is no key, before anything is written to it."""
        typed: str = self.cleaned_data["to_key"].strip()
        if typed:
            try:
                pyrage.x25519.Recipient.from_str(typed)
            except pyrage.RecipientError as error:
                raise forms.ValidationError("This is no age key: it begins with age1. Copy it whole.") from error
        return typed

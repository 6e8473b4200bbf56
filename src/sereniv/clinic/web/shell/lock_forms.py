"""The form that opens a locked screen."""

from typing import Any

from django import forms

from sereniv.clinic.accounts.chairside import NOT_THEIRS, TRIES_USED_UP, TooManyTries, proven
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.web.shell.form_parts import ActForm


class UnlockForm(ActForm):
    """PIN or password of whoever is signed in."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    secret = forms.CharField(
        label="PIN or password",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter your PIN or password."},
    )

    def __init__(self, *arguments: Any, owner: Staff, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.owner = owner

    def clean_secret(self) -> str:
        """Check the PIN or password, within the limit of wrong tries."""
        typed = str(self.cleaned_data["secret"])
        try:
            if not proven(self.owner, typed, self.device):
                raise forms.ValidationError(NOT_THEIRS.format(whom=self.owner))
        except TooManyTries:
            raise forms.ValidationError(TRIES_USED_UP.format(whom=self.owner)) from None
        return ""

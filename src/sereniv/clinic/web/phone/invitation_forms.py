"""The form with which staff make a link for a patient's own phone."""

from datetime import timedelta
from typing import Any

from django import forms

from sereniv.clinic.web.shell.form_parts import ActForm

DAYS = {1: "One day", 7: "One week", 14: "Two weeks", 28: "Four weeks", 56: "Eight weeks"}


class InviteForm(ActForm):
    """Which questionnaires, and for how long."""

    scales = forms.MultipleChoiceField(
        label="Questionnaires",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one questionnaire."},
    )
    days = forms.TypedChoiceField(
        label="The link works for", coerce=int, choices=list(DAYS.items()), initial=14, widget=forms.RadioSelect
    )

    def __init__(self, *arguments: Any, offered: list[tuple[str, str]], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        field = self.fields["scales"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = offered

    def length(self) -> timedelta:
        """Return for how long the link is to work."""
        return timedelta(days=self.cleaned_data["days"])

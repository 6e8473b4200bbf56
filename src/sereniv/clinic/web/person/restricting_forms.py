"""Forms of a restricted record: who reads it, why it is opened all the same, and whether that was in order."""

from typing import Any

from django import forms

from sereniv.clinic.web.shell.form_parts import ActForm
from sereniv.clinic.workflows.person.restricting import possible_readers
from sereniv.therapy.person.access import OPEN_FOR

MINUTES = int(OPEN_FOR.total_seconds() // 60)


class RestrictForm(ActForm):
    """Who opens a record from now on, or that whoever's role reads records does again."""

    LIFT = "lift"

    what = forms.ChoiceField(label="From now on it is opened by", widget=forms.RadioSelect)
    readers = forms.MultipleChoiceField(
        required=False,
        label="Readers",
        widget=forms.CheckboxSelectMultiple,
        help_text="Who treats them: somebody who orders and somebody who runs infusions at least.",
    )
    reason = forms.CharField(max_length=300, label="Why", help_text="Such as: she works here.")

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            ("restrict", "Only the readers chosen here"),
            (self.LIFT, "Whoever's role reads records"),
        ]
        self.fields["readers"].choices = [  # type: ignore[attr-defined]
            (each.username, each.full_name) for each in possible_readers()
        ]


class OpenForm(ActForm):
    """Why somebody opens a record that is restricted to others."""

    reason = forms.CharField(
        max_length=300,
        label="What you need it for",
        help_text="Such as: rang with chest pain, which medicines does he take.",
    )
    understood = forms.BooleanField(
        label=f"I need it now. I know that it stays open for {MINUTES} minutes, and that somebody else reviews it."
    )
    next = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)


class ReviewOpeningForm(ActForm):
    """Whether an opening was in order."""

    found = forms.ChoiceField(
        label="It was",
        choices=[("yes", "in order"), ("no", "not in order")],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        max_length=500, label="What you found", widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Whom you asked, and what follows where it was not in order.",
    )  # fmt: skip

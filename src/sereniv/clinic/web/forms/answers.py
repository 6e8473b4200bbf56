"""Forms on which rating scales are asked, and a suicide item is taken up."""

from typing import Any

from django import forms

from sereniv.clinic.web.forms.base import (
    ActForm,
    WhenMixin,
)
from sereniv.knowledge import knowledge


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

"""Forms on which rating scales are asked, and a suicide item is taken up."""

from typing import Any

from django import forms

from sereniv.clinic.web.forms.base import CODE_WIDGET, ActForm, WhenMixin
from sereniv.clinic.web.forms.typed import WholeField
from sereniv.knowledge.rows import Scale
from sereniv.therapy.scales import allowed_answers, answers_of

MOST_CHOICES = 11
"""More numbers than this are typed, not chosen."""


class ScaleForm(WhenMixin, ActForm):
    """The items of any scale; each may be left blank, and is then unknown, never 0."""

    def __init__(self, *arguments: Any, scale: Scale, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.scale = scale
        for number, name in enumerate(self.names, start=1):
            self.fields[name] = answer_field(scale, number)
        self.order_fields([*self.names, "when"])

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields, in item order."""
        return tuple(f"item_{number}" for number in range(1, len(self.scale.items) + 1)) or (self.scale.id,)

    def answers(self) -> tuple[int | None, ...]:
        """Return the answers in item order."""
        return tuple(self.cleaned_data.get(name) for name in self.names)

    def clean(self) -> dict[str, Any]:
        """Ask for the one number of a scale that is a single number: left blank there would be nothing to keep."""
        cleaned = super().clean() or {}
        if not self.scale.items and not self.errors and cleaned.get(self.scale.id) is None:
            self.add_error(self.scale.id, "Choose or enter a number.")
        return cleaned


def answer_field(scale: Scale, number: int) -> forms.Field:
    """Return the field that asks one item of a scale, counted from 1."""
    item = scale.items[number - 1] if scale.items else None
    label = f"{number}. {item.text}" if item else scale.question
    low, high = (item.low, item.high) if item else (scale.low, scale.high)
    worded = answers_of(scale, number)
    allowed = allowed_answers(scale, number)
    if not worded and len(allowed) > MOST_CHOICES:
        return WholeField(
            label=label,
            required=False,
            min_value=allowed[0],
            max_value=allowed[-1],
            widget=forms.NumberInput(attrs=CODE_WIDGET),
            help_text=f"A whole number from {allowed[0]} to {allowed[-1]}.",
        )
    return forms.TypedChoiceField(
        label=label,
        choices=[(each.value, each.text) for each in worded] or [(each, str(each)) for each in allowed],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "answers" if worded else "scale"}),
        help_text=f"{allowed[0]}: {low}. {allowed[-1]}: {high}." if low else "",
    )


class TakeOnForm(ActForm):
    """Taking on a suicide item, from the owner that was shown."""

    owner_seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=150)


class SafetyForm(ActForm):
    """A suicide item taken up in person."""

    finding = forms.CharField(
        max_length=2000, label="What you found, and what was done", widget=forms.Textarea(attrs={"rows": 3})
    )

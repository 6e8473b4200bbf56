"""Forms of conditions, medicines, written lines and anaesthetic risk."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from sereniv.clinic.web.shell.form_parts import ActForm
from sereniv.clinic.web.shell.typed_fields import DECIMAL_WIDGET, ExactField
from sereniv.clinic.workflows.intake.medical import LONGEST_LINE, MOST_LINES, SMALLEST_DOSE_MG, Written
from sereniv.knowledge.rows import Condition
from sereniv.therapy.person.events import Medicine
from sereniv.therapy.recording.typed_values import plain

BLANK_LINES = 3
ROW_FIELDS = ("name", "mg", "prn")


class ConditionsForm(ActForm):
    """A checklist of conditions: one box for each question that is answered with yes."""

    conditions = forms.MultipleChoiceField(
        required=False, label="Tick what applies", widget=forms.CheckboxSelectMultiple
    )
    other = forms.CharField(
        required=False,
        max_length=4000,
        label="Anything else, one on a line",
        help_text="A prescriber reads each line before a start.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *arguments: Any, asked: tuple[Condition, ...], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        chosen = self.fields["conditions"]
        if isinstance(chosen, forms.MultipleChoiceField):
            chosen.choices = [(row.id, row.ask) for row in asked]

    def clean(self) -> dict[str, Any]:
        """Ask for an answer: nothing ticked and nothing written is said by its own button, not by accident."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("conditions") and not str(cleaned.get("other", "")).strip():
            self.add_error("conditions", "Tick what applies, or tap None of these.")
        return cleaned


class MedicineRow:
    """One line of the medicines page: its fields, and the number it stands at."""

    def __init__(self, form: forms.Form, number: int) -> None:
        self.number = number
        self.name, self.mg, self.prn = (form[f"{field}_{number}"] for field in ROW_FIELDS)

    @property
    def fields(self) -> tuple[BoundField, BoundField, BoundField]:
        """The three fields of the line."""
        return self.name, self.mg, self.prn


class MedicinesForm(ActForm):
    """Every medicine, a line each: name, mg a day, and whether only as needed."""

    def __init__(self, *arguments: Any, listed: tuple[Medicine, ...] = (), **keywords: Any) -> None:
        initial = keywords.get("initial") or {}
        for number, each in enumerate(listed):
            dose = "" if each.daily_mg is None else plain(each.daily_mg)
            initial |= {f"name_{number}": each.written, f"mg_{number}": dose, f"prn_{number}": each.as_needed}
        super().__init__(*arguments, **{**keywords, "initial": initial})
        self.lines = min(MOST_LINES, max(len(listed), self._lines_sent()) + BLANK_LINES)
        for number in range(self.lines):
            self._add_line(number)

    def _lines_sent(self) -> int:
        numbers = (name.removeprefix("name_") for name in self.data if name.startswith("name_") and self.data[name])
        return max((int(number) + 1 for number in numbers if number.isdecimal() and len(number) < 4), default=0)

    def _add_line(self, number: int) -> None:
        name = forms.TextInput(attrs={"list": "ingredients", "autocomplete": "off", "spellcheck": "false"})
        self.fields[f"name_{number}"] = forms.CharField(
            required=False, max_length=LONGEST_LINE, label=f"Medicine {number + 1}", widget=name
        )
        self.fields[f"mg_{number}"] = ExactField(
            required=False,
            label="mg a day",
            max_digits=9,
            decimal_places=4,
            min_value=SMALLEST_DOSE_MG,
            widget=forms.TextInput(attrs=DECIMAL_WIDGET),
            error_messages={
                "invalid": "Enter mg a day as a plain number, or leave it blank.",
                "min_value": "A daily dose is above zero; leave it blank where it is not known.",
            },
        )
        self.fields[f"prn_{number}"] = forms.BooleanField(required=False, label="only as needed")

    def rows(self) -> Iterator[MedicineRow]:
        """Yield the lines in their order."""
        return (MedicineRow(self, number) for number in range(self.lines))

    def clean(self) -> dict[str, Any]:
        """Ask for the name where only a dose is written."""
        cleaned = super().clean() or {}
        for number in range(self.lines):
            if cleaned.get(f"mg_{number}") is not None and not cleaned.get(f"name_{number}"):
                self.add_error(f"name_{number}", "Write which medicine this dose is of.")
        return cleaned

    def written(self) -> tuple[Written, ...]:
        """Return the lines that name something."""
        data = self.cleaned_data
        numbers = [number for number in range(self.lines) if data.get(f"name_{number}")]
        return tuple(
            Written(name=data[f"name_{n}"], daily_mg=data.get(f"mg_{n}"), as_needed=bool(data.get(f"prn_{n}")))
            for n in numbers
        )


class JudgeForm(ActForm):
    """A prescriber's word on a line that no table knows."""

    reason = forms.CharField(
        max_length=500,
        label="What it is, and where you looked",
        help_text="It is kept with your name; the line then no longer holds a start.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnaestheticRiskForm(ActForm):
    """ASA class and airway."""

    asa = forms.TypedChoiceField(
        label="ASA class",
        coerce=int,
        widget=forms.RadioSelect,
        choices=[
            (1, "1: healthy"),
            (2, "2: mild systemic disease"),
            (3, "3: severe systemic disease"),
            (4, "4: a constant threat to life"),
            (5, "5: not expected to survive"),
        ],
    )
    airway = forms.CharField(max_length=300, label="Airway", help_text="Mouth opening, Mallampati, neck, teeth, beard.")

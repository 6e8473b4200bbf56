"""What a patient fills in on their own phone: questionnaires with the same items, and who takes them home."""

from typing import Any

from django import forms

from sereniv.clinic.web.followup.answer_forms import ScaleForm
from sereniv.clinic.web.shell.form_parts import ActForm
from sereniv.clinic.web.shell.typed_fields import PhoneField
from sereniv.knowledge.rows import Scale
from sereniv.therapy.person.events import EscortNamedByPatient


class PhoneForm(ScaleForm):
    """The items of a scale, answered now."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        for name in ("when", "meant", "on", "source"):
            self.fields.pop(name, None)

    @staticmethod
    def filled(scale: Scale, kept: list[int | None]) -> dict[str, int]:
        """Return what was filled in before, by field."""
        return {
            f"item_{number}": answer
            for number, answer in enumerate(kept[: len(scale.items)], start=1)
            if answer is not None
        }


class PhoneEscortForm(ActForm):
    """Who takes a patient home, as they say themselves."""

    name = forms.CharField(
        max_length=120,
        label="Name of the adult who takes you home",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Write who takes you home."},
    )
    phone = PhoneField(
        required=False,
        label="Their phone number",
        help_text="So that we can reach them when you are ready. You may leave it out.",
    )
    way_home = forms.CharField(
        max_length=200,
        required=False,
        label="How you get home",
        help_text="Such as: they drive me, or we take a taxi together.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def said(self, entry: int) -> EscortNamedByPatient:
        """Return what the patient said about one appointment."""
        typed = self.cleaned_data
        return EscortNamedByPatient(
            appointment=entry, name=typed["name"], phone=typed["phone"], way_home=typed["way_home"]
        )

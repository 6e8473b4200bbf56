"""Fields for what people type: plain numbers, days and telephone numbers, refused in words or taken exactly."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from sereniv.therapy.recording.refusal import Malformed
from sereniv.therapy.recording.typed import (
    dates_meant,
    doubt_about_phone,
    in_digits,
    is_service_number,
    phone_digits,
    plain_number,
)

DECIMAL_WIDGET = {"inputmode": "decimal", "autocomplete": "off"}


class ExactField(forms.DecimalField):
    """A number with point or comma, in ASCII digits; no exponent, underscore, infinity or other digits."""

    def to_python(self, value: object) -> Decimal | None:  # type: ignore[override]  # as Django does
        """Return the number typed, None for nothing."""
        if value in self.empty_values or isinstance(value, Decimal):
            return super().to_python(value)
        try:
            return plain_number(str(value))
        except Malformed:
            hint = "Use the digits 0 to 9, with a point or a comma."
            raise forms.ValidationError(f"{self.error_messages['invalid']} {hint}", code="invalid") from None


class WholeField(forms.IntegerField):
    """A whole number in ASCII digits."""

    def to_python(self, value: object) -> int | None:
        """Return the number typed, None for nothing."""
        if value in self.empty_values or isinstance(value, int):
            return super().to_python(value)
        typed = str(value).strip()
        if not (typed.isascii() and typed.removeprefix("-").isdigit()):
            raise forms.ValidationError(f"{self.error_messages['invalid']} Use the digits 0 to 9.", code="invalid")
        return super().to_python(typed)


class DayField(forms.DateField):
    """A day in any of the ways people write one; where day and month could change places, it is asked."""

    def to_python(self, value: object) -> date | None:
        """Return the date meant, None for nothing."""
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return super().to_python(value)
        found = dates_meant(str(value))
        if len(found) > 1:
            ways = " or ".join(f"{each.day} {each:%B %Y}" for each in found)
            raise forms.ValidationError(f"This may mean {ways}. Enter it as {found[0].isoformat()}, year first.")
        if not found:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return found[0]


class PhoneField(forms.CharField):
    """A telephone number, kept as it was typed; letters are none.

    Of a person, a service's number of three digits is none either, and one that may not be whole is asked about
    (`form_parts.ActForm`). `inside` is for a line that staff dial, which may be as short as it is.
    """

    doubtful = "doubtful"
    """The code of the error that only asks."""

    def __init__(self, *, inside: bool = False, **keywords: Any) -> None:
        keywords.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}))
        super().__init__(max_length=40, **keywords)
        self.inside = inside
        self.sure_of: str | None = None
        """The number that somebody has said is right as it stands."""

    def clean(self, value: object) -> str:
        """Return what was typed, in the digits 0 to 9; raises ValidationError where it is no telephone number."""
        typed = in_digits(str(super().clean(value)))
        if not typed:
            return typed
        try:
            phone_digits(typed)
        except Malformed as no:
            raise forms.ValidationError(str(no), code="invalid") from None
        if self.inside or typed == self.initial:
            return typed
        if is_service_number(typed):
            said = "That is the number of a service, not of a person. Enter the whole number, or leave it out."
            raise forms.ValidationError(said, code="invalid")
        doubt = "" if typed == in_digits(self.sure_of or "") else doubt_about_phone(typed)
        if doubt:
            asked = f"{doubt} Enter the whole number, or say below that it is right."
            raise forms.ValidationError(asked, code=self.doubtful)
        return typed


def number_field(label: str, unit: str) -> forms.CharField:
    """Return a field for a measurement, kept as typed until it is read."""
    widget = forms.TextInput(attrs=DECIMAL_WIDGET)
    return forms.CharField(required=False, max_length=12, label=f"{label} ({unit})", widget=widget)


def decimal_field(label: str, unit: str, **keywords: Any) -> ExactField:
    """Return a field for an exact number in a unit."""
    return ExactField(
        label=f"{label} ({unit})",
        max_digits=8,
        min_value=Decimal(0),
        widget=forms.TextInput(attrs=DECIMAL_WIDGET),
        error_messages={"invalid": f"Enter a plain number in {unit}."},
        **keywords,
    )


class SureWidget(forms.CheckboxInput):
    """A box that vouches for what was typed: its value. It stays ticked for that alone, and for nothing else."""

    def __init__(self, typed: str) -> None:
        super().__init__({"value": typed})
        self.typed = typed

    def value_from_datadict(self, data: Mapping[str, object], _files: object, name: str) -> bool:
        """Say whether the box was ticked for what is typed now."""
        return bool(self.typed) and data.get(name) == self.typed

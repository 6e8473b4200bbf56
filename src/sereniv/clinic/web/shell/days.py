"""From which to which day a page is asked for."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest

from sereniv.clinic import clock
from sereniv.clinic.web.shell.typed_fields import DayField
from sereniv.clinic.workflows.shell.in_force import day_of


class DaysForm(forms.Form):
    """From which to which day a record is asked for."""

    first = DayField(label="From", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    last = DayField(label="To", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        """Refuse days that run backwards."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if isinstance(first, date) and isinstance(last, date) and first > last:
            self.add_error("last", "The last day lies before the first.")
        return cleaned


def asked_days(request: HttpRequest, days: int = 1, since: date | None = None) -> tuple[DaysForm, date, date]:
    """Read the first and last day asked for; so many days to today, or all `since`, where nobody has asked properly."""
    today = day_of(clock.now())
    usual = {"first": since or today - timedelta(days=days - 1), "last": today}
    form = DaysForm(request.GET if "first" in request.GET else None, initial=usual)
    if form.is_bound and form.is_valid():
        return form, form.cleaned_data["first"], form.cleaned_data["last"]
    return form, usual["first"], usual["last"]

"""From which to which day a page is asked for."""

from datetime import date, timedelta

from django.http import HttpRequest

from sereniv.clinic import clock
from sereniv.clinic.web.stock.forms import DaysForm
from sereniv.clinic.workflows.rules import day_of


def asked_days(request: HttpRequest, days: int = 1, since: date | None = None) -> tuple[DaysForm, date, date]:
    """Read the first and last day asked for; so many days to today, or all `since`, where nobody has asked properly."""
    today = day_of(clock.now())
    usual = {"first": since or today - timedelta(days=days - 1), "last": today}
    form = DaysForm(request.GET if "first" in request.GET else None, initial=usual)
    if form.is_bound and form.is_valid():
        return form, form.cleaned_data["first"], form.cleaned_data["last"]
    return form, usual["first"], usual["last"]

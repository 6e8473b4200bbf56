"""What every form about one appointment is drawn on."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from sereniv.clinic import clock
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.shell.acts import Sheet
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.therapy.scheduling.calendar import Appointment, appointments

FURTHEST_SHOWN = timedelta(days=3660)
"""How far from today the calendar turns its pages, either way."""


def today() -> date:
    """Return the day it is in the clinic."""
    return clock.now().astimezone(home_zone()).date()


def day_asked(request: HttpRequest) -> date:
    """Return the day asked for; today for none, for something that is no day, and for one out of all reach."""
    try:
        asked = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today()
    return asked if abs(asked - today()) <= FURTHEST_SHOWN else today()


def found_or_404(person_id: uuid.UUID, entry: int) -> tuple[Person, Appointment]:
    """Return a person and their appointment of that entry."""
    who = get_object_or_404(Person, pk=person_id)
    found = next((each for each in appointments(chart_store.person_chart(person_id)) if each.entry == entry), None)
    if found is None:
        raise Http404
    return who, found


def words_of(
    who: Person,
    title: str,
    button: str,
    intro: str = "",
    template: str = "shell/sheet.html",
    why_not: str = "",
    **context: Any,
) -> Sheet:
    """Return the sheet of a form about one person's appointments; it leads back to them."""
    back = reverse("appointments", args=[who.pk])
    context = {"person": who, **context}
    return Sheet(
        title=title, button=button, back=back, intro=intro, template=template, context=context, why_not=why_not
    )


def when_of(found: Appointment) -> str:
    """Write when and where an appointment is, and for what."""
    here = found.starts_at.astimezone(home_zone())
    return f"{here:%A %d %B, %H:%M}, {found.chair}, {found.minutes} minutes ({found.purpose})."

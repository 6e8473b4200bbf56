"""The worklist of suicide items: what waits, whose it is, how long is left; and taking one on."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from sereniv.clinic import clock
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.followup.answer_forms import TakeOnForm
from sereniv.clinic.web.shell.acts import form_for, go_back, perform
from sereniv.clinic.workflows.admin.on_call import on_call_now
from sereniv.clinic.workflows.safety import safety
from sereniv.clinic.workflows.shell import lists
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.opening_hours import opening_hours


@require_GET
def worklist(request: HttpRequest) -> HttpResponse:
    """Show everything that is to be taken up, most pressing first."""
    return render(request, "safety/worklist.html", _waiting(request))


@require_GET
def items(request: HttpRequest) -> HttpResponse:
    """Show the list alone, for a page that is already open."""
    return render(request, "safety/items.html", _waiting(request))


def _waiting(request: HttpRequest) -> dict[str, Any]:
    now = clock.now()
    page, listed = safety.page_of(now, request.GET.get("page", ""))
    return {
        "listed": listed,
        "page": page,
        "total": page.paginator.count,
        "behind": lists.words_of_behind(safety.SAFETY, now),
        "rule": rules_in_force(now).suicide_item,
        "hours": opening_hours(),
        "called": on_call_now(now),
        "is_staffed": safety.is_staffed(now),
    }


@require_GET
def person_items(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show one person's open items alone, for their page that is already open."""
    who = get_object_or_404(Person, pk=person_id)
    return render(request, "safety/items.html", {"person": who, "listed": open_of(who), "on_person_page": True})


def open_of(who: Person) -> list[safety.Listed]:
    """Return what is still to be taken up with one person."""
    return list(safety.open_of_person(who, clock.now()))


@require_POST
def take(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Take an item on, and show the list as it then stands."""
    who = get_object_or_404(Person, pk=person_id)
    form = form_for(request, TakeOnForm)

    def act_on(valid: TakeOnForm, act: Act) -> str:
        safety.acknowledge(person_id, entry, valid.cleaned_data["owner_seen"], act)
        return f"You have taken this on: ask {who} in person."

    if not perform(request, form, act_on):
        for error in form.non_field_errors() or ["This button is damaged. Try again."]:
            messages.warning(request, error)
    return go_back(request, reverse("safety"))

"""The list of people, registration, and one person's whole story on one page."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.web import forms
from sereniv.clinic.web.acts import Sheet, form_for, sheet
from sereniv.clinic.web.person_page import context_of
from sereniv.clinic.web.person_page.response import series_of
from sereniv.clinic.web.person_page.story import Story
from sereniv.clinic.web.staff_names import staff_name
from sereniv.clinic.web.views.person_sheet import person_sheet
from sereniv.clinic.workflows import people
from sereniv.clinic.workflows.acting import Act
from sereniv.clinic.workflows.rules import rules_in_force
from sereniv.therapy.record_words import record_words


@require_GET
def people_list(request: HttpRequest) -> HttpResponse:
    """List everybody, found by name."""
    wanted = request.GET.get("q", "").strip()[:80]
    found = Person.objects.all()
    for word in wanted.split():
        found = found.filter(given_names__icontains=word) | found.filter(family_name__icontains=word)
    return render(request, "people/list.html", {"people": found[:200], "q": wanted})


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Register a person, then begin their intake."""
    form = form_for(request, forms.RegisterForm)
    made: list[Person] = []

    def add(valid: forms.RegisterForm, act: Act) -> str | None:
        names = ("family_name", "given_names", "born", "sex_at_birth", "phone", "indication")
        registration = people.Registration(**{name: valid.cleaned_data[name] for name in names})
        made.append(people.register(registration, act))
        return f"{made[0]} is registered."

    words = Sheet(title="Register a person", button="Register", back=reverse("people"))
    response = sheet(request, form, words, add)
    return redirect("person_intake", person_id=made[0].pk) if made else response


@require_GET
def person(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show one person's whole story."""
    who = get_object_or_404(Person, pk=person_id)
    return render(request, "people/person.html", context_of(Story(who, clock.now())))


@require_http_methods(["GET", "POST"])
def strike(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Strike a wrong record."""
    found = next((each for each in chart_store.person_chart(person_id).entries if each.stream_seq == entry), None)
    if found is None:
        raise Http404

    def act_on(valid: forms.ReasonForm, act: Act) -> str:
        people.strike_record(person_id, entry, valid.cleaned_data["reason"], act)
        return "Struck. It stays legible, and no longer counts."

    what = record_words(found.event, rules_in_force(clock.now())).rstrip(".")
    when = f"{on_the_wall(found.at):%d %b %Y %H:%M}"
    words = {
        "title": "Strike a record",
        "button": "Strike it",
        "intro": f"{what}. Recorded {when} by {staff_name(found.recorded_by)}. It stays legible, and no longer counts.",
    }
    return person_sheet(request, person_id, forms.ReasonForm, words, act_on)


@require_GET
def person_data(request: HttpRequest, person_id: uuid.UUID) -> JsonResponse:
    """Give the response chart's series as JSON."""
    del request
    who = get_object_or_404(Person, pk=person_id)
    return JsonResponse(series_of(Story(who, clock.now())))

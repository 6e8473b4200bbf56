"""The list of people, registration, and one person's whole story on one page."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.records import chart_store, queries
from sereniv.clinic.records.models import Enquiry, Person
from sereniv.clinic.web.intake.person_sheet import person_sheet
from sereniv.clinic.web.person.forms import CorrectIdentityForm, RegisterForm
from sereniv.clinic.web.person.page import context_of
from sereniv.clinic.web.person.page.response import series_of
from sereniv.clinic.web.person.page.story import Story
from sereniv.clinic.web.shell.acts import Caution, Sheet, form_for, sheet, staff_of
from sereniv.clinic.web.shell.form_parts import ReasonForm
from sereniv.clinic.web.shell.staff_names import staff_name
from sereniv.clinic.workflows.guide import enquiries
from sereniv.clinic.workflows.person import identity, people, reach
from sereniv.clinic.workflows.person.finding import found
from sereniv.clinic.workflows.person.likeness import PerhapsRegistered
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.correction.record_words import record_words
from sereniv.therapy.followup.aftercare import effects_with
from sereniv.therapy.person.events import CheckInRecorded, IdentityCorrected
from sereniv.therapy.person.sender import birth_days, parts_of_a_name, telephone_numbers
from sereniv.therapy.recording.entry import narrowed

PAGE = 50
"""People on one page of the list."""


@require_GET
def people_list(request: HttpRequest) -> HttpResponse:
    """List everybody, found by name in any spelling, by birth date or by telephone number; page by page."""
    wanted = request.GET.get("q", "").strip()[:80]
    everybody = found(wanted) if wanted else queries.people()
    if request.GET.get("waiting"):
        everybody = everybody.filter(sessions=None).order_by("-registered_at")
    pages = Paginator(everybody, PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {"page": page, "q": wanted, "waiting": request.GET.get("waiting", ""), "total": pages.count}
    return render(request, "person/list.html", context)


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Register a person, then begin their intake."""
    asked = enquiries.one_waiting(request.GET.get("enquiry", ""))
    form = form_for(request, RegisterForm, initial=_as_asked(asked) if asked else {})
    made: list[Person] = []
    context: dict[str, Any] = {}

    def add(valid: RegisterForm, act: Act) -> str | None:
        data = valid.cleaned_data
        names = ("family_name", "given_names", "born", "sex_at_birth", "phone", "indication", "address")
        registration = people.Registration(**{name: data[name] for name in names})
        with asking_who(context):
            made.append(people.register(registration, act, told_apart=data["told_apart"]))
        return f"{made[0]} is registered."

    words = Sheet(
        title="Register a person",
        button="Register",
        back=reverse("enquiries" if asked else "people"),
        intro=f"From the enquiry of {asked.name}. Go through each with the person themselves." if asked else "",
        template="person/identity.html",
        context=context,
    )
    response = sheet(request, form, words, add)
    return redirect("person_intake", person_id=made[0].pk) if made else response


def _as_asked(asked: Enquiry) -> dict[str, Any]:
    """Return what an enquiry says of who somebody is, where it says it for certain; the rest is asked."""
    days, numbers = birth_days(asked.born), telephone_numbers(asked.reach)
    given, family = parts_of_a_name(asked.name)
    return {
        "given_names": given,
        "family_name": family,
        "born": days[0] if len(days) == 1 else None,
        "phone": numbers[0] if len(numbers) == 1 else "",
    }


@contextmanager
def asking_who(context: dict[str, Any]) -> Iterator[None]:
    """Show everybody alike on the page that asks whether they are the same person."""
    try:
        yield
    except PerhapsRegistered as asked:
        context["alike"] = asked.found
        raise


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Correct who somebody is; every old value stays in their record and on this page."""
    who = get_object_or_404(Person, pk=person_id)
    corrections = chart_store.person_chart(person_id).all(IdentityCorrected)
    context: dict[str, Any] = {
        "corrections": [(identity.FIELD_WORDS.get(each.event.field, each.event.field), each) for each in corrections],
    }

    def act_on(valid: CorrectIdentityForm, act: Act) -> str | Caution:
        data = valid.cleaned_data
        corrected = identity.Corrected(**{name: data[name] for name in identity.FIELD_WORDS})
        with asking_who(context):
            changed = identity.correct(person_id, corrected, data["reason"], act, data["told_apart"])
        if {"born", "sex_at_birth"} & set(changed):
            return Caution("Corrected. Age, ideal weight and pregnancy are judged anew: look at orders not used yet.")
        return "Corrected. The old value stays in the record."

    words = {
        "title": "Correct who this is",
        "button": "Correct",
        "intro": "What stands here is what every page and document shows. The old value is kept, with your reason.",
        "template": "person/identity.html",
        "context": context,
    }
    initial = {name: getattr(who, name) for name in identity.FIELD_WORDS}
    return person_sheet(request, person_id, CorrectIdentityForm, words, act_on, initial=initial)


@require_GET
def person(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show one person's whole story."""
    who = get_object_or_404(Person, pk=person_id)
    return render(request, "person/person.html", context_of(Story(who, clock.now(), staff_of(request))))


@require_http_methods(["GET", "POST"])
def strike(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Strike a wrong record."""
    chart = chart_store.person_chart(person_id)
    found = next((each for each in chart.entries if each.stream_seq == entry), None)
    if found is None:
        raise Http404

    def act_on(valid: ReasonForm, act: Act) -> str:
        people.strike_record(person_id, entry, valid.cleaned_data["reason"], act)
        return "Struck. It stays legible, and no longer counts."

    rules = rules_in_force(clock.now())
    what = record_words(found.event, rules).rstrip(".")
    came = effects_with(chart, narrowed(found, found.event)) if isinstance(found.event, CheckInRecorded) else ()
    effects = "; ".join(record_words(each.event, rules).rstrip(".") for each in came)
    stay = f" Recorded with it, and standing on: {effects}. Strike each too where it is wrong." if effects else ""
    when = f"{on_the_wall(found.at):%d %b %Y %H:%M}"
    words = {
        "title": "Strike a record",
        "button": "Strike it",
        "intro": f"{what}. Recorded {when} by {staff_name(found.recorded_by)}. It stays legible, and no longer counts."
        f"{stay}",
        "why_not": people.why_not_struck(chart, entry, clock.now()),
        "context": {"touched": reach.of_person("record_struck", person_id, clock.now())},
    }
    return person_sheet(request, person_id, ReasonForm, words, act_on)


@require_GET
def person_data(request: HttpRequest, person_id: uuid.UUID) -> JsonResponse:
    """Give the response chart's series as JSON."""
    who = get_object_or_404(Person, pk=person_id)
    return JsonResponse(series_of(Story(who, clock.now(), staff_of(request))))

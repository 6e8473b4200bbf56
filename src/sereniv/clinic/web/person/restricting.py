"""Pages of a restricted record: who reads it, opening it all the same, and the review of that."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.person.restricting_forms import MINUTES, OpenForm, RestrictForm, ReviewOpeningForm
from sereniv.clinic.web.shell.acts import Sheet, form_for, sheet, staff_of
from sereniv.clinic.web.shell.staff_names import staff_name
from sereniv.clinic.workflows.person import restricting
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.teams_now import teams_now
from sereniv.therapy.person.access import is_in_doubt, may_open, openings, readers, restriction
from sereniv.therapy.person.names import birth_words


@require_http_methods(["GET", "POST"])
def restrict(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Choose who opens a record, or let everybody whose role reads records open it again."""
    who = get_object_or_404(Person, pk=person_id)
    chart = chart_store.person_chart(person_id)
    holds = restriction(chart)
    initial = {"what": "restrict", "readers": holds.event.readers if holds else (staff_of(request).username,)}
    form = form_for(request, RestrictForm, initial=initial)

    def act_on(valid: RestrictForm, act: Act) -> str:
        data = valid.cleaned_data
        if data["what"] == RestrictForm.LIFT:
            restricting.lift(person_id, data["reason"], act)
            return "The restriction is lifted: whoever's role reads records opens this one again."
        restricting.restrict(person_id, data["readers"], data["reason"], act)
        return "Restricted. Whoever else needs the record says why, and somebody reviews it."

    mine = may_open(chart, staff_of(request).username, clock.now(), teams_now(clock.now()))
    words = Sheet(
        title="Who opens this record",
        button="Save",
        back=reverse("person", args=[person_id]) if mine else reverse("people"),
        intro=f"{who}, born {birth_words(who.born)}. Lists, the calendar and Today go on naming this person, so that "
        "no duty is lost. While somebody sits in the chair, whoever runs infusions opens what is about the chair.",
        template="person/restrict.html",
        context={"who": who, "holds": holds, "openings": openings(chart)},
    )
    return sheet(request, form, words, act_on)


@require_http_methods(["GET", "POST"])
def open_all_the_same(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Ask somebody who is not among the readers why they need a restricted record now."""
    who = get_object_or_404(Person, pk=person_id)
    chart, teams = chart_store.person_chart(person_id), teams_now(clock.now())
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if not (wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)):
        wanted = reverse("person", args=[person_id])
    form = form_for(request, OpenForm, initial={"next": wanted})

    def act_on(valid: OpenForm, act: Act) -> str:
        restricting.open_all_the_same(person_id, valid.cleaned_data["reason"], act)
        return f"Open for {MINUTES} minutes. The medical director sees on Today that you opened it."

    words = Sheet(
        title="This record is restricted",
        button=f"Open it for {MINUTES} minutes",
        back=reverse("people"),
        template="person/restricted.html",
        onward=lambda: wanted,
        context={
            "who": who,
            "alone": None if is_in_doubt(chart, teams) else readers(chart, teams),
            "may_open": may_open(chart, _me(request), clock.now(), teams),
            "unread": chart.unread,
        },
    )
    return sheet(request, form, words, act_on)


def _me(request: HttpRequest) -> str:
    return staff_of(request).username


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, person_id: uuid.UUID, opening: int) -> HttpResponse:
    """Show why somebody opened a restricted record, and say whether it was in order."""
    who = get_object_or_404(Person, pk=person_id)
    its = {each.opened.seq: each for each in openings(chart_store.person_chart(person_id))}.get(opening)
    if its is None:
        raise Http404
    form = form_for(request, ReviewOpeningForm)

    def act_on(valid: ReviewOpeningForm, act: Act) -> str:
        data = valid.cleaned_data
        restricting.review(person_id, opening, data["words"], act, in_order=data["found"] == "yes")
        return "Reviewed."

    opened = its.opened
    words = Sheet(
        title="A restricted record was opened",
        button="Record the review",
        back=reverse("today"),
        intro=f"{staff_name(opened.recorded_by)} opened the record of {who} on "
        f"{on_the_wall(opened.recorded_at):%d %b %Y at %H:%M}: “{opened.event.reason}”",
        template="person/opening.html",
        context={"who": who, "opening": its},
    )
    return sheet(request, form, words, act_on)

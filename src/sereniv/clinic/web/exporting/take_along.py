"""Pages on which one person's record is written to a file for them to take along: why, then the file, for an hour."""

import uuid
from pathlib import Path

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.exporting.one_person import taken_along
from sereniv.clinic.records import given
from sereniv.clinic.records.file_events import RecordGivenOut
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.documents.every_paper import EveryPaper
from sereniv.clinic.web.shell.acts import Sheet, form_for, sheet
from sereniv.clinic.web.shell.form_parts import ActForm
from sereniv.clinic.workflows.exchanging import giving
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.this_clinic import served_home


class GiveForm(ActForm):
    """To whom a record is given."""

    reason = forms.CharField(
        max_length=500,
        label="To whom, and how you know that it is them",
        help_text="Such as: herself, passport seen; she changes to a clinic in Boulder.",
    )


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Ask to whom a record is given, and write it to a file."""
    person = get_object_or_404(Person, pk=person_id)
    made: list[str] = []

    def give(valid: GiveForm, act: Act) -> str | None:
        made.append(_given(person, valid.cleaned_data["reason"], act))
        return "The record is written. Save the file, and hand it over."

    words = Sheet(
        title="The whole record, to take along",
        button="Write the file",
        back=reverse("person", args=[person_id]),
        intro="One zip file with the record in FHIR R4, which other clinics’ programs read, the documents as PDF, "
        "and a note of what is in it and what is not. It is not encrypted, and stands in the audit.",
        context={"person": person},
        onward=lambda: reverse("person_take_along_ready", args=[person_id, made[-1]]),
    )
    return sheet(request, form_for(request, GiveForm), words, give)


def _given(person: Person, reason: str, act: Act) -> str:
    giving.demand_may_give(person, reason, act)
    found = taken_along(person, EveryPaper(act.now).of_one(person), act.now)
    giving.note(RecordGivenOut(person=str(person.pk), to_seq=found.to_seq, sha256=found.sha256, reason=reason), act)
    # After the audit: what does not stand there does not leave.
    return given.keep(served_home(), person.pk, found.content)


@require_GET
def ready(request: HttpRequest, person_id: uuid.UUID, key: str) -> HttpResponse:
    """Show the file that was written, for an hour."""
    person = get_object_or_404(Person, pk=person_id)
    size = _file(person_id, key).stat().st_size
    context = {"person": person, "key": key, "megabytes": size / 1e6}
    return render(request, "exporting/take_along.html", context)


@require_GET
def take(request: HttpRequest, person_id: uuid.UUID, key: str) -> HttpResponseBase:
    """Give the file to whoever may read the record."""
    del request
    get_object_or_404(Person, pk=person_id)
    return FileResponse(_file(person_id, key).open("rb"), as_attachment=True, filename="record.zip")


def _file(person_id: uuid.UUID, key: str) -> Path:
    found = given.kept(served_home(), person_id, key, clock.real_now())
    if found is None:
        raise Http404
    return found

"""Pages of who looked: at one person's record, and by one of the staff, by day and in print."""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from sereniv.clinic import clock
from sereniv.clinic.accounts import staff
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.documents.views import as_pdf, page
from sereniv.clinic.web.looks.words import page_words
from sereniv.clinic.web.shell.acts import staff_of
from sereniv.clinic.web.shell.days import asked_days
from sereniv.clinic.web.shell.looks import show_people
from sereniv.clinic.workflows.documents import documents
from sereniv.clinic.workflows.looks import sign_ins as signed
from sereniv.clinic.workflows.looks import who_looked as workflows
from sereniv.clinic.workflows.shell.in_force import day_of
from sereniv.therapy.documents.model import Document
from sereniv.therapy.documents.readers import LookLine, looked_at, readers

SHOWN_DAYS = 30
SIGN_IN_DAYS = 7
GONE = "a record that is gone"
EVERYBODY, NOBODY = "everybody", "-"
"""How the page names everybody, and what was tried under nobody's name: no user name is so."""


@require_GET
def of_person(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show who looked at somebody's record, day by day."""
    who = get_object_or_404(Person.everybody, pk=person_id)
    form, first, last = asked_days(request, SHOWN_DAYS)
    found = workflows.looks_at_record(who, first, last)
    people = staff.by_username(each.staff for each in found.lines)
    infusions = workflows.numbers_of_sessions(found.lines)
    lines = [(each, people.get(each.staff), page_words(each.page, each.subject, infusions)) for each in found.lines]
    context = {
        **_around(form, first, last, found, reverse("person_looks", args=[person_id])),
        "person": who,
        "days": [(day, list(group)) for day, group in groupby(lines, lambda line: line[0].day)],
        "print": f"{reverse('person_looks_document', args=[person_id])}?{_query(first, last)}",
        "back": reverse("person", args=[person_id])
        if staff_of(request).may(Permission.READ_INTAKE)
        else reverse("ledger"),
    }
    return render(request, "looks/person.html", context)


@require_GET
def of_person_document(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show it as it prints."""
    document, first, last = _document(request, person_id)
    asked = _query(first, last)
    address, back = (reverse(name, args=[person_id]) for name in ("person_looks_document_pdf", "person_looks"))
    return page(request, document, f"{address}?{asked}", f"{back}?{asked}")


@require_GET
def of_person_pdf(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Give it as PDF."""
    return as_pdf(request, _document(request, person_id)[0], "who-looked")


def _document(request: HttpRequest, person_id: uuid.UUID) -> tuple[Document, date, date]:
    who = get_object_or_404(Person.everybody, pk=person_id)
    _, first, last = asked_days(request, SHOWN_DAYS)
    lines = _lines(workflows.looks_at_record(who, first, last, most=None), {})
    return readers(documents.setting_at(clock.now()), documents.patient_of(who), first, last, lines), first, last


def _lines(found: workflows.Looks, names: Mapping[str, str]) -> tuple[LookLine, ...]:
    infusions = workflows.numbers_of_sessions(found.lines)
    return tuple(
        LookLine(
            day=each.day, staff=each.staff, what=page_words(each.page, each.subject, infusions), listed=each.listed,
            first=each.first, last=each.last, times=each.times, whose=names.get(each.person_id, GONE),
        )
        for each in found.lines
    )  # fmt: skip


@require_GET
def sign_ins(request: HttpRequest) -> HttpResponse:
    """Show who signed in, failed to or was refused, for some days, of everybody or of one of the staff."""
    form, first, last = asked_days(request, SIGN_IN_DAYS)
    names = staff.full_names()
    asked = request.GET.get("who", EVERYBODY)
    whom = {EVERYBODY: None, NOBODY: ""}.get(asked, asked if asked in names else None)
    found = signed.sign_ins(first, last, whom)
    days = [(day, list(group)) for day, group in groupby(found.lines, lambda line: day_of(line.at))]
    context = {
        "form": form,
        "first": first,
        "last": last,
        "days": [(day, [(line, names.get(line.staff, line.staff)) for line in lines]) for day, lines in days],
        "more": found.more,
        "choices": [(EVERYBODY, "Everybody"), (NOBODY, "Nobody’s user name"), *names.items()],
        "asked": asked if whom is not None else EVERYBODY,
    }
    return render(request, "looks/sign_ins.html", context)


@require_GET
def of_staff(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Show at whose records somebody looked, day by day: those looked at themselves, and those a list showed."""
    reader = get_object_or_404(Staff, pk=staff_id)
    form, first, last = asked_days(request, SHOWN_DAYS)
    found = workflows.looks_of(reader.username, first, last)
    people = workflows.names_of(each.person_id for each in found.lines)
    show_people(request, people)
    infusions = workflows.numbers_of_sessions(found.lines)
    days = []
    for day, group in groupby(found.lines, lambda each: each.day):
        looks = list(group)
        own = [(each, people.get(each.person_id), page_words(each.page, each.subject, infusions))
               for each in looks if not each.listed]  # fmt: skip
        by_page = groupby(sorted((each for each in looks if each.listed), key=lambda each: each.page), _page_of)
        lists = [(page_words(name, "", {}), [people.get(each.person_id) for each in shown]) for name, shown in by_page]
        days.append((day, own, lists))
    context = {
        **_around(form, first, last, found, reverse("staff_looks", args=[staff_id])),
        "reader": reader,
        "days": days,
        "print": f"{reverse('staff_looks_document_pdf', args=[staff_id])}?{_query(first, last)}",
        "back": reverse("setup") if staff_of(request).may(Permission.MANAGE_HOME) else reverse("ledger"),
    }
    return render(request, "looks/staff.html", context)


@require_GET
def of_staff_pdf(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Give as PDF at whose records somebody looked, those whom a list showed among them."""
    reader = get_object_or_404(Staff, pk=staff_id)
    _, first, last = asked_days(request, SHOWN_DAYS)
    found = workflows.looks_of(reader.username, first, last, most=None)
    people = workflows.names_of(each.person_id for each in found.lines)
    show_people(request, people)
    lines = _lines(found, {key: str(who) for key, who in people.items()})
    return as_pdf(
        request, looked_at(documents.setting_at(clock.now()), str(reader), first, last, lines), "records-looked-at"
    )


def _page_of(look: workflows.Look) -> str:
    return look.page


def _around(form: object, first: date, last: date, found: workflows.Looks, address: str) -> dict[str, Any]:
    """Return what both pages show around the days."""
    older = found.before
    begin = older - timedelta(days=SHOWN_DAYS - 1) if older else None
    return {
        "form": form,
        "first": first,
        "last": last,
        "older": older,
        "older_address": f"{address}?{_query(begin, older)}" if older and begin else "",
    }


def _query(first: date, last: date) -> str:
    return urlencode({"first": first.isoformat(), "last": last.isoformat()})

"""Documents as pages that print, and as PDF: one content, two drawings."""

import uuid
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from sereniv.clinic import clock
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store, queries
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.chair.let_in import demand_let_in
from sereniv.clinic.web.chair.views import opened_or_404
from sereniv.clinic.web.documents.pdf import Paper, pdf
from sereniv.clinic.web.shell.acts import staff_of
from sereniv.clinic.web.shell.looks import show_people
from sereniv.clinic.workflows.documents import documents
from sereniv.clinic.workflows.shell.acting import NotPermitted
from sereniv.clinic.workflows.shell.this_clinic import clinic_details
from sereniv.clinic.workflows.stock import vial_use
from sereniv.therapy.documents.model import SIGNATURE_COLUMNS, Document

LONGEST_LINE, MOST_LINES, LINE_BREAK = 120, 8, "\n"
PAPER_NAMES = {Paper.A4: "A4", Paper.LETTER: "US letter"}


@require_GET
def of_person(request: HttpRequest, person_id: uuid.UUID, which: str) -> HttpResponse:
    """Show one document about a person."""
    keywords = {"person_id": person_id, "which": which}
    address, back = reverse("person_document_pdf", kwargs=keywords), reverse("person", args=[person_id])
    return page(request, _person_document(request, person_id, which), address, back, addressed=True)


@require_GET
def of_person_pdf(request: HttpRequest, person_id: uuid.UUID, which: str) -> HttpResponse:
    """Give one document about a person as PDF."""
    return as_pdf(request, _person_document(request, person_id, which), which)


@require_GET
def of_session(request: HttpRequest, session_id: uuid.UUID, which: str) -> HttpResponse:
    """Show one document about a session."""
    keywords = {"session_id": session_id, "which": which}
    address, back = reverse("session_document_pdf", kwargs=keywords), reverse("session", args=[session_id])
    return page(request, _session_document(request, session_id, which), address, back, addressed=True)


@require_GET
def of_session_pdf(request: HttpRequest, session_id: uuid.UUID, which: str) -> HttpResponse:
    """Give one document about a session as PDF."""
    return as_pdf(request, _session_document(request, session_id, which), which)


@require_GET
def hand_over(request: HttpRequest) -> HttpResponse:
    """Show the hand-over sheets of all open chairs, one after the other, to be printed at once."""
    sheets = documents.hand_over_of_all(clock.now())
    show_people(request, queries.open_sessions().values_list("person_id", flat=True))
    title = f"Hand-over of {len(sheets)} open chair{'' if len(sheets) == 1 else 's'}"
    context = {
        "paper": str(paper_of_the_clinic()),
        "documents": sheets,
        "title": title,
        "back": reverse("board"),
        "signature_columns": SIGNATURE_COLUMNS,
    }
    return render(request, "documents/several.html", context)


@require_GET
def of_vial(request: HttpRequest, vial_id: uuid.UUID) -> HttpResponse:
    """Show the ledger of a vial."""
    address = reverse("stock_vial_document_pdf", kwargs={"vial_id": vial_id})
    back = reverse("stock_vial", args=[vial_id])
    _show_those_of(request, vial_id)
    return page(request, _found(documents.of_vial(vial_id, clock.now())), address, back)


@require_GET
def of_vial_pdf(request: HttpRequest, vial_id: uuid.UUID) -> HttpResponse:
    """Give the ledger of a vial as PDF."""
    _show_those_of(request, vial_id)
    return as_pdf(request, _found(documents.of_vial(vial_id, clock.now())), "vial")


def _show_those_of(request: HttpRequest, vial_id: uuid.UUID) -> None:
    whom = vial_use.drawn_for(chart_store.vial(vial_id).entries)
    show_people(request, (each.person.pk for each in whom.values()))


def _person_document(request: HttpRequest, person_id: uuid.UUID, which: str) -> Document:
    person = get_object_or_404(Person, pk=person_id)
    if which != documents.CONSENT:
        _demand(request, Permission.READ_DOCUMENTS)
    to = _to(request) if "to" in request.GET else documents.addressee_of(person_id, which)
    return _found(documents.of_person(person, which, clock.now(), to))


def _demand(request: HttpRequest, needed: Permission) -> None:
    """Raise NotPermitted for whoever opens records, and asks for a paper that tells of more than they read."""
    if not staff_of(request).may(needed):
        raise NotPermitted(needed)


def _session_document(request: HttpRequest, session_id: uuid.UUID, which: str) -> Document:
    row, chart = opened_or_404(session_id)
    if which == documents.AMBULANCE:
        demand_let_in(request, session_id, Permission.READ_DOCUMENTS)
    else:
        _demand(request, Permission.READ_DOCUMENTS)
    return _found(documents.of_session(row, chart, which, clock.now(), _to(request)))


def _to(request: HttpRequest) -> tuple[str, ...]:
    """Return the lines of whom a document is addressed to; nothing of it is kept."""
    lines = [" ".join(line.split())[:LONGEST_LINE] for line in request.GET.get("to", "").splitlines()]
    return tuple(line for line in lines if line)[:MOST_LINES]


def _found(document: Document | None) -> Document:
    if document is None:
        raise Http404
    return document


def page(request: HttpRequest, document: Document, address: str, back: str, *, addressed: bool = False) -> HttpResponse:
    """Show a document as it prints; `address` is its PDF's, `addressed` lets it be addressed to somebody."""
    if document.to or "to" in request.GET:
        address = f"{address}?{urlencode({'to': LINE_BREAK.join(document.to)})}"
    ours = paper_of_the_clinic()
    others = [paper for paper in PAPER_NAMES if paper is not ours]
    papers = [
        (PAPER_NAMES[paper], f"{address}{'&' if '?' in address else '?'}paper={paper}") for paper in (ours, *others)
    ]
    context = {
        "paper": str(ours),
        "document": document,
        "papers": papers,
        "back": back,
        "addressed": addressed,
        "to": LINE_BREAK.join(document.to),
        "signature_columns": SIGNATURE_COLUMNS,
    }
    return render(request, "documents/document.html", context)


def paper_of_the_clinic() -> Paper:
    """Return what this clinic prints on."""
    kept = clinic_details().paper
    return Paper(kept) if kept in set(Paper) else Paper.A4


def as_pdf(request: HttpRequest, document: Document, which: str) -> HttpResponse:
    """Answer with the PDF; its name says what it is and when it was made, never whom it is about."""
    asked = request.GET.get("paper", "")
    paper = Paper(asked) if asked in set(Paper) else paper_of_the_clinic()
    name = f"{which}-{document.made_at:%Y%m%d-%H%M}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(pdf(document, paper), content_type="application/pdf", headers=headers)

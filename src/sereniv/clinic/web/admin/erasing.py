"""Pages that erase an entry by law: announced by two, stopped by one, carried out by two when it has waited."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.records import envelopes
from sereniv.clinic.records.envelopes import Envelope
from sereniv.clinic.web.admin.house_forms import AnnounceErasureForm, EraseForm
from sereniv.clinic.web.ledger.words import person_of, record_in_words
from sereniv.clinic.web.shell.acts import Sheet, form_for, sheet
from sereniv.clinic.web.shell.form_parts import ReasonForm
from sereniv.clinic.web.shell.looks import show_people
from sereniv.clinic.web.shell.staff_names import staff_name
from sereniv.clinic.workflows.ledger import announced_erasures
from sereniv.clinic.workflows.ledger.announced_erasures import Announced
from sereniv.clinic.workflows.person import entry_erasure
from sereniv.clinic.workflows.shell import this_clinic
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.recording.unread import kind_in_words

TO_BE_FOUND = "Copies in backups and on paper are yours to find."


@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest, seq: int) -> HttpResponse:
    """Announce the erasure of what an entry says, or carry it out; while it waits, lead to where it is stopped."""
    entry = envelopes.envelope(seq)
    if entry is None:
        raise Http404
    show_people(request, person_of(entry.stream))
    announced = announced_erasures.waiting_for(entry.stream, (seq,))
    if announced is None:
        return _announce(request, entry)
    if not announced.is_due(clock.now()):
        return redirect("erasure_stop", announced.seq)
    words = Sheet(
        title=f"Erase entry {seq} by law",
        button="Erase for good",
        back=reverse("ledger"),
        dangerous=True,
        intro=f"{_in_words(entry)} {announced_in_words(announced)} What it says is erased; that it was there, when and "
        f"by whom stays, and so does the chain. A note that was signed keeps its text. {TO_BE_FOUND}",
    )

    def go(valid: EraseForm, act: Act) -> str | None:
        del valid
        entry_erasure.erase(seq, act)
        return "1 entry is erased by law."

    return sheet(request, form_for(request, EraseForm), words, go)


def _announce(request: HttpRequest, entry: Envelope) -> HttpResponse:
    words = Sheet(
        title=f"Erase entry {entry.seq} by law",
        button="Announce the erasure",
        back=reverse("ledger"),
        intro=f"{_in_words(entry)} {how_it_goes()} Somebody is erased as a whole on their own page, under Documents.",
    )

    def go(valid: AnnounceErasureForm, act: Act) -> str | None:
        entry_erasure.announce(entry.seq, valid.cleaned_data["basis"], act)
        return "The erasure is announced on Today."

    return sheet(request, form_for(request, AnnounceErasureForm), words, go)


def how_it_goes() -> str:
    """Say what becomes of an announcement."""
    days = rules_in_force(clock.now()).access.erasure_wait.days
    return (
        f"Two announce it; it then waits {days} days on the Today list of every medical director and administrator, "
        "each of whom may stop it; after that two carry it out."
    )


def announced_in_words(announced: Announced) -> str:
    """Say who announced an erasure, on which law, and when it may be carried out."""
    at, due = (each.astimezone(this_clinic.home_zone()) for each in (announced.at, announced.event.not_before))
    return (
        f"Announced {at:%d %b %Y %H:%M} by {staff_name(announced.by)} with {staff_name(announced.co_signed_by)}: "
        f"{announced.event.basis.rstrip('.')}. It can be carried out from {due:%d %b %Y %H:%M}."
    )


def _in_words(entry: Envelope) -> str:
    at = entry.at.astimezone(this_clinic.home_zone())
    return (
        f"{kind_in_words(entry.kind)}, {at:%d %b %Y %H:%M}, by {staff_name(entry.recorded_by)}, in "
        f"{record_in_words(entry.stream)}."
    )


@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, seq: int) -> HttpResponse:
    """Stop an erasure that was announced and waits."""
    announced = next((each for each in announced_erasures.waiting() if each.seq == seq), None)
    if announced is None and request.method == "GET":
        raise Http404
    said = ""
    if announced is not None:
        show_people(request, person_of(announced.event.stream))
        what = f"Entry {announced.event.entries[0]} of " if announced.event.entries else "All of "
        said = f"{what}{record_in_words(announced.event.stream)}. {announced_in_words(announced)}"
    words = Sheet(
        title="An erasure that waits",
        button="Stop this erasure",
        back=reverse("today"),
        intro=f"{said} Whoever may erase may stop it, alone; it can be announced anew.".strip(),
    )

    def go(valid: ReasonForm, act: Act) -> str | None:
        announced_erasures.stop(seq, valid.cleaned_data["reason"], act)
        return "Stopped: nothing is erased."

    return sheet(request, form_for(request, ReasonForm), words, go)

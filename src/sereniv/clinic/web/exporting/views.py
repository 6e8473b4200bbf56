"""Pages of exports: two ask, the server writes in the background, and whoever may takes the file within a day."""

from collections.abc import Callable
from pathlib import Path

import pyrage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.backup import key
from sereniv.clinic.exporting import kept, writing
from sereniv.clinic.exporting.writing import Told
from sereniv.clinic.records.house_events import RecordsExported
from sereniv.clinic.records.over_streams import entries_of_kind
from sereniv.clinic.web.documents.every_paper import EveryPaper
from sereniv.clinic.web.exporting.forms import ExportForm
from sereniv.clinic.web.shell.acts import Sheet, form_for, sheet
from sereniv.clinic.web.shell.jobs import Job
from sereniv.clinic.workflows.ledger import exports
from sereniv.clinic.workflows.shell.acting import Act, names_of_staff
from sereniv.clinic.workflows.shell.this_clinic import served_home
from sereniv.therapy.recording.refusal import Refused

MOST_TAKEN = 200_000_000
"""Bytes of a file that a page gives; a larger one is copied from the home's folder."""

MOST_SHOWN = 20

job = Job("export", failed="It could not be written")
"""The export that this server writes."""


@require_http_methods(["GET", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Let two ask for an export; show what is being written, what can be taken, and what left before."""
    words = Sheet(
        title="Export everything",
        button="Export everything",
        back=reverse("ledger"),
        intro="One encrypted file with the whole ledger, every table and every document, in formats that any program "
        "reads. It is written in the background, can be taken for a day, and stands in the audit.",
        template="exporting/export.html",
        context={**_standing(), "left": _left()},
        onward=lambda: reverse("export"),
    )

    def begin(valid: ExportForm, act: Act) -> str | None:
        typed = valid.cleaned_data
        exports.demand_two(typed["reason"], act)
        if not job.start(act.key, _making(typed["reason"], typed["to_key"], bool(typed["without_papers"]), act)):
            raise Refused(exports.RULE, "An export is being written just now. Wait until it is done.")
        return "The export is being written."

    return sheet(request, form_for(request, ExportForm), words, begin)


def _making(reason: str, to_key: str, without_papers: bool, act: Act) -> Callable[[Told], None]:
    home = served_home()
    recipient = pyrage.x25519.Recipient.from_str(to_key) if to_key else key.of_home(home).to_public()
    place = kept.folder_of(home) / f"sereniv-export-{clock.real_now():%Y%m%dT%H%M%SZ}.age"

    def make(told: Told) -> None:
        papers = None if without_papers else EveryPaper(act.now)
        made = writing.export(home, place, papers, recipient, clock.real_now(), told)
        event = RecordsExported(
            to_seq=made.head.seq,
            to_hash=made.head.hash,
            sha256=made.sha256,
            sealed=True,
            with_papers=papers is not None,
            reason=reason,
        )
        try:
            exports.note(event, act)
        except BaseException:
            # What does not stand in the audit does not leave.
            place.unlink(missing_ok=True)
            raise

    return make


@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """Give the part of the page that says how far it has come."""
    return render(request, "exporting/progress.html", _standing())


@require_GET
def take(request: HttpRequest, name: str) -> HttpResponseBase:
    """Give one export to whoever may take it; the look is audited as every other."""
    del request
    found = {each.place.name: each for each in kept.kept(served_home(), clock.real_now())}
    if name not in found or found[name].size > MOST_TAKEN:
        raise Http404
    return FileResponse(Path(found[name].place).open("rb"), as_attachment=True, filename=name)


def _standing() -> dict[str, object]:
    found = kept.kept(served_home(), clock.real_now())
    return {"progress": job.progress, "kept": [(each, each.size <= MOST_TAKEN, each.size / 1e6) for each in found]}


def _left() -> list[tuple[object, str, RecordsExported]]:
    """Return the exports of before with who asked for them, the newest first."""
    name_of = names_of_staff()
    found = [entry for _, entry in entries_of_kind(RecordsExported)][-MOST_SHOWN:]
    return [
        (
            entry.recorded_at,
            " and ".join(name_of(each) for each in (entry.recorded_by, entry.co_signed_by) if each),
            entry.event,
        )
        for entry in reversed(found)
        if isinstance(entry.event, RecordsExported)
    ]

"""What a page says where the database would not take what was sent: the disk is full, or nothing can be written."""

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sereniv.clinic.web.shell import kept
from sereniv.clinic.web.shell.addresses import ROUTES, Open
from sereniv.clinic.workflows.shell.this_clinic import clinic_details

UNAVAILABLE = 503
FROM_OUTSIDE = frozenset({"enquiry"})
"""Pages on which somebody writes to the clinic, beside those of a patient's own phone."""
MEANWHILE = (
    "What you typed is still here: send it again once that is mended. Sent twice, it is recorded once. "
    "Chart on paper meanwhile, and tell the administrator."
)


def why_not_taken(error: OperationalError) -> str:
    """Say why the database did not take something, in words for whoever stands at the chair."""
    said = str(error).lower()
    if "full" in said or "no space" in said:
        why = "The disk of this clinic's computer is full"
    elif "readonly" in said or "read-only" in said:
        why = "Nothing can be written to this clinic's database"
    elif "held the database" in said or "locked" in said:
        why = "The database was busy for too long"
    else:
        why = "The database did not take it"
    return f"Not recorded. {why}. {MEANWHILE}"


def answer(request: HttpRequest, error: OperationalError) -> HttpResponse:
    """Answer a page that has no form of its own to show again: with what was typed, and a button to send it again.

    Whoever writes from outside is told whom to call, and nothing of disks and databases.
    """
    fields = kept.typed_fields(request) if kept.may_be_kept(request) else []
    context = {
        "why": why_not_taken(error),
        "path": request.get_full_path(),
        "fields": fields,
        "shown": kept.shown_of(fields),
        "is_form": request.method == "POST",
    }
    if _is_from_outside(request):
        return render(request, "shell/errors/unsent.html", {**context, "clinic": clinic_details()}, status=UNAVAILABLE)
    return render(request, "shell/errors/unwritten.html", context, status=UNAVAILABLE)


def _is_from_outside(request: HttpRequest) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    return name in FROM_OUTSIDE or ROUTES.get(name) is Open.INVITED

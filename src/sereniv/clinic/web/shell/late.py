"""What was typed on a tablet without a network and is sent later: facts alone, and once its author has been proven."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sereniv.clinic import clock
from sereniv.clinic.accounts import idle
from sereniv.clinic.web.shell.lock import is_locked

WITHOUT_NETWORK = "without_network"
"""The field by which a tablet says when it was typed there."""

FACTS = frozenset({
    "session_vitals", "session_observe", "session_medicine", "session_measure", "session_remark", "session_stopped",
    "session_paused",
})  # fmt: skip
"""What may come so: each says what has happened. What starts, resumes or raises a rate is decided on a live chart."""

NO_FACT = "Without a network only what has happened is kept for later. Open the chair, read the chart, and decide anew."
NOT_PROVEN = "What was typed without a network is sent under its author's name: enter your PIN or password first."
UNPROCESSABLE = 422


def held_back(request: HttpRequest, name: str) -> HttpResponse | None:
    """Answer for what may not come so, or not yet; None lets the form be taken like any other."""
    if request.method != "POST" or WITHOUT_NETWORK not in request.POST:
        return None
    if name not in FACTS:
        return _refused(request, NO_FACT)
    if is_locked(request) or not idle.was_proven_lately(request.session, clock.real_now()):
        return _refused(request, NOT_PROVEN)
    return None


def _refused(request: HttpRequest, reason: str) -> HttpResponse:
    return render(request, "shell/errors/refused.html", {"reason": reason}, status=UNPROCESSABLE)

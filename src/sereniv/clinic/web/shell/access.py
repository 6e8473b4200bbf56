"""Asks of every request whether who sent it may see the page; an address without a line is refused to everybody.

The middleware here is the only place where pages ask who may see them; workflows ask again for acts.
"""

import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sereniv.clinic import clock
from sereniv.clinic.accounts import idle
from sereniv.clinic.accounts.chairside import device_of, ensure_device
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.second_factor import lacks_second_factor
from sereniv.clinic.records.chart_store import head
from sereniv.clinic.records.conflict import Conflict, Superseded
from sereniv.clinic.records.house_events import RefusalAudited
from sereniv.clinic.web.shell import kept, late, looks, restricted, unwritten
from sereniv.clinic.web.shell.acts import DRAWN_FROM
from sereniv.clinic.web.shell.addresses import ROUTES, Open
from sereniv.clinic.web.shell.context import HEAD
from sereniv.clinic.web.shell.lock import held_back
from sereniv.clinic.web.shell.staff_names import read_once as staff_names_read_once
from sereniv.clinic.workflows.shell.acting import NotPermitted, names_of_staff
from sereniv.clinic.workflows.shell.in_force import read_once as rules_read_once
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import record_house_event
from sereniv.therapy.recording.refusal import Malformed, Refused

SECOND_FACTOR_PAGES = ("mfa_", "account_")
"""How the names of the pages begin on which a second factor is set up."""

SETTING_PASSWORD = frozenset({"my_password", "account_logout"})
"""What is open to whoever came in with a first code, until they have set their own password."""

LEFT_BEHIND = '"cache", "storage"'
"""What a browser lets go of at the sign-out; its cookies stay, for one of them is by what the device is known."""

LEFT_BUT_UNSENT = '"cache"'
"""The same where something typed waits there, sealed, until its author comes back: a script lets go of the rest."""

Answer = Callable[[HttpRequest], HttpResponse]


class AccessMiddleware:
    """Asks the table before any view runs, audits refusals and looks, and forbids storing pages."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request, giving the browser a device id and its headers."""
        if not device_of(request):
            request.new_device = secrets.token_urlsafe(18)  # type: ignore[attr-defined]
        before = request.session.get(kept.KEPT)
        with staff_names_read_once(), rules_read_once():
            response = self._get_response(request)
        response = _onward(request, response)
        if before:
            kept.sent(request, response)
            kept.carried(before, request)
        ensure_device(request, response)
        response.setdefault("Cache-Control", "no-store")
        if _has_signed_out(request):
            response["Clear-Site-Data"] = LEFT_BUT_UNSENT if "leaves_unsent" in request.POST else LEFT_BEHIND
        looks.end(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Answer, arguments: tuple[Any, ...], keywords: dict[str, Any]
    ) -> HttpResponse | None:
        """Refuse what the table does not allow; None lets the view run."""
        del view, arguments
        name = request.resolver_match.view_name if request.resolver_match else ""
        need = ROUTES.get(name)
        if need is None:
            return refuse(request, name or "unknown")
        if need in {Open.PUBLIC, Open.TOKEN, Open.INVITED}:
            return None
        user = request.user
        if not isinstance(user, Staff):
            return _to_sign_in(request)
        if request.session.get(idle.SETS_PASSWORD):
            if name not in SETTING_PASSWORD:
                return _first_to("my_password", request, user)
        elif lacks_second_factor(user) and not name.startswith(SECOND_FACTOR_PAGES):
            return _first_to("mfa_index", request, user)
        if isinstance(need, Permission) and not user.may(need):
            return refuse(request, name)
        waiting = held_back(request, name, user)
        if waiting is not None:
            return waiting
        if kept.may_be_kept(request) and (other := kept.typed_by_another(request.POST, user.username)):
            kept.keep(request, other)
            return redirect("kept")
        early = late.held_back(request, name)
        if early is not None:
            return early
        closed = restricted.held_back(request, name, need, user, keywords)
        if closed is not None:
            return closed
        # Before the page reads anything: what is written from here on, it may not show.
        ends = head()
        setattr(request, DRAWN_FROM, ends.seq)
        setattr(request, HEAD, ends)
        looks.begin(request, user.username, name, keywords)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer in words what a page without a form of its own was refused; None leaves anything else a failure."""
        if isinstance(exception, NotPermitted):
            return refuse(request, request.resolver_match.view_name if request.resolver_match else "unknown")
        if isinstance(exception, Superseded):
            reason = exception.words(rules_in_force(clock.now()), names_of_staff())
            return render(request, "shell/errors/refused.html", {"reason": reason}, status=422)
        if isinstance(exception, Malformed | Refused | Conflict):
            return render(request, "shell/errors/refused.html", {"reason": str(exception)}, status=422)
        if isinstance(exception, OperationalError):
            return unwritten.answer(request, exception)
        return None


def _has_signed_out(request: HttpRequest) -> bool:
    by = request.resolver_match.view_name if request.resolver_match else ""
    return by == "account_logout" and request.method == "POST" and not isinstance(request.user, Staff)


def _onward(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Tell a form that a page of ours sent by itself where to go on; fetched by it, that page's words would be lost."""
    location = response.headers.get("Location")
    if not location or request.method != "POST" or "X-Form" not in request.headers:
        return response
    answer = HttpResponse(status=204, headers={"X-Onward": location})
    answer.cookies = response.cookies
    return answer


def _first_to(page: str, request: HttpRequest, user: Staff) -> HttpResponse:
    """Lead to what must be done before anything else; what a form brought is kept until then."""
    if kept.may_be_kept(request):
        kept.keep(request, str(request.POST.get(kept.TYPED_BY, "")) or user.username)
    return redirect(page)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        # A fragment must not swap the sign-in page into a chart.
        return HttpResponse(status=401, headers={"HX-Redirect": settings.LOGIN_ADDRESS})
    return kept.to_sign_in(request, str(request.POST.get(kept.TYPED_BY, "")))


def refuse(request: HttpRequest, page: str) -> HttpResponse:
    """Answer 403 with what to do, and audit who asked for what."""
    user = request.user
    if isinstance(user, Staff):
        record_house_event("audit", RefusalAudited(staff=user.username, page=page), clock.now())
    return render(request, "shell/errors/403.html", {"page": page}, status=403)

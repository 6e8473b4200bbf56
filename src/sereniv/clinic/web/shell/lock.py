"""The idle lock: the screen stays as it is, nothing can be recorded but a call for help and a stopped pump."""

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from sereniv.clinic import clock
from sereniv.clinic.accounts import idle
from sereniv.clinic.accounts.chairside import device_of
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records.house_events import SignInAudited
from sereniv.clinic.web.shell import kept
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.sign_ins import has_ended
from sereniv.clinic.workflows.shell.this_clinic import record_house_event

ALWAYS = frozenset({"unlock", "lock", "touch", "switch", "account_logout", "session_help", "session_stopped"})
"""Reachable on a locked screen, whatever the method: who needs help, or stopped a pump, never waits for a PIN."""

VISIBLE = frozenset({
    "board", "board_tiles", "session", "session_status", "session_log", "session_data", "session_spare", "calls",
    "session_gate",
})  # fmt: skip
"""What stays to be looked at on a locked screen."""

UNATTENDED = frozenset({
    "touch", "board_tiles", "session_status", "session_log", "session_data", "session_spare", "person_data",
    "unsent_key",
})  # fmt: skip
"""What a page asks for by itself: no sign that somebody is there."""

LOCKED = 423


def held_back(request: HttpRequest, name: str, user: Staff) -> HttpResponse | None:
    """Answer for a session that has ended, or a screen that is locked; None lets the page answer."""
    real = clock.real_now()
    rule = rules_in_force(clock.now()).sign_in
    if has_ended(request.session, real, user):
        before = request.session.get(kept.KEPT)
        logout(request)
        kept.carried(before, request)
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204)
        return kept.to_sign_in(request, user.username)
    request.is_locked = idle.is_locked(request.session, real, rule)  # type: ignore[attr-defined]
    if not is_locked(request):
        if name not in UNATTENDED and not request.headers.get("HX-Request"):
            idle.touch(request.session, real, rule)
        return None
    if name in ALWAYS:
        if name.startswith("session_") and request.method == "POST":
            noted(user, f"{name.replace('_', ' ')} on a locked screen", request)
        return None
    if request.method == "GET" and name in VISIBLE:
        return None
    if request.method == "GET":
        return _elsewhere(request, f"{reverse('unlock')}?{urlencode({'next': request.get_full_path()})}")
    held = kept.may_be_kept(request) and kept.keep(request, user.username)
    return render(request, "shell/errors/locked.html", {"held": held}, status=LOCKED)


def _elsewhere(request: HttpRequest, address: str) -> HttpResponse:
    # A part of a page that asks for itself is left as it stands.
    return HttpResponse(status=204) if request.headers.get("HX-Request") else redirect(address)


def is_locked(request: HttpRequest) -> bool:
    """Say whether the screen that asks is locked."""
    return bool(getattr(request, "is_locked", False))


def noted(user: Staff, act: str, request: HttpRequest) -> None:
    """Audit what happened to the lock of a screen."""
    event = SignInAudited(staff=user.username, act=act, device=device_of(request)[:12])
    record_house_event("audit", event, clock.now())

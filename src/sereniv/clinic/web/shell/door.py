"""The door of the sign-in: few are at it at once, so that a flood of them takes no page from the chairs.

To work a password out is slow on purpose. Whoever comes from a device on which nobody has signed in waits for nobody
and holds no thread: where two are at it, the page asks to try again. Devices of the house have places of their own.
A passkey is asked for before anybody is known, and what was asked is kept: strangers begin so many times a minute.
"""

import threading
from collections.abc import Callable

from allauth.account import views as account
from allauth.mfa.webauthn.views import login_webauthn
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from sereniv.clinic.accounts import staff
from sereniv.clinic.accounts.chairside import device_of
from sereniv.clinic.web.shell.sign_in import CAME_BY

STRANGERS_AT_ONCE = 2
OUR_DEVICES_AT_ONCE = 3
OURS_WAIT_S = 2.0
BUSY = 503
BEGUN = "strangers-began"

View = Callable[[HttpRequest], HttpResponse]

_strangers = threading.BoundedSemaphore(STRANGERS_AT_ONCE)
_ours = threading.BoundedSemaphore(OUR_DEVICES_AT_ONCE)


STRANGERS_BEGIN_A_MINUTE = 60


def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the sign-in, or work out a password when there is a place for it."""
    if request.method != "POST":
        return _answer(request, account.login)
    return _in_turn(request, account.login)


def by_passkey(request: HttpRequest) -> HttpResponse:
    """Ask for a passkey, or let in whose it is, when there is a place for it."""
    # A question is kept, an answer is not.
    may = request.method != "GET" or may_begin(request)
    return _in_turn(request, login_webauthn) if may else busy(request)


def may_begin(request: HttpRequest) -> bool:
    """Say whether somebody may begin what is kept of strangers; devices of the house always may."""
    if _is_ours(request):
        return True
    cache.add(BEGUN, 0, 60)
    return cache.incr(BEGUN) <= STRANGERS_BEGIN_A_MINUTE


def _in_turn(request: HttpRequest, view: View) -> HttpResponse:
    request.session.pop(CAME_BY, None)
    ours = _is_ours(request)
    places = _ours if ours else _strangers
    if not places.acquire(timeout=OURS_WAIT_S if ours else 0):
        return busy(request)
    try:
        return _answer(request, view)
    finally:
        places.release()


def busy(request: HttpRequest) -> HttpResponse:
    """Ask to try again in a moment."""
    return render(request, "account/busy.html", status=BUSY)


def _answer(request: HttpRequest, view: View) -> HttpResponse:
    answer = view(request)
    # A page that is rendered later would be rendered outside its place.
    render_now = getattr(answer, "render", None)
    return render_now() if render_now else answer


def _is_ours(request: HttpRequest) -> bool:
    device = device_of(request)
    return bool(device) and staff.is_known_device(device, timezone.now())

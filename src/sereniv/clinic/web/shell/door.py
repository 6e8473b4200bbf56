"""The door of the sign-in: few passwords are worked out at once, so that a flood of them takes no page from the chairs.

To work a password out is slow on purpose. Whoever comes from a device on which nobody has signed in waits for nobody
and holds no thread: where two are at it, the page asks to try again. Devices of the house have places of their own.
"""

import threading

from allauth.account import views as account
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from sereniv.clinic.accounts import staff
from sereniv.clinic.accounts.chairside import device_of

STRANGERS_AT_ONCE = 2
OUR_DEVICES_AT_ONCE = 3
OURS_WAIT_S = 2.0
BUSY = 503

_strangers = threading.BoundedSemaphore(STRANGERS_AT_ONCE)
_ours = threading.BoundedSemaphore(OUR_DEVICES_AT_ONCE)


def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the sign-in, or work out a password when there is a place for it."""
    if request.method != "POST":
        return _answer(request)
    ours = _is_ours(request)
    places = _ours if ours else _strangers
    if not places.acquire(timeout=OURS_WAIT_S if ours else 0):
        return render(request, "account/busy.html", status=BUSY)
    try:
        return _answer(request)
    finally:
        places.release()


def _answer(request: HttpRequest) -> HttpResponse:
    answer: HttpResponse = account.login(request)
    # A page that is rendered later would be rendered outside its place.
    render_now = getattr(answer, "render", None)
    return render_now() if render_now else answer


def _is_ours(request: HttpRequest) -> bool:
    device = device_of(request)
    return bool(device) and staff.is_known_device(device, timezone.now())

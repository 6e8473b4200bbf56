"""Quick proof of who somebody is, on a shared tablet: a PIN where they signed in before, a password anywhere.

Limits count tries by account and device and always on real time, so that one bad tablet locks out nobody else.
"""

import secrets
from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from sereniv.clinic.accounts.models import Enrolment, Staff

DEVICE_COOKIE = "device"
DEVICE_COOKIE_AGE_S = 365 * 24 * 3600
TRIES = 5
WINDOW_S = 300


class TooManyTries(Exception):  # noqa: N818  a limit, not an error
    """Five wrong tries within five minutes: wait, or use another device."""


def device_of(request: HttpRequest) -> str:
    """Return this browser's device id, "" before it has one."""
    device: str = request.get_signed_cookie(DEVICE_COOKIE, default="", max_age=DEVICE_COOKIE_AGE_S) or ""
    return device


def ensure_device(request: HttpRequest, response: HttpResponse) -> None:
    """Give a browser its device id where it has none."""
    if not device_of(request):
        response.set_signed_cookie(
            DEVICE_COOKIE,
            getattr(request, "new_device", "") or secrets.token_urlsafe(18),
            max_age=DEVICE_COOKIE_AGE_S,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )


def proven(staff: Staff, secret: str, device: str) -> bool:
    """Say whether `secret` is this person's password, or their PIN on a device they have used.

    Raises
    ------
    TooManyTries
        After five wrong tries for this person on this device within five minutes.
    """
    known_here = bool(device) and Enrolment.objects.filter(device=device, staff=staff).exists()
    return _tried(staff, device, lambda: (known_here and staff.check_pin(secret)) or staff.check_password(secret))


def proven_by_password(staff: Staff, password: str, device: str) -> bool:
    """Say whether this is the person's password, within the same limit; a PIN does not do.

    Raises
    ------
    TooManyTries
        After five wrong tries for this person on this device within five minutes.
    """
    return _tried(staff, device, lambda: staff.check_password(password))


def _tried(staff: Staff, device: str, is_right: Callable[[], bool]) -> bool:
    key = f"tries:{staff.pk}:{device}"
    if cache.get(key, 0) >= TRIES:
        raise TooManyTries
    right = staff.is_active and is_right()
    if right:
        cache.delete(key)
    else:
        cache.add(key, 0, WINDOW_S)
        cache.incr(key)
    return right


def sign_out_everywhere(staff: Staff) -> None:
    """End every session of this person, and forget every device on which their PIN worked."""
    for session in Session.objects.all():
        if session.get_decoded().get(SESSION_KEY) == str(staff.pk):
            session.delete()
    Enrolment.objects.filter(staff=staff).delete()

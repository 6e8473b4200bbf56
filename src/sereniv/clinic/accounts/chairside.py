"""Quick proof of who somebody is, on a shared tablet: a PIN where they signed in before, a password anywhere.

Limits count tries by account and device and always on real time, so that one bad tablet locks out nobody else.
"""

import secrets
from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from sereniv.clinic.accounts.models import Enrolment, Staff
from sereniv.clinic.accounts.second_factor import is_second_factor
from sereniv.knowledge import knowledge

DEVICE_COOKIE = "device"
DEVICE_COOKIE_AGE_S = 365 * 24 * 3600
TRIES = 5
WINDOW_S = 300


NOT_THEIRS = "That is not the PIN, where one is taken on this device, nor the password, of {whom}."
TRIES_USED_UP = (
    "Five wrong tries: the PIN of {whom} is no longer taken on this device. The password is, after five minutes "
    "at most; signing in here with it brings the PIN back."
)
"""The same two sentences wherever a PIN is asked for: what is said after the fifth try holds for the sixth."""


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


def is_known_on(staff: Staff, device: str) -> bool:
    """Say whether somebody signed in with their password on this device within the days of the row `enrolment`."""
    since = timezone.now() - timedelta(days=knowledge().access.enrolment.days)
    return bool(device) and Enrolment.objects.filter(device=device, staff=staff, at__gt=since).exists()


def enrol_here(staff: Staff, device: str) -> None:
    """Note that somebody has just shown their password on this device: from now on their PIN works there."""
    Enrolment.objects.update_or_create(device=device, staff=staff, defaults={"at": timezone.now()})


def forget_devices(staff: Staff) -> None:
    """Forget every device on which somebody's PIN works."""
    Enrolment.objects.filter(staff=staff).delete()


def place_of_tries(staff: Staff, device: str) -> str:
    """Name what tries are counted under: a device that knows this person, or all the others together.

    A device id is given to whoever asks, so a count for each unknown one would be no limit at all.
    """
    return f"{staff.pk}:{device if is_known_on(staff, device) else 'elsewhere'}"


def proven(staff: Staff, secret: str, device: str) -> bool:
    """Say whether `secret` is this person's password, or their PIN on a device they have used.

    Raises
    ------
    TooManyTries
        After five wrong tries for this person on this device, or on all unknown ones, within five minutes.
    """
    known_here = is_known_on(staff, device)
    return _tried(staff, device, lambda: (known_here and staff.check_pin(secret)) or staff.check_password(secret))


def proven_far_from_home(staff: Staff, password: str, code: str, device: str) -> bool:
    """Say whether password and second factor are this person's, on a device that does not know them.

    Raises
    ------
    TooManyTries
        As for `proven`; password and code are one try.
    """
    return _tried(staff, device, lambda: staff.check_password(password) and is_second_factor(staff, code))


def proven_by_password(staff: Staff, password: str, device: str) -> bool:
    """Say whether this is the person's password, within the same limit; a PIN does not do.

    Raises
    ------
    TooManyTries
        After five wrong tries for this person on this device, or on all unknown ones, within five minutes.
    """
    return _tried(staff, device, lambda: staff.check_password(password))


def _tried(staff: Staff, device: str, is_right: Callable[[], bool]) -> bool:
    key = f"tries:{place_of_tries(staff, device)}"
    cache.add(key, 0, WINDOW_S)
    # Counted before the check: tries at the same moment must not all find the count low.
    if cache.incr(key) > TRIES:
        # A PIN is short: once its tries are used up, this device asks for the password again.
        Enrolment.objects.filter(device=device, staff=staff).delete()
        raise TooManyTries
    # A first code is known to whoever handed it over: it lets its owner in, and signs for nobody.
    right = staff.is_active and staff.first_until is None and is_right()
    if right:
        cache.delete(key)
    return right


def sign_out_everywhere(staff: Staff) -> None:
    """End every session of this person, and forget every device on which their PIN worked."""
    for session in Session.objects.all():
        if session.get_decoded().get(SESSION_KEY) == str(staff.pk):
            session.delete()
    forget_devices(staff)

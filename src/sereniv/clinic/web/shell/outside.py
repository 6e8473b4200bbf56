"""Signing in by the service of another house (OpenID Connect): asked there, and let in here as a known member of staff.

Whatever goes wrong leads back to the sign-in with user name and password, which needs nobody else.
"""

import hmac
import logging
import secrets
import threading
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from sereniv.clinic import clock
from sereniv.clinic.accounts import idle
from sereniv.clinic.accounts.adapter import FACTOR_SHOWN
from sereniv.clinic.accounts.id_token import NotSaid, Question, subject_of
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.openid import (
    Client,
    NotAnsweredError,
    challenge_of,
    doors_of,
    id_token_for,
    keys_of,
)  # fmt: skip
from sereniv.clinic.records.house_events import SignInServiceEntered
from sereniv.clinic.web.shell import door
from sereniv.clinic.web.shell.sign_in import CAME_BY
from sereniv.clinic.web.shell.way_back import way_back
from sereniv.clinic.workflows.admin import sign_in_service
from sereniv.clinic.workflows.shell.acting import Act, new_key
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.sign_ins import has_ended
from sereniv.therapy.recording.refusal import Refused

log = logging.getLogger(__name__)

PENDING = "asked_outside"
"""Where a session keeps what was asked of the service, until the answer comes, once."""

ON = "goes_on_outside"
"""Where a session keeps the address of the service until the page that leads there is asked for."""

ANSWERED_WITHIN = timedelta(minutes=10)
AT_ONCE = 4
LONGEST_CODE = 4096
_places = threading.BoundedSemaphore(AT_ONCE)
"""Whoever waits for the service takes no place from whoever signs in with a password."""

NOT_ANSWERED = "{name} does not answer. Sign in with your user name and password."
NOT_SAID = "{name} did not say who you are in a way that is taken here. Sign in with your user name and password."
NOT_LINKED = (
    "Nobody who is let in here is linked to that sign-in. Sign in with your user name and password, then link it under "
    "your name."
)


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Lead somebody to the service, who then comes back to be let in."""
    service = sign_in_service.service()
    if isinstance(request.user, Staff) or service is None:
        return redirect("account_login")
    if not door.may_begin(request):
        return door.busy(request)
    return lead_on(request, service, link_for=None, then=way_back(request))


def lead_on(request: HttpRequest, service: SignInServiceEntered, *, link_for: int | None, then: str) -> HttpResponse:
    """Lead to the page that goes on to the service; `link_for` is who is to be linked, None where somebody signs in."""
    if not _places.acquire(blocking=False):
        return door.busy(request)
    try:
        doors = doors_of(service.issuer)
    except NotAnsweredError as error:
        return _not_let_in(request, service, NOT_ANSWERED, str(error), link_for)
    finally:
        _places.release()
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    request.session[PENDING] = {
        "state": state, "nonce": nonce, "verifier": verifier, "issuer": service.issuer, "client": service.client_id,
        "at": clock.real_now().isoformat(), "link_for": link_for, "then": then,
    }  # fmt: skip
    asked = {
        "response_type": "code", "client_id": service.client_id, "redirect_uri": address_back(request),
        "scope": "openid", "state": state, "nonce": nonce, "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256", "prompt": "login", "max_age": "0",
    }  # fmt: skip
    address = f"{doors.authorize}{'&' if '?' in doors.authorize else '?'}{urlencode(asked)}"
    request.session[ON] = {"address": address, "name": service.name}
    # A form of ours may send to nobody but us, and a browser holds what follows a form to that, too: a page leads on.
    return redirect("sign_in_on")


@require_GET
def on(request: HttpRequest) -> HttpResponse:
    """Lead on to the service, once."""
    found = request.session.pop(ON, None)
    return render(request, "account/outside.html", found) if isinstance(found, dict) else redirect("account_login")


def address_back(request: HttpRequest) -> str:
    """Return where the service sends people back to, as it has to be registered there."""
    return request.build_absolute_uri(reverse("sign_in_back"))


@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Take the service's answer, once: let in whoever is linked to it, or link whoever asked for that."""
    pending, service = request.session.pop(PENDING, None), sign_in_service.service()
    if service is None:
        return redirect("account_login")
    asked = pending if isinstance(pending, dict) else None
    link_for = asked["link_for"] if asked is not None else None
    if not _places.acquire(blocking=False):
        return door.busy(request)
    try:
        subject = _subject(request, asked, service)
    except NotAnsweredError as error:
        return _not_let_in(request, service, NOT_ANSWERED, str(error), link_for)
    except NotSaid as error:
        return _not_let_in(request, service, NOT_SAID, str(error), link_for)
    finally:
        _places.release()
    if asked is not None and link_for is not None:
        return _link(request, service, subject, link_for)
    return _let_in(request, service, subject, asked["then"] if asked is not None else "/")


def _subject(request: HttpRequest, asked: dict[str, Any] | None, service: SignInServiceEntered) -> str:
    """Return whom the service names; raises NotSaid or NotAnsweredError."""
    now = clock.real_now()
    if asked is None or not hmac.compare_digest(asked["state"].encode(), request.GET.get("state", "").encode()):
        raise NotSaid("nobody here asked (state)")
    at = datetime.fromisoformat(asked["at"])
    if now - at > ANSWERED_WITHIN:
        raise NotSaid("the answer came too late")
    if (asked["issuer"], asked["client"]) != (service.issuer, service.client_id):
        raise NotSaid("another service was asked")
    code, named = request.GET.get("code", ""), request.GET.get("iss")
    if not 1 <= len(code) <= LONGEST_CODE:
        raise NotSaid("it brought no code")
    if named is not None and named != service.issuer:
        raise NotSaid("another issuer answered (iss)")
    doors = doors_of(service.issuer)
    if doors.names_itself and named is None:
        raise NotSaid("the issuer did not name itself (iss)")
    client = Client(client_id=service.client_id, secret=sign_in_service.secret_of(service))
    token = id_token_for(code, asked["verifier"], address_back(request), client, doors)
    question = Question(issuer=service.issuer, client_id=service.client_id, nonce=asked["nonce"], asked_at=at)
    return subject_of(token, keys_of(doors), question, now)


def _let_in(request: HttpRequest, service: SignInServiceEntered, subject: str, then: str) -> HttpResponse:
    if isinstance(request.user, Staff):
        return redirect("board")
    person = sign_in_service.linked_to(service.issuer, subject)
    if person is None or not person.is_active or person.first_until is not None:
        return _not_let_in(request, service, NOT_LINKED, "nobody is linked", None, person)
    request.session[CAME_BY] = f" through {service.name}"
    if service.shows_second_factor:
        setattr(request, FACTOR_SHOWN, person.pk)
    answer: HttpResponse = perform_login(request, person, redirect_url=then)
    return answer


def _link(request: HttpRequest, service: SignInServiceEntered, subject: str, link_for: int) -> HttpResponse:
    real, me = clock.real_now(), request.user
    if not isinstance(me, Staff) or me.pk != link_for or has_ended(request.session, real, me):
        return _not_let_in(request, service, NOT_SAID, "whoever asked is not signed in", None)
    if idle.is_locked(request.session, real, rules_in_force(clock.now()).sign_in):
        return _not_let_in(request, service, NOT_SAID, "the screen has locked", link_for)
    try:
        sign_in_service.link(service.issuer, subject, Act(by=me, now=clock.now(), key=new_key()))
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Linked: from now on {service.name} lets you in here, too.")
    return redirect("my_service")


def _not_let_in(
    request: HttpRequest,
    service: SignInServiceEntered,
    words: str,
    why: str,
    link_for: int | None,
    person: Staff | None = None,
) -> HttpResponse:
    """Lead back with words, and keep why: in the audit that somebody was not let in, in the log what was wrong."""
    log.warning("A sign-in by another house's service was refused: %s", why)
    messages.error(request, words.format(name=service.name))
    if link_for is not None:
        return redirect("my_service")
    if words is not NOT_ANSWERED:
        credentials = {"username": person.username if person is not None else ""}
        user_login_failed.send(sender=__name__, credentials=credentials, request=request)
    return redirect("account_login")

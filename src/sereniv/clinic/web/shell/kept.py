"""What was typed into a form whose sign-in had ended, or under somebody else's: kept on the server, never recorded.

It lies in the browser's session beside everything else of the home, and only whoever typed it gets it back.
"""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from sereniv.clinic import clock
from sereniv.clinic.web.shell.form_parts import FILLED_IN

KEPT = "kept"
TYPED_BY = "typed_by"
NUMBER = "kept_number"
KEPT_NOW = "was_kept"
"""What a request bears whose own form was kept: its answer leads on, and yet nothing of it was taken."""
MOST = 20
BAD_REQUEST = 400
LONGEST = timedelta(hours=12)
SECRET = re.compile(r"secret|password|code|pin\b")
OF_THE_FRAME = frozenset({"csrfmiddlewaretoken", TYPED_BY, NUMBER})
UNSEEN = OF_THE_FRAME | {"key", "expected_seq", "seen", "next", "meant", FILLED_IN}
NEVER = frozenset(
    {
        "lock",
        "unlock",
        "touch",
        "switch",
        "demo_clock",
        "session_help",
        "session_seen",
        "kept",
        "kept_drop",
        "my_pin",
        "unsent_key",
    }
)
"""Forms that hold nothing to keep: of the frame itself, and the call for help, which is not for later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One form that was not taken: its address, its fields, who had typed it ("" where nobody knows), and when."""

    number: int
    path: str
    by: str
    at: str
    fields: list[list[str]]

    @property
    def typed_at(self) -> datetime:
        """When it was sent."""
        return clock.on_the_wall(datetime.fromisoformat(self.at))

    @property
    def shown(self) -> list[tuple[str, str]]:
        """What somebody typed, by the names of the fields."""
        return shown_of(self.fields)

    @property
    def key(self) -> str:
        """The one-time key of the form, "" where it has none."""
        return next((value for name, value in self.fields if name == "key"), "")


ONE_TAP = frozenset({"done", "given", "pick", "tapped"})
"""Buttons that chart by themselves, on pages that may hold no field for the time: their forms all know `when`."""


def shown_of(fields: list[list[str]]) -> list[tuple[str, str]]:
    """Return what somebody typed, by the names of the fields."""
    return [(name.replace("_", " "), value) for name, value in fields if value and name not in UNSEEN]


def may_be_kept(request: HttpRequest) -> bool:
    """Say whether a form of ours was sent, by a page of ours, that holds something to keep."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    return request.method == "POST" and name not in NEVER and not name.startswith(("account_", "mfa_", "gateway_"))


def keep(request: HttpRequest, by: str) -> bool:
    """Keep what was typed, but for secrets, once however often it was pressed; False where no more finds a place.

    What waits already is never pushed out by what comes after it.
    """
    setattr(request, KEPT_NOW, True)
    before = list(_all(request))
    number = max((each.number for each in before), default=0) + 1
    at, fields = clock.now().isoformat(), typed_fields(request)
    kept = Kept(number=number, path=request.get_full_path(), by=by, at=at, fields=fields)
    if any((each.path, each.by, each.shown, each.key) == (kept.path, by, kept.shown, kept.key) for each in before):
        return True
    if len(before) >= MOST:
        messages.error(request, FULL)
        return False
    _put(request, [*before, kept])
    return True


FULL = (
    f"{MOST} forms wait here already: this one was not kept, and is not recorded. "
    "Write it down, then send or throw away those."
)
"""Said in place of keeping."""


def typed_fields(request: HttpRequest) -> list[list[str]]:
    """Return what a form brought, but for secrets; a time left blank becomes that of sending, when it happened."""
    now = clock.now()
    typed = [
        [name, value]
        for name, values in request.POST.lists()
        for value in values
        if name not in OF_THE_FRAME and not SECRET.search(name)
    ]
    names = {name for name, _ in typed}
    if ONE_TAP & names and "when" not in names:
        typed = [*typed, ["when", ""]]
    if ["when", ""] not in typed:
        return typed
    filled = [[name, f"{now:%H:%M}" if name == "when" and not value else value] for name, value in typed]
    return [*filled, [FILLED_IN, "yes"]]


def sent(request: HttpRequest, response: HttpResponse) -> None:
    """Let go of what was kept once it was taken: a page that sends it on, not one that asks for something.

    A page that asked has no number on it, but the form's key: mended there and sent, it is recorded all the same.
    """
    is_taken = request.method == "POST" and response.status_code < BAD_REQUEST and not hasattr(request, KEPT_NOW)
    if not is_taken:
        return
    number, key = request.POST.get(NUMBER, ""), request.POST.get("key", "")
    path = request.get_full_path()
    taken = {
        each.number
        for each in _all(request)
        if str(each.number) == number or (key and (each.key, each.path) == (key, path))
    }
    if taken:
        _put(request, (each for each in _all(request) if each.number not in taken))


def kept_for(request: HttpRequest, username: str) -> tuple[Kept, ...]:
    """Return what somebody gets back: what they typed, and what nobody knows the author of."""
    return tuple(each for each in _all(request) if each.by in {username, ""})


def others_kept(request: HttpRequest, username: str) -> tuple[str, ...]:
    """Return who else has something kept on this screen."""
    return tuple(sorted({each.by for each in _all(request)} - {username, ""}))


def drop(request: HttpRequest, number: int) -> None:
    """Throw one away: it was sent, or is not wanted any more."""
    _put(request, [each for each in _all(request) if each.number != number])


def typed_by_another(post: QueryDict, username: str) -> str:
    """Return who was signed in on the page a form was typed on, "" where that is whoever sends it or nobody knows."""
    typed_by = str(post.get(TYPED_BY, ""))
    return typed_by if typed_by != username else ""


WORDS = "The sign-in had ended. Nothing was recorded. What you typed is kept here and comes back when you sign in."


def to_sign_in(request: HttpRequest, by: str) -> HttpResponse:
    """Keep what a form brought, and lead to the sign-in and from there back to it; without a form, to its page."""
    if not may_be_kept(request):
        address = request.get_full_path() if request.method == "GET" else ""
        return redirect(
            f"{settings.LOGIN_ADDRESS}?{urlencode({'next': address})}" if address else settings.LOGIN_ADDRESS
        )
    if keep(request, by):
        messages.warning(request, WORDS)
    return redirect(f"{settings.LOGIN_ADDRESS}?{urlencode({'next': reverse('kept')})}")


def carried(before: Any, request: HttpRequest) -> None:  # noqa: ANN401  whatever the session held
    """Carry what is kept over into the new session that a sign-in, a sign-out or another person begins."""
    if before and KEPT not in request.session:
        request.session[KEPT] = before


def _all(request: HttpRequest) -> Iterable[Kept]:
    since = clock.now() - LONGEST
    for each in request.session.get(KEPT) or []:
        kept = Kept(**each)
        if kept.typed_at >= since:
            yield kept


def _put(request: HttpRequest, kept: Iterable[Kept]) -> None:
    request.session[KEPT] = [asdict(each) for each in kept]

"""The one way a form becomes an act: parse, build the act, call the workflow, redirect, or show what to mend."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from django.contrib import messages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sereniv.clinic import clock
from sereniv.clinic.accounts.chairside import device_of
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records.conflict import Conflict, Superseded
from sereniv.clinic.records.sent_again import in_order
from sereniv.clinic.web.shell.form_parts import ActForm, MeantMixin
from sereniv.clinic.web.shell.lock import is_locked
from sereniv.clinic.web.shell.told_at_once import to_ask
from sereniv.clinic.web.shell.unwritten import UNAVAILABLE, why_not_taken
from sereniv.clinic.workflows.shell.acting import Act, NotPermitted, act_of_a_locked_screen, names_of_staff, new_key
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.recording.refusal import Malformed, Refused, Unsure

UNPROCESSABLE = 422
DRAWN_FROM = "drawn_from"
SEEN_SHAPE = re.compile(r"[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One form page: its words, and where it leads back to; `onward` is asked for where to go once the act is done."""

    title: str
    button: str
    back: str
    intro: str = ""
    template: str = "shell/sheet.html"
    context: dict[str, Any] = field(default_factory=dict)
    onward: Callable[[], str] | None = None
    dangerous: bool = False
    """True where the button undoes what cannot be done again: it is then no page's primary action."""
    why_not: str = ""
    """Why this cannot be done as things stand: the page says so before anything is typed, and asks for nothing."""


class Caution(str):
    """A sentence shown afterwards that still asks something of the reader: drawn as a warning, never as success."""

    __slots__ = ()


Perform = Callable[[Any, Act], str | None]
"""Takes the valid form and the act; returns a sentence to show afterwards, or None."""


def why_refused(demand: Callable[[Any], None], chart: object) -> str:
    """Say why a chart as it stands refuses something, so that the page says it before anybody types; "" where not."""
    try:
        demand(chart)
    except Refused as no:
        return no.reason
    return ""


def staff_of(request: HttpRequest) -> Staff:
    """Return who is signed in; access control has made sure that somebody is."""
    return cast("Staff", request.user)


def act_of(request: HttpRequest, key: str = "", co_signer: Staff | None = None) -> Act:
    """Build an act of the signed-in person, now; on a locked screen, of nobody by name."""
    if is_locked(request):
        return act_of_a_locked_screen(clock.now(), key)
    return Act(by=staff_of(request), now=clock.now(), key=key or new_key(), co_signer=co_signer, seen=seen_by(request))


def drawn_from(request: HttpRequest) -> int | None:
    """Return the ledger's last entry before this page was made, which its forms carry; None on a page from outside."""
    return getattr(request, DRAWN_FROM, None)


def seen_by(request: HttpRequest) -> int | None:
    """Return the last entry of the ledger that the page of a sent form was drawn from, None where it carries none."""
    seen = str(request.POST.get("seen", ""))
    return int(seen) if SEEN_SHAPE.fullmatch(seen) else None


def form_for(request: HttpRequest, form_class: type[ActForm], **keywords: Any) -> Any:  # noqa: ANN401  any form
    """Build a form, bound on POST, that knows this device, the time and who is signed in."""
    data = request.POST if request.method == "POST" else None
    by = request.user if isinstance(request.user, Staff) else None
    initial = {"seen": drawn_from(request), **(keywords.pop("initial", None) or {})}
    return form_class(data, device=device_of(request), now=clock.now(), by=by, initial=initial, **keywords)


def perform(request: HttpRequest, form: ActForm, action: Perform) -> bool:
    """Run `action` for a valid form; False, with the reason on the form, when it did not happen."""
    if not form.is_valid():
        return False
    asked_before = to_ask(request)
    try:
        act = act_of(request, in_order(form.act_key), form.cleaned_data.get("second_person"))
        said = action(form, act)
    except (Malformed, Refused, NotPermitted) as no:
        form.add_error(None, str(no))
        return False
    except Unsure as unsure:
        if isinstance(form, MeantMixin):
            form.ask(unsure)
        else:
            form.add_error(None, unsure.question)
        return False
    except Superseded as found:
        form.add_error(None, found.words(rules_in_force(clock.now()), names_of_staff()))
        form.conflicted = True
        form.look_again(found.last)
        return False
    except Conflict as conflict:
        form.add_error(None, f"{conflict} Look at the chart, then decide again; what you typed is still here.")
        form.conflicted = True
        return False
    except OperationalError as error:
        form.add_error(None, why_not_taken(error))
        form.was_not_taken = True
        return False
    opened = [each for entry, each in to_ask(request).items() if entry not in asked_before]
    for each in opened:
        if each.is_written or not isinstance(said, Caution):
            said = Caution(" ".join(filter(None, (said, each.words))))
    if said:
        (messages.warning if isinstance(said, Caution) else messages.success)(request, said)
    return True


def sheet(
    request: HttpRequest, form: ActForm, words: Sheet, action: Perform, current_seq: Callable[[], int] | None = None
) -> HttpResponse:
    """Show a form page, or perform it and go back.

    `current_seq` gives the chart's number anew after a conflict, so that the next try decides on what is now there.
    """
    if request.method == "POST" and perform(request, form, action):
        return go_back(request, words.onward() if words.onward else words.back)
    status = (UNAVAILABLE if form.was_not_taken else UNPROCESSABLE) if form.is_bound else 200
    if form.conflicted and current_seq is not None:
        form.decide_anew(current_seq())
    return render(request, words.template, {"form": form, "sheet": words, **words.context}, status=status)


def go_back(request: HttpRequest, address: str) -> HttpResponse:
    """Send the browser on after an act."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)

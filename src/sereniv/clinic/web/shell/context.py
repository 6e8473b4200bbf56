"""What every page shows: the home's state, its clock, and who is signed in."""

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from sereniv.clinic import clock
from sereniv.clinic.accounts.idle import locks_after
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.demo.people import PASSWORD, STAFF
from sereniv.clinic.home import Kind
from sereniv.clinic.web.shell import kept
from sereniv.clinic.web.shell.addresses import ROUTES, Open
from sereniv.clinic.web.shell.lock import ALWAYS, is_locked
from sereniv.clinic.workflows.admin import sign_in_service
from sereniv.clinic.workflows.chair import calling, ringing
from sereniv.clinic.workflows.ledger import seen
from sereniv.clinic.workflows.shell import this_clinic as houses
from sereniv.clinic.workflows.shell.in_force import rules_in_force

WITHOUT_NETWORK = "without_network"
HEAD = "ledger_head"
"""The attribute of a request that holds the ledger's head before its page was made."""


def house(request: HttpRequest) -> dict[str, Any]:
    """Return the page frame's content."""
    home = houses.served_home()
    user = getattr(request, "user", None)
    # A patient may hold a tablet on which somebody of the staff is signed in: their page shows nothing of the clinic's.
    staff = user if isinstance(user, Staff) and not _is_for_patient(request) else None
    here = clock.now().astimezone(ZoneInfo(home.timezone))
    offset = here.utcoffset() or timedelta(0)
    return {
        "home_state": houses.state(),
        "clock_label": clock.clock().label,
        "clock_rate": f"{clock.clock().rate:g}",
        "has_injected_clock": home.has_injected_clock,
        "home_now": here,
        "offset_min": offset // timedelta(minutes=1),
        "staff": staff,
        "is_nobody": _is_nobody(request),
        "head_seen": seen.on_a_page(getattr(request, HEAD, None)) if staff is not None else None,
        "locked": is_locked(request),
        "open_when_locked": request.resolver_match is not None and request.resolver_match.view_name in ALWAYS,
        "locks_after_s": locks_after(rules_in_force(clock.now()).sign_in) // timedelta(seconds=1),
        **(_demo_sign_ins() if home.kind is Kind.DEMO and staff is None else {}),
        "is_withheld": getattr(request, "is_withheld", False),
        "restricted": getattr(request, "restricted", None) if staff is not None else None,
        **(_calls(staff) if staff is not None else {}),
        "at_chair": _at_chair(request),
        "sign_in_service": _service(request),
        "kept_count": len(kept.kept_for(request, staff.username)) if staff is not None else 0,
        "may": {permission.name.lower(): bool(staff and staff.may(permission)) for permission in Permission},
    }


def _service(request: HttpRequest) -> str:
    """Return what the service is called by which staff may sign in, where they do."""
    shown = request.resolver_match.view_name if request.resolver_match else ""
    found = sign_in_service.service() if shown == "account_login" else None
    return found.name if found is not None else ""


def _is_nobody(request: HttpRequest) -> bool:
    """Say whether nobody is signed in, so that a tablet lets go of keys and sheets.

    An error may not know, and the page that stands in without a network is fetched as nobody's.
    """
    shown = request.resolver_match.view_name if request.resolver_match else ""
    user = getattr(request, "user", None)
    return user is not None and not isinstance(user, Staff) and shown != WITHOUT_NETWORK


def _is_for_patient(request: HttpRequest) -> bool:
    return request.resolver_match is not None and ROUTES.get(request.resolver_match.view_name) is Open.INVITED


def _calls(staff: Staff) -> dict[str, Any]:
    """Return the calls for help that stand on every screen, what else to do at one, and which prompts ring."""
    rings = ringing.ringing(clock.now()) if staff.may(Permission.READ_SESSIONS) else ()
    return {
        "calls_for_help": calling.help_open(),
        "help_words": calling.help_words(),
        "rings": json.dumps([asdict(each) for each in rings]),
    }


def _at_chair(request: HttpRequest) -> str:
    """Return at which session's chair the page stands, by its address or by what it says of itself; "" elsewhere."""
    said = request.resolver_match.kwargs.get("session_id", "") if request.resolver_match else ""
    return str(said or request.headers.get("X-Listens", ""))


def _demo_sign_ins() -> dict[str, Any]:
    return {"demo_sign_ins": STAFF, "demo_password": PASSWORD}

"""One line for one address: where it lies, what it shows, its name, and who may see it."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path

from sereniv.clinic.accounts.permissions import Permission


class Open(Enum):
    """Addresses that need no role."""

    PUBLIC = "anybody"
    SIGNED_IN = "anybody who is signed in"
    INVITED = "whoever holds a link made for a patient; the view checks it"
    TOKEN = "a machine that shows a token or a signature; the view checks it"  # noqa: S105  a description, not a secret


Need = Permission | Open

ROUTES: dict[str, Need] = {}
"""What each address needs, by its name, filled as `clinic.urls` is read; a name without a line is refused."""

PERSON = "people/<uuid:person_id>/"
INVITED = "q/<str:token>/"
SESSION = "sessions/<uuid:session_id>/"
VIAL = "stock/<uuid:vial_id>/"


def address(
    route: str, view: Callable[..., HttpResponseBase], name: str, need: Need, given: dict[str, Any] | None = None
) -> URLPattern:
    """Return one address, its need written down. `given` is what the view is told beside what the address says."""
    _needs(name, need)
    return path(route, view, given or {}, name=name)


def addresses_of(route: str, urls: str, needs: Mapping[str, Need]) -> URLResolver:
    """Return the addresses that a library brings along below a route, each with its need."""
    for name, need in needs.items():
        _needs(name, need)
    return path(route, include(urls))


def _needs(name: str, need: Need) -> None:
    if ROUTES.setdefault(name, need) is not need:
        raise ValueError(f"Two addresses are named {name} and need different things; give each a name of its own.")

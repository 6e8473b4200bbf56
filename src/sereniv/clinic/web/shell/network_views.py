"""What a tablet needs to go on without a network: the script that stands for every page, the page itself, and a key."""

import json
import re
from base64 import b64encode
from datetime import timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_GET, require_POST

from sereniv.clinic import clock
from sereniv.clinic.accounts import idle
from sereniv.clinic.accounts.chairside import device_of
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.shell.acts import staff_of
from sereniv.clinic.workflows.chair.spare_sheets import sheets_that_stay
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import served_home

TEMPLATES = ("shell/base.html", "shell/without_network.html")
LINKED = re.compile(r"""{% static '([^']+)' %}""")
IMPORTED = re.compile(r"""^import .* from "\./([a-z_]+\.js)";$""", re.MULTILINE)
WORKER = "sereniv/worker.js"


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """Give the script that stands for every page, from where a browser lets it; it says first what is to be kept."""
    del request
    parts = parts_of_the_page()
    kept = {
        "version": _version(parts),
        "page": reverse("without_network"),
        "parts": [static(each) for each in parts],
    }
    script = f"self.KEPT = {json.dumps(kept)};\n{_text(WORKER)}"
    return HttpResponse(script, content_type="text/javascript")


@require_GET
def without_network(request: HttpRequest) -> HttpResponse:
    """Give the page that a browser shows where the server cannot be reached; it names nobody."""
    return render(request, "shell/without_network.html")


@require_POST
def unsent_key(request: HttpRequest) -> JsonResponse:
    """Give whoever is signed in the key under which this tablet keeps what they typed; nobody else is given it.

    With it goes for how many seconds it holds, no longer than the sign-in, and which of the sheets that lie there stay.
    """
    me = staff_of(request)
    about = f"{me.username}\n{device_of(request)}"
    key = salted_hmac("sereniv.unsent", about, secret=served_home().waiting_key(), algorithm="sha256").digest()
    lying = request.POST.getlist("sheet") if me.may(Permission.CHART) else []
    answer = {
        "by": me.username,
        "key": b64encode(key).decode(),
        "keeps_s": idle.lasts(request.session, clock.real_now(), rules_in_force(clock.now()).sign_in)
        // timedelta(seconds=1),
        "stays": [str(each) for each in sheets_that_stay(lying)],
    }
    return JsonResponse(answer)


@cache
def parts_of_the_page() -> tuple[str, ...]:
    """Return every style and script that the page without a network is made of, and what those scripts import."""
    found: list[str] = []
    waiting = [name for each in TEMPLATES for name in LINKED.findall(_source(each))]
    while waiting:
        name = waiting.pop(0)
        if name in found:
            continue
        found.append(name)
        if name.endswith(".js"):
            waiting += [f"{name.rpartition('/')[0]}/{each}" for each in IMPORTED.findall(_text(name))]
    return tuple(found)


def _source(template: str) -> str:
    return str(getattr(get_template(template), "template").source)  # noqa: B009  the backend's own, without a type


@cache
def _version(parts: tuple[str, ...]) -> str:
    content = "".join([*map(_source, TEMPLATES), *map(_text, (*parts, WORKER))])
    return sha256(content.encode()).hexdigest()[:16]


def _text(name: str) -> str:
    path = finders.find(name)
    if not isinstance(path, str):
        raise FileNotFoundError(name)
    return Path(path).read_text(encoding="utf-8")

"""What a tablet needs to go on without a network: the script that stands for every page, the page itself, and a key."""

import json
import re
from base64 import b64encode
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

from sereniv.clinic.accounts.chairside import device_of
from sereniv.clinic.web.shell.acts import staff_of

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
    """Give whoever is signed in the key under which this tablet keeps what they typed; nobody else is given it."""
    about = f"{staff_of(request).username}\n{device_of(request)}"
    key = salted_hmac("sereniv.unsent", about, algorithm="sha256").digest()
    return JsonResponse({"key": b64encode(key).decode()})


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

"""Where an app asks for an export, asks how far it is, calls it off, and takes its files: its own, nobody else's."""

from collections.abc import Sequence
from email.utils import format_datetime

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from sereniv.clinic import clock
from sereniv.clinic.gateway.fhir.bulk import exports
from sereniv.clinic.gateway.smart.tokens import Caller
from sereniv.clinic.records import bulk_files
from sereniv.clinic.workflows.shell.this_clinic import served_home
from sereniv.exchange.fhir.bulk import NDJSON, PATIENT, SYSTEM, is_allowed, manifest, read_kick_off
from sereniv.exchange.fhir.outcome import Failed, not_found
from sereniv.exchange.fhir.table import TABLE
from sereniv.exchange.fhir.written import written

EXPORT = "$export"
STATUS = "$export-status"
ASK_AGAIN_S = 5
LEVELS = {(EXPORT,): SYSTEM, ("Patient", EXPORT): PATIENT}


def is_its_address(parts: Sequence[str]) -> bool:
    """Say whether an address is one of an export's."""
    return tuple(parts) in LEVELS or parts[:1] == [STATUS]


def answer(
    request: HttpRequest, parts: Sequence[str], pairs: Sequence[tuple[str, str]], caller: Caller, base: str
) -> HttpResponseBase:
    """Answer one request about an export."""
    if tuple(parts) in LEVELS:
        _demand_method(request, "GET")
        return _kick_off(request, LEVELS[tuple(parts)], pairs, caller, base)
    key = parts[1] if len(parts) > 1 else ""
    asked = bulk_files.asked_of(served_home(), key)
    if asked is None or asked["app"] != caller.app.app:
        raise not_found("export of this id")
    match parts[2:]:
        case []:
            _demand_method(request, "GET", "DELETE")
            return _called_off(key) if request.method == "DELETE" else _standing(key)
        case [name]:
            _demand_method(request, "GET")
            return _file(key, name, caller)
    raise not_found("file of this name")


def _kick_off(
    request: HttpRequest, level: str, pairs: Sequence[tuple[str, str]], caller: Caller, base: str
) -> HttpResponse:
    if "respond-async" not in request.headers.get("Prefer", ""):
        raise Failed(400, "required", "Ask with Prefer: respond-async; an export is written in the background.")
    wanted = read_kick_off(pairs, level, caller.scopes)
    if exports.is_one_too_many(caller.app.app):
        words = f"{exports.MOST_OF_AN_APP} exports of this app are being written. Take or call off those first."
        raise Failed(429, "throttled", words, wait_s=60)
    home, began = served_home(), clock.now()
    address = request.build_absolute_uri()
    key = bulk_files.begin(home, {"app": caller.app.app})
    status = f"{base}/{STATUS}/{key}"
    order = exports.Order(
        home=home, key=key, wanted=wanted, recorder=caller.recorder,
        manifest=lambda counts: manifest(address, began, status, counts),
    )  # fmt: skip
    exports.start(order, caller.app.app)
    found = _unstored(HttpResponse(status=202))
    found["Content-Location"] = status
    return found


def _standing(key: str) -> HttpResponse:
    """Say how far an export is: 202 while it is written, 200 with the manifest, 500 where nothing will come."""
    home = served_home()
    export = exports.in_the_making(key)
    done, until = bulk_files.manifest_of(home, key), bulk_files.until(home, key)
    if done is not None and until is not None:
        found = _unstored(HttpResponse(written(done), content_type="application/json"))
        found["Expires"] = format_datetime(until, usegmt=True)
        return found
    if export is None:
        raise Failed(500, "exception", "It could not be written: the server ended, or its disk is full. Ask anew.")
    found = _unstored(HttpResponse(status=202))
    found["X-Progress"] = export.words
    found["Retry-After"] = str(ASK_AGAIN_S)
    return found


def _called_off(key: str) -> HttpResponse:
    exports.call_off(key)
    bulk_files.drop(served_home(), key)
    return _unstored(HttpResponse(status=202))


def _file(key: str, name: str, caller: Caller) -> HttpResponseBase:
    type_name = name.removesuffix(".ndjson")
    place = bulk_files.lines(served_home(), key, name)
    if place is None or type_name not in TABLE:
        raise not_found("file of this name")
    # What the app may read now: it may have been limited since it asked.
    if not is_allowed(type_name, caller.scopes):
        raise Failed(403, "forbidden", f"This token does not allow it: it takes system/{type_name}.rs.")
    found = FileResponse(place.open("rb"), content_type=NDJSON)
    found["Cache-Control"] = "no-store"
    return found


def _demand_method(request: HttpRequest, *methods: str) -> None:
    if request.method not in methods:
        raise Failed(405, "not-supported", f"{' and '.join(methods)} is answered here.")


def _unstored(found: HttpResponse) -> HttpResponse:
    found["Cache-Control"] = "no-store"
    return found

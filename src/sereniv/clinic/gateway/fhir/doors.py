"""FHIR's addresses: who asks is known first, then what; whatever is wrong is said as an OperationOutcome."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from sereniv import __version__
from sereniv.clinic import clock
from sereniv.clinic.gateway.allowance import Allowance
from sereniv.clinic.gateway.fhir import receiving
from sereniv.clinic.gateway.fhir.bulk import doors as bulk_doors
from sereniv.clinic.gateway.fhir.searches import Reader
from sereniv.clinic.gateway.smart.tokens import Caller, caller_of
from sereniv.clinic.gateway.smart.views import token_address
from sereniv.clinic.workflows.exchanging import records
from sereniv.clinic.workflows.looks.record_views import looked_at
from sereniv.exchange.fhir import bundle
from sereniv.exchange.fhir.capability import capability
from sereniv.exchange.fhir.names import RECEIVED
from sereniv.exchange.fhir.outcome import Failed, not_found, outcome
from sereniv.exchange.fhir.scopes import allows
from sereniv.exchange.fhir.searching import Rules, read_search
from sereniv.exchange.fhir.table import TABLE, Served
from sereniv.exchange.fhir.written import MEDIA_TYPE, Resource, written

REQUESTS = Allowance(most=1200, within=timedelta(minutes=1))
"""Requests of one app: twenty a second, far above what reading a clinic needs, and far below what slows its pages."""

LONGEST_QUERY = 8000
MOST_PARAMETERS = 100
READS = "application/fhir+json"
FORMATS = frozenset({"json", READS, "application/json", "application/json+fhir", "text/json"})

log = logging.getLogger(__name__)

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request: by whom, below which address, with which parameters, and whether unknown ones are refused."""

    caller: Caller
    base: str
    pairs: Pairs
    strict: bool


@csrf_exempt
def door(request: HttpRequest, rest: str = "") -> HttpResponseBase:
    """Answer one request at any address of FHIR."""
    try:
        return _answer(request, [part for part in rest.split("/") if part])
    except Failed as no:
        return _failed(no)
    except RequestDataTooBig:
        return _failed(Failed(413, "too-long", "This request is too large."))
    except OperationalError:
        log.exception("The database did not answer a request for FHIR.")
        return _failed(Failed(503, "transient", "The record cannot be read just now. Ask again in a moment."))
    except Exception:
        log.exception("A request for FHIR failed.")
        return _failed(Failed(500, "exception", "This went wrong here. It is in the server's log."))


def _answer(request: HttpRequest, parts: list[str]) -> HttpResponseBase:
    is_bulk = bulk_doors.is_its_address(parts)
    if not is_bulk:
        _demand_json(request)
    base = request.build_absolute_uri("/fhir")
    if parts == ["metadata"]:
        _demand_method(request, "GET")
        return _sent(capability(base, token_address(request), clock.real_now(), __version__))
    caller = _caller(request)
    wait_s = REQUESTS.wait_s(caller.app.app, clock.real_now())
    if wait_s:
        raise Failed(429, "throttled", f"Too many requests. Ask again in {wait_s} s.", wait_s=wait_s)
    if is_bulk:
        return bulk_doors.answer(request, parts, _pairs(request, parts), caller, base)
    if request.method == "POST" and (not parts or (len(parts) == 1 and parts[0] in RECEIVED)):
        return receiving.answer(request, parts, caller, base)
    strict = "handling=strict" in request.headers.get("Prefer", "").replace(" ", "")
    asked = Asked(caller=caller, base=base, pairs=_pairs(request, parts), strict=strict)
    if parts[1:] and parts[0] in RECEIVED and parts[1].endswith("-received"):
        return _read_back(request, parts, asked)
    return _sent(_resource(request, parts, asked))


def _read_back(request: HttpRequest, parts: list[str], asked: Asked) -> HttpResponse:
    _demand_method(request, "GET")
    _demand(asked, TABLE[parts[0]], "r")
    if parts[2:] not in ([], ["_history", "1"]):
        raise not_found("version of this number")
    return receiving.read_back(parts[0], parts[1], asked.caller)


def _resource(request: HttpRequest, parts: list[str], asked: Asked) -> Resource:
    row = TABLE.get(parts[0]) if parts else None
    if row is None:
        raise Failed(404, "not-supported", "This server has no such type; see /fhir/metadata.")
    _demand_method(request, "POST" if parts[1:] == ["_search"] else "GET")
    reader = Reader(clinic=records.clinic_of(clock.now()), scopes=asked.caller.scopes)
    match parts[1:]:
        case [] | ["_search"] if row.is_searched:
            found = _search(row, reader, asked)
        case [resource_id]:
            _demand(asked, row, "r")
            found = reader.versions(row.name, resource_id).now
        case [resource_id, "_history"] if row.is_versioned:
            _demand(asked, row, "r")
            found = bundle.history(reader.versions(row.name, resource_id).all, asked.base, clock.now())
        case [resource_id, "_history", version] if row.is_versioned:
            _demand(asked, row, "r")
            found = _version(reader.versions(row.name, resource_id).all, version)
        case [resource_id, "$everything"] if row.name == "Patient":
            found = _everything(resource_id, reader, asked)
        case _:
            raise Failed(404, "not-supported", "This server does not answer here; see /fhir/metadata.")
    _note(asked.caller, row, reader.shown)
    return found


def _search(row: Served, reader: Reader, asked: Asked) -> Resource:
    _demand(asked, row, "s")
    search = read_search(asked.pairs, _rules(row, reader, asked))
    page = reader.search(row, search)
    return bundle.searchset(page, f"{asked.base}/{row.name}", asked.base, asked.pairs, clock.now())


def _everything(person_id: str, reader: Reader, asked: Asked) -> Resource:
    _demand(asked, TABLE["Patient"], "r")
    types = [each for name, value in asked.pairs if name == "_type" for each in value.split(",")]
    unknown = [each for each in types if each not in TABLE]
    if unknown:
        raise Failed(400, "not-supported", f"This server has no {unknown[0][:60]}.", "_type")
    pairs = [each for each in asked.pairs if each[0] != "_type"]
    rules = Rules(params=(), includes=(), revincludes=(), strict=asked.strict, zone=reader.clinic.zone)
    page = reader.everything(person_id, types, read_search(pairs, rules))
    address = f"{asked.base}/Patient/{person_id}/$everything"
    return bundle.searchset(page, address, asked.base, asked.pairs, clock.now())


def _version(versions: Sequence[Resource], wanted: str) -> Resource:
    for each in versions:
        if each["meta"]["versionId"] == wanted:
            return each
    raise not_found("version of this number")


def _rules(row: Served, reader: Reader, asked: Asked) -> Rules:
    return Rules(
        params=row.searched_by,
        includes=row.includes,
        revincludes=row.revincludes,
        strict=asked.strict,
        zone=reader.clinic.zone,
    )


def _caller(request: HttpRequest) -> Caller:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    caller = caller_of(token.strip(), clock.real_now()) if scheme.lower() == "bearer" else None
    if caller is None:
        raise Failed(401, "login", "Show a token as a bearer token; /fhir/.well-known/smart-configuration says how.")
    return caller


def _demand(asked: Asked, row: Served, act: str) -> None:
    if not allows(asked.caller.scopes, row.name, act):
        raise Failed(403, "forbidden", f"This token does not allow it: it takes system/{row.name}.{act}.")


def _demand_method(request: HttpRequest, method: str) -> None:
    if request.method != method and not (method == "GET" and request.method == "HEAD"):
        words = f"{method} is answered here. What was received is never changed: send it anew with POST."
        raise Failed(405, "not-supported", words)


def _demand_json(request: HttpRequest) -> None:
    wanted = request.GET.get("_format") or ""
    accepted = request.headers.get("Accept", "*/*")
    kinds = [each.partition(";")[0].strip().lower() for each in accepted.split(",")]
    if (wanted and wanted.partition(";")[0].replace(" ", "+") not in FORMATS) or not (
        wanted or any(each in FORMATS or each.endswith("/*") or not each for each in kinds)
    ):
        raise Failed(406, "not-supported", f"This server speaks {READS} alone.")


def _pairs(request: HttpRequest, parts: list[str]) -> Pairs:
    query = request.META.get("QUERY_STRING", "")
    if parts[1:] == ["_search"] and request.method == "POST":
        if request.content_type != "application/x-www-form-urlencoded":
            raise Failed(415, "not-supported", "Send the search as a form.")
        query = "&".join(filter(None, (query, request.body.decode("utf-8", "replace"))))
    if len(query) > LONGEST_QUERY:
        raise Failed(414, "too-long", f"At most {LONGEST_QUERY} characters of parameters.")
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError as error:
        raise Failed(400, "too-costly", f"At most {MOST_PARAMETERS} parameters.") from error


def _note(caller: Caller, row: Served, shown: Iterable[str]) -> None:
    """Keep whom this showed to whom: one person as a look at their record, several as a list that showed them."""
    people = sorted(shown)
    page, now = f"app: {row.name}", clock.now()
    if len(people) == 1:
        looked_at(caller.recorder, page, f"person_id={people[0]}", now)
    elif people:
        looked_at(caller.recorder, page, "", now, [f"people/{each}" for each in people])


def _sent(resource: Resource, status: int = 200) -> HttpResponse:
    answer = HttpResponse(written(resource), status=status, content_type=f"{MEDIA_TYPE}; charset=utf-8")
    about = resource.get("meta", {})
    if "versionId" in about:
        answer["ETag"] = f'W/"{about["versionId"]}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _failed(no: Failed) -> HttpResponse:
    answer = _sent(outcome(no.kind, no.words, no.where), no.status)
    if no.status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    if no.wait_s:
        answer["Retry-After"] = str(no.wait_s)
    if no.status == 405:
        answer["Allow"] = "GET, POST"
    return answer

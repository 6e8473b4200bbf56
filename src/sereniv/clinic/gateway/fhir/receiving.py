"""Where an app sends something about somebody: received into their inbox, and read back as it came."""

import json
from collections.abc import Sequence
from datetime import timedelta

from django.http import HttpRequest, HttpResponse

from sereniv.clinic import clock
from sereniv.clinic.gateway.allowance import Allowance
from sereniv.clinic.gateway.smart.tokens import Caller
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.exchanging import records
from sereniv.clinic.workflows.inbox.receiving import Receipt, receive, whose
from sereniv.clinic.workflows.inbox.receiving import read_back as received_by
from sereniv.clinic.workflows.looks.record_views import looked_at
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.exchange.fhir.names import RECEIVED
from sereniv.exchange.fhir.outcome import Failed, not_found, outcome
from sereniv.exchange.fhir.scopes import allows
from sereniv.exchange.fhir.written import MEDIA_TYPE, Resource, meta, written
from sereniv.exchange.received.reading import Said, said_by
from sereniv.exchange.received.sending import Sent, one, transaction
from sereniv.exchange.received.text import headed
from sereniv.therapy.person.events import RecordReceived
from sereniv.therapy.recording.entry import Recorded

SENDS = Allowance(most=120, within=timedelta(minutes=1))
"""What one app may send, counted by resource: more than a record learns of its patients; a person reads each."""

SENT_AS = frozenset({MEDIA_TYPE, "application/json", "application/json+fhir"})
MINIMAL, OUTCOME = "return=minimal", "return=OperationOutcome"


def answer(request: HttpRequest, parts: list[str], caller: Caller, base: str) -> HttpResponse:
    """Receive one resource at the address of its type, or a transaction at the base."""
    if request.content_type not in SENT_AS:
        raise Failed(415, "not-supported", f"Send {MEDIA_TYPE}.")
    name = parts[0] if parts else ""
    if name:
        _demand_create(caller, name)
        unless = request.headers.get("If-None-Exist", "")
        sent: Sequence[Sent] = (one(request.body, name, unless, base, _says),)
    else:
        if not any(allows(caller.scopes, each, "c") for each in RECEIVED):
            raise Failed(
                403, "forbidden", "This token sends nothing: it takes system/TYPE.c of each type that is sent."
            )
        sent = transaction(request.body, base, _says)
        for each in sent:
            _demand_create(caller, each.name)
    _demand_pace(caller, len(sent))
    receipts = receive(caller.app, [(each, _whose(each)) for each in sent], clock.now())
    if not name:
        return _told(
            {"resourceType": "Bundle", "type": "transaction-response", "entry": [_line(each) for each in receipts]}
        )
    return _created(request, receipts[0], base)


def read_back(name: str, resource_id: str, caller: Caller) -> HttpResponse:
    """Give an app what it sent, sign for sign, under the id and version that it has here."""
    entry = received_by(caller.app, name, resource_id)
    person = records.person_named(whose(entry)) if entry is not None else None
    if entry is None or person is None:
        raise not_found(f"{name} of this id")
    looked_at(caller.recorder, f"app: {name}", f"person_id={person.pk}", clock.now())
    return _as_it_came(entry, resource_id)


def _says(resource: Resource) -> Said:
    now = clock.now()
    return said_by(resource, rules_in_force(now), home_zone(), now.astimezone(home_zone()).date())


def _demand_create(caller: Caller, name: str) -> None:
    if not allows(caller.scopes, name, "c"):
        raise Failed(403, "forbidden", f"This token does not allow it: it takes system/{name}.c.")


def _demand_pace(caller: Caller, count: int) -> None:
    wait_s = max(SENDS.wait_s(caller.app.app, clock.real_now()) for _ in range(count))
    if wait_s:
        raise Failed(429, "throttled", f"Too much was sent. Go on in {wait_s} s.", wait_s=wait_s)


def _whose(sent: Sent) -> Person:
    person = records.person_named(sent.person)
    if person is None:
        raise Failed(422, "not-found", "This names nobody of this clinic.", sent.where)
    return person


def _created(request: HttpRequest, receipt: Receipt, base: str) -> HttpResponse:
    prefer = request.headers.get("Prefer", "")
    if MINIMAL in prefer:
        found = HttpResponse(b"", content_type=MEDIA_TYPE)
    elif OUTCOME in prefer:
        found = _told(outcome("informational", _words(receipt), severity="information"))
    else:
        found = _as_it_came(receipt.entry, receipt.resource_id)
    found.status_code = 201 if receipt.is_new else 200
    found["Location"] = f"{base}/{receipt.entry.event.resource_type}/{receipt.resource_id}"
    found["ETag"] = 'W/"1"'
    return found


def _words(receipt: Receipt) -> str:
    return (
        "Received into the inbox; somebody of the clinic reads it before it is charted."
        if receipt.is_new
        else "This was received before: nothing is added."
    )


def _line(receipt: Receipt) -> Resource:
    return {
        "response": {
            "status": "201 Created" if receipt.is_new else "200 OK",
            "location": f"{receipt.entry.event.resource_type}/{receipt.resource_id}",
            "etag": 'W/"1"',
            "outcome": outcome("informational", _words(receipt), severity="information"),
        }
    }


def _as_it_came(entry: Recorded[RecordReceived], resource_id: str) -> HttpResponse:
    text = headed(entry.event.body, resource_id, json.dumps(meta(1, entry.recorded_at)))
    found = _unstored(HttpResponse(text, content_type=f"{MEDIA_TYPE}; charset=utf-8"))
    found["ETag"] = 'W/"1"'
    return found


def _told(resource: Resource) -> HttpResponse:
    return _unstored(HttpResponse(written(resource), content_type=f"{MEDIA_TYPE}; charset=utf-8"))


def _unstored(found: HttpResponse) -> HttpResponse:
    found["Cache-Control"] = "no-store"
    return found

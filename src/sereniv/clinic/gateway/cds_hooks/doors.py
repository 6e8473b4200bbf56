"""CDS Hooks' addresses: what is served, a question with its cards, and what became of a card."""

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from sereniv.clinic import clock
from sereniv.clinic.gateway.allowance import Allowance, Once
from sereniv.clinic.gateway.cds_hooks.advising import advise
from sereniv.clinic.gateway.smart.assertions import Asked, NotShown, shown_by
from sereniv.clinic.records.house_events import AppEntered
from sereniv.clinic.workflows.admin import apps
from sereniv.clinic.workflows.looks.record_views import looked_at
from sereniv.exchange.cds_hooks.asking import CannotAnswer, read_asking
from sereniv.exchange.cds_hooks.feedback import read_feedback
from sereniv.exchange.cds_hooks.services import SERVICES, Service, discovery
from sereniv.exchange.fhir.scopes import CDS_HOOKS

ASKED = Allowance(most=600, within=timedelta(minutes=1))
SHOWN = Once(lasts=timedelta(minutes=7))
"""Assertions that were shown, for longer than any holds. What they open only reads, so that memory will do."""

log = logging.getLogger(__name__)
View = Callable[..., HttpResponse]


def answered(view: View) -> View:
    """Say in JSON what is wrong with a request, whatever it is."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, **keywords: Any) -> HttpResponse:
        try:
            answer = view(request, **keywords)
        except CannotAnswer as no:
            answer = JsonResponse({"message": no.words}, status=no.status)
        except RequestDataTooBig:
            answer = JsonResponse({"message": "This request is too large."}, status=413)
        except Exception:
            log.exception("A request for CDS Hooks failed.")
            answer = JsonResponse({"message": "This went wrong here. It is in the server's log."}, status=500)
        answer["Cache-Control"] = "no-store"
        return answer

    return guarded


@answered
@require_GET
def services(request: HttpRequest) -> HttpResponse:
    """Say which services there are; anybody may know."""
    del request
    return JsonResponse(discovery())


@answered
def service(request: HttpRequest, service_id: str) -> HttpResponse:
    """Answer one question with cards."""
    row, app = _asked(request, service_id, "cds_service")
    asking = read_asking(_content(request), row.hook)
    now = clock.now()
    advised = advise(asking, now)
    if advised.person_id:
        looked_at(apps.recorder_of(app.app), f"app: {row.hook}", f"person_id={advised.person_id}", now)
    return JsonResponse(advised.answer)


@answered
def feedback(request: HttpRequest, service_id: str) -> HttpResponse:
    """Keep what became of cards."""
    row, app = _asked(request, service_id, "cds_feedback")
    apps.keep_feedback(app.app, row.id, read_feedback(_content(request)), clock.now())
    return HttpResponse(status=200)


def _asked(request: HttpRequest, service_id: str, view_name: str) -> tuple[Service, AppEntered]:
    """Return which service is asked, and by whom; raises CannotAnswer."""
    if "Authorization" not in request.headers:
        raise CannotAnswer(401, "Sign the request: a JSON Web Token by a registered key, for this address.")
    row = SERVICES.get(service_id)
    if row is None:
        raise CannotAnswer(404, "There is no such service; see /cds-services.")
    if request.method != "POST":
        raise CannotAnswer(405, "Ask with POST.")
    app = _caller(request, request.build_absolute_uri(reverse(view_name, args=[service_id])))
    wait_s = ASKED.wait_s(app.app, clock.real_now())
    if wait_s:
        raise CannotAnswer(429, f"Too many requests. Ask again in {wait_s} s.")
    return row, app


def _caller(request: HttpRequest, address: str) -> AppEntered:
    scheme, _, assertion = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not assertion:
        raise CannotAnswer(401, "Sign the request: a JSON Web Token by a registered key, for this address.")
    now = clock.real_now()
    try:
        shown = shown_by(assertion.strip(), Asked(audience=address, now=now, sub_is_iss=False), apps.issued_by)
    except NotShown as no:
        raise CannotAnswer(401, str(no)) from no
    if CDS_HOOKS not in shown.app.scopes:
        raise CannotAnswer(403, "This app is not let in to ask here.")
    if not SHOWN.is_first(shown.mark, now):
        raise CannotAnswer(401, "This token was used before. Sign another, with a jti of its own.")
    return shown.app


def _content(request: HttpRequest) -> object:
    if request.content_type != "application/json":
        raise CannotAnswer(415, "Send application/json.")
    try:
        content: object = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise CannotAnswer(400, "This is no JSON.") from error
    return content

"""The door for monitors: a machine shows the home's token, names a session, and sends what it measures."""

import hmac
import json
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import split_domain_port, validate_host
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from sereniv.clinic import clock
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows import monitors
from sereniv.clinic.workflows.acting import KEY_SHAPE, new_key
from sereniv.clinic.workflows.house import served_home
from sereniv.therapy.recording.refusal import Malformed, Refused

AHEAD_ALLOWED = timedelta(seconds=30)
"""A device clock may run ahead of the home's by this much (hazard 9)."""

BEHIND_ALLOWED = timedelta(days=7)
"""What a monitor kept while cut off is taken up to this old; older times come from a clock that was never set."""

PROXY_HEADERS = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
"""A proxy sets one of these: who it speaks for is not on this computer."""

View = Callable[..., HttpResponse]


def machine(view: View) -> View:
    """Let in whoever asks from this computer and shows the home's token; say what is wrong with a message in words."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, **keywords: Any) -> HttpResponse:
        if _came_through_a_proxy(request):
            return JsonResponse({"error": "This door is for machines on the server's own computer."}, status=403)
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
        if not hmac.compare_digest(shown, served_home().gateway_token().encode()):
            return JsonResponse({"error": "Show the home's gateway token as a bearer token."}, status=401)
        try:
            return view(request, **keywords)
        except (Malformed, Refused) as no:
            return JsonResponse({"error": str(no)}, status=422)

    return guarded


def _came_through_a_proxy(request: HttpRequest) -> bool:
    host, _ = split_domain_port(request.get_host())
    return any(name in request.headers for name in PROXY_HEADERS) or validate_host(host, settings.PROXY_HOSTS)


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        content = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Malformed("Send a JSON object.") from error
    if not isinstance(content, dict):
        raise Malformed("Send a JSON object.")
    return content


def _text(raw: object, most: int) -> str:
    text = str(raw)[:most]
    # Half of a surrogate pair, NUL and the like cannot be stored by every database, nor read by anybody.
    if not text.isprintable():
        raise Malformed("Names are printable text.")
    return text


def _key(raw: object) -> str:
    if raw is None:
        return new_key()
    if not isinstance(raw, str) or not KEY_SHAPE.fullmatch(raw):
        raise Malformed("A key is 8 to 64 letters, digits and _.:-, new for each connection; or leave it out.")
    return raw


def _moment(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise Malformed("Write times as 2026-11-22T14:05:00+00:00.") from error
    if moment.tzinfo is None:
        raise Malformed("Write times with their offset from UTC.")
    return moment


def _value(raw: object) -> Decimal | None:
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise Malformed("A value is a number, or null where there is no reading.")
    try:
        value = Decimal(str(raw))
    except InvalidOperation as error:
        raise Malformed("A value is a number, or null where there is no reading.") from error
    if not value.is_finite() or not 0 <= value < 10_000:
        raise Malformed("A value lies between 0 and 10000.")
    return value


@machine
@require_POST
def connect(request: HttpRequest, session_id: uuid.UUID) -> JsonResponse:
    """Declare a monitor: device, interval in seconds, signals."""
    content = _body(request)
    signals = content.get("signals")
    if not isinstance(signals, list) or not isinstance(content.get("interval_s"), int):
        raise Malformed('Send {"device": ..., "interval_s": 1, "signals": [...], "key": ...}.')
    device = _text(content.get("device", ""), 60) or "monitor"
    names = tuple(str(signal) for signal in signals)
    monitors.connect(session_id, device, content["interval_s"], names, clock.now(), _key(content.get("key")))
    return JsonResponse({"connected": device})


@machine
@require_POST
def samples(request: HttpRequest, session_id: uuid.UUID) -> JsonResponse:
    """Take samples: each a signal, a value or null, and the device's time."""
    content = _body(request)
    raw = content.get("samples")
    if not isinstance(raw, list) or not all(isinstance(each, dict) for each in raw):
        raise Malformed('Send {"device": ..., "samples": [{"signal": ..., "value": ..., "at": ...}]}.')
    now = clock.now()
    incoming = [
        monitors.Incoming(signal=str(each.get("signal")), value=_value(each.get("value")), at=_moment(each.get("at")))
        for each in raw
    ]
    if any(sample.at - now > AHEAD_ALLOWED for sample in incoming):
        raise Malformed("The device's clock is more than 30 s ahead. Set it, then send again.")
    if any(now - sample.at > BEHIND_ALLOWED for sample in incoming):
        raise Malformed("The device's clock is more than a week behind. Set it, then send again.")
    monitors.receive(session_id, _text(content.get("device", "monitor"), 60), incoming, now)
    monitors.watch_session(session_id, now)
    return JsonResponse({"received": len(incoming)})


@machine
@require_GET
def session(request: HttpRequest, session_id: uuid.UUID) -> JsonResponse:
    """Say what a feed needs to know of a session: its phase and the home's time."""
    del request
    chart = chart_store.session_chart_of(session_id)
    if chart.opened is None:
        return JsonResponse({"error": "There is no such session."}, status=404)
    return JsonResponse({"phase": str(chart.phase), "label": chart.opened.event.label, "now": clock.now().isoformat()})


@machine
@require_POST
def set_clock(request: HttpRequest) -> JsonResponse:
    """Freeze the injected clock at a moment; only demo and test homes have one."""
    ticking = clock.clock()
    if not isinstance(ticking, clock.InjectedClock):
        raise Refused("clock", "This home runs on real time.")
    ticking.freeze_at(_moment(_body(request).get("at")))
    return JsonResponse({"now": ticking.now().isoformat()})

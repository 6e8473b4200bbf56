"""The door for monitors: a machine shows its token, names a session, and sends what it measures."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.http.request import split_domain_port, validate_host
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from sereniv.clinic import clock
from sereniv.clinic.gateway.reading import NAMELESS, Sender, message_of, moment_of, object_of, text_of
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.chair import monitors
from sereniv.clinic.workflows.devices import known
from sereniv.clinic.workflows.shell.acting import KEY_SHAPE, new_key
from sereniv.therapy.recording.refusal import Malformed, Refused

PROXY_HEADERS = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
"""A proxy sets one of these: who it speaks for is not on this computer."""

TOO_LARGE = "This message is larger than 256 KiB; send it in parts."

View = Callable[..., HttpResponse]


def machine(view: View) -> View:
    """Let in whoever asks from this computer and shows a device's token; say what is wrong with a message in words."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, **keywords: Any) -> HttpResponse:
        no = turned_away(request)
        if no is not None:
            status, words = no
            return JsonResponse({"error": words}, status=status)
        try:
            answer = view(request, **keywords)
        except (Malformed, Refused) as no:
            return JsonResponse({"error": str(no)}, status=422)
        except RequestDataTooBig:
            return JsonResponse({"error": TOO_LARGE}, status=413)
        if isinstance(answer, HttpResponseNotAllowed):
            words = f"Send {' or '.join(answer['Allow'].split(', '))} to this address."
            return JsonResponse({"error": words}, status=405, headers={"Allow": answer["Allow"]})
        return answer

    return guarded


def turned_away(request: HttpRequest) -> tuple[int, str] | None:
    """Return with which status and words whoever asks is turned away, None where they are let in."""
    if _came_through_a_proxy(request):
        return 403, "This door is for machines on the server's own computer."
    if known.let_in(_shown(request)) is None:
        return 401, "Show the device's token as a bearer token. It stands under Set-up, Devices, who may send."
    return None


def _shown(request: HttpRequest) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def sender_of(request: HttpRequest) -> Sender:
    """Return the device whose token is shown."""
    device = known.let_in(_shown(request))
    if device is None:
        return NAMELESS
    return Sender(device=device.name, ahead=timedelta(seconds=device.clock_ahead_s))


def _came_through_a_proxy(request: HttpRequest) -> bool:
    host, _ = split_domain_port(request.get_host())
    return any(name in request.headers for name in PROXY_HEADERS) or validate_host(host, settings.PROXY_HOSTS)


def _key(raw: object) -> str:
    if raw is None:
        return new_key()
    if not isinstance(raw, str) or not KEY_SHAPE.fullmatch(raw):
        raise Malformed("A key is 8 to 64 letters, digits and _.:-, new for each connection; or leave it out.")
    return raw


@machine
@require_POST
def connect(request: HttpRequest, session_id: uuid.UUID) -> JsonResponse:
    """Declare a monitor: device, interval in seconds, signals."""
    content = object_of(request.body)
    signals = content.get("signals")
    interval_s = content.get("interval_s")
    if not isinstance(signals, list) or not isinstance(interval_s, int) or isinstance(interval_s, bool):
        raise Malformed('Send {"device": ..., "interval_s": 1, "signals": [...], "key": ...}.')
    device = sender_of(request).device or text_of(content.get("device", "")) or "monitor"
    names = tuple(str(signal) for signal in signals)
    monitors.connect(session_id, device, interval_s, names, clock.now(), _key(content.get("key")))
    return JsonResponse({"connected": device})


@machine
@require_POST
def samples(request: HttpRequest, session_id: uuid.UUID) -> JsonResponse:
    """Take samples: each a signal, a value or null, and the device's time."""
    now = clock.now()
    message = message_of(session_id, object_of(request.body), now, sender_of(request))
    monitors.receive(session_id, message.device, message.incoming, now)
    monitors.watch_session(session_id, now)
    return JsonResponse({"received": len(message.incoming)})


@machine
def nowhere(request: HttpRequest, rest: str) -> JsonResponse:
    """Say that an address of this door leads nowhere: a machine reads words, and no page."""
    del request, rest
    words = "There is no such address. A session is named by its id as in the address of its page: docs/gateway.md."
    return JsonResponse({"error": words}, status=404)


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
    ticking.freeze_at(moment_of(object_of(request.body).get("at")))
    return JsonResponse({"now": ticking.now().isoformat()})

"""The live stream: one per browser, authorised when it opens and again every few seconds."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from importlib import import_module
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import close_old_connections
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host
from django.utils.crypto import constant_time_compare

from sereniv.clinic import clock
from sereniv.clinic.accounts import idle
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.second_factor import lacks_second_factor
from sereniv.clinic.live.hub import hub
from sereniv.clinic.workflows.shell.sign_ins import has_ended

HEARTBEAT_S = 2.0
CHECK_EVERY_HEARTBEATS = 2
MOST_STREAMS_A_PERSON = 6
STREAM_PATH = "/live/ticks"
PLAIN_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
"""What every answer carries that does not come from the pages."""

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_open_streams: dict[int, int] = {}


def viewer_of(cookie: str) -> Staff | None:
    """Return who holds this session cookie and may see charts, None otherwise."""
    staff = signed_in(cookie)
    return staff if staff is not None and staff.may(Permission.READ_SESSIONS) else None


def signed_in(cookie: str) -> Staff | None:
    """Return who holds this session cookie and is signed in with all it takes, None otherwise."""
    close_old_connections()
    session_key = parse_cookie(cookie).get(settings.SESSION_COOKIE_NAME)
    if not session_key:
        return None
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    staff_id, backend = store.get(SESSION_KEY), store.get(BACKEND_SESSION_KEY)
    if staff_id is None or backend not in settings.AUTHENTICATION_BACKENDS:
        return None
    staff = Staff.objects.filter(pk=staff_id, is_active=True).first()
    if (
        staff is None
        or has_ended(store, clock.real_now(), staff)
        or not constant_time_compare(store.get(HASH_SESSION_KEY, ""), staff.get_session_auth_hash())
    ):
        return None
    if store.get(idle.SETS_PASSWORD):
        return None
    return None if lacks_second_factor(staff) else staff


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one live stream until the browser leaves, its reader loses the right to it, or the server stops."""
    if not _is_for_us(scope):
        await _plain(send, 400)
        return
    cookie = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"), "")
    viewer = await sync_to_async(viewer_of)(cookie) if scope["path"] == STREAM_PATH else None
    if viewer is None or scope["method"] != "GET":
        await _plain(send, 403 if scope["path"] == STREAM_PATH else 404)
        return
    if _open_streams.get(viewer.pk, 0) >= MOST_STREAMS_A_PERSON:
        await _plain(send, 429)
        return
    _open_streams[viewer.pk] = _open_streams.get(viewer.pk, 0) + 1
    queue = hub.subscribe()
    leaving = asyncio.ensure_future(_left(receive))
    try:
        await _serve(send, queue, leaving, cookie, viewer.pk)
    except (OSError, asyncio.CancelledError):
        # The browser went away, or the server is stopping: nothing to tell anybody.
        pass
    finally:
        leaving.cancel()
        hub.unsubscribe(queue)
        _open_streams[viewer.pk] -= 1


def _is_for_us(scope: Scope) -> bool:
    """Say whether a request names one of our hosts, as every page demands, too."""
    named = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    host, _ = split_domain_port(named[0]) if len(named) == 1 else ("", "")
    return bool(host) and validate_host(host, settings.ALLOWED_HOSTS)


async def _serve(
    send: Send, queue: asyncio.Queue[str], leaving: "asyncio.Future[None]", cookie: str, viewer_id: int
) -> None:
    headers = [(b"content-type", b"text/event-stream"), (b"x-accel-buffering", b"no"), *PLAIN_HEADERS]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await _tell(send, _clock_message())
    beats = 0
    next_beat = asyncio.get_running_loop().time() + HEARTBEAT_S
    while not leaving.done():
        waited = max(0.0, next_beat - asyncio.get_running_loop().time())
        try:
            await _tell(send, await asyncio.wait_for(queue.get(), waited))
            continue
        except TimeoutError:
            next_beat = asyncio.get_running_loop().time() + HEARTBEAT_S
        beats += 1
        if beats % CHECK_EVERY_HEARTBEATS == 0:
            viewer = await sync_to_async(viewer_of)(cookie)
            if viewer is None or viewer.pk != viewer_id:
                break
        await _tell(send, _clock_message())
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _clock_message() -> str:
    ticking = clock.clock()
    told = {"now": ticking.now().isoformat(), "rate": ticking.rate, "label": ticking.label}
    return f"event: clock\ndata: {json.dumps(told)}\n\n"


async def _tell(send: Send, message: str) -> None:
    await send({"type": "http.response.body", "body": message.encode(), "more_body": True})


async def _plain(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/plain"), *PLAIN_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})

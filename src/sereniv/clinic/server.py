"""The application that uvicorn serves: live streams under ASGI, everything else under WSGI on a few threads.

A thread is held only while a page is made: the request is whole before it begins, and the answer is whole before any
of it is sent. Who sends or reads slowly waits for themselves alone (`connections` bounds how long).
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from importlib import import_module
from typing import Any, Protocol

from a2wsgi import WSGIMiddleware
from asgiref.sync import sync_to_async
from django.core.wsgi import get_wsgi_application

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.gateway import feed as feeding
from sereniv.clinic.live.hub import hub
from sereniv.clinic.live.stream import PLAIN_HEADERS, signed_in, stream
from sereniv.clinic.records import chart_store
from sereniv.clinic.web.shell.uploads import UPLOAD_PATH
from sereniv.exchange.tables.reading import MOST_BYTES

WORKERS = 8
LONGEST_BODY = 512 * 1024
"""Bytes; the pages themselves refuse less than this with words, what is larger is not even kept."""

BODY_WITHIN_S = 15.0
LONGEST_UPLOAD = MOST_BYTES + LONGEST_BODY
UPLOAD_WITHIN_S = 120.0
UPLOADS_AT_ONCE = 2
UPLOAD_TURN_WITHIN_S = 20.0
REFUSALS = {
    400: b"The request did not arrive whole. Send it again.",
    408: b"The request took too long to arrive. Send it again.",
    413: b"This is more than is taken here. Sign in to send a file, and split one that is larger than its page says.",
    503: b"Other files are being read just now. Send yours again in a minute.",
}

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Beside(Protocol):
    """A thread that runs beside the pages for as long as the server does."""

    def start(self) -> None:
        """Begin."""

    def end(self) -> None:
        """End, and wait a little until it has."""


async def whole_body(receive: Receive, within_s: float = BODY_WITHIN_S, longest: int = LONGEST_BODY) -> Receive | int:
    """Take a whole request body in, so that a sender who dawdles holds no worker thread.

    Returns what gives the body on to the pages, or the HTTP status that refuses it.
    """
    parts: list[bytes] = []
    size = 0
    more = True
    try:
        async with asyncio.timeout(within_s):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return 400
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > longest:
                    return 413
                more = message.get("more_body", False)
    except TimeoutError:
        return 408
    body: Message | None = {"type": "http.request", "body": b"".join(parts), "more_body": False}

    async def give_on() -> Message:
        nonlocal body
        if body is None:
            return await receive()
        given, body = body, None
        return given

    return give_on


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/plain"), (b"connection", b"close"), *PLAIN_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": REFUSALS[status]})


async def _is_upload(scope: MutableMapping[str, Any]) -> bool:
    """Say whether a request is a file sent to its page by somebody who may: a made-up cookie takes nobody's turn."""
    if scope["path"] != UPLOAD_PATH or scope["method"] != "POST":
        return False
    cookie = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"), "")
    staff = await sync_to_async(signed_in)(cookie)
    return staff is not None and staff.may(Permission.IMPORT)


class Application:
    """Sends a request to the streams or to the pages, and starts and ends background threads with the server."""

    def __init__(self, beside: Sequence[Beside], at_end: Callable[[], None]) -> None:
        # Django's response is an iterable of bytes at run time; its stubs say less.
        pages: Any = get_wsgi_application()
        self._pages: Any = WSGIMiddleware(pages, workers=WORKERS)
        # Loaded before anybody asks, so that no page waits for the numerics to be imported.
        import_module("sereniv.clinic.urls")
        self._beside = beside
        self._at_end = at_end
        self._uploads = asyncio.Semaphore(UPLOADS_AT_ONCE)
        chart_store.appended.connect(_tell_streams, dispatch_uid="live")

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401  ASGI
        """Serve one request, or the server's own start and end."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"].startswith("/live/"):
            await stream(scope, receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _serve(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Take in a request whole, let its answer be made whole, then send it."""
        if await _is_upload(scope):
            answer = await self._uploaded(scope, receive)
        else:
            answer = await self._answered(scope, await whole_body(receive))
        # Sent once no turn is held: nothing waits for somebody who does not read.
        if isinstance(answer, int):
            await _refuse(send, answer)
        else:
            for message in answer:
                await send(message)

    async def _uploaded(self, scope: MutableMapping[str, Any], receive: Receive) -> list[Message] | int:
        """Take in a file, few at once: a turn is held until the answer is made, while the file takes memory."""
        try:
            async with asyncio.timeout(UPLOAD_TURN_WITHIN_S):
                await self._uploads.acquire()
        except TimeoutError:
            return 503
        try:
            return await self._answered(scope, await whole_body(receive, UPLOAD_WITHIN_S, LONGEST_UPLOAD))
        finally:
            self._uploads.release()

    async def _answered(self, scope: MutableMapping[str, Any], body: Receive | int) -> list[Message] | int:
        """Return what a page answers, made whole, or the status that refuses the request."""
        if isinstance(body, int):
            return body
        answer: list[Message] = []

        async def keep(message: Message) -> None:
            answer.append(message)

        if scope["path"] == feeding.PATH:
            await feeding.feed(scope, (await body())["body"], keep, PLAIN_HEADERS)
        else:
            await self._pages(scope, body, keep)
        return answer

    async def _lifespan(self, receive: Any, send: Any) -> None:  # noqa: ANN401  ASGI
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                hub.start(asyncio.get_running_loop())
                for thread in self._beside:
                    thread.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                for thread in self._beside:
                    await asyncio.to_thread(thread.end)
                await asyncio.to_thread(self._at_end)
                await send({"type": "lifespan.shutdown.complete"})
                return


def _tell_streams(sender: object, streams: set[str], head: int, **_: object) -> None:
    del sender
    hub.publish("entry", {"seq": head, "streams": sorted(name for name in streams if name != "audit")})

"""The feed's door: messages of many monitors in one request, over a connection kept open, kept in groups by one writer.

Prompts are the watch's, which looks at every open session once a second.
"""

import asyncio
import io
import json
import uuid
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest

from sereniv.clinic import clock
from sereniv.clinic.gateway.grouping import Grouping
from sereniv.clinic.gateway.reading import NAMELESS, Sender, message_of, object_of
from sereniv.clinic.gateway.views import sender_of, turned_away
from sereniv.clinic.workflows.chair import monitors
from sereniv.clinic.workflows.chair.monitors import Message
from sereniv.therapy.recording.refusal import Malformed, Refused

PATH = "/gateway/messages/"
MOST_MESSAGES = 1000
"""In one request."""

MOST_IN_A_GROUP = 5000
"""Messages committed at once: a group that grows on waits no longer than this."""

SAY = 'Send {"messages": [{"session": ..., "device": ..., "samples": [...]}]}.'

Answer = dict[str, object]
Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Read = Message | Malformed | Refused


def _kept(messages: Sequence[Message]) -> Sequence[Malformed | Refused | None]:
    return monitors.receive_all(messages, clock.now())


Writer = Grouping[Message, Malformed | Refused | None]


def made_writer() -> Writer:
    """Return a writer that has not begun."""
    return Grouping("samples", _kept, MOST_IN_A_GROUP)


writer = made_writer()
"""The one thread that keeps what comes through the feed's door: begun and ended with the server."""


def read_messages(body: bytes, now: datetime, sender: Sender = NAMELESS) -> list[Read]:
    """Read a request's messages; of one that is wrong, what is.

    Raises
    ------
    Malformed
        When it is no list of messages at all.
    """
    raw = object_of(body).get("messages")
    if not isinstance(raw, list) or not all(isinstance(each, dict) for each in raw):
        raise Malformed(SAY)
    if len(raw) > MOST_MESSAGES:
        raise Malformed(f"At most {MOST_MESSAGES} messages in one request.")
    return [_read(each, now, sender) for each in raw]


def _read(raw: dict[str, Any], now: datetime, sender: Sender) -> Read:
    try:
        return message_of(uuid.UUID(str(raw.get("session"))), raw, now, sender)
    except Malformed as no:
        return no
    except ValueError:
        return Malformed("A session is named by the id in the address of its page.")


async def answered(body: bytes, sender: Sender = NAMELESS) -> tuple[int, Answer]:
    """Keep what a body says, and return status and answer: of each message in its place what was kept, or why not."""
    try:
        read = read_messages(body, clock.now(), sender)
    except Malformed as no:
        return 422, {"error": str(no)}
    good = [each for each in read if isinstance(each, Message)]
    kept: list[Malformed | Refused | None] = []
    try:
        if good:
            kept = await asyncio.wrap_future(writer.keep(good))
    except Exception:  # noqa: BLE001  the writer has logged it; nothing is kept, and the machine sends it again
        return 503, {"error": "Nothing of this could be kept. Send it again."}
    refusals = iter(kept)
    said = [(each, next(refusals) if isinstance(each, Message) else each) for each in read]
    return 200, {"messages": [_said(each, no) for each, no in said]}


def _said(message: Read, no: Malformed | Refused | None) -> Answer:
    if no is None and isinstance(message, Message):
        return {"received": len(message.incoming)}
    return {"error": str(no)}


async def feed(
    scope: MutableMapping[str, Any], body: bytes, send: Send, headers: Sequence[tuple[bytes, bytes]]
) -> None:
    """Answer one request at this door."""
    status, answer = await _at_the_door(scope, body)
    content = json.dumps(answer).encode()
    told = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": content})


async def _at_the_door(scope: Scope, body: bytes) -> tuple[int, Answer]:
    request = ASGIRequest(scope, io.BytesIO())
    try:
        no = turned_away(request)
    except DisallowedHost:
        no = 400, "This computer is not called so."
    if no is not None:
        return no[0], {"error": no[1]}
    if scope["method"] != "POST":
        return 405, {"error": SAY}
    return await answered(body, sender_of(request))

"""The feed's door: messages of many monitors in one request, over a connection kept open, kept in groups by one writer.

An answer leaves when what it answers is committed, and not before: whoever hears nothing sends the same again. What
waits while one group is being committed is the next one, so that the disk is asked once for all of it. Prompts are the
watch's, which looks at every open session once a second.
"""

import asyncio
import io
import json
import logging
import queue
import threading
import uuid
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections

from sereniv.clinic import clock
from sereniv.clinic.gateway.reading import message_of, object_of
from sereniv.clinic.gateway.views import turned_away
from sereniv.clinic.workflows.chair import monitors
from sereniv.clinic.workflows.chair.monitors import Message
from sereniv.therapy.recording.refusal import Malformed, Refused

PATH = "/gateway/messages/"
MOST_MESSAGES = 1000
"""In one request."""

MOST_IN_A_GROUP = 5000
"""Messages committed at once: a group that grows on waits no longer than this."""

SAY = 'Send {"messages": [{"session": ..., "device": ..., "samples": [...]}]}.'

log = logging.getLogger(__name__)

Answer = dict[str, object]
Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Read = Message | Malformed | Refused


@dataclass(frozen=True, slots=True)
class _Waiting:
    messages: Sequence[Message]
    kept: "Future[list[Malformed | Refused | None]]"


class Writer(threading.Thread):
    """The one thread that keeps what comes through the feed's door."""

    def __init__(self) -> None:
        super().__init__(name="samples", daemon=True)
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()

    def keep(self, messages: Sequence[Message]) -> "Future[list[Malformed | Refused | None]]":
        """Take messages in; the answer comes when they are committed, or why they could not be."""
        waiting = _Waiting(messages, Future())
        self._waiting.put(waiting)
        return waiting.kept

    def run(self) -> None:
        """Commit group after group until told to end; what was taken in before is still committed."""
        ended = False
        while not ended:
            group, ended = self._next_group()
            if group:
                self._commit(group)
                close_old_connections()

    def end(self) -> None:
        """End after what was taken in."""
        self._waiting.put(None)
        self.join(timeout=5)

    def _next_group(self) -> tuple[list[_Waiting], bool]:
        """Wait for something, and take with it all that waits by then."""
        group: list[_Waiting] = []
        each = self._waiting.get()
        while each is not None:
            group.append(each)
            if sum(len(waiting.messages) for waiting in group) >= MOST_IN_A_GROUP:
                return group, False
            try:
                each = self._waiting.get_nowait()
            except queue.Empty:
                return group, False
        return group, True

    def _commit(self, group: Sequence[_Waiting]) -> None:
        try:
            refusals = iter(monitors.receive_all([each for waiting in group for each in waiting.messages], clock.now()))
            found = [[next(refusals) for _ in waiting.messages] for waiting in group]
        except Exception as error:  # whatever it was (a full disk), nothing of the group is kept and each is told so
            log.exception("What monitors sent could not be kept; they send it again.")
            for waiting in group:
                waiting.kept.set_exception(error)
            return
        for waiting, said in zip(group, found, strict=True):
            waiting.kept.set_result(said)


writer = Writer()
"""The writer of this server: begun and ended with it."""


def read_messages(body: bytes, now: datetime) -> list[Read]:
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
    return [_read(each, now) for each in raw]


def _read(raw: dict[str, Any], now: datetime) -> Read:
    try:
        return message_of(uuid.UUID(str(raw.get("session"))), raw, now)
    except Malformed as no:
        return no
    except ValueError:
        return Malformed("A session is named by the id in the address of its page.")


async def answered(body: bytes) -> tuple[int, Answer]:
    """Keep what a body says, and return status and answer: of each message in its place what was kept, or why not."""
    try:
        read = read_messages(body, clock.now())
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
    try:
        no = turned_away(ASGIRequest(scope, io.BytesIO()))
    except DisallowedHost:
        no = 400, "This computer is not called so."
    if no is not None:
        return no[0], {"error": no[1]}
    if scope["method"] != "POST":
        return 405, {"error": SAY}
    return await answered(body)

"""One line of a device: bytes in, whole messages kept, answers out in order; who dawdles waits for themselves alone."""

import asyncio
import hashlib
import logging
import ssl
from collections.abc import Awaitable, Sequence
from concurrent.futures import Future

from sereniv.clinic import clock
from sereniv.clinic.gateway.mllp import judging
from sereniv.clinic.gateway.mllp.judging import Turned
from sereniv.clinic.workflows.devices.known import Speaker
from sereniv.clinic.workflows.devices.receiving import Arrived
from sereniv.exchange.hl7v2 import Deframer, TooLong, framed

MOST_BYTES = 4 * 1024 * 1024
"""Of one message; a monitor's has a few thousand."""

MOST_BETWEEN = 64 * 1024
"""Bytes that belong to no message: whoever sends more speaks something else."""

MOST_LINES = 200
AT_ONCE = 64 * 1024
MOST_UNANSWERED = 100
"""Messages taken together from one line before they are answered."""

IDLE_S, WITHIN_S, WRITTEN_WITHIN_S = 600.0, 30.0, 10.0
"""A line may be silent so long; a message that has begun ends within so long; an answer is read within so long."""

log = logging.getLogger(__name__)


class Lines:
    """All lines of the door."""

    def __init__(self, writer: judging.Writer) -> None:
        self._writer = writer
        self._open: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one line to its end; whatever happens on it ends it alone."""
        task = asyncio.current_task()
        if task is None or len(self._open) >= MOST_LINES:
            writer.close()
            return
        self._open[task] = writer
        try:
            await self._serve(reader, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ssl.SSLError):
            pass  # gone, or silent for too long: what was answered stands, the rest is sent again
        except Exception:  # a fault of ours on one line must not end the others
            log.exception("A device's line could not be served; it was closed.")
        finally:
            self._open.pop(task, None)
            writer.close()

    async def end(self) -> None:
        """End every line; what was taken in is answered by nobody, and sent again."""
        lines = dict(self._open)
        for task, writer in lines.items():
            task.cancel()
            writer.transport.abort()
        await asyncio.gather(*lines, return_exceptions=True)
        # A transport that was aborted lets its socket go in the loop's next round.
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        speaker = speaker_of(writer)
        deframer = Deframer(MOST_BYTES)
        loop = asyncio.get_running_loop()
        ends_by: float | None = None
        while True:
            if not deframer.is_inside:
                ends_by = None
            elif ends_by is None:
                ends_by = loop.time() + WITHIN_S
            async with asyncio.timeout_at(ends_by if ends_by is not None else loop.time() + IDLE_S):
                more = await reader.read(AT_ONCE)
            if not more:
                return
            try:
                whole = deframer.feed(more)
            except TooLong as no:
                await _answered(writer, judging.too_long(no.begun, clock.now()))
                return
            for first in range(0, len(whole), MOST_UNANSWERED):
                await self._take(whole[first : first + MOST_UNANSWERED], speaker, writer)
            if deframer.between > MOST_BETWEEN:
                return

    async def _take(self, whole: Sequence[bytes], speaker: Speaker, writer: asyncio.StreamWriter) -> None:
        """Keep some messages and answer each in its place, when it is on the disk and not before."""
        now = clock.now()
        judged = [judging.judge(raw, speaker, now) for raw in whole]
        kept = [self._writer.keep([each]) if isinstance(each, Arrived) else None for each in judged]
        for each, waiting in zip(judged, kept, strict=True):
            await _answered(writer, await _answer(each, waiting))


async def _answer(each: Arrived | Turned, waiting: "Future[list[None]] | None") -> bytes | None:
    if isinstance(each, Turned) or waiting is None:
        return each.answer if isinstance(each, Turned) else None
    try:
        await asyncio.wrap_future(waiting)
    except Exception:  # noqa: BLE001  the writer has logged it; nothing is kept, and the device sends it again
        return judging.not_kept(each, clock.now())
    return judging.taken(each, clock.now())


async def _answered(writer: asyncio.StreamWriter, answer: bytes | None) -> None:
    if answer is None:
        return
    writer.write(framed(answer))
    drained: Awaitable[None] = writer.drain()
    async with asyncio.timeout(WRITTEN_WITHIN_S):
        await drained


def speaker_of(writer: asyncio.StreamWriter) -> Speaker:
    """Return who speaks on a line: its address, and the certificate it is secured with."""
    name = writer.get_extra_info("peername")
    secured: ssl.SSLObject | None = writer.get_extra_info("ssl_object")
    shown = secured.getpeercert(binary_form=True) if secured is not None else None
    return Speaker(source=str(name[0]) if name else "", certificate=hashlib.sha256(shown).hexdigest() if shown else "")

"""How long and how much a connection may ask of the server, so that no stranger's slowness is a nurse's wait."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a connection is given.

    `request_within_s`: from the first byte awaited to the end of a request's headers. `read_within_s`: for taking in
    what lies in the way of more, some 50 KB. `most`: connections held at once.
    """

    request_within_s: float = 10.0
    read_within_s: float = 30.0
    most: int = 400


class BoundedProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, for peers that dawdle or come in hundreds.

    A peer that does not read is cut off, also while it keeps sending; so is one that does not get to the end of a
    request's headers. Where the house is full, the connection that has waited longest without asking anything goes.
    """

    limits: ClassVar[Limits] = Limits()

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._asking: asyncio.TimerHandle | None = None
        self._reading: asyncio.TimerHandle | None = None
        self.idle_since = time.monotonic()

    @property
    def is_idle(self) -> bool:
        """True while no request of this connection is being answered."""
        return self.conn.our_state is h11.IDLE

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection in, and let another go where there are too many."""
        super().connection_made(transport)
        self._await_request()
        if len(self.connections) > self.limits.most:
            _longest_idle(self.connections, self).transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take bytes in; the time for a request runs from the first of them to the last of its headers."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_asking()
        elif self._asking is None and self.is_idle:
            self._await_request()

    def on_response_complete(self) -> None:
        """Note since when nothing is asked."""
        self.idle_since = time.monotonic()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Give the peer a while to read what fills the way to it."""
        super().pause_writing()
        if self._reading is None:
            self._reading = self.loop.call_later(self.limits.read_within_s, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: the peer has read."""
        self._stop_reading()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection and its timers."""
        self._stop_asking()
        self._stop_reading()
        super().connection_lost(exc)

    def _await_request(self) -> None:
        self._asking = self.loop.call_later(self.limits.request_within_s, self.transport.abort)

    def _stop_asking(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    def _stop_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None


def _longest_idle(connections: Iterable[Any], newest: BoundedProtocol) -> BoundedProtocol:
    """Return the connection to let go: an idle one that waits longest; the newest itself where all are answered."""
    idle = [each for each in connections if each is not newest and each.is_idle]
    return min(idle, key=lambda each: each.idle_since, default=newest)

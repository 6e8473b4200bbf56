"""Hands news from the threads that write to every open stream: which streams changed, and what monitors show."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

QUEUE_LENGTH = 64


class Hub:
    """A one-to-many hand-over between writing threads and the event loop of the streams."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._queues: set[asyncio.Queue[str]] = set()

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Bind to the loop that serves the streams."""
        self._loop = loop

    def subscribe(self) -> asyncio.Queue[str]:
        """Return a queue that gets every message from now on."""
        queue: asyncio.Queue[str] = asyncio.Queue(QUEUE_LENGTH)
        self._queues.add(queue)
        return queue

    def unsubscribe(self, queue: asyncio.Queue[str]) -> None:
        """Forget a queue."""
        self._queues.discard(queue)

    def publish(self, event: str, content: Mapping[str, Any]) -> None:
        """Send an event to every stream; may be called from any thread."""
        loop = self._loop
        if loop is None or loop.is_closed() or not self._queues:
            return
        message = f"event: {event}\ndata: {json.dumps(content)}\n\n"
        loop.call_soon_threadsafe(self._deliver, message)

    def _deliver(self, message: str) -> None:
        for queue in self._queues:
            if queue.full():
                # A reader that lags gets the newest: it re-fetches anyway.
                queue.get_nowait()
            queue.put_nowait(message)


hub = Hub()
"""The one hub of this process."""

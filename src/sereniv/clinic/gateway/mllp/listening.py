"""The thread that listens for devices, with a loop of its own: no page waits for a device, and no device for a page."""

import asyncio
import logging
import socket
import ssl
import threading

from sereniv.clinic.gateway.mllp.judging import Writer
from sereniv.clinic.gateway.mllp.line import AT_ONCE, Lines
from sereniv.clinic.gateway.mllp.plan import Plan
from sereniv.clinic.home import HomeError

KEEPALIVE = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))
"""Seconds, and tries: a peer that is gone without a word is noticed after two minutes."""

HANDSHAKE_WITHIN_S = 10.0

log = logging.getLogger(__name__)


def bound(plan: Plan) -> socket.socket:
    """Return a socket that is bound where devices are listened for; raises HomeError where it cannot be."""
    family = socket.AF_INET6 if ":" in plan.address else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE:
        if hasattr(socket, name):
            listening.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    try:
        listening.bind((plan.address, plan.port))
    except OSError as error:
        listening.close()
        raise HomeError(
            f"Devices cannot be listened for on {plan.address}:{plan.port} ({error.strerror or error}). Say another "
            "address or port: sereniv listen --help."
        ) from error
    return listening


class Listening(threading.Thread):
    """Listens for devices for as long as the server runs."""

    def __init__(self, listening: socket.socket, secured: ssl.SSLContext | None, writer: Writer) -> None:
        super().__init__(name="devices", daemon=True)
        self._socket, self._secured, self._writer = listening, secured, writer
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None
        self._runs = threading.Event()

    @property
    def address(self) -> str:
        """Where is listened, as ADDRESS:PORT."""
        address, port, *_ = self._socket.getsockname()
        return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"

    def start(self) -> None:
        """Begin; whoever connects from here on is heard."""
        self._writer.start()
        super().start()
        self._runs.wait(timeout=10)

    def run(self) -> None:
        """Listen until told to end."""
        try:
            asyncio.run(self._listen())
        except Exception:  # a thread that ends by an exception prints it whole, past the filter of the logs
            log.exception("Devices are listened for no more; start the server again.")
        finally:
            self._runs.set()

    def end(self) -> None:
        """Close the door and every line, then let what was taken in be kept."""
        if self._loop is not None and self._ending is not None and self.is_alive():
            self._loop.call_soon_threadsafe(self._ending.set)
        self.join(timeout=5)
        self._writer.end()

    async def _listen(self) -> None:
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        lines = Lines(self._writer)
        within = HANDSHAKE_WITHIN_S if self._secured is not None else None
        server = await asyncio.start_server(
            lines.serve, sock=self._socket, limit=2 * AT_ONCE, ssl=self._secured, ssl_handshake_timeout=within,
            backlog=128,
        )  # fmt: skip
        self._runs.set()
        await self._ending.wait()
        server.close()
        await lines.end()

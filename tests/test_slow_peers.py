"""Peers that dawdle, or come in hundreds, hold up nobody but themselves."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
import uvicorn
from a2wsgi import WSGIMiddleware

from sereniv.clinic.connections import BoundedProtocol, Limits
from sereniv.clinic.server import Application

LARGE = b"x" * 4_000_000
DEADLINE_S = 30.0
ASK = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
HALF = b"GET / HTTP/1.1\r\nHost: he"


async def _large(scope: Any, receive: Any, send: Any) -> None:
    del receive
    body = LARGE if scope["path"] == "/large" else b"ok"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


def _play(limits: Limits, play: Callable[[int], Awaitable[None]]) -> None:
    """Serve `_large` under some limits and let peers play against it."""
    bounded = type("Bounded", (BoundedProtocol,), {"limits": limits})

    async def run() -> None:
        listening = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(_large, http=bounded, log_config=None, log_level="critical", lifespan="off")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server._serve(sockets=[listening]))  # without its signal handlers
        try:
            await asyncio.wait_for(play(listening.getsockname()[1]), DEADLINE_S)
        finally:
            server.should_exit = server.force_exit = True
            await task

    asyncio.run(run())


async def _sent(port: int, text: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    writer.write(text)
    await writer.drain()
    return reader, writer


async def _ended(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """Read until the other side ends or cuts the connection; return what came."""
    came = b""
    try:
        while part := await reader.read(65536):
            came += part
    except ConnectionError:
        pass
    writer.close()
    return came


@pytest.mark.parametrize("begun", [b"", HALF], ids=["nothing said", "half a request"])
def test_who_never_asks_to_the_end_is_cut_off(begun: bytes) -> None:
    async def play(port: int) -> None:
        assert await _ended(*await _sent(port, begun)) == b""

    _play(Limits(request_within_s=0.05), play)


def test_a_second_request_that_stays_half_is_cut_off_too() -> None:
    async def play(port: int) -> None:
        reader, writer = await _sent(port, ASK)
        await reader.readuntil(b"ok")
        writer.write(HALF)
        assert await _ended(reader, writer) == b""

    _play(Limits(request_within_s=0.05), play)


def test_who_asks_in_time_is_answered_again_and_again() -> None:
    async def play(port: int) -> None:
        reader, writer = await _sent(port, ASK)
        for _ in range(20):
            await reader.readuntil(b"ok")
            await asyncio.sleep(0)
            writer.write(ASK)
        await reader.readuntil(b"ok")
        writer.close()

    _play(Limits(), play)


def test_who_does_not_read_is_cut_off_and_gets_less_than_all() -> None:
    async def play(port: int) -> None:
        peer = socket.create_connection(("127.0.0.1", port))
        peer.sendall(ASK.replace(b"/ ", b"/large ") * 3)
        peer.setblocking(False)
        probe = asyncio.get_running_loop()
        # Nothing is read until the server has cut the line: then what lies in the way ends in an error or short.
        while True:
            try:
                await probe.sock_sendall(peer, b"x")
            except OSError:
                break
            await asyncio.sleep(0.01)
        peer.close()

    _play(Limits(read_within_s=0.05, request_within_s=DEADLINE_S), play)


def test_where_the_house_is_full_the_longest_idle_goes() -> None:
    async def play(port: int) -> None:
        kept = []
        for _ in range(3):
            reader, writer = await _sent(port, ASK)
            await reader.readuntil(b"ok")
            kept.append((reader, writer))
        reader, writer = await _sent(port, ASK)
        await reader.readuntil(b"ok")
        assert await _ended(*kept[0]) == b"", "the first came, was answered and has waited longest"
        kept[2][1].write(ASK)
        await kept[2][0].readuntil(b"ok")
        for _, each in (*kept[1:], (reader, writer)):
            each.close()

    _play(Limits(most=3), play)


def test_who_does_not_read_holds_no_thread() -> None:
    """A page is made whole before any of it is sent: with one thread, a second peer is served beside a stalled one."""

    def page(environ: Any, start_response: Any) -> Iterator[bytes]:
        del environ
        start_response("200 OK", [])
        return iter([b"x" * 4096] * 200)

    async def play() -> int:
        application = Application.__new__(Application)
        application._pages = WSGIMiddleware(page, workers=1)
        never, sizes = asyncio.Event(), []

        async def stalled(message: Any) -> None:
            del message
            await never.wait()

        async def read(message: Any) -> None:
            sizes.append(len(message.get("body", b"")))

        first = asyncio.create_task(application(_request(), _no_body, stalled))
        await asyncio.sleep(0)
        await asyncio.wait_for(application(_request(), _no_body, read), DEADLINE_S)
        first.cancel()
        return sum(sizes)

    assert asyncio.run(play()) == 200 * 4096


def _request() -> dict[str, Any]:
    return {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"", "http_version": "1.1"}


async def _no_body() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}

"""Only who may bring a file in sends a large body, few at once, and nobody else waits for them."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import pytest
from a2wsgi import WSGIMiddleware

from sereniv.clinic import server
from sereniv.clinic.server import LONGEST_BODY, UPLOADS_AT_ONCE, Application
from sereniv.clinic.web.shell.uploads import UPLOAD_PATH

Message = MutableMapping[str, Any]
DEADLINE_S = 30.0
SIGNED_IN = "manager"


class Who:
    """Somebody signed in, who may bring files in or not."""

    def __init__(self, name: str) -> None:
        self.name = name

    def may(self, permission: object) -> bool:
        """Say whether they may."""
        return self.name == SIGNED_IN and str(permission) == "import another practice's records"


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Know each cookie that is not empty or made up."""
    monkeypatch.setattr(server, "signed_in", lambda cookie: Who(cookie) if cookie not in {"", "made up"} else None)


def application() -> Application:
    """Return an application with one page, which says how much came."""

    def page(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [str(len(environ["wsgi.input"].read())).encode()]

    made = Application.__new__(Application)
    made._pages = WSGIMiddleware(page, workers=1)
    made._uploads = asyncio.Semaphore(UPLOADS_AT_ONCE)
    return made


def asked(cookie: str, method: str = "POST") -> dict[str, Any]:
    """Return the beginning of a request to the page that takes a file."""
    headers = [(b"cookie", cookie.encode())] if cookie else []
    return {"type": "http", "method": method, "path": UPLOAD_PATH, "headers": headers, "query_string": b"",
            "http_version": "1.1"}  # fmt: skip


def body(size: int) -> Callable[[], Awaitable[Message]]:
    """Return what gives a body on in one part."""

    async def receive() -> Message:
        return {"type": "http.request", "body": b"x" * size, "more_body": False}

    return receive


async def never() -> Message:
    """Send nothing, for ever."""
    await asyncio.Event().wait()
    raise AssertionError


async def answer(
    made: Application, scope: dict[str, Any], receive: Callable[[], Awaitable[Message]]
) -> tuple[int, bytes]:
    """Return status and body of an answer."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await asyncio.wait_for(made(scope, receive, send), DEADLINE_S)
    return sent[0]["status"], b"".join(each.get("body", b"") for each in sent[1:])


@pytest.mark.parametrize(
    ("cookie", "method", "status"),
    [
        ("", "POST", 413), ("made up", "POST", 413), ("nurse", "POST", 413), (SIGNED_IN, "PUT", 413),
        (SIGNED_IN, "GET", 413), (SIGNED_IN, "POST", 200),
    ],
)  # fmt: skip
def test_a_large_body_is_taken_of_who_may_bring_a_file_alone(cookie: str, method: str, status: int) -> None:
    async def play() -> tuple[int, bytes]:
        return await answer(application(), asked(cookie, method), body(LONGEST_BODY + 1))

    found, words = asyncio.run(play())
    assert found == status
    assert words.endswith(b".") or words == str(LONGEST_BODY + 1).encode(), "a refusal says what to do"


def test_strangers_who_send_slowly_hold_nobodys_turn() -> None:
    async def play() -> tuple[int, bytes]:
        made = application()
        slow = [asyncio.create_task(made(asked(""), never, never)) for _ in range(UPLOADS_AT_ONCE)]
        for _ in range(50):
            await asyncio.sleep(0)
        found = await answer(made, asked(SIGNED_IN), body(10))
        for each in slow:
            each.cancel()
        return found

    assert asyncio.run(play()) == (200, b"10")


def test_who_waits_too_long_for_a_turn_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "UPLOAD_TURN_WITHIN_S", 0.01)

    async def play() -> tuple[int, bytes]:
        made = application()
        for _ in range(UPLOADS_AT_ONCE):
            await made._uploads.acquire()
        return await answer(made, asked(SIGNED_IN), body(10))

    status, words = asyncio.run(play())
    assert status == 503
    assert b"again in a minute" in words


def test_a_turn_is_held_until_the_answer_is_made_and_not_until_it_is_read() -> None:
    async def play() -> list[int]:
        made = application()
        pages, left = made._pages, []

        async def watched(scope: Any, receive: Any, send: Any) -> None:
            left.append(made._uploads._value)
            await pages(scope, receive, send)

        async def send(message: Message) -> None:
            del message
            left.append(made._uploads._value)

        made._pages = watched
        await asyncio.wait_for(made(asked(SIGNED_IN), body(10), send), DEADLINE_S)
        return left

    held = asyncio.run(play())
    assert held[0] == UPLOADS_AT_ONCE - 1
    assert set(held[1:]) == {UPLOADS_AT_ONCE}

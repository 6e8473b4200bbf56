"""What an attacker would try, and how it is answered."""

import asyncio
from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
from django.core.cache import cache

from sereniv.clinic.server import LONGEST_BODY, whole_body

pytestmark = pytest.mark.django_db
Message = MutableMapping[str, Any]


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """Limits count anew in each test."""
    cache.clear()
    yield
    cache.clear()


def _body_of(parts: list[Message], patience_s: float = 5.0) -> Message | int:
    """Read a body sent in `parts`, after which the sender says nothing more."""

    async def read() -> Message | int:
        left = iter(parts)

        async def receive() -> Message:
            part = next(left, None)
            if part is None:
                await asyncio.Event().wait()
            assert part is not None
            return part

        taken = await whole_body(receive, patience_s)
        return taken if isinstance(taken, int) else await taken()

    return asyncio.run(read())


def _part(body: bytes, more: bool) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_is_whole_before_it_takes_a_thread() -> None:
    assert _body_of([_part(b"a", True), _part(b"b", False)]) == _part(b"ab", False)


def test_a_half_sent_body_is_given_up_and_never_takes_a_thread() -> None:
    assert _body_of([_part(b"a", True)], patience_s=0.01) == 408


def test_a_body_too_large_is_refused_while_it_arrives() -> None:
    assert _body_of([_part(b"x" * LONGEST_BODY, True), _part(b"x", True)]) == 413


def test_a_sender_who_left_is_forgotten() -> None:
    assert _body_of([_part(b"a", True), {"type": "http.disconnect"}]) == 400

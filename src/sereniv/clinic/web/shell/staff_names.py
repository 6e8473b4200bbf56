"""The names of the people who work here, read once a request however many lines name them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sereniv.clinic.accounts import staff

_known: ContextVar[dict[str, str] | None] = ContextVar("staff_names", default=None)
"""Filled at the first question of a request; None outside one, and then every question asks the table."""


@contextmanager
def read_once() -> Iterator[None]:
    """Answer everything within from one reading of the table."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def staff_name(username: str) -> str:
    """Return the full name behind a user name; the user name itself where nobody has it."""
    known = _known.get()
    if known is None:
        person = staff.named(username)
        return person.full_name if person else username
    if not known:
        known.update(staff.full_names())
    return known.get(username, username)

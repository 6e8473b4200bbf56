"""What a Today list is made of: lines under topics, and what every finder of lines is told."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from sereniv.clinic.accounts.models import Staff
from sereniv.therapy.time_words import ago

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that waits: what, where it is done, and whether it presses."""

    what: str
    address: str
    detail: str = ""
    pressing: bool = False
    born: date | None = None
    """The date of birth of whom it is about: two people may have one name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Lines of one kind under their title."""

    title: str
    lines: tuple[Line, ...]

    @property
    def presses(self) -> bool:
        """True where any of them presses."""
        return any(line.pressing for line in self.lines)


class Moment(Protocol):
    """Who looks, and when."""

    me: Staff
    now: datetime


def since(at: datetime, now: datetime) -> str:
    """Say how long ago something was."""
    return ago(now - at)

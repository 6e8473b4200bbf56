"""What a Today list is made of: lines under topics, and what every finder of lines is told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.therapy.recording.time_words import ago
from sereniv.therapy.recording.watched_time import horizon_of

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayLine:
    """One thing that waits: what, where it is done, and whether it presses.

    The same line serves everybody: `needs` is the permission that its page asks for, and who lacks it is led to
    `otherwise`, with `otherwise_detail`. `not_for` is the user name of whom it does not wait for. `place` orders it
    among the lines of its topic, where another order than that of registration counts. `reads` is the permission to
    read the part of the record that its words tell of: who lacks it is told `plainly` and `plainly_detail` instead.
    """

    what: str
    address: str
    detail: str = ""
    pressing: bool = False
    needs: str = ""
    otherwise: str = ""
    otherwise_detail: str = ""
    not_for: str = ""
    place: str = ""
    reads: str = ""
    plainly: str = ""
    plainly_detail: str = ""
    bookings: str = ""
    """The entries of the bookings that it is about, for the calendar to mark each of them."""
    born: date | None = None
    """The date of birth of whom it is about: two people may have one name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Lines of one kind under their title."""

    title: str
    lines: tuple[TodayLine, ...]
    slug: str = ""
    more: int = 0
    """How many further lines there are on a page of their own."""

    @property
    def count(self) -> int:
        """How many lines there are in all."""
        return len(self.lines) + self.more

    @property
    def presses(self) -> bool:
        """True where any of them presses."""
        return any(line.pressing for line in self.lines)


class Moment(Protocol):
    """Who looks, and when."""

    me: Staff
    now: datetime


AGED = re.compile("\x02(.)(.*?)\x03")
"""What a kept line says otherwise each time it is shown: how long ago a moment was, and somebody's name of today."""


def since(at: datetime, now: datetime) -> str:
    """Say how long ago something was; in a line that is kept, a mark that is read when it is shown."""
    return f"\x02t{at.isoformat()}\x03" if horizon_of(now) else ago(now - at)


def named(username: str) -> str:
    """Return the mark that a kept line holds in the place of the full name of somebody of the staff."""
    return f"\x02n{username}\x03"


def shown(line: TodayLine, me: Staff, now: datetime, names: Mapping[str, str]) -> TodayLine:
    """Return a line as one reader is shown it now."""

    def words(found: re.Match[str]) -> str:
        kind, told = found.groups()
        return ago(now - datetime.fromisoformat(told)) if kind == "t" else names.get(told, told)

    elsewhere = bool(line.needs) and not me.may(Permission(line.needs))
    detail = line.otherwise_detail or line.detail if elsewhere else line.detail
    what = line.what
    if line.reads and not me.may(Permission(line.reads)):
        what, detail = line.plainly, line.plainly_detail
    return replace(
        line,
        what=AGED.sub(words, what),
        detail=AGED.sub(words, detail),
        address=line.otherwise if elsewhere else line.address,
    )

"""What the gate reads, and what a line of it says: the words that every part of the gate shares."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from sereniv.knowledge.rows import GateLine, Knowledge
from sereniv.therapy.candidacy.signed_over import SignedOver, signed_over
from sereniv.therapy.chair.staffing import ChairNow
from sereniv.therapy.person.chart import Order, PersonChart, Registered
from sereniv.therapy.recording.entry import Recorded, Unread
from sereniv.therapy.recording.time_words import ago
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.ran import Ran


class LineState(StrEnum):
    """The state of one gate line."""

    HOLDS = "holds"
    DOES_NOT_HOLD = "does not hold"
    NOT_YET_KNOWN = "not yet known"
    OVERRIDDEN = "passed by the prescriber"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFinding:
    """One line of the gate as it stands, and in words why."""

    row: GateLine
    state: LineState
    why: str
    may_be_passed_over: bool = True
    """False where no prescriber passes it with a reason: it is put right, or candidacy is decided anew."""
    is_asked: bool = True
    """False for a line that this person needs not be asked."""

    @property
    def lets_pass(self) -> bool:
        """True when the line does not hold the start back."""
        return self.state in {LineState.HOLDS, LineState.OVERRIDDEN}


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFacts:
    """What the gate reads: the session, the person, the order, earlier infusions and the time."""

    session: SessionChart
    person: PersonChart
    registered: Registered
    now: datetime
    knowledge: Knowledge
    runs: tuple[Ran, ...] = ()
    sign_anew: str = ""
    """Why the session's order is to be signed anew by what came since it was signed, "" where it is not."""
    zone: tzinfo = UTC
    name_of: Callable[[str], str] = str
    """How somebody who signed is written."""
    unread_before: tuple[Recorded[Unread], ...] = ()
    """What cannot be read of this person's other sessions."""
    elsewhere: tuple[ChairNow, ...] = ()
    """The other open chairs: one nurse has several patients."""

    @property
    def signed_over(self) -> tuple[SignedOver, ...]:
        """What the decision on candidacy was made in spite of."""
        return signed_over(self.person, self.registered, self.now, self.knowledge)

    @property
    def order(self) -> Order | None:
        """The session's order, whatever became of it."""
        return self.person.order_numbered(self.session.opened.event.order) if self.session.opened else None


Judgement = tuple[LineState, str]


TOLD_BESIDE = re.compile(
    r"[0-9]{1,2}:[0-9]{2}"
    r"|[0-9]+(?:[.,][0-9]+)?\s*(?:am|pm|o.clock|min(?:utes?)?|h(?:ours?)?|days?|units?|u|ie|mg(?!\s*/)|tablets?)\b",
    re.IGNORECASE,
)
"""A time of day, how long ago, or the dose of a medicine: what is told beside a value, and is none."""


def holds_a_value(words: str) -> bool:
    """Say whether words hold a number that may be the value asked for, besides times and doses."""
    return any(each.isdecimal() for each in TOLD_BESIDE.sub("", words))


def too_old(row: GateLine, said_at: datetime, now: datetime) -> str:
    """Say that what was said is too old to hold now; empty while it holds."""
    if row.max_age_min is None or now - said_at <= timedelta(minutes=row.max_age_min):
        return ""
    return f"{ago(now - said_at)}; it holds for {row.max_age_min} min: say it again."

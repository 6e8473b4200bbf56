"""One message at the door: whose it is, whether it can be kept, and what is answered."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sereniv.clinic import clock
from sereniv.clinic.gateway.grouping import Grouping
from sereniv.clinic.workflows.devices import receiving, turned_away
from sereniv.clinic.workflows.devices.known import Speaker, who_speaks
from sereniv.clinic.workflows.devices.receiving import Arrived
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.exchange.hl7v2 import Fault, Message, Outcome, Unreadable, answer_to, observed, read_message
from sereniv.exchange.hl7v2.observations import KIND
from sereniv.knowledge import knowledge

MOST_IN_A_GROUP = 500
NOT_OF_THIS_KIND, NOT_KNOWN, NOT_KEPT = 200, 207, 207

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A message that is not kept, and what is answered to it, None where nothing is asked."""

    answer: bytes | None


def _kept(arrived: Sequence[Arrived]) -> Sequence[None]:
    receiving.take_all(arrived, clock.now())
    return [None] * len(arrived)


Writer = Grouping[Arrived, None]


def made_writer() -> Writer:
    """Return a writer that has not begun."""
    return Grouping("device messages", _kept, MOST_IN_A_GROUP)


writer = made_writer()
"""The one thread that keeps what comes through the door for devices: begun and ended with the server."""


def judge(raw: bytes, speaker: Speaker, now: datetime) -> Arrived | Turned:
    """Read one message and say whose it is."""
    try:
        message = read_message(raw)
    except Unreadable as no:
        return Turned(answer=refused(None, no.code, str(no), now))
    if message.kind != KIND:
        words = f"This door takes {KIND}, not {message.kind}."
        return Turned(answer=refused(message, NOT_OF_THIS_KIND, words, now))
    said = observed(message, knowledge().device_codes, home_zone(), now)
    device = who_speaks(said.names, speaker)
    if isinstance(device, str):
        names = tuple(receiving.plain(name)[:60] for name in said.names[:3])
        turned_away.memory.note(
            turned_away.TurnedAway(
                source=speaker.source, certificate=speaker.certificate, names=names, why=device, times=1, last_at=now
            )
        )
        return Turned(answer=refused(message, NOT_KNOWN, device, now))
    return Arrived(device=device, raw=raw, message=message, said=said)


def taken(arrived: Arrived, now: datetime) -> bytes | None:
    """Answer a message that is on the disk."""
    return answer_to(arrived.message, Outcome.TAKEN, own_id(now), now)


def not_kept(arrived: Arrived, now: datetime) -> bytes | None:
    """Answer a message that could not be kept: it is sent again."""
    fault = Fault(code=NOT_KEPT, words="It could not be kept. Send it again.")
    return answer_to(arrived.message, Outcome.ERROR, own_id(now), now, fault)


def refused(message: Message | None, code: int, words: str, now: datetime) -> bytes | None:
    """Answer a message that is not to be sent again as it is."""
    return answer_to(message, Outcome.REFUSED, own_id(now), now, Fault(code=code, words=words))


def too_long(begun: bytes, now: datetime) -> bytes | None:
    """Answer a message that did not end, by as much of it as came."""
    try:
        message = read_message(begun)
    except Unreadable:
        message = None
    return refused(message, NOT_KEPT, "The message is longer than this door takes.", now)


def own_id(now: datetime) -> str:
    """Return the number of an answer."""
    return f"{now:%Y%m%d%H%M%S}-{next(_numbers)}"

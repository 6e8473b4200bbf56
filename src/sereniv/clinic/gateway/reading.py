"""What a machine sends, read: a message's device, samples and times, or in words what is wrong with it."""

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from sereniv.clinic.workflows.chair.device_clocks import AHEAD_ALLOWED, BEHIND_ALLOWED
from sereniv.clinic.workflows.chair.monitors import Incoming, Message
from sereniv.therapy.recording.refusal import Malformed

MOST_OF_A_NAME = 60
PLAIN_NUMBER = re.compile(r"[0-9]{1,4}(\.[0-9]{1,20})?", re.ASCII)
KEPT_TO, MOST = Decimal("0.01"), Decimal("9999.99")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The device whose token is shown, "" for the home's own, and how far its clock is said to run ahead."""

    device: str = ""
    ahead: timedelta = timedelta(0)


NAMELESS = Sender()
"""Whoever shows the home's own token: with it each feed names its device."""


def object_of(body: bytes) -> dict[str, Any]:
    """Return the JSON object that a body is; raises Malformed where it is none."""
    try:
        # Numbers with a point stay as they were written until they are judged.
        content = json.loads(body, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise Malformed("Send a JSON object.") from error
    if not isinstance(content, dict):
        raise Malformed("Send a JSON object.")
    return content


def message_of(session_id: uuid.UUID, content: Mapping[str, Any], now: datetime, sender: Sender = NAMELESS) -> Message:
    """Read one message to one session; raises Malformed with what is wrong.

    A device that shows a token of its own is that one, whatever the message says, and its times are put right by what
    is said of its clock.
    """
    raw = content.get("samples")
    if not isinstance(raw, list) or not all(isinstance(each, dict) for each in raw):
        raise Malformed('Send {"device": ..., "samples": [{"signal": ..., "value": ..., "at": ...}]}.')
    incoming = [
        Incoming(
            signal=str(each.get("signal")),
            value=value_of(each.get("value")),
            at=moment_of(each.get("at")) - sender.ahead,
        )
        for each in raw
    ]
    if any(sample.at - now > AHEAD_ALLOWED for sample in incoming):
        raise Malformed("The device's clock is more than 30 s ahead. Set it, then send again.")
    if any(now - sample.at > BEHIND_ALLOWED for sample in incoming):
        raise Malformed("The device's clock is more than a week behind. Set it, then send again.")
    device = sender.device or text_of(content.get("device", "monitor"))
    return Message(session_id=session_id, device=device, incoming=incoming)


def text_of(raw: object) -> str:
    """Read a name; raises Malformed where it is not printable."""
    text = str(raw)[:MOST_OF_A_NAME]
    # Half of a surrogate pair, NUL and the like cannot be stored by every database, nor read by anybody.
    if not text.isprintable():
        raise Malformed("Names are printable text.")
    return text


def moment_of(text: object) -> datetime:
    """Read a time with its offset; raises Malformed where it is none."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise Malformed("Write times as 2026-11-22T14:05:00+00:00.") from error
    if moment.tzinfo is None:
        raise Malformed("Write times with their offset from UTC.")
    return moment


def _put_right(at: datetime, ahead: timedelta) -> datetime:
    try:
        return at - ahead
    except OverflowError as error:
        raise Malformed("The device's clock is more than a week behind. Set it, then send again.") from error


def value_of(raw: object) -> Decimal | None:
    """Read a value, None where a monitor has no reading; raises Malformed where it is neither.

    A number is plain digits with a point: what only a programmer reads as one, such as 1_0 or 1e-9, was never shown on
    a monitor. It is kept to two decimals, and judged as it is kept.
    """
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | float | str) or not PLAIN_NUMBER.fullmatch(str(raw)):
        raise Malformed("A value is a plain number from 0 to 9999.99, or null where there is no reading.")
    value = Decimal(str(raw)).quantize(KEPT_TO, ROUND_HALF_EVEN)
    if value > MOST:
        raise Malformed("A value lies between 0 and 9999.99.")
    return value

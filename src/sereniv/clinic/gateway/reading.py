"""What a machine sends, read: a message's device, samples and times, or in words what is wrong with it."""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from sereniv.clinic.workflows.monitors import Incoming, Message
from sereniv.therapy.recording.refusal import Malformed

AHEAD_ALLOWED = timedelta(seconds=30)
"""A device clock may run ahead of the home's by this much (hazard 9)."""

BEHIND_ALLOWED = timedelta(days=7)
"""What a monitor kept while cut off is taken up to this old; older times come from a clock that was never set."""

MOST_OF_A_NAME = 60


def object_of(body: bytes) -> dict[str, Any]:
    """Return the JSON object that a body is; raises Malformed where it is none."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed("Send a JSON object.") from error
    if not isinstance(content, dict):
        raise Malformed("Send a JSON object.")
    return content


def message_of(session_id: uuid.UUID, content: Mapping[str, Any], now: datetime) -> Message:
    """Read one message to one session; raises Malformed with what is wrong."""
    raw = content.get("samples")
    if not isinstance(raw, list) or not all(isinstance(each, dict) for each in raw):
        raise Malformed('Send {"device": ..., "samples": [{"signal": ..., "value": ..., "at": ...}]}.')
    incoming = [
        Incoming(signal=str(each.get("signal")), value=value_of(each.get("value")), at=moment_of(each.get("at")))
        for each in raw
    ]
    if any(sample.at - now > AHEAD_ALLOWED for sample in incoming):
        raise Malformed("The device's clock is more than 30 s ahead. Set it, then send again.")
    if any(now - sample.at > BEHIND_ALLOWED for sample in incoming):
        raise Malformed("The device's clock is more than a week behind. Set it, then send again.")
    return Message(session_id=session_id, device=text_of(content.get("device", "monitor")), incoming=incoming)


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


def value_of(raw: object) -> Decimal | None:
    """Read a value, None where a monitor has no reading; raises Malformed where it is neither."""
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise Malformed("A value is a number, or null where there is no reading.")
    try:
        value = Decimal(str(raw))
    except InvalidOperation as error:
        raise Malformed("A value is a number, or null where there is no reading.") from error
    if not value.is_finite() or not 0 <= value < 10_000:
        raise Malformed("A value lies between 0 and 10000.")
    return value

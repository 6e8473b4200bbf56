"""What is answered to a message: taken, in error, or refused, to whom asked for it, in the terms they asked in."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sereniv.exchange.hl7v2.message import MOST_OF_A_NUMBER, Message, Segment

ME = "SERENIV"
VERSIONS = ("2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2", "2.9")
MOST_OF_WORDS = 200


class Outcome(StrEnum):
    """How a message fared: it is durable; it may be sent again; it must not be sent again as it is."""

    TAKEN = "A"
    ERROR = "E"
    REFUSED = "R"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a message was not taken: its code in HL7 table 0357, and words for whoever reads the sender's log."""

    code: int
    words: str


def answer_to(
    message: Message | None, outcome: Outcome, own_id: str, at: datetime, fault: Fault | None = None
) -> bytes | None:
    """Return the answer to a message, None where its sender asked for none.

    MSH-16 asks what became of it (AA, AE, AR), MSH-15 whether it was taken (CA, CE, CR). Where both are asked, the
    first is answered: the message is durable by then, which is what the second would say. Of bytes that are no
    message nothing is known but that they are refused.
    """
    mode = "A" if message is None else _mode(message, outcome)
    if mode is None:
        return None
    header = None if message is None else message.header
    number = "" if message is None else message.control_id
    version = header.text(12) if header else ""
    trigger = header.text(9, 2) if header else ""
    back_to = (_safe(header, 3), _safe(header, 4)) if header else ("", "")
    stamp = f"{at.astimezone(UTC):%Y%m%d%H%M%S}+0000"
    kind = f"ACK^{_plain(trigger)}^ACK" if trigger else "ACK"
    lines = [
        f"MSH|^~\\&|{ME}||{back_to[0]}|{back_to[1]}|{stamp}||{kind}|{_plain(own_id)}|"
        f"{_processing(message)}|{version if version in VERSIONS else '2.6'}||||||UNICODE UTF-8",
        f"MSA|{mode}{outcome}|{_plain(number)}",
    ]
    if fault is not None:
        lines.append(f"ERR|||{fault.code}|E||||{_plain(fault.words)[:MOST_OF_WORDS]}")
    return ("\r".join(lines) + "\r").encode("utf-8")


def _mode(message: Message, outcome: Outcome) -> str | None:
    """Return in which terms an answer is asked for: as application's, as the line's, or None where not at all."""
    accept, application = message.header.text(15).upper(), message.header.text(16).upper()
    if not accept and not application:
        return "A"
    if _asks(application, outcome):
        return "A"
    return "C" if _asks(accept, outcome) else None


def _asks(when: str, outcome: Outcome) -> bool:
    went_well = outcome is Outcome.TAKEN
    return when == "AL" or (when == "SU" and went_well) or (when == "ER" and not went_well)


def _processing(message: Message | None) -> str:
    said = message.header.text(11) if message else ""
    return said if said in {"P", "T", "D"} else "P"


def _safe(header: Segment, number: int) -> str:
    """Return a field of the header in the delimiters of the answer."""
    parts = header.components(number)
    return "^".join(_plain(part) for part in parts)[:MOST_OF_A_NUMBER]


def _plain(text: str) -> str:
    """Return a text with the delimiters escaped, and nothing in it that would end a line or a message."""
    one_line = re.sub(r"[\x00-\x1f\x7f]+", " ", text)
    escaped = one_line.replace("\\", "\\E\\")
    for sign, written in (("|", "F"), ("^", "S"), ("~", "R"), ("&", "T")):
        escaped = escaped.replace(sign, f"\\{written}\\")
    return escaped

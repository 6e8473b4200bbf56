"""HL7 v2 as bedside devices speak it (ORU^R01, IHE PCD-01): bytes to readings, and the answer to a message."""

from sereniv.exchange.hl7v2.answering import Fault, Outcome, answer_to
from sereniv.exchange.hl7v2.framing import Deframer, TooLong, framed
from sereniv.exchange.hl7v2.message import Message, Unreadable, read_message
from sereniv.exchange.hl7v2.observations import Observed, Reading, SetAside, Status, observed

__all__ = [
    "Deframer",
    "Fault",
    "Message",
    "Observed",
    "Outcome",
    "Reading",
    "SetAside",
    "Status",
    "TooLong",
    "Unreadable",
    "answer_to",
    "framed",
    "observed",
    "read_message",
]

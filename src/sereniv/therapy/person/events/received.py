"""What another record sent about a person: kept as it came, in nobody's chart until somebody here says so."""

from dataclasses import dataclass
from enum import StrEnum


class ReceivedKind(StrEnum):
    """What something that was received is about."""

    ALLERGY = "allergy"
    MEDICINE = "medicine"
    CONDITION = "condition"
    MEASUREMENT = "measurement"
    LABORATORY = "laboratory"
    ANSWERS = "answers"
    DETAILS = "name and details"


class ReceivedOutcome(StrEnum):
    """What became of something that was received."""

    TAKEN_OVER = "taken over"
    KNOWN = "known already"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReceived:
    """An app sent one resource about the person; `body` is what it sent, sign for sign.

    `sent_by` is what the app was called then, `named` by what it named the person, and `identifiers` are its own for
    the resource. `written` is what is read of it: a substance, a medicine, a condition, a value; "" where it says that
    there are none. `icd10` is the code of a condition, "" for none. `holds` is False where its sender says that it is
    over, was ruled out or was entered in error. `asks` is True where somebody is to read it before a drug runs: a
    laboratory's value that is not known to lie within its limits, an answer that asks for a talk in person.
    """

    app: str
    sent_by: str
    named: str
    resource_type: str
    body: str
    kind: ReceivedKind
    written: str
    icd10: str = ""
    holds: bool = True
    identifiers: tuple[str, ...] = ()
    asks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedSettled:
    """Somebody here said what becomes of what was received in `entry`; the newest word on it counts."""

    entry: int
    outcome: ReceivedOutcome
    reason: str


ReceivedEvent = RecordReceived | ReceivedSettled

"""What of the work-up was done, when, and with what finding."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class WorkUpFinding(StrEnum):
    """How one item of the work-up came out."""

    NORMAL = "normal"
    ABNORMAL = "abnormal"
    NOT_INDICATED = "not_indicated"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkUpRecorded:
    """One item of the work-up: its finding, in words, and the day it was done.

    `times_upper_limit` is the highest liver enzyme as a multiple of its upper limit of normal, None where none applies.
    """

    item: str
    finding: WorkUpFinding
    words: str
    done_on: date
    times_upper_limit: Decimal | None = None


WorkUpEvent = WorkUpRecorded

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
class LaboratoryValue:
    """One value as the laboratory reported it, with its unit and that laboratory's own upper limit in the same unit."""

    analyte: str
    value: Decimal
    unit: str
    upper_limit: Decimal

    @property
    def times(self) -> Decimal:
        """The value as a multiple of the upper limit; 0 where a limit of zero was written."""
        return self.value / self.upper_limit if self.upper_limit else Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkUpRecorded:
    """One item of the work-up: its finding, in words, and the day it was done.

    `values` are those of a laboratory. `times_upper_limit` is what older forms asked instead: the highest liver enzyme
    as a multiple of its upper limit of normal, None where none applies. `values_confirmed` says that somebody was asked
    whether values, units and limits are right, and said so.
    """

    item: str
    finding: WorkUpFinding
    words: str
    done_on: date
    times_upper_limit: Decimal | None = None
    values: tuple[LaboratoryValue, ...] = ()
    values_confirmed: bool = False


WorkUpEvent = WorkUpRecorded

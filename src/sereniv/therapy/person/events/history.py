"""What is known of a person before and between infusions: history lists, measurements, pregnancy, medicines."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class HistoryList(StrEnum):
    """The history lists that are closed by entries or by one recorded tap *none of these*."""

    SUBSTANCE_USE = "substance_use"
    CONDITIONS = "conditions"
    MEDICINES = "medicines"
    ALLERGIES = "allergies"
    PSYCHIATRIC = "psychiatric"
    TRIALS = "trials"


class SubstanceUse(StrEnum):
    """What a substance-use history amounts to; several may hold."""

    PAST_DISORDER = "past_disorder"
    ACTIVE_DISORDER = "active_disorder"
    KETAMINE_OR_PCP_MISUSE = "ketamine_or_pcp_misuse"


class Pregnancy(StrEnum):
    """Pregnancy status as known."""

    NOT_APPLICABLE = "not_applicable"
    NOT_PREGNANT = "not_pregnant"
    PREGNANT = "pregnant"
    BREASTFEEDING = "breastfeeding"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRecorded:
    """A history list was gone through: its entries, or none of these."""

    list: HistoryList
    entries: tuple[str, ...] = ()
    substance_use: tuple[SubstanceUse, ...] = ()

    @property
    def none_of_these(self) -> bool:
        """True when the list was closed by one tap."""
        return not self.entries and not self.substance_use


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Body measurements and vital signs taken outside an infusion; None was not taken.

    `questions` holds, by field, what a person must confirm before the value may be used.
    """

    weight_kg: Decimal | None = None
    height_cm: Decimal | None = None
    systolic: Decimal | None = None
    diastolic: Decimal | None = None
    heart_rate: Decimal | None = None
    spo2: Decimal | None = None
    respiratory_rate: Decimal | None = None
    questions: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueConfirmed:
    """A person confirmed that a questioned value of an earlier entry is right."""

    entry: int
    field: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PregnancyRecorded:
    """Pregnancy status, how it is known, and whether the patient breastfeeds.

    `breastfeeding` is None where it was not asked by itself: older forms had it as a status beside the others.
    """

    status: Pregnancy
    basis: str
    breastfeeding: bool | None = None

    @property
    def breastfeeds(self) -> bool:
        """True where it was said, in the present form or in an older one."""
        return self.breastfeeding is True or self.status is Pregnancy.BREASTFEEDING


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicinesReviewed:
    """The medicine list was gone through with the patient."""

    remark: str = ""


HistoryEvent = HistoryRecorded | Measured | ValueConfirmed | PregnancyRecorded | MedicinesReviewed

"""What a person is considered for: the indication, the diagnosis behind it, and the level of care decided first."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicationChanged:
    """The person is considered for something else than before; earlier decisions do not carry over."""

    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosisRecorded:
    """A diagnosis behind an indication, with the features that its entry rule reads; None was not asked or not known.

    `ideation_present` is a clinician's own rating, `budapest_criteria_met` a clinician's examination.
    """

    indication: str
    icd10: str
    words: str
    diagnosed_by: str
    since: date | None = None
    psychotic_features: bool | None = None
    mood_stabiliser_therapeutic: bool | None = None
    budapest_criteria_met: bool | None = None
    ideation_present: bool | None = None


class LevelOfCare(StrEnum):
    """Where a person is cared for now."""

    OUTPATIENT = "outpatient"
    EMERGENCY = "emergency"
    INPATIENT = "inpatient"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelOfCareDecided:
    """A person decided where somebody with suicidal thoughts is to be cared for, before any infusion is thought of."""

    level: LevelOfCare
    words: str


DiagnosisEvent = IndicationChanged | DiagnosisRecorded | LevelOfCareDecided

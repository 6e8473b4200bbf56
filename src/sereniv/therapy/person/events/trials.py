"""What was tried before: raw facts per treatment, from which adequacy is computed and never typed."""

from dataclasses import dataclass
from enum import StrEnum


class TrialKind(StrEnum):
    """What kind of treatment was tried."""

    MEDICATION = "medication"
    AUGMENTATION = "augmentation"
    PSYCHOTHERAPY = "psychotherapy"
    ECT = "ect"
    TMS = "tms"
    ESKETAMINE = "esketamine"
    KETAMINE = "ketamine"


class StoppedFor(StrEnum):
    """Why a treatment ended, or that it goes on."""

    NO_BENEFIT = "no_benefit"
    SIDE_EFFECTS = "side_effects"
    OTHER = "other"
    STILL_TAKEN = "still_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRecorded:
    """One earlier treatment as it was; None is not known, and nothing is concluded from it.

    `weeks` counts at the dose in question; `improvement_percent` is the best improvement there was, 0 for none.
    """

    treatment: str
    kind: TrialKind
    drug_class: str
    highest_dose: str
    reached_minimum_dose: bool | None
    weeks: int | None
    adherent: bool | None
    improvement_percent: int | None
    stopped_for: StoppedFor
    in_current_episode: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialLeftUnknown:
    """A prescriber said that nobody can find out what is missing of the trial in `entry`: it counts for nothing."""

    entry: int
    reason: str


TrialEvent = TrialRecorded | TrialLeftUnknown

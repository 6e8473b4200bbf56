"""What is known of substance use, substance by substance, and totals of scores that were worked out elsewhere."""

from dataclasses import dataclass
from enum import StrEnum


class Substance(StrEnum):
    """What is asked about."""

    ALCOHOL = "alcohol"
    CANNABIS = "cannabis"
    OPIOIDS = "opioids"
    STIMULANTS = "stimulants"
    SEDATIVES = "sedatives"
    HALLUCINOGENS = "hallucinogens"
    KETAMINE_OR_PCP = "ketamine_or_pcp"
    OTHER = "other"


class Use(StrEnum):
    """What use of one substance amounts to: a disorder or misuse now, in the past, or none."""

    NONE = "none"
    PAST = "past"
    ACTIVE = "active"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstanceAsked:
    """One substance and what its use amounts to, in words where there are any."""

    substance: Substance
    use: Use
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstancesRecorded:
    """Every substance was asked about, one by one."""

    asked: tuple[SubstanceAsked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreEntered:
    """A total worked out elsewhere, as older homes kept it: since then it is a `ScaleAnswered` without answers."""

    scale: str
    total: int
    scored_by: str


SubstanceEvent = SubstancesRecorded | ScoreEntered

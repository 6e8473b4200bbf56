"""What happens to a person outside an infusion: consent, history, measurements, scores, decisions, orders."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sereniv.knowledge.rows import Action


class HistoryList(StrEnum):
    """The history lists that are closed by entries or by one recorded tap *none of these*."""

    SUBSTANCE_USE = "substance_use"
    CONDITIONS = "conditions"
    MEDICINES = "medicines"
    ALLERGIES = "allergies"


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


class Decision(StrEnum):
    """What a prescriber decides about a candidate."""

    ELIGIBLE = "eligible"
    NEEDS_EVALUATION = "needs_evaluation"
    DECLINED = "declined"


class WeightBasis(StrEnum):
    """Which weight doses."""

    ACTUAL = "actual"
    IDEAL = "ideal"
    ADJUSTED = "adjusted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecorded:
    """The patient signed a version of the consent."""

    version: str
    signer_name: str
    witness_name: str = ""


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
    """Pregnancy status, and how it is known."""

    status: Pregnancy
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicinesReviewed:
    """The medicine list was gone through with the patient."""

    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleAnswered:
    """A rating scale was answered; None is a blank, refused or unknown answer. `total` only when complete."""

    scale: str
    answers: tuple[int | None, ...]
    total: int | None
    answered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationRecorded:
    """A concern was evaluated by somebody qualified, with a finding; it expires."""

    criterion: str
    evaluator: str
    finding: str
    valid_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingTaken:
    """What a criterion said when the prescriber decided, kept with the decision."""

    criterion: str
    version: int
    result: str
    action: Action | None
    read: dict[str, str]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidacyDecided:
    """A prescriber's signed decision, with everything it read and the rules of its day."""

    decision: Decision
    indication: str
    reason: str
    knowledge_version: str
    findings: tuple[FindingTaken, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitTaken:
    """A limit that an order went past, with the reason given."""

    limit: str
    severity: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSigned:
    """One infusion ordered, every number of it exact and in named units."""

    protocol: str
    protocol_version: int
    knowledge_version: str
    infusion_number: int
    weight_entry: int
    measured_weight_kg: Decimal
    dose_weight_kg: Decimal
    weight_basis: WeightBasis
    dose_mg_per_kg: Decimal
    dose_mg: Decimal
    concentration_mg_per_ml: Decimal
    volume_ml: Decimal
    rate_ml_per_h: Decimal
    duration_min: int
    limits: tuple[LimitTaken, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCoSigned:
    """A second eligible person checked the order independently: they typed dose and rate themselves."""

    order: int
    dose_mg: Decimal
    rate_ml_per_h: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderWithdrawn:
    """An order was withdrawn before it was used."""

    order: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyAcknowledged:
    """Somebody saw a positive or blank suicide item and took it on: they ask in person, or see that it is done."""

    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyAsked:
    """A positive or blank suicide item was taken up in person, with what was found and done."""

    entry: int
    finding: str


PersonEvent = (
    ConsentRecorded
    | HistoryRecorded
    | Measured
    | ValueConfirmed
    | PregnancyRecorded
    | MedicinesReviewed
    | ScaleAnswered
    | EvaluationRecorded
    | CandidacyDecided
    | OrderSigned
    | OrderCoSigned
    | OrderWithdrawn
    | SafetyAcknowledged
    | SafetyAsked
)

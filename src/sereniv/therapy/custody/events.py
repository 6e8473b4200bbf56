"""What happens to a vial of the controlled drug, in the past tense, from the safe to its last drop."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class VialReceived:
    """A vial came into stock; why, where its strength or volume is not one that is expected here."""

    label: str
    ndc: str
    lot: str
    expires: date
    strength_mg_per_ml: Decimal
    volume_ml: Decimal
    supplier: str
    unusual_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptCorrected:
    """What was written down when the vial came in was wrong; this is what its label says."""

    label: str
    ndc: str
    lot: str
    expires: date
    strength_mg_per_ml: Decimal
    volume_ml: Decimal
    supplier: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VialOpened:
    """The seal was broken: by somebody, or with the first drug drawn from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugDrawn:
    """Drug was drawn for one session, two people at the vial; `corrects` names an earlier draw that was written wrong.

    A draw that was charted to the wrong vial is corrected there by one of no volume.
    """

    session: str
    volume_ml: Decimal
    mg: Decimal
    corrects: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugAccounted:
    """What became of drug drawn for a session: given, and wasted before a witness.

    `corrects` names an earlier account of the same session that was wrong: it stays legible and no longer counts.
    """

    session: str
    given_mg: Decimal
    wasted_mg: Decimal
    method: str
    corrects: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VialWasted:
    """The rest of a vial, or a part of it, was wasted before a witness."""

    volume_ml: Decimal
    mg: Decimal
    reason: str
    method: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VialDamaged:
    """Drug was lost that nobody can gather up: a broken vial, a spill."""

    volume_ml: Decimal
    mg: Decimal
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VialReturned:
    """What was left went out of the house: to a reverse distributor, or back to who supplied it."""

    volume_ml: Decimal
    mg: Decimal
    returned_to: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VialSetApart:
    """The vial was set apart, not to be drawn from: expired, damaged, recalled or in doubt."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VialPutBack:
    """A vial that was set apart may be drawn from again."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VialCounted:
    """Somebody counted what is left, without being shown what should be.

    `expected_ml` is what the ledger had then; a difference up to `tolerance_ml`, the rule of that day, is none.
    """

    volume_ml: Decimal
    expected_ml: Decimal | None = None
    tolerance_ml: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceExplained:
    """The difference that a count found was explained; nothing in the ledger moves by it."""

    count: int
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAdjusted:
    """The ledger was put to what was counted; `volume_ml` is negative where less was there than should be."""

    count: int
    volume_ml: Decimal
    mg: Decimal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LossReported:
    """Drug is missing and its loss or theft was reported; `count` names the count that found it, where one did."""

    volume_ml: Decimal
    mg: Decimal
    circumstances: str
    reported_to: str
    reference: str
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StockEntryStruck:
    """An entry of the vial's ledger was written in error: it stays legible and no longer counts."""

    entry: int
    reason: str


StockEvent = (
    VialReceived
    | ReceiptCorrected
    | VialOpened
    | DrugDrawn
    | DrugAccounted
    | VialWasted
    | VialDamaged
    | VialReturned
    | VialSetApart
    | VialPutBack
    | VialCounted
    | DifferenceExplained
    | StockAdjusted
    | LossReported
    | StockEntryStruck
)

STRIKABLE = (VialOpened, VialWasted, VialDamaged, VialReturned)
"""What may be struck by itself; receipt, draw and account are corrected, a difference is closed, never struck."""

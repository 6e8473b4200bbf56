"""What was ordered for one infusion, by whom, and checked by whom."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class WeightBasis(StrEnum):
    """Which weight doses."""

    ACTUAL = "actual"
    IDEAL = "ideal"
    ADJUSTED = "adjusted"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitTaken:
    """A limit that an order went past, with the reason given."""

    limit: str
    severity: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine:
    """One line that stood on the page when somebody signed: what it is about, and its words."""

    what: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSigned:
    """One infusion ordered, every number of it exact and in named units.

    An order by rate also holds what was asked in mg/kg/h and the cap, if one held. What stood on the page is an entry
    of its own, `OrderShown`; for a while version 3 kept it here, in `shown`.
    """

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
    rate_mg_per_kg_per_h: Decimal | None = None
    cap_mg_per_h: Decimal | None = None
    shown: tuple[ShownLine, ...] = ()


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
class OrderShown:
    """What was known when an order was signed, and stood before the prescriber.

    The last dose and how it was borne, medicines since, what was open, and what else bore on it. It quotes other
    entries: an entry of its own, it goes by law with what it quotes, and the order stands as it was signed.
    """

    order: int
    lines: tuple[ShownLine, ...]


OrderEvent = OrderSigned | OrderShown | OrderCoSigned | OrderWithdrawn

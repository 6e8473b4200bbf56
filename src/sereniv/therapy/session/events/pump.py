"""What was done at the pump, and what it was found doing."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionStarted:
    """The nurse started the pump at the ordered rate, read back from its screen."""

    rate_ml_per_h: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionFoundRunning:
    """An infusion was found already running: charted late, with the deviation it is."""

    rate_ml_per_h: Decimal
    deviation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChanged:
    """The nurse set another rate on the pump."""

    rate_ml_per_h: Decimal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RateFound:
    """The pump was found at a rate other than charted."""

    rate_ml_per_h: Decimal
    deviation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionPaused:
    """The nurse paused the pump."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionResumed:
    """The nurse let the pump run again."""

    rate_ml_per_h: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionStopped:
    """The nurse stopped the pump."""

    reason: str = ""

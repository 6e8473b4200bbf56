"""The effect site: a place that follows the plasma of S-ketamine with a lag."""

import math
from dataclasses import dataclass

from sereniv.knowledge.models import effect_table
from sereniv.units import hours_from_minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectSite:
    """A site that follows the plasma of S-ketamine with a half-time; it takes no drug from it.

    R-ketamine does not contribute (olofsen-2022). Hang it on an arterial model (Simons 2022): venous data already
    contain a lag.
    """

    half_time_min: float
    source: str = "olofsen-2022"

    def __post_init__(self) -> None:
        """Refuse a half-time that is not above zero."""
        if not (math.isfinite(self.half_time_min) and self.half_time_min > 0):
            raise ValueError(f"half_time_min is {self.half_time_min}; give a half-time in minutes above 0.")

    @property
    def ke0_per_h(self) -> float:
        """The rate constant ke0, 1/h."""
        return math.log(2.0) / hours_from_minutes(self.half_time_min)


def published_effect_site() -> tuple[EffectSite, EffectSite, EffectSite]:
    """Return the effect site of perception at its estimate, low and high half-time (8.3, 5.1, 13.0 min)."""
    half_time = effect_table("effect_site")["half_time"]
    assert half_time.low is not None  # noqa: S101  the table is ours
    assert half_time.high is not None  # noqa: S101
    source = half_time.provenance.source
    return (
        EffectSite(half_time_min=half_time.value, source=source),
        EffectSite(half_time_min=half_time.low, source=source),
        EffectSite(half_time_min=half_time.high, source=source),
    )

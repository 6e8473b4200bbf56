"""Rows about what a clinic may set for itself."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from sereniv.knowledge.rows.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnBound(Row):
    """How far a clinic may move the numbers whose names match `thresholds`, and what reads them.

    A bound is a number, or a fraction of the packaged number; where only one way is `stricter`, the packaged number
    is the bound on the other side.
    """

    thresholds: tuple[str, ...]
    read_by: tuple[str, ...]
    low: Decimal | None = None
    high: Decimal | None = None
    low_fraction: Decimal | None = None
    high_fraction: Decimal | None = None
    stricter: Literal["lower", "higher"] | None = None
    decimals: int = 0

    def range(self, packaged: Decimal) -> tuple[Decimal, Decimal]:
        """Return the least and the greatest number that may be signed instead of `packaged`."""
        low = self.low if self.low_fraction is None else packaged * self.low_fraction
        high = self.high if self.high_fraction is None else packaged * self.high_fraction
        if self.stricter == "lower":
            high = packaged
        if self.stricter == "higher":
            low = packaged
        if low is None or high is None:
            raise ValueError(f"own_bounds.toml, row [{self.id}] leaves its range open.")
        return low, high

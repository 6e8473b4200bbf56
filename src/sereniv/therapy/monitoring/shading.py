"""Which values a chart shades: those that a prompt asks about, by the rows that say they are drawn so."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sereniv.knowledge.rows import AlertRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Shading:
    """A limit of one sign, in its own unit, and on which side of it the prompt lies."""

    limit: Decimal
    lies_above: bool


def shadings(alerts: Mapping[str, AlertRule]) -> dict[str, Shading]:
    """Return what is shaded, by sign."""
    shaded = [each for each in alerts.values() if each.shade]
    above = {sign: Shading(limit=limit, lies_above=True) for each in shaded for sign, limit in each.from_any.items()}
    below = {sign: Shading(limit=limit, lies_above=False) for each in shaded for sign, limit in each.below.items()}
    return above | below

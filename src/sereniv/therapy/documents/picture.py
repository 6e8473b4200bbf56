"""A picture of numbers over time, before anybody draws it: panels one under the other on one axis."""

from dataclasses import dataclass
from enum import StrEnum


class Drawn(StrEnum):
    """How a curve is drawn: as marks without a line, as a line, as steps, or as marks joined by a line."""

    DOWN = "▼"
    UP = "▲"
    DOT = "●"
    LINE = "line"
    STEPS = "steps"
    JOINED = "● joined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Values by place on the axis; None keeps a gap a gap."""

    name: str
    points: tuple[tuple[float, float | None], ...]
    drawn: Drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One scale with its curves; `bars` join two values of one moment, `limits` are lines with their words."""

    title: str
    low: float
    high: float
    curves: tuple[Curve, ...]
    bars: tuple[tuple[float, float, float], ...] = ()
    limits: tuple[tuple[float, str], ...] = ()
    share: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Panels over one axis from `first` to `last`; `marks` are what happened, each under a short number or word.

    `summary` says in words what the picture shows, for whoever does not see it; `key` what its marks mean. Every value
    in it also stands in the text of its document.
    """

    title: str
    summary: str
    key: str
    first: float
    last: float
    ticks: tuple[tuple[float, str], ...]
    panels: tuple[Panel, ...]
    marks: tuple[tuple[float, str], ...] = ()

    def __post_init__(self) -> None:
        if not self.first < self.last or any(not panel.low < panel.high for panel in self.panels):
            raise ValueError("An axis of the picture does not run upwards.")


def room_for(values: list[float], low: float, high: float, step: float) -> tuple[float, float]:
    """Return an axis from `low` to `high`, widened in whole steps until every value lies on it."""
    least, most = min([*values, low]), max([*values, high])
    below = -(-(low - least) // step) * step
    above = -(-(most - high) // step) * step
    return low - below, high + above

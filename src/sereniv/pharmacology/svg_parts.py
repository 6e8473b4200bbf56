"""The parts of our own drawings: a frame that maps numbers to pixels, axes, bands, lines and marks, as SVG strings.

Colours come from CSS: `currentColor` for ink, `--pk-band` and `--pk-spread` for bands where the page sets them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

LEFT, RIGHT, TOP, BOTTOM = 58, 14, 54, 46
"""Room in pixels for the axis numbers, the last time label, title with legend, and the time axis."""

RUNNING = 5
"""Height in pixels of the bar that shows when the infusion runs."""
BAR = f'height="{RUNNING}" fill="currentColor" opacity="0.7"'

DASHED = '<path d="M0 -4H22" stroke="currentColor" stroke-width="2" stroke-dasharray="7 4"/>'
INFUSION = f'<rect y="-7" width="22" {BAR}/>'
"""Marks in a legend: the middle curve, and the bar of the infusion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Maps minutes and ng/mL to pixels."""

    width: int
    height: int
    last_min: float
    top_level: float

    def x(self, minute: float) -> float:
        """Return where a minute lies."""
        return LEFT + (self.width - LEFT - RIGHT) * minute / self.last_min

    def y(self, level: float) -> float:
        """Return where a level lies."""
        return self.height - BOTTOM - (self.height - TOP - BOTTOM) * level / self.top_level

    def path(self, minutes: Sequence[float], levels: Sequence[float]) -> str:
        """Return the points of a curve."""
        return " ".join(f"{self.x(m):.1f},{self.y(v):.1f}" for m, v in zip(minutes, levels, strict=True))


def running_bar(scale: Frame, start_min: float, stop_min: float) -> str:
    """Return a bar on the time axis while the infusion runs."""
    left, right = scale.x(min(start_min, scale.last_min)), scale.x(min(stop_min, scale.last_min))
    top = scale.height - BOTTOM - RUNNING
    return f'<rect x="{left:.1f}" y="{top}" width="{right - left:.1f}" {BAR}/>'


def opened(name: str, title: str, description: str, width: int, height: int) -> list[str]:
    """Return the opening of a drawing with its title and description for a screen reader."""
    prefix = escape(name)
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="pk-chart" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="{prefix}-title {prefix}-desc" font-family="inherit" font-size="12" fill="currentColor">',
        f'<title id="{prefix}-title">{escape(title)}</title>',
        f'<desc id="{prefix}-desc">{escape(description)}</desc>',
    ]


def legend(items: Sequence[tuple[str, str, int]]) -> list[str]:
    """Return the legend in words: each mark with its meaning and the room that it takes."""
    drawn, x = [], LEFT
    for mark, words, space in items:
        drawn.append(f'<g transform="translate({x} 40)">{mark}<text x="28" y="0">{escape(words)}</text></g>')
        x += space + 18
    return drawn


def swatch(variable: str, opacity: float) -> str:
    """Return a band's mark in the legend."""
    return f'<rect y="-10" width="22" height="12" fill="var({variable}, currentColor)" opacity="{opacity}"/>'


def axes(scale: Frame, quantity: str) -> list[str]:
    """Return both axes: levels with their lines, minutes since the start, and what the levels are of."""
    floor, right = scale.height - BOTTOM, scale.width - RIGHT
    drawn = []
    for level in ticks(scale.top_level):
        y = scale.y(level)
        drawn.append(f'<path d="M{LEFT} {y:.1f}H{right}" stroke="currentColor" opacity="{0.15 if level else 0.6}"/>')
        drawn.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{level:g}</text>')
    step = next(s for s in (10, 20, 30, 60, 120, 240, 480, 1440) if scale.last_min / s <= 10 or s == 1440)
    for index in range(int(scale.last_min // step) + 1):
        x = scale.x(index * step)
        drawn.append(f'<path d="M{x:.1f} {floor}v5" stroke="currentColor" opacity="0.6"/>')
        drawn.append(f'<text x="{x:.1f}" y="{floor + 18}" text-anchor="middle">{index * step}</text>')
    middle = (TOP + floor) / 2
    drawn.append(
        f'<text x="{(LEFT + right) / 2:.1f}" y="{scale.height - 8}" text-anchor="middle">minutes since start</text>'
    )
    drawn.append(
        f'<text transform="translate(15 {middle:.1f}) rotate(-90)" text-anchor="middle">{escape(quantity)}</text>'
    )
    return drawn


def area(
    scale: Frame, minutes: Sequence[float], low: Sequence[float], high: Sequence[float], variable: str, opacity: float
) -> str:
    """Return a band between two curves."""
    back = scale.path(minutes[::-1], low[::-1])
    points = f"{scale.path(minutes, high)} {back}"
    return f'<polygon points="{points}" fill="var({variable}, currentColor)" opacity="{opacity}"/>'


def line(scale: Frame, minutes: Sequence[float], levels: Sequence[float], style: str) -> str:
    """Return one curve."""
    return f'<polyline points="{scale.path(minutes, levels)}" fill="none" stroke="currentColor" {style}/>'


NOT_DRAWN = "not drawn: beyond what it was fitted at"


def not_drawn(scale: Frame, start_min: float, stop_min: float) -> str:
    """Return an empty stretch that says why nothing is drawn in it."""
    left, right = scale.x(start_min), scale.x(stop_min)
    middle = (scale.y(0) + TOP) / 2
    return (
        f'<rect x="{left:.1f}" y="{TOP}" width="{max(right - left, 1):.1f}" height="{scale.y(0) - TOP:.1f}" '
        'fill="none" stroke="currentColor" stroke-dasharray="2 4"/>'
        f'<text x="{max(left, LEFT) + 6:.1f}" y="{middle:.1f}" font-style="italic">{NOT_DRAWN}</text>'
    )


def stretches(mask: NDArray[np.bool_]) -> list[slice]:
    """Return the stretches in which a mask holds, as slices."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [slice(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]


def nice_top(level: float) -> float:
    """Return a round number at or above the highest level."""
    if not level > 0:
        return 1.0
    size = 10.0 ** math.floor(math.log10(level))
    return next(size * m for m in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if size * m >= level * 1.02 or m == 10)


def ticks(top: float) -> list[float]:
    """Return five or six round levels from zero to the top."""
    rough = top / 5
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * m for m in (1, 2, 2.5, 5, 10) if size * m >= rough * 0.999)
    return [step * i for i in range(int(top / step + 1e-9) + 1)]

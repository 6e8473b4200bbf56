"""The predicted curve as an accessible SVG string: no library, no script, right in light, dark and print.

Colours come from CSS: `currentColor` for ink, `--pk-band` and `--pk-spread` for the two bands where the page sets
them. Text is real text; `<title>` and `<desc>` say in words what the picture shows.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from sereniv.pharmacology.band import PlanBand

LEFT, RIGHT, TOP, BOTTOM = 58, 14, 54, 46
"""Room in pixels for the axis numbers, the last time label, title with legend, and the time axis."""

RUNNING = 5
"""Height in pixels of the bar that shows when the infusion runs."""
_BAR = f'height="{RUNNING}" fill="currentColor" opacity="0.7"'


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """Maps minutes and ng/mL to pixels."""

    width: int
    height: int
    last_min: float
    top_level: float

    def x(self, minute: float) -> float:
        return LEFT + (self.width - LEFT - RIGHT) * minute / self.last_min

    def y(self, level: float) -> float:
        return self.height - BOTTOM - (self.height - TOP - BOTTOM) * level / self.top_level

    def path(self, minutes: Sequence[float], levels: Sequence[float]) -> str:
        return " ".join(f"{self.x(m):.1f},{self.y(v):.1f}" for m, v in zip(minutes, levels, strict=True))


def render_band(
    band: PlanBand, *, name: str = "pk", width: int = 720, height: int = 320, now_min: float | None = None
) -> str:
    """Draw a plan's predicted curve with its variability band and model spread.

    Parameters
    ----------
    band
        From `plan_band`.
    name
        Prefix of the element ids; unique on the page.
    width, height
        Size of the drawing's own coordinates; it scales to its container.
    now_min
        Draws a line at this minute, for a running session.

    Returns
    -------
    str
        One `<svg>` element.
    """
    scale = _Frame(
        width=width,
        height=height,
        last_min=max(band.time_min[-1], 1.0),
        top_level=_nice_top(max(*band.high, *band.spread_high)),
    )
    minutes = band.time_min
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="pk-chart" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="{escape(name)}-title {escape(name)}-desc" font-family="inherit" font-size="12" '
        'fill="currentColor">',
        f'<title id="{escape(name)}-title">{escape(band.title)}</title>',
        f'<desc id="{escape(name)}-desc">{escape(band.summary())}</desc>',
        f'<text x="{LEFT}" y="18" font-size="14" font-weight="600">{escape(band.title)}</text>',
        *_legend(len(band.curves), band.effect_site is not None),
        *_axes(scale, band.unit),
        *(_running(scale, start, stop) for start, stop in band.running_min),
        _area(scale, minutes, band.spread_low, band.spread_high, "--pk-spread", 0.13),
        _area(scale, minutes, band.low, band.high, "--pk-band", 0.30),
        _line(scale, minutes, band.spread_low, 'stroke-width="1" stroke-dasharray="1 3" opacity="0.8"'),
        _line(scale, minutes, band.spread_high, 'stroke-width="1" stroke-dasharray="1 3" opacity="0.8"'),
        _line(scale, minutes, band.median, 'stroke-width="2" stroke-dasharray="7 4"'),
    ]
    if band.effect_site is not None:
        parts.append(_line(scale, minutes, band.effect_site, 'stroke-width="1.5" stroke-dasharray="2 3 8 3"'))
    if now_min is not None and 0 <= now_min <= minutes[-1]:
        x = scale.x(now_min)
        parts.append(f'<path d="M{x:.1f} {TOP}V{height - BOTTOM}" stroke="currentColor" stroke-width="1.5"/>')
        parts.append(f'<text x="{x + 4:.1f}" y="{TOP + 12}">now</text>')
    return "".join([*parts, "</svg>"])


def _legend(models: int, effect: bool) -> list[str]:
    """Return the legend in words: each mark with its meaning."""
    items = [
        ('<path d="M0 -4H22" stroke="currentColor" stroke-width="2" stroke-dasharray="7 4"/>', "median", 76),
        (_swatch("--pk-band", 0.30), "90 % of virtual people", 160),
        (
            _swatch("--pk-spread", 0.13)
            + '<path d="M0 -9H22M0 1H22" stroke="currentColor" stroke-dasharray="1 3" fill="none"/>',
            f"{models} published models",
            140,
        ),
        (f'<rect y="-7" width="22" {_BAR}/>', "infusion", 80),
    ]
    if effect:
        mark = '<path d="M0 -4H22" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2 3 8 3"/>'
        items.append((mark, "effect site, S", 110))
    drawn, x = [], LEFT
    for mark, words, space in items:
        drawn.append(f'<g transform="translate({x} 40)">{mark}<text x="28" y="0">{words}</text></g>')
        x += space + 18
    return drawn


def _running(scale: _Frame, start_min: float, stop_min: float) -> str:
    """Return a bar on the time axis while the infusion runs."""
    left, right = scale.x(min(start_min, scale.last_min)), scale.x(min(stop_min, scale.last_min))
    top = scale.height - BOTTOM - RUNNING
    return f'<rect x="{left:.1f}" y="{top}" width="{right - left:.1f}" {_BAR}/>'


def _swatch(variable: str, opacity: float) -> str:
    return f'<rect y="-10" width="22" height="12" fill="var({variable}, currentColor)" opacity="{opacity}"/>'


def _axes(scale: _Frame, unit: str) -> list[str]:
    floor, right = scale.height - BOTTOM, scale.width - RIGHT
    drawn = []
    for level in _ticks(scale.top_level):
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
        f'<text transform="translate(15 {middle:.1f}) rotate(-90)" text-anchor="middle">ketamine, {escape(unit)}</text>'
    )
    return drawn


def _area(
    scale: _Frame, minutes: Sequence[float], low: Sequence[float], high: Sequence[float], variable: str, opacity: float
) -> str:
    back = scale.path(minutes[::-1], low[::-1])
    points = f"{scale.path(minutes, high)} {back}"
    return f'<polygon points="{points}" fill="var({variable}, currentColor)" opacity="{opacity}"/>'


def _line(scale: _Frame, minutes: Sequence[float], levels: Sequence[float], style: str) -> str:
    return f'<polyline points="{scale.path(minutes, levels)}" fill="none" stroke="currentColor" {style}/>'


def _nice_top(level: float) -> float:
    """Return a round number at or above the highest level."""
    if not level > 0:
        return 1.0
    size = 10.0 ** math.floor(math.log10(level))
    return next(size * m for m in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if size * m >= level * 1.02 or m == 10)


def _ticks(top: float) -> list[float]:
    """Return five or six round levels from zero to the top."""
    rough = top / 5
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * m for m in (1, 2, 2.5, 5, 10) if size * m >= rough * 0.999)
    return [step * i for i in range(int(top / step + 1e-9) + 1)]

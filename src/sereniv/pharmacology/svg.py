"""The predicted curve and the effects as accessible SVG strings: no library, no script, right in light, dark and print.

Text is real text; `<title>` and `<desc>` say in words what the picture shows.
"""

from html import escape

from sereniv.pharmacology.band import PlanBand
from sereniv.pharmacology.svg_parts import (
    BOTTOM,
    DASHED,
    INFUSION,
    LEFT,
    RIGHT,
    TOP,
    Frame,
    area,
    axes,
    legend,
    line,
    nice_top,
    not_drawn,
    opened,
    running_bar,
    stretches,
    swatch,
)
from sereniv.pharmacology.views import EffectView

ARTERIAL = 'stroke-width="1.5" stroke-dasharray="8 3 1 3 1 3"'
"""How a curve of arterial blood is drawn: a line of its own, never inside the area of the venous ones."""


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
    scale = Frame(
        width=width,
        height=height,
        last_min=max(band.time_min[-1], 1.0),
        top_level=nice_top(max(*band.high, *band.spread_high)),
    )
    minutes = band.time_min
    parts = [
        *opened(name, band.title, band.summary(), width, height),
        f'<text x="{LEFT}" y="18" font-size="14" font-weight="600">{escape(band.title)}</text>',
        *_band_legend(band),
        *axes(scale, f"ketamine, {band.unit}"),
        *(running_bar(scale, start, stop) for start, stop in band.running_min),
        area(scale, minutes, band.venous_low, band.venous_high, "--pk-spread", 0.13),
        area(scale, minutes, band.low, band.high, "--pk-band", 0.30),
        line(scale, minutes, band.venous_low, 'stroke-width="1" stroke-dasharray="1 3" opacity="0.8"'),
        line(scale, minutes, band.venous_high, 'stroke-width="1" stroke-dasharray="1 3" opacity="0.8"'),
        line(scale, minutes, band.median, 'stroke-width="2" stroke-dasharray="7 4"'),
    ]
    for curve in band.arterial():
        top = max(range(len(curve.median)), key=curve.median.__getitem__)
        x, y = scale.x(minutes[top]) + 6, scale.y(curve.median[top]) + 4
        parts.append(line(scale, minutes, curve.median, ARTERIAL))
        parts.append(f'<text x="{x:.1f}" y="{y:.1f}">arterial: {escape(curve.model)}</text>')
    if band.effect_site is not None:
        parts.append(line(scale, minutes, band.effect_site, 'stroke-width="1.5" stroke-dasharray="2 3 8 3"'))
    if now_min is not None and 0 <= now_min <= minutes[-1]:
        x = scale.x(now_min)
        parts.append(f'<path d="M{x:.1f} {TOP}V{height - BOTTOM}" stroke="currentColor" stroke-width="1.5"/>')
        parts.append(f'<text x="{x + 4:.1f}" y="{TOP + 12}">now</text>')
    return "".join([*parts, "</svg>"])


def _band_legend(band: PlanBand) -> list[str]:
    """Return the legend in words: each mark with its meaning."""
    arterial = len(band.arterial())
    items = [
        (DASHED, "median", 76),
        (swatch("--pk-band", 0.30), "90 % of virtual people", 160),
        (
            swatch("--pk-spread", 0.13)
            + '<path d="M0 -9H22M0 1H22" stroke="currentColor" stroke-dasharray="1 3" fill="none"/>',
            f"{len(band.curves) - arterial} venous models",
            125,
        ),
        (f'<path d="M0 -4H22" stroke="currentColor" {ARTERIAL}/>', f"{arterial} arterial", 80),
        (INFUSION, "infusion", 60),
    ]
    if not arterial:
        items.pop(-2)
    if band.effect_site is not None:
        mark = '<path d="M0 -4H22" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2 3 8 3"/>'
        items.append((mark, "effect site, S", 110))
    return legend(items)


def render_effect(view: EffectView, *, name: str, width: int = 720, height: int = 300) -> str:
    """Draw an effect with its band and its stamp; the middle only where one may be shown.

    Parameters
    ----------
    view
        From `perceptual_effect`, `blood_pressure_rise` or `receptor_occupancy`.
    name
        Prefix of the element ids; unique on the page.
    width, height
        Size of the drawing's own coordinates; it scales to its container.

    Returns
    -------
    str
        One `<svg>` element.
    """
    minutes, drawn = view.time_min.tolist(), view.shown()
    top = nice_top(max(view.high[drawn].tolist(), default=0.0))
    scale = Frame(width=width, height=height, last_min=max(minutes[-1], 1.0), top_level=top)
    unit = {"1": "share", "mm[Hg]": "mmHg"}.get(view.unit, view.unit)
    items = [(INFUSION, "infusion", 80), (swatch("--pk-spread", 0.25), view.spans, 0)]
    if view.middle is not None:
        items.insert(0, (DASHED, "central estimate", 120))
    parts = [
        *opened(name, view.title, f"{view.title}. {view.stamp}.", width, height),
        f'<text x="{LEFT}" y="18" font-size="14" font-weight="600">{escape(view.quantity.capitalize())}</text>',
        f'<text x="{width - RIGHT}" y="18" text-anchor="end" font-style="italic">{escape(view.stamp)}</text>',
        *legend(items),
        *axes(scale, unit),
        *(running_bar(scale, start, stop) for start, stop in view.dosing.running_min()),
    ]
    for part in stretches(drawn):
        at = minutes[part]
        parts.append(area(scale, at, view.low[part].tolist(), view.high[part].tolist(), "--pk-spread", 0.25))
        if view.middle is not None:
            parts.append(line(scale, at, view.middle[part].tolist(), 'stroke-width="2" stroke-dasharray="7 4"'))
    parts += [not_drawn(scale, minutes[part.start], minutes[part.stop - 1]) for part in stretches(~drawn)]
    return "".join([*parts, "</svg>"])

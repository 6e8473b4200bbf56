"""Figures with matplotlib (optional extra `plot`); every figure says what it is and where it comes from."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from sereniv.pharmacology.dosing import Dosing
from sereniv.pharmacology.mechanism import CAUTION, TITLE, proposed_mechanism
from sereniv.units import CONCENTRATION

try:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator
except ModuleNotFoundError as error:
    raise ModuleNotFoundError("Plots need the optional extra: pip install 'sereniv[plot]'.") from error

if TYPE_CHECKING:
    from sereniv.pharmacology.band import PlanBand
    from sereniv.pharmacology.profile import Profile
    from sereniv.pharmacology.spread import Spread
    from sereniv.pharmacology.views import EffectView

NOT_MEASURED = "Population model, not a measurement"

COLOURS = {
    "ketamine": "#1f5f99",
    "norketamine": "#b3541e",
    "hydroxynorketamine": "#4d7c32",
    "effect_site": "#7a4a9e",
}
NAMES = {
    "ketamine": "ketamine",
    "norketamine": "norketamine",
    "hydroxynorketamine": "hydroxynorketamine",
    "effect_site": "S-ketamine at effect site",
}


Given = tuple[str, Iterable[tuple[float, float]]]
"""What is given in words, and start and end of each infusion in minutes."""


def _given(dosing: Dosing) -> Given:
    return dosing.describe(), dosing.running_min()


def _figure(title: str, unit: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(7.6, 4.4), dpi=110, layout="constrained")
    axes = figure.subplots()
    axes.set_title(title, loc="left", fontsize=11, fontweight="bold")
    axes.set_xlabel("minutes since start")
    axes.xaxis.set_major_locator(MaxNLocator(nbins=9, steps=[1, 1.5, 2, 3, 6, 10]))
    axes.set_ylabel(unit)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.25)
    return figure, axes


def _finish(figure: Figure, axes: Axes, given: Given, source: str, path: str | None) -> Figure:
    """Show what is given, as a bar on the time axis and in words, and what the figure rests on."""
    words, running_min = given
    axes.set_ylim(bottom=0)
    axes.margins(x=0.01)
    for i, (start, stop) in enumerate(running_min):
        label = "infusion running" if i == 0 else None
        axes.axvspan(start, stop, ymax=0.015, color="#333333", alpha=0.75, linewidth=0, label=label)
    axes.legend(frameon=False, fontsize=9, loc="upper right", bbox_to_anchor=(1.0, 0.94))
    figure.text(0.01, -0.01, _wrapped(f"{words}. {source}", 125), fontsize=7.5, alpha=0.75, va="top")
    if path is not None:
        figure.savefig(path, bbox_inches="tight", metadata={"Date": None} if path.endswith(".svg") else None)
    return figure


def plot_profile(profile: "Profile", path: str | None = None) -> Figure:
    """Draw one person's curves, or a population's median and 5-95 % band; save at `path` when given."""
    figure, axes = _figure(NOT_MEASURED, f"concentration, {CONCENTRATION}")
    for name, values in profile.values.items():
        colour = COLOURS[name]
        if values.ndim == 1:
            axes.plot(profile.time_min, values, color=colour, linestyle=(0, (6, 2)), label=NAMES[name])
            continue
        low, middle, high = np.percentile(values, [5, 50, 95], axis=0)
        axes.fill_between(profile.time_min, low, high, color=colour, alpha=0.22, linewidth=0)
        axes.plot(
            profile.time_min, middle, color=colour, linestyle=(0, (6, 2)), label=f"{NAMES[name]}, median and 5-95 %"
        )
    source = f"{profile.model.title}. Sources: {', '.join(profile.references)}."
    return _finish(figure, axes, _given(profile.dosing), source, path)


def plot_spread(spread: "Spread", path: str | None = None) -> Figure:
    """Draw the same regimen through every applicable model; save at `path` when given."""
    figure, axes = _figure(f"{NOT_MEASURED}: spread of published models", f"total ketamine, {CONCENTRATION}")
    axes.fill_between(
        spread.time_min, spread.low, spread.high, color="#888888", alpha=0.18, linewidth=0, label="spread"
    )
    styles = ["-", (0, (6, 2)), (0, (2, 2)), (0, (6, 2, 1, 2))]
    for i, profile in enumerate(spread.profiles):
        label = f"{profile.model.id} ({profile.model.site})"
        axes.plot(spread.time_min, profile.ketamine, linestyle=styles[i % 4], color=f"C{i}", label=label)
    source = f"Models: {'; '.join(profile.model.title for profile in spread.profiles)}."
    return _finish(figure, axes, _given(spread.profiles[0].dosing), source, path)


def plot_band(band: "PlanBand", path: str | None = None) -> Figure:
    """Draw a plan's median, variability band and model spread; save at `path` when given."""
    figure, axes = _figure(band.title, f"total ketamine, {band.unit}")
    label = f"{len(band.curves)} published models"
    axes.fill_between(
        band.time_min, band.spread_low, band.spread_high, color="#888888", alpha=0.18, linewidth=0, label=label
    )
    axes.fill_between(
        band.time_min,
        band.low,
        band.high,
        color=COLOURS["ketamine"],
        alpha=0.25,
        linewidth=0,
        label="90 % of virtual people",
    )
    axes.plot(band.time_min, band.median, color=COLOURS["ketamine"], linestyle=(0, (6, 2)), label="median")
    return _finish(figure, axes, (band.given, band.running_min), band.assumptions[0], path)


def plot_effect(view: "EffectView", path: str | None = None) -> Figure:
    """Draw an effect view with its stamp in the title; save at `path` when given."""
    unit = {"1": "", "mm[Hg]": ", mmHg"}.get(view.unit, f", {view.unit}")
    figure, axes = _figure(view.title, f"{view.quantity}{unit}")
    axes.fill_between(view.time_min, view.low, view.high, color="#7a4a9e", alpha=0.22, linewidth=0, label=view.spans)
    if view.middle is not None:
        axes.plot(view.time_min, view.middle, color="#7a4a9e", linestyle=(0, (6, 2)), label="central estimate")
    axes.text(0.99, 0.97, view.stamp, transform=axes.transAxes, ha="right", va="top", fontsize=9, style="italic")
    axes.set_title(view.title, loc="left", fontsize=9.5, fontweight="bold")
    if view.unit == "1":
        axes.set_ylim(top=1)
    return _finish(figure, axes, _given(view.dosing), f"Sources: {', '.join(view.references)}.", path)


def plot_mechanism(path: str | None = None) -> Figure:
    """Draw the proposed chain as boxes, marked illustrative hypothesis; no curves. Save at `path` when given."""
    steps = proposed_mechanism()
    figure = Figure(figsize=(8.4, 4.8), dpi=110, layout="constrained")
    axes = figure.subplots()
    axes.set_axis_off()
    axes.set_title(TITLE, loc="left", fontsize=12, fontweight="bold")
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.6, len(steps))
    for i, step in enumerate(steps):
        y = len(steps) - 1 - i
        box = {"boxstyle": "round,pad=0.4", "facecolor": "none", "edgecolor": "#555555", "linestyle": "--"}
        axes.text(0.11, y + 0.45, step.name, ha="center", va="center", fontsize=9.5, fontweight="bold", bbox=box)
        axes.text(0.25, y + 0.58, f"Proposed: {step.proposed}", va="center", fontsize=8.5, style="italic")
        axes.text(0.25, y + 0.30, f"Known: {_wrapped(step.known)}", va="center", fontsize=8.5)
        if i:
            arrow = {"arrowstyle": "->", "linestyle": "--", "color": "#555555"}
            axes.annotate("", xy=(0.11, y + 0.66), xytext=(0.11, y + 1.24), arrowprops=arrow)
    axes.text(0.0, -0.35, _wrapped(CAUTION, 130), fontsize=8.5, va="center")
    if path is not None:
        figure.savefig(path, bbox_inches="tight", metadata={"Date": None} if path.endswith(".svg") else None)
    return figure


def _wrapped(text: str, width: int = 95) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(text, width))

"""Figures with matplotlib (optional extra `plot`); every figure says what it is, its limits and where it comes from.

`plot(result, path)` draws any result, and `.plot(path)` of a result asks it; each kind also has its own function. The
figure is returned, and saved at `path` when given, such as "curve.svg" or "curve.png". OSError where the path cannot be
written.
"""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import singledispatch

import numpy as np
from numpy.typing import NDArray

from sereniv.pharmacology.band import PlanBand
from sereniv.pharmacology.caption import WIDTH, cautions
from sereniv.pharmacology.dosing import Dosing
from sereniv.pharmacology.export import NOT_MEASURED
from sereniv.pharmacology.individual import Individual, PersonProfile
from sereniv.pharmacology.mechanism import CAUTION, TITLE, proposed_mechanism
from sereniv.pharmacology.posterior import Sample
from sereniv.pharmacology.profile import Profile
from sereniv.pharmacology.spread import Spread
from sereniv.pharmacology.summary import SummaryResult
from sereniv.pharmacology.svg_parts import NOT_DRAWN, stretches
from sereniv.pharmacology.views import EffectView
from sereniv.units import CONCENTRATION

try:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator
except ModuleNotFoundError as error:
    raise ModuleNotFoundError("Plots need the optional extra: pip install 'sereniv[plot]'.") from error

Floats = NDArray[np.float64]
Dash = tuple[int, tuple[int, ...]]

COLOURS = {
    "ketamine": "#1f5f99",
    "norketamine": "#b3541e",
    "hydroxynorketamine": "#4d7c32",
    "effect_site": "#7a4a9e",
}
OTHER_COLOURS = ("#8a6d00", "#a3336b", "#2f7f7f", "#555555")
"""For an analyte that this page does not know, from a model of the caller's own."""
NAMES = {"effect_site": "S-ketamine at effect site"}
DASHES: tuple[Dash, ...] = ((0, (6, 2)), (0, (2, 2)), (0, (6, 2, 1, 2)), (0, (12, 3)), (0, (1, 1)))
"""One to a curve, so that colour is not all that tells them apart; none is solid, because none was measured."""

AFTER_MIN = 240.0
"""How long a figure goes on after the last of what is given and measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What is given in words, start and end of each infusion, and the time of each bolus, in minutes."""

    words: str
    running_min: tuple[tuple[float, float], ...] = ()
    boluses_min: tuple[float, ...] = ()


def _given(dosing: Dosing) -> Given:
    boluses = tuple(bolus.at_min for bolus in dosing.boluses)
    return Given(words=dosing.describe(), running_min=dosing.running_min(), boluses_min=boluses)


def _styles(names: Iterable[str]) -> Iterator[tuple[str, str, Dash]]:
    """Yield each name with its colour and a dash of its own."""
    for i, name in enumerate(names):
        colour = COLOURS.get(name, OTHER_COLOURS[i % len(OTHER_COLOURS)])
        yield name, colour, DASHES[i % len(DASHES)]


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


def _finish(figure: Figure, axes: Axes, given: Given, warnings: Iterable[str], source: str, path: str | None) -> Figure:
    """Show what is given, on the time axis and in words, which limits it crosses and what the figure rests on."""
    axes.set_ylim(bottom=0)
    axes.margins(x=0.01)
    _mark_dosing(axes, given)
    axes.legend(frameon=False, fontsize=9, loc="upper right", bbox_to_anchor=(1.0, 0.94))
    lines = (textwrap.fill(f"{given.words}.", WIDTH), cautions(warnings), textwrap.fill(source, WIDTH))
    figure.text(0.01, -0.01, "\n".join(line for line in lines if line), fontsize=7.5, alpha=0.85, va="top")
    return _saved(figure, path)


def _mark_dosing(axes: Axes, given: Given) -> None:
    for i, (start, stop) in enumerate(given.running_min):
        label = "infusion running" if i == 0 else None
        axes.axvspan(start, stop, ymax=0.015, color="#333333", alpha=0.75, linewidth=0, label=label)
    if given.boluses_min:
        height = [0.025] * len(given.boluses_min)
        on_axis = axes.get_xaxis_transform()
        axes.plot(given.boluses_min, height, "v", color="#333333", transform=on_axis, clip_on=False, label="bolus")


def _saved(figure: Figure, path: str | None) -> Figure:
    if path is not None:
        figure.savefig(path, bbox_inches="tight", metadata={"Date": None} if path.endswith(".svg") else None)
    return figure


def _shade(axes: Axes, time_min: Floats | list[float], low: Floats | list[float], high: Floats | list[float],
           colour: str, label: str | None = None) -> None:  # fmt: skip
    axes.fill_between(time_min, low, high, color=colour, alpha=0.22, linewidth=0, label=label)


@singledispatch
def plot(result: object, path: str | None = None) -> Figure:
    """Draw any result; TypeError for anything else."""
    del path
    raise TypeError(f"{result!r} is no result that has a figure; give what `simulate`, `spread` or a view returned.")


@plot.register
def plot_profile(profile: Profile, path: str | None = None) -> Figure:
    """Draw one person's curves, or a population's median and 5-95 % band of every output, ng/mL over minutes."""
    figure, axes = _figure(NOT_MEASURED, f"concentration, {CONCENTRATION}")
    for name, colour, dash in _styles(profile.values):
        middle, label = profile.values[name], NAMES.get(name, name)
        if middle.ndim == 2:
            low, middle, high = np.percentile(middle, [5, 50, 95], axis=0)
            _shade(axes, profile.time_min, low, high, colour)
            label += ", median and 5-95 %"
        axes.plot(profile.time_min, middle, color=colour, linestyle=dash, label=label)
    source = f"{profile.model.title}. Sources: {', '.join(profile.references)}."
    return _finish(figure, axes, _given(profile.dosing), profile.warnings, source, path)


@plot.register
def plot_person(profile: PersonProfile, path: str | None = None, *, samples: Sequence[Sample] = ()) -> Figure:
    """Draw one person's estimated curves, the doubt of the estimate and the samples it came from, ng/mL."""
    about = profile.about()
    figure, axes = _figure(about.title, f"concentration, {CONCENTRATION}")
    for name, colour, dash in _styles(profile.values):
        label = NAMES.get(name, name)
        _shade(axes, profile.time_min, profile.low[name], profile.high[name], colour)
        axes.plot(
            profile.time_min, profile.values[name], color=colour, linestyle=dash, label=f"{label}, with 5-95 % of doubt"
        )
        taken = [item for item in samples if item.analyte == name]
        if taken:
            times, levels = [item.at_min for item in taken], [item.ng_per_ml for item in taken]
            axes.plot(times, levels, "o", color=colour, label=f"{label}, measured")
    source = f"{profile.model.title}. Sources: {', '.join(profile.references)}."
    return _finish(figure, axes, _given(profile.dosing), profile.warnings, source, path)


@plot.register
def plot_individual(fit: Individual, path: str | None = None) -> Figure:
    """Draw the person's curves, the doubt about them and the samples they were estimated from, ng/mL."""
    stops = [stop for _, stop in fit.dosing.running_min()] + [bolus.at_min for bolus in fit.dosing.boluses]
    last = max([*stops, *(item.at_min for item in fit.samples)]) + AFTER_MIN
    return plot_person(fit.predict(np.linspace(0.0, last, 241)), path, samples=fit.samples)


@plot.register
def plot_summary(result: SummaryResult, path: str | None = None) -> Figure:
    """Draw the range of the percentiles asked for and the middle one of every output, ng/mL over minutes."""
    figure, axes = _figure(f"{NOT_MEASURED}: {result.n:,} virtual people", f"concentration, {CONCENTRATION}")
    order = np.argsort(result.summary.percentiles)
    ranks = [f"P{result.summary.percentiles[i]:g}" for i in order]
    for name, colour, dash in _styles(result.quantiles):
        # What lies beyond the scale has no place on it.
        rows = np.where(np.isfinite(result.quantiles[name]), result.quantiles[name], np.nan)[order]
        if len(rows) > 1:
            _shade(
                axes, result.time_min, rows[0], rows[-1], colour, f"{NAMES.get(name, name)}, {ranks[0]} to {ranks[-1]}"
            )
        if len(rows):
            middle = len(rows) // 2
            label = f"{NAMES.get(name, name)}, {ranks[middle]}"
            axes.plot(result.time_min, rows[middle], color=colour, linestyle=dash, label=label)
    source = f"{result.model}. Sources: {', '.join(result.references)}."
    words = Given(words=f"{result.n:,} virtual people, seed {result.seed}")
    return _finish(figure, axes, words, result.warnings, source, path)


@plot.register
def plot_spread(spread: Spread, path: str | None = None) -> Figure:
    """Draw the same regimen through every applicable model and the range over them, total ketamine, ng/mL."""
    figure, axes = _figure(spread.about().title, f"total ketamine, {CONCENTRATION}")
    venous = [profile.ketamine for profile in spread.profiles if profile.model.site == "venous"]
    if venous:
        low, high = np.min(venous, axis=0), np.max(venous, axis=0)
        _shade(axes, spread.time_min, low, high, "#888888", "spread of the venous models")
    for i, profile in enumerate(spread.profiles):
        label = f"{profile.model.id} ({profile.model.site})"
        axes.plot(spread.time_min, profile.ketamine, linestyle=DASHES[i % len(DASHES)], color=f"C{i}", label=label)
    source = f"Models: {'; '.join(profile.model.title for profile in spread.profiles)}."
    warnings = [*spread.warnings, *(item for profile in spread.profiles for item in profile.warnings)]
    return _finish(figure, axes, _given(spread.profiles[0].dosing), warnings, source, path)


@plot.register
def plot_band(band: PlanBand, path: str | None = None) -> Figure:
    """Draw a plan's median, variability band and model spread, total ketamine, ng/mL over minutes."""
    figure, axes = _figure(band.title, f"total ketamine, {band.unit}")
    arterial = band.arterial()
    venous = f"{len(band.curves) - len(arterial)} published models, venous"
    _shade(axes, band.time_min, band.venous_low, band.venous_high, "#888888", venous)
    _shade(axes, band.time_min, band.low, band.high, COLOURS["ketamine"], "90 % of virtual people")
    axes.plot(band.time_min, band.median, color=COLOURS["ketamine"], linestyle=DASHES[0], label="median")
    for i, curve in enumerate(arterial, 2):
        axes.plot(band.time_min, curve.median, color="#555555", linestyle=DASHES[i], label=f"{curve.model}, arterial")
    given = Given(words=band.given, running_min=tuple(band.running_min))
    # The curves' own warnings: those of the band say each model's title once more.
    warnings = [item for curve in band.curves for item in curve.warnings]
    return _finish(figure, axes, given, warnings, band.assumptions[0], path)


@plot.register
def plot_effect(view: EffectView, path: str | None = None) -> Figure:
    """Draw an effect view over minutes, its stamp in a corner, its limits and sources below.

    Its reference levels are not drawn: they are concentrations, and this axis is an effect.
    """
    unit = {"1": "", "mm[Hg]": ", mmHg"}.get(view.unit, f", {view.unit}")
    figure, axes = _figure(view.title, f"{view.quantity}{unit}")
    colour = COLOURS["effect_site"]
    drawn = view.shown()
    _shade(axes, view.time_min, _where(view.low, drawn), _where(view.high, drawn), colour, view.spans)
    if view.middle is not None:
        middle = _where(view.middle, drawn)
        axes.plot(view.time_min, middle, color=colour, linestyle=DASHES[0], label="central estimate")
    for i, part in enumerate(stretches(~drawn)):
        begin, end = view.time_min[part.start], view.time_min[part.stop - 1]
        label = NOT_DRAWN if i == 0 else None
        axes.axvspan(begin, end, facecolor="none", edgecolor="#777777", hatch="//", linewidth=0, label=label)
    axes.text(0.99, 0.97, view.stamp, transform=axes.transAxes, ha="right", va="top", fontsize=9, style="italic")
    axes.set_title(view.title, loc="left", fontsize=9.5, fontweight="bold")
    if view.unit == "1":
        axes.set_ylim(top=1)
    source = f"Sources: {', '.join(view.references)}."
    return _finish(figure, axes, _given(view.dosing), view.warnings, source, path)


def _where(values: Floats, drawn: NDArray[np.bool_]) -> Floats:
    """Return values with NaN, which matplotlib leaves open, where they are not to be drawn."""
    return np.where(drawn, values, np.nan)


def plot_mechanism(path: str | None = None) -> Figure:
    """Draw the proposed chain as boxes, marked illustrative hypothesis; no curves."""
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
        axes.text(0.25, y + 0.30, f"Known: {textwrap.fill(step.known, 95)}", va="center", fontsize=8.5)
        if i:
            arrow = {"arrowstyle": "->", "linestyle": "--", "color": "#555555"}
            axes.annotate("", xy=(0.11, y + 0.66), xytext=(0.11, y + 1.24), arrowprops=arrow)
    axes.text(0.0, -0.35, textwrap.fill(CAUTION, 130), fontsize=8.5, va="center")
    return _saved(figure, path)

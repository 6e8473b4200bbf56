"""Streaming summaries: quantiles, exceedance, AUC and Cmax of a population without keeping trajectories."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sereniv.knowledge.models import Reference
from sereniv.pharmacology.export import NOT_MEASURED, About, Result, plain
from sereniv.pharmacology.population import Population
from sereniv.pharmacology.tally import BINS, BITS_DROPPED, FIRST_BIN, Counts, Summary, Tally, fold_numpy
from sereniv.units import CONCENTRATION

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sereniv.pharmacology.simulate import Solver

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SummaryResult(Result):
    """Percentiles and exceedance of a streamed population, with their warnings and references.

    A percentile is that of the person of the nearest rank, within 0.4 % of that person's own value; it is not
    interpolated between people, which shows when there are few of them. Values under 2**-10 (0.001) ng/mL count as
    0, values of 2**18 or more lie beyond the scale and are infinity here.

    Attributes
    ----------
    quantiles
        Output to ng/mL, shape (percentiles, t), in the order of `summary.percentiles`.
    exceedance
        Output to the share of people at or above each level, shape (levels, t), in the order of
        `summary.exceed_ng_per_ml`; exact.
    auc, cmax
        Output to percentiles over people, ng·h/mL and ng/mL, shape (percentiles,); empty when not asked for.
    own_references
        The sources that the model's own table brought along, for `cite`.
    """

    model: str
    n: int
    seed: int
    time_min: Floats
    summary: Summary
    quantiles: dict[str, Floats]
    exceedance: dict[str, Floats]
    auc: dict[str, Floats]
    cmax: dict[str, Floats]
    warnings: tuple[str, ...]
    references: tuple[str, ...]
    own_references: tuple[Reference, ...] = ()

    def about(self) -> About:
        """Return model, unit, warnings and references."""
        return About(
            title=NOT_MEASURED,
            model=self.model,
            unit=CONCENTRATION,
            warnings=self.warnings,
            references=self.references,
            own_references=self.own_references,
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain lists and strings; null where a value lies beyond the scale, 2**18 (262,144) and up."""
        return {
            "model": self.model,
            "unit": CONCENTRATION,
            "n": self.n,
            "seed": self.seed,
            "percentiles": list(self.summary.percentiles),
            "time_min": plain(self.time_min),
            "quantiles": {name: plain(value) for name, value in self.quantiles.items()},
            "exceed_ng_per_ml": list(self.summary.exceed_ng_per_ml),
            "exceedance": {name: plain(value) for name, value in self.exceedance.items()},
            "auc_ng_h_per_ml": {name: plain(value) for name, value in self.auc.items()},
            "cmax_ng_per_ml": {name: plain(value) for name, value in self.cmax.items()},
            "warnings": list(self.warnings),
            "references": list(self.references),
        }

    def as_columns(self) -> dict[str, NDArray[Any]]:
        """Return time_min, `ketamine_p50` and the like (ng/mL) and `ketamine_share_from_100` (1), each of shape (t,).

        AUC and Cmax have no time: read them from `auc`, `cmax` or `as_json`.
        """
        columns: dict[str, NDArray[Any]] = {"time_min": self.time_min}
        for name, rows in self.quantiles.items():
            columns |= {f"{name}_p{p:g}": row for p, row in zip(self.summary.percentiles, rows, strict=True)}
        for name, rows in self.exceedance.items():
            levels = self.summary.exceed_ng_per_ml
            columns |= {f"{name}_share_from_{level:g}": row for level, row in zip(levels, rows, strict=True)}
        return columns

    def plot(self, path: str | None = None) -> "Figure":
        """Draw the range of the percentiles and the middle one (extra `plot`); saved at `path` when given."""
        from sereniv.pharmacology.plot import plot_summary

        return plot_summary(self, path)


def tally_blocks(
    solver: "Solver",
    people: Population,
    summary: Summary,
    blocks: Sequence[tuple[int, int]],
    progress: Callable[[int], None] | None = None,
) -> Tally:
    """Simulate and count some blocks of a population; the part of the work one worker does."""
    tally = Tally.empty(solver.times_min.size, len(solver.structure.outputs), len(summary.exceed_ng_per_ml))
    count = fold_numpy
    if solver.engine == "compiled":
        from sereniv.pharmacology.compiled.engine import Streamer

        count = Streamer(solver, summary).fold
    for start, stop in blocks:
        count(solver, people.parameters(start, stop), summary, tally)
        tally.people += stop - start
        if progress is not None:
            progress(stop - start)
    return tally


def summarise(
    solver: "Solver",
    people: Population,
    summary: Summary,
    *,
    labels: tuple[str, ...],
    warnings: tuple[str, ...],
    references: tuple[str, ...],
) -> SummaryResult:
    """Stream a whole population in this process."""
    tally = tally_blocks(solver, people, summary, tuple(people.blocks()))
    return finish(tally, solver, people, summary, labels=labels, warnings=warnings, references=references)


def finish(
    tally: Tally,
    solver: "Solver",
    people: Population,
    summary: Summary,
    *,
    labels: tuple[str, ...],
    warnings: tuple[str, ...],
    references: tuple[str, ...],
) -> SummaryResult:
    """Turn counts into percentiles and shares."""
    times, outputs = solver.times_min.size, len(labels)
    found = percentiles_of(tally.values, summary.percentiles).reshape(times, outputs, len(summary.percentiles))
    above = tally.above.reshape(times, outputs, len(summary.exceed_ng_per_ml)) / max(tally.people, 1)
    whole = percentiles_of(tally.whole, summary.percentiles)
    return SummaryResult(
        model=people.model.id,
        n=tally.people,
        seed=people.seed,
        time_min=solver.times_min,
        summary=summary,
        quantiles={name: np.ascontiguousarray(found[:, i].T) for i, name in enumerate(labels)},
        exceedance={name: np.ascontiguousarray(above[:, i].T) for i, name in enumerate(labels)},
        auc={name: whole[i] for i, name in enumerate(labels)} if summary.auc else {},
        cmax={name: whole[outputs + i] for i, name in enumerate(labels)} if summary.cmax else {},
        warnings=warnings,
        references=references,
        own_references=people.model.own_references,
    )


def percentiles_of(counts: Counts, percentiles: Sequence[float]) -> Floats:
    """Return percentiles of binned values, shape (cells, percentiles): the middle of the bin that holds each rank.

    What is below the lowest bin counts as 0; what is above the highest as infinity.
    """
    result = np.empty((counts.shape[0], len(percentiles)))
    shares = np.asarray(percentiles) / 100.0
    middles = np.concatenate([_middles(), [math.inf]])  # a row of nobody ends one beyond the last bin
    for cell, row in enumerate(counts):
        cumulative = np.cumsum(row, dtype=np.uint32)
        ranks = np.rint(shares * max(int(cumulative[-1]) - 1, 0)).astype(np.uint32)
        result[cell] = middles[np.searchsorted(cumulative, ranks, side="right")]
    return result


def _middles() -> Floats:
    edges = ((np.arange(1, BINS, dtype=np.int64) + FIRST_BIN) << BITS_DROPPED).astype(np.int32).view(np.float32)
    lows = edges.astype(np.float64)
    return np.concatenate([[0.0], (lows[:-1] + lows[1:]) / 2, [math.inf]])

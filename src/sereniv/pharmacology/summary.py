"""Streaming summaries: quantiles, exceedance, AUC and Cmax of a population without keeping trajectories."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sereniv.knowledge.models import Reference, reference
from sereniv.pharmacology.population import Population
from sereniv.pharmacology.tally import BINS, BITS_DROPPED, FIRST_BIN, Counts, Summary, Tally, fold_numpy
from sereniv.units import CONCENTRATION

if TYPE_CHECKING:
    from sereniv.pharmacology.simulate import Solver

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryResult:
    """Percentiles and exceedance of a streamed population, with their warnings and references.

    Attributes
    ----------
    quantiles
        Output to ng/mL, shape (percentiles, t), within 0.4 % of an exact sort.
    exceedance
        Output to the share of people at or above each level, shape (levels, t).
    auc, cmax
        Output to percentiles over people, shape (percentiles,); empty when not asked for.
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

    def cite(self) -> str:
        """Return the references behind this result, one a line."""
        return "\n".join(reference(item, self.own_references).text() for item in self.references)

    def as_json(self) -> dict[str, Any]:
        """Return plain lists and strings."""
        return {
            "model": self.model,
            "unit": CONCENTRATION,
            "n": self.n,
            "seed": self.seed,
            "percentiles": list(self.summary.percentiles),
            "time_min": self.time_min.tolist(),
            "quantiles": {name: value.tolist() for name, value in self.quantiles.items()},
            "exceed_ng_per_ml": list(self.summary.exceed_ng_per_ml),
            "exceedance": {name: value.tolist() for name, value in self.exceedance.items()},
            "auc_ng_h_per_ml": {name: value.tolist() for name, value in self.auc.items()},
            "cmax_ng_per_ml": {name: value.tolist() for name, value in self.cmax.items()},
            "warnings": list(self.warnings),
            "references": list(self.references),
        }


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
    middles = _middles()
    for cell, row in enumerate(counts):
        cumulative = np.cumsum(row, dtype=np.int64)
        ranks = np.rint(np.asarray(percentiles) / 100.0 * max(int(cumulative[-1]) - 1, 0))
        result[cell] = middles[np.searchsorted(cumulative, ranks, side="right").clip(0, BINS - 1)]
    return result


def _middles() -> Floats:
    edges = ((np.arange(1, BINS, dtype=np.int64) + FIRST_BIN) << BITS_DROPPED).astype(np.int32).view(np.float32)
    lows = edges.astype(np.float64)
    return np.concatenate([[0.0], (lows[:-1] + lows[1:]) / 2, [math.inf]])

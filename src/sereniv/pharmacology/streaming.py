"""Streaming: quantiles, exceedance, AUC and Cmax of a population without keeping trajectories."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sereniv.pharmacology.fold import fold_numpy
from sereniv.pharmacology.population import Population
from sereniv.pharmacology.solver import Solver
from sereniv.pharmacology.summary import SummaryResult
from sereniv.pharmacology.tally import BINS, BITS_DROPPED, FIRST_BIN, Counts, Summary, Tally

Floats = NDArray[np.float64]


def tally_blocks(
    solver: Solver,
    people: Population,
    summary: Summary,
    blocks: Sequence[tuple[int, int]],
    progress: Callable[[int], None] | None = None,
) -> Tally:
    """Simulate and count some blocks of a population; the part of the work one worker does."""
    tally = Tally.empty(solver.times_min.size, len(solver.structure.outputs), len(summary.exceed_ng_per_ml))
    count = fold_numpy
    if solver.engine == "compiled":
        from sereniv.pharmacology.compiled.streaming import Streamer

        count = Streamer(solver, summary).fold
    for start, stop in blocks:
        count(solver, people.parameters(start, stop), summary, tally)
        tally.people += stop - start
        if progress is not None:
            progress(stop - start)
    return tally


def summarise(
    solver: Solver,
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
    solver: Solver,
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

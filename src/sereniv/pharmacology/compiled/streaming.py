"""The compiled engine's counts: blocks of people simulated and counted at once, no trajectory kept."""

import numba
import numpy as np
from numpy.typing import NDArray

from sereniv.pharmacology.area import areas
from sereniv.pharmacology.compartments import LinearSystem
from sereniv.pharmacology.compiled import counts
from sereniv.pharmacology.compiled.layout import run_arrays, structure_arrays
from sereniv.pharmacology.compiled.storing import most_threads, system_arrays
from sereniv.pharmacology.compiled.vectors import LANES
from sereniv.pharmacology.fold import fold_numpy
from sereniv.pharmacology.population import BLOCK
from sereniv.pharmacology.propagate import solve_exactly
from sereniv.pharmacology.solver import Solver
from sereniv.pharmacology.tally import Summary, Tally, count_values, count_whole

Floats = NDArray[np.float64]

CELL_BYTES = 4_000_000
"""How much of the streamed values stays in the cache between being written and being counted."""

FEW_GAPS = 64
"""With no more distinct gaps than this, their exponentials are made once for all steps."""


class Streamer:
    """Counts blocks of people with the compiled kernels; buffers are made once and used for every block."""

    def __init__(self, solver: Solver, summary: Summary) -> None:
        self.summary = summary
        self.layout = structure_arrays(solver.structure)
        size, outputs = len(solver.structure.states), len(solver.structure.outputs)
        groups = -(-BLOCK // LANES)
        self.threads = min(solver.threads or numba.get_num_threads(), most_threads())
        self.samples = max(1, min(solver.times_min.size, CELL_BYTES // (2 * outputs * groups * LANES)))
        # One line more than a power of two, so that neighbouring cells do not fight for the same cache sets.
        wide = (self.samples * outputs, (groups + 2) * LANES)
        self.bins = np.zeros(wide, dtype=np.uint16)
        keep = summary.cmax or summary.exceed_ng_per_ml
        self.values = np.zeros(wide if keep else (0, wide[1]), dtype=np.float32)
        pairs = len(solver.structure.twins)
        lanes = (groups, size + pairs, LANES)
        self.rates, self.entering = np.empty(lanes), np.empty(lanes)
        self.amounts, self.bonds = np.empty((groups, size, LANES)), np.empty((groups, pairs, LANES))
        self.leaving = np.empty((groups, outputs, size + pairs, LANES))
        self.runs = run_arrays(solver.plan, self.samples)
        self.parts = self._parts()

    def _parts(self) -> list[tuple[slice, int, int, Floats, NDArray[np.int64], NDArray[np.bool_]]]:
        """Cut the runs into parts that see at most `samples` samples: runs, first sample, samples, gaps crossed."""
        runs = self.runs
        few = runs.gaps_h.size <= FEW_GAPS
        bounds, seen = [0], 0
        for index, more in enumerate(runs.samples()):
            if seen + more > self.samples:
                bounds.append(index)
                seen = 0
            seen += int(more)
        parts = []
        for start, stop in zip(bounds, [*bounds[1:], runs.sample.size], strict=True):
            part = slice(start, stop)
            here = runs.sample[part][runs.sample[part] >= 0]
            scope = slice(None) if few else part
            used = np.arange(runs.gaps_h.size) if few else np.unique(runs.gap[part])
            infused = np.zeros(used.size, dtype=np.bool_)
            infused[np.searchsorted(used, runs.gap[scope][runs.rate[scope] > 0])] = True
            gap = np.searchsorted(used, runs.gap[part]).astype(np.int64)
            first = int(here[0]) if here.size else 0
            parts.append((part, first, int(runs.samples()[part].sum()), runs.gaps_h[used], gap, infused))
        return parts

    def fold(self, solver: Solver, parameters: dict[str, Floats], summary: Summary, tally: Tally) -> None:
        """Simulate one block of people and add them to the tally; same signature as `fold_numpy`."""
        if not solver.structure.trees or not solver.plan.stretches or not solver.times_min.size:
            fold_numpy(solver, parameters, summary, tally)
            return
        before = numba.get_num_threads()
        numba.set_num_threads(self.threads)
        try:
            self._fold(solver, parameters, summary, tally)
        finally:
            numba.set_num_threads(before)

    def _fold(self, solver: Solver, parameters: dict[str, Floats], summary: Summary, tally: Tally) -> None:
        system = solver.system(parameters)
        n, outputs = system.matrix.shape[0], system.output.shape[1]
        groups = -(-n // LANES)
        rates, entering, leaving = self.rates[:groups], self.entering[:groups], self.leaving[:groups]
        bonds, twins = self.bonds[:groups], self.layout.twins
        sound = np.empty(n, dtype=np.bool_)
        counts.prepare(
            *system_arrays(system), self.layout.owner, self.layout.block_starts, self.layout.edges,
            self.layout.edge_starts, self.layout.crossings, twins, self.threads, rates, entering, leaving, bonds,
            sound,
        )  # fmt: skip
        amounts = self.amounts[:groups]
        amounts[:] = 0.0
        peak = np.zeros((outputs, self.bins.shape[1]))
        decays = gains = np.empty((0, 0, 0, 0))
        zeros = solver.plan.first
        if zeros:
            tally.values[: zeros * outputs, 0] += np.uint32(n)
        for position, (part, first, count, gaps_h, gap, infused) in enumerate(self.parts):
            if position == 0 or self.runs.gaps_h.size > FEW_GAPS:
                decays = np.empty((groups, gaps_h.size, *rates.shape[1:]))
                gains = np.empty_like(decays)
                counts.fade(rates, bonds, twins, gaps_h, infused, self.threads, decays, gains)
            runs = self.runs
            counts.stream(
                gap, runs.rate[part], runs.bolus[part], runs.sample[part], runs.repeats[part], first,
                decays, gains, entering, leaving, self.layout.modes.reshape(-1), self.layout.own, twins, self.threads,
                amounts, self.bins, self.values,
            )  # fmt: skip
            if not count:
                continue
            rows = slice(first * outputs, (first + count) * outputs)
            shown = self.values[: count * outputs]
            counts.fold(self.bins[: count * outputs], n, self.threads, tally.values[rows])
            for index, level in enumerate(summary.exceed_ng_per_ml):
                found = np.zeros(count * outputs, dtype=np.int64)
                counts.above(shown, n, np.float32(level), self.threads, found)
                tally.above[rows, index] += found
            if summary.cmax:
                counts.peaks(shown, outputs, self.threads, peak)
        self._finish_block(solver, system, sound, peak, summary, tally)

    def _finish_block(
        self,
        solver: Solver,
        system: LinearSystem,
        sound: NDArray[np.bool_],
        peak: Floats,
        summary: Summary,
        tally: Tally,
    ) -> None:
        """Count AUC and Cmax, and the people whom the matrix exponential must answer for."""
        outputs = system.output.shape[1]
        if summary.auc:
            count_whole(areas(solver, system), tally, 0)
        if summary.cmax:
            count_whole(peak[:, : sound.size][:, sound].T, tally, outputs)
        rest = np.flatnonzero(~sound)
        if rest.size:
            first = solver.plan.first * outputs
            tally.values[first:, 0] -= np.uint32(rest.size)
            extra = np.empty((rest.size, outputs, solver.times_min.size))
            solve_exactly(system.of(rest), solver.plan, extra)
            tally.values[:first, 0] -= np.uint32(rest.size)
            count_values(extra, tally, summary)

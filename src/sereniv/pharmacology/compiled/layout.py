"""Structure and schedule as plain arrays, the form the compiled kernels read."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sereniv.pharmacology.compartments import Structure
from sereniv.pharmacology.compiled.vectors import BLOCK
from sereniv.pharmacology.propagate import even_step_h
from sereniv.pharmacology.schedule import Schedule, distinct

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureArrays:
    """A structure's blocks, tree edges, flows between blocks, and the modes that each output shows.

    `modes` has one row per output, of which the first `shown` count; of those, the first `own` are modes proper. Behind
    the modes stand the twins, a row each for the part of a second that follows t e^(-k t) of its first.
    """

    owner: Ints
    block_starts: Ints
    edges: Ints
    edge_starts: Ints
    crossings: Ints
    modes: Ints
    shown: Ints
    own: Ints
    twins: Ints


@lru_cache(maxsize=256)
def structure_arrays(structure: Structure) -> StructureArrays:
    """Return the arrays of one structure."""
    size = len(structure.states)
    owner = np.array([index for index, block in enumerate(structure.blocks) for _ in block], dtype=np.int64)
    pairs: set[tuple[int, int]] = set()
    for flow in structure.flows:
        if flow.target is not None and flow.target != flow.source:
            pairs.add((flow.source, flow.target))
    edges: list[tuple[int, int]] = []
    edge_starts = [0]
    for block in structure.blocks:
        reached, waiting = {block[0]}, [block[0]]
        while waiting:
            source = waiting.pop()
            for target in block:
                if target not in reached and (source, target) in pairs:
                    reached.add(target)
                    edges.append((source, target))
                    waiting.append(target)
        edge_starts.append(len(edges))
    crossings = sorted((s, t) for s, t in pairs if owner[s] != owner[t])
    reach = np.eye(size, dtype=bool)
    for source, target in pairs:
        reach[source, target] = True
    for middle in range(size):
        reach |= np.outer(reach[:, middle], reach[middle])
    fed = np.asarray(structure.inflow) @ reach > 0
    lists = []
    for output in range(len(structure.outputs)):
        seen = [row.state for row in structure.rows if row.output == output]
        shows = [
            mode for mode in range(size) if fed[list(structure.blocks[owner[mode]])].any() and reach[mode, seen].any()
        ]
        lists.append(shows)
    own = [len(shows) for shows in lists]
    for shows in lists:
        shows += [size + place for place, (_, second) in enumerate(structure.twins) if second in shows]
    modes = np.zeros((len(lists), size + len(structure.twins)), dtype=np.int64)
    for row, shows in enumerate(lists):
        modes[row, : len(shows)] = shows
    return StructureArrays(
        owner=owner,
        block_starts=np.array([*(block[0] for block in structure.blocks), size], dtype=np.int64),
        edges=np.array(edges, dtype=np.int64).reshape(-1, 2),
        edge_starts=np.array(edge_starts, dtype=np.int64),
        crossings=np.array(crossings, dtype=np.int64).reshape(-1, 2),
        modes=modes,
        shown=np.array([len(shows) for shows in lists], dtype=np.int64),
        own=np.array(own, dtype=np.int64),
        twins=np.array(structure.twins, dtype=np.int64).reshape(-1, 2),
    )


LADDER = (1.0, 8.0, 16.0, 24.0, 32.0)
"""Over how many equal steps a strip is built by multiplication: a single one, and one to four vectors of eight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableArrays:
    """A schedule for the kernel that stores: exponentials are tabulated over offsets, stretches look them up.

    Offsets stand in strips, which all stretches seen at the same offsets share; each strip begins a block of columns.
    `strips` holds of each where it begins, how many offsets it has, whether drug runs in, and where in `gaps_h` the
    LADDER of its step stands; -1 where its offsets are not evenly spaced. `gaps_h` holds besides
    these the distinct lengths of stretches. `column` is where a stretch's strip begins.
    """

    offsets_h: Floats
    strips: Ints
    bolus: Floats
    rate: Floats
    length: Ints
    gaps_h: Floats
    infused: NDArray[np.bool_]
    samples: Ints
    column: Ints
    first: int


def table_arrays(plan: Schedule) -> TableArrays:
    """Return the arrays of one schedule for the storing kernel."""
    stretches = plan.stretches
    lengths_h, length = distinct(np.array([s.length_h for s in stretches]))
    infused = [any(s.rate_mg_per_h > 0 for s, at in zip(stretches, length, strict=True) if at == g)
               for g in range(lengths_h.size)]  # fmt: skip
    gaps_h, ladders = lengths_h.tolist(), dict[float, int]()
    strips, offsets, column = dict[bytes, list[int]](), list[Floats](), []
    for stretch in stretches:
        key, count = stretch.offsets.tobytes(), stretch.offsets.size
        if key not in strips:
            here = plan.offsets_h[stretch.offsets]
            step = float(f"{even_step_h(here - here[0]):.12e}") if count > BLOCK else 0.0
            if step and step not in ladders:
                ladders[step] = len(gaps_h)
                gaps_h += [step * steps for steps in LADDER]
                infused += [True] * len(LADDER)
            begin = sum(part.size for part in offsets)
            offsets.append(np.pad(here, (0, -count % BLOCK)))
            strips[key] = [begin, count, 0, ladders.get(step, -1)]
        strips[key][2] |= stretch.rate_mg_per_h > 0
        column.append(strips[key][0])
    return TableArrays(
        offsets_h=np.concatenate(offsets),
        strips=np.array(list(strips.values()), dtype=np.int64),
        bolus=np.array([s.bolus_mg for s in stretches], dtype=float),
        rate=np.array([s.rate_mg_per_h for s in stretches], dtype=float),
        length=length,
        gaps_h=np.array(gaps_h),
        infused=np.array(infused, dtype=np.bool_),
        samples=np.array([(s.samples.start, s.samples.stop) for s in stretches], dtype=np.int64).reshape(-1, 2),
        column=np.array(column, dtype=np.int64),
        first=plan.first,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunArrays:
    """A schedule for the kernel that streams: runs of equal steps.

    First a bolus of `bolus` is given; then, `repeats` times, the gap `gaps_h[gap]` is crossed under `rate`, and
    outputs are seen after each step at `sample`, `sample + 1` and so on; not at all when `sample` is negative.
    """

    gaps_h: Floats
    gap: Ints
    rate: Floats
    bolus: Floats
    sample: Ints
    repeats: Ints

    def samples(self) -> Ints:
        """Return how many samples each run sees."""
        return np.where(self.sample >= 0, self.repeats, 0)


def run_arrays(plan: Schedule, longest: int) -> RunArrays:
    """Return the arrays of one schedule for the streaming kernel, no run seeing more than `longest` samples."""
    steps: list[tuple[float, float, float, int]] = []
    for stretch in plan.stretches:
        bolus, here = stretch.bolus_mg, 0.0
        for sample, row in zip(range(stretch.samples.start, stretch.samples.stop), stretch.offsets, strict=True):
            there = float(plan.offsets_h[row])
            steps.append((there - here, stretch.rate_mg_per_h, bolus, sample))
            bolus, here = 0.0, there
        if stretch.length_h > here or bolus:
            steps.append((max(stretch.length_h - here, 0.0), stretch.rate_mg_per_h, bolus, -1))
    gaps_h, gap = distinct(np.array([step[0] for step in steps]))
    runs: list[list[float]] = []
    for number, (_, rate, bolus, sample) in zip(gap, steps, strict=True):
        last = runs[-1] if runs else None
        joins = last is not None and last[0] == number and last[1] == rate and bolus == 0 and last[3] >= 0
        if last is not None and joins and sample >= 0 and last[4] < longest:
            last[4] += 1
        else:
            runs.append([float(number), rate, bolus, float(sample), 1.0])
    table = np.array(runs).reshape(-1, 5)
    return RunArrays(
        gaps_h=gaps_h,
        gap=table[:, 0].astype(np.int64),
        rate=np.ascontiguousarray(table[:, 1]),
        bolus=np.ascontiguousarray(table[:, 2]),
        sample=table[:, 3].astype(np.int64),
        repeats=table[:, 4].astype(np.int64),
    )

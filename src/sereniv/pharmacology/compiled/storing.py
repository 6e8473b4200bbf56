"""The compiled engine's trajectories: every person's every sample, written into one array."""

import numba
import numpy as np
from numpy.typing import NDArray

from sereniv.pharmacology.compartments import LinearSystem
from sereniv.pharmacology.compiled import trajectories
from sereniv.pharmacology.compiled.layout import structure_arrays, table_arrays
from sereniv.pharmacology.propagate import propagate, solve_exactly
from sereniv.pharmacology.schedule import Schedule

Floats = NDArray[np.float64]


def most_threads() -> int:
    """Return how many threads numba has."""
    return int(numba.config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]


def system_arrays(system: LinearSystem) -> tuple[Floats, Floats, Floats]:
    """Return matrix, inflow and output with people last, as the kernels read them."""
    matrix = np.ascontiguousarray(system.matrix.transpose(1, 2, 0))
    return matrix, system.inflow, np.ascontiguousarray(system.output.transpose(1, 2, 0))


def fill_compiled(system: LinearSystem, plan: Schedule, out: Floats, threads: int | None = None) -> None:
    """Write the outputs of n people into `out`, shape (n, o, t), ng/mL; the same results as the numpy engine."""
    structure = system.structure
    if not (structure.trees and plan.stretches and out.size):
        propagate(system, plan, out)
        return
    target = out if out.flags.c_contiguous else np.empty(out.shape)
    flat = target.reshape(-1)
    layout, table = structure_arrays(structure), table_arrays(plan)
    sound = np.empty(out.shape[0], dtype=np.bool_)
    before = numba.get_num_threads()
    workers = min(threads or before, most_threads())
    numba.set_num_threads(workers)
    try:
        trajectories.store(
            *system_arrays(system),
            layout.owner,
            layout.block_starts,
            layout.edges,
            layout.edge_starts,
            layout.crossings,
            layout.twins,
            layout.modes,
            layout.shown,
            table.offsets_h,
            table.strips,
            table.bolus,
            table.rate,
            table.length,
            table.gaps_h,
            table.infused,
            table.samples,
            table.column,
            table.first,
            flat,
            (-flat.ctypes.data // 8) % 8,
            plan.count,
            workers,
            sound,
        )
    finally:
        numba.set_num_threads(before)
    for people in np.array_split(np.flatnonzero(~sound), max(1, (~sound).sum() // 512)):
        if people.size:
            part = np.empty((people.size, *out.shape[1:]))
            solve_exactly(system.of(people), plan, part)
            target[people] = part
    if target is not out:
        out[...] = target

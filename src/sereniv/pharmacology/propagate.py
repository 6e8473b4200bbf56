"""The reference solution: matrix-exponential propagators, exact for any linear system and any input steps."""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

from sereniv.pharmacology.compartments import LinearSystem
from sereniv.pharmacology.schedule import Schedule

Floats = NDArray[np.float64]


def propagate(system: LinearSystem, plan: Schedule, out: Floats) -> None:
    """Write the outputs of every person at every sample time into `out`, shape (n, o, t), in ng/mL.

    Each step from one event or sample to the next is one exponential of the matrix augmented by the input, so a
    pause, a 68 h gap and a 10 µs gap are all exact; equal steps share one exponential.
    """
    n, size, _ = system.matrix.shape
    augmented = np.zeros((n, size + 1, size + 1))
    augmented[:, :size, :size] = system.matrix
    augmented[:, :size, size] = system.inflow
    steps: dict[float, Floats] = {}

    def advance(state: Floats, rate_mg_per_h: float, gap_h: float) -> Floats:
        if gap_h == 0.0:
            return state
        key = float(f"{gap_h:.12e}")  # the clock's rounding must not make every minute its own step
        if key not in steps:
            steps[key] = np.asarray(expm(augmented * gap_h))
        step = steps[key]
        moved: Floats = (step[:, :size, :size] @ state[:, :, None])[:, :, 0] + step[:, :size, size] * rate_mg_per_h
        return moved

    out[:, :, : plan.first] = 0.0
    state = np.zeros((n, size))
    for stretch in plan.stretches:
        state = state + system.inflow * stretch.bolus_mg
        here, current = 0.0, state
        for sample, row in zip(range(stretch.samples.start, stretch.samples.stop), stretch.offsets, strict=True):
            offset = float(plan.offsets_h[row])
            current = advance(current, stretch.rate_mg_per_h, offset - here)
            here = offset
            out[:, :, sample] = (system.output @ current[:, :, None])[:, :, 0]
        state = advance(state, stretch.rate_mg_per_h, stretch.length_h)

"""Areas under the curve in closed form: nothing is lost between samples, however far apart they lie."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sereniv.pharmacology.compartments import LinearSystem
from sereniv.pharmacology.schedule import Schedule, schedule
from sereniv.pharmacology.solver import Solver

Floats = NDArray[np.float64]


def areas(solver: Solver, system: LinearSystem) -> Floats:
    """Return each output's area from the regimen's zero to the last sample, ng·h/mL, shape (n, o).

    From dx/dt = A x + b u follows that the integral of x is the inverse of A times what is there at the end less what
    was given: the whole area hangs on the amounts at the last sample alone.
    """
    n, size, _ = system.matrix.shape
    if not solver.times_min.size:
        return np.zeros((n, system.output.shape[1]))
    end = schedule(solver.dosing, solver.times_min[-1:])
    everything = replace(system, output=np.broadcast_to(np.eye(size), (n, size, size)))
    amounts = np.empty((n, size, 1))
    solver.solve(everything, end, amounts)
    gone = system.inflow[:, None] * _given_mg(end) - amounts
    found: Floats = (system.output @ np.linalg.solve(-system.matrix, gone))[:, :, 0]
    return np.maximum(found, 0.0)


def _given_mg(end: Schedule) -> float:
    """Return what was given up to the one sample of a schedule, in mg (mg/kg of a dosing per kg)."""
    given = 0.0
    for stretch in end.stretches:
        if stretch.samples.stop == 0:
            given += stretch.bolus_mg + stretch.rate_mg_per_h * stretch.length_h
        elif stretch.samples.start == 0:
            given += stretch.bolus_mg + stretch.rate_mg_per_h * float(end.offsets_h[stretch.offsets[0]])
    return given

"""Simulates one block of people and adds them to the tally, in numpy."""

import numpy as np
from numpy.typing import NDArray

from sereniv.pharmacology.area import areas
from sereniv.pharmacology.solver import Solver
from sereniv.pharmacology.tally import Summary, Tally, count_values, count_whole

Floats = NDArray[np.float64]


def fold_numpy(solver: Solver, parameters: dict[str, Floats], summary: Summary, tally: Tally) -> None:
    """Simulate one block of people and add them to the tally."""
    n = next(iter(parameters.values())).shape[0]
    outputs, times = len(solver.structure.outputs), solver.times_min.size
    out = np.empty((n, outputs, times))
    solver.fill(parameters, out)
    count_values(out, tally, summary)
    if summary.auc:
        count_whole(areas(solver, solver.system(parameters)), tally, 0)

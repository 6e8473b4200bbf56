"""The compiled MAP fit (optional extra `fast`): the whole search in one call, sixteen trial points side by side."""

# mypy: disable-error-code="call-arg"
# numba types a compiled function as one that takes nothing.

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sereniv.knowledge.models import KineticModel
from sereniv.pharmacology.compartments import Structure
from sereniv.pharmacology.compiled.layout import structure_arrays
from sereniv.pharmacology.compiled.search import search
from sereniv.pharmacology.population import eta_covariance
from sereniv.pharmacology.posterior import Found, MapProblem, fit
from sereniv.pharmacology.subject import individual_parameters

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def fit_compiled(problem: MapProblem) -> Found:
    """Minimise the objective as `fit` does; where a trial point is not well conditioned, `fit` itself answers."""
    size = len(problem.names)
    if not problem.solver.structure.trees:
        return fit(problem)
    layout = structure_arrays(problem.solver.structure)
    etas, covariance = np.zeros(size), np.empty((size, size))
    expected, slopes = np.empty(problem.measured.size), np.empty((size, problem.measured.size))
    state = search(
        *numbers(problem), layout.owner, layout.block_starts, layout.edges, layout.edge_starts, layout.crossings,
        layout.twins,
        *schedule_numbers(problem), problem.output.astype(np.int64), problem.place.astype(np.int64),
        problem.measured, problem.log_sd, problem.proportional, problem.additive, problem.precision, etas, covariance,
        expected, slopes,
    )  # fmt: skip
    if not np.isfinite(state[0]):
        return fit(problem)
    return Found(
        etas=etas,
        covariance=covariance,
        objective=float(state[0]),
        converged=bool(state[1]),
        expected=expected,
        slopes=slopes,
    )


def numbers(problem: MapProblem) -> tuple[NDArray[Any], ...]:
    """Return typical values per arm, eta places, flows, rows and inflow as arrays."""
    structure = problem.solver.structure
    typical = individual_parameters(problem.model, problem.covariates)
    base = np.array([float(typical[parameter.name][0]) for parameter in problem.model.parameters])
    factors, eta_of, flows, rows = places(problem.model, structure)
    weight = float(problem.covariates["weight_kg"][0]) if problem.solver.per_kg else 1.0
    scales = np.array([row.scale * weight for row in structure.rows])
    return base * factors, eta_of, flows, rows, scales, np.array(structure.inflow)


@lru_cache(maxsize=64)
def places(model: KineticModel, structure: Structure) -> tuple[Floats, Ints, Ints, Ints]:
    """Return what is the same for everybody: the arms' factors, and where etas, flows and rows find their values."""
    names = [parameter.name for parameter in model.parameters]
    varying, _ = eta_covariance(model)

    def at(name: str | None) -> int:
        return -1 if name is None else names.index(name)

    flows = []
    for flow in structure.flows:
        link = flow.link
        assert link is not None  # noqa: S101  no effect site in a fit
        top = at(link.clearance if link.clearance is not None else link.rate)
        bottom = at(link.volume if link.clearance is not None else link.mean_time)
        target = -1 if flow.target is None else flow.target
        flows.append((flow.source, target, flow.arm, top, bottom, link.stages, at(link.fraction)))
    rows = [(row.output, row.state, at(row.volume), row.arm) for row in structure.rows]
    return (
        np.array([[dict(arm.factors).get(name, 1.0) for name in names] for arm in structure.arms]),
        np.array([varying.index(name) if name in varying else -1 for name in names], dtype=np.int64),
        np.array(flows, dtype=np.int64),
        np.array(rows, dtype=np.int64),
    )


def schedule_numbers(problem: MapProblem) -> tuple[NDArray[Any], ...]:
    """Return the stretches and sample offsets as arrays."""
    plan = problem.solver.plan
    bolus = np.array([s.bolus_mg for s in plan.stretches], dtype=float)
    rate = np.array([s.rate_mg_per_h for s in plan.stretches], dtype=float)
    length = np.array([s.length_h for s in plan.stretches], dtype=float)
    bounds = np.array([(s.samples.start, s.samples.stop) for s in plan.stretches], dtype=np.int64).reshape(-1, 2)
    offsets = np.zeros(plan.count)
    for stretch in plan.stretches:
        offsets[stretch.samples] = plan.offsets_h[stretch.offsets]
    return bolus, rate, length, bounds, offsets

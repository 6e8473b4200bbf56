"""The array path: a population's stored concentrations in the functions of the array API standard.

The caller passes the array namespace `xp`: numpy's own, `array_api_compat.cupy` or `array_api_compat.torch` for a GPU
(optional extra `gpu`), or any other that has the standard's `linalg` extension. Nothing else in the engine comes here.
The path knows only the modal closed form; people for whom that is not well conditioned are refused, never guessed.
"""

from collections.abc import Mapping
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sereniv.knowledge.models import KineticModel
from sereniv.pharmacology.catalogue import found
from sereniv.pharmacology.compartments import LinearSystem, Structure
from sereniv.pharmacology.dosing import Dosing
from sereniv.pharmacology.effect import EffectSite
from sereniv.pharmacology.modal import PROJECTOR_LIMIT
from sereniv.pharmacology.population import Population
from sereniv.pharmacology.schedule import Schedule, Stretch, checked_times
from sereniv.pharmacology.solver import Solver

Array: TypeAlias = Any
"""An array of the caller's namespace."""

PEOPLE_AT_ONCE = 65_536
"""The tables of exponentials of this many people are held at a time: some 1 GB for a four-hour course by the minute."""

SAME_RATE = 1e-12
"""Two modes whose rates differ by a smaller share of the fastest count as equal."""


class NotWellConditionedError(ValueError):
    """The modal closed form cannot be trusted for some of the people."""


def simulate_arrays(
    xp: ModuleType,
    model: KineticModel | str,
    dosing: Dosing,
    times_min: ArrayLike,
    *,
    people: Population,
    outputs: tuple[str, ...] | None = None,
    effect_site: EffectSite | None = None,
    device: object = None,
) -> dict[str, Array]:
    """Predict a population's total plasma concentrations with the arrays of a namespace, on its device.

    Parameters
    ----------
    xp
        A namespace of the array API standard with the `linalg` extension and float64.
    model, dosing, times_min, outputs, effect_site
        As for `simulate`.
    people
        A population of n, drawn for the model.
    device
        Where the arrays live, in the namespace's own terms; its default when left out.

    Returns
    -------
    dict
        Output name to float64 array of `xp`, shape (n, t), ng/mL.

    Raises
    ------
    NotWellConditionedError
        When some of the people need the matrix exponential; `simulate` gives it to them.
    ValueError
        As for `simulate`.
    """
    kinetic = found(model)
    if people.model is not kinetic and people.model != kinetic:
        raise ValueError(f"The population was drawn for {people.model.id}, not {kinetic.id}; draw one for this model.")
    names = kinetic.analyte_names() if outputs is None else outputs
    solver = Solver(
        model=kinetic, dosing=dosing, times_min=checked_times(times_min), outputs=tuple(names), effect_site=effect_site
    )
    stored = fill_arrays(xp, solver, people.parameters(), device=device)
    labels = (*names, "effect_site") if effect_site is not None else tuple(names)
    return {name: stored[:, i, :] for i, name in enumerate(labels)}


def fill_arrays(
    xp: ModuleType, solver: Solver, parameters: Mapping[str, NDArray[np.float64]], *, device: object = None
) -> Array:
    """Return ng/mL of n people as a float64 array of `xp`, shape (n, o, t); see `simulate_arrays` for the errors."""
    system = solver.system(dict(parameters))
    _refuse_unless_trees(system)
    n, count = system.matrix.shape[0], solver.plan.count
    out = xp.empty((n, len(system.structure.outputs), count), dtype=xp.float64, device=device)
    if solver.plan.first:
        out[:, :, : solver.plan.first] = 0.0
    for start in range(0, n, PEOPLE_AT_ONCE):
        part = slice(start, min(n, start + PEOPLE_AT_ONCE))
        rates, entering, leaving = _decompose(xp, system, part, device)
        _evaluate(xp, rates, entering, leaving, solver.plan, out, part, device)
    return out


def _refuse_unless_trees(system: LinearSystem) -> None:
    """Refuse structures and people that the closed form cannot take, before anything is sent to the device."""
    structure = system.structure
    if not structure.trees:
        raise NotWellConditionedError(
            "This model has a loop of flows, which has no symmetric form; use simulate(), which solves it by the "
            "matrix exponential."
        )
    for source, target in _two_way(structure):
        if not (system.matrix[:, target, source] > 0).all():
            raise NotWellConditionedError(
                f"Some people have no flow from {structure.states[source]} to {structure.states[target]}; use "
                "simulate(), which solves them by the matrix exponential."
            )


def _two_way(structure: Structure) -> list[tuple[int, int]]:
    """Return source and target of every flow inside a block."""
    owner = {state: index for index, block in enumerate(structure.blocks) for state in block}
    return [
        (flow.source, flow.target)
        for flow in structure.flows
        if flow.target is not None and owner[flow.source] == owner[flow.target]
    ]


def _decompose(xp: ModuleType, system: LinearSystem, part: slice, device: object) -> tuple[Array, Array, Array]:
    """Return rates (n, m), entering (n, m) and leaving (n, o, m) of some people; `modal.decompose` in `xp`."""

    def send(values: NDArray[np.float64]) -> Array:
        return xp.asarray(np.ascontiguousarray(values), dtype=xp.float64, device=device)

    structure = system.structure
    matrix, output, inflow = send(system.matrix[part]), send(system.output[part]), send(system.inflow)
    n, size = matrix.shape[0], matrix.shape[1]
    rates = xp.zeros((n, size), dtype=xp.float64, device=device)
    forward = xp.zeros((n, size, size), dtype=xp.float64, device=device)
    backward = xp.zeros((n, size, size), dtype=xp.float64, device=device)
    for block in structure.blocks:
        first, last = block[0], block[-1] + 1
        if len(block) == 1:
            rates[:, first] = -matrix[:, first, first]
            forward[:, first, first] = 1.0
            backward[:, first, first] = 1.0
            continue
        scale = _scale(xp, matrix, structure, block)
        square = matrix[:, first:last, first:last] * scale[:, None, :] / scale[:, :, None]
        values, vectors = xp.linalg.eigh((square + xp.matrix_transpose(square)) / 2)
        rates[:, first:last] = -values
        forward[:, first:last, first:last] = vectors * scale[:, :, None]
        backward[:, first:last, first:last] = xp.matrix_transpose(vectors) / scale[:, None, :]
    lower, upper, equal = _couple(xp, xp.matmul(xp.matmul(backward, matrix), forward), rates, structure, device)
    vectors, inverse = xp.matmul(forward, lower), xp.matmul(upper, backward)
    norms = xp.sqrt(xp.sum(vectors * vectors, axis=1)) * xp.sqrt(xp.sum(inverse * inverse, axis=2))
    sound = xp.all(norms < PROJECTOR_LIMIT, axis=1) & ~equal
    unsound = n - int(xp.sum(xp.astype(sound, xp.int64)))
    if unsound:
        raise NotWellConditionedError(
            f"{unsound} of {n} people have modes that are too close to tell apart, so that sums of exponentials would "
            "be wrong; use simulate(), which solves them by the matrix exponential, or ask for fewer outputs."
        )
    return rates, xp.sum(inverse * inflow[None, None, :], axis=2), xp.matmul(output, vectors)


def _scale(xp: ModuleType, matrix: Array, structure: Structure, block: tuple[int, ...]) -> Array:
    """Return the diagonal that makes a block's two-way tree symmetric, shape (n, states of the block)."""
    scale = {block[0]: xp.ones_like(matrix[:, 0, 0])}
    links = [(source, target) for source, target in _two_way(structure) if source in block]
    while len(scale) < len(block):
        for source, target in links:
            if source in scale and target not in scale:
                scale[target] = scale[source] * xp.sqrt(matrix[:, target, source] / matrix[:, source, target])
    return xp.stack([scale[state] for state in block], axis=1)


def _couple(
    xp: ModuleType, triangular: Array, rates: Array, structure: Structure, device: object
) -> tuple[Array, Array, Array]:
    """Return eigenvectors over the blocks' own modes, their inverse, and who has two coupled modes of equal rates."""
    n, size = rates.shape[0], rates.shape[1]
    owner = [index for index, block in enumerate(structure.blocks) for _ in block]
    one = xp.eye(size, dtype=xp.float64, device=device)[None, :, :]
    lower = xp.zeros((n, size, size), dtype=xp.float64, device=device) + one
    upper = xp.zeros((n, size, size), dtype=xp.float64, device=device) + one
    equal = xp.zeros((n,), dtype=xp.bool, device=device)
    least = SAME_RATE * xp.max(xp.abs(rates), axis=1)
    for column in range(size):
        for row in range(column + 1, size):
            if owner[row] == owner[column]:
                continue
            flow = xp.sum(triangular[:, row, column:row] * lower[:, column:row, column], axis=1)
            gap = rates[:, row] - rates[:, column]
            close = xp.abs(gap) <= least
            equal = equal | (close & (flow != 0.0))
            # No flow at all between two modes is no coupling, even where their rates are equal.
            lower[:, row, column] = xp.where(close, xp.zeros_like(flow), flow / xp.where(close, xp.ones_like(gap), gap))
    for column in range(size):
        for row in range(column + 1, size):
            upper[:, row, column] = -xp.sum(lower[:, row, column:row] * upper[:, column:row, column], axis=1)
    return lower, upper, equal


def _evaluate(
    xp: ModuleType,
    rates: Array,
    entering: Array,
    leaving: Array,
    plan: Schedule,
    out: Array,
    part: slice,
    device: object,
) -> None:
    """Write the outputs of some people at every sample time into their rows of `out`."""
    offsets = xp.asarray(plan.offsets_h, dtype=xp.float64, device=device)
    decay = xp.exp(-rates[:, :, None] * offsets)
    infused = [int(s.offsets.max()) + 1 for s in plan.stretches if s.rate_mg_per_h > 0 and s.offsets.size]
    rise = _rise(xp, rates[:, :, None], offsets[: max(infused, default=0)])
    amount = xp.zeros_like(rates)
    for stretch in plan.stretches:
        amount = amount + entering * stretch.bolus_mg
        source = entering * stretch.rate_mg_per_h
        if stretch.offsets.size:
            seen = xp.matmul(leaving * amount[:, None, :], _rows(xp, decay, stretch, device))
            if stretch.rate_mg_per_h > 0:
                seen = seen + xp.matmul(leaving * source[:, None, :], _rows(xp, rise, stretch, device))
            out[part, :, stretch.samples] = seen
        if stretch.length_h > 0:
            amount = amount * xp.exp(-rates * stretch.length_h)
            if stretch.rate_mg_per_h > 0:
                amount = amount + source * _rise(xp, rates, xp.ones_like(rates) * stretch.length_h)


def _rise(xp: ModuleType, rates: Array, offsets_h: Array) -> Array:
    """Return (1 - e^(-k t)) / k, and t itself where k is zero."""
    safe = xp.where(rates > 0, rates, xp.ones_like(rates))
    return xp.where(rates > 0, -xp.expm1(-rates * offsets_h) / safe, xp.zeros_like(rates) + offsets_h)


def _rows(xp: ModuleType, table: Array, stretch: Stretch, device: object) -> Array:
    """Return a stretch's rows of a table, without copying where they are consecutive."""
    rows = stretch.offsets
    if (np.diff(rows) == 1).all():
        return table[:, :, int(rows[0]) : int(rows[-1]) + 1]
    return xp.take(table, xp.asarray(rows, dtype=xp.int64, device=device), axis=2)

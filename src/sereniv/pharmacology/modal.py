"""The fast solution: sums of exponentials, used only for people whose system is well conditioned.

Inside a block drug flows both ways along a tree, so a diagonal scaling makes the block symmetric and its
eigenvectors orthogonal: no trouble there, whatever the eigenvalues. Trouble can only come between blocks: a metabolite
that leaves as fast as the parent's slowest mode, or two equal transit rates (Simons 2022), make eigenvectors collapse.
Moving a denominator away from zero then gives a wrong answer silently; so the size of each mode's projector, which is
what multiplies rounding, is measured, and people beyond the limit are left to the matrix exponential.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sereniv.pharmacology.compartments import LinearSystem, Structure
from sereniv.pharmacology.schedule import Schedule

Floats = NDArray[np.float64]

PROJECTOR_LIMIT = 1e5
"""Largest allowed norm of a spectral projector: rounding of 1e-16 grows to about 1e-11, far inside every tolerance."""

TILE_BYTES = 1_000_000
"""Exponentials are tabulated for as many people at a time as fit in the processor's cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Modes:
    """Eigen-form of n systems: A = V diag(-k) W.

    Attributes
    ----------
    rates
        k, 1/h, shape (n, m), not negative.
    entering
        W b: how much of each mode a mg of input excites, shape (n, m).
    leaving
        C V: ng/mL seen per unit of each mode, shape (n, o, m).
    sound
        True where the eigen-form may be trusted, shape (n,).
    """

    rates: Floats
    entering: Floats
    leaving: Floats
    sound: NDArray[np.bool_]


def decompose(system: LinearSystem) -> Modes:
    """Bring n systems to eigen-form and say for which of them it is well conditioned."""
    matrix, structure = np.ascontiguousarray(system.matrix), system.structure
    n, size, _ = matrix.shape
    if not structure.trees:
        empty = np.zeros((n, size))
        return Modes(rates=empty, entering=empty, leaving=np.zeros_like(system.output), sound=np.zeros(n, dtype=bool))
    rates = np.empty((n, size))
    forward = np.zeros((n, size, size))
    backward = np.zeros((n, size, size))
    for block in structure.blocks:
        _symmetric_block(matrix, block, rates, forward, backward)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        vectors, inverse = _couple_blocks(backward @ matrix @ forward, rates, forward, backward, structure)
        projectors = np.linalg.norm(vectors, axis=1) * np.linalg.norm(inverse, axis=2)
        sound = (projectors < PROJECTOR_LIMIT).all(axis=1)
        return Modes(
            rates=rates,
            entering=inverse @ system.inflow,
            leaving=np.ascontiguousarray(system.output) @ vectors,
            sound=np.asarray(sound),
        )


def _symmetric_block(matrix: Floats, block: tuple[int, ...], rates: Floats, forward: Floats, backward: Floats) -> None:
    """Diagonalise one two-way tree by scaling it to a symmetric matrix."""
    first, last = block[0], block[-1] + 1
    if len(block) == 1:
        rates[:, first] = -matrix[:, first, first]
        forward[:, first, first] = backward[:, first, first] = 1.0
        return
    part = matrix[:, first:last, first:last]
    size = last - first
    scale = np.ones((matrix.shape[0], size))
    reached, waiting = {0}, [0]
    while waiting:
        source = waiting.pop()
        for target in range(size):
            if target not in reached and (part[:, target, source] > 0).any():
                scale[:, target] = scale[:, source] * np.sqrt(part[:, target, source] / part[:, source, target])
                reached.add(target)
                waiting.append(target)
    symmetric = part * scale[:, None, :] / scale[:, :, None]
    values, vectors = np.linalg.eigh(symmetric)
    rates[:, first:last] = -values
    forward[:, first:last, first:last] = vectors * scale[:, :, None]
    backward[:, first:last, first:last] = vectors.transpose(0, 2, 1) / scale[:, None, :]


def _couple_blocks(
    triangular: Floats, rates: Floats, forward: Floats, backward: Floats, structure: Structure
) -> tuple[Floats, Floats]:
    """Return eigenvectors and their inverse of the whole from those of the blocks.

    In the blocks' own modes the matrix is lower triangular, so eigenvectors follow by forward substitution.
    """
    n, size, _ = triangular.shape
    lower = np.zeros((n, size, size))
    upper = np.zeros((n, size, size))
    owner = [index for index, block in enumerate(structure.blocks) for _ in block]
    for column in range(size):
        lower[:, column, column] = upper[:, column, column] = 1.0
        for row in range(column + 1, size):
            if owner[row] == owner[column]:
                continue
            flow = np.einsum("nk,nk->n", triangular[:, row, column:row], lower[:, column:row, column])
            gap = rates[:, row] - rates[:, column]
            # No flow at all between two modes is no coupling, even where their rates are equal.
            lower[:, row, column] = np.where(flow == 0.0, 0.0, flow / gap)
    for column in range(size):
        for row in range(column + 1, size):
            upper[:, row, column] = -np.einsum("nk,nk->n", lower[:, row, column:row], upper[:, column:row, column])
    return forward @ lower, upper @ backward


def evaluate(modes: Modes, plan: Schedule, out: Floats) -> None:
    """Write the outputs of every person at every sample time into `out`, shape (n, o, t), in ng/mL."""
    n, size = modes.rates.shape
    out[:, :, : plan.first] = 0.0
    width = max(1, plan.offsets_h.size * size * 16)
    tile = max(1, min(n, TILE_BYTES // width))
    for start in range(0, n, tile):
        part = slice(start, min(n, start + tile))
        _evaluate_tile(modes.rates[part], modes.entering[part], modes.leaving[part], plan, out[part])


def _evaluate_tile(rates: Floats, entering: Floats, leaving: Floats, plan: Schedule, out: Floats) -> None:
    infused = [int(s.offsets.max()) + 1 for s in plan.stretches if s.rate_mg_per_h > 0 and s.offsets.size]
    decay = np.exp(-rates[:, :, None] * plan.offsets_h)
    rise = _rise(rates[:, :, None], plan.offsets_h[: max(infused, default=0)])
    amount = np.zeros_like(rates)
    for stretch in plan.stretches:
        amount = amount + entering * stretch.bolus_mg
        source = entering * stretch.rate_mg_per_h
        rows = _as_slice(stretch.offsets)
        if stretch.offsets.size:
            seen = np.matmul(leaving * amount[:, None, :], decay[:, :, rows])
            if stretch.rate_mg_per_h > 0:
                seen += np.matmul(leaving * source[:, None, :], rise[:, :, rows])
            out[:, :, stretch.samples] = seen
        if stretch.length_h > 0:
            amount = amount * np.exp(-rates * stretch.length_h)
            if stretch.rate_mg_per_h > 0:
                amount += source * _rise(rates, np.asarray(stretch.length_h))


def _rise(rates: Floats, offsets_h: Floats) -> Floats:
    """Return (1 - e^(-k t)) / k, and t itself where k is zero."""
    safe = np.where(rates > 0, rates, 1.0)
    return np.where(rates > 0, -np.expm1(-rates * offsets_h) / safe, offsets_h)


def _as_slice(rows: NDArray[np.int64]) -> slice | NDArray[np.int64]:
    """Return consecutive rows as a slice, which numpy reads without copying."""
    if rows.size and rows[-1] - rows[0] == rows.size - 1 and (np.diff(rows) == 1).all():
        return slice(int(rows[0]), int(rows[-1]) + 1)
    return rows

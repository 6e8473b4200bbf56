"""The fast solution: sums of exponentials, used only for people whose system is well conditioned.

Inside a block drug flows both ways along a tree, so a diagonal scaling makes the block symmetric and its
eigenvectors orthogonal: no trouble there, whatever the eigenvalues. Trouble can only come between blocks: a metabolite
that leaves as fast as the parent's slowest mode makes eigenvectors collapse. Two equal transit rates (Simons 2022) do
so for everybody: being equal by construction they are taken as a pair, whose second follows t e^(-k t) as well.
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
    twins
        Pairs (first, second) of modes of one rate by construction, where the first flows into the second: their
        eigenvectors coincide, so the second also follows t e^(-k t) of the first (a Jordan block).
    bonds
        How much of the first's that is, 1/h, shape (n, twins).
    """

    rates: Floats
    entering: Floats
    leaving: Floats
    sound: NDArray[np.bool_]
    twins: tuple[tuple[int, int], ...] = ()
    bonds: Floats | None = None

    def of(self, people: NDArray[np.int64] | slice) -> "Modes":
        """Return the modes of some of the people."""
        return Modes(
            rates=self.rates[people],
            entering=self.entering[people],
            leaving=self.leaving[people],
            sound=self.sound[people],
            twins=self.twins,
            bonds=None if self.bonds is None else self.bonds[people],
        )


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
        vectors, inverse, bonds = _couple_blocks(backward @ matrix @ forward, rates, forward, backward, structure)
        columns, rows = np.linalg.norm(vectors, axis=1), np.linalg.norm(inverse, axis=2)
        sound = (columns * rows < PROJECTOR_LIMIT).all(axis=1)
        for place, (first, second) in enumerate(structure.twins):
            # t e^(-k t) is at most 1 / (e k): what the bond adds to rounding.
            sound &= columns[:, second] * rows[:, first] * np.abs(bonds[:, place]) < PROJECTOR_LIMIT * rates[:, first]
        return Modes(
            rates=rates,
            entering=inverse @ system.inflow,
            leaving=np.ascontiguousarray(system.output) @ vectors,
            sound=np.asarray(sound),
            twins=structure.twins,
            bonds=bonds,
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
) -> tuple[Floats, Floats, Floats]:
    """Return eigenvectors and their inverse of the whole from those of the blocks, and the bonds of the twins.

    In the blocks' own modes the matrix is lower triangular, so eigenvectors follow by forward substitution. Twins have
    one eigenvector between them: the first's column is a generalised one, A v1 = -k v1 + bond v2.
    """
    n, size, _ = triangular.shape
    lower = np.zeros((n, size, size))
    upper = np.zeros((n, size, size))
    bonds = np.zeros((n, len(structure.twins)))
    owner = [index for index, block in enumerate(structure.blocks) for _ in block]
    twin_of = {first: (second, place) for place, (first, second) in enumerate(structure.twins)}
    for column in reversed(range(size)):  # the second twin's column before the first's, which needs it
        second, place = twin_of.get(column, (-1, -1))
        lower[:, column, column] = upper[:, column, column] = 1.0
        for row in range(column + 1, size):
            if owner[row] == owner[column]:
                continue
            flow = np.einsum("nk,nk->n", triangular[:, row, column:row], lower[:, column:row, column])
            if row == second:
                bonds[:, place] = flow
                continue
            if 0 <= second < row:
                flow = flow - lower[:, row, second] * bonds[:, place]
            gap = rates[:, row] - rates[:, column]
            # No flow at all between two modes is no coupling, even where their rates are equal.
            lower[:, row, column] = np.where(flow == 0.0, 0.0, flow / gap)
    for column in range(size):
        for row in range(column + 1, size):
            upper[:, row, column] = -np.einsum("nk,nk->n", lower[:, row, column:row], upper[:, column:row, column])
    return forward @ lower, upper @ backward, bonds


def evaluate(modes: Modes, plan: Schedule, out: Floats) -> None:
    """Write the outputs of every person at every sample time into `out`, shape (n, o, t), in ng/mL."""
    n, size = modes.rates.shape
    out[:, :, : plan.first] = 0.0
    width = max(1, plan.offsets_h.size * (size + len(modes.twins)) * 16)
    tile = max(1, min(n, TILE_BYTES // width))
    for start in range(0, n, tile):
        part = slice(start, min(n, start + tile))
        _evaluate_tile(modes.of(part), plan, out[part])


def _evaluate_tile(modes: Modes, plan: Schedule, out: Floats) -> None:
    firsts, seconds = [first for first, _ in modes.twins], [second for _, second in modes.twins]
    rates, entering, bonds = modes.rates, modes.entering, modes.bonds
    leaving = modes.leaving
    if bonds is not None and firsts:
        leaving = np.concatenate([leaving, leaving[:, :, seconds] * bonds[:, None, :]], axis=2)
    infused = [int(s.offsets.max()) + 1 for s in plan.stretches if s.rate_mg_per_h > 0 and s.offsets.size]
    decay, rise = _tables(rates, firsts, plan.offsets_h, max(infused, default=0))
    amount = np.zeros_like(rates)
    for stretch in plan.stretches:
        amount = amount + entering * stretch.bolus_mg
        source = entering * stretch.rate_mg_per_h
        rows = _as_slice(stretch.offsets)
        if stretch.offsets.size:
            seen = np.matmul(leaving * _doubled(amount, firsts)[:, None, :], decay[:, :, rows])
            if stretch.rate_mg_per_h > 0:
                seen += np.matmul(leaving * _doubled(source, firsts)[:, None, :], rise[:, :, rows])
            out[:, :, stretch.samples] = seen
        if stretch.length_h > 0:
            length = np.array([stretch.length_h])
            fade, gain = (
                (table[:, :, 0] for table in _tables(rates, firsts, length, int(stretch.rate_mg_per_h > 0)))
                if stretch.rate_mg_per_h > 0
                else (_tables(rates, firsts, length, 0)[0][:, :, 0], None)
            )
            moved = _doubled(amount, firsts) * fade
            if gain is not None:
                moved = moved + _doubled(source, firsts) * gain
            amount = moved[:, : rates.shape[1]].copy()
            if bonds is not None and firsts:
                amount[:, seconds] += bonds * moved[:, rates.shape[1] :]


def _doubled(values: Floats, firsts: list[int]) -> Floats:
    """Return values of every mode and, after them, once more those of the first twins."""
    return np.concatenate([values, values[:, firsts]], axis=1) if firsts else values


def _tables(rates: Floats, firsts: list[int], offsets_h: Floats, infused: int) -> tuple[Floats, Floats]:
    """Return what is left of each mode, and of a constant input what has come of it, at offsets: (n, modes, rows).

    After the modes come the twins: t e^(-k t), and what has come of a constant input through both.
    """
    k = rates[:, :, None]
    decay = np.exp(-k * offsets_h)
    rise = _rise(k, offsets_h[:infused])
    if firsts:
        slow = k[:, firsts]
        decay = np.concatenate([decay, offsets_h * decay[:, firsts]], axis=1)
        rise = np.concatenate([rise, _rise_twice(slow, offsets_h[:infused])], axis=1)
    return decay, rise


def _rise(rates: Floats, offsets_h: Floats) -> Floats:
    """Return (1 - e^(-k t)) / k, and t itself where k is zero."""
    safe = np.where(rates > 0, rates, 1.0)
    return np.where(rates > 0, -np.expm1(-rates * offsets_h) / safe, offsets_h)


TWICE_TERMS = 18
"""Terms of the series of `_rise_twice` below 1: the last is under 1e-17 of the first."""


def _rise_twice(rates: Floats, offsets_h: Floats) -> Floats:
    """Return (1 - e^(-x) (1 + x)) / k^2 with x = k t: what a constant input leaves in the second of two equal stages.

    Below x = 1 as t^2 e^(-x) (1/2! + x/3! + x^2/4! + ...), whose terms do not cancel.
    """
    x = rates * offsets_h
    series, term = np.zeros_like(x), np.full_like(x, 0.5)
    for number in range(3, TWICE_TERMS + 3):
        series += term
        term = term * x / number
    fade = np.exp(-x)
    safe = np.where(x > 1.0, rates, 1.0)
    return np.where(x > 1.0, (1.0 - fade * (1.0 + x)) / safe**2, offsets_h**2 * fade * series)


def _as_slice(rows: NDArray[np.int64]) -> slice | NDArray[np.int64]:
    """Return consecutive rows as a slice, which numpy reads without copying."""
    if rows.size and rows[-1] - rows[0] == rows.size - 1 and (np.diff(rows) == 1).all():
        return slice(int(rows[0]), int(rows[-1]) + 1)
    return rows

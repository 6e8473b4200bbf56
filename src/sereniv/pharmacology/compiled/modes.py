"""The eigen-form of `modal`, compiled: sixteen people side by side."""
# ruff: noqa: ANN001, ANN201, ANN202, E741
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator, call-arg, assignment, unreachable"
# Arguments are arrays of float64 and int64 whose shapes the docstrings give; numba compiles what it is called with.
# To mypy an intrinsic never returns.

import math

import numba as nb
import numpy as np

from sereniv.pharmacology.compiled.vectors import LANES, add_product, fade_lanes, rotate, rotation

CROSS, LOWER, UPPER, WORK = 2, 3, 4, 5
"""Which parts of `decompose`'s room hold what; before them stand the blocks' eigenvectors and their inverse."""
SWEEPS = 12
PROJECTOR_LIMIT_SQUARED = 1e10
"""The square of `modal.PROJECTOR_LIMIT`."""
TWICE = np.array([1.0 / math.factorial(power + 2) for power in range(17, -1, -1)])
"""The coefficients of the series of `risen_twice`, the highest power first: a division each took most of its time."""


@nb.njit(fastmath={"contract"}, error_model="numpy", cache=True)
def decompose(
    matrix,
    inflow,
    output,
    begin,
    owner,
    block_starts,
    edges,
    edge_starts,
    crossings,
    twins,
    scratch,
    rates,
    entering,
    leaving,
    bonds,
    sound,
):
    """Bring people `begin` to `begin + LANES` to eigen-form; arrays have people last.

    `scratch` has shape (6, m, m, LANES). Fills rates, entering (m + p, LANES), leaving (o, m + p, LANES), bonds
    (p, LANES) and sound (LANES); the last p rows are those of the twins: the first's rate and entry, as the second's.
    """
    size = inflow.shape[0]
    outputs = output.shape[0]
    forward, backward, cross, lower, upper, work = (
        scratch[0],
        scratch[1],
        scratch[2],
        scratch[3],
        scratch[4],
        scratch[5],
    )
    last = matrix.shape[2] - 1
    scratch[:] = 0.0
    flat, rows = scratch.reshape(-1), size * LANES
    lower_at, upper_at, cross_at, work_at = LOWER * size, UPPER * size, CROSS * size, WORK * size
    tied = _tied(owner, block_starts, crossings)
    scale, turn = np.empty((size, LANES)), np.empty(2 * LANES)
    for block in range(block_starts.shape[0] - 1):
        first, stop = block_starts[block], block_starts[block + 1]
        scale[first] = 1.0
        for edge in range(edge_starts[block], edge_starts[block + 1]):
            s, t = edges[edge, 0], edges[edge, 1]
            for l in range(LANES):
                p = min(begin + l, last)
                scale[t, l] = scale[s, l] * math.sqrt(matrix[t, s, p] / matrix[s, t, p])
        for i in range(first, stop):
            forward[i, i] = 1.0
            for j in range(first, stop):
                for l in range(LANES):
                    p = min(begin + l, last)
                    work[i, j, l] = matrix[i, j, p] * scale[j, l] / scale[i, l]
        if stop - first > 1:
            _jacobi(work, forward, first, stop, turn)
        for i in range(first, stop):
            for l in range(LANES):
                rates[i, l] = -work[i, i, l]
        for i in range(first, stop):
            for j in range(first, stop):
                for l in range(LANES):
                    vector = forward[i, j, l]
                    backward[j, i, l] = vector / scale[i, l]
                    forward[i, j, l] = vector * scale[i, l]
    for crossing in range(crossings.shape[0]):
        s, t = crossings[crossing, 0], crossings[crossing, 1]
        for i in range(block_starts[owner[t]], block_starts[owner[t] + 1]):
            for j in range(block_starts[owner[s]], block_starts[owner[s] + 1]):
                for l in range(LANES):
                    p = min(begin + l, last)
                    cross[i, j, l] += backward[i, t, l] * matrix[t, s, p] * forward[s, j, l]
    for column in range(size - 1, -1, -1):  # the second twin's column before the first's, which needs it
        second, place = -1, -1
        for t in range(twins.shape[0]):
            if twins[t, 0] == column:
                second, place = twins[t, 1], t
        lower[column, column] = 1.0
        upper[column, column] = 1.0
        for row in range(block_starts[owner[column] + 1], size):
            if not tied[row, column]:
                continue
            to = (lower_at + row) * rows + column * LANES
            for k in range(column, row):
                if owner[k] != owner[row] and tied[k, column] and tied[row, k]:
                    over, under = (cross_at + row) * rows + k * LANES, (lower_at + k) * rows + column * LANES
                    add_product(flat, to, 1.0, flat, over, under)
            if row == second:
                for l in range(LANES):
                    bonds[place, l] = lower[row, column, l]
                    lower[row, column, l] = 0.0
                continue
            if 0 <= second < row:
                for l in range(LANES):
                    lower[row, column, l] -= lower[row, second, l] * bonds[place, l]
            for l in range(LANES):
                flow = lower[row, column, l]
                lower[row, column, l] = 0.0 if flow == 0.0 else flow / (rates[row, l] - rates[column, l])
    for column in range(size):
        for row in range(block_starts[owner[column] + 1], size):
            to = (upper_at + row) * rows + column * LANES
            for k in range(column, row):
                if owner[k] != owner[row] and tied[k, column] and tied[row, k]:
                    over, under = (lower_at + row) * rows + k * LANES, (upper_at + k) * rows + column * LANES
                    add_product(flat, to, -1.0, flat, over, under)
    # The block parts are no longer needed: vectors into `cross`, inverse into `work`.
    cross[:] = 0.0
    work[:] = 0.0
    for i in range(size):
        first, stop = block_starts[owner[i]], block_starts[owner[i] + 1]
        for j in range(stop):
            for k in range(first, stop):
                if tied[k, j]:
                    over, under = i * rows + k * LANES, (lower_at + k) * rows + j * LANES
                    add_product(flat, (cross_at + i) * rows + j * LANES, 1.0, flat, over, under)
    for i in range(size):
        for k in range(i + 1):
            first, stop = block_starts[owner[k]], block_starts[owner[k] + 1]
            for j in range(first, stop if tied[i, k] else first):
                over, under = (upper_at + i) * rows + k * LANES, (size + k) * rows + j * LANES
                add_product(flat, (work_at + i) * rows + j * LANES, 1.0, flat, over, under)
    sound[:] = True
    columns, inverses = np.zeros((size, LANES)), np.zeros((size, LANES))  # their squared lengths
    flat_columns, flat_inverses = columns.reshape(-1), inverses.reshape(-1)
    for j in range(size):
        for i in range(size):
            if tied[i, j]:
                at = (cross_at + i) * rows + j * LANES
                add_product(flat_columns, j * LANES, 1.0, flat, at, at)
            if tied[j, i]:
                at = (work_at + j) * rows + i * LANES
                add_product(flat_inverses, j * LANES, 1.0, flat, at, at)
        for l in range(LANES):
            # Written so that NaN is not sound either.
            if not (columns[j, l] * inverses[j, l] < PROJECTOR_LIMIT_SQUARED):
                sound[l] = False
    for t in range(twins.shape[0]):
        first, second = twins[t, 0], twins[t, 1]
        for l in range(LANES):
            share = bonds[t, l] / rates[first, l]
            if not (columns[second, l] * inverses[first, l] * share * share < PROJECTOR_LIMIT_SQUARED):
                sound[l] = False
    for j in range(size):
        for l in range(LANES):
            entering[j, l] = 0.0
        for i in range(size):
            share = inflow[i]
            if share != 0.0:
                for l in range(LANES):
                    entering[j, l] += work[j, i, l] * share
    for o in range(outputs):
        for j in range(size):
            for l in range(LANES):
                leaving[o, j, l] = 0.0
            for i in range(size):
                for l in range(LANES if tied[i, j] else 0):
                    p = min(begin + l, last)
                    leaving[o, j, l] += output[o, i, p] * cross[i, j, l]
    for t in range(twins.shape[0]):
        first, second = twins[t, 0], twins[t, 1]
        for l in range(LANES):
            rates[size + t, l] = rates[first, l]
            entering[size + t, l] = entering[first, l]
            for o in range(outputs):
                leaving[o, size + t, l] = leaving[o, second, l] * bonds[t, l]


@nb.njit(error_model="numpy", cache=True)
def _tied(owner, block_starts, crossings):
    """Return which mode (row) drug from which mode (column) comes to: all else is zero for everybody."""
    size = owner.shape[0]
    tied = np.zeros((size, size), dtype=np.bool_)
    for row in range(size):
        tied[row, block_starts[owner[row]] : block_starts[owner[row] + 1]] = True
    for crossing in range(crossings.shape[0]):
        source, target = owner[crossings[crossing, 0]], owner[crossings[crossing, 1]]
        for row in range(block_starts[target], block_starts[target + 1]):
            tied[row, block_starts[source] : block_starts[source + 1]] = True
    for row in range(size):  # after all that flows into it
        for k in range(row):
            if tied[row, k]:
                for column in range(k):
                    tied[row, column] |= tied[k, column]
    return tied


@nb.njit(fastmath={"contract"}, error_model="numpy", cache=True)
def _jacobi(work, vectors, first, stop, turn):
    """Diagonalise symmetric blocks of all lanes by cyclic Jacobi rotations, which keep small eigenvalues accurate.

    Only the upper triangle is read and kept; `turn` (2 LANES) is room for a rotation.
    """
    size = work.shape[0]
    flat, columns = work.reshape(-1), vectors.reshape(-1)
    for _ in range(SWEEPS):
        if not _is_coupled(work, first, stop):
            return
        for i in range(first, stop):
            for j in range(i + 1, stop):
                rotation(flat, (i * size + i) * LANES, (j * size + j) * LANES, (i * size + j) * LANES, turn)
                for r in range(first, stop):
                    rotate(columns, (r * size + i) * LANES, (r * size + j) * LANES, turn)
                    if r not in (i, j):
                        at_i, at_j = min(r, i) * size + max(r, i), min(r, j) * size + max(r, j)
                        rotate(flat, at_i * LANES, at_j * LANES, turn)


@nb.njit(fastmath={"contract"}, error_model="numpy", cache=True)
def _is_coupled(work, first, stop):
    """Return whether an entry beside the diagonal still counts, in any lane."""
    for i in range(first, stop):
        for j in range(i + 1, stop):
            for l in range(LANES):
                if work[i, j, l] * work[i, j, l] > 1e-34 * (work[i, i, l] * work[j, j, l]):
                    return True
    return False


@nb.njit(fastmath={"contract"}, error_model="numpy", cache=True)
def silence(fine, rates, entering, leaving, bonds):
    """Put zeros in place of the lanes that are not fine, so that they are seen as zero."""
    for l in range(LANES):
        if not fine[l]:
            rates[:, l] = 0.0
            entering[:, l] = 0.0
            leaving[:, :, l] = 0.0
            bonds[:, l] = 0.0


@nb.njit(fastmath={"contract"}, error_model="numpy", cache=True)
def fade_gaps(rates, twins, gaps_h, infused, decays, gains):
    """Fill e^(-k gap) and, where infused, (1 - e^(-k gap)) / k of all lanes: shape (gaps, m + p, LANES).

    In the twins' rows stands gap e^(-k gap), and what has come of a constant input through both.
    """
    pairs, total = twins.shape[0], rates.shape[0]
    size = total - pairs
    rate, decay, gain = rates.reshape(-1), decays.reshape(-1), gains.reshape(-1)
    for g in range(gaps_h.shape[0]):
        for j in range(size):
            fade_lanes(decay, gain, (g * total + j) * LANES, rate, j * LANES, gaps_h[g], 1 if infused[g] else 0)
        for t in range(pairs):
            first = twins[t, 0]
            for l in range(LANES):
                decays[g, size + t, l] = gaps_h[g] * decays[g, first, l]
                if infused[g]:
                    gains[g, size + t, l] = risen_twice(rates[first, l], gaps_h[g], decays[g, first, l])


@nb.njit(fastmath={"contract"}, error_model="numpy", cache=True)
def risen(rate, time):
    """Return (1 - e^(-k t)) / k, and t where k is zero."""
    return -math.expm1(-rate * time) / rate if rate > 0.0 else time


@nb.njit(fastmath={"contract"}, error_model="numpy", cache=True)
def risen_twice(rate, time, fade):
    """Return (1 - e^(-x) (1 + x)) / k^2 with x = k t, given e^(-x): see `modal._rise_twice`."""
    x = rate * time
    if x > 1.0:
        return (1.0 - fade * (1.0 + x)) / (rate * rate)
    series = 0.0
    for number in range(TWICE.shape[0]):
        series = series * x + TWICE[number]
    return time * time * fade * series

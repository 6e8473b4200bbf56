"""The compiled kernels that stream trajectories into counts: nothing of a person is kept but the bins.

`prepare` says which people are not well conditioned: their numbers come from the matrix exponential instead.
"""
# ruff: noqa: ANN001, ANN201, E741
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator, call-arg, assignment"
# Arguments are arrays of float64 and int64 whose shapes the docstrings give; numba compiles what it is called with.

import numba as nb
import numpy as np

from sereniv.pharmacology.compiled.modes import decompose, fade_gaps, silence
from sereniv.pharmacology.compiled.vectors import LANES
from sereniv.pharmacology.compiled.walks import bins1, bins4, both1, both4, twin1, twin4, walk1, walk4


@nb.njit(parallel=True, fastmath={"contract"}, error_model="numpy", cache=True)
def prepare(
    matrix,
    inflow,
    output,
    owner,
    block_starts,
    edges,
    edge_starts,
    crossings,
    twins,
    threads,
    rates,
    entering,
    leaving,
    bonds,
    sound,
):
    """Bring all people to eigen-form: rates, entering (groups, m + p, LANES), leaving (groups, o, m + p, LANES), bonds.

    People who are not sound, and spare lanes, get zeros everywhere, so that they are seen as zero.
    """
    n = matrix.shape[2]
    size = inflow.shape[0]
    groups = rates.shape[0]
    for worker in nb.prange(threads):
        scratch = np.empty((6, size, size, LANES))
        fine = np.empty(LANES, dtype=np.bool_)
        for group in range(worker * groups // threads, (worker + 1) * groups // threads):
            begin = group * LANES
            decompose(
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
                rates[group],
                entering[group],
                leaving[group],
                bonds[group],
                fine,
            )
            for l in range(LANES):
                if begin + l < n:
                    sound[begin + l] = fine[l]
                else:
                    fine[l] = False
            silence(fine, rates[group], entering[group], leaving[group], bonds[group])


@nb.njit(parallel=True, fastmath={"contract"}, error_model="numpy", cache=True)
def fade(rates, bonds, twins, gaps_h, infused, threads, decays, gains):
    """Fill e^(-k gap) and, where infused, (1 - e^(-k gap)) / k: shape (groups, gaps, m + p, LANES).

    In the twins' rows stands what the second gets of its first: the bond times gap e^(-k gap), and of a constant input.
    """
    groups, pairs = rates.shape[0], twins.shape[0]
    size = rates.shape[1] - pairs
    for worker in nb.prange(threads):
        for group in range(worker * groups // threads, (worker + 1) * groups // threads):
            fade_gaps(rates[group], twins, gaps_h, infused, decays[group], gains[group])
            for g in range(gaps_h.shape[0]):
                for t in range(pairs):
                    for l in range(LANES):
                        decays[group, g, size + t, l] *= bonds[group, t, l]
                        gains[group, g, size + t, l] *= bonds[group, t, l]


@nb.njit(parallel=True, fastmath={"contract"}, error_model="numpy", cache=True)
def stream(
    gap,
    rate,
    bolus,
    sample,
    repeats,
    first_sample,
    decays,
    gains,
    entering,
    leaving,
    modes,
    shown,
    twins,
    threads,
    amounts,
    bins,
    values,
):
    """Step all people through some runs of equal steps and write what is seen.

    `bins`, and `values` where it has rows, have shape (samples * o, at least the lanes of all groups).
    """
    groups, size, pairs = amounts.shape[0], amounts.shape[1], twins.shape[0]
    total = size + pairs
    bound = np.full(size, -1)
    for t in range(pairs):
        bound[twins[t, 1]] = t
    outputs = leaving.shape[1]
    width = bins.shape[1]
    stride = outputs * width
    flat_bins = bins.reshape(-1)
    flat_values = values.reshape(-1)
    keep = values.shape[0] > 0
    for worker in nb.prange(threads):
        amount = np.empty(size * LANES)
        force = np.zeros(size * LANES)
        path = np.empty(4 * size * LANES)
        starts = np.empty((pairs, LANES))
        for group in range(worker * groups // threads, (worker + 1) * groups // threads):
            decay = decays[group].reshape(-1)
            gain = gains[group].reshape(-1)
            into = entering[group].reshape(-1)
            out = leaving[group].reshape(-1)
            amount[:] = amounts[group].reshape(-1)
            for run in range(gap.shape[0]):
                base = gap[run] * total * LANES
                for i in range(size * LANES):
                    amount[i] += into[i] * bolus[run]
                    force[i] = into[i] * rate[run] * gain[base + i] if rate[run] > 0.0 else 0.0
                for t in range(pairs if rate[run] > 0.0 else 0):
                    first, second, own = twins[t, 0] * LANES, twins[t, 1] * LANES, base + (size + t) * LANES
                    for l in range(LANES):
                        force[second + l] += into[first + l] * rate[run] * gain[own + l]
                left = repeats[run]
                at = (sample[run] - first_sample) * stride + group * LANES
                seen = sample[run] >= 0
                while left > 0:
                    many = 4 if left >= 4 else 1
                    for t in range(pairs):
                        first = twins[t, 0] * LANES
                        for l in range(LANES):
                            starts[t, l] = amount[first + l]
                    for mode in range(size):
                        j, t = mode * LANES, bound[mode]
                        # The first of twins comes before its second: what it was before these steps is kept for it.
                        if t >= 0:
                            first, own = twins[t, 0] * LANES, (size + t) * LANES
                            if many == 4:
                                twin4(path, amount, j, first, starts[t], decay, base, own, force)
                            else:
                                twin1(path, amount, j, first, starts[t], decay, base, own, force)
                            continue
                        if many == 4:
                            walk4(path, amount, j, decay, base, force)
                        else:
                            walk1(path, amount, j, decay, base, force)
                    if seen:
                        for o in range(outputs):
                            to, first, count = at + o * width, o * total, shown[o]
                            if many == 4 and keep:
                                both4(flat_bins, flat_values, to, stride, out, path, modes, first, count)
                            elif many == 4:
                                bins4(flat_bins, flat_values, to, stride, out, path, modes, first, count)
                            elif keep:
                                both1(flat_bins, flat_values, to, stride, out, path, modes, first, count)
                            else:
                                bins1(flat_bins, flat_values, to, stride, out, path, modes, first, count)
                        at += many * stride
                    left -= many
            amounts[group].reshape(-1)[:] = amount


@nb.njit(parallel=True, error_model="numpy", cache=True)
def fold(bins, people, threads, counts):
    """Add each cell's bins to its counts; the first `people` columns count."""
    cells = counts.shape[0]
    for worker in nb.prange(threads):
        for cell in range(worker * cells // threads, (worker + 1) * cells // threads):
            row = counts[cell]
            found = bins[cell]
            for i in range(people):
                row[found[i]] += np.uint32(1)


@nb.njit(parallel=True, error_model="numpy", cache=True)
def above(cells, people, level, threads, counts):
    """Count each cell's values at or above a level."""
    for worker in nb.prange(threads):
        for cell in range(worker * cells.shape[0] // threads, (worker + 1) * cells.shape[0] // threads):
            found = 0
            for i in range(people):
                found += cells[cell, i] >= level
            counts[cell] += found


@nb.njit(parallel=True, error_model="numpy", cache=True)
def peaks(cells, outputs, threads, peak):
    """Raise each person's peak to the highest of some samples."""
    width = cells.shape[1]
    for worker in nb.prange(threads):
        for cell in range(cells.shape[0]):
            for i in range(worker * width // threads, (worker + 1) * width // threads):
                peak[cell % outputs, i] = max(peak[cell % outputs, i], cells[cell, i])

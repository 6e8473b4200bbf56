"""The kernels that numba compiles: `store` fills trajectories, the others stream them into counts.

Every kernel says which people are not well conditioned: their numbers come from the matrix exponential instead.
"""
# ruff: noqa: ANN001, ANN201, ANN202, E741
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator, call-arg, assignment"
# Arguments are arrays of float64 and int64 whose shapes the docstrings give; numba compiles what it is called with.

import math

import numba as nb
import numpy as np

from sereniv.pharmacology.compiled.modes import decompose, risen
from sereniv.pharmacology.compiled.vectors import (
    LANES,
    advance,
    affine8,
    bins1,
    bins4,
    fence,
    stream_line,
    stream_sums,
    values1,
    values4,
    write_sums,
)


@nb.njit(fastmath={"contract"}, error_model="numpy", cache=True)
def _tabulate(rate, offsets_h, step_h, infused_rows, table, decay, rise):
    """Fill one mode's e^(-k t) at `table[decay:]` and (1 - e^(-k t)) / k at `table[rise:]` over the offsets.

    On an even grid by multiplication, eight at a time: e^(-k (a + b)) = e^(-k a) e^(-k b), and likewise the rise.
    """
    count = offsets_h.shape[0]
    if step_h == 0.0:
        for i in range(count):
            table[decay + i] = math.exp(-rate * offsets_h[i])
        for i in range(infused_rows):
            table[rise + i] = risen(rate, offsets_h[i])
        return
    one, lift = math.exp(-rate * step_h), risen(rate, step_h)
    table[decay] = 1.0
    table[rise] = 0.0
    for i in range(1, 8):
        table[decay + i] = table[decay + i - 1] * one
        table[rise + i] = table[rise + i - 1] * one + lift
    far, height = table[decay + 7] * one, table[rise + 7] * one + lift
    for i in range(8, count, 8):
        affine8(table, decay + i, decay + i - 8, far, 0.0)
    for i in range(8, infused_rows, 8):
        affine8(table, rise + i, rise + i - 8, far, height)


@nb.njit(parallel=True, fastmath={"contract"}, error_model="numpy", cache=True)
def store(
    matrix,
    inflow,
    output,
    owner,
    block_starts,
    edges,
    edge_starts,
    crossings,
    modes,
    shown,
    offsets_h,
    step_h,
    bolus,
    rate,
    length,
    lengths_h,
    infused,
    samples,
    rows,
    first_row,
    consecutive,
    infused_rows,
    first,
    flat,
    lead,
    shift,
    count,
    threads,
    sound,
):
    """Write every person's outputs at every sample time into `flat`, laid out (n, o, t).

    `lead` floats come before a 64-byte boundary of it; `shift` lets the longest stretch read its table on one too.
    """
    n = matrix.shape[2]
    size = inflow.shape[0]
    outputs = output.shape[0]
    chunks = (n + LANES - 1) // LANES
    spare = (offsets_h.shape[0] + 7) // 8 * 8 + 40  # vectors read past the end of a row
    for worker in nb.prange(threads):
        scratch = np.empty((6, size, size, LANES))
        rates = np.empty((size, LANES))
        entering = np.empty((size, LANES))
        leaving = np.empty((outputs, size, LANES))
        fine = np.empty(LANES, dtype=np.bool_)
        room = np.zeros(2 * size * spare + 8)
        aligned = (-room.ctypes.data // 8) % 8
        table = room[aligned : aligned + 2 * size * spare]
        amount = np.zeros(size)
        source = np.zeros(size)
        fade = np.empty((lengths_h.shape[0], size))
        gain = np.zeros((lengths_h.shape[0], size))
        weight = np.zeros(2 * size)
        index = np.zeros(2 * size, dtype=np.int64)
        carry = np.zeros(16 * outputs)  # the part of a line that the next stretch completes
        for chunk in range(worker * chunks // threads, (worker + 1) * chunks // threads):
            begin = chunk * LANES
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
                scratch,
                rates,
                entering,
                leaving,
                fine,
            )
            for l in range(min(LANES, n - begin)):
                person = begin + l
                sound[person] = fine[l]
                if not fine[l]:
                    continue
                for j in range(size):
                    k = rates[j, l]
                    _tabulate(
                        k, offsets_h, step_h, infused_rows, table, 2 * j * spare + shift, (2 * j + 1) * spare + shift
                    )
                    for g in range(lengths_h.shape[0]):
                        fade[g, j] = math.exp(-k * lengths_h[g])
                        if infused[g]:
                            # What is left says what has left, unless that is so little that rounding would show.
                            spent = k * lengths_h[g] > 0.7
                            gain[g, j] = (1.0 - fade[g, j]) / k if spent else risen(k, lengths_h[g])
                    amount[j] = 0.0
                carry[:] = 0.0
                for o in range(outputs):
                    for i in range(first):
                        flat[(person * outputs + o) * count + i] = 0.0
                for stretch in range(rate.shape[0]):
                    for j in range(size):
                        amount[j] += entering[j, l] * bolus[stretch]
                        source[j] = entering[j, l] * rate[stretch]
                    start, width = samples[stretch, 0], samples[stretch, 1] - samples[stretch, 0]
                    for o in range(outputs if width > 0 else 0):
                        terms = 0
                        for m in range(shown[o]):
                            mode = modes[o, m]
                            index[terms] = 2 * mode * spare + shift
                            weight[terms] = leaving[o, mode, l] * amount[mode]
                            terms += 1
                            if rate[stretch] > 0.0:
                                index[terms] = (2 * mode + 1) * spare + shift
                                weight[terms] = leaving[o, mode, l] * source[mode]
                                terms += 1
                        origin = (person * outputs + o) * count
                        at = origin + start
                        filled = (at - lead) % 8
                        if not consecutive[stretch]:
                            _settle(flat, origin, at, filled, carry, o * 16)
                            _write_scattered(flat, at, width, table, index, weight, terms, rows, first_row[stretch])
                            rest = (at + width - lead) % 8
                            for i in range(rest):
                                place = at + width - rest + i
                                carry[o * 16 + i] = flat[place] if place >= origin else 0.0
                            continue
                        here = rows[first_row[stretch]]
                        done = 0
                        if filled:
                            write_sums(carry, o * 16 + filled, 1, table, index, weight, terms, here)
                            done = 8 - filled
                            if width < done:
                                continue
                            if at - filled >= origin:
                                stream_line(flat, at - filled, carry, o * 16)
                            else:
                                _settle(flat, origin, at + done, 8, carry, o * 16)
                        vectors = (width - done) // 8
                        stream_sums(flat, at + done, vectors, table, index, weight, terms, here + done)
                        done += 8 * vectors
                        if done < width:
                            write_sums(carry, o * 16, 1, table, index, weight, terms, here + done)
                    g = length[stretch]
                    for j in range(size):
                        amount[j] = amount[j] * fade[g, j] + source[j] * gain[g, j]
                for o in range(outputs):
                    origin = (person * outputs + o) * count
                    _settle(flat, origin, origin + count, (origin + count - lead) % 8, carry, o * 16)
        fence()


@nb.njit(fastmath={"contract"}, error_model="numpy", cache=True)
def _settle(flat, begin, at, filled, carry, place):
    """Write the `filled` carried values that end at `at` and belong to the row from `begin`."""
    for i in range(filled):
        if at - filled + i >= begin:
            flat[at - filled + i] = carry[place + i]


@nb.njit(fastmath={"contract"}, error_model="numpy", cache=True)
def _write_scattered(flat, at, width, table, index, weight, terms, rows, first_row):
    """Write samples whose offsets are any rows."""
    for i in range(width):
        value = 0.0
        for k in range(terms):
            value += weight[k] * table[index[k] + rows[first_row + i]]
        flat[at + i] = value


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
    threads,
    rates,
    entering,
    leaving,
    sound,
):
    """Bring all people to eigen-form: rates, entering (groups, m, LANES), leaving (groups, o, m, LANES).

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
                scratch,
                rates[group],
                entering[group],
                leaving[group],
                fine,
            )
            for l in range(LANES):
                if begin + l < n:
                    sound[begin + l] = fine[l]
                if begin + l >= n or not fine[l]:
                    rates[group, :, l] = 0.0
                    entering[group, :, l] = 0.0
                    leaving[group, :, :, l] = 0.0


@nb.njit(parallel=True, fastmath={"contract"}, error_model="numpy", cache=True)
def fade(rates, gaps_h, infused, threads, decays, gains):
    """Fill e^(-k gap) and, where infused, (1 - e^(-k gap)) / k: shape (groups, gaps, m, LANES)."""
    groups, size = rates.shape[0], rates.shape[1]
    for worker in nb.prange(threads):
        for group in range(worker * groups // threads, (worker + 1) * groups // threads):
            for g in range(gaps_h.shape[0]):
                for j in range(size):
                    for l in range(LANES):
                        decays[group, g, j, l] = math.exp(-rates[group, j, l] * gaps_h[g])
                        if infused[g]:
                            gains[group, g, j, l] = risen(rates[group, j, l], gaps_h[g])


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
    threads,
    amounts,
    bins,
    values,
):
    """Step all people through some runs of equal steps and write what is seen.

    `bins`, and `values` where it has rows, have shape (samples * o, at least the lanes of all groups).
    """
    groups, size = amounts.shape[0], amounts.shape[1]
    outputs = leaving.shape[1]
    width = bins.shape[1]
    flat_bins = bins.reshape(-1)
    flat_values = values.reshape(-1)
    keep = values.shape[0] > 0
    for worker in nb.prange(threads):
        amount = np.empty(size * LANES)
        force = np.zeros(size * LANES)
        for group in range(worker * groups // threads, (worker + 1) * groups // threads):
            decay = decays[group].reshape(-1)
            gain = gains[group].reshape(-1)
            into = entering[group].reshape(-1)
            out = leaving[group].reshape(-1)
            amount[:] = amounts[group].reshape(-1)
            for run in range(gap.shape[0]):
                base = gap[run] * size * LANES
                for i in range(size * LANES):
                    amount[i] += into[i] * bolus[run]
                    force[i] = into[i] * rate[run] * gain[base + i] if rate[run] > 0.0 else 0.0
                left = repeats[run]
                cell = (sample[run] - first_sample) * outputs
                seen = sample[run] >= 0
                while left > 0:
                    many = 4 if left >= 4 else 1
                    if seen:
                        for o in range(outputs):
                            at = (cell + o) * width + group * LANES
                            row = o * size * LANES
                            if many == 4:
                                bins4(
                                    flat_bins,
                                    at,
                                    outputs * width,
                                    out,
                                    row,
                                    amount,
                                    decay,
                                    base,
                                    force,
                                    modes,
                                    o * size,
                                    shown[o],
                                )
                                if keep:
                                    values4(
                                        flat_values,
                                        at,
                                        outputs * width,
                                        out,
                                        row,
                                        amount,
                                        decay,
                                        base,
                                        force,
                                        modes,
                                        o * size,
                                        shown[o],
                                    )
                            else:
                                bins1(
                                    flat_bins,
                                    at,
                                    outputs * width,
                                    out,
                                    row,
                                    amount,
                                    decay,
                                    base,
                                    force,
                                    modes,
                                    o * size,
                                    shown[o],
                                )
                                if keep:
                                    values1(
                                        flat_values,
                                        at,
                                        outputs * width,
                                        out,
                                        row,
                                        amount,
                                        decay,
                                        base,
                                        force,
                                        modes,
                                        o * size,
                                        shown[o],
                                    )
                        cell += many * outputs
                    for j in range(0, size * LANES, LANES):
                        advance(amount, j, decay, base + j, force, many)
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
def whole(cells, outputs, hours, begun, previous_h, threads, area, peak, last):
    """Carry each person's area (trapezoid) and peak over some samples; `last` is the sample before."""
    width = cells.shape[1]
    for worker in nb.prange(threads):
        for o in range(outputs):
            for s in range(hours.shape[0]):
                before = hours[s - 1] if s > 0 else previous_h
                counts = begun or s > 0
                for i in range(worker * width // threads, (worker + 1) * width // threads):
                    value = cells[s * outputs + o, i]
                    if counts:
                        area[o, i] += 0.5 * (last[o, i] + value) * (hours[s] - before)
                    peak[o, i] = max(peak[o, i], value)
                    last[o, i] = value

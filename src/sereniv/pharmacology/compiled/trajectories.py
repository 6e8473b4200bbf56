"""The compiled kernel that fills trajectories: every person's outputs at every sample time, written once.

It says which people are not well conditioned: their numbers come from the matrix exponential instead.
"""
# ruff: noqa: ANN001, ANN201, ANN202, E741
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator, call-arg, assignment"
# Arguments are arrays of float64 and int64 whose shapes the docstrings give; numba compiles what it is called with.

import math

import numba as nb
import numpy as np

from sereniv.pharmacology.compiled.modes import decompose, risen, risen_twice
from sereniv.pharmacology.compiled.vectors import LANES, affine8, fade8, fence, stream_line, stream_sums, write_sums


@nb.njit(fastmath={"contract"}, error_model="numpy", cache=True)
def _tabulate(rate, offsets_h, step_h, infused_rows, table, decay, rise):
    """Fill one mode's e^(-k t) at `table[decay:]` and (1 - e^(-k t)) / k at `table[rise:]` over the offsets.

    The grid is even: by multiplication, eight at a time: e^(-k (a + b)) = e^(-k a) e^(-k b), and likewise the rise.
    """
    count = offsets_h.shape[0]
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


@nb.njit(fastmath={"contract"}, error_model="numpy", cache=True)
def _tabulate_stretch(rate, offsets_h, begin, stop, infused, table, decay, rise):
    """Fill the same for one stretch's rows of a grid that is not even, eight at a time, the last eight once more."""
    if rate > 0.0 and stop - begin >= 8:
        for i in range(begin, stop, 8):
            fade8(table, decay, rise, offsets_h, min(i, stop - 8), rate, infused)
    else:
        for i in range(begin, stop):
            table[decay + i] = math.exp(-rate * offsets_h[i])
            if infused:
                table[rise + i] = risen(rate, offsets_h[i])


@nb.njit(fastmath={"contract"}, error_model="numpy", cache=True)
def _tabulate_twins(rate, offsets_h, begin, stop, infused, table, decay, own, twice):
    """Fill t e^(-k t) at `table[own:]` and the rise through both twins at `table[twice:]` from the first's own rows."""
    for i in range(begin, stop):
        table[own + i] = offsets_h[i] * table[decay + i]
    for i in range(begin, infused):
        table[twice + i] = risen_twice(rate, offsets_h[i], table[decay + i])


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
    twins,
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
    pairs = twins.shape[0]
    total = size + pairs
    chunks = (n + LANES - 1) // LANES
    spare = (offsets_h.shape[0] + 7) // 8 * 8 + 40  # vectors read past the end of a row
    for worker in nb.prange(threads):
        scratch = np.empty((6, size, size, LANES))
        rates = np.empty((total, LANES))
        entering = np.empty((total, LANES))
        leaving = np.empty((outputs, total, LANES))
        bonds = np.empty((pairs, LANES))
        fine = np.empty(LANES, dtype=np.bool_)
        room = np.zeros(2 * total * spare + 8)
        aligned = (-room.ctypes.data // 8) % 8
        table = room[aligned : aligned + 2 * total * spare]
        amount = np.zeros(total)
        source = np.zeros(total)
        fade = np.empty((lengths_h.shape[0], total))
        gain = np.zeros((lengths_h.shape[0], total))
        weight = np.zeros(2 * total)
        index = np.zeros(2 * total, dtype=np.int64)
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
                twins,
                scratch,
                rates,
                entering,
                leaving,
                bonds,
                fine,
            )
            for l in range(min(LANES, n - begin)):
                person = begin + l
                sound[person] = fine[l]
                if not fine[l]:
                    continue
                for j in range(total):
                    k = rates[j, l]
                    decay, rise = 2 * j * spare + shift, (2 * j + 1) * spare + shift
                    first_decay = 2 * twins[j - size, 0] * spare + shift if j >= size else 0
                    if step_h > 0.0 and j < size:
                        _tabulate(k, offsets_h, step_h, infused_rows, table, decay, rise)
                    elif step_h > 0.0:
                        count_h = offsets_h.shape[0]
                        _tabulate_twins(k, offsets_h, 0, count_h, infused_rows, table, first_decay, decay, rise)
                    for s in range(rate.shape[0] if step_h == 0.0 else 0):
                        begun = first_row[s]
                        ended = begun + samples[s, 1] - samples[s, 0]
                        on = 1 if rate[s] > 0.0 else 0
                        if j < size:
                            _tabulate_stretch(k, offsets_h, begun, ended, on, table, decay, rise)
                        else:
                            until = ended if on else begun
                            _tabulate_twins(k, offsets_h, begun, ended, until, table, first_decay, decay, rise)
                    for g in range(lengths_h.shape[0]):
                        left = math.exp(-k * lengths_h[g])
                        fade[g, j] = left if j < size else left * lengths_h[g]
                        if infused[g] and j < size:
                            # What is left says what has left, unless that is so little that rounding would show.
                            spent = k * lengths_h[g] > 0.7
                            gain[g, j] = (1.0 - left) / k if spent else risen(k, lengths_h[g])
                        elif infused[g]:
                            gain[g, j] = risen_twice(k, lengths_h[g], left)
                    amount[j] = 0.0
                carry[:] = 0.0
                for o in range(outputs):
                    for i in range(first):
                        flat[(person * outputs + o) * count + i] = 0.0
                for stretch in range(rate.shape[0]):
                    for j in range(total):
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
                    for j in range(total):
                        amount[j] = amount[j] * fade[g, j] + source[j] * gain[g, j]
                    for t in range(pairs):
                        amount[twins[t, 1]] += bonds[t, l] * amount[size + t]
                        amount[size + t] = amount[twins[t, 0]]
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

"""The compiled kernel that fills trajectories: every person's outputs at every sample time, written once.

It says which people are not well conditioned: their numbers come from the matrix exponential instead.
"""
# ruff: noqa: ANN001, ANN201, ANN202, E741
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator, call-arg, assignment, unreachable"
# Arguments are arrays of float64 and int64 whose shapes the docstrings give; numba compiles what it is called with.
# To mypy an intrinsic never returns.

import numba as nb
import numpy as np

from sereniv.pharmacology.compiled.modes import decompose, fade_gaps, risen_twice, silence
from sereniv.pharmacology.compiled.vectors import BLOCK, LANES, climb, fade8, fence, stream_line, write_sums


@nb.njit(fastmath={"contract"}, error_model="numpy", cache=True)
def _tabulate(rates, twins, lane, strips, offsets_h, decays, gains, flat_decays, flat_gains, table):
    """Fill a person's table, a row of e^(-k t) and one of (1 - e^(-k t)) / k for each mode, a column for each offset.

    Evenly spaced, by multiplication: e^(-k (a + b)) = e^(-k a) e^(-k b), the rise likewise.
    """
    total, spare = rates.shape[0], offsets_h.shape[0]
    size = total - twins.shape[0]
    for s in range(strips.shape[0]):
        begin, infused, ladder = strips[s, 0], strips[s, 2], strips[s, 3]
        vectors = (strips[s, 1] + 7) // 8
        for j in range(size):
            decay, rise = 2 * j * spare, (2 * j + 1) * spare
            for v in range(vectors if ladder < 0 else 1):
                fade8(table, decay, rise, offsets_h, begin + 8 * v, rates[j, lane], infused)
            if ladder < 0:
                continue
            blocks, rungs = (strips[s, 1] + BLOCK - 1) // BLOCK, ((ladder + 1) * total + j) * LANES + lane
            climb(table, decay + begin, blocks, flat_decays, flat_gains, rungs, total * LANES, 0)
            if infused:
                climb(table, rise + begin, blocks, flat_decays, flat_gains, rungs, total * LANES, 1)
        for t in range(twins.shape[0]):
            first, own = 2 * twins[t, 0] * spare, 2 * (size + t) * spare
            for i in range(begin, begin + strips[s, 1]):
                table[own + i] = offsets_h[i] * table[first + i]
            if infused:
                _tabulate_twice(rates, twins, lane, t, strips, s, offsets_h, decays, gains, table)


@nb.njit(fastmath={"contract"}, error_model="numpy", cache=True)
def _tabulate_twice(rates, twins, lane, t, strips, s, offsets_h, decays, gains, table):
    """Fill what has come of a constant input through both twins, over a strip's offsets."""
    size, spare = rates.shape[0] - twins.shape[0], offsets_h.shape[0]
    begin, count, ladder = strips[s, 0], strips[s, 1], strips[s, 3]
    own, first = size + t, twins[t, 0]
    decay, twice = 2 * first * spare, (2 * own + 1) * spare
    for i in range(begin, begin + (count if ladder < 0 else 1)):
        table[twice + i] = risen_twice(rates[own, lane], offsets_h[i], table[decay + i])
    # A step on, the second holds what is left of it, what the first's whole gave it, and what came of the input.
    for i in range(begin + 1, begin + (count if ladder >= 0 else 0)):
        given = table[decay + spare + i - 1] * decays[ladder, own, lane] + gains[ladder, own, lane]
        table[twice + i] = table[twice + i - 1] * decays[ladder, first, lane] + given


@nb.njit(fastmath={"contract"}, error_model="numpy", cache=True)
def _walk(entering, bonds, twins, bolus, rate, length, decays, gains, starts):
    """Fill how much of each mode there is as each stretch begins: `starts` (stretches, m + p, LANES)."""
    total, size = starts.shape[1], starts.shape[1] - twins.shape[0]
    for j in range(total):
        for l in range(LANES):
            starts[0, j, l] = entering[j, l] * bolus[0]
    for s in range(1, starts.shape[0]):
        g = length[s - 1]
        for j in range(total):
            for l in range(LANES):
                kept = starts[s - 1, j, l] * decays[g, j, l]
                starts[s, j, l] = kept + entering[j, l] * rate[s - 1] * gains[g, j, l]
        for t in range(twins.shape[0]):
            for l in range(LANES):
                starts[s, twins[t, 1], l] += bonds[t, l] * starts[s, size + t, l]
                starts[s, size + t, l] = starts[s, twins[t, 0], l]
        for j in range(total):
            for l in range(LANES):
                starts[s, j, l] += entering[j, l] * bolus[s]


@nb.njit(error_model="numpy", cache=True)
def _aligned(count):
    """Return so many zeros from a 64-byte boundary on."""
    room = np.zeros(count + 8)
    lead = (-room.ctypes.data // 8) % 8
    return room[lead : lead + count]


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
    strips,
    bolus,
    rate,
    length,
    gaps_h,
    infused,
    samples,
    column,
    first,
    flat,
    lead,
    count,
    threads,
    sound,
):
    """Write every person's outputs at every sample time into `flat`, laid out (n, o, t); 0 of those not sound.

    `lead` floats come before a 64-byte boundary of it: lines are written whole, past the caches.
    """
    n = matrix.shape[2]
    size = inflow.shape[0]
    outputs = output.shape[0]
    pairs = twins.shape[0]
    total = size + pairs
    spare = offsets_h.shape[0]
    wide = 2 * total + 1
    index = np.zeros(outputs * wide, dtype=np.int64)
    for o in range(outputs):
        for m in range(shown[o]):
            index[o * wide + m] = 2 * modes[o, m] * spare
            index[o * wide + shown[o] + m] = index[o * wide + m] + spare
    chunks = (n + LANES - 1) // LANES
    for worker in nb.prange(threads):
        scratch = np.empty((6, size, size, LANES))
        rates = np.empty((total, LANES))
        entering = np.empty((total, LANES))
        leaving = np.empty((outputs, total, LANES))
        bonds = np.empty((pairs, LANES))
        fine = np.empty(LANES, dtype=np.bool_)
        decays = np.empty((gaps_h.shape[0], total, LANES))
        gains = np.zeros((gaps_h.shape[0], total, LANES))
        flat_decays, flat_gains = decays.reshape(-1), gains.reshape(-1)
        starts = np.empty((rate.shape[0], total, LANES))
        table = _aligned(2 * total * spare)
        weight = np.zeros(2 * total + 1)
        input_weight = np.zeros(total)
        row = _aligned(8 + count + BLOCK)
        begun = worker * chunks // threads * LANES * outputs * count
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
            silence(fine, rates, entering, leaving, bonds)
            fade_gaps(rates, twins, gaps_h, infused, decays, gains)
            _walk(entering, bonds, twins, bolus, rate, length, decays, gains, starts)
            for l in range(min(LANES, n - begin)):
                sound[begin + l] = fine[l]
                _tabulate(rates, twins, l, strips, offsets_h, decays, gains, flat_decays, flat_gains, table)
                for o in range(outputs):
                    at = ((begin + l) * outputs + o) * count
                    held = (at - lead) % 8  # the last floats of the row before, whose line this row completes
                    for i in range(first):
                        row[held + i] = 0.0
                    shared = at - held < begun and held + count >= 8  # whose first floats are another worker's
                    sent = 1 if shared else 0
                    many = shown[o]
                    for m in range(many):
                        input_weight[m] = leaving[o, modes[o, m], l] * entering[modes[o, m], l]
                    for s in range(rate.shape[0]):
                        width = samples[s, 1] - samples[s, 0]
                        if width == 0:
                            continue
                        for m in range(many):
                            weight[m] = leaving[o, modes[o, m], l] * starts[s, modes[o, m], l]
                        terms = many
                        if rate[s] > 0.0:
                            for m in range(many):
                                weight[many + m] = input_weight[m] * rate[s]
                            terms = 2 * many
                        weight[terms] = 0.0
                        # What is written past the stretch's end the next one writes over.
                        blocks = (width + BLOCK - 1) // BLOCK
                        place = held + samples[s, 0]
                        write_sums(row, place, blocks, table, index, o * wide, weight, terms + terms % 2, column[s])
                        # Little by little, so that the next sums go on while lines are on their way.
                        ready = max(sent, (held + samples[s, 1]) // 8)
                        for line in range(sent, ready):
                            stream_line(flat, at - held + 8 * line, row, 8 * line)
                        sent = ready
                    for line in range(sent, (held + count) // 8):  # where nothing was given, or all was before
                        stream_line(flat, at - held + 8 * line, row, 8 * line)
                    if shared:
                        for i in range(at - held + 8 - begun):
                            flat[begun + i] = row[(begun - lead) % 8 + i]
                    rest = (held + count) // 8 * 8
                    for i in range(8):
                        row[i] = row[rest + i]
        ended = min((worker + 1) * chunks // threads * LANES, n) * outputs * count
        rest = min((ended - lead) % 8, ended - begun)
        flat[ended - rest : ended] = row[(ended - lead) % 8 - rest : (ended - lead) % 8]
        fence()

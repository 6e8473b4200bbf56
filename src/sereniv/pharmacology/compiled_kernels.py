"""The compiled kernels (numba). Imported by `compiled` alone, when someone asks for the compiled engine.

Every kernel repeats the algorithm of `modal`, sixteen people side by side where that lets the processor use its
vector unit, and says which people are not well conditioned: their numbers come from the matrix exponential instead.
"""
# ruff: noqa: PLR0912, PLR0915

import math
from typing import Any

import numba as nb
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from sereniv.pharmacology.summary import BINS, BITS_DROPPED, FIRST_BIN

LANES = 16
SWEEPS = 12
PROJECTOR_LIMIT_SQUARED = 1e10


def _vector_pointer(builder: Any, data: Any, at: Any) -> Any:
    return builder.bitcast(builder.gep(data, [at]), ir.VectorType(ir.DoubleType(), 8).as_pointer())


def _broadcast(builder: Any, value: Any) -> Any:
    one = builder.insert_element(ir.Constant(ir.VectorType(ir.DoubleType(), 8), ir.Undefined), value, _i32(0))
    return builder.shuffle_vector(one, one, ir.Constant(ir.VectorType(ir.IntType(32), 8), [0] * 8))


def _i32(value: int) -> Any:
    return ir.Constant(ir.IntType(32), value)


class _Sums:
    """Writes code for `target[at + i] = sum over k of weight[k] * table[index[k] + row + i]`, eight i at a time."""

    def __init__(self, context: Any, builder: Any, signature: Any, args: Any) -> None:
        def data(position: int) -> Any:
            return context.make_array(signature.args[position])(context, builder, args[position]).data

        self.builder = builder
        self.target, self.at, self.width, self.lead = data(0), args[1], args[2], args[3]
        self.table, self.index, self.weight = data(4), data(5), data(6)
        self.terms, self.row = args[7], args[8]
        vector = ir.VectorType(ir.DoubleType(), 8)
        self.zero = ir.Constant(vector, [0.0] * 8)
        self.totals = [cgutils.alloca_once(builder, vector) for _ in range(4)]
        self.edge = cgutils.alloca_once(builder, ir.ArrayType(ir.DoubleType(), 8))

    def vectors(self, done: Any, width: int) -> Any:
        """Sum `width` vectors from sample `done` on; yield their values."""
        b = self.builder
        for total in self.totals[:width]:
            b.store(self.zero, total)
        with cgutils.for_range(b, self.terms) as loop:
            factor = _broadcast(b, b.load(b.gep(self.weight, [loop.index])))
            begin = b.add(b.add(b.load(b.gep(self.index, [loop.index])), self.row), done)
            for part, total in enumerate(self.totals[:width]):
                here = b.add(begin, ir.Constant(begin.type, 8 * part))
                product = b.fmul(factor, b.load(_vector_pointer(b, self.table, here), align=8), flags=("contract",))
                b.store(b.fadd(b.load(total), product, flags=("contract",)), total)
        return [b.load(total) for total in self.totals[:width]]

    def few(self, done: Any, count: Any) -> None:
        """Write fewer than eight samples."""
        b = self.builder
        with b.if_then(b.icmp_signed(">", count, ir.Constant(count.type, 0))):
            (value,) = self.vectors(done, 1)
            pointer = b.bitcast(self.edge, ir.VectorType(ir.DoubleType(), 8).as_pointer())
            b.store(value, pointer, align=8)
            base = b.add(self.at, done)
            with cgutils.for_range(b, count) as loop:
                one = b.load(b.gep(self.edge, [_i32(0), loop.index]))
                b.store(one, b.gep(self.target, [b.add(base, loop.index)]))

    def many(self, done: Any, width: int) -> Any:
        """Write all whole runs of `width` vectors from `done` on, past the caches; return the samples done then.

        Results are written once and not read back here; an ordinary write would first read the line from memory.
        """
        b = self.builder
        step = ir.Constant(done.type, 8 * width)
        runs = b.sdiv(b.sub(self.width, done), step)
        with cgutils.for_range(b, runs) as loop:
            from_sample = b.add(done, b.mul(loop.index, step))
            for part, value in enumerate(self.vectors(from_sample, width)):
                here = b.add(b.add(self.at, from_sample), ir.Constant(done.type, 8 * part))
                stored = b.store(value, _vector_pointer(b, self.target, here), align=64)
                stored.set_metadata("nontemporal", b.module.add_metadata([_i32(1)]))
        return b.add(done, b.mul(runs, step))


@intrinsic  # type: ignore[untyped-decorator]
def _write_run(
    _context: Any,
    target: Any,
    at: Any,
    width: Any,
    lead: Any,
    table: Any,
    index: Any,
    weight: Any,
    terms: Any,
    row: Any,
) -> Any:
    """Write `width` samples whose offsets are consecutive table rows; `lead` come before a 64-byte boundary.

    One intrinsic, because a compiled function's reference counting of its arrays would flush the write buffers.
    """
    del at, width, lead, terms, row

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        sums = _Sums(context, builder, signature, args)
        early = builder.icmp_signed("<", sums.lead, sums.width)
        done = builder.select(early, sums.lead, sums.width)
        sums.few(ir.Constant(done.type, 0), done)
        done = sums.many(sums.many(done, 4), 1)
        sums.few(done, builder.sub(sums.width, done))
        return context.get_dummy_value()

    number = types.intp
    return types.void(target, number, number, number, table, index, weight, number, number), codegen


@intrinsic  # type: ignore[untyped-decorator]
def _affine8(_context: Any, table: Any, to: Any, of: Any, scale: Any, shift: Any) -> Any:
    """Write `table[to + i] = shift + scale * table[of + i]` for eight i."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        value = builder.load(_vector_pointer(builder, data, args[2]), align=8)
        product = builder.fmul(_broadcast(builder, args[3]), value, flags=("contract",))
        moved = builder.fadd(_broadcast(builder, args[4]), product, flags=("contract",))
        builder.store(moved, _vector_pointer(builder, data, args[1]), align=8)
        return context.get_dummy_value()

    return types.void(table, types.intp, types.intp, types.float64, types.float64), codegen


@intrinsic  # type: ignore[untyped-decorator]
def _fence(_context: Any) -> Any:
    """Make streamed writes visible before anyone is told that they are done."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        del signature, args
        builder.fence("seq_cst")
        return context.get_dummy_value()

    return types.void(), codegen


@nb.njit(fastmath={"contract"}, error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def _decompose(  # type: ignore[no-untyped-def]
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
    sound,
):
    """Bring people `begin` to `begin + LANES` to eigen-form; arrays have people last.

    `scratch` has shape (6, m, m, LANES). Fills rates, entering (m, LANES), leaving (o, m, LANES), sound (LANES).
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
    scale = np.empty((size, LANES))
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
            _jacobi(work, forward, first, stop)
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
    for column in range(size):
        lower[column, column] = 1.0
        upper[column, column] = 1.0
        for row in range(block_starts[owner[column] + 1], size):
            for k in range(column, row):
                if owner[k] != owner[row]:
                    for l in range(LANES):
                        lower[row, column, l] += cross[row, k, l] * lower[k, column, l]
            for l in range(LANES):
                flow = lower[row, column, l]
                lower[row, column, l] = 0.0 if flow == 0.0 else flow / (rates[row, l] - rates[column, l])
    for column in range(size):
        for row in range(block_starts[owner[column] + 1], size):
            for k in range(column, row):
                if owner[k] != owner[row]:
                    for l in range(LANES):
                        upper[row, column, l] -= lower[row, k, l] * upper[k, column, l]
    # The block parts are no longer needed: vectors into `cross`, inverse into `work`.
    cross[:] = 0.0
    work[:] = 0.0
    for i in range(size):
        first, stop = block_starts[owner[i]], block_starts[owner[i] + 1]
        for j in range(stop):
            for k in range(first, stop):
                for l in range(LANES):
                    cross[i, j, l] += forward[i, k, l] * lower[k, j, l]
    for i in range(size):
        for k in range(i + 1):
            first, stop = block_starts[owner[k]], block_starts[owner[k] + 1]
            for j in range(first, stop):
                for l in range(LANES):
                    work[i, j, l] += upper[i, k, l] * backward[k, j, l]
    sound[:] = True
    for j in range(size):
        for l in range(LANES):
            column = 0.0
            row = 0.0
            for i in range(size):
                column += cross[i, j, l] * cross[i, j, l]
                row += work[j, i, l] * work[j, i, l]
            # Written so that NaN is not sound either.
            if not (column * row < PROJECTOR_LIMIT_SQUARED):
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
                for l in range(LANES):
                    p = min(begin + l, last)
                    leaving[o, j, l] += output[o, i, p] * cross[i, j, l]


@nb.njit(fastmath={"contract"}, error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def _jacobi(work, vectors, first, stop):  # type: ignore[no-untyped-def]
    """Diagonalise symmetric blocks of all lanes by cyclic Jacobi rotations, which keep small eigenvalues accurate."""
    for _ in range(SWEEPS):
        worst = 0.0
        for i in range(first, stop):
            for j in range(i + 1, stop):
                for l in range(LANES):
                    off = work[i, j, l]
                    ratio = off * off / (work[i, i, l] * work[j, j, l])
                    worst = max(worst, ratio)
        if worst < 1e-34:
            return
        for i in range(first, stop):
            for j in range(i + 1, stop):
                for l in range(LANES):
                    off = work[i, j, l]
                    gap = work[j, j, l] - work[i, i, l]
                    side = 1.0 if gap >= 0.0 else -1.0
                    t = 2.0 * off * side / (abs(gap) + math.sqrt(gap * gap + 4.0 * off * off) + 1e-300)
                    c = 1.0 / math.sqrt(1.0 + t * t)
                    s = t * c
                    work[i, i, l] -= t * off
                    work[j, j, l] += t * off
                    work[i, j, l] = 0.0
                    work[j, i, l] = 0.0
                    for r in range(first, stop):
                        if r not in (i, j):
                            a = work[r, i, l]
                            b = work[r, j, l]
                            work[r, i, l] = c * a - s * b
                            work[i, r, l] = work[r, i, l]
                            work[r, j, l] = s * a + c * b
                            work[j, r, l] = work[r, j, l]
                        a = vectors[r, i, l]
                        b = vectors[r, j, l]
                        vectors[r, i, l] = c * a - s * b
                        vectors[r, j, l] = s * a + c * b


@nb.njit(fastmath={"contract"}, error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def _rise(rate, time):  # type: ignore[no-untyped-def]
    """Return (1 - e^(-k t)) / k, and t where k is zero."""
    return -math.expm1(-rate * time) / rate if rate > 0.0 else time


@nb.njit(fastmath={"contract"}, error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def _tabulate(rate, offsets_h, step_h, infused_rows, table, decay, rise):  # type: ignore[no-untyped-def]
    """Fill one mode's e^(-k t) at `table[decay:]` and (1 - e^(-k t)) / k at `table[rise:]` over the offsets.

    On an even grid by multiplication, eight at a time: e^(-k (a + b)) = e^(-k a) e^(-k b), and likewise the rise.
    """
    count = offsets_h.shape[0]
    if step_h == 0.0:
        for i in range(count):
            table[decay + i] = math.exp(-rate * offsets_h[i])
        for i in range(infused_rows):
            table[rise + i] = _rise(rate, offsets_h[i])
        return
    one, lift = math.exp(-rate * step_h), _rise(rate, step_h)
    table[decay] = 1.0
    table[rise] = 0.0
    for i in range(1, 8):
        table[decay + i] = table[decay + i - 1] * one
        table[rise + i] = table[rise + i - 1] * one + lift
    far, height = table[decay + 7] * one, table[rise + 7] * one + lift
    for i in range(8, count, 8):
        _affine8(table, decay + i, decay + i - 8, far, 0.0)
    for i in range(8, infused_rows, 8):
        _affine8(table, rise + i, rise + i - 8, far, height)


@nb.njit(parallel=True, fastmath={"contract"}, error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def store(  # type: ignore[no-untyped-def]
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
    count,
    threads,
    sound,
):
    """Write every person's outputs at every sample time into `flat`, laid out (n, o, t); `lead` aligns its start."""
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
        table = np.zeros(2 * size * spare)
        amount = np.zeros(size)
        source = np.zeros(size)
        fade = np.empty((lengths_h.shape[0], size))
        gain = np.zeros((lengths_h.shape[0], size))
        weight = np.zeros(2 * size)
        index = np.zeros(2 * size, dtype=np.int64)
        for chunk in range(worker * chunks // threads, (worker + 1) * chunks // threads):
            begin = chunk * LANES
            _decompose(
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
                    _tabulate(k, offsets_h, step_h, infused_rows, table, 2 * j * spare, (2 * j + 1) * spare)
                    for g in range(lengths_h.shape[0]):
                        fade[g, j] = math.exp(-k * lengths_h[g])
                        if infused[g]:
                            gain[g, j] = _rise(k, lengths_h[g])
                    amount[j] = 0.0
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
                            index[terms] = 2 * mode * spare
                            weight[terms] = leaving[o, mode, l] * amount[mode]
                            terms += 1
                            if rate[stretch] > 0.0:
                                index[terms] = (2 * mode + 1) * spare
                                weight[terms] = leaving[o, mode, l] * source[mode]
                                terms += 1
                        at = (person * outputs + o) * count + start
                        if consecutive[stretch]:
                            _write_run(
                                flat, at, width, (lead - at) % 8, table, index, weight, terms, rows[first_row[stretch]]
                            )
                        else:
                            _write_scattered(flat, at, width, table, index, weight, terms, rows, first_row[stretch])
                    g = length[stretch]
                    for j in range(size):
                        amount[j] = amount[j] * fade[g, j] + source[j] * gain[g, j]
        _fence()


@nb.njit(fastmath={"contract"}, error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def _write_scattered(flat, at, width, table, index, weight, terms, rows, first_row):  # type: ignore[no-untyped-def]
    """Write samples whose offsets are any rows."""
    for i in range(width):
        value = 0.0
        for k in range(terms):
            value += weight[k] * table[index[k] + rows[first_row + i]]
        flat[at + i] = value


@nb.njit(parallel=True, fastmath={"contract"}, error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def prepare(  # type: ignore[no-untyped-def]
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
    """Bring all people to eigen-form in groups of lanes: rates, entering (groups, m, LANES), leaving (groups, o, m, LANES).

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
            _decompose(
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


@nb.njit(parallel=True, fastmath={"contract"}, error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def fade(rates, gaps_h, infused, threads, decays, gains):  # type: ignore[no-untyped-def]
    """Fill e^(-k gap) and, where infused, (1 - e^(-k gap)) / k: shape (groups, gaps, m, LANES)."""
    groups, size = rates.shape[0], rates.shape[1]
    for worker in nb.prange(threads):
        for group in range(worker * groups // threads, (worker + 1) * groups // threads):
            for g in range(gaps_h.shape[0]):
                for j in range(size):
                    for l in range(LANES):
                        decays[group, g, j, l] = math.exp(-rates[group, j, l] * gaps_h[g])
                        if infused[g]:
                            gains[group, g, j, l] = _rise(rates[group, j, l], gaps_h[g])


@nb.njit(parallel=True, fastmath={"contract"}, error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def stream(  # type: ignore[no-untyped-def]
    gap, rate, bolus, sample, repeats, gaps_h, first_sample, decays, gains, entering, leaving, modes, shown, threads,
    amounts, bins, values,
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
                                _bins4(flat_bins, at, outputs * width, out, row, amount, decay, base, force, modes, o * size, shown[o])
                                if keep:
                                    _values4(flat_values, at, outputs * width, out, row, amount, decay, base, force, modes, o * size, shown[o])
                            else:
                                _bins1(flat_bins, at, outputs * width, out, row, amount, decay, base, force, modes, o * size, shown[o])
                                if keep:
                                    _values1(flat_values, at, outputs * width, out, row, amount, decay, base, force, modes, o * size, shown[o])
                        cell += many * outputs
                    for j in range(0, size * LANES, LANES):
                        _advance(amount, j, decay, base + j, force, many)
                    left -= many
            amounts[group].reshape(-1)[:] = amount


def _lanes(builder: Any, data: Any, at: Any, kind: Any = None) -> Any:
    return builder.bitcast(builder.gep(data, [at]), ir.VectorType(kind or ir.DoubleType(), LANES).as_pointer())


@intrinsic  # type: ignore[untyped-decorator]
def _advance(_context: Any, amount: Any, at: Any, decay: Any, base: Any, force: Any, many: Any) -> Any:
    """Take one mode of all lanes through `many` equal steps."""
    del at, base, many

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def place(position: int, at: Any) -> Any:
            return _lanes(builder, context.make_array(signature.args[position])(context, builder, args[position]).data, at)

        vector = ir.VectorType(ir.DoubleType(), LANES)
        value = cgutils.alloca_once(builder, vector)
        builder.store(builder.load(place(0, args[1]), align=8), value)
        fade = builder.load(place(2, args[3]), align=8)
        gained = builder.load(place(4, args[1]), align=8)
        with cgutils.for_range(builder, args[5]):
            kept = builder.fmul(builder.load(value), fade, flags=("contract",))
            builder.store(builder.fadd(kept, gained, flags=("contract",)), value)
        builder.store(builder.load(value), place(0, args[1]), align=8)
        return context.get_dummy_value()

    return types.void(amount, types.intp, decay, types.intp, force, types.intp), codegen


def _seer(steps: int, *, binned: bool) -> Any:
    """Make an intrinsic that looks at one output of all lanes after each of the next `steps` equal steps.

    Each mode decays by `decay` and gains `force` a step; the output is the sum of the modes it shows, written as
    float32 or as its bin, `stride` apart. The amounts themselves are left as they were.
    """

    def see(
        _context: Any, cells: Any, at: Any, stride: Any, leaving: Any, row: Any, amount: Any, decay: Any, base: Any,
        force: Any, modes: Any, first: Any, shown: Any,
    ) -> Any:
        del at, stride, row, base, first, shown

        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            def data(position: int) -> Any:
                return context.make_array(signature.args[position])(context, builder, args[position]).data

            def lanes_at(array: Any, place: Any) -> Any:
                return builder.load(_lanes(builder, array, place), align=8)

            cell, seen, mine, fades, forces, mode_list = data(0), data(3), data(5), data(6), data(8), data(9)
            vector = ir.VectorType(ir.DoubleType(), LANES)
            totals = [cgutils.alloca_once(builder, vector) for _ in range(steps)]
            for total in totals:
                builder.store(ir.Constant(vector, [0.0] * LANES), total)
            lanes = ir.Constant(args[4].type, LANES)
            with cgutils.for_range(builder, args[11]) as loop:
                mode = builder.load(builder.gep(mode_list, [builder.add(args[10], loop.index)]))
                here = builder.mul(mode, lanes)
                weight = lanes_at(seen, builder.add(args[4], here))
                value = lanes_at(mine, here)
                fade = lanes_at(fades, builder.add(args[7], here))
                gained = lanes_at(forces, here)
                for total in totals:
                    value = builder.fadd(builder.fmul(value, fade, flags=("contract",)), gained, flags=("contract",))
                    product = builder.fmul(weight, value, flags=("contract",))
                    builder.store(builder.fadd(builder.load(total), product, flags=("contract",)), total)
            for step, total in enumerate(totals):
                narrow = builder.fptrunc(builder.load(total), ir.VectorType(ir.FloatType(), LANES))
                if binned:
                    narrow = _bin(builder, narrow)
                kind = ir.IntType(16) if binned else ir.FloatType()
                place = builder.add(args[1], builder.mul(args[2], ir.Constant(args[2].type, step)))
                builder.store(narrow, _lanes(builder, cell, place, kind), align=2)
            return context.get_dummy_value()

        number = types.intp
        return types.void(
            cells, number, number, leaving, number, amount, decay, number, force, modes, number, number
        ), codegen

    return intrinsic(see)


def _bin(builder: Any, values: Any) -> Any:
    """Turn float32 lanes into their bins: the top bits, less the first bin, held inside the table."""
    vector = ir.VectorType(ir.IntType(32), LANES)

    def constant(value: int) -> Any:
        return ir.Constant(vector, [value] * LANES)

    found = builder.ashr(builder.bitcast(values, vector), constant(BITS_DROPPED))
    found = builder.sub(found, constant(FIRST_BIN))
    found = builder.select(builder.icmp_signed("<", found, constant(0)), constant(0), found)
    found = builder.select(builder.icmp_signed(">", found, constant(BINS - 1)), constant(BINS - 1), found)
    return builder.trunc(found, ir.VectorType(ir.IntType(16), LANES))


_bins1, _bins4 = _seer(1, binned=True), _seer(4, binned=True)
_values1, _values4 = _seer(1, binned=False), _seer(4, binned=False)


@nb.njit(parallel=True, error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def fold(bins, people, threads, counts):  # type: ignore[no-untyped-def]
    """Add each cell's bins to its counts; the first `people` columns count."""
    cells = counts.shape[0]
    for worker in nb.prange(threads):
        for cell in range(worker * cells // threads, (worker + 1) * cells // threads):
            row = counts[cell]
            found = bins[cell]
            for i in range(people):
                row[found[i]] += np.uint32(1)


@nb.njit(parallel=True, error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def above(cells, people, level, threads, counts):  # type: ignore[no-untyped-def]
    """Count each cell's values at or above a level."""
    for worker in nb.prange(threads):
        for cell in range(worker * cells.shape[0] // threads, (worker + 1) * cells.shape[0] // threads):
            found = 0
            for i in range(people):
                found += cells[cell, i] >= level
            counts[cell] += found


@nb.njit(parallel=True, error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def whole(cells, outputs, hours, begun, previous_h, threads, area, peak, last):  # type: ignore[no-untyped-def]
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

"""Pieces of code for the vector unit, written in LLVM's terms, that the kernels are built from.

They exist because plain loops over small arrays were measured to stay scalar, and because reference counting at a
compiled function's edge flushes the buffers that streamed writes gather in.
"""
# ruff: noqa: ANN401, ARG001
# mypy: disable-error-code="no-untyped-call, untyped-decorator"
# LLVM builders and numba's typing contexts have no types of their own.

import math
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LANES = 16
"""How many people a kernel handles side by side: two or four of the processor's vectors."""


def _vector_pointer(builder: Any, data: Any, at: Any) -> Any:
    return builder.bitcast(builder.gep(data, [at]), ir.VectorType(ir.DoubleType(), 8).as_pointer())


def _broadcast(builder: Any, value: Any) -> Any:
    one = builder.insert_element(ir.Constant(ir.VectorType(ir.DoubleType(), 8), ir.Undefined), value, _i32(0))
    return builder.shuffle_vector(one, one, ir.Constant(ir.VectorType(ir.IntType(32), 8), [0] * 8))


def _i32(value: int) -> Any:
    return ir.Constant(ir.IntType(32), value)


BLOCK = 32
"""How many neighbouring samples are summed at once: four vectors, whose totals stay in the processor's registers."""


@intrinsic
def write_sums(
    _context: Any, target: Any, at: Any, blocks: Any, table: Any, index: Any, of: Any, weight: Any, terms: Any, row: Any
) -> Any:
    """Write `target[at + i] = sum over k of weight[k] * table[index[of + k] + row + i]` for `blocks` times BLOCK i.

    `terms` is even: two are summed beside one another, so that no sum waits for the one before.
    """

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def data(position: int) -> Any:
            return context.make_array(signature.args[position])(context, builder, args[position]).data

        to, values, rows, weights = data(0), data(3), data(4), data(6)
        vector = ir.VectorType(ir.DoubleType(), 8)
        totals = [[cgutils.alloca_once(builder, vector) for _ in range(BLOCK // 8)] for _ in range(2)]

        def whole(number: int) -> Any:
            return ir.Constant(args[2].type, number)

        with cgutils.for_range(builder, args[2]) as block:
            done = builder.mul(block.index, whole(BLOCK))
            for total in (*totals[0], *totals[1]):
                builder.store(ir.Constant(vector, [0.0] * 8), total)
            with cgutils.for_range(builder, builder.sdiv(args[7], whole(2))) as pair:
                for turn, sums in enumerate(totals):
                    term = builder.add(builder.mul(pair.index, whole(2)), whole(turn))
                    factor = _broadcast(builder, builder.load(builder.gep(weights, [term])))
                    begin = builder.load(builder.gep(rows, [builder.add(args[5], term)]))
                    begin = builder.add(builder.add(begin, args[8]), done)
                    for part, total in enumerate(sums):
                        place = _vector_pointer(builder, values, builder.add(begin, whole(8 * part)))
                        value = builder.load(place, align=8)
                        product = builder.fmul(factor, value, flags=("contract",))
                        builder.store(builder.fadd(builder.load(total), product, flags=("contract",)), total)
            for part, (even, odd) in enumerate(zip(*totals, strict=True)):
                here = builder.add(builder.add(args[1], done), whole(8 * part))
                total = builder.fadd(builder.load(even), builder.load(odd))
                builder.store(total, _vector_pointer(builder, to, here), align=8)
        return context.get_dummy_value()

    number = types.intp
    return types.void(target, number, number, table, index, number, weight, number, number), codegen


@intrinsic
def stream_line(_context: Any, target: Any, at: Any, source: Any, of: Any) -> Any:
    """Copy eight floats past the caches to a 64-byte boundary.

    Results are written once and not read back here, and an ordinary write would first read each line from memory and
    stall behind it.
    """

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        to = context.make_array(signature.args[0])(context, builder, args[0]).data
        source_data = context.make_array(signature.args[2])(context, builder, args[2]).data
        value = builder.load(_vector_pointer(builder, source_data, args[3]), align=8)
        stored = builder.store(value, _vector_pointer(builder, to, args[1]), align=64)
        stored.set_metadata("nontemporal", builder.module.add_metadata([_i32(1)]))
        return context.get_dummy_value()

    return types.void(target, types.intp, source, types.intp), codegen


@intrinsic
def climb(
    _context: Any, table: Any, to: Any, blocks: Any, decays: Any, gains: Any, at: Any, stride: Any, rises: Any
) -> Any:
    """Write `blocks` blocks of evenly spaced offsets at `table[to:]`, whose first eight stand there already.

    A value 8, 16, 24 or 32 offsets on is itself times `decays` and, where it rises, plus `gains`: the four of them,
    `stride` apart from `at` on.
    """

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def data(position: int) -> Any:
            return context.make_array(signature.args[position])(context, builder, args[position]).data

        to, lefts, mores, number = data(0), data(3), data(4), args[1].type
        vector = ir.VectorType(ir.DoubleType(), 8)
        rising = builder.icmp_signed("!=", args[7], ir.Constant(number, 0))

        def moved(value: Any, rung: int) -> Any:
            place = builder.add(args[5], builder.mul(args[6], ir.Constant(number, rung)))
            left = _broadcast(builder, builder.load(builder.gep(lefts, [place])))
            more = builder.load(builder.gep(mores, [place]))
            more = _broadcast(builder, builder.select(rising, more, ir.Constant(ir.DoubleType(), 0.0)))
            product = builder.fmul(left, value, flags=("contract",))
            return builder.fadd(more, product, flags=("contract",))

        parts = [cgutils.alloca_once(builder, vector) for _ in range(BLOCK // 8)]
        begun = builder.load(_vector_pointer(builder, to, args[1]), align=8)
        for rung, part in enumerate(parts):
            builder.store(moved(begun, rung - 1) if rung else begun, part)
        with cgutils.for_range(builder, args[2]) as block:
            here = builder.add(args[1], builder.mul(block.index, ir.Constant(number, BLOCK)))
            for rung, part in enumerate(parts):
                place = builder.add(here, ir.Constant(number, 8 * rung))
                value = builder.load(part)
                builder.store(value, _vector_pointer(builder, to, place), align=8)
                builder.store(moved(value, len(parts) - 1), part)
        return context.get_dummy_value()

    number = types.intp
    return types.void(table, number, number, decays, gains, number, number, number), codegen


LOG2_E, LN2_HIGH, LN2_LOW = 1.4426950408889634, 0.693147180369123816490, 1.90821492927058770002e-10
"""ln 2 in two parts, the first with so few digits that a whole multiple of it is exact (as in fdlibm)."""
ROUNDER = 6755399441055744.0
"""1.5 * 2^52: added to a number, it leaves the nearest whole number in the low digits."""
LOWEST = -700.0
"""e to what is lower counts as 0: numbers near the least one, 1e-308, were measured to slow all that they touch."""
FACTORIALS = tuple(1.0 / math.factorial(n) for n in range(13, 0, -1))


def _exponentials(builder: Any, x: Any) -> tuple[Any, Any]:
    """Return e^x and e^x - 1 of a vector of x at most 0, each to rounding; plain calls were measured to stay scalar.

    x = n ln 2 + r with |r| at most ln 2 / 2; e^x = 2^n (1 + q), e^x - 1 = 2^n q + (2^n - 1), where q = e^r - 1 by its
    series, whose first term left out is below 1e-17 of it.
    """
    kind, bits = x.type, ir.VectorType(ir.IntType(64), x.type.count)

    def constant(value: float) -> Any:
        return ir.Constant(kind, [value] * kind.count)

    def whole(value: int) -> Any:
        return ir.Constant(bits, [value] * kind.count)

    def fused(a: Any, b: Any, c: Any) -> Any:
        return builder.fadd(builder.fmul(a, b, flags=("contract",)), c, flags=("contract",))

    counts = builder.fcmp_ordered(">", x, constant(LOWEST))
    shifted = fused(x, constant(LOG2_E), constant(ROUNDER))
    number = builder.fsub(shifted, constant(ROUNDER))
    rest = fused(number, constant(-LN2_HIGH), x)
    rest = fused(number, constant(-LN2_LOW), rest)
    series = constant(FACTORIALS[0])
    for factor in FACTORIALS[1:]:
        series = fused(series, rest, constant(factor))
    less = builder.fmul(series, rest)
    power = builder.add(builder.shl(builder.bitcast(shifted, bits), whole(52)), whole(1023 << 52))
    scale = builder.select(counts, builder.bitcast(power, kind), constant(0.0))
    return fused(scale, less, scale), fused(scale, less, builder.fsub(scale, constant(1.0)))


def _risen(builder: Any, rates: Any, less_one: Any, times: Any) -> Any:
    """Return (1 - e^(-k t)) / k of vectors from e^(-k t) - 1, and t where k is 0."""

    def constant(value: float) -> Any:
        return ir.Constant(rates.type, [value] * rates.type.count)

    above = builder.fcmp_ordered(">", rates, constant(0.0))
    safe = builder.select(above, rates, constant(1.0))
    return builder.select(above, builder.fneg(builder.fdiv(less_one, safe)), times)


@intrinsic
def fade8(_context: Any, table: Any, fade: Any, rise: Any, offsets: Any, at: Any, rate: Any, infused: Any) -> Any:
    """Write e^(-k t) of eight offsets from `at` on at `fade` + at; where infused (1 - e^(-k t)) / k at `rise` + at.

    Where k is 0 the rise is the offset itself.
    """

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        times = context.make_array(signature.args[3])(context, builder, args[3]).data
        rates = _broadcast(builder, args[5])
        time = builder.load(_vector_pointer(builder, times, args[4]), align=8)
        exponential, less_one = _exponentials(builder, builder.fneg(builder.fmul(rates, time)))
        builder.store(exponential, _vector_pointer(builder, data, builder.add(args[1], args[4])), align=8)
        with builder.if_then(builder.icmp_signed("!=", args[6], ir.Constant(args[6].type, 0))):
            risen = _risen(builder, rates, less_one, time)
            builder.store(risen, _vector_pointer(builder, data, builder.add(args[2], args[4])), align=8)
        return context.get_dummy_value()

    number = types.intp
    return types.void(table, number, number, offsets, number, types.float64, number), codegen


@intrinsic
def fade_lanes(
    _context: Any, decays: Any, gains: Any, at: Any, rates: Any, rate_at: Any, gap: Any, infused: Any
) -> Any:
    """Write e^(-k gap) of all lanes at `decays[at:]` and, where infused, (1 - e^(-k gap)) / k; the gap where k is 0."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def data(position: int) -> Any:
            return context.make_array(signature.args[position])(context, builder, args[position]).data

        kind = ir.VectorType(ir.DoubleType(), LANES)
        one = builder.insert_element(ir.Constant(kind, ir.Undefined), args[5], _i32(0))
        gaps = builder.shuffle_vector(one, one, ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES))
        rate = builder.load(lanes_at(builder, data(3), args[4]), align=8)
        exponential, less_one = _exponentials(builder, builder.fneg(builder.fmul(rate, gaps)))
        builder.store(exponential, lanes_at(builder, data(0), args[2]), align=8)
        with builder.if_then(builder.icmp_signed("!=", args[6], ir.Constant(args[6].type, 0))):
            builder.store(_risen(builder, rate, less_one, gaps), lanes_at(builder, data(1), args[2]), align=8)
        return context.get_dummy_value()

    number = types.intp
    return types.void(decays, gains, number, rates, number, types.float64, number), codegen


@intrinsic
def fence(_context: Any) -> Any:
    """Make streamed writes visible before anyone is told that they are done."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        del signature, args
        builder.fence("seq_cst")
        return context.get_dummy_value()

    return types.void(), codegen


def lanes_at(builder: Any, data: Any, at: Any, kind: Any = None) -> Any:
    """Return the pointer to one value of each lane that lies at a place of an array."""
    return builder.bitcast(builder.gep(data, [at]), ir.VectorType(kind or ir.DoubleType(), LANES).as_pointer())


@intrinsic
def rotation(_context: Any, work: Any, first: Any, second: Any, off: Any, turn: Any) -> Any:
    """Make the Jacobi rotation of all lanes that takes the entry at `off` to 0 and moves it into the two diagonals.

    Its cosines go to `turn`, its sines behind them.
    """

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        work, turn = (context.make_array(signature.args[at])(context, builder, args[at]).data for at in (0, 4))
        kind = ir.VectorType(ir.DoubleType(), LANES)
        sqrt, fabs = (
            cgutils.get_or_insert_function(builder.module, ir.FunctionType(kind, [kind]), f"llvm.{name}.v{LANES}f64")
            for name in ("sqrt", "fabs")
        )

        def constant(value: float) -> Any:
            return ir.Constant(kind, [value] * LANES)

        def times(a: Any, b: Any) -> Any:
            return builder.fmul(a, b, flags=("contract",))

        def plus(a: Any, b: Any) -> Any:
            return builder.fadd(a, b, flags=("contract",))

        one, other, between = (builder.load(lanes_at(builder, work, args[at]), align=8) for at in (1, 2, 3))
        gap, twice = builder.fsub(other, one), times(constant(2.0), between)
        side = builder.select(builder.fcmp_ordered(">=", gap, constant(0.0)), twice, builder.fneg(twice))
        root = builder.call(sqrt, [plus(times(gap, gap), times(twice, twice))])
        tangent = builder.fdiv(side, plus(plus(builder.call(fabs, [gap]), root), constant(1e-300)))
        square = plus(constant(1.0), times(tangent, tangent))
        cosine = builder.fdiv(constant(1.0), builder.call(sqrt, [square]))
        moved = times(tangent, between)
        builder.store(builder.fsub(one, moved), lanes_at(builder, work, args[1]), align=8)
        builder.store(plus(other, moved), lanes_at(builder, work, args[2]), align=8)
        builder.store(constant(0.0), lanes_at(builder, work, args[3]), align=8)
        builder.store(cosine, lanes_at(builder, turn, ir.Constant(args[1].type, 0)), align=8)
        builder.store(times(tangent, cosine), lanes_at(builder, turn, ir.Constant(args[1].type, LANES)), align=8)
        return context.get_dummy_value()

    number = types.intp
    return types.void(work, number, number, number, turn), codegen


@intrinsic
def rotate(_context: Any, values: Any, first: Any, second: Any, turn: Any) -> Any:
    """Turn two values of all lanes by a rotation: c a - s b and s a + c b."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        values, turn = (context.make_array(signature.args[at])(context, builder, args[at]).data for at in (0, 3))
        a, b = (builder.load(lanes_at(builder, values, args[at]), align=8) for at in (1, 2))
        c, s = (builder.load(lanes_at(builder, turn, ir.Constant(args[1].type, at)), align=8) for at in (0, LANES))
        ca, sb, sa, cb = (builder.fmul(x, y, flags=("contract",)) for x, y in ((c, a), (s, b), (s, a), (c, b)))
        builder.store(builder.fsub(ca, sb, flags=("contract",)), lanes_at(builder, values, args[1]), align=8)
        builder.store(builder.fadd(sa, cb, flags=("contract",)), lanes_at(builder, values, args[2]), align=8)
        return context.get_dummy_value()

    number = types.intp
    return types.void(values, number, number, turn), codegen


@intrinsic
def add_product(_context: Any, target: Any, at: Any, sign: Any, values: Any, first: Any, second: Any) -> Any:
    """Add to all lanes at `target[at:]` the product of those at two places of `values`, times `sign`."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        target, values = (context.make_array(signature.args[at])(context, builder, args[at]).data for at in (0, 3))
        kind, place = ir.VectorType(ir.DoubleType(), LANES), lanes_at(builder, target, args[1])
        one, other = (builder.load(lanes_at(builder, values, args[at]), align=8) for at in (4, 5))
        signs = builder.insert_element(ir.Constant(kind, ir.Undefined), args[2], _i32(0))
        signs = builder.shuffle_vector(signs, signs, ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES))
        product = builder.fmul(builder.fmul(signs, one), other, flags=("contract",))
        builder.store(builder.fadd(builder.load(place, align=8), product, flags=("contract",)), place, align=8)
        return context.get_dummy_value()

    number = types.intp
    return types.void(target, number, types.float64, values, number, number), codegen

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


def _summer(*, streamed: bool) -> Any:
    """Make an intrinsic that writes whole vectors of sums of table rows.

    `target[at + i] = sum over k of weight[k] * table[index[k] + row + i]` for `vectors` times eight i. Streamed, it
    goes past the caches to a 64-byte boundary: results are written once and not read back here, and an ordinary
    write would first read each line from memory and stall behind it.
    """

    def write_sums(
        _context: Any, target: Any, at: Any, vectors: Any, table: Any, index: Any, weight: Any, terms: Any, row: Any
    ) -> Any:
        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            def data(position: int) -> Any:
                return context.make_array(signature.args[position])(context, builder, args[position]).data

            to, of, rows, weights = data(0), data(3), data(4), data(5)
            vector = ir.VectorType(ir.DoubleType(), 8)
            totals = [cgutils.alloca_once(builder, vector) for _ in range(4)]

            def whole(number: int) -> Any:
                return ir.Constant(args[2].type, number)

            def sums(done: Any, count: int) -> None:
                for total in totals[:count]:
                    builder.store(ir.Constant(vector, [0.0] * 8), total)
                with cgutils.for_range(builder, args[6]) as loop:
                    factor = _broadcast(builder, builder.load(builder.gep(weights, [loop.index])))
                    begin = builder.add(builder.add(builder.load(builder.gep(rows, [loop.index])), args[7]), done)
                    for part, total in enumerate(totals[:count]):
                        value = builder.load(_vector_pointer(builder, of, builder.add(begin, whole(8 * part))), align=8)
                        product = builder.fmul(factor, value, flags=("contract",))
                        builder.store(builder.fadd(builder.load(total), product, flags=("contract",)), total)
                for part, total in enumerate(totals[:count]):
                    here = builder.add(builder.add(args[1], done), whole(8 * part))
                    align = 64 if streamed else 8
                    stored = builder.store(builder.load(total), _vector_pointer(builder, to, here), align=align)
                    if streamed:
                        stored.set_metadata("nontemporal", builder.module.add_metadata([_i32(1)]))

            fours = builder.sdiv(args[2], whole(4))
            with cgutils.for_range(builder, fours) as loop:
                sums(builder.mul(loop.index, whole(32)), 4)
            begun = builder.mul(fours, whole(4))
            with cgutils.for_range(builder, builder.sub(args[2], begun)) as loop:
                sums(builder.mul(builder.add(begun, loop.index), whole(8)), 1)
            return context.get_dummy_value()

        number = types.intp
        return types.void(target, number, number, table, index, weight, number, number), codegen

    return intrinsic(write_sums)


write_sums = _summer(streamed=False)
stream_sums = _summer(streamed=True)


@intrinsic
def stream_line(_context: Any, target: Any, at: Any, source: Any, of: Any) -> Any:
    """Copy eight floats past the caches to a 64-byte boundary."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        to = context.make_array(signature.args[0])(context, builder, args[0]).data
        source_data = context.make_array(signature.args[2])(context, builder, args[2]).data
        value = builder.load(_vector_pointer(builder, source_data, args[3]), align=8)
        stored = builder.store(value, _vector_pointer(builder, to, args[1]), align=64)
        stored.set_metadata("nontemporal", builder.module.add_metadata([_i32(1)]))
        return context.get_dummy_value()

    return types.void(target, types.intp, source, types.intp), codegen


@intrinsic
def affine8(_context: Any, table: Any, to: Any, of: Any, scale: Any, shift: Any) -> Any:
    """Write `table[to + i] = shift + scale * table[of + i]` for eight i."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        value = builder.load(_vector_pointer(builder, data, args[2]), align=8)
        product = builder.fmul(_broadcast(builder, args[3]), value, flags=("contract",))
        moved = builder.fadd(_broadcast(builder, args[4]), product, flags=("contract",))
        builder.store(moved, _vector_pointer(builder, data, args[1]), align=8)
        return context.get_dummy_value()

    return types.void(table, types.intp, types.intp, types.float64, types.float64), codegen


LOG2_E, LN2_HIGH, LN2_LOW = 1.4426950408889634, 0.693147180369123816490, 1.90821492927058770002e-10
"""ln 2 in two parts, the first with so few digits that a whole multiple of it is exact (as in fdlibm)."""
ROUNDER = 6755399441055744.0
"""1.5 * 2^52: added to a number, it leaves the nearest whole number in the low digits."""
LOWEST = -708.0
"""e to this is still a normal number; what is lower counts as this, 3e-308."""
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

    x = builder.select(builder.fcmp_ordered(">", x, constant(LOWEST)), x, constant(LOWEST))
    shifted = fused(x, constant(LOG2_E), constant(ROUNDER))
    number = builder.fsub(shifted, constant(ROUNDER))
    rest = fused(number, constant(-LN2_HIGH), x)
    rest = fused(number, constant(-LN2_LOW), rest)
    series = constant(FACTORIALS[0])
    for factor in FACTORIALS[1:]:
        series = fused(series, rest, constant(factor))
    less = builder.fmul(series, rest)
    power = builder.add(builder.shl(builder.bitcast(shifted, bits), whole(52)), whole(1023 << 52))
    scale = builder.bitcast(power, kind)
    return fused(scale, less, scale), fused(scale, less, builder.fsub(scale, constant(1.0)))


@intrinsic
def fade8(_context: Any, table: Any, fade: Any, rise: Any, offsets: Any, at: Any, rate: Any, infused: Any) -> Any:
    """Write e^(-k t) of eight offsets from `at` on, at `fade` + at, and where infused (1 - e^(-k t)) / k at `rise`."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        times = context.make_array(signature.args[3])(context, builder, args[3]).data
        rates = _broadcast(builder, args[5])
        time = builder.load(_vector_pointer(builder, times, args[4]), align=8)
        exponential, less_one = _exponentials(builder, builder.fneg(builder.fmul(rates, time)))
        builder.store(exponential, _vector_pointer(builder, data, builder.add(args[1], args[4])), align=8)
        with builder.if_then(builder.icmp_signed("!=", args[6], ir.Constant(args[6].type, 0))):
            risen = builder.fneg(builder.fdiv(less_one, rates))
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
            above = builder.fcmp_ordered(">", rate, ir.Constant(kind, [0.0] * LANES))
            safe = builder.select(above, rate, ir.Constant(kind, [1.0] * LANES))
            risen = builder.select(above, builder.fneg(builder.fdiv(less_one, safe)), gaps)
            builder.store(risen, lanes_at(builder, data(1), args[2]), align=8)
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

"""Pieces of code for the vector unit, written in LLVM's terms, that the kernels are built from.

They exist because plain loops over small arrays were measured to stay scalar, and because reference counting at a
compiled function's edge flushes the buffers that streamed writes gather in.
"""
# ruff: noqa: ANN401, ARG001
# mypy: disable-error-code="no-untyped-call, untyped-decorator"
# LLVM builders and numba's typing contexts have no types of their own.

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from sereniv.pharmacology.summary import BINS, BITS_DROPPED, FIRST_BIN

LANES = 16
"""How many people a kernel handles side by side: two or four of the processor's vectors."""


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


@intrinsic
def write_run(
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


@intrinsic
def fence(_context: Any) -> Any:
    """Make streamed writes visible before anyone is told that they are done."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        del signature, args
        builder.fence("seq_cst")
        return context.get_dummy_value()

    return types.void(), codegen


def _lanes(builder: Any, data: Any, at: Any, kind: Any = None) -> Any:
    return builder.bitcast(builder.gep(data, [at]), ir.VectorType(kind or ir.DoubleType(), LANES).as_pointer())


@intrinsic
def advance(_context: Any, amount: Any, at: Any, decay: Any, base: Any, force: Any, many: Any) -> Any:
    """Take one mode of all lanes through `many` equal steps."""
    del at, base, many

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def place(position: int, at: Any) -> Any:
            return _lanes(
                builder, context.make_array(signature.args[position])(context, builder, args[position]).data, at
            )

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
        _context: Any,
        cells: Any,
        at: Any,
        stride: Any,
        leaving: Any,
        row: Any,
        amount: Any,
        decay: Any,
        base: Any,
        force: Any,
        modes: Any,
        first: Any,
        shown: Any,
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


bins1, bins4 = _seer(1, binned=True), _seer(4, binned=True)
values1, values4 = _seer(1, binned=False), _seer(4, binned=False)

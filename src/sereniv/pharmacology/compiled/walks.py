"""Modes walked from step to step, all lanes at once, and what an output shows of them, in LLVM's terms."""
# ruff: noqa: ANN401
# mypy: disable-error-code="no-untyped-call, untyped-decorator"
# LLVM builders and numba's typing contexts have no types of their own.

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from sereniv.pharmacology.compiled.vectors import LANES, lanes_at
from sereniv.pharmacology.tally import BINS, BITS_DROPPED, FIRST_BIN


def _walker(steps: int) -> Any:
    """Make an intrinsic that takes one mode of all lanes through `steps` equal steps.

    Each step the mode decays by `decay` and gains `force`. `path` gets where it is after each, `amount` where it ends:
    every output reads the same path, so that no mode is walked twice.
    """

    def walk(_context: Any, path: Any, amount: Any, at: Any, decay: Any, base: Any, force: Any) -> Any:
        del at, base

        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            def place(position: int, at: Any) -> Any:
                data = context.make_array(signature.args[position])(context, builder, args[position]).data
                return lanes_at(builder, data, at)

            value = builder.load(place(1, args[2]), align=8)
            fade = builder.load(place(3, builder.add(args[4], args[2])), align=8)
            gained = builder.load(place(5, args[2]), align=8)
            start = builder.mul(args[2], ir.Constant(args[2].type, steps))
            for step in range(steps):
                kept = builder.fmul(value, fade, flags=("contract",))
                value = builder.fadd(kept, gained, flags=("contract",))
                to = builder.add(start, ir.Constant(args[2].type, step * LANES))
                builder.store(value, place(0, to), align=8)
            builder.store(value, place(1, args[2]), align=8)
            return context.get_dummy_value()

        number = types.intp
        return types.void(path, amount, number, decay, number, force), codegen

    return intrinsic(walk)


walk1, walk4 = _walker(1), _walker(4)


def _twin_walker(steps: int) -> Any:
    """Make an intrinsic that takes the second of two twins through `steps` equal steps, after its first was walked.

    Each step it decays, gains `force`, and gets `decay[bond:]` of where the first was before it: `before`, and then
    what `path` holds of the first.
    """

    def walk(
        _context: Any, path: Any, amount: Any, at: Any, first: Any, before: Any, decay: Any, base: Any, bond: Any,
        force: Any,
    ) -> Any:  # fmt: skip
        del at, first, base, bond

        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            def place(position: int, at: Any) -> Any:
                data = context.make_array(signature.args[position])(context, builder, args[position]).data
                return lanes_at(builder, data, at)

            def ahead(at: Any, step: int) -> Any:
                start = builder.mul(at, ir.Constant(at.type, steps))
                return builder.add(start, ir.Constant(at.type, step * LANES))

            value = builder.load(place(1, args[2]), align=8)
            fade = builder.load(place(5, builder.add(args[6], args[2])), align=8)
            share = builder.load(place(5, builder.add(args[6], args[7])), align=8)
            gained = builder.load(place(8, args[2]), align=8)
            given = builder.load(place(4, ir.Constant(args[2].type, 0)), align=8)
            for step in range(steps):
                kept = builder.fadd(builder.fmul(value, fade, flags=("contract",)), gained, flags=("contract",))
                value = builder.fadd(builder.fmul(given, share, flags=("contract",)), kept, flags=("contract",))
                builder.store(value, place(0, ahead(args[2], step)), align=8)
                given = builder.load(place(0, ahead(args[3], step)), align=8)
            builder.store(value, place(1, args[2]), align=8)
            return context.get_dummy_value()

        number = types.intp
        return types.void(path, amount, number, number, before, decay, number, number, force), codegen

    return intrinsic(walk)


twin1, twin4 = _twin_walker(1), _twin_walker(4)


STEPS_AT_ONCE = 2
"""Over how many steps the sums of an output run at once: their totals are to stay in the processor's registers."""


def _seer(steps: int, *, kept: bool) -> Any:
    """Make an intrinsic that sums the modes that one output shows, all lanes, after each step of `path`.

    The output shows the `shown` modes of the list from `first` on. What is seen is written `stride` apart: its bin into
    `bins` and, where kept, itself as float32 into `values`.
    """

    def see(
        _context: Any,
        bins: Any,
        values: Any,
        at: Any,
        stride: Any,
        leaving: Any,
        path: Any,
        modes: Any,
        first: Any,
        shown: Any,
    ) -> Any:
        del at, stride, first, shown

        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            def data(position: int) -> Any:
                return context.make_array(signature.args[position])(context, builder, args[position]).data

            def whole(number: int) -> Any:
                return ir.Constant(args[2].type, number)

            to_bins, to_values, weights, walked, mode_list = data(0), data(1), data(4), data(5), data(6)
            vector = ir.VectorType(ir.DoubleType(), LANES)
            row = builder.mul(args[7], whole(LANES))
            for begin in range(0, steps, STEPS_AT_ONCE):
                totals = [cgutils.alloca_once(builder, vector) for _ in range(min(STEPS_AT_ONCE, steps))]
                for total in totals:
                    builder.store(ir.Constant(vector, [0.0] * LANES), total)
                with cgutils.for_range(builder, args[8]) as loop:
                    mode = builder.load(builder.gep(mode_list, [builder.add(args[7], loop.index)]))
                    here = builder.mul(mode, whole(LANES))
                    weight = builder.load(lanes_at(builder, weights, builder.add(row, here)), align=8)
                    walk = builder.mul(here, whole(steps))
                    for step, total in enumerate(totals, begin):
                        place = builder.add(walk, whole(step * LANES))
                        value = builder.load(lanes_at(builder, walked, place), align=8)
                        product = builder.fmul(weight, value, flags=("contract",))
                        builder.store(builder.fadd(builder.load(total), product, flags=("contract",)), total)
                for step, total in enumerate(totals, begin):
                    narrow = builder.fptrunc(builder.load(total), ir.VectorType(ir.FloatType(), LANES))
                    place = builder.add(args[2], builder.mul(args[3], whole(step)))
                    builder.store(_bin(builder, narrow), lanes_at(builder, to_bins, place, ir.IntType(16)), align=2)
                    if kept:
                        builder.store(narrow, lanes_at(builder, to_values, place, ir.FloatType()), align=4)
            return context.get_dummy_value()

        number = types.intp
        return types.void(bins, values, number, number, leaving, path, modes, number, number), codegen

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


bins1, bins4 = _seer(1, kept=False), _seer(4, kept=False)
both1, both4 = _seer(1, kept=True), _seer(4, kept=True)

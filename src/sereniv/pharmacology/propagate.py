"""The reference solution: matrix-exponential propagators, exact for any linear system and any input steps."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sereniv.pharmacology.compartments import LinearSystem
from sereniv.pharmacology.schedule import SAME_TIME_H, Schedule

Floats = NDArray[np.float64]


def propagate(system: LinearSystem, plan: Schedule, out: Floats) -> None:
    """Write the outputs of every person at every sample time into `out`, shape (n, o, t), in ng/mL.

    Each step from one event or sample to the next is one exponential of the matrix augmented by the input, so a
    pause, a 68 h gap and a 10 µs gap are all exact; equal steps share one exponential.
    """
    from scipy.linalg import expm  # loaded by who asks for the reference, and by no server that starts

    n, size, _ = system.matrix.shape
    augmented = np.zeros((n, size + 1, size + 1))
    augmented[:, :size, :size] = system.matrix
    augmented[:, :size, size] = system.inflow
    steps: dict[float, Floats] = {}

    def advance(state: Floats, rate_mg_per_h: float, gap_h: float) -> Floats:
        if gap_h == 0.0:
            return state
        key = float(f"{gap_h:.12e}")  # the clock's rounding must not make every minute its own step
        if key not in steps:
            steps[key] = np.asarray(expm(augmented * gap_h))
        step = steps[key]
        moved: Floats = (step[:, :size, :size] @ state[:, :, None])[:, :, 0] + step[:, :size, size] * rate_mg_per_h
        return moved

    out[:, :, : plan.first] = 0.0
    state = np.zeros((n, size))
    for stretch in plan.stretches:
        state = state + system.inflow * stretch.bolus_mg
        here, current = 0.0, state
        for sample, row in zip(range(stretch.samples.start, stretch.samples.stop), stretch.offsets, strict=True):
            offset = float(plan.offsets_h[row])
            current = advance(current, stretch.rate_mg_per_h, offset - here)
            here = offset
            out[:, :, sample] = (system.output @ current[:, :, None])[:, :, 0]
        state = advance(state, stretch.rate_mg_per_h, stretch.length_h)


def even_step_h(offsets_h: Floats) -> float:
    """Return the spacing of offsets that are 0 and all its multiples up to the last, 0.0 where they are not."""
    if offsets_h.size < 2 or offsets_h[0] != 0.0:
        return 0.0
    step = float(offsets_h[-1] / (offsets_h.size - 1))
    return step if np.abs(offsets_h - np.arange(offsets_h.size) * step).max() <= SAME_TIME_H else 0.0


def _by_doubling(system: LinearSystem, plan: Schedule, step_h: float, out: Floats) -> None:
    """Write the outputs of people whose samples lie on an even grid, all people and stretches at once."""
    people, size, _ = system.matrix.shape
    augmented = np.zeros((people, size + 1, size + 1))
    augmented[:, :size, :size] = system.matrix
    augmented[:, :size, size] = system.inflow
    crossed = {length: _exponentials(augmented * length) for length in {each.length_h for each in plan.stretches}}
    state = np.zeros((people, size + 1))
    starts = np.empty((people, size + 1, len(plan.stretches)))
    for index, stretch in enumerate(plan.stretches):
        state[:, :size] += system.inflow * stretch.bolus_mg
        state[:, size] = stretch.rate_mg_per_h
        starts[:, :, index] = state
        state = (crossed[stretch.length_h] @ state[:, :, None])[:, :, 0]
    rows = 1 + max((int(each.offsets.max()) for each in plan.stretches if each.offsets.size), default=0)
    seen = np.empty((people, size + 1, rows, len(plan.stretches)))
    seen[:, :, 0] = starts
    power, known = _exponentials(augmented * step_h), 1
    while known < rows:
        more = min(known, rows - known)
        before = seen[:, :, :more].reshape(people, size + 1, -1)
        seen[:, :, known : known + more] = (power @ before).reshape(people, size + 1, more, -1)
        power, known = power @ power, known + more
    shown = np.einsum("pos,psrk->pork", system.output, seen[:, :size], optimize=True)
    out[:, :, : plan.first] = 0.0
    for index, stretch in enumerate(plan.stretches):
        out[:, :, stretch.samples] = shown[:, :, stretch.offsets, index]


def _exponentials(matrices: Floats) -> Floats:
    """Return the exponential of each small matrix, by the series of a part of it and squarings.

    scipy's does the same; its library wakes threads for it, which on a machine in use cost a hundred times the work.
    """
    norm = float(np.abs(matrices).sum(axis=1).max())
    squarings = max(0, int(np.ceil(np.log2(norm / SHORT)))) if norm > 0.0 else 0
    part = matrices / 2.0**squarings
    found: Floats = np.broadcast_to(np.eye(matrices.shape[-1]), matrices.shape).copy()
    term = found
    for number in range(1, TERMS):
        term = part @ term / number
        found = found + term
    for _ in range(squarings):
        found = found @ found
    return found


FEW_STEPS = 64
FEW_PEOPLE = 8
"""With no more distinct steps than this, and more people, an exponential of each step is what costs least."""
PEOPLE_AT_ONCE = 16
"""How many go together where each sample has a distance of its own: more would leave the cache."""
SHORT = 0.5
"""The norm of the matrix times the shortest step; what is left below that step goes by the series."""
TERMS = 17
"""Terms of that series: the first left out is below 1e-18 of the state."""


def solve_exactly(system: LinearSystem, plan: Schedule, out: Floats) -> None:
    """Write what `propagate` does, by way of powers of one step where samples lie at many different distances.

    On an even grid the states at all offsets come by doubling: those of the first 2^k steps, moved on by 2^k steps.
    Elsewhere an offset is a whole number of short steps, whose powers of two are squarings of one exponential, and a
    rest, for which the series of the exponential is applied to the state.
    """
    step_h = even_step_h(plan.offsets_h)
    if step_h and plan.stretches:
        _by_doubling(system, plan, step_h, out)
        return
    steps = {float(f"{gap:.12e}") for gap in np.diff(plan.offsets_h, prepend=0.0)}
    if len(steps) <= FEW_STEPS and system.matrix.shape[0] > FEW_PEOPLE:
        propagate(system, plan, out)
        return
    for start in range(0, out.shape[0], PEOPLE_AT_ONCE):
        part = np.arange(start, min(start + PEOPLE_AT_ONCE, out.shape[0]))
        _by_powers(system.of(part), plan, out[part[0] : part[-1] + 1])


def _by_powers(system: LinearSystem, plan: Schedule, out: Floats) -> None:
    """Write the outputs of people whose samples lie at any distances, all samples of all of them together."""
    out[:, :, : plan.first] = 0.0
    taken = [plan.offsets_h[stretch.offsets] for stretch in plan.stretches]
    offsets = np.concatenate(taken)
    owner = np.repeat(np.arange(len(taken)), [part.size for part in taken])
    lengths = np.array([stretch.length_h for stretch in plan.stretches])
    people, size, _ = system.matrix.shape
    augmented = np.zeros((people, size + 1, size + 1))
    augmented[:, :size, :size] = system.matrix
    augmented[:, :size, size] = system.inflow
    step = SHORT / float(np.abs(augmented).sum(axis=1).max())
    count = int(np.log2(max(float(max(offsets.max(initial=0.0), lengths.max())) / step, 1.0))) + 1
    powers = [_exponentials(augmented * step)]
    while len(powers) < count:
        powers.append(powers[-1] @ powers[-1])
    crossed = {length: _exponentials(augmented * length) for length in set(lengths.tolist())}
    state = np.zeros((people, size + 1))
    starts = np.empty((people, size + 1, len(taken)))
    for index, stretch in enumerate(plan.stretches):
        state[:, :size] += system.inflow * stretch.bolus_mg
        state[:, size] = stretch.rate_mg_per_h
        starts[:, :, index] = state
        state = (crossed[stretch.length_h] @ state[:, :, None])[:, :, 0]
    seen = _advanced(starts[:, :, owner], offsets, augmented, powers, step)
    out[:, :, plan.first :] = system.output @ seen[:, :size]


def _advanced(states: Floats, gaps_h: Floats, augmented: Floats, powers: Sequence[Floats], step: float) -> Floats:
    """Return everybody's states, one a column, each its own gap later."""
    whole = np.floor(gaps_h / step)
    rest = gaps_h - whole * step
    bits = whole.astype(np.int64)
    moved = states.copy()
    for place, power in enumerate(powers):
        chosen = (bits >> place) & 1 == 1
        if chosen.any():
            moved[:, :, chosen] = power @ moved[:, :, chosen]
    term = moved
    for number in range(1, TERMS):
        term = augmented @ term * (rest / number)
        moved = moved + term
    return moved

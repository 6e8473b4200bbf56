"""The search of a compiled MAP fit: prediction, misfit and steps, sixteen trial points side by side."""

# ruff: noqa: ANN001, ANN202, ANN201
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator, call-arg"
# The compiled functions take arrays of float64 and int64, in the shapes that their callers' docstrings give.

import math

import numba as nb
import numpy as np

from sereniv.pharmacology.compiled.modes import decompose, risen, risen_twice
from sereniv.pharmacology.compiled.vectors import LANES
from sereniv.pharmacology.posterior import GRADIENT_SMALL, MOST_STEPS, STEP


@nb.njit(error_model="numpy", cache=True)
def _predict(
    points,
    arms,
    eta_of,
    flows,
    rows,
    scales,
    inflow,
    owner,
    block_starts,
    edges,
    edge_starts,
    crossings,
    twins,
    bolus,
    rate,
    length,
    bounds,
    offsets,
    matrix,
    output,
    scratch,
    rates,
    entering,
    leaving,
    bonds,
    fine,
    amount,
    seen,
):
    """Fill `seen` (o, t, LANES) for the deviations in `points` (LANES, k); False where a point is not sound."""
    size, outputs = inflow.shape[0], output.shape[0]
    matrix[:] = 0.0
    output[:] = 0.0
    for lane in range(LANES):
        for f in range(flows.shape[0]):
            source, target, arm, top, bottom = flows[f, 0], flows[f, 1], flows[f, 2], flows[f, 3], flows[f, 4]
            flow = float(flows[f, 5]) if top < 0 else arms[arm, top]
            if top >= 0 and eta_of[top] >= 0:
                flow *= math.exp(points[lane, eta_of[top]])
            if bottom >= 0:
                flow /= arms[arm, bottom]
                if eta_of[bottom] >= 0:
                    flow *= math.exp(-points[lane, eta_of[bottom]])
            matrix[source, source, lane] -= flow
            if target >= 0:
                matrix[target, source, lane] += flow * arms[arm, flows[f, 6]] if flows[f, 6] >= 0 else flow
        for r in range(rows.shape[0]):
            volume = rows[r, 2]
            scale = scales[r] / arms[rows[r, 3], volume]
            if eta_of[volume] >= 0:
                scale *= math.exp(-points[lane, eta_of[volume]])
            output[rows[r, 0], rows[r, 1], lane] += scale
    decompose(
        matrix,
        inflow,
        output,
        0,
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
    for lane in range(LANES):
        if not fine[lane]:
            return False
    amount[:] = 0.0
    seen[:] = 0.0
    total = rates.shape[0]
    for stretch in range(rate.shape[0]):
        on = rate[stretch] > 0.0
        for j in range(total):
            for lane in range(LANES):
                amount[j, lane] += entering[j, lane] * bolus[stretch]
        for s in range(bounds[stretch, 0], bounds[stretch, 1]):
            for j in range(total):
                for lane in range(LANES):
                    left, risen_here = _come(rates[j, lane], offsets[s], j >= size, on)
                    mode = amount[j, lane] * left + entering[j, lane] * rate[stretch] * risen_here
                    for o in range(outputs):
                        seen[o, s, lane] += leaving[o, j, lane] * mode
        if length[stretch] > 0.0:
            for j in range(total):
                for lane in range(LANES):
                    left, risen_here = _come(rates[j, lane], length[stretch], j >= size, on)
                    amount[j, lane] = amount[j, lane] * left + entering[j, lane] * rate[stretch] * risen_here
            for t in range(twins.shape[0]):
                for lane in range(LANES):
                    amount[twins[t, 1], lane] += bonds[t, lane] * amount[size + t, lane]
                    amount[size + t, lane] = amount[twins[t, 0], lane]
    return True


@nb.njit(error_model="numpy", cache=True)
def _come(rate, time, twin, on):
    """Return what is left of a mode after a time and what has come of a constant input; of a twin, through both."""
    left = math.exp(-rate * time)
    if twin:
        return time * left, risen_twice(rate, time, left) if on else 0.0
    return left, risen(rate, time) if on else 0.0


@nb.njit(error_model="numpy", cache=True)
def _misfit(predicted, measured, log_sd, proportional, additive):
    """Return one sample's part of the objective, its derivative by the prediction, and its information."""
    safe = max(predicted, 1e-12)
    if log_sd > 0.0:
        residual = math.log(measured / safe)
        value = (residual / log_sd) ** 2 + 2.0 * math.log(log_sd)
        return value, -2.0 * residual / (log_sd * log_sd * safe), 1.0 / (log_sd * safe) ** 2
    sd = math.sqrt((proportional * safe) ** 2 + additive * additive)
    slope = proportional * proportional * safe / sd
    residual = measured - safe
    value = (residual / sd) ** 2 + 2.0 * math.log(sd)
    by_prediction = -2.0 * residual / (sd * sd) + 2.0 * slope / sd * (1.0 - (residual / sd) ** 2)
    return value, by_prediction, 1.0 / (sd * sd) + 2.0 * (slope / sd) ** 2


@nb.njit(error_model="numpy", cache=True)
def search(
    arms,
    eta_of,
    flows,
    rows,
    scales,
    inflow,
    owner,
    block_starts,
    edges,
    edge_starts,
    crossings,
    twins,
    bolus,
    rate,
    length,
    bounds,
    offsets,
    output_of,
    place,
    measured,
    log_sd,
    proportional,
    additive,
    precision,
    etas,
    covariance,
    expected,
    slopes,
):
    """Damped Fisher scoring; returns the objective (NaN when unsound) and success.

    Fills `etas`, `covariance` and, from where it begins, the typical person's `expected` samples and their `slopes`.
    """
    size, count = inflow.shape[0], etas.shape[0]
    outputs = 0
    for r in range(rows.shape[0]):
        outputs = max(outputs, rows[r, 0] + 1)
    matrix, output = np.empty((size, size, LANES)), np.empty((outputs, size, LANES))
    scratch = np.empty((6, size, size, LANES))
    total = size + twins.shape[0]
    rates, entering, bonds = np.empty((total, LANES)), np.empty((total, LANES)), np.empty((twins.shape[0], LANES))
    leaving, fine = np.empty((outputs, total, LANES)), np.empty(LANES, dtype=np.bool_)
    amount = np.empty((total, LANES))
    # As many lanes as two points for each deviation and one in the middle need.
    chunks = (2 * count + LANES) // LANES
    seen = np.empty((chunks, outputs, offsets.shape[0], LANES))
    points = np.zeros((chunks * LANES, count))
    middle, middle_lane = (2 * count) // LANES, (2 * count) % LANES
    trial = etas.copy()
    gradient, fresh_gradient = np.zeros(count), np.zeros(count)
    information, fresh = np.zeros((count, count)), np.zeros((count, count))
    value, damping, begun = np.inf, 0.0, False
    for _ in range(MOST_STEPS):
        points[:] = trial
        for i in range(count):
            points[2 * i, i] += STEP
            points[2 * i + 1, i] -= STEP
        for chunk in range(chunks):
            if not _predict(
                points[chunk * LANES : (chunk + 1) * LANES],
                arms,
                eta_of,
                flows,
                rows,
                scales,
                inflow,
                owner,
                block_starts,
                edges,
                edge_starts,
                crossings,
                twins,
                bolus,
                rate,
                length,
                bounds,
                offsets,
                matrix,
                output,
                scratch,
                rates,
                entering,
                leaving,
                bonds,
                fine,
                amount,
                seen[chunk],
            ):
                return np.nan, 0.0
        found = 0.0
        fresh_gradient[:] = 2.0 * (precision @ trial)
        fresh[:] = precision
        for i in range(count):
            found += 0.5 * fresh_gradient[i] * trial[i]
        for s in range(measured.shape[0]):
            o, t = output_of[s], place[s]
            part, by_prediction, weight = _misfit(
                seen[middle, o, t, middle_lane], measured[s], log_sd[s], proportional[s], additive[s]
            )
            found += part
            if not begun:
                expected[s] = seen[middle, o, t, middle_lane]
            for i in range(count):
                # LANES is even: both points of a deviation stand in one chunk.
                at, lane = (2 * i) // LANES, (2 * i) % LANES
                slope = (seen[at, o, t, lane] - seen[at, o, t, lane + 1]) / (2.0 * STEP)
                if not begun:
                    slopes[i, s] = slope
                fresh_gradient[i] += slope * by_prediction
                for j in range(i + 1):
                    at, lane = (2 * j) // LANES, (2 * j) % LANES
                    other = (seen[at, o, t, lane] - seen[at, o, t, lane + 1]) / (2.0 * STEP)
                    fresh[i, j] += slope * other * weight
                    if i != j:
                        fresh[j, i] += slope * other * weight
        if not begun or found <= value + 1e-12 * abs(value):
            begun = True
            value = found
            etas[:] = trial
            gradient[:] = fresh_gradient
            information[:] = fresh
            damping = damping / 10.0 if damping > 1e-6 else 0.0
        else:
            damping = max(10.0 * damping, 1e-3)
        if np.abs(gradient).max() < GRADIENT_SMALL or damping > 1e12:
            break
        damped = information.copy()
        for i in range(count):
            damped[i, i] *= 1.0 + damping
        trial[:] = etas - 0.5 * np.linalg.solve(damped, gradient)
    covariance[:] = np.linalg.inv(information)
    return value, 1.0 if np.abs(gradient).max() < 1e3 * GRADIENT_SMALL else 0.0

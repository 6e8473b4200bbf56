"""Where sample times fall among the stretches of constant input."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sereniv.pharmacology.dosing import Dosing
from sereniv.units import hours_from_minutes

Floats = NDArray[np.float64]

SAME_TIME_H = 1e-12
"""Offsets closer than this (4 ns) share one row of exponentials; it only has to swallow the clock's rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One stretch of constant input.

    `samples` are the sample times inside it, as a slice of the result; `offsets` are the rows of the schedule's
    offset table that hold their distances from the start.
    """

    bolus_mg: float
    rate_mg_per_h: float
    length_h: float
    samples: slice
    offsets: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """All stretches, and every distinct distance of a sample from its stretch's start (h, ascending)."""

    stretches: tuple[Stretch, ...]
    offsets_h: Floats
    first: int
    """How many sample times lie before the first dose, where everything is zero."""
    count: int


def checked_times(times_min: ArrayLike) -> Floats:
    """Return sample times as an array of minutes.

    Raises
    ------
    ValueError
        When they are not one-dimensional, finite, non-negative and in order.
    """
    given = np.asarray(times_min)
    if given.dtype.kind in "mM":
        raise ValueError("times_min holds dates or durations; give minutes as numbers.")
    times = given.astype(np.float64)
    if times.ndim != 1:
        raise ValueError(f"times_min has shape {times.shape}; give a one-dimensional sequence of minutes.")
    if not np.isfinite(times).all():
        raise ValueError("times_min holds a value that is not finite; remove NaN and infinity.")
    if times.size and times[0] < 0:
        raise ValueError(f"times_min starts at {times[0]}; minutes count from the regimen's zero and are not negative.")
    if (np.diff(times) < 0).any():
        raise ValueError("times_min is out of order; sort the times first.")
    return times


def schedule(dosing: Dosing, times_min: Floats) -> Schedule:
    """Place checked sample times (minutes) in the stretches of a regimen.

    At the instant of a bolus the sample is taken after it; a stretch owns the samples from its start up to, not
    including, the next start.
    """
    segments = dosing.segments()
    starts_min = segments.starts_min
    edges = np.searchsorted(times_min, np.append(starts_min, np.inf), side="left")
    offsets = [hours_from_minutes(times_min[edges[i] : edges[i + 1]] - starts_min[i]) for i in range(len(starts_min))]
    table, rows = distinct(np.concatenate(offsets) if offsets else np.empty(0))
    stretches = []
    begin = 0
    for index, mine in enumerate(offsets):
        stretches.append(
            Stretch(
                bolus_mg=float(segments.boluses_mg[index]),
                rate_mg_per_h=float(segments.rates_mg_per_h[index]),
                length_h=float(segments.lengths_h[index]),
                samples=slice(int(edges[index]), int(edges[index + 1])),
                offsets=rows[begin : begin + mine.size],
            )
        )
        begin += mine.size
    return Schedule(
        stretches=tuple(stretches),
        offsets_h=table,
        first=int(edges[0]),
        count=times_min.size,
    )


def distinct(offsets: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Return ascending distinct offsets, those within rounding of one another merged, and each one's row."""
    order = np.argsort(offsets, kind="stable")
    ascending = offsets[order]
    fresh = np.ones(ascending.size, dtype=bool)
    # Offsets of one true distance differ by the clock's rounding, far below the shortest gap allowed (µs).
    fresh[1:] = np.diff(ascending) > SAME_TIME_H
    rows = np.empty(offsets.size, dtype=np.int64)
    rows[order] = np.cumsum(fresh) - 1
    return ascending[fresh], rows

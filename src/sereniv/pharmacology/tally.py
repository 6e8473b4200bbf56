"""Counts of a streamed population: every value in a bin of its own time and output.

Bins are the top bits of a 32-bit float, 128 to an octave, so a bin's middle is within 0.4 % of anything in it. Counts
are whole numbers: adding them is exact in any order, which makes the result the same to the last bit however the
people were split over threads or workers.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.uint32]

BITS_DROPPED = 16
"""A float32 has 23 bits of fraction; dropping 16 leaves 128 bins to an octave."""
LOWEST_OCTAVE, OCTAVES = -10, 28
FIRST_BIN = (127 + LOWEST_OCTAVE) * 128 - 1
BINS = OCTAVES * 128 + 2
"""Bin 0 holds what is below 2**-10 (0.001 ng/mL), the last bin what is at or above 2**18."""

CELLS_AT_ONCE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What to keep of a streamed population.

    Attributes
    ----------
    percentiles
        Percentiles at every sample time, 0 to 100.
    exceed_ng_per_ml
        Levels for which the share of people at or above them is counted, exactly, at every sample time.
    auc, cmax
        Also the percentiles of each person's area under the curve (ng·h/mL, exact, from the regimen's zero to the last
        sample, whatever lies between) and highest sample (ng/mL).
    """

    percentiles: tuple[float, ...] = (5.0, 50.0, 95.0)
    exceed_ng_per_ml: tuple[float, ...] = ()
    auc: bool = False
    cmax: bool = False

    def __post_init__(self) -> None:
        """Refuse percentiles and levels that cannot be."""
        if not all(0 <= item <= 100 for item in self.percentiles):
            raise ValueError(f"percentiles are {self.percentiles}; give numbers from 0 to 100.")
        if not all(math.isfinite(item) and item > 0 for item in self.exceed_ng_per_ml):
            raise ValueError(f"exceed_ng_per_ml is {self.exceed_ng_per_ml}; give levels above 0.")


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of a part of a population; parts add up exactly, in any order.

    Attributes
    ----------
    values
        Counts by time, output and bin, shape (t * o, BINS).
    above
        People at or above each level, shape (t * o, levels).
    whole
        Counts of AUC then Cmax by output and bin, shape (2 * o, BINS).
    people
        How many people were counted.
    """

    values: Counts
    above: NDArray[np.int64]
    whole: Counts
    people: int = 0

    @classmethod
    def empty(cls, times: int, outputs: int, levels: int) -> "Tally":
        """Return a tally of nobody."""
        cells = times * outputs
        return cls(
            values=np.zeros((cells, BINS), dtype=np.uint32),
            above=np.zeros((cells, levels), dtype=np.int64),
            whole=np.zeros((2 * outputs, BINS), dtype=np.uint32),
        )

    def packed(self) -> "PackedTally":
        """Return only each cell's bins in use, to send elsewhere."""
        used = self.values != 0
        first = used.argmax(axis=1)
        stop = np.where(used.any(axis=1), BINS - used[:, ::-1].argmax(axis=1), first)
        kept = [row[low:high] for row, low, high in zip(self.values, first, stop, strict=True)]
        narrow = np.min_scalar_type(int(self.values.max(initial=0)))
        return PackedTally(
            first=first.astype(np.int16),
            stop=stop.astype(np.int16),
            counts=np.concatenate([*kept, np.empty(0, np.uint32)]).astype(narrow),
            above=self.above,
            whole=self.whole,
            people=self.people,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedTally:
    """A tally without the empty bins on either side: what a worker sends.

    Attributes
    ----------
    first, stop
        Each cell's first bin in use and the one after its last, shape (t * o,).
    counts
        The counts between them, cell after cell, in the smallest whole numbers that hold them.
    above, whole, people
        As in `Tally`.
    """

    first: NDArray[np.int16]
    stop: NDArray[np.int16]
    counts: NDArray[np.unsignedinteger]
    above: NDArray[np.int64]
    whole: Counts
    people: int

    def add_to(self, tally: Tally) -> Tally:
        """Add these counts to a tally, in place, and return it."""
        start = 0
        for row, low, high in zip(tally.values, self.first.tolist(), self.stop.tolist(), strict=True):
            row[low:high] += self.counts[start : start + high - low]
            start += high - low
        tally.above += self.above
        tally.whole += self.whole
        tally.people += self.people
        return tally


def bins_of(values: NDArray[np.float32]) -> NDArray[np.int32]:
    """Return each value's bin."""
    found: NDArray[np.int32] = np.clip((values.view(np.int32) >> BITS_DROPPED) - np.int32(FIRST_BIN), 0, BINS - 1)
    return found


def count_values(out: Floats, tally: Tally, summary: Summary) -> None:
    """Add the trajectories of some people, shape (n, o, t), to the tally (which counts people itself elsewhere)."""
    n, outputs, times = out.shape
    cells = np.ascontiguousarray(out.transpose(2, 1, 0).reshape(times * outputs, n), dtype=np.float32)
    for start in range(0, cells.shape[0], CELLS_AT_ONCE):
        part = cells[start : start + CELLS_AT_ONCE]
        place = bins_of(part) + np.arange(part.shape[0], dtype=np.int32)[:, None] * BINS
        found = np.bincount(place.ravel(), minlength=part.shape[0] * BINS)
        tally.values[start : start + part.shape[0]] += found.reshape(-1, BINS).astype(np.uint32)
        for position, level in enumerate(summary.exceed_ng_per_ml):
            tally.above[start : start + part.shape[0], position] += (part >= np.float32(level)).sum(axis=1)
    if summary.cmax and times:
        count_whole(out.max(axis=2), tally, outputs)


def count_whole(values: Floats, tally: Tally, first_row: int) -> None:
    """Add one figure of each person and output, shape (n, o), to the rows of AUC (from 0) or Cmax (from o)."""
    for output in range(values.shape[1]):
        found = np.bincount(bins_of(values[:, output].astype(np.float32)), minlength=BINS)
        tally.whole[first_row + output] += found.astype(np.uint32)

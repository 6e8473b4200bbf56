"""Charts as they were last folded, so that a stream nobody wrote to is not folded twice.

A stream is known by hash and salt of every entry: what is appended adds one, what the law has erased loses its salt,
and what was rolled back is not there. A chart is used again only where all of that is as it was, so that it is never
older than its stream.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar, cast

from sereniv.clinic.records.codec import Event
from sereniv.therapy.recorded import Recorded

ChartT = TypeVar("ChartT")
Mark = tuple[tuple[str, str], ...]
Entries = Sequence[Recorded[Event]]

MOST_KEPT = 2_000
"""How many charts are kept, some ten kilobytes each."""

_kept: dict[str, tuple[Mark, object]] = {}
_guard = threading.Lock()


def charts(
    names: Sequence[str],
    rows: Iterable[tuple[str, str, str]],
    read: Callable[[Sequence[str]], Mapping[str, Entries]],
    fold: Callable[[Entries], ChartT],
) -> dict[str, ChartT]:
    """Return the chart of each stream.

    Parameters
    ----------
    rows
        Stream, hash and salt of every entry of the streams, each stream in its order, read before `read` is called.
    read
        Reads streams whole.
    fold
        Folds one stream; the same for a stream every time.
    """
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in names}
    for stream, digest, salt in rows:
        found[stream].append((digest, salt))
    marks = {name: tuple(pairs) for name, pairs in found.items()}
    # Taken once: another thread may put an older or a newer one in its place meanwhile.
    known = {name: each for name in names if (each := _kept.get(name)) is not None and each[0] == marks[name]}
    changed = [name for name in names if name not in known]
    folded = {name: fold(entries) for name, entries in read(changed).items()} if changed else {}
    for name, chart in folded.items():
        _keep(name, marks[name], chart)
    return {name: folded[name] if name in folded else cast("ChartT", known[name][1]) for name in names}


def _keep(name: str, mark: Mark, chart: object) -> None:
    with _guard:
        _kept.pop(name, None)
        _kept[name] = (mark, chart)
        while len(_kept) > MOST_KEPT:
            del _kept[next(iter(_kept))]

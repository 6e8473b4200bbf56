"""Charts as they were last folded: none is folded twice, and what is appended is folded onto what is there.

A chart fits its stream as it stands while the ledger ends where it did: an entry anywhere moves that end. Where it has
moved, a stream is known by hash and salt of every entry: what is appended adds one, what the law has erased loses its
salt, and what was rolled back is not there. A chart is used again only where all of that is as it was, so that it is
never older than its stream.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Generic, TypeVar, cast

from sereniv.clinic.records.codec import Event
from sereniv.therapy.recording.entry import Erased, Recorded, Unread

ChartT = TypeVar("ChartT")
Mark = tuple[tuple[str, str], ...]
Entries = Sequence[Recorded[Event | Unread | Erased]]

MOST_KEPT = 40_000
"""How many entries the charts that are kept may hold together, at some two kilobytes each; one of fewer counts as ten.

By their size and not by their number: an infusion with a monitor is a hundred times as long as a first contact.
"""

LEAST_SIZE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What folding asks of the ledger."""

    end: Callable[[], str]
    """Return the hash of its last entry."""

    marks: Callable[[Sequence[str]], Iterable[tuple[str, str, str]]]
    """Return stream, hash and salt of every entry of some streams, each stream in its order."""

    entries: Callable[[Mapping[str, range]], Mapping[str, Entries]]
    """Return the entries of some streams, of each those with these numbers; of what was erased the place alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept(Generic[ChartT]):
    end: str
    mark: Mark
    chart: ChartT


_kept: dict[str, _Kept[object]] = {}
_sizes: dict[str, int] = {}
_guard = threading.Lock()
_passing: ContextVar[bool] = ContextVar("passing", default=False)


@contextmanager
def in_passing() -> Iterator[None]:
    """Fold charts here without keeping them: who goes through everybody must not push out those that are in use."""
    before = _passing.set(True)
    try:
        yield
    finally:
        _passing.reset(before)


def charts(names: Sequence[str], ledger: Ledger, fold: Callable[[ChartT | None, Entries], ChartT]) -> dict[str, ChartT]:
    """Return the chart of each stream.

    Parameters
    ----------
    fold
        Folds entries onto a chart (None: onto an empty one); the same for a stream every time, however it is cut.
    """
    # Read first: what is written while the marks are read has moved the end, so that the next question asks again.
    end = ledger.end()
    # Taken once: another thread may put an older or a newer one in its place meanwhile.
    known = {name: cast("_Kept[ChartT]", each) for name in names if (each := _kept.get(name)) is not None}
    behind = [name for name in names if name not in known or known[name].end != end]
    for name, kept in _caught_up(behind, known, end, ledger, fold).items() if behind else ():
        known[name] = kept
        if not _passing.get():
            _keep(name, kept)
    return {name: known[name].chart for name in names}


def forget(names: Iterable[str]) -> None:
    """Let charts go: what their streams say was erased, and nothing of it may stay in memory."""
    with _guard:
        for name in names:
            _let_go(name)


def _caught_up(
    names: Sequence[str],
    known: Mapping[str, _Kept[ChartT]],
    end: str,
    ledger: Ledger,
    fold: Callable[[ChartT | None, Entries], ChartT],
) -> dict[str, _Kept[ChartT]]:
    """Bring charts in line with their streams: most need nothing, some what was appended, few all."""
    marks = _marks(names, ledger)
    bases = {name: each for name in names if (each := known.get(name)) and each.mark == marks[name][: len(each.mark)]}
    numbers = {name: range(len(bases[name].mark) + 1 if name in bases else 1, len(marks[name]) + 1) for name in names}
    # An empty stream has nothing to read and still an empty chart to be folded.
    wanted = {name: span for name, span in numbers.items() if span or name not in bases}
    read = ledger.entries(wanted) if wanted else {}
    return {
        name: _Kept(end=end, mark=marks[name], chart=fold(bases[name].chart if name in bases else None, read[name]))
        if name in wanted
        else replace(bases[name], end=end)
        for name in names
    }


def _marks(names: Sequence[str], ledger: Ledger) -> Mapping[str, Mark]:
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in names}
    for stream, digest, salt in ledger.marks(names):
        found[stream].append((digest, salt))
    return {name: tuple(pairs) for name, pairs in found.items()}


def _keep(name: str, kept: _Kept[ChartT]) -> None:
    size = max(LEAST_SIZE, len(kept.mark))
    with _guard:
        before = _let_go(name)
        _kept[name] = cast("_Kept[object]", kept)
        _sizes[name] = size
        if size <= before:
            return
        total = sum(_sizes.values())
        while total > MOST_KEPT and len(_kept) > 1:
            total -= _let_go(next(iter(_kept)))


def _let_go(name: str) -> int:
    """Let one chart go, and return how large it was."""
    _kept.pop(name, None)
    return _sizes.pop(name, 0)

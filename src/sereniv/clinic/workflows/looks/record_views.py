"""Who looked at what: gathered in memory and kept in the ledger in batches, not one write a page."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import Viewing, ViewsAudited
from sereniv.clinic.records.looks import people_of_sessions, person_in, project_looks, session_in
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.shell.this_clinic import record_house_event

MOST_IN_BATCH = 200
MOST_SHOWN = 2000
"""People whom one entry names, so that it stays smaller than an entry may be."""
LONGEST_SUBJECT = 200
"""Characters of a subject that are kept: ids are shorter, and an address made up longer must not burst its batch."""
MOST_OPEN = 5000
SESSIONS = "sessions/"

Key = tuple[str, str, str]


@dataclass(slots=True, kw_only=True)
class _Gathered:
    """Looks of one person at one page about one subject that are not written yet, and whom the page showed."""

    first: str
    last: str
    times: int
    showed: set[str] = field(default_factory=set)


_guard = threading.Lock()
_seen: dict[Key, _Gathered] = {}
_open: OrderedDict[Key, set[str]] = OrderedDict()
"""Pages that somebody opened, the latest last, with whom each has shown so far: a part fetched again is no look."""


def looked_at(staff: str, page: str, subject: str, now: datetime, showed: Iterable[str] = ()) -> None:
    """Note that somebody looked at a page about a subject, which showed these (`people/ID`, `sessions/ID`)."""
    key = (staff, page, subject[:LONGEST_SUBJECT])
    with _guard:
        _opened(key).update(showed)
        _gather(key, now, 1, showed)


def refreshed(staff: str, page: str, part_of: str, subject: str, now: datetime, showed: Iterable[str]) -> None:
    """Note that an open page fetched a part of itself: no look, but for whom it shows now and did not before.

    A part of a page that nobody opened is a look of its own.
    """
    whole, part = ((staff, name, subject[:LONGEST_SUBJECT]) for name in (part_of, page))
    with _guard:
        opened = next((key for key in (whole, part) if key in _open), None)
        if opened is None:
            _opened(part).update(showed)
            _gather(part, now, 1, showed)
            return
        came = set(showed) - _opened(opened)
        if came:
            _open[opened].update(came)
            _gather(opened, now, 0, came)


def _opened(key: Key) -> set[str]:
    shown = _open.setdefault(key, set())
    _open.move_to_end(key)
    while len(_open) > MOST_OPEN:
        _open.popitem(last=False)
    return shown


def _gather(key: Key, now: datetime, times: int, showed: Iterable[str]) -> None:
    moment = now.astimezone(UTC).isoformat(timespec="seconds")
    found = _seen.setdefault(key, _Gathered(first=moment, last=moment, times=0))
    found.last = moment
    found.times += times
    found.showed.update(showed)


def keep_views(now: datetime) -> int:
    """Write the looks gathered since the last batch into the ledger; returns how many episodes.

    A look is forgotten only once it is written: whatever keeps the ledger from taking it, it waits for the next time.
    """
    with _guard:
        views = {key: _copy(found) for key, found in _seen.items()}
    if not views:
        return 0
    linked = {each.partition("/")[2] for found in views.values() for each in found.showed if each.startswith(SESSIONS)}
    whose = people_of_sessions(linked | {each for _, _, subject in views if (each := session_in(subject))})
    for batch in _batches(views):
        kept = tuple(_viewing(key, found, whose) for key, found in batch.items())
        with chart_store.in_turn():
            record_house_event("audit", ViewsAudited(views=kept), now)
            project_looks(kept, whose)
        _forget(batch)
    return len(views)


def _copy(found: _Gathered) -> _Gathered:
    return _Gathered(first=found.first, last=found.last, times=found.times, showed=set(found.showed))


def _batches(views: Mapping[Key, _Gathered]) -> Iterator[dict[Key, _Gathered]]:
    """Give the looks in portions none of which is too large for one entry."""
    batch: dict[Key, _Gathered] = {}
    shown = 0
    for key, found in views.items():
        if batch and (len(batch) == MOST_IN_BATCH or shown + len(found.showed) > MOST_SHOWN):
            yield batch
            batch, shown = {}, 0
        batch[key] = found
        shown += len(found.showed)
    if batch:
        yield batch


def _viewing(key: Key, found: _Gathered, whose: Mapping[str, str]) -> Viewing:
    staff, page, subject = key
    links = [each.partition("/")[::2] for each in found.showed]
    people = {whose.get(pk, "") if f"{kind}/" == SESSIONS else pk for kind, pk in links} - {""}
    known = {str(pk) for pk in Person.objects.filter(pk__in=people).values_list("pk", flat=True)}
    return Viewing(
        staff=staff,
        page=page,
        subject=subject,
        first=found.first,
        last=found.last,
        times=found.times,
        showed=tuple(sorted(known - {person_in(subject, whose)})),
    )


def _forget(written: Mapping[Key, _Gathered]) -> None:
    """Let go of what was written; where somebody looked again meanwhile, those later looks stay to be written."""
    with _guard:
        for key, found in written.items():
            later = _seen.pop(key)
            more = later.showed - found.showed
            if later.times > found.times or more:
                _seen[key] = _Gathered(first=later.last, last=later.last, times=later.times - found.times, showed=more)

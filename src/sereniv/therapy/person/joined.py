"""Two records that are one person: both streams stay as they are, and the kept one's chart is a fold over both.

Entries keep their numbers in their own stream. In the chart of the kept record, those of the n-th record joined to it
are numbered from n millions on, and so are the entries that they refer to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from sereniv.therapy.person.chart import PersonChart, chart_of
from sereniv.therapy.person.events import (
    CandidacyDecided,
    CourseOpened,
    LevelOfCareDecided,
    OrderSigned,
    PersonEvent,
    RecordsJoined,
    RecordsParted,
)
from sereniv.therapy.person.joined_lists import both_said
from sereniv.therapy.recording.entry import Recorded

BASE = 1_000_000
REFERENCES = frozenset({"entry", "order", "appointment", "course", "weight_entry"})
"""Fields of events about a person that name an entry of the same stream; a guard holds every number against it."""


def standing(chart: PersonChart) -> dict[str, int]:
    """Return the records joined to this one, by their id, each with its place among all that ever were."""
    found: dict[str, int] = {}
    kept = [each for each in chart.all(RecordsJoined) if each.event.is_kept]
    for place, each in enumerate(kept, start=1):
        parted = [after.seq for after in chart.all(RecordsParted) if after.event.other == each.event.other]
        if not any(seq > each.seq for seq in parted):
            found[each.event.other] = place
    return found


def joined_into(chart: PersonChart) -> str:
    """Return the id of the record that this one is joined into, "" where it stands by itself."""
    into = [each for each in chart.all(RecordsJoined) if not each.event.is_kept]
    parted = [each.seq for each in chart.all(RecordsParted)]
    return into[-1].event.other if into and not any(seq > into[-1].seq for seq in parted) else ""


def read_together(own: PersonChart, others: Mapping[int, PersonChart]) -> PersonChart:
    """Return the chart over a record's own entries and those of the records joined to it, in the ledger's order."""
    moved = [_moved(entry, place * BASE) for place, chart in others.items() for entry in chart.entries]
    everything = sorted((*own.entries, *_without_joining(moved)), key=lambda each: each.seq)
    unread = (
        replace(each, stream_seq=each.stream_seq + place * BASE)
        for place, chart in others.items()
        for each in chart.unread
    )
    erased = (
        replace(each, stream_seq=each.stream_seq + place * BASE)
        for place, chart in others.items()
        for each in chart.erased
    )
    chart = chart_of(everything, own.head, unread=(*own.unread, *unread), erased=(*own.erased, *erased))
    joined_at = {place: since for place, since in _joined_since(own).items() if place in others}
    return replace(chart, counted=both_said(chart.counted, joined_at, BASE))


def as_of(chart: PersonChart, seq: int) -> PersonChart:
    """Return a chart as it was read when the ledger ended at entry `seq`: without what was joined to it later.

    What was erased since then was read then, and what it said is gone: it is neither among the entries nor `erased`.
    """
    own = chart_of(each for each in chart.entries if each.stream_seq < BASE and each.seq <= seq)
    places = {0, *standing(own).values()}
    unread = tuple(each for each in chart.unread if each.seq <= seq and each.stream_seq // BASE in places)
    then = [each for each in chart.entries if each.seq <= seq and each.stream_seq // BASE in places]
    erased = tuple(each for each in chart.erased if each.event.since <= seq and each.stream_seq // BASE in places)
    found = chart_of(then, unread=unread, erased=erased)
    since = {place: at for place, at in _joined_since(own).items() if place in places}
    return replace(found, counted=both_said(found.counted, since, BASE))


def decided_apart(chart: PersonChart) -> Recorded[RecordsJoined] | None:
    """Return the joining since which nobody has decided on candidacy, where both records had been decided on before.

    What was decided in either was decided without the other's doses, allergies and decisions.
    """
    places = standing(chart)
    decided = [each.seq for each in chart.decisions]
    for each in reversed(chart.all(RecordsJoined)):
        place = places.get(each.event.other) if each.event.is_kept else None
        if place is not None and not any(seq > each.seq for seq in decided) and _was_decided_on(chart, place):
            return each
    return None


def _was_decided_on(chart: PersonChart, place: int) -> bool:
    kinds = (CandidacyDecided, LevelOfCareDecided, CourseOpened, OrderSigned)
    return any(each.stream_seq // BASE == place for kind in kinds for each in chart.all(kind))


def _joined_since(own: PersonChart) -> dict[int, int]:
    """Return since which entry of the ledger each joined record is read here, by its place."""
    kept = [each for each in own.all(RecordsJoined) if each.event.is_kept]
    return {place: each.seq for place, each in enumerate(kept, start=1)}


def _without_joining(entries: Iterable[Recorded[PersonEvent]]) -> Iterable[Recorded[PersonEvent]]:
    """Leave out what says that a record is joined: in the chart over both it says nothing of the person."""
    return (each for each in entries if not isinstance(each.event, RecordsJoined | RecordsParted))


def _moved(entry: Recorded[PersonEvent], by: int) -> Recorded[PersonEvent]:
    return replace(entry, stream_seq=entry.stream_seq + by, event=_referring(entry.event, by))


def _referring(event: PersonEvent, by: int) -> PersonEvent:
    named = {each.name: getattr(event, each.name) for each in fields(event) if each.name in REFERENCES}
    numbers: dict[str, Any] = {name: value + by for name, value in named.items() if isinstance(value, int)}
    return replace(event, **numbers) if numbers else event


def belongs_to(event: PersonEvent) -> int:
    """Return the place of the joined record that an event is about, 0 for the record's own entries."""
    named = [getattr(event, each.name) for each in fields(event) if each.name in REFERENCES]
    return max((number // BASE for number in named if isinstance(number, int)), default=0)


def brought_back(event: PersonEvent) -> PersonEvent:
    """Return an event about a joined record's entry with the number that the entry has in its own stream."""
    return _referring(event, -belongs_to(event) * BASE)

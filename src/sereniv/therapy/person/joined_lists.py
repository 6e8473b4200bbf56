"""What two records that are one person's say in lists: an allergy of one is none the less for *none* in the other.

A list is gone through as a whole, and its latest word counts. Whoever wrote the later one before the joining, or in
the other record after it, did not have the earlier one before them: what either says counts, until the list is gone
through again in the kept record.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from sereniv.therapy.person.events import (
    ConditionsRecorded,
    HistoryList,
    HistoryRecorded,
    MedicinesListed,
    PersonEvent,
    Substance,
    SubstanceAsked,
    SubstancesRecorded,
    Use,
)
from sereniv.therapy.recording.entry import Recorded, narrowed

Counted = Mapping[type, tuple[Recorded[PersonEvent], ...]]
LineT = TypeVar("LineT")

LISTS = (HistoryRecorded, ConditionsRecorded, MedicinesListed, SubstancesRecorded)
GRAVER_FIRST = (Use.ACTIVE, Use.PAST, Use.NONE)


def both_said(counted: Counted, joined_since: Mapping[int, int], base: int) -> Counted:
    """Return what counts with each list that stands in several records read over all of them.

    Parameters
    ----------
    joined_since
        The entry of the ledger with which each joined record, by its place, began to be read here.
    base
        Entries of the n-th joined record are numbered from n times this on.
    """
    if not joined_since:
        return counted
    found = dict(counted)
    for kind in LISTS:
        entries = list(found.get(kind, ()))
        for topic in {_topic(each.event) for each in entries}:
            told = [each for each in entries if _topic(each.event) == topic]
            counting = _counting(told, joined_since, base)
            if len(counting) > 1:
                newest = max(counting, key=lambda each: each.seq)
                merged = _merged([each.event for each in sorted(counting, key=lambda each: each.seq)])
                entries[entries.index(newest)] = narrowed(newest, merged)
        if entries:
            found[kind] = tuple(entries)
    return found


def _topic(event: PersonEvent) -> HistoryList | None:
    return event.list if isinstance(event, HistoryRecorded | ConditionsRecorded) else None


def _counting(
    told: Iterable[Recorded[PersonEvent]], joined_since: Mapping[int, int], base: int
) -> list[Recorded[PersonEvent]]:
    """Return the latest word of each record, without those that the kept record's own has been written after."""
    last = {each.stream_seq // base: each for each in told}
    own = last.pop(0, None)
    if own is None:
        return list(last.values())
    since = {place: max(each.seq, joined_since.get(place, each.seq)) for place, each in last.items()}
    return [own, *(each for place, each in last.items() if own.seq < since[place])]


def _merged(events: list[PersonEvent]) -> PersonEvent:
    """Return one list out of several, the newest last."""
    newest = events[-1]
    match newest:
        case HistoryRecorded():
            told = [each for each in events if isinstance(each, HistoryRecorded)]
            return replace(
                newest,
                entries=_each_once(line for each in told for line in each.entries),
                substance_use=_each_once(use for each in told for use in each.substance_use),
            )
        case ConditionsRecorded():
            asked = [each for each in events if isinstance(each, ConditionsRecorded)]
            return replace(
                newest,
                conditions=_each_once(name for each in asked for name in each.conditions),
                other=_each_once(line for each in asked for line in each.other),
                asked=_each_once(name for each in asked for name in each.asked),
            )
        case MedicinesListed():
            listed = [each for each in events if isinstance(each, MedicinesListed)]
            return replace(newest, medicines=_each_once(line for each in listed for line in each.medicines))
        case SubstancesRecorded():
            return replace(newest, asked=_gravest(each for each in events if isinstance(each, SubstancesRecorded)))
        case _:
            return newest


def _each_once(found: Iterable[LineT]) -> tuple[LineT, ...]:
    return tuple(dict.fromkeys(found))


def _gravest(asked: Iterable[SubstancesRecorded]) -> tuple[SubstanceAsked, ...]:
    """Return each substance once, as the record has it that says more of it; of two alike, the later one."""
    found: dict[Substance, SubstanceAsked] = {}
    for each in (line for event in asked for line in event.asked):
        before = found.get(each.substance)
        if before is None or GRAVER_FIRST.index(each.use) <= GRAVER_FIRST.index(before.use):
            found[each.substance] = each
    return tuple(found.values())

"""Says an entry of a session in words within its chart: what points to another says that one's time and value."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.event_words import VITAL_WORDS, describe, spaced
from sereniv.therapy.session.placing import WHEN

CONFIRMED_WORDS = {"systolic": "systolic {} mmHg", "diastolic": "diastolic {} mmHg", **VITAL_WORDS}


def entry_words(
    chart: SessionChart,
    entry: Recorded[ev.SessionEvent],
    title_of: Callable[[str], str],
    clock: Callable[[datetime], str],
) -> str:
    """Say an entry as `describe` says its event, but name what it points to by time and value, never by a bare number.

    What counts no more because of what was done to that on which it stood says so. `title_of` gives the title of a gate
    line, `clock` writes a time.
    """
    return f"{_plainly(chart, entry, title_of, clock)}{_reopened(chart, entry, clock)}"


def _reopened(chart: SessionChart, entry: Recorded[ev.SessionEvent], clock: Callable[[datetime], str]) -> str:
    by = next((each for each in chart.entries if each.stream_seq == chart.reopened.get(entry.stream_seq)), None)
    if by is None:
        return ""
    done = "struck" if isinstance(by.event, ev.EntryStruck) else "corrected"
    return f". Counts no more: what it stood on was {done} at {clock(by.at)}"


def _plainly(
    chart: SessionChart,
    entry: Recorded[ev.SessionEvent],
    title_of: Callable[[str], str],
    clock: Callable[[datetime], str],
) -> str:
    event, pointed_to = entry.event, _pointed_to(chart, entry)
    if pointed_to is None:
        return describe(event, title_of)
    match event:
        case ev.EntryStruck(reason=reason):
            there = f"{clock(pointed_to.at)} {entry_words(chart, pointed_to, title_of, clock)}"
            return f"Struck: {there}. Reason: {reason}"
        case ev.ValueConfirmedInSession(field=field, remark=remark):
            return f"Confirmed: {_confirmed(chart, pointed_to, field, clock)}{f'; {remark}' if remark else ''}"
        case ev.AlertWithdrawn(alert=name):
            return f"Prompt withdrawn: {spaced(name)}; what it read, charted for {clock(pointed_to.at)}, was struck"
        case _:
            return describe(event, title_of)


def _pointed_to(chart: SessionChart, entry: Recorded[ev.SessionEvent]) -> Recorded[ev.SessionEvent] | None:
    """Return what was charted before an entry and is meant by it; nothing can point to itself, or ahead."""
    event = entry.event
    if not isinstance(event, ev.EntryStruck | ev.ValueConfirmedInSession | ev.AlertWithdrawn):
        return None
    return next((each for each in chart.entries if each.stream_seq == event.entry < entry.stream_seq), None)


def _confirmed(
    chart: SessionChart, entry: Recorded[ev.SessionEvent], field: str, clock: Callable[[datetime], str]
) -> str:
    if field == WHEN:
        return f"the time of what was charted for {clock(entry.at)}"
    if entry.stream_seq in chart.struck:
        # What was struck stands by its value where its strike is told, and nowhere else.
        return f"{spaced(field)} charted for {clock(entry.at)}, struck since"
    value: Any = getattr(entry.event, field, None)
    form = CONFIRMED_WORDS.get(field, f"{spaced(field)} {{}}")
    return f"{form.format(plain(value)) if value is not None else spaced(field)}, charted for {clock(entry.at)}"

"""Thoughts of suicide that were heard at a chair, and the entry of its chart that they came with."""

from sereniv.therapy.person.events import ThoughtsHeard
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.written import written_by_hand


def came_with(heard: Recorded[ThoughtsHeard], entry: Recorded[ev.SessionEvent]) -> bool:
    """Say whether thoughts that were heard came with an entry of the session that they name."""
    if heard.event.in_words:
        return written_by_hand(entry.event) == heard.event.said
    together = (heard.recorded_at, heard.recorded_by) == (entry.recorded_at, entry.recorded_by)
    return together and isinstance(entry.event, ev.IntervalScreened)


def struck_under(heard: Recorded[ThoughtsHeard], session: SessionChart) -> Recorded[ev.EntryStruck] | None:
    """Return the strike of what thoughts came with, None where that, or the same written again, still counts."""
    with_it = [each for each in session.entries if came_with(heard, each)]
    if not with_it or any(each.stream_seq not in session.struck for each in with_it):
        return None
    return session.struck[with_it[-1].stream_seq]

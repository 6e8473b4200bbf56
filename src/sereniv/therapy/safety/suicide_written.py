"""Thoughts of suicide named in free text of a person's record: what asks for the question in person."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.person import events as ev
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events.suicidality import Suicidality
from sereniv.therapy.person.written import FREE_TEXT, written_in
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.phrases import names_suicide

Written = tuple[Recorded[ev.PersonEvent], str]
"""An entry, and those of its words that name thoughts of suicide."""


def written_items(chart: PersonChart, knowledge: Knowledge) -> Iterator[Written]:
    """Yield the newest entry whose words ask for the question, and those that were taken up by themselves.

    Whoever was asked at a time before the words were written was not asked about them. A decision asks for nothing
    where somebody had just been asked: it speaks of what was found (row `suicide_item`).
    """
    asked = tuple(_asked(chart, knowledge))
    speaks_of = timedelta(hours=knowledge.suicide_item.decision_speaks_of_h)
    taken_up = {each.event.entry for each in chart.all(ev.SafetyAsked)}
    is_newest = True
    newest_first: list[Written] = sorted(_written(chart, knowledge), key=lambda found: -found[0].seq)
    for each, words in newest_first:
        if each.stream_seq in taken_up:
            yield each, words
            continue
        answered = any(seq > each.seq and at >= each.at for seq, at in asked)
        just = any(seq < each.seq and each.at - at <= speaks_of for seq, at in asked)
        if is_newest and not answered and not (just and FREE_TEXT[type(each.event)].decision):
            is_newest = False
            yield each, words


def _written(chart: PersonChart, knowledge: Knowledge) -> Iterator[Written]:
    for kind in FREE_TEXT:
        entries: tuple[Recorded[ev.PersonEvent], ...] = chart.all(kind)
        for each in entries:
            if _speaks_by_itself(each.event, knowledge):
                continue
            words = next((text for text in written_in(each.event) if names_suicide(text, knowledge)), "")
            if words:
                yield each, words


def _speaks_by_itself(event: ev.PersonEvent, knowledge: Knowledge) -> bool:
    """Say whether an entry is an answer about such thoughts besides its words."""
    match event:
        case ev.DiagnosisRecorded(ideation_present=present):
            return present is True
        case ev.AdverseEventRecorded(term=term):
            found = knowledge.aftercare.terms.get(term)
            return found is not None and found.opens_suicide_item
    return False


def _asked(chart: PersonChart, knowledge: Knowledge) -> Iterator[tuple[int, datetime]]:
    """Yield when somebody was asked about suicide and there was an answer, in person or by a scale."""
    for score in chart.scores:
        scale = knowledge.scales.get(score.event.scale)
        place = None if scale is None else scale.safety_place
        if place is None or place >= len(score.event.answers) or score.event.by_somebody_else:
            continue
        if score.event.answers[place] is not None:
            yield score.seq, score.at
    for call in chart.all(ev.CheckInRecorded):
        if call.event.reached and call.event.suicidality is not Suicidality.NOT_ASKED:
            yield call.seq, call.at
    for kind in (ev.SafetyAsked, ev.LevelOfCareDecided):
        yield from ((each.seq, each.at) for each in chart.all(kind))

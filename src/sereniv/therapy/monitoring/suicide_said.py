"""Thoughts of suicide named in free text at the chair: the question is put in person, and nothing is charted by itself.

It ends by an answer: the questions about the time since the last visit, or the recovery grid where it says that they
were asked again and are not worse. A look alone does not end it.
"""

from collections.abc import Iterable

from sereniv.knowledge.rows import Knowledge, Priority
from sereniv.therapy.monitoring.condition import Condition
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.phrases import names_suicide, shortened
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.written import SAID, written_by_hand

SAID_OF_SUICIDE = f"{SAID}suicide"
FOUND = frozenset({ev.Suicidality.NO_WORSE, ev.Suicidality.WORSE})


def suicide_asked_about(chart: SessionChart, knowledge: Knowledge) -> Iterable[Condition]:
    """Ask for the question about suicide where somebody's words named such thoughts and nobody has answered since."""
    source = suicide_named(chart, knowledge)
    if source is None:
        return
    row = knowledge.said_of_suicide
    yield Condition(
        alert=SAID_OF_SUICIDE,
        kind=ev.AlertKind.CONFIRM,
        priority=Priority.HIGH,
        title=f"{row.title}?",
        message=f"Charted in words: “{shortened(written_by_hand(source.event))}”. {row.message}",
        rule=f"said v{row.version}",
        read={},
        read_at=source.at,
        read_entry=source.stream_seq,
        latching=False,
        repeat_within_min=knowledge.suicide_item.acknowledge_staffed_min,
    )


def suicide_named(chart: SessionChart, knowledge: Knowledge) -> Recorded[ev.SessionEvent] | None:
    """Return the newest entry whose words name thoughts of suicide, None once somebody has asked since."""
    named = None
    for each in chart.entries:
        if each.stream_seq in chart.struck:
            continue
        if _answers(each.event, knowledge):
            named = None
        elif names_suicide(written_by_hand(each.event), knowledge):
            named = each
    return named


def _answers(event: ev.SessionEvent, knowledge: Knowledge) -> bool:
    """Say whether somebody was asked; a none beside words that name such thoughts is no answer."""
    match event:
        case ev.IntervalScreened(suicidality=found, words=words):
            denied = found is ev.Suicidality.NONE and not names_suicide(words, knowledge)
            return found in FOUND or denied
        case ev.RecoveryScored(suicidality_asked_not_worse=asked):
            return asked and not names_suicide(written_by_hand(event), knowledge)
    return False

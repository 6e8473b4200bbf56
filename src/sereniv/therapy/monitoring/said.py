"""Words in free text at the chair that name a red flag: they ask whether it is there, and chart nothing.

Words match whole; what is said not to be there asks nothing (row `denied`). A question too many costs a tap.
"""

from collections.abc import Iterable
from decimal import Decimal

from sereniv.knowledge.rows import AlertRule, Knowledge
from sereniv.therapy.monitoring.alert_limits import CHARTED_FIELDS, charted_for, graded_for, holds, inputs_for
from sereniv.therapy.monitoring.condition import Condition
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.phrases import names, shortened
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import RUNNING, SessionChart
from sereniv.therapy.session.line import mends
from sereniv.therapy.session.written import ABOUT_SIGNS, SAID, written_by_hand


def signs_said(text: str, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the ids of the alerts whose signs a text names as there."""
    return tuple(row.id for row in knowledge.said.values() if names(row.words, text, knowledge.denied))


def asked_about(chart: SessionChart, knowledge: Knowledge) -> Iterable[Condition]:
    """Ask about each sign that was named in words and has not been charted since, as there or as not."""
    for name, source in _newest_that_names(chart, knowledge).items():
        rule = knowledge.alerts[name]
        if rule.only_while_running and chart.phase not in RUNNING:
            continue
        if holds(rule, inputs_for(rule, chart)) or _charted_since(rule, source, chart):
            continue
        if _stood_already(rule, source, chart):
            continue
        words = written_by_hand(source.event)
        yield Condition(
            alert=f"{SAID}{name}",
            kind=ev.AlertKind.CONFIRM,
            priority=rule.priority,
            title=f"{rule.title}?",
            message=f"Charted in words: “{shortened(words)}”. Look and ask now, then chart whether it is there.",
            rule=f"said v{knowledge.said[name].version}",
            read={},
            read_at=source.at,
            read_entry=source.stream_seq,
            latching=False,
            repeat_within_min=rule.repeat_within_min,
        )


def _newest_that_names(chart: SessionChart, knowledge: Knowledge) -> dict[str, Recorded[ev.SessionEvent]]:
    found: dict[str, Recorded[ev.SessionEvent]] = {}
    for each in chart.entries:
        if each.stream_seq not in chart.struck and type(each.event) in ABOUT_SIGNS:
            found |= dict.fromkeys(signs_said(written_by_hand(each.event), knowledge), each)
    return found


def _charted_since(rule: AlertRule, source: Recorded[ev.SessionEvent], chart: SessionChart) -> bool:
    """Say whether the sign was looked at since it was named, or at the time it was named for."""
    read = charted_for(rule, chart) if rule.reads[0] in CHARTED_FIELDS else graded_for(rule, chart)
    return any(each.stream_seq > source.stream_seq or each.at >= source.at for each in read)


def _stood_already(rule: AlertRule, source: Recorded[ev.SessionEvent], chart: SessionChart) -> bool:
    """Say whether the sign was charted as there when it was named: the words repeat it, also of a line moved since."""
    if rule.reads[0] in CHARTED_FIELDS:
        return False
    what, named = ev.Observation(rule.reads[0]), (source.at, source.stream_seq)
    mended = [(each.at, each.stream_seq) for each, over in mends(chart) if what in over]
    looks = [
        each
        for each in chart.observations
        if each.event.observation is what
        and (placed := (each.at, each.stream_seq)) < named
        and not any(placed < mend < named for mend in mended)
    ]
    newest = max(looks, key=lambda each: (each.at, each.stream_seq), default=None)
    return newest is not None and holds(rule, {rule.reads[0]: Decimal(newest.event.grade)})

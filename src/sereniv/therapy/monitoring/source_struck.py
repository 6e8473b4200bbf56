"""Prompts whose source was struck: what nobody vouches for any more asks for nobody.

A prompt names no entry; which one it read follows from the chart as it stood when it was raised.
"""

from collections.abc import Iterable
from dataclasses import replace

from sereniv.knowledge.rows import AlertRule, Knowledge
from sereniv.therapy.monitoring.alert_limits import CHARTED_FIELDS, charted_for, graded_for, holds, inputs_for
from sereniv.therapy.monitoring.medicines import GIVEN
from sereniv.therapy.recording.entry import Recorded, narrowed
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.alerts import Alert
from sereniv.therapy.session.chart import SessionChart

QUESTION = "question-"


def withdrawals(chart: SessionChart, knowledge: Knowledge) -> tuple[ev.AlertWithdrawn, ...]:
    """Return what ends prompts that read a struck entry, and that nothing left in the chart ever held since."""
    found = []
    for name, alert in chart.alerts.items():
        if alert.presence == "off":
            continue
        source = _source(chart, alert.raised, knowledge)
        if source is None or source not in chart.struck:
            continue
        first = _source(chart, alert.first, knowledge) or source
        if not _held_since(chart, alert, first, knowledge):
            found.append(ev.AlertWithdrawn(alert=name, entry=source))
    return tuple(found)


def _source(chart: SessionChart, raised: Recorded[ev.AlertRaised], knowledge: Knowledge) -> int | None:
    """Return the number of the entry a prompt read when it was raised, None for one that read no entry."""
    then = _as_of(chart, raised.stream_seq, counting_struck=True)
    name = raised.event.alert
    if name.startswith(GIVEN):
        return int(name.removeprefix(GIVEN))
    if name.startswith(QUESTION):
        field = name.removeprefix(QUESTION).replace("-", "_")
        asked = [each for each in then.vitals if field in each.event.questions]
        return max(asked, key=lambda each: (each.at, each.stream_seq)).stream_seq if asked else None
    rule = knowledge.alerts.get(name)
    if rule is None:
        return None
    read: Iterable[Recorded[ev.VitalsCharted] | Recorded[ev.ObservationCharted]] = (
        charted_for(rule, then) if rule.reads[0] in CHARTED_FIELDS else graded_for(rule, then)
    )
    newest = max(read, key=lambda each: (each.at, each.stream_seq), default=None)
    return None if newest is None else newest.stream_seq


def _held_since(chart: SessionChart, alert: Alert, source: int, knowledge: Knowledge) -> bool:
    """Say whether what still counts would have raised the prompt at any time since its first source was charted."""
    name = alert.raised.event.alert
    if name.startswith(GIVEN):
        return False
    if name.startswith(QUESTION):
        field = name.removeprefix(QUESTION).replace("-", "_")
        return any(asked == field for _, asked, _ in chart.open_questions())
    rule = knowledge.alerts[name]
    later = sorted(
        each.stream_seq
        for each in (*chart.vitals, *chart.observations, *_confirmations(chart))
        if each.stream_seq > source
    )
    return any(_holds(rule, _as_of(chart, number + 1)) for number in (source, *later))


def _confirmations(chart: SessionChart) -> tuple[Recorded[ev.SessionEvent], ...]:
    return tuple(each for each in chart.entries if isinstance(each.event, ev.ValueConfirmedInSession))


def _holds(rule: AlertRule, chart: SessionChart) -> bool:
    given = inputs_for(rule, chart)
    return bool(given) and holds(rule, given)


def _as_of(chart: SessionChart, before: int, *, counting_struck: bool = False) -> SessionChart:
    """Return what was charted before an entry; with `counting_struck`, also what had not been struck by then."""

    def counted(each: Recorded[ev.SessionEvent]) -> bool:
        if each.stream_seq >= before:
            return False
        strike = chart.struck.get(each.stream_seq)
        return strike is None or (counting_struck and strike.stream_seq > before)

    kept = [each for each in chart.entries if counted(each)]
    return replace(
        chart,
        vitals=tuple(narrowed(each, each.event) for each in kept if isinstance(each.event, ev.VitalsCharted)),
        observations=tuple(
            narrowed(each, each.event) for each in kept if isinstance(each.event, ev.ObservationCharted)
        ),
        confirmed=frozenset(
            (each.event.entry, each.event.field) for each in kept if isinstance(each.event, ev.ValueConfirmedInSession)
        ),
    )

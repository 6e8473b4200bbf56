"""Prompts that charted values deserve: past the clinic's card, or waiting to be confirmed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sereniv.knowledge.rows import AlertRule, Knowledge, Priority
from sereniv.therapy.monitoring.alert_limits import (
    BASELINE,
    CHARTED_FIELDS,
    PREVIOUS,
    baseline_for,
    charted_for,
    graded_for,
    holds,
    inputs_for,
    values_of,
)
from sereniv.therapy.monitoring.condition import Condition, of_rule
from sereniv.therapy.monitoring.reading import NO_CUFF, CuffGave
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.session.chart import FINISHED, RUNNING, SessionChart
from sereniv.therapy.session.events import LINE_FAULTS, RED_FLAGS, AlertKind, ObservationCharted, VitalsCharted


def past_the_card(chart: SessionChart, knowledge: Knowledge, cuff: CuffGave = NO_CUFF) -> Iterable[Condition]:
    """Prompt for every charted value, grade or red flag that is past the limits of the clinic's card."""
    for rule in knowledge.alerts.values():
        if rule.only_while_running and chart.phase not in RUNNING:
            continue
        given = inputs_for(rule, chart, cuff)
        if given and holds(rule, given):
            shown = {name: str(value) for name, value in given.items() if not name.startswith(PREVIOUS)}
            source = newest_read(rule, chart)
            yield of_rule(rule, shown, source, chart.phase)


def standing_signs(chart: SessionChart, knowledge: Knowledge) -> tuple[str, ...]:
    """Say each red flag and each value past the card at the highest priority that was charted and is not over."""
    prompts = (*past_the_card(chart, knowledge), *_prompted_by_two(chart, knowledge))
    found = [each for each in prompts if each.priority is Priority.HIGH]
    milder = {name for each in found for name in each.replaces}
    return tuple(
        f"{each.title} ({', '.join((*_grades(each.read), f'{each.read_at:%H:%M}'))})"
        for each in found
        if each.alert not in milder and each.read_at is not None
    )


def _prompted_by_two(chart: SessionChart, knowledge: Knowledge) -> Iterable[Condition]:
    """Return what a charted reading and one of the monitor before it were prompted for, until a better one is charted.

    The chart by itself holds the second of the two alone.
    """
    for rule in knowledge.alerts.values():
        alert, given = chart.alerts.get(rule.id), inputs_for(rule, chart)
        is_past = any(given.get(name, 0) > limit for name, limit in rule.above_twice.items())
        if alert is None or alert.ended_at is not None or alert.presence == "off" or not is_past:
            continue
        if not holds(rule, given):
            shown = {name: str(given[name]) for name in rule.reads if name in given}
            yield of_rule(rule, shown, newest_read(rule, chart), chart.phase)


def _grades(read: dict[str, str]) -> Iterable[str]:
    """Return the values that say how much, a pressure as one; of what is there or not the title says all."""
    unsaid = (*RED_FLAGS, *LINE_FAULTS)
    rest = {name: value for name, value in read.items() if name not in unsaid and not name.startswith(BASELINE)}
    if {"systolic", "diastolic"} <= rest.keys():
        yield f"{rest.pop('systolic')}/{rest.pop('diastolic')}"
    yield from rest.values()


def newest_read(rule: AlertRule, chart: SessionChart) -> Recorded[VitalsCharted] | Recorded[ObservationCharted]:
    """Return the entry of the newest charted value that `rule` reads."""
    read: list[Recorded[VitalsCharted] | Recorded[ObservationCharted]] = (
        [*charted_for(rule, chart)] if rule.reads[0] in CHARTED_FIELDS else [*graded_for(rule, chart)]
    )
    return max(read, key=lambda each: (each.at, each.stream_seq))


def questioned(chart: SessionChart, knowledge: Knowledge) -> Iterable[Condition]:
    """Ask about a charted value that no rule may read yet: what is implausible may also be what is most urgent."""
    waiting = {(entry, field) for entry, field, _ in chart.open_questions()}
    usable = chart.usable_vitals()
    for name in CHARTED_FIELDS:
        asked = [each for each in chart.vitals if (each.stream_seq, name) in waiting]
        newest = max(asked, key=lambda each: each.at, default=None)
        answered = [each.at for each in usable if getattr(each.event, name) is not None]
        if newest is None or (answered and max(answered) > newest.at):
            continue
        given = values_of(newest, [name])
        rules = knowledge.alerts.values()
        past = [each.priority for each in rules if holds(each, given | baseline_for(each, chart))]
        yield Condition(
            alert=f"question-{name.replace('_', '-')}",
            kind=AlertKind.CONFIRM,
            priority=max(past, key=list(Priority).index, default=Priority.LOW),
            title=f"{knowledge.plausible[name].title} to be confirmed",
            message="Look at the patient and measure again; then confirm the value or strike it.",
            rule=f"plausibility v{knowledge.plausible[name].version}",
            read={name: f"{given[name]}, {newest.event.questions[name]}"},
            read_at=newest.at,
            repeat_within_min=knowledge.acknowledgement.again_after_min,
        )


def repeats_due(chart: SessionChart, knowledge: Knowledge, cuff: CuffGave = NO_CUFF) -> dict[str, datetime]:
    """Return, for each open or acknowledged prompt of the card, until when its repeat is due.

    A repeat is whatever is charted next of what the prompt read: until then nobody knows how it goes on. Of somebody
    who is gone none is due.
    """
    if chart.phase in FINISHED:
        return {}
    found = {}
    for each in past_the_card(chart, knowledge, cuff):
        alert = chart.alerts.get(each.alert)
        if alert is None or alert.presence not in {"on", "acknowledged"} or each.read_at is None:
            continue
        found[each.alert] = repeat_due(each, alert.acknowledged.at if alert.acknowledged else each.read_at)
    return found


def repeat_due(condition: Condition, seen_at: datetime) -> datetime:
    """Return until when a repeat is due: counted from the reading, or from when a late prompt was seen."""
    allowed = timedelta(minutes=condition.repeat_within_min)
    first = (condition.read_at or seen_at) + allowed
    return first if seen_at < first else seen_at + allowed

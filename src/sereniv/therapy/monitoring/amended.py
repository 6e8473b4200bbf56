"""Readings charted from a monitor that has since said another value, or that there was none: the chair is asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sereniv.knowledge.rows import Knowledge, Priority
from sereniv.therapy.monitoring.alert_limits import baseline_for, holds, values_of
from sereniv.therapy.monitoring.condition import Condition
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.events import AlertKind, VitalsCharted

CORRECTED = "The monitor has corrected what was charted"
OF_ANOTHER = "Charted from another patient's monitor"
MESSAGE = "Look at the patient and measure now. Strike what was charted where it was not so."


@dataclass(frozen=True, slots=True, kw_only=True)
class Amended:
    """What a device has said since of one value of an entry: another one, or None where it took it back."""

    entry: int
    field: str
    value: Decimal | None
    said_at: datetime
    of_another: bool = False
    """True where the monitor was found to have been another patient's."""


def amended_since(chart: SessionChart, amended: Sequence[Amended], knowledge: Knowledge) -> Iterable[Condition]:
    """Ask about each charted entry of which the monitor says otherwise by now, until it is struck or measured anew."""
    for entry in chart.vitals:
        own = {each.field: each for each in amended if each.entry == entry.stream_seq and _differs(each, entry)}
        standing = {name: each for name, each in own.items() if not _charted_after(chart, entry, name)}
        if standing:
            yield Condition(
                alert=f"amended-{entry.stream_seq}",
                kind=AlertKind.CONFIRM,
                priority=_priority(chart, entry, standing, knowledge),
                title=OF_ANOTHER if any(each.of_another for each in standing.values()) else CORRECTED,
                message=MESSAGE,
                rule=f"feed v{knowledge.feed.version}",
                read={name: _words(entry, each) for name, each in standing.items()},
                read_at=max(each.said_at for each in standing.values()),
            )


def _differs(each: Amended, entry: Recorded[VitalsCharted]) -> bool:
    charted = getattr(entry.event, each.field)
    return charted is not None and charted != each.value


def _charted_after(chart: SessionChart, entry: Recorded[VitalsCharted], field: str) -> bool:
    usable = chart.usable_vitals()
    return any(each.at > entry.at and getattr(each.event, field) is not None for each in usable)


def _priority(
    chart: SessionChart, entry: Recorded[VitalsCharted], standing: dict[str, Amended], knowledge: Knowledge
) -> Priority:
    """Return the priority of the gravest row that what the monitor says now is past."""
    said = {name: each.value for name, each in standing.items() if each.value is not None}
    past = [
        rule.priority
        for rule in knowledge.alerts.values()
        if set(rule.reads) & set(said)
        and holds(rule, values_of(entry, set(rule.reads) - set(standing)) | said | baseline_for(rule, chart))
    ]
    return max(past, key=list(Priority).index, default=Priority.LOW)


def _words(entry: Recorded[VitalsCharted], each: Amended) -> str:
    now = "taken back" if each.value is None else f"{plain(each.value)} since"
    now = "of another patient's monitor" if each.of_another else now
    return f"{plain(getattr(entry.event, each.field))} charted, {now}"

"""A carbon dioxide that nobody charted where saturation falls late: oxygen, a sedative, a long pain infusion."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sereniv.knowledge.rows import Knowledge, Priority
from sereniv.therapy.monitoring.condition import Condition
from sereniv.therapy.monitoring.due import schedule_of
from sereniv.therapy.recording.time_words import clock_words
from sereniv.therapy.session.chart import RUNNING, SessionChart
from sereniv.therapy.session.events import AlertKind
from sereniv.therapy.session.sedated import sedated_at


def carbon_dioxide_unseen(chart: SessionChart, now: datetime, knowledge: Knowledge) -> Iterable[Condition]:
    """Ask for an end-tidal CO₂ that is due; nothing once somebody charted that there is no capnography here."""
    none_here = knowledge.standing_orders["no_capnography"].title
    watched = min(_watched(chart, now, knowledge), default=None)
    if watched is None or any(each.event.what == none_here for each in chart.interventions):
        return
    since, why = watched
    charted = [each.at for each in chart.usable_vitals() if each.event.etco2 is not None and each.at >= since]
    rule = knowledge.capnography
    minutes = rule.every_min if charted else rule.first_within_min
    if now - max(charted, default=since) < timedelta(minutes=minutes):
        return
    last = f"the last at {clock_words(charted[-1], now.date())}" if charted else "none is charted since"
    yield Condition(
        alert="carbon-dioxide-unseen",
        kind=AlertKind.TECHNICAL,
        priority=Priority.MEDIUM,
        title="End-tidal CO₂ not charted",
        message=f"{why} {clock_words(since, now.date())}, {last}. Look at the breathing; chart it under Chart vitals. "
        f"Without capnography, count the breaths and tap Intervention: {none_here}.",
        rule=f"capnography v{rule.version}",
        read={},
        latching=False,
        repeat_within_min=knowledge.acknowledgement.again_after_min,
    )


def _watched(chart: SessionChart, now: datetime, knowledge: Knowledge) -> Iterator[tuple[datetime, str]]:
    """Give each reason to watch the carbon dioxide now, with since when."""
    oxygen = _oxygen_since(chart, knowledge.standing_orders["oxygen"].title)
    if oxygen is not None and oxygen <= now:
        yield oxygen, "Oxygen since"
    sedated = sedated_at(chart, knowledge.sedated_stay)
    if sedated is not None and sedated <= now < sedated + timedelta(minutes=knowledge.sedated_stay.extra_min):
        yield sedated, "Sedative or reversal given"
    started = chart.started_at
    is_long_pain = schedule_of(chart, knowledge) is knowledge.pain_schedule
    if started is not None and started <= now and chart.phase in RUNNING and is_long_pain:
        yield started, "Pain infusion since"


def _oxygen_since(chart: SessionChart, given: str) -> datetime | None:
    """Return since when oxygen runs, by a flow that was charted or by the measure; None on room air."""
    flows = [
        (each.at, each.stream_seq, each.event.oxygen_flow > 0)
        for each in chart.usable_vitals()
        if each.event.oxygen_flow is not None
    ]
    flows += [(each.at, each.stream_seq, True) for each in chart.interventions if each.event.what == given]
    since: datetime | None = None
    for at, _, runs in sorted(flows):
        since = (since or at) if runs else None
    return since

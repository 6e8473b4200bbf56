"""A carbon dioxide that nobody charted: under oxygen, after a sedative, in a long pain infusion, in sleep apnoea."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sereniv.knowledge.rows import Knowledge, Priority
from sereniv.therapy.monitoring.condition import Condition
from sereniv.therapy.monitoring.due import schedule_of
from sereniv.therapy.recording.time_words import clock_words
from sereniv.therapy.session.chart import RUNNING, SessionChart
from sereniv.therapy.session.events import AlertKind
from sereniv.therapy.session.sedated import sedated_at

APNOEA_LINE = "capnography"
"""The line of the gate that is asked of somebody with sleep apnoea; whoever passes it over prescribes."""
CALL = "ask the prescriber whether it goes on, "


def carbon_dioxide_unseen(chart: SessionChart, now: datetime, knowledge: Knowledge) -> Iterable[Condition]:
    """Ask for an end-tidal CO₂ that is due; nothing once somebody charted that there is no capnography here."""
    none_here = knowledge.standing_orders["no_capnography"].title
    watched = min(_watched(chart, now, knowledge), default=None)
    said = [each.at for each in chart.interventions if each.event.what == none_here]
    must_be_seen = _in_apnoea(chart) and APNOEA_LINE not in chart.overridden
    if watched is None or (said and not must_be_seen):
        return
    since, why = watched
    charted = [each.at for each in chart.usable_vitals() if each.event.etco2 is not None and each.at >= since]
    looked = max((at for at in (*charted, *said) if at >= since), default=None)
    rule = knowledge.capnography
    minutes = rule.first_within_min if looked is None else rule.every_min
    if now - (looked or since) < timedelta(minutes=minutes):
        return
    last = f"the last at {clock_words(charted[-1], now.date())}" if charted else "none is charted since"
    yield Condition(
        alert="carbon-dioxide-unseen",
        kind=AlertKind.TECHNICAL,
        priority=Priority.MEDIUM,
        title="End-tidal CO₂ not charted",
        message=f"{why} {clock_words(since, now.date())}, {last}. Look at the breathing; chart it under Chart vitals. "
        f"Without capnography, {CALL if must_be_seen else ''}count the breaths and tap Intervention: {none_here}.",
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
    if started is not None and started <= now and _in_apnoea(chart) and not _is_awake(chart):
        yield started, "Sleep apnoea: infusion since"


def _in_apnoea(chart: SessionChart) -> bool:
    """Say whether the gate asked for it: only of somebody with sleep apnoea does it."""
    return APNOEA_LINE in chart.attested or APNOEA_LINE in chart.overridden


def _is_awake(chart: SessionChart) -> bool:
    """Say whether recovery was scored after the infusion: the discharge has rules of its own."""
    return chart.stopped_at is not None and any(each.at >= chart.stopped_at for each in chart.recoveries)


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

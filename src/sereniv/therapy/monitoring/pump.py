"""Prompts about the pump: its volume unread or not as charted, another strength, left paused, run past its volume."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sereniv.knowledge.rows import Knowledge, Priority, VolumeRule
from sereniv.therapy.monitoring.condition import Condition
from sereniv.therapy.monitoring.due import Due
from sereniv.therapy.recording.time_words import clock_words
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session.chart import RUNNING, Phase, SessionChart
from sereniv.therapy.session.delivered import delivered, most_ml
from sereniv.therapy.session.events import AlertKind
from sereniv.therapy.session.gaps import bag_gaps
from sereniv.therapy.session.pump_volume import volume_check

VOLUME_DIFFERS = "pump-volume-differs"


def volume_due(chart: SessionChart, rule: VolumeRule) -> Due | None:
    """Return when the volume is to be read off the pump next, None where nothing runs or nothing is left to run.

    Minutes of running count, since the start or the last reading: a paused pump shows what it showed. Nothing is due
    from when the bag is empty by charted rates on: the pump is stopped then, and what was given accounted for.
    """
    if chart.phase is not Phase.INFUSING or chart.started_at is None:
        return None
    read = chart.volume_shown
    since = chart.started_at if read is None else read.at
    runs_since = max(since, chart.rates[-1].at)
    before, until = delivered(chart, since).infused, delivered(chart, runs_since).infused
    every_min = rule.every_min if before < timedelta(minutes=rule.first_phase_min) else rule.then_every_min
    at = runs_since + max(timedelta(minutes=every_min) - (until - before), timedelta(0))
    reached = delivered(chart, at).reached_at
    return Due(at=at, every_min=every_min) if reached is None or at < reached else None


def volume_unread(chart: SessionChart, now: datetime, knowledge: Knowledge) -> Iterable[Condition]:
    """Ask for a reading of the pump's volume that is late: a rate that is not the charted one shows there alone."""
    rule = knowledge.volume
    due = volume_due(chart, rule)
    if due is None or now - due.at < timedelta(minutes=rule.late_after_min):
        return
    yield Condition(
        alert="pump-volume-unread",
        kind=AlertKind.TECHNICAL,
        priority=Priority.LOW,
        title="Volume on the pump not read",
        message=f"It was due at {clock_words(due.at, now.date())} (every {due.every_min} minutes of running). "
        "Read what the pump shows as infused, and chart it under Chart vitals.",
        rule=f"volume v{rule.version}",
        read={"due": f"{due.at:%H:%M:%S}"},
        latching=False,
        repeat_within_min=knowledge.acknowledgement.again_after_min,
    )


def volume_differs(chart: SessionChart, knowledge: Knowledge) -> Iterable[Condition]:
    """Ask for a look at the pump where it shows another volume than the charted rates amount to."""
    found = volume_check(chart, knowledge.volume)
    if found is None or found.agrees:
        return
    yield Condition(
        alert=VOLUME_DIFFERS,
        kind=AlertKind.TECHNICAL,
        priority=Priority.MEDIUM,
        title="Pump and chart disagree on the volume",
        message="Pause the pump and look at its rate, its pauses, its bag. Chart what you find, or strike a "
        "misread volume.",
        rule=f"A-PUMP v{knowledge.volume.version}",
        read={"pump": f"{plain(found.read_ml)} mL", "charted_rates": f"{found.charted_ml:.1f} mL"},
        read_at=found.at,
        latching=False,
        # Once the pump has stopped nobody can look at what it shows: the account and the note ask for the rest.
        repeat_within_min=knowledge.acknowledgement.again_after_min if chart.phase in RUNNING else 0,
    )


def bag_differs(chart: SessionChart, knowledge: Knowledge) -> Iterable[Condition]:
    """Ask for somebody where what runs is of another strength than was ordered, as found out since it was drawn."""
    found = bag_gaps(chart, knowledge.volume) if chart.phase in RUNNING else ()
    if found:
        yield Condition(
            alert="bag-differs",
            kind=AlertKind.PHYSIOLOGICAL,
            priority=Priority.HIGH,
            title="Bag and order differ",
            message=f"Pause the pump; look at bag, vial and order; call the prescriber. {' '.join(found)}",
            rule=f"volume v{knowledge.volume.version}",
            read={},
        )


def left_paused(chart: SessionChart, now: datetime, knowledge: Knowledge) -> Iterable[Condition]:
    """Ask about a pump that was left paused: to go on, or to be charted as stopped."""
    since, rule = chart.paused_since, knowledge.pump
    if chart.phase is not Phase.PAUSED or since is None or now - since < timedelta(minutes=rule.paused_after_min):
        return
    yield Condition(
        alert="pump-left-paused",
        kind=AlertKind.TECHNICAL,
        priority=Priority.MEDIUM,
        title="Pump left paused",
        message=f"Paused since {clock_words(since, now.date())}. "
        "Chart that it runs again, or that you have stopped it.",
        rule=f"pump v{rule.version}",
        read={"paused_since": f"{since:%H:%M:%S}"},
        latching=False,
        repeat_within_min=rule.paused_after_min,
    )


WHAT_RAN = {False: "Ordered volume reached", True: "Bag empty after the spill"}


def past_its_volume(chart: SessionChart, now: datetime, knowledge: Knowledge) -> Iterable[Condition]:
    """Ask for a look at a pump that by its charted rates has given everything and is not charted as stopped."""
    if chart.phase is not Phase.INFUSING or chart.started_at is None or chart.started_at > now:
        return
    reached, rule = delivered(chart, now).reached_at, knowledge.pump
    spilt = most_ml(chart) < chart.plan.volume_ml
    if reached is None or now - reached < timedelta(minutes=rule.overtime_after_min):
        return
    yield Condition(
        alert="pump-past-its-volume",
        kind=AlertKind.TECHNICAL,
        priority=Priority.MEDIUM,
        title=f"{WHAT_RAN[spilt]}, pump not charted as stopped",
        message=f"By charted rates the bag was empty at {clock_words(reached, now.date())}. "
        "Look at the pump and chart that you have stopped it, or what you find.",
        rule=f"pump v{rule.version}",
        read={"volume_reached": f"{reached:%H:%M:%S}"},
        latching=False,
        repeat_within_min=rule.overtime_after_min,
    )

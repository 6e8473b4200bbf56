"""A drill that plays itself: the monitor, the watch, and somebody who does in time what the rows ask for."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from sereniv.clinic.demo.drills.playing import Played, played, send
from sereniv.clinic.demo.drills.scripts import ActDue
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.chair import charting, monitors, reaching
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session import events as ev

SEEN_AFTER_S, ACTED_AFTER_S = 5, 15
ACTED = "What the row asks for is being done"


def play(session_id: uuid.UUID, tell: Callable[[int], None] = lambda _: None) -> datetime:
    """Play a drill that has begun to its end, second by second, and return when that was.

    `tell` hears each second.

    Raises
    ------
    Refused
        When the session is no drill.
    """
    found = _found(session_id)
    stage = Stage(keys=f"drill-played-{session_id.hex}")
    for second in range(found.drill.length_s + 1):
        now = found.began_at + timedelta(seconds=second)
        current = _found(session_id)
        if current.chart.monitor is not None:
            send(current, now)
        monitors.watch_session(session_id, now)
        for each in found.drill.acts:
            if each.played_s == second:
                _does(current, each, stage, now)
        _looks(session_id, stage, now)
        tell(second)
    return found.began_at + timedelta(seconds=found.drill.length_s)


def _found(session_id: uuid.UUID) -> Played:
    found = played(session_id)
    if found is None:
        raise Refused("drill", "This is no drill.")
    return found


def _does(found: Played, due: ActDue, stage: Stage, now: datetime) -> None:
    session_id, act = found.row.pk, stage.act("nurse", now)
    typed = {name: found.filled(value, now) for name, value in due.typed.items()}
    match due.kinds[0]:
        case "InfusionStopped":
            charting.chart_pump(session_id, ev.InfusionStopped(reason="drill"), None, act)
        case "InfusionPaused":
            charting.chart_pump(session_id, ev.InfusionPaused(reason="drill"), None, act)
        case "HelpCalled":
            charting.chart_fact(session_id, ev.HelpCalled(), act)
        case "InterventionCharted":
            charting.chart_fact(session_id, ev.InterventionCharted(what=typed["what"]), act)
        case "VolumeRead":
            charting.chart_fact(session_id, ev.VolumeRead(volume_ml=Decimal(typed["volume_ml"])), act)
        case "ObservationCharted":
            what = ev.Observation(typed["observation"])
            charting.chart_observation(session_id, what, int(typed["grade"]), "", act)
        case "VitalsCharted":
            charting.chart_vitals(session_id, typed, act)
        case other:
            raise ValueError(f"Nobody knows how to play {other}.")


def _looks(session_id: uuid.UUID, stage: Stage, now: datetime) -> None:
    """See what was raised some seconds ago, and act on what was a little before that."""
    chart = chart_store.session_chart_of(session_id)
    waited = {each.raised.event.alert: (now - each.raised.at) / timedelta(seconds=1) for each in chart.open_alerts}
    unseen = [name for name, seconds in waited.items() if seconds >= SEEN_AFTER_S and not chart.alerts[name].seen]
    if unseen:
        reaching.see(session_id, reaching.raised_first(chart, unseen), stage.act("nurse2", now))
    for name, seconds in waited.items():
        if seconds >= ACTED_AFTER_S:
            charting.acknowledge(session_id, name, ACTED, stage.act("nurse", now))

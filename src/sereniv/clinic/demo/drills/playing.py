"""A drill begins at a free chair, its monitor sends second by second, and it is ended: never in a clinic's home."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sereniv.clinic import clock
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.drills.scripts import NOT_HERE, Drill, drill_of, drills
from sereniv.clinic.demo.people import DemoPerson, demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.home import Home
from sereniv.clinic.records import chart_store, queries
from sereniv.clinic.records.models import SampleRow, SessionRow
from sereniv.clinic.workflows.chair import care, monitors
from sereniv.clinic.workflows.shell.acting import new_key
from sereniv.clinic.workflows.shell.this_clinic import served_home
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session.chart import FINISHED, SessionChart
from sereniv.therapy.session.delivered import delivered
from sereniv.therapy.session.events import MonitorConnected

DEVICE = "Drill"
MOST_SECONDS = 120
"""Seconds of signal made in one round; where the clock jumped further, older ones stay a gap."""
SECOND = timedelta(seconds=1)
LISTED = timedelta(days=90)
"""How far back the page lists drills; older ones stay under their chair's name in that home's ledger."""
ENDED = "The drill is over. Nobody sat in this chair."
STAFF_NEEDED = ("nurse", "nurse2", "prescriber", "coordinator")


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A session in which a crisis is or was played: which, and when it began."""

    row: SessionRow
    drill: Drill
    chart: SessionChart
    began_at: datetime

    def second(self, now: datetime) -> int:
        """Return how many seconds it has been going on."""
        return (now - self.began_at) // SECOND

    def pump_ml(self, now: datetime) -> Decimal:
        """Return what the pump's screen shows as infused, in mL: in one crisis ten times what is charted since."""
        charted = delivered(self.chart, min(now, self.began_at)).volume_ml
        if not self.drill.tenfold:
            return delivered(self.chart, now).volume_ml
        until = min(now, self.chart.stopped_at or now)
        hours = Decimal(max(0, (until - self.began_at) // SECOND)) / 3600
        shown = charted + self.chart.plan.rate_ml_per_h * 10 * hours
        return min(shown, self.chart.plan.volume_ml).quantize(Decimal("0.1"))

    def filled(self, words: str, now: datetime) -> str:
        """Put what the pump's screen shows into words that name it."""
        return words.replace("{pump_ml}", plain(self.pump_ml(now)))


def demand_not_a_clinics(home: Home) -> None:
    """Raise Refused in a clinic's own home."""
    if not home.has_injected_clock:
        raise Refused("drill", NOT_HERE)


def begin(name: str, now: datetime, key: str = "") -> uuid.UUID:
    """Seat a made-up person at a free chair, start the infusion some minutes before, and connect the monitor.

    A second tap, with the same key, finds the drill that the first one began.

    Raises
    ------
    Refused
        In a clinic's home, where every chair is taken, or where the made-up staff do not work.
    Malformed
        When there is no such drill.
    """
    demand_not_a_clinics(served_home())
    drill = drills().get(name)
    if drill is None:
        raise Malformed(f"There is no drill “{name}”. There are: {', '.join(drills())}.")
    if Staff.objects.filter(username__in=STAFF_NEEDED, is_active=True).count() < len(STAFF_NEEDED):
        raise Refused("drill", "Drills are played with the demo's own staff, and they do not work in this home.")
    who = _nobody(drill, chart_store.head().seq, key)
    begun = queries.session_of(demo_id(f"{who.name}-session"))
    if begun is not None:
        return begun.pk
    chair = next(iter(queries.free_chairs()), None)
    if chair is None:
        raise Refused("drill", "Every chair is taken. End a session, or a drill, first.")
    stage = Stage(keys=who.name)
    with chart_store.in_turn():
        session_id = stage.infusing(who, chair, now - timedelta(minutes=drill.minutes_in), drill.label)
        monitors.connect(session_id, f"{DEVICE}: {drill.title}", _interval_s(), drill.signals, now, new_key())
    return session_id


def _nobody(drill: Drill, number: int, key: str) -> DemoPerson:
    """Return who is not there: a name that nobody takes for a patient's, another for each drill."""
    return replace(
        cast_list.INFUSING,
        name=f"drill-{drill.name}-{key or number}",
        given_names=f"Nobody {number}",
        family_name="DRILL",
        phone="",
    )


def played(session_id: uuid.UUID) -> Played | None:
    """Return what is played at a session, None where it is no drill."""
    row = queries.session_of(session_id)
    drill = drill_of(row.label) if row else None
    if row is None or drill is None:
        return None
    chart = chart_store.session_chart_of(session_id)
    began = next((each.at for each in chart.entries if isinstance(each.event, MonitorConnected)), None)
    return None if began is None else Played(row=row, drill=drill, chart=chart, began_at=on_the_wall(began))


def every() -> Iterator[Played]:
    """Give every drill that was begun here lately, the newest first."""
    since = clock.now() - LISTED
    for row in queries.sessions_labelled((each.label for each in drills().values()), since):
        found = played(row.pk)
        if found is not None:
            yield found


def send_all(now: datetime) -> None:
    """Send each drill that goes on what its monitor measured since its last sample."""
    for row in queries.open_sessions().filter(label__in=[each.label for each in drills().values()]):
        found = played(row.pk)
        if found is not None and found.chart.monitor is not None:
            _connect_anew(found, now)
            send(found, now)


def _connect_anew(found: Played, now: datetime) -> None:
    """Declare a longer interval on a hurried clock: asked once a real second, it claims no reading that nobody sent."""
    monitor = found.chart.monitor
    if monitor is not None and monitor.event.interval_s != _interval_s():
        key = f"drill-{found.row.pk.hex[:12]}-{found.chart.head}"
        monitors.connect(found.row.pk, monitor.event.device, _interval_s(), found.drill.signals, now, key)


def _interval_s() -> int:
    ticking = clock.clock()
    return max(1, round(ticking.rate))


def send(found: Played, now: datetime) -> None:
    """Send what the monitor of one drill measured since its last sample, second by second."""
    newest = SampleRow.objects.filter(session_id=found.row.pk).order_by("-at").values_list("at", flat=True).first()
    upto = found.second(now)
    since = max(found.second(newest) if newest else -1, upto - MOST_SECONDS)
    incoming = [
        monitors.Incoming(signal=signal, value=value, at=found.began_at + second * SECOND)
        for second in range(since + 1, upto + 1)
        for signal, value in found.drill.sent(second).items()
    ]
    if incoming:
        monitors.receive(
            found.row.pk, found.chart.monitor.event.device if found.chart.monitor else DEVICE, incoming, now
        )


def end(session_id: uuid.UUID, now: datetime) -> None:
    """End a drill: its drug is accounted for and the chair is free again; what was charted stays.

    Raises
    ------
    Refused
        When the session is no drill, or is over.
    """
    found = played(session_id)
    if found is None:
        raise Refused("drill", "This is no drill.")
    if found.chart.phase in FINISHED:
        raise Refused("drill", "This drill is over.")
    stage = Stage(keys=f"drill-end-{found.row.pk.hex}")
    with chart_store.in_turn():
        care.transfer_out(session_id, "nowhere", ENDED, stage.act("nurse", now))
        stage.accounted(session_id, now)

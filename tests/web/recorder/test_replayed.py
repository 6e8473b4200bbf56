"""What the recorder says of a second is what the chair said in it: one truth, over whatever happened since."""

import contextlib
import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair, Device, DeviceMessage, Entry, SampleRow, SampleWord
from sereniv.clinic.web.chair.series import session_series
from sereniv.clinic.web.chair.status import Status, status_of
from sereniv.clinic.workflows.chair import charting, monitors, reaching
from sereniv.clinic.workflows.rules.own_rules import OwnNumber, sign_own
from sereniv.clinic.workflows.shell.acting import new_key
from sereniv.therapy.correction.striking import STRIKABLE
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.known import known_at
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows import test_path
from tests.workflows.test_path import RATE, SHE

pytestmark = pytest.mark.django_db
stage = test_path.stage
SIGNALS = ("heart_rate", "spo2", "respiratory_rate", "systolic", "diastolic")
DEVICE = "M1"


@pytest.fixture
def session(stage: Stage, fixed_clock: FixedClock) -> uuid.UUID:
    del fixed_clock
    Chair.objects.create(name="Chair 1")
    return stage.infusing(SHE, "Chair 1", NOON)


class Chance:
    """What comes to mind."""

    def __init__(self, drawn: np.random.Generator) -> None:
        self.drawn = drawn

    def random(self) -> float:
        return float(self.drawn.random())

    def randint(self, low: int, high: int) -> int:
        return int(self.drawn.integers(low, high + 1))

    def choice(self, among: Sequence[Any]) -> Any:
        return among[self.randint(0, len(among) - 1)]


class Nurse:
    """Somebody, and a monitor, who do one thing after another at a chair, whatever comes to mind."""

    def __init__(self, session: uuid.UUID, act: ActMaker, seed: int) -> None:
        self.session, self.act, self.chance = session, act, Chance(np.random.default_rng(seed))
        self.now = NOON
        self.device = Device.objects.create(name=DEVICE, kind="monitor", added_at=NOON)

    @property
    def steps(self) -> tuple[Callable[[], object], ...]:
        return (
            self.sends, self.sends, self.sends, self.sends_late, self.charts, self.charts, self.charts_late,
            self.strikes, self.turns_the_pump, self.acknowledges, self.sees, self.is_told, self.grades,
            self.connects, self.corrects, self.signs_a_rule, self.takes_the_monitor_off,
        )  # fmt: skip

    def goes_on(self) -> None:
        """Do something, unless it may not be done, and let the watch look."""
        self.now += timedelta(seconds=self.chance.choice((1, 7, 31, 75, 190)))
        with contextlib.suppress(Refused, Malformed):
            self.chance.choice(self.steps)()
        monitors.watch_session(self.session, self.now)

    @property
    def chart(self) -> Any:
        return chart_store.session_chart_of(self.session)

    def sends(self, before_s: int = 0) -> None:
        at = self.now - timedelta(seconds=before_s)
        spans = {"heart_rate": (38, 140), "spo2": (84, 99), "respiratory_rate": (0, 18), "systolic": (80, 210)}
        values = {name: Decimal(self.chance.randint(*span)) for name, span in spans.items()}
        values["diastolic"] = values["systolic"] - 45
        chosen = [name for name in SIGNALS[:3] if self.chance.random() < 0.7]
        chosen += SIGNALS[3:] if self.chance.random() < 0.4 else ()
        lost = self.chance.random() < 0.15
        sent = [monitors.Incoming(signal=name, value=None if lost else values[name], at=at) for name in chosen]
        monitors.receive(self.session, DEVICE, sent, self.now)

    def sends_late(self) -> None:
        self.sends(before_s=self.chance.choice((20, 100, 400)))

    def charts(self, at: datetime | None = None) -> None:
        typed = {"systolic": str(self.chance.choice((118, 150, 168, 186, 300))), "diastolic": "80"}
        if self.chance.random() < 0.6:
            typed |= {"heart_rate": "72", "spo2": str(self.chance.choice((88, 91, 98))), "respiratory_rate": "14"}
        charting.chart_vitals(self.session, typed, self.act("nurse", now=self.now), at)

    def charts_late(self) -> None:
        self.charts(self.now - timedelta(minutes=self.chance.choice((3, 12, 30))))

    def strikes(self) -> None:
        found = [each.stream_seq for each in self.chart.entries if isinstance(each.event, STRIKABLE)]
        charting.strike(self.session, self.chance.choice(found), "other chair", self.act("nurse2", now=self.now))

    def turns_the_pump(self) -> None:
        late = timedelta(minutes=self.chance.choice((0, 0, 4)))
        events = (ev.InfusionPaused(), ev.RateFound(rate_ml_per_h=RATE, deviation="ran"), ev.InfusionStopped())
        event = self.chance.choice(events[: 2 if self.chance.random() < 0.9 else 3])
        charting.chart_fact(self.session, event, self.act("nurse", now=self.now), self.now - late)

    def acknowledges(self) -> None:
        for alert in self.chart.open_alerts[:1]:
            name = alert.raised.event.alert
            charting.acknowledge(self.session, name, "looked at her", self.act("nurse", now=self.now))

    def sees(self) -> None:
        reaching.see(self.session, self._first(), self.act("nurse2", now=self.now))

    def is_told(self) -> None:
        told = [ev.Telling(who="nurse2", way="mail", failure=self.chance.choice(("", "no answer")))]
        reaching.keep(self.session, self._first(), ev.Rung.NEXT, told, self.now)

    def _first(self) -> dict[str, int]:
        return reaching.raised_first(self.chart, [each.raised.event.alert for each in self.chart.open_alerts])

    def grades(self) -> None:
        what = self.chance.choice((ev.Observation.NAUSEA, ev.Observation.DISTRESS, ev.Observation.DISSOCIATION))
        charting.chart_observation(self.session, what, self.chance.randint(0, 3), "", self.act("nurse", now=self.now))

    def connects(self) -> None:
        monitors.connect(self.session, DEVICE, self.chance.choice((1, 60)), SIGNALS, self.now, new_key())

    def takes_the_monitor_off(self) -> None:
        if self.chance.random() < 0.3:
            back = timedelta(minutes=self.chance.choice((0, 2)))
            monitors.disconnect(self.session, self.act("nurse", now=self.now), self.now - back)

    def corrects(self) -> None:
        rows = SampleRow.objects.filter(session_id=self.session)
        row = rows[self.chance.randint(0, rows.count() - 1)] if rows.exists() else None
        if row is None:
            return
        number = str(DeviceMessage.objects.count())
        message = DeviceMessage.objects.create(
            device=self.device, sender="", control_id=number, sha256=number, received_at=self.now, state="charted"
        )
        kind = self.chance.choice(("marked", "corrected", "deleted"))
        value = Decimal(97) if kind == "corrected" else None
        SampleWord.objects.create(
            session_id=self.session, signal=row.signal, at=row.at, kind=kind, value=value, message=message
        )

    def signs_a_rule(self) -> None:
        number = OwnNumber(
            threshold="schedule.close_watch_every_min", value=Decimal(self.chance.choice((3, 4, 5))),
            effective_from=date(2026, 3, 2), source="own protocol", reason="our own patients",
        )  # fmt: skip
        sign_own(number, self.act("director", now=self.now, second="prescriber"))


@pytest.mark.parametrize("seed", range(4))
def test_the_chair_of_a_second_is_told_again_whatever_came_later(session: uuid.UUID, act: ActMaker, seed: int) -> None:
    nurse = Nurse(session, act, seed)
    nurse.connects()
    said: dict[datetime, tuple[Status, dict[str, Any]]] = {}
    for _ in range(40):
        nurse.goes_on()
        chart = chart_store.session_chart_of(session)
        said[nurse.now] = status_of(session, chart, nurse.now), session_series(session, chart, nurse.now)
    chart = chart_store.session_chart_of(session)
    for moment, (status, series) in said.items():
        then = known_at(chart, moment)
        assert status_of(session, then, moment) == status, moment
        assert session_series(session, then, moment) == series, moment
    assert any(status.prompts for status, _ in said.values()), "a walk without prompts tells little"


@pytest.mark.parametrize("seed", range(4))
def test_the_walks_do_what_could_be_told_otherwise(session: uuid.UUID, act: ActMaker, seed: int) -> None:
    """A walk in which every act was refused would hold whatever the recorder said."""
    nurse = Nurse(session, act, seed)
    for step in nurse.steps:
        nurse.now += timedelta(minutes=1)
        step()
        monitors.watch_session(session, nurse.now)
    kinds = {type(each.event) for each in chart_store.session_chart_of(session).entries}
    assert kinds > {ev.VitalsCharted, ev.EntryStruck, ev.AlertRaised, ev.AlertAcknowledged, ev.MonitorConnected}
    assert SampleWord.objects.exists()
    assert Entry.objects.filter(stream="home", kind="OwnRuleSigned").exists()

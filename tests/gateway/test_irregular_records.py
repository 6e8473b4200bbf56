"""Ten recorded stays of 48 hours through the door for monitors: irregular times, gaps, and pressures of 0."""

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from sereniv.clinic import clock
from sereniv.clinic.gateway.recording import Recording, Step
from sereniv.clinic.gateway.replay import DEVICE, replay
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import SampleRow
from sereniv.clinic.web.chair.series import session_series
from sereniv.clinic.web.chair.status import status_of
from sereniv.clinic.workflows.chair import monitors
from sereniv.clinic.workflows.shell.this_clinic import served_home
from sereniv.knowledge import knowledge
from sereniv.therapy import monitoring
from sereniv.therapy.session import events as ev
from tests.conftest import ActMaker
from tests.gateway.test_replay import session_id as session_id  # a running infusion
from tests.gateway.test_replay import ticking as ticking

pytestmark = pytest.mark.django_db
FILES = sorted((Path(__file__).parent.parent / "data" / "cinc2012").glob("*.txt"))
SENT_AS = {
    "HR": "heart_rate",
    "RespRate": "respiratory_rate",
    "SaO2": "spo2",
    "NISysABP": "systolic",
    "NIDiasABP": "diastolic",
    "NIMAP": "mean_pressure",
}
INTERVAL_S = 600
WITH_ZERO_PRESSURE = ("141826", "141965")
RECORDS = [pytest.param(file, id=file.stem, marks=[] if file.stem == "141826" else pytest.mark.slow) for file in FILES]


def steps_of(file: Path) -> tuple[Step, ...]:
    """Read a record: one step a moment, every value as it stands in the file."""
    steps: dict[timedelta, dict[str, Decimal | None]] = {}
    with file.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["Parameter"] in SENT_AS:
                hours, minutes = row["Time"].split(":")
                after = timedelta(hours=int(hours), minutes=int(minutes))
                steps.setdefault(after, {})[SENT_AS[row["Parameter"]]] = Decimal(row["Value"])
    return tuple(Step(after=after, values=values) for after, values in steps.items())


def recording_of(file: Path) -> Recording:
    steps = steps_of(file)
    signals = tuple(dict.fromkeys(signal for step in steps for signal in step.values))
    return Recording(interval_s=INTERVAL_S, signals=signals, steps=steps)


class Door:
    """Speaks to the door for monitors as a machine does, and says every fourth thing twice, as a bad network does."""

    def __init__(self, session_id: str, ticking: clock.InjectedClock) -> None:
        self._address = f"/gateway/sessions/{session_id}/"
        self._client = Client(headers={"authorization": f"Bearer {served_home().gateway_token()}"})
        self._clock = ticking
        self._sent = 0

    def now(self) -> datetime:
        return datetime.fromisoformat(self._client.get(self._address).json()["now"]).replace(microsecond=0)

    def connect(self, recording: Recording) -> None:
        told = {"device": DEVICE, "interval_s": recording.interval_s, "signals": list(recording.signals)}
        self._say("connect/", told)

    def set_clock(self, at: datetime) -> None:
        self._clock.freeze_at(at)

    def send(self, incoming: Sequence[monitors.Incoming]) -> None:
        samples = [{"signal": each.signal, "value": str(each.value), "at": each.at.isoformat()} for each in incoming]
        self._sent += 1
        for _ in range(2 if self._sent % 4 == 0 else 1):
            self._say("samples/", {"device": DEVICE, "samples": samples})

    def _say(self, where: str, content: dict[str, Any]) -> None:
        answer = self._client.post(f"{self._address}{where}", content, content_type="application/json")
        assert answer.status_code == 200, answer.content


@pytest.fixture
def door(session_id: str, ticking: clock.InjectedClock) -> Iterator[Door]:
    clock.install(ticking)
    yield Door(session_id, ticking)
    clock.install(clock.RealClock())


@pytest.mark.parametrize("file", RECORDS)
def test_a_whole_stay_is_kept_as_it_was_recorded(file: Path, door: Door, session_id: str, act: ActMaker) -> None:
    recording = recording_of(file)
    start = door.now()
    at_zero: list[datetime] = []

    def look(number: int) -> None:
        step = recording.steps[number - 1]
        if step.values.get("systolic") == 0:
            at_zero.append(start + step.after)
            demand_no_pressure(session_id, start + step.after, act)

    replay(recording, door, look)
    demand_every_sample(recording, session_id, start)
    demand_gaps(recording, session_id, start)
    demand_prompts_for_lost_signals(recording, session_id, start)
    chart = chart_store.session_chart_of(session_id)
    assert bool(at_zero) == (file.stem in WITH_ZERO_PRESSURE)
    raised = [each for each in chart.entries if isinstance(each.event, ev.AlertRaised)]
    assert [each.at for each in raised if each.event.alert == "no-reading-pressure"] == at_zero
    read = [text for each in raised for text in each.event.read.values()]
    assert not [text for text in read if text.startswith("0 ")], "no rule reads a 0"


def demand_every_sample(recording: Recording, session_id: str, start: datetime) -> None:
    """Every stored sample equals the file, in its order, once; a 0 is stored as it was sent."""
    for signal in recording.signals:
        kept = SampleRow.objects.filter(session_id=session_id, signal=signal).order_by("at").values_list("at", "value")
        sent = [(start + step.after, step.values[signal]) for step in recording.steps if signal in step.values]
        assert list(kept) == sent, signal
        received = SampleRow.objects.filter(session_id=session_id, signal=signal).order_by("pk")
        assert [row.at for row in received] == [at for at, _ in sent]


def demand_no_pressure(session_id: str, now: datetime, act: ActMaker) -> None:
    """A cuff that sent 0 has no pressure: not on the tile, not in a prompt's figures, not charted by a tap."""
    chart = chart_store.session_chart_of(session_id)
    shown = monitoring.fresh_numerics(chart, monitors.recent(session_id, now, chart), now, knowledge())
    assert not {"systolic", "diastolic", "mean_pressure"} & set(shown)
    pressure = next(each for each in status_of(session_id, chart, now).figures if each.name == "pressure")
    assert (pressure.value, pressure.missing_words) == ("–", "No reading")
    assert {alert.raised.event.alert for alert in chart.open_alerts} & {"no-reading-pressure"}
    if shown:
        missing = monitors.chart_from_monitor(session_id, act("nurse", now=now))
        assert {"systolic", "diastolic"} <= set(missing)
        newest = chart_store.session_chart_of(session_id).vitals[-1].event
        assert (newest.systolic, newest.diastolic) == (None, None)


def demand_gaps(recording: Recording, session_id: str, start: datetime) -> None:
    """Between two readings further apart than the feed allows, the curve is broken; a 0 is a break too."""
    allowed = INTERVAL_S * knowledge().feed.missing_after_intervals
    now = start + recording.steps[-1].after
    told = session_series(session_id, chart_store.session_chart_of(session_id), now)["monitor"]
    for signal in ("heart_rate", "respiratory_rate"):
        points = [(timedelta(seconds=round(at - start.timestamp())), value) for at, value in told[signal]]
        for earlier, later in pairwise([step for step in recording.steps if signal in step.values]):
            between = [value for at, value in points if earlier.after < at < later.after]
            if (later.after - earlier.after).total_seconds() > allowed:
                assert between == [None], f"{signal} after {earlier.after}"
            value = dict(points)[later.after]
            sent = later.values[signal]
            assert value == (float(sent) if sent else None)


def demand_prompts_for_lost_signals(recording: Recording, session_id: str, start: datetime) -> None:
    """A signal that was silent for two intervals has raised its prompt, and one that came back has ended it."""
    chart = chart_store.session_chart_of(session_id)
    allowed = timedelta(seconds=INTERVAL_S * knowledge().feed.missing_after_intervals)
    silent = start + recording.steps[-1].after + allowed
    found = monitoring.conditions(chart, monitors.recent(session_id, silent, chart), silent, knowledge())
    assert {"no-reading-heart-rate", "no-reading-respiratory-rate"} <= {each.alert for each in found}
    breathless = [start + step.after for step in recording.steps if step.values.get("respiratory_rate") == 0]
    raised = {
        each.at: each.event.message
        for each in chart.entries
        if isinstance(each.event, ev.AlertRaised) and each.event.alert == "no-reading-respiratory-rate"
    }
    # A prompt nobody took notice of stays latched and is not raised a second time.
    assert [raised.get(at) for at in breathless[:1]] == [monitoring.NO_BREATHING] * bool(breathless)

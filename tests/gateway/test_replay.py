"""A recorded monitor through the feed: the chart equals the file, what is missing is said, nothing carried on."""

import csv
import time
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import click
import pytest

from sereniv.cli import replay as command
from sereniv.clinic import clock
from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.stage import REPLAY_LABEL
from sereniv.clinic.gateway.recording import COLUMNS, read_recording
from sereniv.clinic.gateway.replay import LocalFeed, ServerFeed, replay
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair, SampleRow
from sereniv.clinic.web.chair.series import session_series
from sereniv.clinic.web.chair.status import status_of
from sereniv.clinic.workflows.chair import monitors
from sereniv.clinic.workflows.shell.this_clinic import served_home
from sereniv.clinic.workflows.stock import stock
from sereniv.therapy import monitoring
from sereniv.therapy.custody import VialReceived
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.session.events import AlertRaised
from tests.conftest import NOON, ActMaker
from tests.replays import REAL, TWIN
from tests.shared_state import SharedStage

pytestmark = pytest.mark.django_db
RECORDINGS = [pytest.param(REAL, marks=pytest.mark.skipif(not REAL.exists(), reason="no shared data")), TWIN]
HEADS = ("HR", "PULSE", "RESP", "SpO2", "NBPSys", "NBPDias", "NBPMean")


@pytest.fixture
def session_id(act: ActMaker) -> str:
    """A running infusion at a chair, started at noon."""
    for name in cast_list.CHAIRS:
        Chair.objects.create(name=name)
    from sereniv.clinic.demo.people import demo_id

    for each in cast_list.VIALS:
        received = VialReceived(
            label=each.label, ndc="0", lot=each.lot, expires=NOON.date() + timedelta(days=300),
            strength_mg_per_ml=each.strength_mg_per_ml, volume_ml=each.volume_ml, supplier="test",
            unusual_reason="The strength we order",
        )  # fmt: skip
        stock.receive_vial(received, act("nurse", now=NOON - timedelta(days=1), second="nurse2"), demo_id(each.label))
    return str(SharedStage().infusing(cast_list.REPLAYED, "Chair 4", NOON, REPLAY_LABEL))


@pytest.fixture
def ticking() -> clock.InjectedClock:
    home = served_home()
    home.clock_file.unlink(missing_ok=True)
    injected = clock.InjectedClock(home, start=NOON)
    injected.freeze_at(NOON)
    return injected


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    names = [COLUMNS[head.split(" [")[0].lower()] for head in rows[0][1:]]
    return [{"minute": row[0], **dict(zip(names, row[1:], strict=True))} for row in rows[1:]]


def play(path: Path, session_id: str, ticking: clock.InjectedClock) -> datetime:
    """Play a whole recording and return when it began."""
    feed = LocalFeed(session_id, ticking)
    start = feed.now()
    replay(read_recording(path), feed, lambda _: None)
    return start


@pytest.mark.parametrize("recording", RECORDINGS)
def test_the_chart_equals_the_file_minute_by_minute(
    recording: Path, session_id: str, ticking: clock.InjectedClock
) -> None:
    start = play(recording, session_id, ticking)
    told = session_series(session_id, chart_store.session_chart_of(session_id), ticking.now())["monitor"]
    for signal in COLUMNS.values():
        shown = {point[0]: point[1] for point in told.get(signal, [])}
        for row in rows_of(recording):
            at = (start + timedelta(minutes=int(row["minute"]))).timestamp()
            if row[signal] == "":
                assert at not in shown, f"{signal} at minute {row['minute']} was not measured"
            else:
                value = float(row[signal])
                assert shown[at] == (value if value > 0 else None), f"{signal} at minute {row['minute']}"


@pytest.mark.parametrize("recording", RECORDINGS)
def test_what_is_shown_is_never_older_than_it_says(
    recording: Path, session_id: str, ticking: clock.InjectedClock
) -> None:
    """At each minute: a number on the tile is that minute's, a lost signal is words, a cuff keeps its own time."""
    recorded = read_recording(recording)
    feed = LocalFeed(session_id, ticking)
    start = feed.now()
    rows = rows_of(recording)
    last_cuff: list[datetime] = []

    def look(number: int) -> None:
        now = start + timedelta(minutes=number - 1)
        row = rows[number - 1]
        if row["systolic"] and row["diastolic"]:
            last_cuff.append(now)
        status = status_of(session_id, chart_store.session_chart_of(session_id), now)
        figures = {figure.name: figure for figure in status.figures}
        for name, signal in (("heart_rate", "heart_rate"), ("spo2", "spo2"), ("respiratory_rate", "respiratory_rate")):
            if float(row[signal]) > 0:
                assert figures[name].value == f"{Decimal(row[signal]):.0f}"
                assert figures[name].at == now
            else:
                assert figures[name].missing_words == "No reading"
        pressure = figures["pressure"]
        if last_cuff:
            assert (pressure.from_monitor, pressure.at) == (True, last_cuff[-1]), "the newest, with its own time"

    replay(recorded, feed, look)


@pytest.mark.parametrize("recording", RECORDINGS)
def test_every_signal_missing_for_two_intervals_prompts(
    recording: Path, session_id: str, ticking: clock.InjectedClock
) -> None:
    start = play(recording, session_id, ticking)
    raised = [each for each in chart_store.session_chart_of(session_id).entries if isinstance(each.event, AlertRaised)]
    rows = rows_of(recording)
    for signal in ("heart_rate", "pulse_rate", "spo2"):
        gone = [float(row[signal]) <= 0 for row in rows]
        firsts = [n for n in range(2, len(rows)) if gone[n] and gone[n - 1] and not gone[n - 2]]
        alert = f"no-reading-{signal.replace('_', '-')}"
        times = [each.at for each in raised if each.event.alert == alert]
        if firsts:
            assert start + timedelta(minutes=firsts[0]) in times or start + timedelta(minutes=firsts[0] + 1) in times
            words = {each.event.message for each in raised if each.event.alert == alert}
            assert words == {monitoring.NO_READING}
    breathless = [int(row["minute"]) for row in rows if float(row["respiratory_rate"]) == 0]
    first = next(each for each in raised if each.event.alert == "no-reading-respiratory-rate")
    assert first.at == start + timedelta(minutes=breathless[0])
    assert first.event.message == monitoring.NO_BREATHING


@pytest.mark.parametrize("recording", RECORDINGS)
def test_low_saturation_asks_to_look_and_confirm(
    recording: Path, session_id: str, ticking: clock.InjectedClock
) -> None:
    play(recording, session_id, ticking)
    chart = chart_store.session_chart_of(session_id)
    titles = {each.event.alert for each in chart.entries if isinstance(each.event, AlertRaised)}
    assert "confirm-saturation_very_low" in titles
    assert "saturation_very_low" not in titles, "a monitor's value is not a charted one"


def test_the_real_recording_is_as_sick_as_described() -> None:
    if not REAL.exists():
        pytest.skip("no shared data")
    saturations = [float(row["spo2"]) for row in rows_of(REAL)]
    assert len(saturations) == 72
    assert sum(0 < value < 90 for value in saturations) == 15


def test_one_tap_charts_a_cuff_reading_at_its_own_time(
    session_id: str, ticking: clock.InjectedClock, act: ActMaker
) -> None:
    monitors.connect(
        session_id, "M", 60, ("heart_rate", "spo2", "respiratory_rate", "systolic", "diastolic"), NOON, "k" * 9
    )
    later = NOON + timedelta(minutes=3)
    now_values = {"heart_rate": "70", "spo2": "97", "respiratory_rate": "13"}
    cuff = [monitors.Incoming(signal=name, value=Decimal(value), at=NOON + timedelta(minutes=1))
            for name, value in (("systolic", "131"), ("diastolic", "84"))]  # fmt: skip
    live = [monitors.Incoming(signal=name, value=Decimal(value), at=later) for name, value in now_values.items()]
    monitors.receive(session_id, "M", [*cuff, *live], later)
    assert monitors.chart_from_monitor(session_id, act("nurse", now=later)) == ()
    pressure, numerics = chart_store.session_chart_of(session_id).usable_vitals()[-2:]
    assert (pressure.at, pressure.event.systolic) == (NOON + timedelta(minutes=1), 131)
    assert (numerics.at, numerics.event.systolic) == (later, None)
    missing = monitors.chart_from_monitor(session_id, act("nurse", now=later + timedelta(seconds=30)))
    assert missing == (), "the same cuff is still shown, but not charted twice"
    assert sum(each.event.systolic == 131 for each in chart_store.session_chart_of(session_id).vitals) == 1
    with pytest.raises(Refused, match="no reading that counts as now"):
        monitors.chart_from_monitor(session_id, act("nurse", now=later + timedelta(minutes=10)))


def test_a_repeated_message_changes_nothing(session_id: str, ticking: clock.InjectedClock) -> None:
    sample = [monitors.Incoming(signal="spo2", value=Decimal(97), at=NOON)]
    monitors.receive(session_id, "M", sample, NOON)
    monitors.receive(session_id, "M", sample, NOON)
    assert SampleRow.objects.filter(session_id=session_id).count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "fewer than two|first line"),
        ("minute,HR [bpm]\n0,70\n", "fewer than two rows"),
        ("minute,Glucose\n0,1\n1,2\n", "not glucose"),
        ("minute,HR [bpm]\n0,70\n1\n", "line 3: 1 cells"),
        ("minute,HR [bpm]\n0,70\n1,seventy\n", "line 3: every cell"),
        ("minute,HR [bpm]\n1,70\n0,71\n", "time must grow"),
    ],
)
def test_a_file_that_is_no_recording_is_explained(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(Malformed, match=words):
        read_recording(file)


def test_a_replay_that_is_stopped_or_loses_its_server_says_that_the_clock_stands(
    session_id: str, ticking: clock.InjectedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped by hand it said nothing, and every page stood still; without its server it ended in a traceback."""
    monkeypatch.setattr(command, "_feed", lambda *_: LocalFeed(session_id, ticking))

    def stopped(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", stopped)
    with pytest.raises(click.ClickException, match=r"Stopped\. The home's clock is frozen at row 1; the page's ×1"):
        command._play(TWIN, session_id, 60, served_home())
    assert ticking.rate == 0
    served_home().note_server_port(1)
    monkeypatch.setattr(command, "_feed", lambda *_: ServerFeed(session_id, served_home()))
    with pytest.raises(click.ClickException, match=r"does not answer at http://127\.0\.0\.1:1\.$"):
        command._play(TWIN, session_id, 60, served_home())
    (served_home().folder / "server.port").unlink()

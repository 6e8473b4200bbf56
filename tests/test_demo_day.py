"""The demo is a clinic at work: it begins in the middle of a working morning, and whoever came was booked."""

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.clinic.demo.people import WEEK
from sereniv.clinic.demo.staging import opening_moment
from sereniv.therapy.scheduling.hours import DAYS
from tests.staged import ROOT, environment, staged_home

SUNDAY_NIGHT = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)


def test_three_at_night_on_a_sunday_is_monday_morning() -> None:
    assert opening_moment(SUNDAY_NIGHT, UTC) == datetime(2026, 11, 30, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize("hour", [0, 9, 10, 17, 23])
def test_on_a_working_day_it_is_that_day(hour: int) -> None:
    tuesday = datetime(2026, 12, 1, hour, 59, tzinfo=UTC)
    assert opening_moment(tuesday, UTC) == datetime(2026, 12, 1, 10, 30, tzinfo=UTC)


@given(
    hours=st.integers(0, 4 * 365 * 24),
    zone=st.sampled_from(["UTC", "America/Denver", "Pacific/Kiritimati", "Asia/Kathmandu"]),
)
def test_it_is_always_open_then_and_never_a_day_behind(hours: int, zone: str) -> None:
    real = SUNDAY_NIGHT + timedelta(hours=hours)
    begins = opening_moment(real, ZoneInfo(zone))
    here = begins.astimezone(ZoneInfo(zone))
    opens, closes = WEEK[DAYS[here.weekday()]]
    assert opens < here.time() < closes
    assert begins > real - timedelta(hours=14), "a demo more than a day behind is staged anew"


@pytest.fixture(scope="module")
def staged() -> Iterator[sqlite3.Connection]:
    """The staged home's database, as its first start leaves it."""
    database = sqlite3.connect(f"file:{staged_home() / 'sereniv.db'}?mode=ro", uri=True)
    yield database
    database.close()


def sessions_of(staged: sqlite3.Connection) -> dict[str, tuple[str, datetime, datetime, datetime | None]]:
    """Return every session by its stream: whose, its first and its last entry, and when the pump was started."""
    found = {}
    for stream in {
        name for (name,) in staged.execute("SELECT stream FROM records_entry WHERE stream LIKE 'session/%'")
    }:
        entries = staged.execute("SELECT kind, at, payload FROM records_entry WHERE stream = ? ORDER BY at", [stream])
        rows = [(kind, datetime.fromisoformat(at), payload) for kind, at, payload in entries]
        person = next(json.loads(payload)["person"] for kind, _, payload in rows if kind == "SessionOpened")
        started = next((at for kind, at, _ in rows if kind == "InfusionStarted"), None)
        found[stream] = (person.replace("-", ""), rows[0][1], rows[-1][1], started)
    return found


def appointments_of(staged: sqlite3.Connection, person: str) -> list[tuple[datetime, datetime, str, str]]:
    rows = staged.execute(
        "SELECT starts_at, ends_at, state, purpose FROM records_appointmentrow WHERE person_id = ?", [person]
    )
    return [
        (
            datetime.fromisoformat(begins).replace(tzinfo=UTC),
            datetime.fromisoformat(ends).replace(tzinfo=UTC),
            state,
            what,
        )
        for begins, ends, state, what in rows
    ]


@pytest.mark.slow
def test_every_session_lies_within_opening_hours_and_stands_on_an_appointment_that_was_kept(
    staged: sqlite3.Connection,
) -> None:
    sessions = sessions_of(staged)
    assert len(sessions) > 30
    for stream, (person, first, last, started) in sessions.items():
        assert first.date() == last.date(), stream
        hours = WEEK.get(DAYS[first.weekday()])
        assert hours is not None, f"{stream} lies on a {DAYS[first.weekday()]}, on which the clinic is closed"
        assert hours[0] <= first.time(), f"{stream} begins at {first}, before the clinic opens"
        assert last.time() <= hours[1], f"{stream} ends at {last}, after the clinic closes"
        at = started or first
        kept = [
            begins
            for begins, ends, state, what in appointments_of(staged, person)
            if state == "booked" and what == "infusion" and begins <= at < ends
        ]
        assert len(kept) == 1, f"{stream} of {at} stands on {len(kept)} appointments"


@pytest.mark.slow
def test_every_appointment_lies_within_opening_hours(staged: sqlite3.Connection) -> None:
    for (person,) in staged.execute("SELECT DISTINCT person_id FROM records_appointmentrow"):
        for begins, ends, _, _ in appointments_of(staged, person):
            opens, closes = WEEK[DAYS[begins.weekday()]]
            assert opens <= begins.time(), begins
            assert ends.time() <= closes, ends


@pytest.mark.slow
def test_the_week_before_and_the_week_after_are_those_of_a_clinic_at_work(staged: sqlite3.Connection) -> None:
    booked: Counter[date] = Counter()
    states: Counter[str] = Counter()
    for (person,) in staged.execute("SELECT DISTINCT person_id FROM records_appointmentrow"):
        for begins, _, state, _ in appointments_of(staged, person):
            booked[begins.date()] += 1
            states[state] += 1
    today = max(first for _, first, _, _ in sessions_of(staged).values()).date()
    for away in range(-7, 8):
        day = today + timedelta(days=away)
        if DAYS[day.weekday()] in WEEK:
            assert booked[day] >= 3, f"{day:%A %d %B}: {booked[day]}"
    assert booked[today] >= 8
    assert states["missed"] >= 2
    assert states["cancelled"] >= 1
    noted = {
        json.loads(payload)["what"]
        for (payload,) in staged.execute("SELECT payload FROM records_entry WHERE kind = 'ComingNoted'")
    }
    assert noted == {"arrived", "late"}


@pytest.mark.slow
def test_the_director_finds_something_done_otherwise_than_the_rules_ask(staged: sqlite3.Connection) -> None:
    found = staged.execute("SELECT payload FROM records_entry WHERE kind = 'GateLineOverridden'").fetchall()
    assert [json.loads(payload)["line"] for (payload,) in found] == ["escort"]


ELSEWHERE = """
import sys; from datetime import datetime; from pathlib import Path
from sereniv.clinic import clock, home; from sereniv.cli.serve import prepare
real = datetime.fromisoformat(sys.argv[3]); clock.real_now = lambda: real
place = home.create_or_open(Path(sys.argv[1]), home.Kind.DEMO, sys.argv[2])
lock = place.lock(); prepare(place, lock); lock.release()
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("zone", "real"),
    [
        ("America/New_York", datetime(2026, 3, 9, 7, tzinfo=UTC)),
        ("Asia/Kathmandu", datetime(2026, 11, 29, 18, 14, tzinfo=UTC)),
    ],
    ids=["the night after the clocks went forward", "Sunday at midnight"],
)
def test_a_demo_staged_elsewhere_keeps_the_hours_of_its_own_clinic(tmp_path: Path, zone: str, real: datetime) -> None:
    here = ZoneInfo(zone)
    command = [sys.executable, "-c", ELSEWHERE, str(tmp_path / "demo"), zone, real.isoformat()]
    subprocess.run(command, check=True, env=environment(), cwd=ROOT)
    database = sqlite3.connect(f"file:{tmp_path / 'demo' / 'sereniv.db'}?mode=ro", uri=True)
    ends = [(first.astimezone(here), last.astimezone(here)) for _, first, last, _ in sessions_of(database).values()]
    booked = [
        (begins.astimezone(here), ends_at.astimezone(here))
        for (person,) in database.execute("SELECT DISTINCT person_id FROM records_appointmentrow")
        for begins, ends_at, _, _ in appointments_of(database, person)
    ]
    database.close()
    assert len(ends) > 30
    for begins, until in (*ends, *booked):
        hours = WEEK.get(DAYS[begins.weekday()])
        assert hours is not None, begins
        assert hours[0] <= begins.time() <= until.time() <= hours[1], (begins, until)
    assert opening_moment(real, here).astimezone(here).date() == max(until for _, until in ends).date()

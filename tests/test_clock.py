"""The injected clock: frozen, hurried, jumped, never back, and never in a clinic's home."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sereniv.clinic import clock
from sereniv.clinic.clock import InjectedClock
from sereniv.clinic.home import Home, Kind
from tests.conftest import NOON


class Real:
    """Real time, moved by the test."""

    def __init__(self) -> None:
        self.at = datetime.fromisoformat("2030-01-01T00:00:00+00:00")

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Real:
    moved = Real()
    monkeypatch.setattr(clock, "real_now", moved)
    return moved


def home(folder: Path, kind: Kind = Kind.DEMO) -> Home:
    return Home(folder=folder, kind=kind, timezone="UTC", database_url="")


def test_a_clinics_home_cannot_construct_it(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="real time"):
        InjectedClock(home(tmp_path, Kind.CLINIC))
    assert not list(tmp_path.iterdir())


def test_it_runs_freezes_hurries_and_jumps(tmp_path: Path, real: Real) -> None:
    ticking = InjectedClock(home(tmp_path), NOON)
    real.passes(seconds=10)
    assert (ticking.now(), ticking.label) == (NOON + timedelta(seconds=10), "×1")
    ticking.run(0)
    real.passes(hours=1)
    assert (ticking.now(), ticking.label) == (NOON + timedelta(seconds=10), "frozen")
    ticking.run(60)
    real.passes(seconds=2)
    assert (ticking.now(), ticking.label) == (NOON + timedelta(seconds=130), "×60")
    ticking.jump(timedelta(hours=24))
    assert ticking.now() == NOON + timedelta(days=1, seconds=130)


def test_it_never_goes_back(tmp_path: Path, real: Real) -> None:
    ticking = InjectedClock(home(tmp_path), NOON)
    with pytest.raises(ValueError, match="forward"):
        ticking.jump(timedelta(seconds=-1))
    for rate in (-1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="forward"):
            ticking.run(rate)
    ticking.freeze_at(NOON - timedelta(hours=1))
    assert ticking.now() == NOON
    ticking.freeze_at(NOON + timedelta(hours=1))
    real.passes(hours=5)
    assert ticking.now() == NOON + timedelta(hours=1)


def test_it_goes_on_where_it_stopped(tmp_path: Path, real: Real) -> None:
    first = InjectedClock(home(tmp_path), NOON)
    first.run(60)
    real.passes(minutes=1)
    first.save()
    real.passes(days=3)
    again = InjectedClock(home(tmp_path))
    assert (again.now(), again.rate) == (NOON + timedelta(hours=1), 60)
    assert json.loads((tmp_path / "clock.json").read_text(encoding="ascii"))["rate"] == 60


def test_without_a_start_it_begins_at_real_time(tmp_path: Path, real: Real) -> None:
    assert InjectedClock(home(tmp_path, Kind.TEST)).now() == real.at


@pytest.mark.parametrize("left", ["", "{", '{"shown": 1, "rate": 1}', None])
def test_whose_setting_was_lost_goes_on_from_where_it_is_told_and_not_from_the_time_of_day(
    left: str | None, tmp_path: Path, real: Real
) -> None:
    if left is not None:
        (tmp_path / "clock.json").write_text(left, encoding="ascii")
    assert InjectedClock(home(tmp_path), unkept=NOON).now() == NOON
    assert InjectedClock(home(tmp_path), unkept=NOON + timedelta(hours=1)).now() == NOON


def test_the_shell_reads_the_installed_clock(tmp_path: Path, real: Real) -> None:
    try:
        clock.install(InjectedClock(home(tmp_path), NOON))
        assert clock.now() == NOON
    finally:
        clock.install(clock.RealClock())
    assert (clock.now(), clock.clock().label) == (real.at, "")

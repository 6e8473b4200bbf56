"""The watch that raises prompts outlives whatever one look meets."""

import threading
from datetime import datetime, timedelta

import pytest
from django.conf import settings

from sereniv.clinic.live import watch
from tests.conftest import NOON, FixedClock

DEADLINE_S = 30.0


def test_one_failed_look_does_not_end_the_watch(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    looked = threading.Semaphore(0)

    def fail(now: datetime) -> None:
        del now
        looked.release()
        raise OSError("No space left on device")

    monkeypatch.setattr(watch, "EVERY_S", 0.001)
    monkeypatch.setattr(watch, "keep_views", lambda _now: 0)
    watching = watch.Watch(settings.HOME, fail)
    watching.start()
    for _ in range(2):
        assert looked.acquire(timeout=DEADLINE_S)
    watching.end()
    assert not watching.is_alive()
    assert "it tries again" in caplog.text


def test_the_books_are_closed_every_quarter_of_an_hour_while_it_runs(
    monkeypatch: pytest.MonkeyPatch, fixed_clock: FixedClock
) -> None:
    """A copy of the database's one file, taken while the home is served, lacks a quarter of an hour at most."""
    closed: list[datetime] = []
    monkeypatch.setattr(watch, "close_books", lambda _home, now: closed.append(now))
    monkeypatch.setattr(watch, "keep_views", lambda _now: 0)
    monkeypatch.setattr(watch, "shown_numerics", lambda _now: {})
    monkeypatch.setattr("sereniv.clinic.workflows.chair.monitors.watch_all", lambda _now: 0)
    monkeypatch.setattr("sereniv.clinic.clock.real_now", fixed_clock.now)
    watching = watch.Watch(settings.HOME)
    for minute in (0, 14, 15, 16, 29, 30, 31):
        fixed_clock.shown = NOON + timedelta(minutes=minute)
        watching.look(fixed_clock.shown)
    assert closed == [NOON + timedelta(minutes=15), NOON + timedelta(minutes=30)]

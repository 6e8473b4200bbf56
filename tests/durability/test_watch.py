"""The watch that raises prompts outlives whatever one look meets."""

import threading
from datetime import datetime

import pytest
from django.conf import settings

from sereniv.clinic.live import watch

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

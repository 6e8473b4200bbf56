"""What every test may use: a time that is passed in, staff, and acts."""

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, settings

from sereniv.clinic import clock
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo import stage
from sereniv.clinic.workflows.acting import Act

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

settings.register_profile("sereniv", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("sereniv")


class FixedClock:
    """A clock that shows what it is told."""

    label = "test"

    def __init__(self, shown: datetime) -> None:
        self.shown = shown

    def now(self) -> datetime:
        return self.shown


@pytest.fixture
def fixed_clock() -> Iterator[FixedClock]:
    ticking = FixedClock(NOON)
    clock.install(ticking)
    yield ticking
    clock.install(clock.RealClock())


@pytest.fixture
def staff(db: None) -> Iterator[dict[str, Staff]]:
    """Return the demo's staff by name; their secrets are hashed fast, not well."""
    del db
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        stage.add_staff()
        yield {person.username: person for person in Staff.objects.all()}


ActMaker = Callable[..., Act]


@pytest.fixture
def act(staff: dict[str, Staff]) -> ActMaker:
    """Make acts: act("nurse"), act("nurse", second="nurse2"), act("nurse", now=..., key=...)."""
    counter = itertools.count(1)

    def make(who: str, *, now: datetime = NOON, second: str = "", key: str = "") -> Act:
        return Act(
            by=staff[who],
            now=now,
            key=key or f"test-act-{next(counter):05d}",
            co_signer=staff[second] if second else None,
        )

    return make

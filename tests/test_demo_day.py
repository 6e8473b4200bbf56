"""The demo's day begins in the middle of a working morning of its own clinic, whatever the wall clock says."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.clinic.demo.people import WEEK
from sereniv.clinic.demo.staging import opening_moment
from sereniv.therapy.scheduling.hours import DAYS

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

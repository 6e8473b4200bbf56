"""A watched time answers as the plain one does, and no answer differs before the moment it names."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.therapy.recording.time_words import ago
from sereniv.therapy.recording.watched_time import horizon_of, plain, watched

DENVER = ZoneInfo("America/Denver")
FIXED = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
THAT_DAY = date(2026, 3, 2)
BORN = date(2000, 2, 29)

ASKED: dict[str, Callable[[Any], Any]] = {
    "before": lambda now: now < FIXED,
    "not before": lambda now: now >= FIXED,
    "the other way round": lambda now: now >= FIXED,
    "at that very moment": lambda now: now == FIXED,
    "the later of two": lambda now: max(now, FIXED) == FIXED,
    "old enough": lambda now: now - FIXED >= timedelta(hours=3),
    "soon": lambda now: FIXED - now <= timedelta(days=1),
    "within a window": lambda now: timedelta(0) <= now - FIXED <= timedelta(hours=24),
    "steps": lambda now: min(1 + (now - FIXED) // timedelta(minutes=30), 4),
    "steps back": lambda now: (FIXED - now) // timedelta(hours=1),
    "whole days": lambda now: (now - FIXED).days,
    "shifted": lambda now: now + timedelta(days=2) > FIXED,
    "a shifted span": lambda now: now - timedelta(hours=5) - FIXED > timedelta(hours=1),
    "a negated span": lambda now: -(now - FIXED) > timedelta(hours=1),
    "some time at all": lambda now: bool(now - FIXED),
    "the day": lambda now: now.date() > THAT_DAY,
    "the day elsewhere": lambda now: now.astimezone(DENVER).date() <= THAT_DAY,
    "tomorrow": lambda now: (now + timedelta(days=1)).astimezone(DENVER).date() == THAT_DAY,
    "a day shifted": lambda now: now.date() + timedelta(days=7) >= THAT_DAY,
    "days that passed": lambda now: now.date() - THAT_DAY >= timedelta(days=30),
    "days to come": lambda now: THAT_DAY - now.date() <= timedelta(days=7, hours=5),
    "days counted": lambda now: (now.date() - THAT_DAY).days,
    "so many days": lambda now: (now.date() - THAT_DAY).days >= 7,
    "no more days than": lambda now: (THAT_DAY - now.date()).days <= 3,
    "days of a span": lambda now: (now - FIXED).days > 5,
    "days of a span to come": lambda now: (FIXED - now).days >= -2,
    "just so many days": lambda now: (now - FIXED).days == 3,
    "at least none": lambda now: max(0, (now.date() - THAT_DAY).days) > 4,
    "any day at all": lambda now: bool((now.date() - THAT_DAY).days),
    "weeks of days": lambda now: (now.date() - THAT_DAY).days // 7,
    "days written": lambda now: f"{(now - FIXED).days} days, {(now.date() - THAT_DAY).days:03d}",
    "days as a span": lambda now: timedelta(days=int((now.date() - THAT_DAY).days)),
    "days the other way": lambda now: (100 - (now - FIXED).days, -(now.date() - THAT_DAY).days),
    "two days": lambda now: now.date() == now.astimezone(DENVER).date(),
    "the weekday": lambda now: now.date().weekday(),
    "the year": lambda now: now.date().year,
    "written as a day": lambda now: f"{now:%d %b}",
    "written": lambda now: f"{now.date():%a %d %b %Y}",
    "written whole": lambda now: f"{now:%H:%M}",
    "an hour": lambda now: now.hour,
    "in seconds": lambda now: (now - FIXED).total_seconds() > 7200,
    "in words": lambda now: ago(now - FIXED),
    "as text": lambda now: str(now.date()),
    "in a set": lambda now: now.date() in {THAT_DAY, date(2026, 3, 9)},
}

MOMENTS = st.integers(-10 * 86_400_000_000, 40 * 86_400_000_000).map(
    lambda microseconds: FIXED + timedelta(microseconds=microseconds)
) | st.sampled_from(
    [FIXED + timedelta(hours=hours, microseconds=tick) for hours in (-24, -3, -1, 0, 1, 3, 24) for tick in (-1, 0, 1)]
)


@pytest.mark.slow
@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
@given(now=MOMENTS, share=st.floats(0, 1))
def test_an_answer_is_the_plain_one_and_stays_until_the_moment_named(
    asked: Callable[[Any], Any], now: datetime, share: float
) -> None:
    moment, horizon = watched(now)
    answer = asked(moment)
    assert answer == asked(now)
    until = horizon.until or now + timedelta(days=4000)
    assert until > now
    last = until - timedelta(microseconds=1)
    for later in (now + (last - now) * share, last):
        assert asked(later) == answer


def test_what_reads_the_time_past_it_is_an_error() -> None:
    moment, _ = watched(FIXED)
    with pytest.raises(TypeError):
        datetime.combine(moment.date(), FIXED.time())


def test_a_plain_time_stays_plain() -> None:
    moment, horizon = watched(FIXED)
    assert plain(moment) is FIXED is plain(FIXED)
    assert horizon_of(moment) is horizon
    assert horizon_of(FIXED) is None

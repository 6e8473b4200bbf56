"""When a chair is free: whatever is taken, in any order, every minute of the day is taken, over, too short or free."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sereniv.therapy.scheduling.calendar import Taken, overlap
from sereniv.therapy.scheduling.spans import free_spans

MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)
STEP, LEAST = 15, 30


def at(minute: int) -> datetime:
    return MIDNIGHT + timedelta(minutes=minute)


HOURS = (at(8 * 60), at(18 * 60))
taken = st.lists(
    st.tuples(st.integers(6 * 60, 19 * 60), st.integers(1, 300)).map(
        lambda each: Taken(starts_at=at(each[0]), ends_at=at(each[0] + each[1]), chair="Chair 1")
    ),
    max_size=6,
)


@given(taken, st.integers(0, 24 * 60))
def test_what_is_offered_is_free_and_what_is_free_is_offered(held: list[Taken], now: int) -> None:
    found = free_spans(HOURS, held, at(now), STEP, LEAST)
    for each in found:
        assert HOURS[0] <= each.starts_at <= each.ends_at - timedelta(minutes=LEAST)
        assert each.ends_at <= HOURS[1]
        assert each.starts_at >= at(now)
        assert (each.starts_at - HOURS[0]) % timedelta(minutes=STEP) == timedelta(0)
        assert not any(overlap(each.starts_at, each.ends_at, one) for one in held)
    assert all(first.ends_at <= then.starts_at for first, then in pairwise(found))
    for minute in range(8 * 60, 18 * 60 - LEAST + 1, STEP):
        begins, ends = at(minute), at(minute + LEAST)
        if minute >= now and not any(overlap(begins, ends, one) for one in held):
            assert any(each.starts_at <= begins and ends <= each.ends_at for each in found), minute

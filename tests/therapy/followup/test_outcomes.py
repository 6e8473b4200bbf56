"""Counting everybody who began: with who is missing, with published intervals, exactly."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import knowledge
from sereniv.therapy.followup.outcomes import Outcome, Rate, Stands, Started, outcomes, stands
from sereniv.therapy.followup.response import Point, between
from tests.conftest import NOON

PHQ9 = knowledge().scales["phq9"]
RULE = knowledge().aftercare.small_cells


def moved(first: int, latest: int) -> Stands | None:
    return stands(between(PHQ9, Point(at=NOON, total=Decimal(first)), Point(at=NOON, total=Decimal(latest))))


def counted(responders: int, others: int, missing: int) -> Outcome:
    changes = [moved(20, 4)] * responders + [moved(20, 18)] * others + [None] * missing
    (found,) = outcomes((Started(indication="depression", change=change) for change in changes), RULE)
    return found


def test_nobody_who_began_is_left_out_of_the_count() -> None:
    found = counted(12, 20, 15)
    assert (found.started, found.followed) == (47, 32)
    assert (found.missing.count, found.missing.of) == (15, 47)
    assert (found.responded.count, found.responded.of) == (12, 32), "of those known, beside how many are not"
    assert (found.remitted.count, found.remitted.of) == (12, 32)
    assert found.median_fall == 2


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(81, 263, "0.255", "0.366"), (15, 148, "0.062", "0.160"), (0, 20, "0.000", "0.161"), (29, 29, "0.883", "1.000")],
)
def test_the_interval_is_wilsons_with_published_numbers(count: int, of: int, low: str, high: str) -> None:
    """Newcombe, Stat Med 1998;17:857, table I, method 3."""
    assert tuple(f"{end:.3f}" for end in Rate(count=count, of=of, rule=RULE).interval) == (low, high)


@given(count=st.integers(0, 60), others=st.integers(0, 60))
def test_every_count_is_told_and_a_share_only_where_enough_are_known(count: int, others: int) -> None:
    rate = Rate(count=count, of=count + others, rule=RULE)
    if not rate.of:
        assert rate.words == "nobody known yet"
        return
    assert rate.words.startswith(f"{count} of {count + others}")
    assert ("%" in rate.words) == (rate.of >= RULE.fewest)
    low, high = rate.interval
    assert 0 <= low <= count / rate.of <= high <= 1


def test_the_median_is_of_those_known() -> None:
    assert counted(0, 0, 3).median_fall is None
    assert counted(3, 2, 4).median_fall == 16


def test_who_was_under_the_line_already_is_not_counted_as_remitted() -> None:
    (found,) = outcomes([Started(indication="depression", change=moved(4, 2))] * 12, RULE)
    assert found.remitted.of == 0
    assert found.remitted.words == "nobody known yet"

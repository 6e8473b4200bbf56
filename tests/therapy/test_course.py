"""A course follows its protocol: days, spacing, review after three, decision after six."""

from datetime import UTC, date, datetime, timedelta

import pytest

from sereniv.knowledge import knowledge
from sereniv.therapy.course import Milestone, course, earliest_next

P_DEP = knowledge().protocols["P-DEP"]
FIRST = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_before_the_first_the_course_is_planned_from_today() -> None:
    laid_out = course(P_DEP, (), date(2026, 3, 2))
    assert [place.planned.isoformat()[5:] for place in laid_out.places] == [
        "03-02", "03-04", "03-06", "03-09", "03-11", "03-13",
    ]  # fmt: skip
    assert (laid_out.run, laid_out.not_before, laid_out.due, laid_out.window_ends) == (0, None, None, None)
    assert laid_out.next is not None
    assert laid_out.next.number == 1


@pytest.mark.parametrize(
    ("run", "due"), [(1, None), (2, None), (3, Milestone.REVIEW), (4, None), (5, None), (6, Milestone.DECISION)]
)
def test_review_after_three_and_decision_after_six(run: int, due: Milestone | None) -> None:
    runs = [FIRST + day * DAY for day in P_DEP.days[:run]]
    laid_out = course(P_DEP, runs, runs[-1].date())
    assert (laid_out.run, laid_out.due) == (run, due)
    assert (laid_out.next is None) == (run == 6)


def test_a_seventh_infusion_is_no_longer_of_the_series() -> None:
    runs = [FIRST + day * DAY for day in (*P_DEP.days, 18)]
    laid_out = course(P_DEP, runs, runs[-1].date())
    assert (laid_out.run, laid_out.due) == (6, None)
    assert laid_out.not_before == runs[-1] + timedelta(hours=40)


def test_the_next_waits_forty_hours_whatever_the_order_of_runs() -> None:
    assert earliest_next(P_DEP, ()) is None
    assert earliest_next(P_DEP, (FIRST + DAY, FIRST)) == FIRST + DAY + timedelta(hours=40)


def test_the_window_counts_from_the_first_infusion() -> None:
    assert course(P_DEP, (FIRST,), FIRST.date()).window_ends == date(2026, 3, 30)

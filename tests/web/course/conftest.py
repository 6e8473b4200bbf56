"""Somebody in the middle of a course, for the pages of courses."""

import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records.models import Chair
from tests.conftest import ActMaker, FixedClock
from tests.web.played import Played
from tests.workflows.course.test_courses import day
from tests.workflows.coursing import answer


@pytest.fixture
def her(act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock) -> Played:
    """Return somebody after three infusions, 19 before them and 4 since."""
    Chair.objects.create(name="Chair 1")
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    for number in (0, 2, 4):
        her.infused(number)
    answer(act, her.who, 4, day(5))
    her.at(5.1)
    return her

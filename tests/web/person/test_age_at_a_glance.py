"""At a glance a score has a year, and says how old it is where nobody decides by it any more."""

import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records.models import Chair
from tests.conftest import ActMaker, FixedClock
from tests.web.played import Played
from tests.workflows.course.test_courses import day
from tests.workflows.coursing import answer

pytestmark = pytest.mark.django_db


def test_an_old_score_says_its_age_at_a_glance(act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock) -> None:
    """*PHQ-9, 3 Mar: 4, remission*, said the top of the page eight months later, and a year and a day later too."""
    Chair.objects.create(name="Chair 1")
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    her.infused(0)
    answer(act, her.who, 4, day(1))
    for number, words in (
        (1.1, "PHQ-9, 3 Mar 2026 4 15 better than 19: remission Given so far"),
        (15.5, "PHQ-9, 3 Mar 2026 4 15 better than 19: remission ? 14 days old Given so far"),
        (242, "PHQ-9, 3 Mar 2026 4 15 better than 19: remission ? 241 days old Given so far"),
    ):
        fixed_clock.shown = day(number)
        shown = her.prescriber.reads("person", her.who)
        assert words in shown, shown.partition("PHQ-9")[2][:200]

"""The outcomes page: everybody who began is counted, small cells are hidden, and nothing sounds like a cause."""

import re

import pytest
from django.test import Client

from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.web.followup.outcomes import rate_words
from sereniv.clinic.workflows.outcomes import everybody
from sereniv.knowledge import knowledge
from sereniv.therapy.followup.outcomes import Rate
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.test_today import stage
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
__all__ = ["stage"]


def test_whoever_began_is_counted_with_the_change_on_their_scale(
    stage: Stage, act: ActMaker, fixed_clock: FixedClock
) -> None:
    assert list(everybody(NOON)) == []
    stage.infusing(SHE, "Chair 1", NOON)
    (began,) = everybody(NOON)
    assert (began.indication, began.change) == ("depression", None)
    nurse = Client()
    nurse.force_login(act("nurse").by, backend="django.contrib.auth.backends.ModelBackend")
    page = nurse.get("/outcomes/").content.decode()
    text = re.sub(r"<[^>]*>", " ", page)
    assert "Uncontrolled" in text
    assert "1 to 10" in text
    assert "KARMA-Dep 2" in text
    for word in ("because", "due to", "thanks to", "works", "effective", "success"):
        assert word not in text.lower(), word


@pytest.mark.parametrize(
    ("count", "of", "words"),
    [(0, 0, "nobody known yet"), (5, 40, "too few to show"), (35, 40, "too few to show"), (20, 40, "50% (35% to 65%)")],
)
def test_a_share_is_told_with_its_interval_or_not_at_all(count: int, of: int, words: str) -> None:
    assert rate_words(Rate(count=count, of=of, rule=knowledge().aftercare.small_cells)) == words

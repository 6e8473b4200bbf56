"""What matters on a scale is one number: what a page calls the size of a change is what advice and endings read."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from sereniv.knowledge import knowledge
from sereniv.therapy.followup.response import Point, Reached, between, step_reached
from sereniv.therapy.person.events import Ending
from sereniv.therapy.treatment.ending import by_scores

PCL5 = knowledge().scales["pcl5"]
FIRST = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("latest", "reached", "ending"),
    [
        (45, Reached.IMPORTANT, Ending.PARTLY),
        (44, Reached.IMPORTANT, Ending.PARTLY),
        (46, Reached.NO_RESPONSE, Ending.NO_RESPONSE),
        (39, Reached.RESPONSE, Ending.RESPONDED),
        (63, Reached.WORSE, Ending.NO_RESPONSE),
    ],
)
def test_what_a_step_calls_important_is_important_to_the_advice(latest: int, reached: Reached, ending: Ending) -> None:
    """54 to 45 was *the least important change* on one page, and *no response*: stop, on another."""
    found = between(
        PCL5, Point(at=FIRST, total=Decimal(54)), Point(at=FIRST + timedelta(days=9), total=Decimal(latest))
    )
    step = step_reached(found)
    assert found.reached is reached
    assert by_scores([found]) is ending
    assert step is not None
    assert ("important change in primary care" in step.name or "veterans" in step.name) is (
        reached is not Reached.NO_RESPONSE
    )

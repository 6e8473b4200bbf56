"""Random visits in every indication: no dose far above the last one that was borne is signed by one person alone."""

from contextlib import suppress

import pytest

from sereniv.knowledge import knowledge
from sereniv.therapy.recording.refusal import Malformed, Refused
from tests.conftest import ActMaker
from tests.workflows.histories import History

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
VISITS = 14


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("indication", sorted(knowledge().indications))
def test_no_dose_far_above_the_last_one_that_was_borne_is_signed_alone(
    act: ActMaker, indication: str, seed: int
) -> None:
    history = History(act, indication, seed * 1000 + len(indication))
    visits = 0
    while visits < VISITS or (not history.steps and visits < 3 * VISITS):
        visits += 1
        with suppress(Refused, Malformed, IndexError):
            history.a_visit()
        history.check()
    assert history.steps > 0, "no large step came about: this history tries nothing"
    assert any(not whole for _, whole in history.given)

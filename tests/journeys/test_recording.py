"""The recorded monitor on its chair: it prompts, it is labelled, and no reading is said to be none."""

import pytest

from sereniv.clinic.demo.people import demo_id
from tests.journeys.conftest import TABLET, VisitorMaker
from tests.replays import play, recording_at_hand
from tests.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_recording_prompts_on_its_chair(visitor: VisitorMaker, served: Served) -> None:
    nurse = visitor(TABLET, "dark")
    session = f"/sessions/{demo_id('replayed-session')}/"
    nurse.sign_in("nurse", session)
    play(served, recording_at_hand())
    nurse.page.locator(".no-reading").first.wait_for()
    assert "REPLAY" in nurse.page.locator(".strip").inner_text()
    nurse.page.locator("summary", has_text="more unacknowledged").click()
    assert nurse.page.get_by_text("No reading: look at the patient").count() >= 1
    assert nurse.page.get_by_text("No reading: check breathing").count() == 1
    nurse.check_accessible("chair-replay-dark")

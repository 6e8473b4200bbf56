"""The recorded monitor on its chair: it prompts, it is labelled, and no reading is said to be none."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sereniv.clinic.demo.people import demo_id
from tests.journeys.conftest import TABLET, VisitorMaker, serve_a_copy
from tests.replays import REAL, TWIN, play
from tests.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOST = re.compile(r"(Heart rate|Saturation|Blood pressure): no reading")
RECORDINGS = [TWIN, *([REAL] if REAL.exists() else [])]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A home for each recording: it turns the clock."""
    yield from serve_a_copy(tmp_path / "demo")


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
def test_the_recording_prompts_on_its_chair(visitor: VisitorMaker, served: Served, recording: Path) -> None:
    nurse = visitor(TABLET, "dark")
    nurse.sign_in("nurse", f"/sessions/{demo_id('replayed-session')}/")
    play(served, recording)
    heart_rate = nurse.page.locator(".figure[data-signal=heart_rate]").locator(".figure-value, .figure-words")
    heart_rate.filter(has_text=last_heart_rate(recording)).wait_for()
    assert "REPLAY" in nurse.page.locator(".strip").inner_text()
    nurse.page.locator("summary", has_text="more unacknowledged").click()
    # The recording is over by now, and with it what it had to be looked at for: the prompt says that it was raised.
    nurse.page.get_by_text(LOST).first.wait_for(state="attached")
    nurse.check_accessible(f"chair-replay-dark-{recording.stem}")


def last_heart_rate(recording: Path) -> str:
    """Return what the chair must say at the end of a recording: the file's last number, or that there is none."""
    with recording.open(encoding="utf-8", newline="") as lines:
        value = float(list(csv.DictReader(lines))[-1]["HR [bpm]"])
    return f"{value:.0f}" if value else "No reading"

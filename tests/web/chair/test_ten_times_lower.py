"""A rate ten times too low is asked about where it is typed: the screen is read once more, and nothing is refused."""

import re
import uuid
from decimal import Decimal

import pytest
from django.test import Client

from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from tests.conftest import FixedClock
from tests.web.chair import test_typed_times
from tests.web.chair.test_typed_times import at, send
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
stage, running, nurse = test_typed_times.stage, test_typed_times.running, test_typed_times.nurse
WHY = {"rate": {"reason": "Slower, she is dizzy"}, "found": {"deviation": "Set so by somebody else"}, "resume": {}}


def rate_of(session: uuid.UUID) -> Decimal:
    return chart_store.session_chart_of(session).rates[-1].rate_ml_per_h


def head(session: uuid.UUID) -> str:
    return str(chart_store.session_chart_of(session).head)


@pytest.mark.parametrize("page", ["rate", "found"])
def test_a_tenth_is_asked_about_and_taken_once_the_screen_was_read_again(
    nurse: Client, running: uuid.UUID, page: str
) -> None:
    before = rate_of(running)
    low = f"{before / 10:.1f}"
    status, shown = send(nurse, running, page, rate_ml_per_h=low, expected_seq=head(running), **WHY[page])
    assert status == 422
    assert f"{low} mL/h is less than half of the" in shown
    assert rate_of(running) == before
    box = re.search(r'name="read_again"[^>]*value="([^"]*)"|value="([^"]*)"[^>]*name="read_again"', shown)
    assert box is not None, "what the page asks for can be said on it"
    again = next(each for each in box.groups() if each)
    typed = {"rate_ml_per_h": low, "read_again": again, "expected_seq": head(running), **WHY[page]}
    assert send(nurse, running, page, **typed)[0] == 302
    assert rate_of(running) == Decimal(low)


def test_what_was_said_of_one_rate_does_not_stand_for_another(nurse: Client, running: uuid.UUID) -> None:
    before = rate_of(running)
    typed = {"rate_ml_per_h": f"{before / 20:.1f}", "read_again": f"{before / 10:.1f}", "expected_seq": head(running)}
    assert send(nurse, running, "rate", **typed, **WHY["rate"])[0] == 422
    assert rate_of(running) == before


def test_half_is_taken_at_once_and_a_pump_found_still_is_no_slip(nurse: Client, running: uuid.UUID) -> None:
    half = f"{rate_of(running) / 2:.1f}"
    assert Decimal(half) * 2 >= rate_of(running)
    assert send(nurse, running, "rate", rate_ml_per_h=half, expected_seq=head(running), **WHY["rate"])[0] == 302
    assert send(nurse, running, "found", rate_ml_per_h="0", **WHY["found"])[0] == 302
    assert rate_of(running) == 0


def test_after_a_pause_it_is_held_against_the_rate_before_it(nurse: Client, running: uuid.UUID) -> None:
    before = rate_of(running)
    assert send(nurse, running, "paused", reason="Nausea")[0] == 302
    low = {"rate_ml_per_h": f"{before / 10:.1f}", "expected_seq": head(running), "reason": "Slower after nausea"}
    status, shown = send(nurse, running, "resume", **low)
    assert status == 422
    assert "Read the pump's screen once more" in shown


def test_a_pump_that_ran_before_the_start_is_held_against_the_order(
    nurse: Client, stage: Stage, fixed_clock: FixedClock
) -> None:
    session = stage.at_the_gate(SHE, "Chair 1", at(0))
    fixed_clock.shown = at(5)
    status, shown = send(nurse, session, "found", rate_ml_per_h="0.5", **WHY["found"])
    assert status == 422
    assert "less than half" in shown
    assert not chart_store.session_chart_of(session).started_at


def test_the_fastest_rate_is_said_by_the_least_duration_too(nurse: Client, running: uuid.UUID) -> None:
    """*Over 142.8 mL/h cannot be set* stood over the form, which took nothing over 71.4: the least is 30 minutes."""
    page = nurse.get(f"/sessions/{running}/rate/").content.decode()
    assert "over 54.1 mL/h a second person reads the pump too; over 71.4 mL/h cannot be set." in page
    assert "a prescriber is one of the two" not in page

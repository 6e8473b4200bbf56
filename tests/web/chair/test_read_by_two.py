"""Over the order two people read the pump's screen: the second types what they read, and is held against the first."""

import uuid
from decimal import Decimal

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import PASSWORD
from tests.web.chair import test_typed_times
from tests.web.chair.test_ten_times_lower import head, rate_of
from tests.web.chair.test_typed_times import send

pytestmark = pytest.mark.django_db
stage, running, nurse = test_typed_times.stage, test_typed_times.running, test_typed_times.nurse


@pytest.fixture
def typed(running: uuid.UUID, staff: dict[str, Staff]) -> dict[str, str]:
    """A fifth over the order, signed by two."""
    return {
        "rate_ml_per_h": f"{rate_of(running) * Decimal('1.2'):.1f}", "reason": "As the prescriber asked for",
        "expected_seq": head(running), "second_person": str(staff["nurse2"].pk), "second_secret": PASSWORD,
    }  # fmt: skip


def test_a_signature_without_a_reading_is_none(nurse: Client, running: uuid.UUID, typed: dict[str, str]) -> None:
    """A rate could double by one person's word and another one's PIN."""
    before = rate_of(running)
    status, shown = send(nurse, running, "rate", **typed)
    assert (status, "Read the pump's screen yourself" in shown) == (422, True)
    assert rate_of(running) == before


@pytest.mark.parametrize("factor", ["0.98", "1.02", "0.1", "10"])
def test_two_readings_that_differ_are_no_reading(
    nurse: Client, running: uuid.UUID, typed: dict[str, str], factor: str
) -> None:
    before = rate_of(running)
    read = f"{Decimal(typed['rate_ml_per_h']) * Decimal(factor):.1f}"
    status, shown = send(nurse, running, "rate", **typed, second_rate_ml_per_h=read)
    assert (status, "The two readings differ" in shown) == (422, True)
    assert f"differ. {typed['rate_ml_per_h']}" not in shown
    assert rate_of(running) == before


def test_two_readings_that_agree_are_charted(nurse: Client, running: uuid.UUID, typed: dict[str, str]) -> None:
    assert send(nurse, running, "rate", **typed, second_rate_ml_per_h=typed["rate_ml_per_h"])[0] == 302
    assert rate_of(running) == Decimal(typed["rate_ml_per_h"])


def test_when_the_pump_runs_again_it_is_read_by_two_as_well(
    nurse: Client, running: uuid.UUID, typed: dict[str, str]
) -> None:
    assert send(nurse, running, "paused", reason="Nausea")[0] == 302
    typed |= {"expected_seq": head(running)}
    assert send(nurse, running, "resume", **typed)[0] == 422
    assert send(nurse, running, "resume", **typed, second_rate_ml_per_h=typed["rate_ml_per_h"])[0] == 302


def test_within_the_order_one_person_reads(nurse: Client, running: uuid.UUID) -> None:
    slower = {"rate_ml_per_h": f"{rate_of(running) * Decimal('0.8'):.1f}", "reason": "Slower, she is dizzy"}
    assert send(nurse, running, "rate", **slower, expected_seq=head(running))[0] == 302

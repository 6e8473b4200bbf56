"""A dose ten times too little is asked about like one too great, and said to whoever signs and reads after."""

import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records.models import Chair
from tests.conftest import ActMaker, FixedClock
from tests.web.played import WHY, Played
from tests.workflows.coursing import wanted

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("indication", "typed", "less"),
    [
        ("depression", {"dose_mg_per_kg": "0.05"}, "90 %"),
        ("suicidal_ideation", {"dose_mg_per_kg": "0.2"}, "60 %"),
        ("chronic_pain", {"rate_mg_per_kg_per_h": "0.04"}, "88.6 %"),
        ("chronic_pain", {"cap_mg_per_h": "2.5"}, "89.8 %"),
        ("chronic_pain", {"duration_min": "40"}, "83.3 %"),
    ],
)
def test_less_than_half_of_what_the_protocol_gives_is_asked_about_and_never_refused(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, indication: str, typed: dict[str, str], less: str
) -> None:
    """0.05 typed for 0.5 mg/kg was *within every limit*; a cap or a time ten times too small hid the same slip."""
    Chair.objects.create(name="Chair 1")
    her = Played(act, staff, fixed_clock, indication)
    her.at(0)
    said = f"Less than the protocol gives, by how much of it: {less}"
    shown = her.looks_at(**typed)
    assert "▲ soft limit Less than the protocol gives" in shown
    assert less in shown
    refused = her.order(**typed)
    assert not refused.taken
    assert "Write the reason" in refused.words
    assert her.order(**typed, reason=WHY).taken
    assert f"({said}): {WHY}" in her.second.reads("person_cosign", her.who, her.last_order())
    assert her.co_sign().taken
    assert f"({said}): {WHY}" in her.nurse.reads("session_gate", her.seat()), "said beside the read-back too"


def test_a_tenth_of_the_last_dose_is_asked_about_and_half_of_it_is_not(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    her = Played(act, staff, fixed_clock)
    her.infused(0, wanted("1.0", minutes=60), WHY)
    her.at(2)
    assert "Decrease of the whole dose under the last tolerated one : 60 %" in her.looks_at(dose_mg_per_kg="0.4")
    assert "✓ within every limit" in her.looks_at(dose_mg_per_kg="0.5")

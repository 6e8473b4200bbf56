"""A signed order is held against the limits as they are when it is checked and before its start."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records.models import Chair
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.rules.own_rules import sign_own
from sereniv.therapy.person import events as pe
from tests.conftest import ActMaker, FixedClock
from tests.web.played import WHY, Played
from tests.workflows.course.test_courses import day
from tests.workflows.rules.test_own_rules import OURS

pytestmark = pytest.mark.django_db
SAID = (
    "Since this order of 35 mg was signed it goes past: Dose at the first psychiatric infusion: 0.5 mg/kg, soft limit. "
    "Sign it anew"
)


@pytest.fixture
def her(act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock) -> Played:
    """Return somebody who is weighed for the first infusion."""
    Chair.objects.create(name="Chair 1")
    her = Played(act, staff, fixed_clock)
    her.at(0)
    return her


def tightened(her: Played) -> None:
    """Sign a smaller soft limit of the dose by weight than what was ordered."""
    today = day(0).date()
    ours = replace(
        OURS, threshold="limits.first_infusion_mg_per_kg.soft_above", value=Decimal("0.45"), effective_from=today
    )
    sign_own(ours, her.act("director", second="prescriber", now=day(0.01)))
    her.clock.shown = day(0.02)


def test_a_limit_tightened_after_the_signature_is_asked_about_at_the_co_signature(her: Played) -> None:
    """The clinic signed a smaller one in between: the second person checked the numbers alone, and it went through."""
    assert her.order().taken
    tightened(her)
    assert SAID in her.second.reads("person_cosign", her.who, her.last_order())
    refused = her.co_sign()
    assert not refused.taken
    assert SAID in refused.words
    assert her.order(reason=WHY).taken
    assert her.co_sign().taken, "signed past it, and why"


def test_a_limit_tightened_after_the_co_signature_holds_the_start(her: Played) -> None:
    assert her.order().taken
    assert her.co_sign().taken
    seated = her.seat()
    assert SAID not in her.nurse.reads("session_gate", seated)
    tightened(her)
    assert SAID in her.nurse.reads("session_gate", seated)


def test_what_others_gave_counts_at_the_co_signature_though_told_only_then(her: Played) -> None:
    assert her.order().taken
    told = pe.InfusedElsewhere(
        given_on=date(2026, 2, 10), mg=Decimal(20), weight_kg=Decimal(70), minutes=40, treats="psychiatric",
        tolerated=True, told_by="Brook Clinic, as the patient says",
    )  # fmt: skip
    people.record(her.who, told, her.act("nurse", now=day(0.01)), day(-20))
    her.clock.shown = day(0.02)
    refused = her.co_sign()
    assert not refused.taken
    assert "Since this order of 35 mg was signed it goes past:" in refused.words
    assert "75 %" in refused.words, "35 mg after 20 mg"

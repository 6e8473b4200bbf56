"""What a fifth reader tried: infusions given elsewhere, as a prescriber meets them on the pages."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.clinic.workflows.person import people
from sereniv.therapy.person import events as pe
from tests.conftest import ActMaker, FixedClock
from tests.web.whole.test_whole_courses import Played, chairs
from tests.workflows.course.test_courses import day
from tests.workflows.coursing import eligible
from tests.workflows.person.test_joining_treated import join

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("chairs")]
chairs = chairs
TOLD = pe.InfusedElsewhere(
    given_on=date(2026, 3, 1), mg=Decimal(45), weight_kg=Decimal(90), minutes=40, treats="psychiatric", tolerated=True,
    told_by="Practice of Dr Brook",
)  # fmt: skip


def test_before_the_first_infusion_here_the_page_says_how_soon_and_that_an_hour_is_assumed(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """Given elsewhere the day before: the order was signed without a word, and the gate held it the next morning."""
    her = Played(act, staff, fixed_clock)
    people.record(her.who, TOLD, act("nurse", now=day(0)), day(-1))
    her.at(0)
    words = (
        "Not to start before Tue 3 Mar 15:59: Depression, six infusions keeps 40 hours between "
        "infusions, and the gate holds an earlier one. The last infusion was given elsewhere on 01 Mar 2026. "
        "Its hour is not known: the end of that day is assumed."
    )
    shown = her.prescriber.reads("person_order", her.who)
    assert words in shown
    assert "So far 1 infusion, 45 mg, 1 of the 1 given elsewhere, as told." in shown
    assert her.order().taken
    assert words in her.second.reads("person_cosign", her.who, her.last_order())
    assert her.co_sign().taken
    gate = her.nurse.reads("session_gate", her.seat())
    assert "Its hour is not known: the end of that day is assumed. P-DEP asks 40 h." in gate


def test_one_infusion_told_in_two_joined_records_counts_once(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    her = Played(act, staff, fixed_clock)
    other = eligible(act, day(-1), name="ilja")
    people.record(her.who, TOLD, act("nurse", now=day(0)), day(-1))
    people.record(other, replace(TOLD, told_by="Mill Clinic", mg=Decimal(50)), act("nurse", now=day(0)), day(-1))
    join(act, her.who, other, 0.1)
    exposure = treatment_of(her.who, day(1)).exposure
    assert (exposure.count, exposure.mg, exposure.elsewhere) == (1, 50, 1)
    her.at(1)
    shown = her.prescriber.reads("person_order", her.who)
    assert "45 mg by 90 kg in 40 min; tolerated; the records differ: 45 mg, 50 mg; given elsewhere: " in shown
    assert "Practice of Dr Brook and Mill Clinic" in shown
    person = her.nurse.reads("person", her.who)
    assert person.count("told twice of this day, counts once") == 2

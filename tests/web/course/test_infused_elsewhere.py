"""Infusions given elsewhere, as a prescriber meets them on the pages."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.clinic.workflows.person import people
from sereniv.therapy.person import events as pe
from tests.conftest import ActMaker, FixedClock
from tests.web.played import Played
from tests.workflows.course.test_courses import day
from tests.workflows.coursing import eligible
from tests.workflows.person.test_joining_treated import join

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("chairs")]
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
        "infusions, and the gate holds an earlier one. The last infusion was given elsewhere on 01 Mar 2026: "
        "01 Mar 23:59, the latest that it can have been, is assumed for its start."
    )
    shown = her.prescriber.reads("person_order", her.who)
    assert words in shown
    assert "So far 1 infusion, 45 mg, 1 of the 1 given elsewhere, as told." in shown
    assert her.order().taken
    assert words in her.second.reads("person_cosign", her.who, her.last_order())
    assert her.co_sign().taken
    gate = her.nurse.reads("session_gate", her.seat())
    assert "the latest that it can have been, is assumed for its start. P-DEP asks 40 h." in gate


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


def test_what_a_patient_tells_of_another_clinic_is_charted_and_counts_as_it_is_sure(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """Six infusions elsewhere, the last of 45 mg about nine days ago: nowhere to chart it but a file."""
    her = Played(act, staff, fixed_clock)
    her.at(0)
    told = {
        "clinic": "Brook Clinic", "said_by": "as the patient says", "given_on": "2026-02-20", "within_days": "7",
        "others_before": "5", "mg": "45", "treats": "psychiatric", "tolerated": "yes",
    }  # fmt: skip
    page = "person_infused_elsewhere"
    for wrong, words in (
        ({"clinic": ""}, "required"),
        ({"given_on": "2026-03-09"}, "has not come yet"),
        ({"given_on": "1979-03-02"}, "before the patient was born"),
        ({"mg": "0.5", "weight_kg": "90"}, "Is this mg/kg?"),
        ({"mg": "0"}, "cannot have been given"),
        ({"weight_kg": "0"}, "Nobody weighs 0 kg"),
        ({"within_days": ""}, "required"),
    ):
        refused = her.nurse.sends(page, her.who, **(told | wrong))
        assert words in refused.words, refused.words
        assert 'value="5"' in refused.content, "nothing typed is lost"
    assert her.nurse.sends(page, her.who, **told).taken
    counted = treatment_of(her.who, day(0.1)).exposure.ever_words
    assert counted == "6 infusions, at least 45 mg (of 5 ? mg not known), 6 of the 6 given elsewhere, as told"
    shown = her.prescriber.reads("person_order", her.who)
    assert "Not to start before" not in shown, "at the latest three days ago"
    assert "45 mg; ? about 20 Feb 2026, 7 days more or less; tolerated; 5 before it; given elsewhere: Brook" in shown
    assert "35 mg after 45 mg given elsewhere" in shown
    her.at(0.2)
    later = told | {"given_on": "2026-02-28", "within_days": "3", "mg": "", "tolerated": "no", "words": "very sick"}
    assert her.second.sends(page, her.who, **later | {"others_before": "6"}).taken
    shown = her.prescriber.reads("person_order", her.who)
    assert "Not to start before" in shown
    assert "about 28 Feb 2026, 3 days more or less: 02 Mar" in shown, shown[shown.find("about 28") :][:200]
    assert "the latest that it can have been, is assumed" in shown
    assert "7 infusions, at least 45 mg (of 6 ? mg not known)" in shown, "the first six are among those before"
    assert "● not tolerated: very sick" in shown

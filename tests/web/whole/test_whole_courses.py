"""Whole courses played on the pages as a prescriber and a nurse would: what the screen says is what is done."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.chair import charting, sessions
from sereniv.clinic.workflows.followup.outcomes import everybody as outcomes_of_everybody
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.person import people
from sereniv.therapy.person import events as pe
from sereniv.therapy.session import events as ev
from tests.conftest import ActMaker, FixedClock
from tests.therapy.making import taken_up
from tests.web.played import WHY, Played
from tests.workflows.course.test_courses import day, head
from tests.workflows.coursing import answer, consent_again, decided, query_again, wanted

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("chairs")]


def test_a_high_answer_about_suicide_holds_review_order_co_signature_and_start_until_somebody_asked(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """Item 9 at 3, unacknowledged, no C-SSRS, no level of care: an empty *Continue* went through to the chair."""
    her = Played(act, staff, fixed_clock, "suicidal_ideation")
    her.score("phq9", (3, 3, 3, 2, 2, 2, 2, 2, 0), -0.9)
    her.infused(0, wanted(protocol="P-SI"))
    her.at(0.95)
    assert her.review("continue", reason="calmer, no thoughts of suicide when asked").taken
    assert her.order().taken
    her.score("phq9", (2, 2, 2, 2, 2, 2, 2, 2, 3), 0.96)
    item = head(her.who)
    her.at(1)
    for name in ("person_review", "person_order", "person_course"):
        shown = her.prescriber.reads(name, her.who)
        assert "▲ holds this Thoughts of suicide" in shown, name
        assert "answered 3. Ask in person first" in shown, name
    for second in ("", "director"):
        assert "Ask in person first" in her.review("continue", second, reason=WHY).words
        assert "Ask in person first" in her.order(second=second, reason=WHY).words
    assert "Ask in person first" in her.co_sign().words
    session = her.seat()
    gate = her.nurse.reads("session_gate", session)
    assert "▲ not met" in gate
    assert "Ask in person first" in gate
    nobody = her.nurse.client.get(reverse("gate_override", args=[session, "open_items"]))
    assert nobody.status_code == 403, "a nurse passes nothing over"
    passed = her.prescriber.sends("gate_override", session, "open_items", reason=WHY)
    assert not passed.taken
    people.record(her.who, taken_up(item, pe.Risk.HIGH, done=("crisis_line",)), act("prescriber", now=day(1.001)))
    her.at(1.01)
    assert "level of care" in her.review("continue", reason=WHY).words, "a high risk asks for a level of care"
    care = pe.LevelOfCareDecided(level=pe.LevelOfCare.OUTPATIENT, words="with her sister, called each day")
    people.record(her.who, care, act("prescriber", now=day(1.02)))
    her.at(1.03)
    assert "● holds" not in her.prescriber.reads("person_order", her.who)
    assert her.co_sign().taken, her.co_sign().words


def test_a_manic_score_after_screening_is_two_peoples_at_the_review_and_holds_the_order(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    her = Played(act, staff, fixed_clock, "bipolar_depression")
    answer(act, her.who, 19, day(-0.9))
    her.score("ymrs", (4,), -0.9)
    for number in (0, 2, 4):
        her.infused(number)
    answer(act, her.who, 8, day(5))
    her.score("ymrs", (24,), 5)
    her.at(5.1)
    for name in ("person_review", "person_order", "person_course"):
        assert "Mania" in her.prescriber.reads(name, her.who), name
        assert "24" in her.prescriber.reads(name, her.who), name
    assert "Mania" in her.review("continue").words
    assert "second" in her.review("continue", reason=WHY).words
    assert her.review("continue", "director", reason=WHY).taken
    assert "gone on in spite of it" in her.prescriber.reads("person_course", her.who)
    assert "Candidacy is decided anew first" in her.order(reason=WHY, second="director").words
    her.score("ymrs", (5,), 6)
    her.at(6.1)
    assert her.order().taken
    her.score("ymrs", (24,), 6.2)
    her.at(6.3)
    assert "Mania" in her.co_sign().words
    session = her.seat()
    gate = her.nurse.reads("session_gate", session)
    assert "YMRS in the hypomanic range or above (met: GATE2, " in gate
    assert not her.prescriber.sends("gate_override", session, "candidacy", reason=WHY).taken


def test_a_pain_infusion_of_four_hours_is_held_at_the_page_and_at_the_chair(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    his = Played(act, staff, fixed_clock, "chronic_pain")
    his.at(0, "50")
    slip = his.looks_at(rate_mg_per_kg_per_h="3.5")
    assert "3.5 mg/kg/h is 175 mg/h, set are 25 mg/h (85.7 % less)" in slip
    assert "▲ absolute limit" in slip
    assert "cannot be ordered" in his.order(rate_mg_per_kg_per_h="3.5", reason=WHY, second="director").words
    for typed, words in (
        ({"duration_min": "600", "rate_mg_per_kg_per_h": "1.0", "cap_mg_per_h": "80"}, "Duration of a pain infusion"),
        ({"duration_min": "1"}, "Duration of a pain infusion"),
        ({"duration_min": "360", "rate_mg_per_kg_per_h": "0.7", "cap_mg_per_h": "35"}, "Total dose per pain infusion"),
    ):
        shown = his.looks_at(**typed)
        assert f"▲ absolute limit {words}" in shown, shown
        assert "cannot be ordered" in his.order(**typed, reason=WHY, second="director").words
    assert "✓ within every limit" in his.looks_at()
    his.at(0, "85")
    assert "capped at 25 mg/h" in his.looks_at()
    assert his.order().taken
    assert his.co_sign().taken
    session = his.seat()
    charting.chart_fact(
        session, ev.InfusionFoundRunning(rate_ml_per_h=Decimal(25), deviation="test"), act("nurse", now=day(0))
    )
    fixed_clock.shown = day(0.02)
    for rate, second in (("30", ""), ("30", "nurse2"), ("25.2", "nurse2")):
        read = {"second_rate_ml_per_h": rate} if second else {}
        refused = his.nurse.sends(
            "session_rate", session, second=second, rate_ml_per_h=rate, reason="more pain", **read
        )
        assert not refused.taken, (rate, second)
        assert "25 mg/h" in refused.words, refused.words[-700:]
    typed = {"rate_ml_per_h": "30", "second_rate_ml_per_h": "30", "reason": "more pain"}
    assert his.nurse.sends("session_rate", session, second="prescriber", **typed).taken


@pytest.mark.parametrize(
    ("weight_kg", "basis", "hits", "words"),
    [
        ("140", "ideal", {}, ""),
        ("140", "actual", {}, ""),
        ("42", "ideal", {"dose_weight_over_actual": "hard"}, "The weight that doses is over the measured one"),
        ("42", "actual", {}, ""),
    ],
)
def test_heavy_and_light_people_are_dosed_by_a_weight_that_is_held_against_theirs(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock,
    weight_kg: str, basis: str, hits: dict[str, str], words: str,
) -> None:  # fmt: skip
    her = Played(act, staff, fixed_clock)
    her.at(0, weight_kg)
    shown = her.looks_at(weight_basis=basis)
    assert ("✓ within every limit" in shown) is not bool(hits)
    if hits:
        assert words in shown
        assert "second" in her.order(weight_basis=basis, reason=WHY).words
        return
    signed = her.order(weight_basis=basis)
    assert signed.taken, signed.words
    other = "actual" if basis == "ideal" else "ideal"
    her.prescriber.sends("person_withdraw", her.who, her.last_order(), reason="another weight is asked for")
    her.infused(0.01, wanted_by(basis))
    her.at(2, weight_kg)
    step = her.looks_at(weight_basis=other)
    assert f"dosed by {other} weight, before by {basis} weight" in step
    if weight_kg == "140" and basis == "ideal":
        assert "▲ hard limit Increase of the whole dose" in step
        assert "second" in her.order(weight_basis=other, reason=WHY).words


def test_a_second_course_after_eight_months_asks_everything_anew_and_holds_the_old_raised_dose(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    her.infused(0)
    answer(act, her.who, 18, day(1))
    her.infused(2, wanted("0.75", minutes=60))
    answer(act, her.who, 4, day(3))
    her.at(3.1)
    ended = her.prescriber.sends("person_end_course", her.who, outcome="responded", reason="well, wants to wait")
    assert ended.taken
    her.at(242)
    shown = her.prescriber.reads("person_order", her.who)
    assert "Decide on candidacy anew" in shown
    assert "Decide on candidacy anew" in her.order(reason=WHY, second="director").words
    decided(act, her.who, day(242.1))
    her.at(242.2)
    for asks in ("new consent", "monitoring query"):
        assert asks in her.prescriber.reads("person_order", her.who)
    consent_again(act, her.who, day(242.3))
    query_again(act, her.who, day(242.3))
    her.at(242.4)
    shown = her.prescriber.reads("person_order", her.who)
    assert "240 days ago 52.5 mg given of 52.5 mg" in shown
    assert "Work out" not in shown, "a course of long ago gives no ground to raise"
    held = her.prescriber.client.get(reverse("person_order", args=[her.who])).content.decode()
    assert 'name="dose_mg_per_kg" value="0.5"' in held, "it begins where the protocol begins"
    old = her.looks_at(dose_mg_per_kg="0.75", duration_min="60")
    assert (
        "▲ hard limit More than the protocol begins with, so many days after the last tolerated infusion : 240" in old
    )
    assert "second" in her.order(dose_mg_per_kg="0.75", duration_min="60", reason=WHY).words
    assert her.order().taken
    assert her.co_sign().taken


def test_a_score_that_fell_is_one_response_on_every_page(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """PCL-5 53 to 2 was *no response* at a glance, *important change* on the course and *not defined* in Outcomes."""
    his = Played(act, staff, fixed_clock, "ptsd")
    his.score("pcl5", [*[3] * 13, *[2] * 7], -0.9)
    for number in (0, 2, 4):
        his.infused(number, wanted(protocol="P-PTSD"))
    his.score("pcl5", [2, *[0] * 19], 5)
    his.at(5.1)
    for name in ("person", "person_course", "person_review", "person_end_course"):
        shown = his.prescriber.reads(name, his.who)
        assert "response" in shown, name
        for never in ("no response", "not defined", "cannot be judged"):
            assert never not in shown.replace("No response Not tolerated", ""), (name, never)
    assert "The scores propose responded" in his.prescriber.reads("person_end_course", his.who)
    (counted,) = outcomes_of_everybody(day(5.1))
    assert counted.change is not None
    assert (counted.change.responded, counted.change.fall) == (True, 51)
    assert "53" in his.prescriber.reads("outcomes")


def test_a_relapse_after_a_response_stands_with_four_choices_and_no_raise(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """19, then 4, now 12: it was offered as *No response to 0.5 mg/kg, work out 0.75*."""
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    for number in (0, 2, 4):
        her.infused(number)
    answer(act, her.who, 4, day(5))
    her.at(5.1)
    assert her.review("continue").taken
    for number in (7, 9, 11):
        her.infused(number)
    answer(act, her.who, 4, day(12))
    her.at(12.1)
    assert her.review("maintenance", interval_days="14").taken
    answer(act, her.who, 12, day(20))
    her.at(20.1)
    shown = her.prescriber.reads("person_order", her.who)
    assert "Work out" not in shown
    assert "No response to" not in shown
    for name in ("person_course", "person_review"):
        shown = her.prescriber.reads(name, her.who)
        choices = ("A shorter interval", "A higher dose", "Another course", "Stopping, and another treatment")
        places = [shown.index(each) for each in choices]
        assert places == sorted(places), name
        assert "best 4" in shown
    assert "The scores propose no ending" in her.prescriber.reads("person_end_course", her.who)
    assert "Record a review" in her.order().words
    assert "going" in her.review("maintenance", interval_days="14").words, "an empty word is none"
    assert her.review("continue", reason=WHY).taken
    assert "response seems to be going" in her.prescriber.reads("person_course", her.who), "it stays in sight"
    assert f"▲ Relapse signal ◆ Gone on in spite of: Worse by the score. {WHY}" in her.prescriber.reads(
        "person", her.who
    )
    raised = her.looks_at(dose_mg_per_kg="0.75", duration_min="60")
    assert "▲ soft limit A raised dose without a recorded non-response" in raised


def test_a_year_of_weekly_maintenance_is_asked_about_again_and_again(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """Twenty-eight weekly infusions went by and nobody was asked for a review."""
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    for number in (0, 2, 4):
        her.infused(number)
    answer(act, her.who, 4, day(5))
    her.at(5.1)
    assert her.review("continue").taken
    for number in (7, 9, 11):
        her.infused(number)
    answer(act, her.who, 4, day(12))
    her.at(12.1)
    assert "5 days is closer than the 7" in her.review("maintenance", interval_days="5").words
    assert her.review("maintenance", interval_days="7").taken
    reviews, soft, hard, tapered = [], [], [], []
    for week in range(1, 41):
        number = 11 + 7 * week
        her.at(number)
        if week % 2 == 0:
            answer(act, her.who, 4, day(number))
        fixed_clock.shown = day(number + 0.001)
        course = her.prescriber.reads("person_course", her.who)
        if "Time to stretch the interval" in course:
            tapered.append(week)
        if week in {4, 5, 40}:
            shown = "Time to stretch the interval" in her.prescriber.reads("person_order", her.who)
            assert shown is (week > 4), "the page that writes the next one says it too"
        answered = her.order()
        if "goes on without a review" in answered.words:
            for check in ("Urinary symptoms", "Liver tests", "Memory and attention", "Craving", "benefit still there"):
                assert check in course, check
            reviews.append(week)
            answer(act, her.who, 4, day(number + 0.0005))
            reviewed = her.review("continue", reason=WHY, **her.looked_at())
            assert reviewed.taken, reviewed.words
            answered = her.order()
        if not answered.taken:
            soft.append(week)
            answered = her.order(reason=WHY)
        if not answered.taken:
            assert "second" in answered.words, answered.words
            hard.append(week)
            answered = her.order(second="director", reason=WHY)
        assert answered.taken, answered.words
        session = her.seat()
        plan = chart_store.session_chart_of(session).plan
        began = day(number + 0.01)
        running = ev.InfusionFoundRunning(rate_ml_per_h=plan.rate_ml_per_h, deviation="test")
        charting.chart_fact(session, running, act("nurse", now=began))
        end = began + timedelta(minutes=plan.duration_min)
        charting.chart_fact(session, ev.InfusionStopped(reason=""), act("nurse", now=end))
        leaves = act("prescriber", now=end + timedelta(minutes=90))
        sessions.discharge(
            session, "Kim", True, "for this test alone", chart_store.session_chart_of(session).head, leaves,
            identity_checked=True,
        )  # fmt: skip
    assert reviews == [7, 13, 19, 25, 31, 37], "six infusions, then a review"
    assert tapered == list(range(5, 41)), "from the fifth weekly one on"
    assert soft == list(range(19, 41)), "the 25th infusion of twelve months and every one after it"
    assert hard == list(range(31, 41)), "from the 37th on two people"


def wanted_by(basis: str) -> orders.Wanted:
    """Return the first dose, by one weight."""
    return replace(wanted(), weight_basis=pe.WeightBasis(basis))

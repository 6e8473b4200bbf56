"""A course through its workflows: opened by its first order, reviewed, interrupted, resumed, maintained, ended."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.shell.acting import NotPermitted
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import chart_of
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.treatment.course import Standing
from tests.conftest import NOON, ActMaker
from tests.workflows.coursing import answer, consent_again, decided, eligible, infuse, query_again, sign, wanted

pytestmark = pytest.mark.django_db

PAIN = orders.Wanted(
    protocol="P-CRPS-OP", rate_mg_per_kg_per_h=Decimal("0.35"), cap_mg_per_h=Decimal(25), duration_min=240,
    concentration_mg_per_ml=Decimal(1), weight_basis=pe.WeightBasis.ACTUAL,
)  # fmt: skip


def day(number: float) -> datetime:
    return NOON + timedelta(days=number)


def head(person_id: object) -> int:
    return chart_store.person_chart(str(person_id)).head


def test_six_infusions_with_review_and_decision_then_maintenance(act: ActMaker) -> None:
    she = eligible(act, day(-1))
    answer(act, she, 20, day(-0.9))
    for number in (0, 2, 4):
        infuse(act, she, day(number))
    opened = chart_store.person_chart(she).all(pe.CourseOpened)
    assert [(each.event.protocol, each.event.primary_scale) for each in opened] == [("P-DEP", "phq9")]
    with pytest.raises(Refused, match="review that P-DEP asks for after infusion 3"):
        sign(act, she, day(6))
    answer(act, she, 17, day(6))
    with pytest.raises(NotPermitted):
        courses.review(she, pe.ReviewOutcome.CONTINUE, "", None, head(she), act("nurse", now=day(6)))
    with pytest.raises(Refused, match="Little change after three"):
        courses.review(she, pe.ReviewOutcome.CONTINUE, " ", None, head(she), act("prescriber", now=day(6)))
    courses.review(she, pe.ReviewOutcome.CHANGE_DOSE, "well tolerated", None, head(she), act("prescriber", now=day(6)))
    seen = chart_store.person_chart(she).all(pe.CourseReviewed)[0].event
    assert (seen.after_infusion, seen.milestone, seen.read["fall"]) == (3, pe.Milestone.REVIEW, "15%")

    with pytest.raises(Refused, match="past a soft limit"):
        sign(act, she, day(7), wanted("0.8", minutes=60))
    six = knowledge().protocols["P-DEP"]
    stands = treatment_of(she, day(7))
    assert orders.raise_offered(six, stands) == (Decimal("0.5"), Decimal("0.75"))
    helped = replace(stands, chart=chart_of(each for each in stands.chart.entries if each.at < day(5)))
    assert orders.raise_offered(six, helped)[1] is None, "no score since says nothing of response"
    infuse(act, she, day(7), wanted("0.75", minutes=60))
    assert [limit.limit for limit in chart_store.person_chart(she).orders[-1].terms.limits] == [], "non-response"
    for number in (9, 11):
        infuse(act, she, day(number), wanted("0.75", minutes=60))
    answer(act, she, 8, day(12))
    stands = treatment_of(she, day(12))
    assert stands.course is not None
    assert courses.outcomes(stands.course) == (pe.ReviewOutcome.MAINTENANCE, pe.ReviewOutcome.STOP)
    with pytest.raises(Refused, match="series is complete"):
        courses.review(she, pe.ReviewOutcome.CONTINUE, "more", None, head(she), act("prescriber", now=day(12)))
    with pytest.raises(Malformed, match="interval"):
        courses.review(she, pe.ReviewOutcome.MAINTENANCE, "", None, head(she), act("prescriber", now=day(12)))
    courses.review(she, pe.ReviewOutcome.MAINTENANCE, "", 7, head(she), act("prescriber", now=day(12)))
    stands = treatment_of(she, day(12))
    assert stands.course is not None
    assert (stands.course.standing, stands.next_due) == (Standing.MAINTENANCE, day(18).date())
    assert (stands.exposure.count, stands.exposure.mg_12_months) == (6, Decimal("35.0") * 3 + Decimal("52.5") * 3)
    infuse(act, she, day(18), wanted("0.75", minutes=60))
    assert treatment_of(she, day(19)).next_due == day(25).date()
    with pytest.raises(Refused, match="5 days is closer than the 7"):
        courses.plan_maintenance(she, 5, "", head(she), act("prescriber", now=day(19)))
    with pytest.raises(Refused, match="second person"):
        courses.plan_maintenance(she, 5, "relapse within a week", head(she), act("prescriber", now=day(19)))
    courses.plan_maintenance(she, 10, "", head(she), act("prescriber", now=day(19)))
    with pytest.raises(Refused, match="shorter interval"):
        courses.plan_maintenance(she, 8, "", head(she), act("prescriber", now=day(19)))
    courses.plan_maintenance(she, 14, "", head(she), act("prescriber", now=day(19)))
    assert treatment_of(she, day(19)).next_due == day(32).date()


def test_six_without_response_end_in_advice_to_stop(act: ActMaker) -> None:
    he = eligible(act, day(-1))
    answer(act, he, 20, day(-0.9))
    for number in (0, 2, 4):
        infuse(act, he, day(number))
    courses.review(he, pe.ReviewOutcome.CONTINUE, "no score yet", None, head(he), act("prescriber", now=day(5)))
    for number in (7, 9, 11):
        infuse(act, he, day(number))
    answer(act, he, 18, day(12))
    met = [each.row for each in treatment_of(he, day(12)).advice if each.is_met]
    assert "esketamine" in " ".join(met[0].alternatives)
    with pytest.raises(Refused, match="No response after six"):
        courses.review(he, pe.ReviewOutcome.MAINTENANCE, "", 7, head(he), act("prescriber", now=day(12)))
    with pytest.raises(Malformed, match="Choose how the course ended"):
        courses.review(he, pe.ReviewOutcome.STOP, "no response", None, head(he), act("prescriber", now=day(12)))
    courses.review(
        he, pe.ReviewOutcome.STOP, "no response", None, head(he), act("prescriber", now=day(12)),
        ending=pe.Ending.NO_RESPONSE,
    )  # fmt: skip
    ended = treatment_of(he, day(12)).course
    assert ended is not None
    assert ended.ended is not None
    assert ended.ended.event.outcome is pe.Ending.NO_RESPONSE
    with pytest.raises(Refused, match=r"ended on 14 \w+ \(no response\). Decide on candidacy anew"):
        sign(act, he, day(12.1))
    decided(act, he, day(200))
    with pytest.raises(Refused, match="new consent"):
        sign(act, he, day(200.1))
    consent_again(act, he, day(200.1))
    with pytest.raises(Refused, match="new prescription monitoring query"):
        sign(act, he, day(200.1))
    query_again(act, he, day(200.1))
    sign(act, he, day(200.1))
    assert len(treatment_of(he, day(201)).courses) == 2, "a later order opens another course"


def test_somebody_worse_waits_for_the_prescriber(act: ActMaker) -> None:
    he = eligible(act, day(-1))
    answer(act, he, 12, day(-0.9))
    infuse(act, he, day(0))
    answer(act, he, 17, day(1))
    with pytest.raises(Refused, match="Worse than before"):
        sign(act, he, day(2))
    courses.review(he, pe.ReviewOutcome.CONTINUE, "seen today", None, head(he), act("prescriber", now=day(2)))
    sign(act, he, day(2.1))


def test_a_course_interrupted_and_resumed_within_and_past_its_window(act: ActMaker) -> None:
    she = eligible(act, day(-1))
    infuse(act, she, day(0))
    with pytest.raises(Malformed):
        courses.interrupt(she, " ", act("nurse", now=day(1)))
    courses.interrupt(she, "a cold", act("nurse", now=day(1), key="interrupted-once"))
    courses.interrupt(she, "a cold", act("nurse", now=day(1), key="interrupted-once"))
    assert len(chart_store.person_chart(she).all(pe.CourseInterrupted)) == 1
    with pytest.raises(Refused, match="interrupted"):
        sign(act, she, day(3))
    courses.resume(she, "well again", head(she), act("nurse", now=day(4)))
    infuse(act, she, day(4))
    courses.interrupt(she, "pneumonia", act("nurse", now=day(5)))
    with pytest.raises(Refused, match="28 days of P-DEP are over"):
        courses.resume(she, "well again", head(she), act("nurse", now=day(40)))
    courses.resume(she, "decided to go on", head(she), act("prescriber", now=day(40)))
    resumed = chart_store.person_chart(she).all(pe.CourseResumed)
    assert [each.event.beyond_window for each in resumed] == [False, True]
    infuse(act, she, day(41))
    with pytest.raises(Refused, match="not interrupted"):
        courses.resume(she, "well again", head(she), act("prescriber", now=day(42)))


def test_past_the_window_nothing_is_ordered_until_it_is_decided(act: ActMaker) -> None:
    she = eligible(act, day(-1))
    infuse(act, she, day(0))
    with pytest.raises(Refused, match="within 28 days"):
        sign(act, she, day(29))
    courses.end(she, pe.Ending.PATIENTS_CHOICE, "moved away", head(she), act("prescriber", now=day(29)))
    with pytest.raises(Refused, match="no course under way"):
        courses.end(she, pe.Ending.OTHER, "moved away", head(she), act("prescriber", now=day(29)))
    decided(act, she, day(29.1))
    consent_again(act, she, day(29.2))
    query_again(act, she, day(29.2))
    sign(act, she, day(29.2))


def test_a_pain_infusion_is_ordered_by_rate_under_its_cap(act: ActMaker) -> None:
    he = eligible(act, day(-1), "chronic_pain")
    order = sign(act, he, day(0), PAIN)
    terms = chart_store.person_chart(he).order_numbered(order)
    assert terms is not None
    numbers = (terms.terms.dose_mg, terms.terms.rate_ml_per_h, terms.terms.rate_mg_per_kg_per_h, terms.terms.limits)
    assert numbers == (Decimal("98.0"), Decimal("24.5"), Decimal("0.35"), ())
    session = infuse(act, he, day(0.1), PAIN)
    assert chart_store.session_chart_of(session).plan.cap_mg_per_h == 25
    course = treatment_of(he, day(1)).course
    assert course is not None
    assert (course.primary_scale, course.run, len(course.places)) == ("peg", 1, 10)


def test_what_may_not_be_ordered(act: ActMaker) -> None:
    he = eligible(act, day(-1), "chronic_pain")
    with pytest.raises(Refused, match="not a protocol for chronic pain"):
        sign(act, he, day(0))
    with pytest.raises(Refused, match="needs a ward"):
        sign(act, he, day(0), wanted(protocol="P-CRPS-IP"))
    with pytest.raises(Malformed, match="rate"):
        sign(act, he, day(0), wanted(protocol="P-CRPS-OP"))


def test_the_review_of_anxiety_is_not_recorded_before_its_week(act: ActMaker) -> None:
    she = eligible(act, day(-1), "anxiety")
    infuse(act, she, day(0), wanted(protocol="P-ANX"))
    courses.review(she, pe.ReviewOutcome.CONTINUE, "looked in", None, head(she), act("prescriber", now=day(2)))
    with pytest.raises(Refused, match="It can be recorded from 09 Mar"):
        sign(act, she, day(3), wanted(protocol="P-ANX"))
    with pytest.raises(Refused, match="no GAD-7 at all"):
        courses.review(she, pe.ReviewOutcome.CONTINUE, "", None, head(she), act("prescriber", now=day(7)))
    why = "seen, calmer; the scale follows tomorrow"
    courses.review(she, pe.ReviewOutcome.CONTINUE, why, None, head(she), act("prescriber", now=day(7)))
    sign(act, she, day(7), wanted(protocol="P-ANX"))


def test_a_repeated_signature_gives_the_order_and_not_the_course(act: ActMaker) -> None:
    she = eligible(act, day(-1))
    first = sign(act, she, day(0))
    found = chart_store.person_chart(she).order_numbered(first)
    assert found is not None
    before = head(she)
    again = orders.sign_order(she, wanted(), "", before, act("prescriber", now=day(0), key="signed-once-1"))
    assert orders.sign_order(she, wanted(), "", before, act("prescriber", now=day(0), key="signed-once-1")) == again
    assert chart_store.person_chart(she).order_numbered(again) is not None


def test_a_response_that_goes_is_no_ground_to_raise(act: ActMaker) -> None:
    """19, then 4, now 12: the dose is not what failed; and an old score says nothing of the last infusion."""
    she = eligible(act, day(-1))
    answer(act, she, 19, day(-0.9))
    for number in (0, 2, 4):
        infuse(act, she, day(number))
    assert not treatment_of(she, day(5)).grounds_to_raise, "no score since"
    answer(act, she, 4, day(5))
    courses.review(she, pe.ReviewOutcome.CONTINUE, "", None, head(she), act("prescriber", now=day(6)))
    infuse(act, she, day(7))
    answer(act, she, 12, day(8))
    stands = treatment_of(she, day(8))
    assert stands.change is not None
    assert stands.change.responded is False
    assert not stands.grounds_to_raise
    infuse(act, she, day(9))
    he = eligible(act, day(-1), name="jo")
    answer(act, he, 19, day(-0.9))
    infuse(act, he, day(0))
    answer(act, he, 18, day(1))
    assert treatment_of(he, day(1)).grounds_to_raise
    infuse(act, he, day(2))
    assert not treatment_of(he, day(3)).grounds_to_raise, "the score is older than the last infusion"


def test_maintenance_does_not_go_on_for_ever_without_a_review(act: ActMaker) -> None:
    she = eligible(act, day(-1))
    answer(act, she, 20, day(-0.9))
    for number in (0, 2, 4):
        infuse(act, she, day(number))
    answer(act, she, 8, day(5))
    courses.review(she, pe.ReviewOutcome.CONTINUE, "", None, head(she), act("prescriber", now=day(5)))
    for number in (7, 9, 11):
        infuse(act, she, day(number))
    courses.review(she, pe.ReviewOutcome.MAINTENANCE, "", 7, head(she), act("prescriber", now=day(12)))
    weeks = [18 + 7 * week for week in range(6)]
    for number in weeks[:4]:
        infuse(act, she, day(number))
    titles = [each.row.id for each in treatment_of(she, day(40)).warnings if each.is_met]
    assert "taper" in titles, "four weekly ones are given"
    for number in weeks[4:]:
        infuse(act, she, day(number))
    answer(act, she, 8, day(59))
    with pytest.raises(Refused, match="goes on without a review"):
        sign(act, she, day(60))
    courses.plan_maintenance(she, 14, "", head(she), act("prescriber", now=day(60)))
    with pytest.raises(Refused, match="goes on without a review"):
        sign(act, she, day(60))
    for letter in ("", ".", "x", "-"):
        found = dict.fromkeys(treatment_of(she, day(60)).checks_due, letter)
        with pytest.raises(Refused, match="Write what you found"):
            courses.review(she, pe.ReviewOutcome.CONTINUE, "holds, and wants to go on", None, head(she),
                           act("prescriber", now=day(60)), found=found)  # fmt: skip
    found = dict.fromkeys(treatment_of(she, day(60)).checks_due, "nothing new")
    courses.review(she, pe.ReviewOutcome.CONTINUE, "holds, and wants to go on", None, head(she),
                   act("prescriber", now=day(60)), found=found)  # fmt: skip
    with pytest.raises(Refused, match="Sooner than the interval"):
        sign(act, she, day(60))
    sign(act, she, day(60), why="as agreed at the review, then every two weeks")

"""What counts as borne: a stop on the way, a call for help, and what is heard days later; in page, order and raise."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.chair import charting, sessions
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.orders.orders import propose
from sereniv.clinic.workflows.person import people
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.events.incidents import Suicidality
from tests.conftest import ActMaker, FixedClock
from tests.workflows.course.test_course_neighbours import page
from tests.workflows.course.test_courses import PAIN, day, head
from tests.workflows.coursing import answer, consent_again, decided, eligible, infuse, query_again, sign, wanted

pytestmark = pytest.mark.django_db
Heard = Callable[[ActMaker, uuid.UUID, uuid.UUID], None]


def treated(act: ActMaker, indication: str = "depression") -> uuid.UUID:
    """Return somebody of whom the score before the first infusion is known."""
    who = eligible(act, day(-1), indication)
    answer(act, who, 19, day(-0.9))
    return who


def stopped_on_the_way(act: ActMaker, who: uuid.UUID, minutes: int, reason: str, start: datetime) -> uuid.UUID:
    """Run an infusion and stop it after so many minutes."""
    order = sign(act, who, start - timedelta(minutes=30))
    session = sessions.open_session(who, order, "Chair 1", act("nurse", now=start - timedelta(minutes=20)))
    plan = chart_store.session_chart_of(session).plan
    found = ev.InfusionFoundRunning(rate_ml_per_h=plan.rate_ml_per_h, deviation="test")
    charting.chart_fact(session, found, act("nurse", now=start))
    end = start + timedelta(minutes=minutes)
    charting.chart_fact(session, ev.InfusionStopped(reason=reason), act("nurse", now=end))
    leaves = act("prescriber", now=end + timedelta(minutes=60))
    sessions.discharge(
        session, "Kim", True, "for this test alone", chart_store.session_chart_of(session).head, leaves,
        identity_checked=True,
    )  # fmt: skip
    return session


def _effect(grade: int, at: float, *, named: bool = True, **more: object) -> Heard:
    def happens(act: ActMaker, who: uuid.UUID, session: uuid.UUID) -> None:
        found = pe.AdverseEventRecorded(
            term="nausea", words="sick all night", grade=grade, serious=False, session=str(session) if named else "",
            related=pe.Related.POSSIBLE, action="", outcome=pe.Outcome.RESOLVED,
        )  # fmt: skip
        people.record(who, replace(found, **more), act("nurse", now=day(at)))  # type: ignore[arg-type]

    return happens


def _call(red: tuple[str, ...]) -> Heard:
    def happens(act: ActMaker, who: uuid.UUID, session: uuid.UUID) -> None:
        call = pe.CheckInRecorded(
            session=str(session), reached=True, by_whom="nurse", asked=tuple(knowledge().aftercare.questions),
            symptoms=red, suicidality=Suicidality.NONE, mood=pe.Mood.SAME, drove_or_worked=False, red=red,
        )  # fmt: skip
        people.record(who, call, act("nurse", now=day(1)))

    return happens


def _help(act: ActMaker, who: uuid.UUID, session: uuid.UUID) -> None:
    del who
    charting.chart_fact(session, ev.HelpCalled(), act("nurse", now=day(0.02)))


def _nothing(act: ActMaker, who: uuid.UUID, session: uuid.UUID) -> None:
    del act, who, session


HEARD: dict[str, tuple[Heard, bool, str]] = {
    "a severe effect, days later": (_effect(3, 1.5), False, "grade 3"),
    "one that names no session": (_effect(3, 1.5, named=False), False, "grade 3"),
    "a serious one of low grade": (_effect(1, 1.5, serious=True), False, "serious"),
    "a red answer at the check-in": (_call(("chest_pain",)), False, "red at the check-in of 03 Mar: chest pain"),
    "a call for help": (_help, False, "help was called"),
    "a moderate effect": (_effect(2, 1.5), True, ""),
    "an effect judged unrelated": (_effect(3, 1.5, related=pe.Related.UNRELATED), True, ""),
    "a calm check-in": (_call(()), True, "nothing severe heard since"),
    "nothing": (_nothing, True, "? nobody has asked since"),
}


@pytest.mark.parametrize("name", HEARD)
def test_what_is_heard_of_an_infusion_decides_whether_it_was_borne(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, name: str
) -> None:
    happens, is_borne, words = HEARD[name]
    she = treated(act)
    session = infuse(act, she, day(0))
    happens(act, she, session)
    answer(act, she, 18, day(1.6))
    fixed_clock.shown = day(2)
    intake.record_measurements(she, {"weight_kg": "70", "height_cm": "178"}, act("nurse", now=day(2)))
    stands = treatment_of(she, day(2))
    assert stands.grounds_to_raise is is_borne
    assert (orders.raise_offered(knowledge().protocols["P-DEP"], stands)[1] is not None) is is_borne
    limits = {hit.limit.id for hit in propose(she, wanted("0.75", minutes=60), act("prescriber", now=day(2))).hits}
    assert ("raise_without_ground" not in limits) is is_borne
    again = {hit.limit.id for hit in propose(she, wanted(), act("prescriber", now=day(2))).hits}
    assert ("as_much_as_not_borne" in again) is not is_borne, "the same once more asks why"
    smaller = propose(she, wanted("0.4"), act("prescriber", now=day(2))).hits
    assert not smaller
    shown = unescape(page(staff, "person_order", she))
    assert words in shown
    assert ("● not tolerated" in shown) is not is_borne
    assert ("Work out 0.75 mg/kg" in shown) is is_borne


def test_a_dose_that_was_stopped_on_the_way_was_not_borne_and_the_page_says_why(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    she = treated(act)
    stopped_on_the_way(act, she, 20, "she felt dreadful and asked to stop", day(0))
    answer(act, she, 18, day(1.6))
    fixed_clock.shown = day(2)
    intake.record_measurements(she, {"weight_kg": "70", "height_cm": "178"}, act("nurse", now=day(2)))
    assert not treatment_of(she, day(2)).grounds_to_raise
    shown = unescape(page(staff, "person_order", she))
    assert "17.5 mg of 35 mg known to have reached the patient, stopped: she felt dreadful and asked to stop" in shown
    with pytest.raises(Refused, match="100 % is past a hard limit"):
        sign(act, she, day(2))
    with pytest.raises(Refused, match="As much again as the last infusion"):
        sign(act, she, day(2), wanted("0.25"))
    sign(act, she, day(2), wanted("0.25"), why="slower this time, with an antiemetic")
    kept = {each.what: each.words for each in treatment_of(she, day(2)).chart.orders[-1].shown}
    assert "she felt dreadful" in kept["How it was borne"]


def test_a_dose_that_may_have_gone_beside_the_vein_is_no_dose_that_was_borne(act: ActMaker) -> None:
    """By the charted rates all 35 mg ran; from the last good look on nobody knows where."""
    she = treated(act)
    order = sign(act, she, day(0))
    session = sessions.open_session(she, order, "Chair 1", act("nurse", now=day(0.01)))
    began = day(0.05)
    running = ev.InfusionFoundRunning(rate_ml_per_h=Decimal("52.5"), deviation="test")
    charting.chart_fact(session, running, act("nurse", now=began))
    found = ev.ObservationCharted(observation=ev.Observation.IV_SITE, grade=3)
    charting.chart_fact(session, found, act("nurse", now=began + timedelta(minutes=38)))
    charting.chart_fact(session, ev.InfusionStopped(reason=""), act("nurse", now=began + timedelta(minutes=40)))
    answer(act, she, 18, day(1.6))
    stands = treatment_of(she, day(2))
    assert not stands.grounds_to_raise
    assert stands.last_time is not None
    assert stands.last_time.dose.mg < 20


def test_the_step_is_taken_from_the_last_dose_that_was_borne(act: ActMaker) -> None:
    she = treated(act)
    infuse(act, she, day(0))
    answer(act, she, 18, day(1))
    second = infuse(act, she, day(2), wanted("0.75", minutes=60))
    _effect(3, 3)(act, she, second)
    intake.record_measurements(she, {"weight_kg": "70", "height_cm": "178"}, act("nurse", now=day(4)))
    found = propose(she, wanted("0.75", minutes=60), act("prescriber", now=day(4)))
    assert found.before is not None
    assert found.before.mg == 35, "52.5 mg were not borne"


def second_course(act: ActMaker, who: uuid.UUID, since: float, indication: str = "depression") -> None:
    """End the course, and let everything be asked anew that another one asks for."""
    end = act("prescriber", now=day(since - 200))
    courses.end(who, pe.Ending.RESPONDED, "well, and wants to see how long", head(who), end)
    decided(act, who, day(since - 0.2), indication)
    consent_again(act, who, day(since - 0.1))
    query_again(act, who, day(since - 0.1))
    intake.record_measurements(who, {"weight_kg": "70", "height_cm": "178"}, act("nurse", now=day(since)))


def test_a_raised_dose_after_eight_months_is_held_against_the_time_since(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    she = treated(act)
    infuse(act, she, day(0))
    answer(act, she, 18, day(1))
    infuse(act, she, day(2), wanted("0.75", minutes=60))
    second_course(act, she, 242)
    old = {hit.limit.id: str(hit.severity) for hit in
           propose(she, wanted("0.75", minutes=60), act("prescriber", now=day(242))).hits}  # fmt: skip
    assert old == {"after_a_pause": "hard"}
    with pytest.raises(Refused, match="second"):
        sign(act, she, day(242), wanted("0.75", minutes=60), why="what helped the last time")
    assert not propose(she, wanted(), act("prescriber", now=day(242))).hits, "what the protocol begins with"
    fixed_clock.shown = day(242)
    assert "240 days ago" in page(staff, "person_order", she)


def test_a_pain_infusion_at_the_old_rate_after_months_is_held_against_the_time_since(act: ActMaker) -> None:
    he = eligible(act, day(-1), "chronic_pain")
    faster = replace(PAIN, rate_mg_per_kg_per_h=Decimal("0.45"), cap_mg_per_h=Decimal(32))
    for number, asked in ((0, PAIN), (1, faster)):
        orders_by = act("prescriber", now=day(number), second="director")
        intake.record_measurements(he, {"weight_kg": "70", "height_cm": "178"}, act("nurse", now=day(number)))
        order = orders.sign_order(he, asked, "needs more, agreed", head(he), orders_by)
        session = sessions.open_session(he, order, "Chair 1", act("nurse", now=day(number)))
        plan = chart_store.session_chart_of(session).plan
        running = ev.InfusionFoundRunning(rate_ml_per_h=plan.rate_ml_per_h, deviation="test")
        charting.chart_fact(session, running, act("nurse", now=day(number)))
        charting.chart_fact(session, ev.InfusionStopped(reason=""), act("nurse", now=day(number + 0.17)))
        care_at = act("prescriber", now=day(number + 0.3))
        sessions.discharge(
            session, "Kim", True, "for this test alone", chart_store.session_chart_of(session).head, care_at,
            identity_checked=True,
        )  # fmt: skip
    second_course(act, he, 241, "chronic_pain")
    found = {hit.limit.id: str(hit.severity) for hit in propose(he, faster, act("prescriber", now=day(241))).hits}
    assert found["after_a_pause"] == "hard"
    begins = {hit.limit.id for hit in propose(he, PAIN, act("prescriber", now=day(241))).hits}
    assert "after_a_pause" not in begins

"""What a third reader tried beside the courses: other indications, roles, old tabs, scores, caps and baselines."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.web.chair.status import status_of
from sereniv.clinic.workflows.chair import charting, sessions
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.course.treatment import Treatment, treatment_of
from sereniv.clinic.workflows.intake import intake, medical
from sereniv.clinic.workflows.orders.orders import protocols_for
from sereniv.clinic.workflows.person import people
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import DecisionKind, Does
from sereniv.therapy.person import events as pe
from sereniv.therapy.session import events as ev
from sereniv.therapy.treatment.maintenance import Exposure
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.desk import Desk, words_of
from tests.web.whole.test_whole_courses import WHY, Played, chairs
from tests.workflows import test_path
from tests.workflows.course.test_courses import PAIN, day, head
from tests.workflows.course.test_decisions import RAISED
from tests.workflows.coursing import answer, consent_again, decided, eligible, infuse, query_again, wanted
from tests.workflows.person.test_joining_treated import join

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("chairs")]
chairs = chairs
stage = test_path.stage
RUNNING = {"Chair 1": test_path.SHE, "Chair 2": cast_list.INFUSING}


def test_a_cap_over_the_protocols_is_two_peoples_also_where_the_rate_stays_under_it(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """250 typed for 25: 21 mg/h were within every limit, and the chair was held against 250 from then on."""
    his = Played(act, staff, fixed_clock, "chronic_pain")
    his.at(0, "60")
    shown = his.looks_at(cap_mg_per_h="250")
    assert "▲ hard limit Cap of the order over the protocol's cap : 225 mg/h" in shown
    for reason, second in (
        ("", ""),
        ("", "director"),
        ("x", "director"),
        ("....", "director"),
        (WHY, ""),
        (WHY, "nurse2"),
    ):
        refused = his.order(cap_mg_per_h="250", reason=reason, second=second)
        assert not refused.taken, (reason, second)
    assert "✓ within every limit" in his.looks_at(cap_mg_per_h="20.5"), "a lower cap is the prescriber's"
    assert not his.order(cap_mg_per_h="").taken
    assert his.order(cap_mg_per_h="40", reason=WHY, second="director").taken
    assert "Past a hard limit (Cap of the order over the protocol's cap: 15 mg/h)" in his.second.reads(
        "person_cosign", his.who, his.last_order()
    )


def test_the_review_of_maintenance_names_each_check_once(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    her.infused(0)
    answer(act, her.who, 4, day(1))
    by = act("prescriber", now=day(1.1))
    courses.review(her.who, pe.ReviewOutcome.MAINTENANCE, WHY, 7, head(her.who), by)
    answer(act, her.who, 4, day(95))
    her.at(95.1)
    checks = treatment_of(her.who, day(95.1)).checks_due
    shown, course = (her.prescriber.reads(name, her.who) for name in ("person_review", "person_course"))
    assert checks
    for check in checks:
        assert (shown.count(check), course.count(check)) == (1, 1), check


def test_a_baseline_of_long_ago_neither_raises_nor_ends_and_says_its_age(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """A second course without a score before it was judged by one of eight months before: *no response, raise*."""
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-240))
    her.infused(0)
    answer(act, her.who, 18, day(1))
    her.at(1.9)
    shown = her.prescriber.reads("person_order", her.who)
    assert "Work out" not in shown
    assert "No response to" not in shown
    raised = her.looks_at(dose_mg_per_kg="0.75", duration_min="60")
    assert "▲ soft limit A raised dose without a recorded non-response" in raised
    old = "240 days before the first infusion, too old to judge a response by"
    for name in ("person_review", "person_course", "person_end_course"):
        assert old in her.prescriber.reads(name, her.who), name
    for name in ("person_review", "person_end_course"):
        assert "The scores propose no ending" in her.prescriber.reads(name, her.who)
    assert "before the first infusion (240 days before it), 18 last" in her.prescriber.reads("person", her.who)
    for number in (2, 4):
        her.infused(number)
    answer(act, her.who, 18, day(5))
    judged = {each.row.id: str(each.result) for each in treatment_of(her.who, day(5.1)).advice}
    assert judged["early_non_response"] == "unknown"
    answer(act, her.who, 26, day(5.2))
    judged = {each.row.id: str(each.result) for each in treatment_of(her.who, day(5.3)).advice}
    assert judged["worsening"] == "met", "who is worse is looked at, by whatever is known"


def test_a_score_of_a_fortnight_before_is_a_baseline(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-14))
    her.infused(0)
    answer(act, her.who, 18, day(1))
    her.at(1.9)
    assert "Work out 0.75 mg/kg" in her.prescriber.reads("person_order", her.who)


INDICATIONS = sorted(knowledge().indications)
HOLDING = [name for name, cell in knowledge().decisions[DecisionKind.ORDER].cells.items() if cell.does is Does.HOLDS]
NEVER_THERE = {("suicidal_ideation", "worse_score"), ("chronic_pain", "worse_score"), ("ptsd", "worse_score"),
               ("anxiety", "worse_score")}  # fmt: skip
"""A PHQ-9 is not the scale by which these are worse; what is, is played below."""


def ordered_here(his: Played) -> dict[str, str]:
    """Name the first protocol of an indication, so that an order is of what somebody is treated for."""
    protocol = next(each for each in protocols_for(his.indication, knowledge()) if each.outpatient)
    return {"protocol": protocol.id}


@pytest.mark.parametrize("indication", INDICATIONS)
@pytest.mark.parametrize("signal", HOLDING)
def test_what_holds_an_order_holds_it_in_every_indication_and_in_an_old_tab(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, indication: str, signal: str
) -> None:
    """The signal comes after the page was opened: what was opened before is held as what is opened after."""
    if (indication, signal) in NEVER_THERE:
        pytest.skip("this scale is not the one by which it is worse")
    her = Played(act, staff, fixed_clock, indication)
    protocol = ordered_here(her)["protocol"]
    answer(act, her.who, 18, day(-0.9))
    her.infused(0, PAIN if indication == "chronic_pain" else wanted(protocol=protocol))
    answer(act, her.who, 17, day(7))
    her.at(7.1)
    if treatment_of(her.who, day(7.1)).waits:
        assert her.review("continue", reason=WHY).taken
    address = reverse("person_order", args=[her.who])
    assert her.order().taken, "nothing holds it before"
    opened = her.prescriber.client.get(address).content.decode()
    signs = reverse("person_cosign", args=[her.who, her.last_order()])
    to_sign = her.second.client.get(signs).content.decode()
    terms = chart_store.person_chart(her.who).orders[-1].terms
    fixed_clock.shown = day(7.2)
    RAISED[signal](her.who, act, day(7.15))
    title = knowledge().signals[signal].title
    for second in ("", "director"):
        assert not her.prescriber.sends_to(address, opened, reason=WHY, second=second).taken
    checked = her.second.sends_to(signs, to_sign, dose_mg=terms.dose_mg, rate_ml_per_h=terms.rate_ml_per_h)
    assert not checked.taken
    for desk, name, args in (
        (her.prescriber, "person_order", (her.who,)),
        (her.second, "person_cosign", (her.who, her.last_order())),
    ):
        assert f"▲ holds this {title}" in desk.reads(name, *args), name
    assert title in her.prescriber.reads("person_review", her.who)
    session = her.seat()
    line = knowledge().decisions[DecisionKind.START].cells[signal].line
    assert not her.prescriber.sends("gate_override", session, line, reason=WHY, second="director").taken


def test_worse_on_the_scale_of_another_indication_holds_the_next_order(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    his = Played(act, staff, fixed_clock, "ptsd")
    his.score("pcl5", [*[2] * 20], -0.9)
    his.infused(0, wanted(protocol="P-PTSD"))
    his.score("pcl5", [*[3] * 20], 1)
    his.at(2)
    for name in ("person_order", "person_review", "person_course"):
        assert "Worse by the score" in his.prescriber.reads(name, his.who), name
    assert not his.order(reason=WHY, second="director").taken
    assert "Worse" in his.review("continue").words
    assert his.review("continue", reason=WHY).taken
    assert his.order().taken
    assert "gone on in spite of it" in his.prescriber.reads("person_course", his.who)
    his.score("pcl5", [*[4] * 20], 2.1)
    his.at(2.2)
    assert not his.co_sign().taken, "worse still, after the review: it is looked at anew"
    shown = his.prescriber.reads("person_order", his.who)
    assert "▲ holds this Worse by the score" in shown


def test_going_on_is_two_peoples_and_the_second_is_one_who_may(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """The second person is somebody else who prescribes: not oneself, and not whoever happens to stand there."""
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    for number in (0, 2, 4):
        her.infused(number)
    answer(act, her.who, 8, day(5))
    RAISED["mania"](her.who, act, day(5.05))
    her.at(5.1)
    address = reverse("person_review", args=[her.who])
    page = her.prescriber.client.get(address).content.decode()
    for second in ("prescriber", "nurse2", "coordinator", "admin"):
        answered = her.prescriber.sends_to(address, page, outcome="continue", reason=WHY, second=second)
        assert not answered.taken, second
    for reason in ("", "ok", "....", "x y"):
        assert not her.review("continue", "director", reason=reason).taken, reason
    assert her.review("continue", "director", reason=WHY).taken
    her.at(40)
    answer(act, her.who, 8, day(39.9))
    shown = her.prescriber.reads("person_course", her.who)
    assert "gone on in spite of it" in shown
    assert WHY in shown
    RAISED["psychosis"](her.who, act, day(40.05))
    her.at(40.1)
    again = her.review("continue", reason=WHY)
    assert not again.taken, "another signal is gone on against anew"


@pytest.mark.parametrize("indication", ["depression", "chronic_pain", "suicidal_ideation"])
def test_the_last_dose_what_is_new_and_what_is_open_stand_on_page_order_and_confirmation(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, indication: str
) -> None:
    her = Played(act, staff, fixed_clock, indication)
    protocol = ordered_here(her)["protocol"]
    asked = PAIN if indication == "chronic_pain" else wanted(protocol=protocol)
    medical.list_medicines(
        her.who, [medical.Written(name="sertraline", daily_mg=Decimal(50))], act("nurse", now=day(-0.5))
    )
    her.infused(0, asked)
    RAISED["urinary"](her.who, act, day(5))
    written = [medical.Written(name="sertraline", daily_mg=Decimal(200)), medical.Written(name="oxycodone"),
               medical.Written(name="pregabalin")]  # fmt: skip
    medical.list_medicines(her.who, written, act("nurse", now=day(6)))
    answer(act, her.who, 5, day(6.9))
    her.at(7)
    if treatment_of(her.who, day(7)).waits:
        assert her.review("continue", reason=WHY).taken
    mg = "98 mg given of 98 mg" if indication == "chronic_pain" else "35 mg given of 35 mg"
    new = ("● changed: sertraline, 50 mg a day; now sertraline, 200 mg a day", "● new: oxycodone", "● new: pregabalin")
    still = "grade 1, ongoing"
    for name in ("person_order",):
        shown = her.prescriber.reads(name, her.who)
        for words in (mg, *new, still, "7 days ago", "nobody has asked since"):
            assert words in shown, (name, words)
    signed = her.order(reason=WHY)
    assert signed.taken, signed.words
    confirmed = [her.prescriber.reads("person", her.who), her.second.reads("person_cosign", her.who, her.last_order())]
    assert her.co_sign().taken
    confirmed.append(her.nurse.reads("session_gate", her.seat()))
    for shown in confirmed:
        for words in (mg, *new, still):
            assert words in shown, words


def test_while_the_last_infusion_still_runs_its_dose_is_said_to_run_and_nothing_is_said_to_be_borne(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    her = Played(act, staff, fixed_clock)
    her.at(0)
    assert her.order().taken
    assert her.co_sign().taken
    session = her.seat()
    rate = chart_store.session_chart_of(session).plan.rate_ml_per_h
    charting.chart_fact(session, ev.InfusionFoundRunning(rate_ml_per_h=rate, deviation="test"), act("nurse"))
    fixed_clock.shown = day(0) + timedelta(minutes=20)
    shown = her.prescriber.reads("person_order", her.who)
    assert "17.5 mg given of 35 mg" in shown
    assert "? not known to be tolerated: it still runs" in shown
    charting.chart_fact(session, ev.InfusionStopped(reason="dizzy"), act("nurse", now=fixed_clock.shown))
    fixed_clock.shown = day(0) + timedelta(minutes=25)
    shown = her.prescriber.reads("person_order", her.who)
    assert "17.5 mg of 35 mg known to have reached the patient, stopped: dizzy" in shown


def test_the_last_dose_of_a_joined_record_is_the_last_dose_on_the_page(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    kept, other = eligible(act, day(-1)), eligible(act, day(18), name="ilja")
    infuse(act, kept, day(0))
    courses.end(kept, pe.Ending.MOVED, "moved house, came no more", head(kept), act("prescriber", now=day(3)))
    infuse(act, other, day(20), wanted("0.4"))
    effect = pe.AdverseEventRecorded(
        term="nausea", words="sick for two days", grade=3, serious=False, session="", related=pe.Related.PROBABLE,
        action="", outcome=pe.Outcome.ONGOING,
    )  # fmt: skip
    people.record(other, effect, act("nurse", now=day(20.5)))
    courses.end(other, pe.Ending.OTHER, "goes on in the other record", head(other), act("prescriber", now=day(21)))
    join(act, kept, other, 22)
    decided(act, kept, day(22.1))
    consent_again(act, kept, day(22.2))
    query_again(act, kept, day(22.2))
    desk = Desk(staff, "prescriber")
    intake.record_measurements(kept, {"weight_kg": "154.3", "height_cm": "178"}, act("nurse", now=day(22.9)))
    fixed_clock.shown = day(22.95)
    assert "154.3 lb are 70 kg" in desk.reads("person", kept), "pounds for kilograms are asked back"
    assert "No usable weight" in desk.reads("person_order", kept)
    intake.record_measurements(kept, {"weight_kg": "70"}, act("nurse", now=day(22.96)))
    fixed_clock.shown = day(22.97)
    shown = desk.reads("person_order", kept)
    for words in ("28 mg given of 28 mg", "2 days ago", "not tolerated: nausea, grade 3", "Nausea", "ongoing"):
        assert words in shown, words


def test_the_basis_of_the_last_dose_is_the_basis_of_the_next_until_somebody_chooses(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """Two days later she weighs less than a BMI of 30 asks about: the weight that doses does not change by itself."""
    her = Played(act, staff, fixed_clock)
    her.at(0, "140")
    assert her.order(weight_basis="ideal").taken
    session = sessions.open_session(her.who, her.last_order(), "Chair 1", act("nurse", now=day(0)))
    rate = chart_store.session_chart_of(session).plan.rate_ml_per_h
    running = ev.InfusionFoundRunning(rate_ml_per_h=rate, deviation="test")
    charting.chart_fact(session, running, act("nurse", now=day(0.01)))
    charting.chart_fact(session, ev.InfusionStopped(reason=""), act("nurse", now=day(0.01) + timedelta(minutes=40)))
    her.at(2, "90")
    assert "36.6 mg after 36.6 mg: ±0 mg (±0 %)" in her.looks_at()
    other = her.looks_at(weight_basis="actual")
    assert "45 mg after 36.6 mg: +8.4 mg (+23 %); dosed by actual weight, before by ideal weight" in other
    assert "▲ soft limit Another weight doses" in other


def test_a_gate_whose_order_was_replaced_shows_the_live_one_and_the_way_to_it(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    her = Played(act, staff, fixed_clock)
    her.at(0)
    assert her.order().taken
    assert her.co_sign().taken
    session = her.seat()
    assert "The live order is" not in her.nurse.reads("session_gate", session)
    assert her.order(dose_mg_per_kg="0.4").taken
    gate = her.nurse.reads("session_gate", session)
    assert "This order of 35 mg was replaced" in gate
    assert "The live order is 28 mg at 42 mL/h" in gate
    assert "close it as not infused, then seat for the live one" in gate
    assert her.nurse.sends("session_close_unused", session, reason="the order was corrected").taken
    assert her.co_sign().taken
    assert "The live order is" not in her.nurse.reads("session_gate", her.seat())


def test_a_response_that_went_within_the_series_is_no_little_change_after_three(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    her.infused(0)
    answer(act, her.who, 8, day(1))
    for number in (2, 4):
        her.infused(number)
    answer(act, her.who, 18, day(5))
    her.at(5.1)
    shown = her.prescriber.reads("person_review", her.who)
    assert "Little change after three" not in shown
    assert "response that was reached seems to be going" in shown
    assert "Relapse signal. You may decide otherwise: write why" in her.review("continue").words
    assert her.review("continue", reason=WHY).taken


def test_a_raise_under_a_protocol_that_names_none_asks_why(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """PCL-5 unchanged after a tolerated dose was ground enough for 0.75 mg/kg: raising was read of in depression."""
    his = Played(act, staff, fixed_clock, "ptsd")
    his.score("pcl5", [3] * 20, -0.5)
    his.infused(0, wanted(protocol="P-PTSD"))
    his.score("pcl5", [3] * 20, 1)
    his.at(2)
    assert "Work out" not in his.prescriber.reads("person_order", his.who)
    higher = {"dose_mg_per_kg": "0.75", "duration_min": "60"}
    assert "▲ soft limit A raised dose without a recorded non-response" in his.looks_at(**higher)
    assert not his.order(**higher).taken
    assert his.order(**higher, reason=WHY).taken


@pytest.mark.parametrize(
    ("infusions", "mg", "severity", "title"),
    [
        (23, "1764", "", ""), (24, "1700", "soft", "Infusions in twelve months"),
        (36, "1700", "hard", "Infusions in twelve months"), (20, "1766", "soft", "Drug given in twelve months"),
        (20, "2666", "hard", "Drug given in twelve months"),
    ],
)  # fmt: skip
def test_the_infusions_and_milligrams_of_twelve_months_ask_why_and_then_for_two(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, monkeypatch: pytest.MonkeyPatch,
    infusions: int, mg: str, severity: str, title: str,
) -> None:  # fmt: skip
    her = Played(act, staff, fixed_clock)
    her.at(0)
    given = Exposure(count=99, mg=Decimal(9000), count_12_months=infusions, mg_12_months=Decimal(mg))
    monkeypatch.setattr(Treatment, "exposure", given)
    shown = her.looks_at()
    assert (f"▲ {severity} limit {title}" in shown) is bool(severity), shown
    assert her.order().taken is not bool(severity)
    if severity:
        assert her.order(reason=WHY).taken is (severity == "soft")
        assert her.order(reason=WHY, second="director").taken


RELAPSING: dict[str, tuple[str, list[list[int]]]] = {
    "ptsd": ("pcl5", [[3] * 20, [0] * 20, [2] * 20]),
    "chronic_pain": ("peg", [[8, 8, 8], [2, 2, 2], [6, 6, 6]]),
    "anxiety": ("gad7", [[3] * 7, [0] * 7, [2] * 7]),
    "bipolar_depression": ("phq9", [[3] * 6 + [0] * 3, [0] * 9, [2] * 6 + [0] * 3]),
}


@pytest.mark.parametrize("indication", RELAPSING)
def test_a_response_that_went_is_no_ground_to_raise_in_any_indication(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, indication: str
) -> None:
    scale, scores = RELAPSING[indication]
    his = Played(act, staff, fixed_clock, indication)
    protocol = ordered_here(his)["protocol"]
    asked = PAIN if indication == "chronic_pain" else wanted(protocol=protocol)
    his.score(scale, scores[0], -0.9)
    his.infused(0, asked)
    his.score(scale, scores[1], 7)
    his.at(7.1)
    if treatment_of(his.who, day(7.1)).waits:
        assert his.review("continue", reason=WHY).taken
    his.infused(7.5, asked)
    his.score(scale, scores[2], 14.5)
    his.at(14.6)
    assert not treatment_of(his.who, day(14.6)).grounds_to_raise
    shown = his.prescriber.reads("person_order", his.who)
    assert "Work out" not in shown
    assert "No response to" not in shown
    assert "response seems to be going" in shown
    for name in ("person_course", "person_review"):
        found = his.prescriber.reads(name, his.who)
        choices = ("A shorter interval", "A higher dose", "Another course", "Stopping, and another treatment")
        places = [found.index(each) for each in choices]
        assert places == sorted(places), name
    for name in ("person_review", "person_end_course"):
        assert "The scores propose no ending" in his.prescriber.reads(name, his.who), name
    judged = {each.row.id for each in treatment_of(his.who, day(14.6)).advice if each.is_met}
    assert not {"early_non_response", "non_response"} & judged, "a response that went was none that never came"
    assert not his.review("continue").taken, "going on while it goes is decided in words"


def test_a_number_signed_on_the_page_does_at_every_running_chair_what_the_page_said(
    stage: Stage, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """Two infusions run: today's number is read at once at both, tomorrow's from the first moment of its day."""
    chairs_now = {each: stage.infusing(who, each, NOON - timedelta(minutes=25)) for each, who in RUNNING.items()}
    for name, session in chairs_now.items():
        stage.vitals(session, RUNNING[name].pressure, NOON - timedelta(minutes=1))
    director, name = Desk(staff, "director"), "schedule.close_watch_every_min"
    address = reverse("own_rule_sign", args=[name])

    def due(now: datetime) -> list[datetime | None]:
        found = [status_of(each, chart_store.session_chart_of(each), now).due for each in chairs_now.values()]
        return [each and each.at for each in found]

    def signs(value: str, effective_from: date) -> None:
        page = director.client.get(address, {"value": value}).content.decode()
        said = words_of(page)
        assert "2 sessions are open" in said
        assert "from the first moment of its day, at once where that is today" in said
        taken = director.sends_to(
            f"{address}?value={value}", page, second="prescriber", effective_from=effective_from.isoformat(),
            source="Our own audit", reason="Agreed by both of us",
        )  # fmt: skip
        assert taken.taken, taken.words

    before = due(NOON)
    signs("10", NOON.date() + timedelta(days=1))
    assert due(NOON) == before, "not before its day"
    signs("8", NOON.date())
    assert due(NOON) == [at and at + timedelta(minutes=3) for at in before], "at once, at both"
    stale = director.client.get(address, {"value": "6"}).content.decode()
    signs("7", NOON.date())
    answered = director.sends_to(
        f"{address}?value=6", stale, second="prescriber", effective_from=NOON.date().isoformat(),
        source="Our own audit", reason="Agreed by both of us",
    )  # fmt: skip
    assert not answered.taken, "an older page replaces no newer number unseen"
    assert due(NOON) == [at and at + timedelta(minutes=2) for at in before]

"""How a new order stands to the last dose: its basis, its rate, what came after it, whoever gave it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.chair import charting, sessions
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.clinic.workflows.intake import intake, medical
from sereniv.clinic.workflows.orders.orders import propose, protocols_for
from sereniv.clinic.workflows.person import people
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.session import events as ev
from tests.conftest import ActMaker, FixedClock
from tests.web.desk import Desk
from tests.web.played import WHY, Played
from tests.workflows.course.test_courses import PAIN, day, head
from tests.workflows.course.test_decisions import RAISED
from tests.workflows.coursing import answer, consent_again, decided, eligible, infuse, query_again, wanted
from tests.workflows.person.test_joining_treated import join

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("chairs")]


def ordered_here(his: Played) -> dict[str, str]:
    """Name the first protocol of an indication, so that an order is of what somebody is treated for."""
    protocol = next(each for each in protocols_for(his.indication, knowledge()) if each.outpatient)
    return {"protocol": protocol.id}


def test_the_first_psychiatric_dose_is_a_first_one_whatever_was_given_for_pain(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """After ten infusions for pain 1.0 mg/kg over 100 minutes was within every limit."""
    his = Played(act, staff, fixed_clock, "chronic_pain")
    his.infused(0, PAIN)
    over = act("prescriber", now=day(0.9))
    courses.end(his.who, pe.Ending.OTHER, "the pain is gone, now depressed", head(his.who), over)
    decided(act, his.who, day(1))
    consent_again(act, his.who, day(1.01))
    query_again(act, his.who, day(1.01))
    his.at(1.1)
    hits = propose(his.who, wanted("1.0", minutes=100), act("prescriber", now=day(1.1))).hits
    assert "first_infusion_mg_per_kg" in {hit.limit.id for hit in hits}
    assert not propose(his.who, wanted(), act("prescriber", now=day(1.1))).hits


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


def test_a_dose_is_carried_over_with_its_time_its_rate_and_its_cap(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """After 0.75 mg/kg over an hour the page began with 0.75 over forty minutes; after 0.25 mg/kg/h with 0.35."""
    her = Played(act, staff, fixed_clock)
    her.infused(0)
    her.infused(2, wanted("0.75", minutes=60), WHY)
    her.at(4)
    assert "52.5 mL/h over 60 min" in her.looks_at()


def test_a_lower_rate_of_pain_stays_lower_until_somebody_raises_it(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    his = Played(act, staff, fixed_clock, "chronic_pain")
    his.infused(0, replace(PAIN, rate_mg_per_kg_per_h=Decimal("0.25"), cap_mg_per_h=Decimal(20)))
    his.at(1)
    assert "0.25 mg/kg/h × 70 kg = 17.5 mg/h, within the cap of 20 mg/h" in his.looks_at()


def test_a_medicine_written_with_another_capital_is_no_new_one(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """Beside the one that was new, everything written otherwise stood as new and as gone."""
    her = Played(act, staff, fixed_clock)
    for number, names in ((-0.5, ("Sertraline",)), (1, ("sertraline", "oxycodone"))):
        written = [medical.Written(name=each) for each in names]
        medical.list_medicines(her.who, written, act("nurse", now=day(number)))
        if number < 0:
            her.infused(0)
    her.at(2)
    shown = her.prescriber.reads("person_order", her.who)
    assert "Medicines since ● new: oxycodone Still open" in shown


def test_a_height_that_changed_much_is_asked_back_and_works_out_no_dose_until_it_is_confirmed(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """178 cm, then 150 typed: ideal weight fell by a third without a question, where a weight was asked about."""
    her = Played(act, staff, fixed_clock)
    her.at(0)
    assert her.nurse.sends("person_measure", her.who, height_cm="150").taken, "a fact is kept"
    assert "Height 150 cm is −16% against 178 cm before." in her.nurse.reads("person", her.who)
    shown = her.prescriber.reads("person_order", her.who)
    assert "A newer height of 150 cm waits: confirm or strike it first." in shown
    assert "? Height 150 cm is −16% against 178 cm before. Was it measured and typed correctly? Answer" in shown
    assert her.nurse.sends("person_measure", her.who, height_cm="176").taken
    assert "Height 176" not in her.nurse.reads("person", her.who)

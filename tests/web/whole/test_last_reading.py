"""What a last reader tried: a page gone back to, a clock set back, what was said at a visit without an infusion."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.chair import care, sessions
from sereniv.clinic.workflows.intake import medical
from sereniv.clinic.workflows.person import people
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session.events.incidents import Suicidality
from tests.conftest import ActMaker, FixedClock
from tests.web.whole.test_whole_courses import WHY, Played, chairs
from tests.workflows.course.test_courses import PAIN, day
from tests.workflows.coursing import answer, consent_again, wanted

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("chairs")]
chairs = chairs


def doses(her: Played) -> Sequence[str]:
    return [f"{each.terms.dose_mg}" for each in chart_store.person_chart(her.who).orders]


def test_an_order_page_gone_back_to_and_signed_with_another_dose_signs_it(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """It said *Order signed* of 28 mg, and the 35 mg of before stayed the live order."""
    her = Played(act, staff, fixed_clock)
    her.at(0)
    address = reverse("person_order", args=[her.who])
    page = her.prescriber.sends("person_order", her.who, press="preview").content
    for _ in range(2):
        assert her.prescriber.sends_to(address, page).taken
    assert doses(her) == ["35.0"], "the same page twice is one order"
    other = her.prescriber.sends_to(address, page, dose_mg_per_kg="0.4").content
    asked = her.prescriber.sends_to(address, other)
    assert not asked.taken, "the chart has changed since that page"
    assert "Order signed (dose mg 35, duration min 40). Yours would take its place; nothing was kept." in asked.words
    assert her.prescriber.sends_to(address, asked.content).taken
    assert doses(her) == ["35.0", "28.0"]


def test_a_review_gone_back_to_and_decided_otherwise_is_no_review_recorded(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """*Recorded: stop*, and the course went on."""
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    her.infused(0)
    answer(act, her.who, 12, day(1))
    her.at(1.5)
    address = reverse("person_review", args=[her.who])
    page = her.prescriber.client.get(address).content.decode()
    for _ in range(2):
        assert her.prescriber.sends_to(address, page, outcome="continue").taken
    stops = {"outcome": "stop", "ending": "not tolerated", "reason": WHY}
    asked = her.prescriber.sends_to(address, page, **stops)
    assert not asked.taken
    assert her.prescriber.sends_to(address, asked.content).taken
    reviewed = chart_store.person_chart(her.who).all(pe.CourseReviewed)
    assert [each.event.outcome for each in reviewed] == [pe.ReviewOutcome.CONTINUE, pe.ReviewOutcome.STOP]


def test_what_was_said_of_passing_water_at_a_gate_counts_where_no_infusion_followed(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """Sent home for blood in the urine, and the next order knew nothing of it."""
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    her.infused(0)
    answer(act, her.who, 15, day(1))
    her.at(2)
    assert her.order().taken
    assert her.co_sign().taken
    session = her.seat()
    asked = tuple(next(row for row in knowledge().gate if row.id == "interval_history").screens)
    care.screen(session, asked, ("blood",), Suicidality.NONE, "blood since Friday", act("nurse", now=day(2.01)))
    fixed_clock.shown = day(2.02)
    assert her.nurse.sends("session_close_unused", session, reason="blood in the urine, sent home").taken
    her.at(4)
    assert "Passing water said at the gate on 04 Mar" in her.prescriber.reads("person_order", her.who)
    assert not her.order().taken
    assert her.order(reason=WHY).taken


CALL = pe.CheckInRecorded(
    session="", reached=True, by_whom="patient", asked=("urinary", "nausea"), symptoms=("urinary",),
    suicidality=Suicidality.NONE, mood=next(iter(pe.Mood)), drove_or_worked=False,
)  # fmt: skip
NOT_REACHED = replace(CALL, reached=False, by_whom="", asked=(), symptoms=(), suicidality=Suicidality.NOT_ASKED)
NOT_ASKED = replace(CALL, asked=("nausea",), symptoms=())


@pytest.mark.parametrize("later", [NOT_REACHED, NOT_ASKED])
def test_a_later_call_that_did_not_ask_takes_nothing_back(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, later: pe.CheckInRecorded
) -> None:
    her = Played(act, staff, fixed_clock)
    session = str(her.infused(0))
    for number, call in enumerate((CALL, later), start=1):
        people.record(her.who, replace(call, session=session), act("nurse", now=day(number)))
    her.at(3)
    assert "said at the check-in of 03 Mar" in her.prescriber.reads("person_order", her.who)
    people.record(her.who, replace(CALL, session=session, symptoms=()), act("nurse", now=day(3.1)))
    her.at(3.2)
    assert "said at the check-in" not in her.prescriber.reads("person_order", her.who), "asked, and gone"


def test_the_weight_of_an_order_that_was_struck_is_in_sight_of_who_co_signs_and_orders_anew(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    her = Played(act, staff, fixed_clock)
    her.at(0)
    assert her.order().taken
    weighed = chart_store.person_chart(her.who).orders[-1].terms.weight_entry
    why = "the scale showed somebody else's weight"
    assert her.nurse.sends("person_strike", her.who, weighed, reason=why).taken
    said = f"the 70 kg of the last order were struck: {why}"
    page = her.second.reads("person_cosign", her.who, her.last_order())
    assert f"35 mg is ordered by 70 kg, struck since: {why}" in page
    assert said not in page, "once is enough"
    her.at(0.05, "61")
    assert f"struck since: {why}. On record since are 61 kg" in her.prescriber.reads("person_order", her.who)
    her.at(0.1, "71")
    assert said in her.prescriber.reads("person_order", her.who)
    assert her.order().taken
    assert said not in her.prescriber.reads("person_order", her.who)


def test_whoever_withdraws_an_order_is_told_that_another_one_is_live(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """An open tab withdrew the replaced 35 mg, said *Order withdrawn*, and 28 mg stayed live."""
    her = Played(act, staff, fixed_clock)
    her.at(0)
    assert her.order().taken
    old = her.last_order()
    address = reverse("person_withdraw", args=[her.who, old])
    opened = her.prescriber.client.get(address).content.decode()
    assert her.order(dose_mg_per_kg="0.4").taken
    assert "This order of 35 mg was replaced" in her.prescriber.reads("person_withdraw", her.who, old)
    assert her.prescriber.sends_to(address, opened, reason="no infusion today").taken
    assert "Order withdrawn. Another one is live: 28 mg. It stands." in her.prescriber.reads("person", her.who)


def test_no_order_comes_back_where_the_clock_was_set_back(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """Two hours back, the replaced 35 mg was seated for, and its gate was open."""
    her = Played(act, staff, fixed_clock)
    her.at(0)
    assert her.order().taken
    assert her.co_sign().taken
    old = her.last_order()
    her.at(0.1)
    assert her.order(dose_mg_per_kg="0.4").taken
    fixed_clock.shown = day(0.02)
    shown = her.nurse.reads("person_seat", her.who, old)
    assert "This order of 35 mg was replaced" in shown
    assert "The live order is 28 mg" in shown


def test_nobodys_reason_stands_for_a_consent_that_was_taken_back(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """At the gate one prescriber's words passed *Withdrawn: changed her mind*, and the infusion could start."""
    her = Played(act, staff, fixed_clock)
    her.at(0)
    consent_again(act, her.who, day(0))
    assert her.order().taken
    assert her.co_sign().taken
    session = her.seat()
    people.record(her.who, pe.ConsentWithdrawn(reason="changed her mind"), act("nurse", now=day(0.01)))
    fixed_clock.shown = day(0.02)
    for second in ("", "director"):
        with pytest.raises(Refused, match=r"cannot be passed over: Withdrawn.* The patient signs again"):
            sessions.override(session, "consent", WHY, act("prescriber", now=day(0.02), second=second))
    refused = her.prescriber.sends("gate_override", session, "consent", reason=WHY)
    assert not refused.taken
    assert "The patient signs again." in refused.words
    consent_again(act, her.who, day(0.03))
    fixed_clock.shown = day(0.04)
    assert "Withdrawn" not in her.nurse.reads("session_gate", session)


def test_a_score_given_while_the_drug_ran_is_no_ground_to_raise(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """A PHQ-9 filled in ten minutes after the pump began was *No response to 0.5 mg/kg, work out 0.75*."""
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    her.infused(0)
    answer(act, her.who, 18, day(0) + timedelta(minutes=10))
    her.at(1.9)
    assert "Work out" not in her.prescriber.reads("person_order", her.who)
    answer(act, her.who, 18, day(1.95))
    her.at(1.99)
    assert "Work out 0.75 mg/kg" in her.prescriber.reads("person_order", her.who)


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

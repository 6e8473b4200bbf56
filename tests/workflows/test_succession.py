"""What a page was drawn from is held against what stands when it is sent, under the lock, for everything newest."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from sereniv.clinic.demo import people, stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.conflict import Conflict, Superseded
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.chair import sessions
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.intake import intake, medical, screening
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.person import people as register
from sereniv.clinic.workflows.rules import own_rules
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.stock import stock
from sereniv.therapy.custody import VialReceived
from sereniv.therapy.person import diagnoses
from sereniv.therapy.person import events as pe
from tests.conftest import NOON, ActMaker
from tests.shared_state import SharedStage
from tests.therapy.making import diagnosis
from tests.workflows.coursing import eligible, sign, wanted

pytestmark = pytest.mark.django_db

Doing = Callable[[uuid.UUID, Act], object]


def head_of(person: uuid.UUID) -> int:
    return chart_store.person_chart(person).head


def number(value: int) -> own_rules.OwnNumber:
    return own_rules.OwnNumber(
        threshold="consent.valid_days",
        value=Decimal(value),
        effective_from=NOON.date(),
        source="Our own audit",
        reason="Agreed by both of us",
    )


def order(dose: str) -> Doing:
    return lambda person, act: orders.sign_order(person, wanted(dose), "Held lower today.", head_of(person), act)


def medicine(*names: str) -> Doing:
    return lambda person, act: medical.list_medicines(person, [medical.Written(name=each) for each in names], act)


def finding(words: str) -> Doing:
    done = pe.WorkUpRecorded(item="ecg", finding=pe.WorkUpFinding.ABNORMAL, words=words, done_on=date(2026, 3, 1))
    return lambda person, act: screening.record_work_up(person, [done], act)


def decision(which: pe.Decision) -> Doing:
    return lambda person, act: candidacy.decide_candidacy(
        person, which, "Looked at with her sister.", head_of(person), act
    )


PLAYS: dict[str, tuple[Doing, Doing, str, str]] = {
    "order": (order("0.4"), order("0.5"), "prescriber", "Order signed (dose mg 28"),
    "candidacy": (
        decision(pe.Decision.DECLINED), decision(pe.Decision.NEEDS_EVALUATION), "prescriber", "decision declined",
    ),
    "medicines": (medicine("lithium 600 mg"), medicine("sertraline 50 mg"), "nurse", "Medicines: lithium"),
    "work_up": (finding("QTc 510 ms"), finding("sinus rhythm"), "nurse", "QTc 510 ms"),
    "diagnosis": (
        lambda person, act: screening.record_diagnosis(person, diagnosis("depression", "F33.2"), act),
        lambda person, act: screening.record_diagnosis(person, diagnosis("depression", "F33.1"), act),
        "prescriber", "F33.2",
    ),
    "indication": (
        lambda person, act: register.change_indication(person, "ptsd", "Asked again.", act),
        lambda person, act: register.change_indication(person, "bipolar_depression", "Asked again.", act),
        "prescriber", "after ptsd",
    ),
    "level_of_care": (
        lambda person, act: screening.decide_level_of_care(person, pe.LevelOfCare.INPATIENT, "Not safe alone.", act),
        lambda person, act: screening.decide_level_of_care(person, pe.LevelOfCare.OUTPATIENT, "She is better.", act),
        "prescriber", "level inpatient, words Not safe alone",
    ),
    "allergies": (
        lambda person, act: intake.record_history(person, pe.HistoryList.ALLERGIES, ("latex",), (), act),
        lambda person, act: intake.record_history(person, pe.HistoryList.ALLERGIES, (), (), act),
        "nurse", "latex",
    ),
    "own_number": (
        lambda _, act: own_rules.sign_own(number(60), act),
        lambda _, act: own_rules.sign_own(number(30), act),
        "director", "value 60",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", PLAYS)
def test_a_stale_page_replaces_nothing_unseen(act: ActMaker, what: str) -> None:
    first, second, who, says = PLAYS[what]
    she = eligible(act, NOON)
    intake.record_measurements(she, {"weight_kg": "70", "height_cm": "178"}, act("nurse"))
    drawn = chart_store.head().seq
    signed = "prescriber" if who == "director" else ""
    first(she, replace(act(who, second=signed), seen=drawn))
    stands = chart_store.head().seq
    stale = replace(act(who, second=signed), seen=drawn)
    with pytest.raises(Superseded) as found:
        second(she, stale)
    assert chart_store.head().seq == stands
    told = found.value.words(rules_in_force(NOON), str)
    assert says in told
    assert f"{stale.by.username} wrote on {NOON:%d %b %H:%M}" in told
    second(she, replace(act(who, second=signed), seen=found.value.last))
    assert chart_store.head().seq > stands


def test_a_line_of_the_gate_said_twice_is_asked_about(act: ActMaker, staff: object) -> None:
    del staff
    clinic = SharedStage()
    each = people.VIALS[1]
    received = VialReceived(
        label=each.label, ndc="00000-0000-00", lot=each.lot, expires=NOON.date() + timedelta(days=90),
        strength_mg_per_ml=each.strength_mg_per_ml, volume_ml=each.volume_ml, supplier="Test Supply",
        unusual_reason="The strength we order",
    )  # fmt: skip
    stock.receive_vial(received, clinic.act("nurse", NOON, "nurse2"), stage.demo_id(each.label))
    session = clinic.at_the_gate(people.INFUSING, "Chair 1", NOON)
    drawn = chart_store.head().seq
    sessions.attest(session, "escort", False, "Nobody comes", replace(act("nurse"), seen=drawn))
    with pytest.raises(Superseded, match="Gate line"):
        sessions.attest(session, "escort", True, "Kim Doe, 303 555 0142", replace(act("nurse2"), seen=drawn))
    sessions.attest(session, "identity", True, "", replace(act("nurse2"), seen=drawn))


def test_what_concerns_something_else_what_was_struck_and_what_is_a_fact_is_not_asked_about(act: ActMaker) -> None:
    she = eligible(act, NOON)
    drawn = chart_store.head().seq
    finding("QTc 510 ms")(she, act("nurse"))
    register.strike_record(she, head_of(she), "Another person's ECG", act("nurse"))
    finding("sinus rhythm")(she, replace(act("nurse"), seen=drawn))
    other = pe.WorkUpRecorded(
        item="physical_examination", finding=pe.WorkUpFinding.NORMAL, words="", done_on=date(2026, 3, 1)
    )
    screening.record_work_up(she, [other], replace(act("nurse"), seen=drawn))
    intake.record_measurements(she, {"weight_kg": "71"}, act("nurse"))
    intake.record_measurements(she, {"weight_kg": "72"}, replace(act("nurse"), seen=drawn))
    beside = replace(diagnosis(diagnoses.BESIDE, "E11.9"), words="diabetes")
    for code in ("E11.9", "I10"):
        screening.record_diagnosis(she, replace(beside, icd10=code), replace(act("prescriber"), seen=drawn))
    intake.withdraw_consent(she, "Changed her mind", replace(act("nurse"), seen=drawn))
    intake.withdraw_consent(she, "Changed her mind, she says", replace(act("nurse"), seen=drawn))


def test_an_order_drawn_before_the_course_got_another_turn_is_told_of_both(act: ActMaker) -> None:
    she = eligible(act, NOON)
    intake.record_measurements(she, {"weight_kg": "70", "height_cm": "178"}, act("nurse"))
    sign(act, she, NOON)
    drawn = chart_store.head().seq
    courses.interrupt(she, "She has a cold", act("nurse"))
    with pytest.raises(Superseded, match="Course"):
        courses.end(she, pe.Ending.OTHER, "Moved on together", head_of(she), replace(act("prescriber"), seen=drawn))


def test_a_page_that_names_a_later_entry_than_there_is_was_never_drawn(act: ActMaker) -> None:
    she = eligible(act, NOON)
    with pytest.raises(Conflict, match="does not exist yet"):
        medicine("lithium")(she, replace(act("nurse"), seen=chart_store.head().seq + 1))


def test_a_repeated_key_is_one_act_whatever_was_written_since(act: ActMaker) -> None:
    she = eligible(act, NOON)
    drawn = chart_store.head().seq
    for _ in range(2):
        medicine("lithium")(she, replace(act("nurse", key="repeated-1"), seen=drawn))

"""Conditions and medicines through the workflows: who may say what, and what holds a fourth session back."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.chair import sessions
from sereniv.clinic.workflows.intake import medical
from sereniv.clinic.workflows.intake.medical import Written
from sereniv.knowledge import knowledge
from sereniv.therapy.chair.gate_facts import LineFinding
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.free_text import line_id
from sereniv.therapy.recording.refusal import Malformed, Refused
from tests.conftest import NOON, ActMaker
from tests.shared_state import SharedStage
from tests.workflows.test_path import SHE, VIAL

pytestmark = pytest.mark.django_db
MEDICINES, CONDITIONS = pe.HistoryList.MEDICINES, pe.HistoryList.CONDITIONS
ELIGIBLE = (pe.Decision.ELIGIBLE, "Two adequate trials failed.")


@pytest.fixture
def stage(staff: dict[str, Staff]) -> Stage:
    del staff
    return SharedStage.with_vial(VIAL, NOON)


def head(person_id: uuid.UUID) -> int:
    return chart_store.person_chart(person_id).head


def waiting(person_id: uuid.UUID, which: pe.HistoryList = MEDICINES) -> tuple[str, ...]:
    return medical.waiting_lines(chart_store.person_chart(person_id), which, knowledge())


def candidacy_line(session: uuid.UUID, stage: Stage) -> LineFinding:
    lines = sessions.gate_lines(chart_store.session_chart_of(session), stage.act("nurse", NOON))
    return next(each for each in lines if each.row.id == "candidacy")


def test_an_unknown_medicine_holds_a_decision_until_a_prescriber_has_read_it(stage: Stage, act: ActMaker) -> None:
    person_id = stage.candidate(SHE, NOON)
    medical.list_medicines(person_id, [Written(name="  Kava   root "), Written(name=" ")], act("nurse"))
    with pytest.raises(Refused, match="Medicines \\(missing Kava root\\)"):
        candidacy.decide_candidacy(person_id, *ELIGIBLE, head(person_id), act("prescriber"))
    assert waiting(person_id) == ("Kava root",)
    line = line_id("kava ROOT")
    with pytest.raises(Malformed, match="how you know"):
        medical.judge_line(person_id, MEDICINES, line, " ", act("prescriber"))
    with pytest.raises(Refused, match="No such line"):
        medical.judge_line(person_id, CONDITIONS, line, "looked it up", act("prescriber"))
    for _ in range(2):
        medical.judge_line(person_id, MEDICINES, line, "looked it up", act("prescriber", key="judged-once"))
    with pytest.raises(Refused, match="No such line"):
        medical.judge_line(person_id, MEDICINES, line, "looked it up", act("prescriber"))
    candidacy.decide_candidacy(person_id, *ELIGIBLE, head(person_id), act("prescriber"))


def test_a_line_read_as_a_medicine_that_is_known_is_written_by_its_name_and_one_that_is_read_stays_in_sight(
    stage: Stage, act: ActMaker
) -> None:
    """*It is tranylcypromine* settled the line: no rule read that name, and nothing of it stood at the gate."""
    person_id = stage.candidate(SHE, NOON)
    medical.list_medicines(person_id, [Written(name="Kava root")], act("nurse"))
    line = line_id("Kava root")
    with pytest.raises(Refused, match="Your words name tranylcypromine, which our tables know"):
        medical.judge_line(person_id, MEDICINES, line, "read the box: it is tranylcypromine", act("prescriber"))
    assert waiting(person_id) == ("Kava root",)
    medical.judge_line(person_id, MEDICINES, line, "a herbal tea, read the box.", act("prescriber"))
    stage.decided(SHE, NOON - timedelta(minutes=20))
    order = stage.signed_order(SHE, NOON - timedelta(minutes=9))
    session = stage.seated(SHE, order, "Chair 1", NOON, cast_list.demo_id("first"))
    found = candidacy_line(session, stage)
    assert "Not known to our tables, read by a prescriber: “Kava root” (a herbal tea, read the box)." in found.why


def test_a_second_signer_decides_on_theophylline(stage: Stage, act: ActMaker) -> None:
    person_id = stage.candidate(SHE, NOON)
    medical.list_medicines(person_id, [Written(name="theophylline", daily_mg=Decimal(400))], act("nurse"))
    with pytest.raises(Refused, match="second person"):
        candidacy.decide_candidacy(person_id, *ELIGIBLE, head(person_id), act("prescriber"))


def test_a_medicine_that_is_only_to_be_known_asks_for_no_reason(stage: Stage, act: ActMaker) -> None:
    person_id = stage.candidate(SHE, NOON)
    event = candidacy.decide_candidacy(person_id, pe.Decision.ELIGIBLE, "", head(person_id), act("prescriber"))
    taken = {each.criterion: each for each in event.findings}
    assert (taken["ssri_or_snri"].result, taken["ssri_or_snri"].grounds) == ("met", ("sertraline",))
    assert taken["conditions"].result == "not met"


def test_what_is_told_at_the_chair_stops_the_start_until_it_is_decided_anew(stage: Stage, act: ActMaker) -> None:
    session = stage.at_the_gate(SHE, "Chair 1", NOON)
    person_id = cast_list.demo_id(SHE.name)
    assert candidacy_line(session, stage).lets_pass
    lorazepam = Written(name="Ativan", daily_mg=Decimal(1), as_needed=True)
    medical.list_medicines(person_id, [Written(name="sertraline"), lorazepam], act("nurse"))
    found = candidacy_line(session, stage)
    assert not found.lets_pass
    assert "diazepam a day (met: WARN, Ativan, 1 mg a day, as needed)" in found.why
    candidacy.decide_candidacy(person_id, *ELIGIBLE, head(person_id), act("prescriber"))
    assert candidacy_line(session, stage).lets_pass
    medical.record_conditions(person_id, CONDITIONS, ["recent_heart_attack"], [], act("coordinator"))
    assert "Heart attack in the last six weeks" in candidacy_line(session, stage).why


def test_a_list_of_medicines_counts_as_the_review_of_the_day(stage: Stage, act: ActMaker) -> None:
    person_id = stage.candidate(SHE, NOON)
    later = NOON + timedelta(days=3)
    medical.list_medicines(person_id, [], act("nurse", now=later))
    assert chart_store.person_chart(person_id).medicine_reviews[-1].at == later


@pytest.mark.parametrize("which", [pe.HistoryList.ALLERGIES, pe.HistoryList.PSYCHIATRIC])
def test_a_condition_is_chosen_from_its_own_list(which: pe.HistoryList, stage: Stage, act: ActMaker) -> None:
    person_id = stage.candidate(SHE, NOON)
    with pytest.raises(Malformed, match="Choose from the list"):
        medical.record_conditions(person_id, which, ["aneurysm"], [], act("nurse"))


@pytest.mark.parametrize("mg", ["0", "-1", "NaN", "Infinity", "1e9999999", "1e-9999999"])
def test_a_dose_is_above_zero(mg: str, stage: Stage, act: ActMaker) -> None:
    person_id = stage.candidate(SHE, NOON)
    with pytest.raises(Malformed, match="above zero"):
        medical.list_medicines(person_id, [Written(name="diazepam", daily_mg=Decimal(mg))], act("nurse"))


def test_an_asa_class_of_four_asks_for_two(stage: Stage, act: ActMaker) -> None:
    person_id = stage.candidate(SHE, NOON)
    with pytest.raises(Malformed, match="ASA 1 to 5"):
        medical.record_anaesthetic_risk(person_id, 6, "open", act("prescriber"))
    medical.record_anaesthetic_risk(person_id, 4, "open", act("prescriber"))
    with pytest.raises(Refused, match="second person"):
        candidacy.decide_candidacy(person_id, *ELIGIBLE, head(person_id), act("prescriber"))

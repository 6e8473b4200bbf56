"""One journey for each indication beside depression: from registration through a whole infusion to what comes after.

In every run the two that are held back longest before the first infusion, in `--long` the others too: their rules are
held without a browser in `tests/workflows/course` and `tests/web/whole/test_whole_courses.py`.
"""

import pytest

from sereniv.clinic.demo.people import demo_id
from tests.journeys import steps
from tests.journeys.conftest import TABLET, Visitor, VisitorMaker
from tests.journeys.steps import Patient

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def nurse(visitor: VisitorMaker) -> Visitor:
    """The nurse at her tablet, the demo's clock frozen."""
    somebody = visitor(TABLET)
    somebody.sign_in("nurse")
    steps.clock(somebody, "Freeze")
    return somebody


@pytest.fixture
def prescriber(visitor: VisitorMaker) -> Visitor:
    """The prescriber at a desk."""
    somebody = visitor()
    somebody.sign_in("prescriber")
    return somebody


AYLA = Patient(
    given_names="Ayla", family_name="Demir", born="1981-06-12", sex="Female", indication="Bipolar depression",
    code="F31.4", features={"psychotic_features": "no", "mood_stabiliser_therapeutic": "yes"},
    tried=("quetiapine", "lamotrigine"), scores={"PHQ-9": (3, 3, 3, 2, 2, 2, 2, 1, 0), "YMRS": 22},
    medicines=(("lithium", "900"),), weight_kg="66.0",
)  # fmt: skip


def test_bipolar_depression_waits_until_mania_is_out_of_the_way(nurse: Visitor, prescriber: Visitor) -> None:
    person = steps.register(nurse, AYLA)
    asked = steps.intake(nurse, person, AYLA)
    assert asked.index("Diagnosis") < asked.index("PHQ-9") < asked.index("YMRS")
    steps.anaesthetic_risk(prescriber, person)
    steps.decide(prescriber, person, "She is in good spirits.")
    steps.refused(prescriber, "second")
    steps.clock(nurse, "+1 day")
    steps.asked(nurse, person, "ymrs", 3)
    steps.intake(nurse, person, AYLA)
    steps.go(prescriber, f"{person}decide/")
    steps.said(prescriber, "look at the mood stabiliser, and watch for a switch")
    steps.decide(prescriber, person, "Lithium at its level; a switch is watched for.")
    steps.said(prescriber, "Decision signed: eligible.")
    steps.said(prescriber, "one manic switch in each arm")

    session = steps.begun(nurse, prescriber, person, AYLA)
    steps.clock(nurse, "+10 min", 2)
    steps.vitals(nurse, session)
    steps.observed(nurse, session, "dissociation", "1")
    steps.clock(nurse, "+10 min", 2)
    note = steps.ended(nurse, session, AYLA)
    assert "33.0 mg" in note
    assert "lithium taken" in note

    steps.clock(nurse, "+1 day")
    steps.called(nurse, person, 1)
    steps.go(prescriber, person)
    steps.said(prescriber, "1 of 6 infusions")


KENJI = Patient(
    given_names="Kenji", family_name="Moreau", born="1995-01-19", sex="Male",
    indication="Acute suicidal ideation with depression", code="R45.851", features={"ideation_present": "yes"},
    weight_kg="70.0", escort="Anne Moreau",
)  # fmt: skip


def test_suicidal_ideation_has_its_level_of_care_decided_first(nurse: Visitor, prescriber: Visitor) -> None:
    person = steps.register(nurse, KENJI)
    assert "Level of care" not in steps.intake(nurse, person, KENJI), "a prescriber decides it, not the walk's nurse"
    steps.asked(nurse, person, "phq9", (3, 3, 3, 3, 2, 3, 2, 2, 2))
    steps.item_nine_taken_up(nurse, person, "Seen with his sister: thoughts, no plan; she stays with him.")
    steps.anaesthetic_risk(prescriber, person)
    steps.level_of_care(prescriber, person, "inpatient", "Waits for a bed; seen by the crisis team.")
    steps.decide(prescriber, person, "He asks for it.")
    steps.refused(prescriber, "level of care")
    steps.level_of_care(prescriber, person, "outpatient", "No plan or intent; lives with his sister; safety plan.")
    steps.found_eligible(prescriber, person)

    for number in (1, 2):
        session = steps.begun(nurse, prescriber, person, KENJI, "present, not worse")
        steps.clock(nurse, "+10 min", 4)
        steps.ended(nurse, session, KENJI)
        steps.order_held(prescriber, person, f"after infusion {number} is not recorded")
        steps.clock(nurse, "+1 day")
        steps.called(nurse, person, number, "present, not worse")
        if number == 1:
            steps.reviewed(prescriber, person, "continue")
            steps.intake(nurse, person, KENJI)
    steps.asked(nurse, person, "phq9", (1, 1, 1, 1, 1, 1, 1, 0, 0))
    over = "Thoughts are gone; over to the community team with his safety plan."
    steps.reviewed(prescriber, person, "stop", over, ending="responded")
    steps.said(prescriber, "Ended: responded.")


NOOR = Patient(
    given_names="Noor", family_name="Haddad", born="1990-04-02", sex="Female",
    indication="Anxiety, generalised or social, refractory", code="F41.1", tried=("escitalopram", "pregabalin"),
    scores={"GAD-7": (3, 3, 3, 2, 2, 2, 3)}, weight_kg="58.0",
)  # fmt: skip


@pytest.mark.long
def test_anxiety_gets_one_infusion_and_is_reviewed_a_week_later(nurse: Visitor, prescriber: Visitor) -> None:
    person = steps.register(nurse, NOOR)
    assert "GAD-7" in steps.intake(nurse, person, NOOR)
    steps.anaesthetic_risk(prescriber, person)
    steps.asked(nurse, person, "phq9", (1, 1, 1, 1, 1, 1, 1, 1, 0))
    steps.found_eligible(prescriber, person)
    session = steps.begun(nurse, prescriber, person, NOOR)
    steps.clock(nurse, "+10 min", 4)
    steps.ended(nurse, session, NOOR)
    steps.order_held(prescriber, person, "after infusion 1 is not recorded. It can be recorded from")
    steps.clock(nurse, "+1 day")
    steps.called(nurse, person, 1)
    steps.reviewed(prescriber, person, "continue")
    steps.intake(nurse, person, NOOR)
    steps.order_held(prescriber, person, "It can be recorded from")

    steps.clock(nurse, "+1 week")
    steps.asked(nurse, person, "gad7", (1, 1, 1, 1, 1, 1, 1))
    steps.reviewed(prescriber, person, "continue")
    steps.intake(nurse, person, NOOR)
    assert "P-ANX, infusion 2" in steps.order(prescriber, person).page


RUTH = Patient(
    given_names="Ruth", family_name="Amadi", born="1978-10-30", sex="Female",
    indication="Post-traumatic stress disorder", code="F43.12", tried=("sertraline",),
    scores={"PCL-5, past week": (3, 3, 2, 3, 3, 3, 3, 2, 3, 3, 3, 2, 3, 2, 3, 1, 3, 3, 2, 3)}, weight_kg="71.0",
)  # fmt: skip


@pytest.mark.long
def test_ptsd_shows_that_its_evidence_is_in_conflict_and_keeps_its_spacing(nurse: Visitor, prescriber: Visitor) -> None:
    person = steps.register(nurse, RUTH)
    assert "PCL-5, past week" in steps.intake(nurse, person, RUTH)
    steps.anaesthetic_risk(prescriber, person)
    steps.go(prescriber, f"{person}decide/")
    steps.said(prescriber, "In conflict: 67 % against 20 % responded in civilians")
    steps.asked(nurse, person, "phq9", (1, 1, 1, 1, 1, 1, 1, 1, 0))
    steps.found_eligible(prescriber, person)
    session = steps.begun(nurse, prescriber, person, RUTH)
    steps.clock(nurse, "+10 min", 4)
    steps.ended(nurse, session, RUTH)

    steps.clock(nurse, "+1 day")
    steps.called(nurse, person, 1)
    steps.intake(nurse, person, RUTH)
    steps.order(prescriber, person)
    steps.co_signed(nurse, person)
    steps.seated(nurse, person)
    steps.line_says(nurse, "spacing", "not met")
    steps.closed_unused(nurse, "Forty hours have not passed; she comes again tomorrow.")


IVO = Patient(
    given_names="Ivo", family_name="Larsen", born="1985-07-07", sex="Male", indication="Chronic pain",
    code="G90.511", features={"budapest_criteria_met": "yes"}, tried=("duloxetine",), weight_kg="80.0",
    medicines=(("duloxetine", "60"),),
)  # fmt: skip


@pytest.mark.long
def test_chronic_pain_runs_four_hours_under_its_cap(nurse: Visitor, prescriber: Visitor) -> None:
    person = steps.register(nurse, IVO)
    steps.intake(nurse, person, IVO)
    steps.asked(nurse, person, "peg", (8, 8, 7))
    steps.anaesthetic_risk(prescriber, person)
    steps.asked(nurse, person, "phq9", (1, 1, 1, 1, 1, 1, 1, 1, 0))
    steps.found_eligible(prescriber, person)
    session = steps.begun(nurse, prescriber, person, IVO)
    steps.go(prescriber, person)
    steps.said(prescriber, "= 28 mg/h, capped at 25 mg/h")
    steps.said(prescriber, "25 mL/h over 240 min")
    steps.clock(nurse, "+1 h")
    steps.vitals(nurse, session)
    steps.said(nurse, "every 15 min")
    steps.clock(nurse, "+1 h", 3)
    note = steps.ended(nurse, session, IVO)
    assert "100.0 mg" in note

    steps.clock(nurse, "+1 day")
    steps.called(nurse, person, 1)
    steps.intake(nurse, person, IVO)
    session = steps.begun(nurse, prescriber, person, IVO)
    steps.vitals(nurse, session)
    steps.said(nurse, "every 15 min")
    steps.clock(nurse, "+1 h")
    steps.vitals(nurse, session)
    steps.said(nurse, "every 30 min")
    steps.go(prescriber, f"/people/{demo_id('pain')}/course/")
    steps.said(prescriber, "The review that P-CRPS-OP asks for after infusion 5 is not recorded.")

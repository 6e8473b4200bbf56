"""From a concern to its evaluation and back; what refuses whatever the reason; and what shuts the gate afterwards."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import TableChanged
from sereniv.clinic.records.models import Entry, Person
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.chair import sessions
from sereniv.clinic.workflows.intake import intake, screening
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.shell.acting import NotPermitted
from sereniv.therapy.chair.gate_facts import LineState
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Malformed, Refused
from tests.conftest import NOON, ActMaker
from tests.therapy.making import diagnosis, trial
from tests.workflows import test_path
from tests.workflows.coursing import consent_version
from tests.workflows.test_path import DAY, SHE, at

pytestmark = pytest.mark.django_db
stage = test_path.stage
SHE_ID = demo_id(SHE.name)


@pytest.fixture
def candidate(stage: Stage) -> uuid.UUID:
    return stage.candidate(SHE, NOON)


GGT = pe.LaboratoryValue(analyte="ggt", value=Decimal(600), unit="U/L", upper_limit=Decimal(60))


def decide(act: ActMaker, reason: str = "", minute: float = 0, second: str = "") -> pe.CandidacyDecided:
    head = chart_store.person_chart(SHE_ID).head
    acting = act("prescriber", now=at(minute), second=second)
    return candidacy.decide_candidacy(SHE_ID, pe.Decision.ELIGIBLE, reason, head, acting)


def pressure(act: ActMaker, systolic: str, minute: float = -5) -> None:
    typed = {"systolic": systolic, "diastolic": "88"}
    intake.record_measurements(SHE_ID, typed, act("nurse", now=at(minute)))


def test_a_high_pressure_is_evaluated_outside_and_the_candidate_comes_back(candidate: uuid.UUID, act: ActMaker) -> None:
    criterion = "uncontrolled_hypertension"
    pressure(act, "164")
    with pytest.raises(Refused, match="Needs evaluation first"):
        decide(act, "she is well")
    asked = pe.EvaluationOpened(
        criterion=criterion, question="A week of readings", asked_of="Dr Quill, GP", due_on=NOON.date() + 7 * DAY
    )
    candidacy.open_evaluation(candidate, asked, act("nurse"))
    candidacy.record_evaluation(
        candidate, criterion, "Home 126/80 on treatment", 30, act("prescriber"), evaluator="Dr Quill, GP",
        conclusion=pe.Conclusion.PROCEED_WITH_CONDITIONS,
    )  # fmt: skip
    with pytest.raises(Refused, match="Write why"):
        decide(act)
    decided = decide(act, "treated, readings at home in range")
    found = next(each for each in decided.findings if each.criterion == criterion)
    assert (found.result, found.action) == ("met", "GATE")


def test_do_not_proceed_refuses_whatever_the_reason_until_somebody_concludes_otherwise(
    candidate: uuid.UUID, act: ActMaker
) -> None:
    for conclusion in (pe.Conclusion.DO_NOT_PROCEED, pe.Conclusion.PROCEED):
        candidacy.record_evaluation(
            candidate, "substance_use_needs_evaluation", "seen", 1, act("prescriber"), conclusion=conclusion
        )
        if conclusion is pe.Conclusion.DO_NOT_PROCEED:
            for minute in (0, 60 * 24 * 2):
                with pytest.raises(Refused, match="do not proceed"):
                    decide(act, "benefit outweighs", minute, second="director")
    assert decide(act).decision is pe.Decision.ELIGIBLE


def test_nobody_with_suicidal_thoughts_is_infused_before_the_level_of_care_says_so(
    candidate: uuid.UUID, act: ActMaker
) -> None:
    people.change_indication(candidate, "suicidal_ideation", "new thoughts", act("nurse"))
    present = diagnosis("suicidal_ideation", "R45.851", ideation_present=True)
    screening.record_diagnosis(candidate, present, act("nurse"))
    with pytest.raises(Refused, match="missing level of care"):
        decide(act, "urgent", second="director")
    screening.decide_level_of_care(candidate, pe.LevelOfCare.INPATIENT, "plan and means", act("prescriber"))
    with pytest.raises(Refused, match="not outpatient"):
        decide(act, "urgent", second="director")
    screening.decide_level_of_care(candidate, pe.LevelOfCare.OUTPATIENT, "no plan, partner", act("prescriber"))
    assert decide(act).indication == "suicidal_ideation"


def test_one_trial_too_few_asks_for_a_reason_and_a_list_nobody_closed_is_unknown(
    candidate: uuid.UUID, act: ActMaker
) -> None:
    first = chart_store.person_chart(candidate).all(pe.TrialRecorded)[0]
    people.strike_record(candidate, first.stream_seq, "never taken", act("nurse"))
    with pytest.raises(Refused, match=r"Write why.*Entry rule"):
        decide(act)
    screening.record_trial(candidate, trial("lithium", in_current_episode=None), act("coordinator"))
    with pytest.raises(Refused, match=r"Not yet known: Entry rule.*adequate trials"):
        decide(act, "benefit")
    known, asked = chart_store.person_chart(candidate).all(pe.TrialRecorded)[-2:]
    screening.close_trials(candidate, act("coordinator"))
    with pytest.raises(NotPermitted):
        screening.leave_trial_unknown(candidate, asked.stream_seq, "The practice has closed.", act("nurse"))
    with pytest.raises(Refused, match="everything is known"):
        screening.leave_trial_unknown(candidate, known.stream_seq, "The practice has closed.", act("prescriber"))
    with pytest.raises(Refused, match="Not yet known"):
        decide(act, "benefit outweighs risk")
    screening.leave_trial_unknown(candidate, asked.stream_seq, "The practice has closed.", act("prescriber"))
    with pytest.raises(Refused, match=r"Write why.*Entry rule"):
        decide(act)
    entry_rule = decide(act, "benefit outweighs risk").findings[0]
    assert "nobody can find out, not counted: lithium" in entry_rule.read["adequate_trials"]
    screening.record_trial(candidate, trial("bupropion"), act("coordinator"), is_last=True)
    assert decide(act).decision is pe.Decision.ELIGIBLE
    closed = chart_store.person_chart(candidate).history(pe.HistoryList.TRIALS)
    assert closed is not None
    assert closed.event.entries == ("venlafaxine", "lithium", "bupropion")


def test_an_item_is_waived_by_a_prescriber_with_a_reason(candidate: uuid.UUID, act: ActMaker) -> None:
    waived = pe.WorkUpRecorded(
        item="creatinine", finding=pe.WorkUpFinding.WAIVED, words="normal last month", done_on=NOON.date()
    )
    with pytest.raises(NotPermitted):
        screening.record_work_up(candidate, [waived], act("nurse"))
    with pytest.raises(Malformed, match="why it is waived"):
        screening.record_work_up(candidate, [replace(waived, words=" ")], act("prescriber"))
    screening.record_work_up(candidate, [waived], act("prescriber"))
    assert decide(act).decision is pe.Decision.ELIGIBLE


def test_malformed_screening_stores_nothing(candidate: uuid.UUID, act: ActMaker) -> None:
    ok = pe.WorkUpRecorded(item="pdmp", finding=pe.WorkUpFinding.NORMAL, words="", done_on=NOON.date())
    none = pe.SubstanceAsked(substance=pe.Substance.ALCOHOL, use=pe.Use.NONE)
    asked = pe.EvaluationOpened(criterion="pregnancy", question="?", asked_of="GP", due_on=NOON.date() - DAY)
    malformed: list[Callable[[], object]] = [
        lambda: screening.record_work_up(candidate, [], act("nurse")),
        lambda: screening.record_work_up(candidate, [ok, replace(ok, done_on=NOON.date() + DAY)], act("nurse")),
        lambda: screening.record_work_up(candidate, [replace(ok, item="aura")], act("nurse")),
        lambda: screening.record_work_up(
            candidate, [replace(ok, finding=pe.WorkUpFinding.NOT_INDICATED)], act("nurse")
        ),
        lambda: screening.record_work_up(
            candidate, [replace(ok, item="liver_panel", values=(replace(GGT, value=Decimal(-1)),))], act("nurse")
        ),
        lambda: screening.record_work_up(
            candidate, [replace(ok, item="liver_panel", values=(replace(GGT, upper_limit=Decimal(0)),))], act("nurse")
        ),
        lambda: screening.record_work_up(candidate, [replace(ok, item="pdmp", values=(GGT,))], act("nurse")),
        lambda: screening.record_work_up(  # ten times its limit is not normal
            candidate, [replace(ok, item="liver_panel", values=(GGT,))], act("nurse")
        ),
        lambda: screening.record_substances(candidate, (none,), act("nurse")),
        lambda: screening.record_substances(candidate, (none,) * len(pe.Substance), act("nurse")),
        lambda: screening.record_trial(candidate, trial(" "), act("nurse")),
        lambda: screening.record_trial(candidate, trial(improvement_percent=101), act("nurse")),
        lambda: screening.enter_score(candidate, "dast10", 11, "Dr Ono", act("nurse")),
        lambda: screening.enter_score(candidate, "phq9", 1, "Dr Ono", act("nurse")),
        lambda: screening.record_diagnosis(candidate, replace(diagnosis("ptsd", " ")), act("nurse")),
        lambda: screening.decide_level_of_care(candidate, pe.LevelOfCare.OUTPATIENT, " ", act("prescriber")),
        lambda: people.change_indication(candidate, "weight_loss", "asked", act("nurse")),
        lambda: people.change_indication(candidate, "depression", "the same", act("nurse")),
        lambda: candidacy.open_evaluation(candidate, asked, act("nurse")),
        lambda: candidacy.record_evaluation(
            candidate, "pregnancy", "seen", 9, act("prescriber"), conclusion=pe.Conclusion.NOT_STATED
        ),
    ]
    count = Entry.objects.count()
    for number, work in enumerate(malformed):
        with pytest.raises(Malformed):
            work()
        assert Entry.objects.count() == count, number


def test_that_ideation_is_present_is_a_clinicians_to_say(candidate: uuid.UUID, act: ActMaker) -> None:
    rated = diagnosis("suicidal_ideation", "R45.851", ideation_present=False)
    with pytest.raises(NotPermitted) as denied:
        screening.record_diagnosis(candidate, rated, act("coordinator"))
    assert denied.value.permission is Permission.CHART
    screening.record_diagnosis(candidate, replace(rated, ideation_present=None), act("coordinator"))


def test_what_happens_after_the_decision_shuts_the_gate(stage: Stage, act: ActMaker) -> None:
    session = stage.at_the_gate(replace(cast_list.CANDIDATE, name=SHE.name), "Chair 1", NOON)

    def line(name: str, minute: float = 0) -> tuple[LineState, str]:
        chart = chart_store.session_chart_of(session)
        lines = sessions.gate_lines(chart, act("nurse", now=at(minute)))
        return next((each.state, each.why) for each in lines if each.row.id == name)

    assert line("consent")[0] is line("candidacy")[0] is LineState.HOLDS
    assert line("consent", 91 * 24 * 60)[0] is LineState.DOES_NOT_HOLD
    intake.withdraw_consent(SHE_ID, "Wants to wait.", act("nurse"))
    assert line("consent")[0] is LineState.DOES_NOT_HOLD
    assert "Wants to wait." in line("consent")[1]
    intake.withdraw_consent(SHE_ID, " ", act("nurse"))
    assert "no reason given. Version" in line("consent")[1], "nobody has to say why"
    intake.record_consent(SHE_ID, consent_version(), "Leila Corvin", "", act("nurse"))
    assert line("consent")[0] is LineState.HOLDS

    state, why = line("candidacy", 31 * 24 * 60)
    assert state is LineState.DOES_NOT_HOLD
    assert "Prescription monitoring query" in why
    people.change_indication(SHE_ID, "ptsd", "diagnosis reviewed", act("coordinator"))
    assert "Decided for another indication" in line("candidacy")[1]
    people.change_indication(SHE_ID, "depression", "back again", act("coordinator"))
    assert line("candidacy")[0] is LineState.HOLDS
    against = pe.Conclusion.DO_NOT_PROCEED
    candidacy.record_evaluation(SHE_ID, "pregnancy", "unsafe", 9, act("prescriber"), conclusion=against)
    assert "Evaluated: do not proceed" in line("candidacy")[1]


def test_a_changed_indication_stands_in_the_stream_and_in_the_audit(candidate: uuid.UUID, act: ActMaker) -> None:
    acting = act("coordinator", key="changed-once")
    for _ in range(2):
        people.change_indication(candidate, "ptsd", "diagnosis reviewed", acting)
    assert Person.objects.get(pk=candidate).indication == "ptsd"
    changes = chart_store.person_chart(candidate).all(pe.IndicationChanged)
    assert [(each.event.before, each.event.after) for each in changes] == [("depression", "ptsd")]
    audited = [each.event for each in chart_store.read("audit")]
    assert (
        audited.count(TableChanged(table="person", row=str(candidate), change="changed", fields=("indication",))) == 1
    )
    with pytest.raises(Refused, match="Not yet known: Entry rule: post-traumatic"):
        decide(act, minute=60)

"""What is read before a decision goes out of date to the day, and a conclusion stands until it is changed."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from sereniv.knowledge import Phase, knowledge
from sereniv.therapy.candidacy.criteria import Finding, findings
from sereniv.therapy.candidacy.evaluations import EvaluationState, against, evaluations, settles
from sereniv.therapy.candidacy.intake import StepState, key_of, next_open, steps
from sereniv.therapy.candidacy.work_up import ItemState, standing
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import PersonChart, Registered, chart_of
from sereniv.therapy.person.consent import ConsentState, consent
from sereniv.therapy.person.medicines import medicine
from sereniv.therapy.person.substances import history
from tests.conftest import NOON
from tests.therapy.chair.test_gate import ORDER
from tests.therapy.making import (
    GONE_THROUGH,
    NO_MORE_TRIALS,
    REGISTERED,
    SCREENED,
    checklist,
    diagnosis,
    recorded,
    trial,
    worked_up,
)

RULES = knowledge()
DAY = timedelta(days=1)


NO_MANIA = checklist(pe.HistoryList.PSYCHIATRIC)


def person(*happened: pe.PersonEvent | tuple[timedelta, pe.PersonEvent]) -> PersonChart:
    """Return a chart of what happened at noon, or at the time after it that stands beside."""
    timed = [each if isinstance(each, tuple) else (timedelta(0), each) for each in happened]
    return chart_of(recorded(event, number, NOON + after) for number, (after, event) in enumerate(timed, start=1))


def found(
    chart: PersonChart, who: Registered = REGISTERED, now: datetime = NOON, phase: Phase = Phase.SCREEN
) -> dict[str, Finding]:
    return {each.row.id: each for each in findings(chart, who, phase, now, RULES)}


def words(chart: PersonChart, name: str, who: Registered = REGISTERED, now: datetime = NOON) -> str:
    return found(chart, who, now)[name].verdict.words()


def of(indication: str) -> Registered:
    return replace(REGISTERED, indication=indication)


def score(scale: str, total: int) -> pe.ScoreEntered:
    return pe.ScoreEntered(scale=scale, total=total, scored_by="Dr Ono")


def test_only_the_persons_own_indication_is_asked() -> None:
    for indication in RULES.indications:
        asked = set(found(person(), of(indication)))
        assert asked & set(RULES.entry_rules) == {f"entry_{indication}"}
        assert ("level_of_care" in asked) is (indication == "suicidal_ideation")


def test_an_open_list_is_unknown_below_the_number_and_known_from_it() -> None:
    start, two = (SCREENED[0], NO_MANIA), (trial(), trial("venlafaxine"))
    phq9 = SCREENED[4]
    assert words(person(*start, two[0], phq9), "entry_depression") == "unknown: HOLD"
    assert words(person(*start, two[0], NO_MORE_TRIALS, phq9), "entry_depression") == "met: GATE"
    assert words(person(*start, *two, phq9), "entry_depression") == "not met"
    assert words(person(*start, NO_MORE_TRIALS, phq9), "entry_depression") == "met: GATE"
    unsure = trial("lithium", weeks=None)
    finding = found(person(*start, two[0], unsure, NO_MORE_TRIALS, phq9))["entry_depression"]
    assert (finding.verdict.words(), finding.verdict.missing) == ("unknown: HOLD", ("adequate_trials",))
    assert "lithium: weeks" in finding.read["adequate_trials"]


def test_what_only_the_diagnosis_answers_is_not_missing_beside_it() -> None:
    """The page of the decision listed a present episode as missing, beside the diagnosis that says it."""
    missing = found(person())["entry_depression"].verdict.missing
    assert "diagnosis" in missing
    assert "present_episode" not in missing


def test_both_criteria_are_told_with_what_was_read() -> None:
    short = trial("venlafaxine", weeks=5)
    read = found(person(SCREENED[0], trial(), short, NO_MORE_TRIALS))["entry_depression"].read
    assert read["adequate_trials"] == "1 (MGH-ATRQ 1, ATHF 2)"


@pytest.mark.parametrize(
    ("indication", "events", "words_of_it"),
    [
        ("ptsd", (diagnosis("ptsd", "F43.10"), score("pcl5", 31), trial(), NO_MORE_TRIALS), "not met"),
        ("ptsd", (diagnosis("ptsd", "F43.10"), score("pcl5", 30), trial(), NO_MORE_TRIALS), "met: GATE"),
        ("ptsd", (diagnosis("depression", "F33.2"), score("pcl5", 40), trial(), NO_MORE_TRIALS), "unknown: HOLD"),
        ("anxiety", (diagnosis("anxiety", "F40.10"), score("lsas", 95), trial(), trial("CBT")), "met: GATE"),
        ("anxiety", (diagnosis("anxiety", "F41.1"), score("gad7", 15), trial(), trial("CBT")), "not met"),
        ("chronic_pain", (diagnosis("chronic_pain", "G90.511", budapest_criteria_met=True), trial()), "not met"),
        ("chronic_pain", (diagnosis("chronic_pain", "M79.7", budapest_criteria_met=False), trial()), "met: GATE"),
        ("chronic_pain", (diagnosis("chronic_pain", "G90.511"), trial()), "unknown: HOLD"),
        ("suicidal_ideation", (diagnosis("suicidal_ideation", "R45.851", ideation_present=True),), "not met"),
    ],
)  # fmt: skip
def test_entry_rules_on_charts(indication: str, events: tuple[pe.PersonEvent, ...], words_of_it: str) -> None:
    assert words(person(*events), f"entry_{indication}", of(indication)) == words_of_it


def test_a_baseline_score_goes_stale_to_the_second() -> None:
    chart = person(*SCREENED, NO_MANIA)
    assert words(chart, "entry_depression", now=NOON + 14 * DAY) == "not met"
    assert words(chart, "entry_depression", now=NOON + 14 * DAY + timedelta(seconds=1)) == "unknown: HOLD"


@pytest.mark.parametrize("item", RULES.work_up)
def test_every_item_of_the_work_up_expires_to_the_day(item: str) -> None:
    done = person(*worked_up(NOON.date()))
    last = NOON + RULES.work_up[item].valid_days * DAY

    def state(now: datetime) -> ItemState:
        return next(each.state for each in standing(done, REGISTERED, now, RULES) if each.row.id == item)

    assert (state(last), state(last + DAY)) == (ItemState.DONE, ItemState.EXPIRED)
    assert standing(person(), REGISTERED, NOON, RULES)[0].state is ItemState.MISSING


def test_liver_tests_hold_for_six_infusions() -> None:
    orders = [replace(ORDER, infusion_number=number) for number in range(1, 8)]
    done = worked_up(NOON.date())
    assert words(person(*done, *orders[:6]), "liver_panel") == "not met"
    assert words(person(*done, *orders[:6], orders[5]), "liver_panel") == "not met", (
        "an order made anew is one infusion"
    )
    assert words(person(*done, *orders), "liver_panel") == "unknown: HOLD"
    assert words(person(*orders, *done), "liver_panel") == "not met"


def test_an_ecg_is_not_waved_through_from_fifty() -> None:
    done = person(*worked_up(NOON.date(), ecg=pe.WorkUpFinding.NOT_INDICATED), *GONE_THROUGH)
    turning = replace(REGISTERED, born=date(1976, 3, 3))
    assert words(done, "ecg", turning, NOON) == "not met"
    assert words(done, "ecg", turning, NOON + DAY) == "unknown: HOLD"


def test_an_ecg_is_not_waved_through_on_a_medicine_that_prolongs_qt_nor_with_a_sick_heart() -> None:
    waved = worked_up(NOON.date(), ecg=pe.WorkUpFinding.NOT_INDICATED)

    def takes(*names: str) -> pe.MedicinesListed:
        return pe.MedicinesListed(medicines=tuple(medicine(each, None, False, RULES.medicines) for each in names))

    heart = checklist(pe.HistoryList.CONDITIONS, "heart_failure")
    assert words(person(*waved, *GONE_THROUGH, takes("sertraline")), "ecg") == "not met"
    assert words(person(*waved, *GONE_THROUGH, takes("methadone", "citalopram")), "ecg") == "unknown: HOLD"
    assert words(person(*waved, *GONE_THROUGH, takes("Celexa")), "ecg") == "unknown: HOLD"
    assert words(person(*waved, *GONE_THROUGH, takes("green drops")), "ecg") == "unknown: HOLD", "nobody knows"
    assert words(person(*waved, *GONE_THROUGH, heart), "ecg") == "unknown: HOLD"
    assert words(person(*waved), "ecg") == "unknown: HOLD", "lists that nobody went through are not fine"
    taken = worked_up(NOON.date(), ecg=pe.WorkUpFinding.NORMAL)
    assert words(person(*taken, *GONE_THROUGH, takes("methadone", "citalopram")), "ecg") == "not met"


def test_a_second_abnormal_finding_is_not_settled_by_the_decision_on_the_first() -> None:
    def abnormal(on: date, times: str) -> pe.WorkUpRecorded:
        return pe.WorkUpRecorded(
            item="liver_panel", finding=pe.WorkUpFinding.ABNORMAL, words="ALT", done_on=on,
            times_upper_limit=Decimal(times),
        )  # fmt: skip

    first = abnormal(NOON.date(), "3.5")
    before = found(person(first))["liver_panel"]
    assert before.settled_by(before.taken())
    after = found(person(first, abnormal(NOON.date() + DAY, "3.4")), now=NOON + DAY)["liver_panel"]
    assert after.verdict.words() == before.verdict.words() == "met: GATE"
    assert not after.settled_by(before.taken())


CONSENTED = pe.ConsentRecorded(version="2026-11", signer_name="Ida Lind")


def test_consent_holds_to_its_last_day_and_not_after_it_was_taken_back() -> None:
    def state(chart: PersonChart, now: datetime = NOON) -> ConsentState:
        return consent(chart, now, RULES.consent).state

    last = NOON + RULES.consent.valid_days * DAY
    taken_back = pe.ConsentWithdrawn(reason="Changed her mind.")
    assert state(person()) is ConsentState.MISSING
    assert state(person(CONSENTED), last) is ConsentState.HOLDS
    assert state(person(CONSENTED), last + DAY) is ConsentState.EXPIRED
    assert state(person(CONSENTED, taken_back)) is ConsentState.WITHDRAWN
    assert state(person(CONSENTED, taken_back, CONSENTED)) is ConsentState.HOLDS


ASKED = pe.EvaluationOpened(
    criterion="uncontrolled_hypertension", question="Home readings", asked_of="GP", due_on=NOON.date() + DAY
)


def evaluated(conclusion: pe.Conclusion) -> pe.EvaluationRecorded:
    return pe.EvaluationRecorded(
        criterion=ASKED.criterion, evaluator="GP", finding="128/80 at home", valid_days=30, conclusion=conclusion
    )


GO, STOP = evaluated(pe.Conclusion.PROCEED), evaluated(pe.Conclusion.DO_NOT_PROCEED)


@pytest.mark.parametrize(
    ("events", "days", "state", "lets_decide"),
    [
        ((ASKED,), 1, EvaluationState.OPEN, False), ((ASKED,), 2, EvaluationState.OVERDUE, False),
        ((ASKED, GO), 30, EvaluationState.IN_DATE, True), ((ASKED, GO), 31, EvaluationState.EXPIRED, False),
        ((GO, ASKED), 1, EvaluationState.OPEN, True), ((GO, STOP), 400, EvaluationState.AGAINST, False),
        ((STOP, GO), 1, EvaluationState.IN_DATE, True),
    ],
)  # fmt: skip
def test_an_evaluation_by_the_day(
    events: tuple[pe.PersonEvent, ...], days: int, state: EvaluationState, lets_decide: bool
) -> None:
    chart, now = person(*events), NOON + days * DAY
    (each,) = evaluations(chart, now)
    assert (each.state, settles(chart, ASKED.criterion, now)) == (state, lets_decide)
    refused = bool(against(chart))
    assert refused is (state is EvaluationState.AGAINST)
    for phase in Phase:
        assert (found(chart, now=now, phase=phase)["evaluated_against"].verdict.words() == "met: GATE2") is refused


def asked_all(**uses: pe.Use) -> pe.SubstancesRecorded:
    return pe.SubstancesRecorded(
        asked=tuple(pe.SubstanceAsked(substance=each, use=uses.get(str(each), pe.Use.NONE)) for each in pe.Substance)
    )


@pytest.mark.parametrize(
    ("events", "words_of_it"),
    [
        ((asked_all(),), "not met"), ((asked_all(alcohol=pe.Use.PAST),), "met: GATE"),
        ((asked_all(opioids=pe.Use.ACTIVE),), "met: GATE2"), ((asked_all(ketamine_or_pcp=pe.Use.PAST),), "met: GATE2"),
        ((asked_all(opioids=pe.Use.ACTIVE), pe.HistoryRecorded(list=pe.HistoryList.SUBSTANCE_USE)), "not met"),
        ((pe.HistoryRecorded(list=pe.HistoryList.SUBSTANCE_USE), asked_all(cannabis=pe.Use.ACTIVE)), "met: GATE2"),
    ],
)  # fmt: skip
def test_the_last_word_on_substances_counts_whichever_way_it_was_asked(
    events: tuple[pe.PersonEvent, ...], words_of_it: str
) -> None:
    assert words(person(*events), "substance_use_needs_evaluation") == words_of_it
    said = history(person(*events))
    assert said is not None
    assert ("none of these" in said.words) is (words_of_it == "not met")


@pytest.mark.parametrize(
    ("answers", "sex", "words_of_it"),
    [
        ((3, 0, 0), "female", "met: WARN"), ((2, 1, 0), "female", "met: HOLD"), ((3, 0, 0), "male", "not met"),
        ((4, 0, 0), "male", "met: WARN"), ((3, 1, 0), "male", "met: HOLD"),
    ],
)  # fmt: skip
def test_an_alcohol_screen_by_sex_and_by_where_its_points_come_from(
    answers: tuple[int, ...], sex: str, words_of_it: str
) -> None:
    answered = pe.ScaleAnswered(scale="auditc", answers=answers, total=sum(answers), answered_by="patient")
    assert words(person(answered), "alcohol_screen", replace(REGISTERED, sex_at_birth=sex)) == words_of_it


def test_a_level_of_care_is_decided_again_in_time() -> None:
    decided = person(pe.LevelOfCareDecided(level=pe.LevelOfCare.OUTPATIENT, words="no plan"))
    who = of("suicidal_ideation")
    assert words(decided, "level_of_care", who, NOON + DAY) == "not met"
    assert words(decided, "level_of_care", who, NOON + DAY + timedelta(seconds=1)) == "unknown: HOLD"
    later = pe.LevelOfCareDecided(level=pe.LevelOfCare.INPATIENT, words="plan, means")
    assert words(person(*(each.event for each in decided.entries), later), "level_of_care", who) == "met: GATE2"


def test_who_cannot_become_pregnant_is_not_asked_weekly() -> None:
    never = pe.PregnancyRecorded(status=pe.Pregnancy.NOT_APPLICABLE, basis="male")
    tested = pe.PregnancyRecorded(status=pe.Pregnancy.NOT_PREGNANT, basis="hCG")
    late = NOON + 8 * DAY
    assert "pregnancy" not in found(person(never), now=late)["pregnancy"].verdict.missing
    assert "pregnancy" in found(person(tested), now=late)["pregnancy"].verdict.missing


def test_the_walk_leads_to_the_next_open_step_and_round_to_the_first() -> None:
    for indication in RULES.indications:
        empty = steps(person(), of(indication), NOON, RULES)
        assert {each.state for each in empty} == {StepState.MISSING}
        keys = [key_of(each) for each in empty]
        assert len(keys) == len(set(keys))
        order = [""]
        for _ in keys:
            onward = next_open(empty, order[-1])
            assert onward is not None
            order.append(key_of(onward))
        assert order[1:] == keys
        assert next_open(empty, keys[-1]) == empty[0]
    whole = steps(person(CONSENTED, *SCREENED), REGISTERED, NOON, RULES)
    assert {each.title for each in whole if each.state is not StepState.DONE} == {
        "Substance use", "Medical conditions", "Psychiatric conditions", "Allergies", "Medicines", "Anaesthetic risk",
        "Measurements", "Pregnancy",
    }  # fmt: skip
    later = steps(person(CONSENTED, *SCREENED), REGISTERED, NOON + 91 * DAY, RULES)
    expired = {each.title for each in later if each.state is StepState.EXPIRED}
    assert {"Consent", "PHQ-9", "AUDIT-C", "Work-up", "Diagnosis"} <= expired


def laboratory(**times: str) -> tuple[pe.LaboratoryValue, ...]:
    limits = {"alt": 40, "ast": 40, "alp": 120, "ggt": 60, "bilirubin": 20}
    return tuple(
        pe.LaboratoryValue(
            analyte=name, value=Decimal(value), unit="µmol/L" if name == "bilirubin" else "U/L",
            upper_limit=Decimal(limits[name]),
        )
        for name, value in times.items()
    )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "words_of_it", "missing"),
    [
        (laboratory(alt="30", ast="30", alp="400", ggt="600", bilirubin="15"), "met: GATE2", ()),
        (laboratory(alt="30", ast="30", alp="400", ggt="60", bilirubin="15"), "met: GATE", ()),
        (laboratory(alt="60", ast="30", alp="100", ggt="60", bilirubin="15"), "met: WARN", ()),
        (laboratory(alt="30", ast="30", alp="100", ggt="60", bilirubin="61"), "met: GATE2", ()),
        (laboratory(alt="30", ast="30"), "unknown: HOLD", ("alp", "ggt", "bilirubin")),
        (laboratory(ggt="301"), "met: GATE2", ("alt", "ast", "alp", "bilirubin")),
    ],
)
def test_every_value_of_the_liver_panel_counts_by_its_own_limit(
    values: tuple[pe.LaboratoryValue, ...], words_of_it: str, missing: tuple[str, ...]
) -> None:
    done = pe.WorkUpRecorded(
        item="liver_panel", finding=pe.WorkUpFinding.ABNORMAL, words="as reported", done_on=NOON.date(), values=values
    )
    finding = found(person(done))["liver_panel"]
    assert (finding.verdict.words(), finding.verdict.missing) == (words_of_it, missing)
    if "ggt" in finding.read:
        assert finding.read["ggt"].endswith("times")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("120", "3"),
        ("121.6", "3.04"),
        ("120.1", "3.002"),
        ("124", "3.1"),
        ("41", "1.02"),
        ("200.5", "5.01"),
    ],
)
def test_a_multiple_is_written_on_its_own_side_of_what_judges_it(value: str, written: str) -> None:
    """3.04 times, which asks for the prescriber, was written 3 times, which does not."""
    done = pe.WorkUpRecorded(
        item="liver_panel", finding=pe.WorkUpFinding.ABNORMAL, words="as reported", done_on=NOON.date(),
        values=laboratory(alt=value),
    )  # fmt: skip
    assert found(person(done))["liver_panel"].read["alt"].endswith(f": {written} times")


@pytest.mark.parametrize("said", [pe.WorkUpFinding.NORMAL, pe.WorkUpFinding.WAIVED])
def test_a_value_above_its_limit_counts_whatever_the_panel_was_called(said: pe.WorkUpFinding) -> None:
    """Five times the upper limit under *normal*, as an older record may hold it, read as not met."""
    whole = laboratory(alt="201", ast="30", alp="100", ggt="60", bilirubin="15")
    called = pe.WorkUpRecorded(item="liver_panel", finding=said, words="as said", done_on=NOON.date(), values=whole)
    assert found(person(called))["liver_panel"].verdict.words() == "met: GATE2"

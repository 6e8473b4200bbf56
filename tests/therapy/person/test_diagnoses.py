"""Code, answers and words of a diagnosis are held against each other; every rule that asks reads every diagnosis."""

from dataclasses import replace

import pytest

from sereniv.knowledge import Phase, knowledge
from sereniv.therapy.candidacy.criteria import findings
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import chart_of
from sereniv.therapy.person.contradictions import contradictions
from sereniv.therapy.person.diagnoses import BESIDE, standing
from tests.therapy.making import GONE_THROUGH, REGISTERED, SCREENED, checklist, diagnosis, minute, recorded

RULES = knowledge()


def verdicts(*told: pe.PersonEvent, indication: str = "depression") -> dict[str, str]:
    chart = chart_of(recorded(event, number, minute(0)) for number, event in enumerate(told, start=1))
    who = replace(REGISTERED, indication=indication)
    return {each.row.id: each.verdict.words() for each in findings(chart, who, Phase.SCREEN, minute(9), RULES)}


@pytest.mark.parametrize(
    ("code", "answers", "words", "said"),
    [
        ("F33.3", {"psychotic_features": False}, "", "F33.3 is “Depression with psychotic symptoms”"),
        ("F32.3", {"psychotic_features": False}, "", "“psychotic features” is answered no"),
        ("F33.2", {"psychotic_features": True}, "", "“psychotic features” is answered yes"),
        ("F31.4", {"psychotic_features": True}, "", "without psychotic symptoms"),
        ("R45.851", {"ideation_present": False}, "", "“suicidal ideation present” is answered no"),
        ("F32.0", {}, "recurrent depression", "F32.0 is “A single episode”, and the words say “recurrent”."),
        ("F33.1", {}, "Single episode", "A recurrent illness"),
        ("F33.1", {}, "bipolar II, depressed", "the words say “bipolar”"),
        ("F31.81", {}, "unipolar", "Bipolar disorder"),
        ("other", {"psychotic_features": False}, "F33.3 by letter", "F33.3"),
        ("F33.2", {"psychotic_features": False}, "severe, with psychotic features", "the words say “with psychotic”"),
        ("F33.2", {}, "delusional", "the words say “delusional”"),
        ("F33.2", {}, "hears voices, delusional", "the words say “hears voices”"),
        ("F33.3", {"psychotic_features": True}, "severe, non-psychotic", "the words say “non psychotic”"),
        (
            "F33.42",
            {},
            "hears voices",
            "F33.42 is “In remission: no present episode”, and the words say “hears voices”.",
        ),
        ("F33.42", {"psychotic_features": True}, "", "“psychotic features” is answered yes"),
        ("F33.42", {}, "recurrent, severe", "the words say “severe”"),
        ("F33.42", {}, "current episode since May", "the words say “current episode”"),
        ("F33.42", {}, "in partial remission", "the words say “partial remission”"),
        ("F33.41", {}, "full remission since May", "In partial remission"),
        ("F33.1", {}, "in remission", "F33.1 is “A present episode”, and the words say “in remission”."),
        ("F32.1", {}, "hears voices at night", "the words say “hears voices”"),
        ("F32.1", {}, "psychosis", "without psychotic symptoms"),
        (
            "F33.9",
            {"psychotic_features": False},
            "no delusions but hears voices",
            "“psychotic features” is answered no",
        ),
        ("F33.9", {"psychotic_features": True}, "No psychosis", "the words say “no psychosis”"),
        ("F33.2", {}, "mild", "F33.2 is “Severe”, and the words say “mild”."),
        ("F33.0", {}, "severe recurrent depression", "F33.0 is “Mild”"),
        ("F32.1", {}, "MDD, severe", "F32.1 is “Moderate”"),
        ("F33.2", {}, "F33.3 by letter", "F33.3 is “Depression with psychotic symptoms”"),
        ("F33.2", {}, "f33.3 by letter", "F33.3 is “Depression with psychotic symptoms”"),
        ("F31.4", {}, "unipolar", "Bipolar disorder"),
        ("F31.4", {}, "mixed features", "the present episode depressed"),
        ("F31.5", {}, "no hallucinations", "the words say “no hallucinations”"),
        ("R45.851", {}, "denies suicidal thoughts", "R45.851 is “Suicidal ideation”"),
        ("F33.9", {"ideation_present": False}, "wants to die", "the words say “wants to die”"),
        ("F41.1", {}, "social phobia", "Generalised anxiety"),
        ("F40.11", {}, "GAD", "Social anxiety"),
        ("F43.12", {}, "acute PTSD", "the words say “acute ptsd”"),
        ("F43.11", {}, "PTSD, chronic", "chronic"),
        ("G90.511", {}, "left hand", "G90.511 is “Of the right side”"),
        ("G90.511", {}, "right foot", "G90.511 is “Of an upper limb”"),
        ("G57.71", {}, "CRPS I of the right leg", "syndrome II"),
        ("G90.50", {}, "fibromyalgia", "fibromyalgia"),
        (
            "G90.512",
            {"budapest_criteria_met": True},
            "does not meet Budapest",
            "“Budapest criteria met” is answered yes",
        ),
        ("other", {"budapest_criteria_met": True}, "M79.7 fibromyalgia", "M79.7 is “Pain that is not a complex"),
        ("F31.4", {"mood_stabiliser_therapeutic": True}, "lithium level subtherapeutic", "subtherapeutic"),
    ],
)
def test_what_cannot_both_be_so_is_said(code: str, answers: dict[str, bool], words: str, said: str) -> None:
    found = contradictions(replace(diagnosis("depression", code, **answers), words=words), RULES)
    assert found
    assert said in " ".join(found)


@pytest.mark.parametrize(
    ("code", "answers", "words"),
    [
        ("F33.3", {"psychotic_features": True}, "recurrent, psychotic"), ("F33.2", {"psychotic_features": None}, ""),
        ("F33.3", {"psychotic_features": None}, ""), ("F32.9", {"psychotic_features": True}, "single episode"),
        ("other", {"psychotic_features": True}, "depression after stroke"),
        ("F33.2", {"psychotic_features": False}, "severe, without psychotic symptoms"),
        ("R45.851", {"ideation_present": True}, ""), ("E11.9", {}, "type 2 diabetes"),
        ("F33.2", {"psychotic_features": False}, "no hallucinations or delusions"),
        ("F33.2", {"psychotic_features": False}, "severe, psychotic features in 2010"),
        ("F33.2", {"psychotic_features": False}, "severe; sister has schizophrenia"),
        ("F33.2", {"psychotic_features": False}, "severe, with mild cognitive trouble"),
        ("F33.1", {"psychotic_features": False}, "moderate to severe"), ("F33.1", {}, "mother has bipolar disorder"),
        ("F33.1", {}, "not in remission"), ("F33.41", {}, "in partial remission"), ("F33.42", {}, "in full remission"),
        ("F31.81", {}, "bipolar II, never manic"), ("F31.4", {}, "no mania now"), ("F33.1", {}, "no bipolar disorder"),
        ("G90.511", {"budapest_criteria_met": True}, "CRPS I, right hand, left-handed"),
        ("other", {"budapest_criteria_met": True}, "G90.511 CRPS, also M79.7"),
        ("F40.11", {}, "social phobia, generalised"), ("F43.12", {}, "chronic PTSD after an acute reaction"),
    ],
)  # fmt: skip
def test_what_fits_is_taken(code: str, answers: dict[str, bool | None], words: str) -> None:
    assert contradictions(replace(diagnosis("depression", code, **answers), words=words), RULES) == ()


def test_an_older_record_that_contradicts_itself_is_read_as_the_graver_of_the_two() -> None:
    old = diagnosis("depression", "F33.3", psychotic_features=False)
    found = verdicts(*GONE_THROUGH, *SCREENED, old)
    assert found["entry_depression"] == "met: GATE2"
    assert found["current_psychosis"] == "met: GATE2"


@pytest.mark.parametrize(
    ("code", "words", "found"),
    [
        ("F33.42", "", "met: GATE"), ("F33.9", "in full remission", "met: GATE"), ("F33.9", "", "not met"),
        ("F33.41", "", "not met"), ("F33.42", "hears voices", "met: GATE2"), ("F33.9", "bipolar", "met: GATE"),
    ],
)  # fmt: skip
def test_the_entry_rule_reads_the_episode_and_older_words_that_contradict(code: str, words: str, found: str) -> None:
    """F33.42, in full remission, fulfilled a rule that asks for a depressive episode."""
    told = replace(diagnosis("depression", code, psychotic_features=False), words=words)
    assert verdicts(*GONE_THROUGH, *SCREENED, told)["entry_depression"] == found


@pytest.mark.parametrize("words", ["chronic PTSD, hears voices", "PTSD; hypomanic in spring"])
def test_words_beside_any_diagnosis_ask_for_the_psychiatric_list_again(words: str) -> None:
    """Voices beside a post-traumatic stress disorder were held against nothing: only depression asks about them."""
    told = replace(diagnosis("ptsd", "F43.12"), words=words)
    quiet = replace(told, words="chronic PTSD, no psychosis, never manic; sister has bipolar disorder")
    again = checklist(pe.HistoryList.PSYCHIATRIC)
    psychiatric = RULES.lists[pe.HistoryList.PSYCHIATRIC].id
    assert verdicts(*GONE_THROUGH, *SCREENED, told, indication="ptsd")[psychiatric] == "unknown: HOLD"
    assert verdicts(*GONE_THROUGH, *SCREENED, quiet, indication="ptsd")[psychiatric] == "not met"
    assert verdicts(*GONE_THROUGH, *SCREENED, told, again, indication="ptsd")[psychiatric] == "not met"


def test_another_diagnosis_in_remission_says_nothing_of_the_present_episode() -> None:
    beside = replace(diagnosis(BESIDE, "F41.1"), words="in full remission")
    assert verdicts(*GONE_THROUGH, *SCREENED, beside)["entry_depression"] == "not met"


@pytest.mark.parametrize(
    ("beside", "indication", "concern", "words"),
    [
        ("F33.3", "ptsd", "current_psychosis", "met: GATE2"), ("F20.0", "ptsd", "schizophrenia", "met: GATE2"),
        ("F31.81", "ptsd", "mania_in_the_past", "met: WARN"), ("I71.4", "chronic_pain", "aneurysm", "met: GATE2"),
        ("F31.81", "depression", "entry_depression", "met: GATE"), ("F30.2", "depression", "mania", "met: GATE2"),
        ("F32.3", "depression", "entry_depression", "met: GATE2"),
        ("G47.33", "depression", "sleep_apnoea", "met: WARN"), ("G40.909", "ptsd", "controlled_seizures", "met: WARN"),
    ],
)  # fmt: skip
def test_a_diagnosis_beside_the_first_feeds_every_rule_that_asks_about_it(
    beside: str, indication: str, concern: str, words: str
) -> None:
    before = verdicts(*GONE_THROUGH, *SCREENED, indication=indication)
    assert before.get(concern) in {None, "not met"}
    also = replace(diagnosis(BESIDE, beside), words="")
    assert verdicts(*GONE_THROUGH, *SCREENED, also, indication=indication)[concern] == words


@pytest.mark.parametrize(
    ("code", "concern", "words"),
    [
        ("O26.9", "pregnancy", "met: GATE2"), ("Z33.1", "pregnancy", "met: GATE2"), ("O80", "pregnancy", "not met"),
        ("F16.20", "substance_use_needs_evaluation", "met: GATE2"),
        ("F16.11", "substance_use_needs_evaluation", "met: GATE2"),
        ("F10.20", "substance_use_needs_evaluation", "met: GATE2"),
        ("F11.21", "substance_use_needs_evaluation", "met: GATE"),
        ("F17.210", "substance_use_needs_evaluation", "not met"),
    ],
)  # fmt: skip
def test_a_diagnosis_speaks_where_the_question_was_answered_with_none(code: str, concern: str, words: str) -> None:
    """A ketamine dependence in the diagnoses raised nothing beside *none of these* on the list of substances."""
    none = pe.HistoryRecorded(list=pe.HistoryList.SUBSTANCE_USE)
    tested = pe.PregnancyRecorded(status=pe.Pregnancy.NOT_PREGNANT, basis="urine hCG")
    assert verdicts(*GONE_THROUGH, *SCREENED, none, tested)[concern] == "not met"
    coded = replace(diagnosis(BESIDE, code), words="")
    assert verdicts(*GONE_THROUGH, *SCREENED, none, tested, coded)[concern] == words
    assert verdicts(*GONE_THROUGH, *SCREENED, coded)[concern] == (words if words != "not met" else "unknown: HOLD")


def test_of_conditions_that_share_a_code_the_checklist_says_which() -> None:
    """*None of these* on the checklist hid a diagnosis of sleep apnoea: its code belongs to two rows."""
    ticked = checklist(pe.HistoryList.CONDITIONS, "sleep_apnoea_likely")
    found = verdicts(*GONE_THROUGH, *SCREENED, ticked, replace(diagnosis(BESIDE, "G47.33"), words=""))
    assert (found["sleep_apnoea_likely"], found.get("sleep_apnoea")) == ("met: HOLD", None)


def test_a_pregnancy_by_diagnosis_counts_until_somebody_tests_and_no_longer_than_a_test() -> None:
    coded = replace(diagnosis(BESIDE, "O09.9"), words="")
    tested = pe.PregnancyRecorded(status=pe.Pregnancy.NOT_PREGNANT, basis="urine hCG")
    assert verdicts(*GONE_THROUGH, *SCREENED, coded)["pregnancy"] == "met: GATE2"
    assert verdicts(*GONE_THROUGH, *SCREENED, coded, tested)["pregnancy"] == "not met"
    assert verdicts(*GONE_THROUGH, *SCREENED, tested, coded)["pregnancy"] == "met: GATE2"


def test_several_stand_together_and_only_one_behind_an_indication_replaces_another() -> None:
    told = (
        diagnosis("depression", "F33.1"), diagnosis(BESIDE, "E11.9"), diagnosis(BESIDE, "F41.1"),
        diagnosis("ptsd", "F43.12"), diagnosis("depression", "F33.2"),
    )  # fmt: skip
    chart = chart_of(recorded(event, number, minute(0)) for number, event in enumerate(told, start=1))
    assert [each.event.icd10 for each in standing(chart)] == ["F33.2", "F43.12", "E11.9", "F41.1"]


def test_depression_asks_about_mania_in_the_past() -> None:
    unasked = checklist(pe.HistoryList.PSYCHIATRIC, unasked=("mania_in_the_past",))
    assert verdicts(*GONE_THROUGH, *SCREENED)["entry_depression"] == "not met"
    assert verdicts(*GONE_THROUGH, *SCREENED, unasked)["entry_depression"] == "unknown: HOLD"
    ticked = checklist(pe.HistoryList.PSYCHIATRIC, "mania_in_the_past")
    found = verdicts(*GONE_THROUGH, *SCREENED, ticked)
    assert (found["entry_depression"], found["mania_in_the_past"]) == ("met: GATE", "met: WARN")
    asked_of = {row.id for row in RULES.conditions.values() if "past" in row.id}
    assert asked_of == {"mania_in_the_past", "psychosis_in_the_past"}

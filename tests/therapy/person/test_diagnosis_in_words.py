"""A diagnosis that is none of what infusions are considered for waits until a prescriber has read it."""

import pytest

from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Phase
from sereniv.therapy.candidacy.criteria import findings
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import chart_of
from tests.therapy.making import GONE_THROUGH, REGISTERED, minute, recorded


def missing(said: pe.DiagnosisRecorded, *later: pe.PersonEvent) -> tuple[str, ...]:
    told = enumerate((*GONE_THROUGH, said, *later), start=1)
    who = chart_of(recorded(event, number, minute(-5), "prescriber") for number, event in told)
    found = findings(who, REGISTERED, Phase.BEFORE_START, minute(0), knowledge())
    return next(each.verdict.missing for each in found if each.row.id == "conditions")


def diagnosed(icd10: str, words: str, indication: str = "depression") -> pe.DiagnosisRecorded:
    return pe.DiagnosisRecorded(
        indication=indication, icd10=icd10, words=words, diagnosed_by="Dr Ono", psychotic_features=False
    )


@pytest.mark.parametrize(
    "words", ["Alcohol use disorder, severe", "Pregnant, 12 weeks", "cerebral aneurysm", "F10.20", "ketamine addiction"]
)
def test_a_diagnosis_that_is_no_depression_does_not_pass_for_one(words: str) -> None:
    """*Pregnant, 12 weeks* stood as the diagnosis behind depression, and no rule had anything against it."""
    assert missing(diagnosed("other", words)) == (f"Diagnosis: {words}",)


def test_a_code_of_another_illness_is_read_with_its_words() -> None:
    assert missing(diagnosed("G35", "Multiple sclerosis")) == ("Diagnosis: G35 Multiple sclerosis",)


@pytest.mark.parametrize(("icd10", "words"), [("F33.2", ""), ("other", "Recurrent depression, F33.2"), ("F32.A", "")])
def test_a_code_of_the_indication_is_read_by_nobody(icd10: str, words: str) -> None:
    assert missing(diagnosed(icd10, words)) == ()


def test_once_a_prescriber_read_it_nothing_waits() -> None:
    read = pe.WrittenLineJudged(
        list=pe.HistoryList.CONDITIONS, written="Diagnosis: Dysthymia since 2011", reason="Depressive, by the letter"
    )
    assert missing(diagnosed("other", "Dysthymia since 2011"), read) == ()
    assert missing(diagnosed("other", "Dysthymia since 2012"), read) != ()

"""What a record holds, in words: every kind that can be struck says more than its kind."""

import pytest

from sereniv.clinic.workflows.person.people import STRIKABLE
from sereniv.knowledge import knowledge
from sereniv.therapy.correction.record_words import record_words
from sereniv.therapy.person import events as pe
from tests.records.instances import INSTANCES

SAID = [(each, record_words(each, knowledge())) for each in INSTANCES if isinstance(each, STRIKABLE)]


def test_every_kind_that_can_be_struck_is_said() -> None:
    assert {type(each) for each, _ in SAID} == set(STRIKABLE)


@pytest.mark.parametrize(("event", "words"), SAID)
def test_no_name_of_ours_stands_in_the_words(event: pe.PersonEvent, words: str) -> None:
    assert "_" not in words
    assert type(event).__name__ not in words


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (
            pe.ScaleAnswered(scale="phq9", answers=(None,) * 9, total=None, answered_by="patient"),
            "PHQ-9: no total",
        ),
        (pe.ScoreEntered(scale="dast10", total=4, scored_by="Dr Voss"), "DAST-10: total 4"),
        (pe.HistoryRecorded(list=pe.HistoryList.ALLERGIES, entries=("penicillin",)), "Allergies: penicillin"),
        (pe.HistoryRecorded(list=pe.HistoryList.SUBSTANCE_USE), "Substance use: none"),
        (pe.MedicinesListed(), "Medicines: none"),
        (
            pe.PregnancyRecorded(status=pe.Pregnancy.NOT_PREGNANT, basis="urine hCG negative"),
            "Pregnancy: not pregnant (urine hCG negative)",
        ),
        (pe.AnaestheticRiskRecorded(asa=2, airway="Mallampati 2"), "Anaesthetic risk: ASA 2; airway: Mallampati 2"),
        (pe.ConsentRecorded(version="2026-11", signer_name="Ida Lind"), "Consent recorded"),
    ],
)
def test_a_record_in_words(event: pe.PersonEvent, words: str) -> None:
    assert record_words(event, knowledge()) == words

"""In bipolar disorder the last mood stabiliser that leaves the list, or a diagnosis that says none, is a signal."""

from dataclasses import replace
from decimal import Decimal

import pytest

from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.medicines import medicine
from sereniv.therapy.treatment.mood_stabiliser import stabiliser_gone
from tests.therapy.coursing import person

RULES = knowledge()
BIPOLAR = pe.DiagnosisRecorded(
    indication="bipolar_depression", icd10="F31.32", words="bipolar I", diagnosed_by="Dr Ono", since=None,
    mood_stabiliser_therapeutic=True,
)  # fmt: skip
ELIGIBLE = pe.CandidacyDecided(
    indication="bipolar_depression", decision=pe.Decision.ELIGIBLE, findings=(), reason="as in the trials",
    knowledge_version="v",
)  # fmt: skip


def listed(*names: str) -> pe.MedicinesListed:
    return pe.MedicinesListed(medicines=tuple(medicine(each, Decimal(900), False, RULES.medicines) for each in names))


def said(chart: PersonChart) -> list[str]:
    return list(stabiliser_gone(RULES.signals["mood_stabiliser"], chart, RULES))


def test_the_last_one_that_leaves_the_list_is_named() -> None:
    """Lithium left the list between two infusions: the diagnosis still answered yes, and nothing asked."""
    before = ((0, BIPOLAR), (0, listed("Lithium", "sertraline")), (1, ELIGIBLE))
    assert said(person(*before)) == []
    assert said(person(*before, (3, listed("sertraline")))) == [
        "Lithium, 900 mg a day, not on the list of 05 Mar 2026 any more"
    ]
    assert said(person(*before, (3, listed("Lamictal", "sertraline")))) == [], "another one has taken its place"
    assert said(person(*before, (3, listed()), (4, listed("Priadel")))) == []


@pytest.mark.parametrize("written", ["ליתיום", "ليثيوم", "炭酸リチウム", "ลิเธียม"])
def test_a_line_that_nobody_could_place_is_said_beside_the_one_that_went(written: str) -> None:
    before = ((0, BIPOLAR), (0, listed("Lithium")), (1, ELIGIBLE))
    (words,) = said(person(*before, (3, listed(written))))
    assert words.startswith("Lithium, 900 mg a day, not on the list of 05 Mar 2026 any more")
    assert f"“{written}, 900 mg a day” may be one: nobody could place it" in words


def test_one_that_may_not_be_taken_any_more_is_named() -> None:
    """*Lithium, abgesetzt* counted as lithium: whoever orders was told that a mood stabiliser is taken."""
    before = ((0, BIPOLAR), (0, listed("Lithium")), (1, ELIGIBLE))
    for word in ("stopped", "abgesetzt", "arrêté", "suspendido", "sospeso", "?", "0-0-0", "not taking", "no"):
        (found,) = said(person(*before, (3, listed(f"Lithium {word}"))))
        assert "whether it is taken is not sure" in found, word
    assert said(person(*before, (3, listed("Lithium stopped", "lamotrigine 0-0-1")))) == []


def test_whoever_decides_or_answers_anew_has_settled_it() -> None:
    gone = ((0, BIPOLAR), (0, listed("Lithium")), (1, ELIGIBLE), (3, listed()))
    assert said(person(*gone, (4, ELIGIBLE))) == []
    assert said(person(*gone, (4, BIPOLAR))) == [], "asked again: still at a therapeutic level"


def test_a_diagnosis_that_says_none_since_the_decision_is_named() -> None:
    none = replace(BIPOLAR, mood_stabiliser_therapeutic=False)
    assert said(person((0, BIPOLAR), (1, ELIGIBLE), (3, none))) == [
        "none at a therapeutic level, by the diagnosis recorded 05 Mar 2026"
    ]
    assert said(person((0, none), (1, ELIGIBLE))) == [], "decided in spite of it"


def test_nobody_else_is_asked_about_theirs() -> None:
    other = replace(BIPOLAR, indication="depression", icd10="F33.2", mood_stabiliser_therapeutic=None)
    assert said(person((0, other), (0, listed("Lithium")), (1, ELIGIBLE), (3, listed()))) == []
    assert said(person((0, BIPOLAR), (1, ELIGIBLE), (3, listed()))) == [], "no list from then to compare with"

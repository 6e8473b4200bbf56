"""Whose pressure is taken every five minutes throughout: at every threshold, one below and one at it."""

from dataclasses import replace
from datetime import date

import pytest

from sereniv.knowledge import Action, knowledge
from sereniv.therapy.candidacy.close_watch import watched_for
from sereniv.therapy.monitoring import next_vitals_due
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import chart_of
from tests.therapy.making import GONE_THROUGH, PLAN, REGISTERED, STARTED, chart, checklist, full_set, minute, recorded

RULES = knowledge()
TODAY = date(2026, 3, 2)


def reasons(*events: pe.PersonEvent, born: date = date(1984, 3, 2)) -> tuple[str, ...]:
    told = [recorded(event, number, minute(number)) for number, event in enumerate((*GONE_THROUGH, *events), start=1)]
    return watched_for(chart_of(told), replace(REGISTERED, born=born), TODAY, RULES)


def test_nobody_healthy_is_watched_closely() -> None:
    assert reasons() == ()


@pytest.mark.parametrize(
    ("born", "watched"),
    [(date(1966, 3, 3), ()), (date(1966, 3, 2), ("60 years old",)), (date(1961, 3, 2), ("65 years old",))],
)
def test_from_sixty_years_on_the_birthday(born: date, watched: tuple[str, ...]) -> None:
    assert reasons(born=born) == watched


@pytest.mark.parametrize(("asa", "watched"), [(2, ()), (3, ("ASA 3",)), (4, ("ASA 4",))])
def test_from_asa_three(asa: int, watched: tuple[str, ...]) -> None:
    assert reasons(pe.AnaestheticRiskRecorded(asa=asa, airway="Mallampati 1")) == watched


def test_high_blood_pressure_known_written_or_treated() -> None:
    said = "blood pressure on the list of conditions"
    assert reasons(checklist(pe.HistoryList.CONDITIONS, "pressure_surge_hazard")) == (said,)
    assert reasons(checklist(pe.HistoryList.CONDITIONS, other=("Hypertension, treated",))) == (said,)
    taking = pe.MedicinesListed(medicines=(pe.Medicine(written="amlodipine"), pe.Medicine(written="Zestril")))
    assert reasons(taking) == ("takes amlodipine, lisinopril",)
    assert reasons(pe.MedicinesListed(medicines=(pe.Medicine(written="sertraline"),))) == ()


@pytest.mark.parametrize("written", ["אמלודיפין", "أملوديبين", "アムロジピン", "氨氯地平", "แอมโลดิปีน", "kebuxolan"])
def test_a_medicine_that_nobody_could_place_may_be_one_for_blood_pressure(written: str) -> None:
    """Amlodipine in other letters was watched as nobody's, as if it were known to be something else."""
    taking = pe.MedicinesListed(medicines=(pe.Medicine(written=written),))
    assert reasons(taking) == (f"takes “{written}”, which nobody could place",)
    read = pe.WrittenLineJudged(list=pe.HistoryList.MEDICINES, written=written, reason="An eye drop, shown to me.")
    assert reasons(taking, read) == ()


@pytest.mark.parametrize(
    ("code", "words", "watched"),
    [
        ("I10", "", True), ("I11.9", "heart disease", True), ("F33.2", "depression; arterial hypertension", True),
        ("F33.2", "depression and I10", True), ("I95.9", "low blood pressure", False),
    ],
)  # fmt: skip
def test_high_blood_pressure_among_the_diagnoses_is_known(code: str, words: str, watched: bool) -> None:
    """A hypertension that stood as a diagnosis, and on no checklist, was measured as nobody's."""
    diagnosis = pe.DiagnosisRecorded(indication="", icd10=code, words=words, diagnosed_by="Dr Ono")
    assert reasons(diagnosis) == ((f"blood pressure by diagnosis {code}",) if watched else ())


def test_every_medicine_of_the_row_is_one_that_is_recognised() -> None:
    assert set(RULES.close_watch.taking) <= set(RULES.medicines.ingredients)
    assert set(RULES.close_watch.with_conditions) <= set(RULES.conditions)


def test_the_rows_say_the_minutes_that_they_judge_by() -> None:
    """The row of age promised five minutes from 65 while the watch began at 60; a long pain infusion has fifteen."""
    watch, age = RULES.close_watch, RULES.criteria["age"]
    assert f"from {watch.from_age_years} years" in watch.statement
    assert f"from {watch.from_age_years})" in age.message_when[Action.WARN]
    assert "minutes" not in age.statement
    assert (RULES.schedule.close_watch_every_min, RULES.pain_schedule.close_watch_every_min) == (5, 15)
    assert "every fifteen" in watch.statement
    assert "Every fifteen throughout" in RULES.pain_schedule.statement
    for schedule in (RULES.schedule, RULES.pain_schedule):
        told = chart((0, STARTED), (20, full_set()), plan=replace(PLAN, infusion_number=3, watched_for=("ASA 3",)))
        due = next_vitals_due(told, minute(21), schedule)
        assert due is not None
        assert due.every_min == schedule.close_watch_every_min


def test_whoever_is_watched_closely_is_due_every_five_minutes_throughout() -> None:
    later = replace(PLAN, infusion_number=3)
    sets = [(at, full_set()) for at in (5, 10, 20)]
    for plan, expected in ((later, 10), (replace(later, watched_for=("65 years old",)), 5)):
        due = next_vitals_due(chart((0, STARTED), *sets, plan=plan), minute(21), RULES.schedule)
        assert due is not None
        assert (due.every_min, due.at) == (expected, minute(20 + expected))

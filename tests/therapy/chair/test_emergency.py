"""What is told in an emergency has a line for everything, and says of each what nobody asked."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from sereniv.knowledge import knowledge
from sereniv.therapy.chair.emergency import NOT_ASKED, drug_told, in_all_told, one_by_one_told, person_told
from sereniv.therapy.chair.held_against import Situation
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import PersonChart, Registered
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import chart_of
from tests.therapy.chair.test_held_against import allergic, person
from tests.therapy.making import STARTED, Happening, chart, minute

NOW = datetime(2026, 11, 30, 10, 30, tzinfo=UTC)


def of_nobody_asked(sex: str) -> Situation:
    who = Registered(born=date(1980, 1, 1), sex_at_birth=sex, indication="depression")
    return Situation(record=PersonChart(), registered=who, session=chart_of(()), now=NOW, knowledge=knowledge())


def test_what_nobody_asked_stands_out_and_is_never_left_away() -> None:
    told = {each.title: each for each in person_told(of_nobody_asked("female"), str)}
    for title in ("Allergies", "Weight", "Pregnancy", "Conditions", "Takes"):
        assert told[title].matters, title
    assert NOT_ASKED in told["Allergies"].words
    assert told["Pregnancy"].words == NOT_ASKED
    assert told["Takes"].words == NOT_ASKED
    assert told["Conditions"].words == f"conditions {NOT_ASKED}; psychiatric {NOT_ASKED}"
    assert told["Age and sex"].words == "46 years, female"


def test_a_man_is_not_said_to_be_asked_about_pregnancy() -> None:
    told = {each.title: each for each in person_told(of_nobody_asked("male"), str)}
    assert not told["Pregnancy"].matters


def test_nursing_and_a_pregnancy_by_diagnosis_are_told() -> None:
    """The page said *not pregnant* of somebody who breastfeeds, and of somebody whose diagnosis is of a pregnancy."""
    tested = pe.PregnancyRecorded(status=pe.Pregnancy.NOT_PREGNANT, basis="urine", breastfeeding=True)
    diagnosed = pe.DiagnosisRecorded(indication="", icd10="O26.9", words="pregnant", diagnosed_by="Dr Ono")
    here = replace(of_nobody_asked("female"), record=person(tested), now=minute(30))
    told = {each.title: each for each in person_told(here, str)}["Pregnancy"]
    assert (told.words, told.matters) == ("not pregnant; breastfeeding", True)
    here = replace(here, record=person(replace(tested, breastfeeding=False), diagnosed))
    told = {each.title: each for each in person_told(here, str)}["Pregnancy"]
    assert told.words.startswith("pregnant by diagnosis O26.9")
    assert told.matters


def test_a_session_that_gave_nothing_says_so() -> None:
    (ketamine,) = drug_told(of_nobody_asked("male"), str)
    assert ketamine.words == "none given, not started"


def given(name: str, dose: str, unit: str) -> ev.MedicineGiven:
    return ev.MedicineGiven(
        medicine=name, dose=Decimal(dose), unit=unit, route="IV", indication="", effect=ev.Effect.NEITHER
    )


def after(*happened: Happening) -> Situation:
    return replace(of_nobody_asked("male"), session=chart((0, STARTED), *happened))


def test_medicines_and_measures_stand_in_one_order_and_no_medicine_is_left_out_of_the_sums() -> None:
    measures = [(at, ev.InterventionCharted(what=f"measure {at}")) for at in (2, 3, 4)]
    here = after((1, given("Ondansetron", "4", "mg")), *measures, (5, given("Labetalol", "10", "mg")))
    assert "Labetalol" in one_by_one_told(here, str)[-1].words
    assert [each.title for each in in_all_told(here, str)] == ["Ketamine", "Ondansetron", "Labetalol"]


def test_doses_in_two_units_are_never_added_up() -> None:
    here = after(
        *((at, given("Fentanyl", *dose)) for at, dose in enumerate((("0.1", "mg"), ("25", "mcg"), ("25", "mcg"))))
    )
    (fentanyl,) = [each for each in drug_told(here, str) if each.title.startswith("Fentanyl")]
    assert "in all" not in f"{fentanyl.title} {fentanyl.words}"
    assert [each.split(" at ")[0] for each in fentanyl.words.split("; ")] == ["0.1 mg", "25 mcg", "25 mcg"]


def test_lists_from_elsewhere_are_said_as_not_asked_here() -> None:
    brought = pe.RecordBrought(batch="b", file="f", sha256="", told_by="Brook", number="", rows=("row 1", "row 2"))
    record = person(brought, allergic(), pe.MedicinesListed())
    told = {each.title: each for each in person_told(replace(of_nobody_asked("male"), record=record), str)}
    for title, words in (("Allergies", "no known allergies"), ("Takes", "none, by what was said")):
        assert told[title].words == f"{words}, from elsewhere, NOT ASKED here"
        assert told[title].matters

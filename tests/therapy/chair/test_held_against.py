"""A medicine at the chair is held against the person: by substance, by kind, and by what was given already."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import knowledge
from sereniv.therapy.chair.held_against import Ground, Objection, Situation, objections, offer
from sereniv.therapy.monitoring import conditions
from sereniv.therapy.monitoring.source_struck import withdrawals
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.allergies import Allergy, against_the_bag, allergies, allergy, allergy_words
from sereniv.therapy.person.chart import PersonChart, chart_of
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from tests.therapy.making import GONE_THROUGH, REGISTERED, STARTED, chart, minute, recorded
from tests.therapy.session.test_incidents import MIDAZOLAM, ONDANSETRON

RULES = knowledge()
KNOWN = RULES.medicines
ORDERS = RULES.standing_orders
NOT_PREGNANT = pe.PregnancyRecorded(status=pe.Pregnancy.NOT_PREGNANT, basis="urine")
WEIGHED = pe.Measured(weight_kg=Decimal(70), questions={})


def person(*events: pe.PersonEvent) -> PersonChart:
    return chart_of(recorded(event, number, minute(-60)) for number, event in enumerate(events, start=1))


def allergic(*entries: str) -> pe.HistoryRecorded:
    return pe.HistoryRecorded(list=pe.HistoryList.ALLERGIES, entries=entries)


def here(*events: pe.PersonEvent, session: SessionChart | None = None, at: float = 30) -> Situation:
    record = person(*GONE_THROUGH, NOT_PREGNANT, WEIGHED, *events)
    told = session or chart((0, STARTED))
    return Situation(record=record, registered=REGISTERED, session=told, now=minute(at), knowledge=RULES)


def against(name: str, where: Situation, dose: str = "4") -> list[Ground]:
    found = objections(name, Decimal(dose), where, ORDERS.get(name.lower()))
    return [each.ground for each in found if each.stops]


@pytest.mark.parametrize(
    ("written", "medicine", "stands"),
    [
        ("Ondansetron: anaphylaxis", "Ondansetron", True), ("zofran (hives, 2019)", "Ondansetron", True),
        ("granisetron", "Ondansetron", True), ("setrons", "Ondansetron", True), ("ondansetrón", "Ondansetron", True),
        ("lorazepam - rash", "Midazolam", True), ("Benzodiazepines", "Midazolam", True), ("Versed", "Midazolam", True),
        ("atenolol", "Labetalol", True), ("beta-blockers", "Labetalol", True), ("morphine", "fentanyl", True),
        ("ibuprofen", "ketorolac", True), ("penicillin", "amoxicillin", True),
        ("penicillin", "Ondansetron", False), ("latex", "Midazolam", False), ("peanuts", "Labetalol", False),
        ("None", "Ondansetron", False), ("morphine", "Midazolam", False),
    ],
)  # fmt: skip
def test_an_allergy_stands_against_the_substance_and_its_kind(written: str, medicine: str, stands: bool) -> None:
    assert (Ground.ALLERGY in against(medicine, here(allergic(written)))) is stands
    assert allergy(written, KNOWN).unknown == ()


def test_a_line_about_allergies_that_nobody_could_place_is_asked_about_and_never_fine() -> None:
    found = objections("Ondansetron", Decimal(4), here(allergic("the small yellow one")), ORDERS["ondansetron"])
    assert [(each.ground, each.stops) for each in found] == [(Ground.NOT_KNOWN, False)]
    assert "the small yellow one" in found[0].words
    never = Situation(
        record=person(), registered=REGISTERED, session=chart((0, STARTED)), now=minute(30), knowledge=RULES
    )
    words = [each.words for each in objections("Ondansetron", None, never, ORDERS["ondansetron"])]
    assert words[0] == "allergies were never asked"
    assert any("no list of medicines" in each for each in words)
    assert any("long qt: was not asked" in each for each in words)
    assert any("pregnant was not recorded" in each for each in words)


def test_a_second_medicine_that_prolongs_qt_is_looked_at_whoever_names_it() -> None:
    takes = pe.MedicinesListed(medicines=(pe.Medicine(written="citalopram", daily_mg=Decimal(40)),))

    def looked(name: str, where: Situation) -> list[str]:
        return [each.words for each in objections(name, None, where) if each.ground is Ground.MEDICINE]

    assert looked("Haldol", here(takes)) == ["prolongs QT, and takes citalopram, 40 mg a day: look at the ECG"]
    given_here = here(session=chart((0, STARTED), (10, ONDANSETRON)))
    assert looked("droperidol", given_here) == ["prolongs QT, and Ondansetron was given here: look at the ECG"]
    assert looked("paracetamol", here(takes)) == []
    assert [each.ground for each in objections("green drops", None, here())] == [Ground.NOT_KNOWN]


@pytest.mark.parametrize("written", ["ketamine", "Ketalar", "Spravato", "esketamine 25 mg"])
def test_the_infusion_s_own_drug_given_by_hand_is_questioned(written: str) -> None:
    """A bolus of it went in without a word: neither its milligrams nor the drug's account tell of it."""
    (found,) = [each for each in objections(written, Decimal(20), here()) if each.stops]
    assert found.ground is Ground.INFUSED
    assert "neither the milligrams of the infusion nor the drug's account" in found.words
    assert Ground.INFUSED not in against("propofol", here())


def test_what_was_given_here_counts_as_what_is_taken_at_home() -> None:
    """Midazolam was offered without a word after a lorazepam that the chair itself had charted."""
    lorazepam = replace(MIDAZOLAM, medicine="Lorazepam", dose=Decimal(1))
    ephedrine = replace(ONDANSETRON, medicine="Ephedrine", dose=Decimal(5))
    labetalol = replace(ONDANSETRON, medicine="Trandate", dose=Decimal(10))

    def said(order: str, *given_here: ev.MedicineGiven) -> list[tuple[str, bool]]:
        session = chart((0, STARTED), *((10.0 + number, each) for number, each in enumerate(given_here)))
        found = objections(ORDERS[order].title, None, here(session=session), ORDERS[order])
        return [(each.words, each.stops) for each in found if each.ground is Ground.MEDICINE]

    assert said("midazolam", lorazepam) == [("Lorazepam was given here", False)]
    assert said("midazolam", replace(lorazepam, medicine="Fentanyl"), lorazepam) == [
        ("Fentanyl was given here", False), ("Lorazepam was given here", False),
    ]  # fmt: skip
    assert said("labetalol", ephedrine) == [("Ephedrine was given here", True)]
    assert said("clonidine", labetalol) == [("Trandate was given here", False)]
    assert said("midazolam", MIDAZOLAM) == [], "its own doses are held against interval and most"
    assert said("hydralazine", labetalol) == []


def test_a_pregnancy_or_nursing_is_known_however_it_was_told() -> None:
    """The present form keeps nursing beside the status, and a diagnosis tells of a pregnancy as a test does."""
    nursing = replace(NOT_PREGNANT, breastfeeding=True)
    older = replace(NOT_PREGNANT, status=pe.Pregnancy.BREASTFEEDING)
    both = replace(NOT_PREGNANT, status=pe.Pregnancy.PREGNANT, breastfeeding=True)
    diagnosed = pe.DiagnosisRecorded(indication="", icd10="O26.9", words="pregnant", diagnosed_by="Dr Ono")

    def said(*events: pe.PersonEvent) -> list[tuple[str, bool]]:
        found = objections("Midazolam", None, here(*events), ORDERS["midazolam"])
        return [(each.words, each.stops) for each in found if each.ground is Ground.PREGNANCY]

    assert said() == []
    assert said(nursing) == said(older) == [("breastfeeding", True)]
    assert said(both) == [("pregnant; breastfeeding", True)]
    ((words, stops),) = said(diagnosed)
    assert (words.startswith("pregnant by diagnosis O26.9"), stops) == (True, True)
    assert said(diagnosed, NOT_PREGNANT) == [], "a test since says that she is not"


def test_a_condition_is_known_by_its_diagnosis_too() -> None:
    asthma = pe.DiagnosisRecorded(indication="", icd10="J45.909", words="asthma", diagnosed_by="Dr Ono")

    def said(*events: pe.PersonEvent) -> list[tuple[str, bool]]:
        found = objections("Labetalol", None, here(*events), ORDERS["labetalol"])
        return [(each.words, each.stops) for each in found if each.ground is Ground.CONDITION]

    assert said() == []
    ((words, stops),) = said(asthma)
    assert (words.startswith("asthma: diagnosis J45.909"), stops) == (True, True)


def test_three_doses_in_a_minute_are_three_questions() -> None:
    four = replace(ONDANSETRON, dose=Decimal(4), standing_order="ondansetron")
    once = here(session=chart((0, STARTED), (29.5, four)))
    assert against("Ondansetron", once) == [Ground.INTERVAL]
    twice = here(session=chart((0, STARTED), (29, four), (29.5, replace(four, medicine="Zofran"))))
    assert set(against("Ondansetron", twice)) == {Ground.INTERVAL, Ground.MOST}
    charted_late = here(session=chart((0, STARTED), (29.5, four)), at=20)
    assert against("Ondansetron", charted_late) == [Ground.INTERVAL], "also a dose charted for before the last one"
    other_unit = here(session=chart((0, STARTED), (1, replace(four, unit="mL"))), at=400)
    found = objections("Ondansetron", Decimal(4), other_unit, ORDERS["ondansetron"])
    assert [each.ground for each in found] == [Ground.NOT_KNOWN]


def test_a_first_dose_over_the_most_says_the_dose_and_not_that_nothing_was_given() -> None:
    (found,) = [
        each for each in objections("Midazolam", Decimal(5), here(), ORDERS["midazolam"]) if each.ground is Ground.MOST
    ]
    assert found.words == "5 mg; 4 mg is the most in a session"


@pytest.mark.parametrize("unit", ["mg", "MG", " mg", "Mg."])
def test_a_unit_is_the_same_however_it_is_written(unit: str) -> None:
    before = replace(ONDANSETRON, dose=Decimal(8), unit=unit)
    where = here(session=chart((0, STARTED), (1, before)), at=400)
    assert against("Ondansetron", where) == [Ground.MOST]


def test_each_dose_of_an_order_is_offered_or_stopped_by_itself() -> None:
    given = replace(MIDAZOLAM, dose=Decimal(3))
    found = offer(ORDERS["midazolam"], here(session=chart((0, STARTED), (10, given))))
    assert (found.free, [dose for dose, _ in found.stopped]) == ((Decimal(1),), [Decimal(2)])
    assert found.so_far == "3 of 4 mg in this session"
    none = offer(ORDERS["ondansetron"], here(allergic("Ondansetron: anaphylaxis")))
    assert (none.free, [dose for dose, _ in none.stopped]) == ((), [Decimal(4)])


def test_what_was_given_all_the_same_asks_for_somebody_until_it_is_struck() -> None:
    marked = replace(ONDANSETRON, questions=("allergy to ondansetron: “Ondansetron: anaphylaxis”",))
    told = chart((0, STARTED), (10, ONDANSETRON), (11, marked))
    found = [each for each in conditions(told, [], minute(12), RULES) if each.alert.startswith("given-")]
    entry = next(each.stream_seq for each in told.entries if each.event == marked)
    assert [(each.alert, str(each.priority)) for each in found] == [(f"given-{entry}", "high")]
    raised = ev.AlertRaised(
        alert=f"given-{entry}", kind=ev.AlertKind.PHYSIOLOGICAL, priority=found[0].priority, title=found[0].title,
        message="", rule="allergies", read={},
    )  # fmt: skip
    struck = chart(
        (0, STARTED), (10, ONDANSETRON), (11, marked), (12, raised), (13, ev.EntryStruck(entry=entry, reason="mistap")),
    )  # fmt: skip
    assert [each.alert for each in withdrawals(struck, RULES)] == [f"given-{entry}"]


def test_allergies_are_said_so_that_one_stands_out() -> None:
    assert allergy_words(person()) == "allergies NOT ASKED"
    assert allergy_words(person(allergic())) == "no known allergies"
    assert allergy_words(person(allergic("Ondansetron: anaphylaxis"))) == "ALLERGY: Ondansetron: anaphylaxis"


@pytest.mark.parametrize(
    "written", ["ketamine", "Ketalar - swelling", "S-ketamine", "Spravato", "benzethonium chloride"]
)
def test_what_is_in_the_bag_is_known_by_every_name(written: str) -> None:
    assert against_the_bag(person(allergic("latex", written)), RULES) == (f"“{written}”",)
    assert against_the_bag(person(allergic("latex")), RULES) == ()


@given(st.lists(st.text(max_size=40), max_size=4), st.sampled_from(sorted(ORDERS)))
def test_no_line_breaks_an_offer_or_is_lost(entries: list[str], name: str) -> None:
    """Whatever somebody typed: it is matched, known to be no medicine, or asked about."""
    row = ORDERS[name]
    where = here(allergic(*entries))
    told: tuple[Allergy, ...] = allergies(where.record, KNOWN) or ()
    if row.kind == "medicine":
        found: tuple[Objection, ...] = objections(row.title, None, where, row)
        asked = " ".join(each.words for each in found)
        assert all(each.written in asked for each in told if each.unknown)


@pytest.mark.parametrize("written", ["סיטלופרם", "سيتالوبرام", "シタロプラム", "西酞普兰", "ซิตาโลแพรม", "kebuxolan"])
def test_a_line_that_nobody_could_place_is_not_known_to_be_harmless_beside_any_medicine(written: str) -> None:
    """Granisetron by hand beside citalopram in other letters: nothing spoke against it, as if all were known."""
    listed = pe.MedicinesListed(medicines=(pe.Medicine(written=written),))
    for name in ("Ondansetron", "granisetron", "haloperidol"):
        found = objections(name, Decimal(1), here(listed), ORDERS.get(name.lower()))
        assert f"takes “{written}”, which is not recognised" in [each.words for each in found], name
    given = replace(ONDANSETRON, medicine=written, standing_order="")
    session = chart((0, STARTED), (5, given))
    for name, row in ORDERS.items():
        if row.not_taking or row.look_taking:
            found = objections(row.title, Decimal(1), here(session=session), row)
            assert f"“{written}” was given here, which is not recognised" in [each.words for each in found], name

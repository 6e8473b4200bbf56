"""Medicines: a line is recognised or waits for a prescriber, and a benzodiazepine counts by the highest table."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import Phase, knowledge
from sereniv.knowledge.rows import spelling_of
from sereniv.therapy.candidacy.interactions import interaction_findings, unread_medicines
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.allergies import allergy
from sereniv.therapy.person.benzodiazepines import equivalents, range_words
from sereniv.therapy.person.chart import PersonChart, chart_of
from sereniv.therapy.person.medicines import lines_of, medicine, medicines_of, nearest_name, recognise, slips
from tests.therapy.making import minute, recorded

RULES = knowledge()
KNOWN = RULES.medicines
NAMES = sorted(" ".join(words) for words in KNOWN.named)
SIX_WEEKS = 42 * 24 * 60


def person(*events: pe.PersonEvent) -> PersonChart:
    return chart_of(recorded(event, number, minute(number), "prescriber") for number, event in enumerate(events, 1))


def takes(*lines: tuple[str, str | None]) -> pe.MedicinesListed:
    return pe.MedicinesListed(
        medicines=tuple(medicine(name, Decimal(mg) if mg else None, False, KNOWN) for name, mg in lines)
    )


def words(*events: pe.PersonEvent, at: float = 30) -> dict[str, str]:
    found = interaction_findings(person(*events), Phase.SCREEN, minute(at), RULES)
    return {each.row.id: each.verdict.words() for each in found}


def read_line(written: str) -> pe.WrittenLineJudged:
    return pe.WrittenLineJudged(list=pe.HistoryList.MEDICINES, written=written, reason="read the leaflet")


@given(st.text(max_size=60) | st.sampled_from(NAMES) | st.builds("{} {}".format, st.sampled_from(NAMES), st.text()))
def test_any_line_is_recognised_or_held_back(written: str) -> None:
    found = words(pe.MedicinesListed(medicines=(medicine(written, None, False, KNOWN),)))
    line = recognise(written, KNOWN)
    assert found["medicines"] == ("not met" if line.wholly else "unknown: HOLD")
    classes = {each for ingredient in line.ingredients for each in ingredient.classes}
    ruled = {row.id for row in RULES.interactions.values() if classes & {*row.classes}}
    assert set(found) == {"medicines", *ruled}, "without its dose a benzodiazepine is unknown, so named too"


@pytest.mark.parametrize(
    ("written", "ingredients"),
    [
        ("Sertraline 100 mg, once daily", ["sertraline"]),
        ("ATIVAN", ["lorazepam"]),
        ("St John’s wort", ["St John's wort"]),
        ("Suboxone", ["buprenorphine", "naloxone"]),
        ("sodium oxybate", ["sodium oxybate"]),
        ("lithium carbonate ER 300mg bid", ["lithium carbonate"]),
        ("oxycodone and naloxone", ["oxycodone", "naloxone"]),
        ("vitamin B12", ["vitamin B12"]),
    ],
)
def test_what_people_write_is_recognised(written: str, ingredients: list[str]) -> None:
    line = recognise(written, KNOWN)
    assert ([each.id for each in line.ingredients], line.wholly) == (ingredients, True)


@pytest.mark.parametrize(
    "written", ["", "20 mg daily", "selegilne", "lorazepam or something", "blood thinner", "some", "Fluoxetin or so"]
)
def test_what_is_not_wholly_a_name_is_not_recognised(written: str) -> None:
    assert not recognise(written, KNOWN).wholly


def test_a_slip_is_offered_and_never_taken() -> None:
    assert nearest_name("selegilne", KNOWN) == "selegiline"
    assert nearest_name("lorazepan 1 mg, from abroad", KNOWN) == "lorazepam"
    assert nearest_name("xyzzy", KNOWN) == ""
    assert words(takes(("selegilne", None))) == {"medicines": "unknown: HOLD"}


@pytest.mark.parametrize(
    "written",
    ["hydrocodein", "oxaprozin", "lamivudine", "protriptyline", "chlorpropamide", "quinine", "Sinemet",
     "Losec", "Zantac", "Requip", "metaxalone", "balsalazide", "estratest", "Neupro", "Arimidex", "niacin", "selenium",
     "misoprostol", "cefuroxime", "ropinirole", "tacrolimus", "mercaptopurine", "Cerebyx", "Humira", "Levoxine"],
)  # fmt: skip
def test_no_other_medicine_is_offered_for_one_that_nobody_knows(written: str) -> None:
    """Letters in common are no likeness: somebody who taps what is offered takes on another medicine's rules."""
    assert (recognise(written, KNOWN).ingredients, nearest_name(written, KNOWN)) == ((), "")


@given(st.sampled_from(NAMES), st.data())
def test_what_is_offered_differs_by_slips_of_the_pen_only(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name)))
    written = name[:place] + data.draw(st.text("abcdefghijklmnopqrstuvwxyz", max_size=3)) + name[place:]
    offered = nearest_name(written, KNOWN)
    unknown = recognise(written, KNOWN).unknown
    assert not offered or min(slips(each, offered) for each in (" ".join(unknown), *unknown)) <= 2


@pytest.mark.parametrize(
    ("written", "ingredient"),
    [
        ("Zeldox", "ziprasidone"), ("Methylenblau", "methylene blue"), ("Lithiofor", "lithium"),
        ("HCT", "hydrochlorothiazide"), ("Phenhydan", "phenytoin"), ("Imigran", "sumatriptan"),
        ("Tavor 1 mg", "lorazepam"), ("litio", "lithium"), ("fenelzina", "phenelzine"), ("Teofilina", "theophylline"),
        ("metadona", "methadone"), ("Phenelzin", "phenelzine"), ("théophylline", "theophylline"),
        ("clonazépam", "clonazepam"), ("idromorfone", "hydromorphone"), ("Alkohol", "ethanol"),
        ("cetamina", "ketamine"),
        ("fluoxetina", "fluoxetine"), ("Moclobemid", "moclobemide"), ("rifampicina", "rifampin"),
        ("Koffein", "caffeine"),
        ("carbamazepina", "carbamazepine"), ("anfetamina", "amphetamine"), ("metilfenidato", "methylphenidate"),
        ("Levothyroxin", "levothyroxine"), ("claritromicina", "clarithromycin"), ("ondansetrón", "ondansetron"),
        ("Sublocade", "buprenorphine"), ("Belbuca", "buprenorphine"), ("LDN 4.5 mg", "naltrexone"),
        ("low-dose naltrexone", "naltrexone"), ("Ozempic", "semaglutide"), ("weed", "cannabis"),
        ("Afrin nasal spray", "oxymetazoline"), ("estradiol", "estradiol"),
        ("oral contraceptive", "oral contraceptive"),
        ("Ventolin inhaler", "albuterol"), ("prednisone", "prednisone"), ("melatonin", "melatonin"),
    ],
)  # fmt: skip
def test_names_of_other_countries_and_of_every_day_are_recognised(written: str, ingredient: str) -> None:
    line = recognise(written, KNOWN)
    assert ([each.id for each in line.ingredients], line.wholly) == ([ingredient], True)


RULED = [each for each in KNOWN.ingredients.values() if each.classes and each.id.islower() and " " not in each.id]


@pytest.mark.parametrize("ending", ["", "a", "e", "o"])
def test_every_ingredient_that_a_rule_reads_is_known_by_its_spelling_abroad(ending: str) -> None:
    """Phenelzine is fenelzina in Spanish: ph is f, th is t, y is i, and the last vowel is the language's own."""
    for each in RULED:
        stem = each.id[:-1] if each.id.endswith("e") else each.id
        abroad = f"{stem.replace('ph', 'f').replace('th', 't').replace('y', 'i')}{ending}"
        if len(spelling_of(stem)) >= 4 and not each.id.endswith(("a", "o", "um", "us")):
            assert each.id in {found.id for found in recognise(abroad, KNOWN).ingredients}, (each.id, abroad)


def test_a_line_with_a_known_and_an_unknown_name_says_both() -> None:
    assert words(takes(("phenelzine with mystery powder", None))) == {"medicines": "unknown: HOLD", "maoi": "met: GATE"}


@pytest.mark.parametrize(
    "word",
    [
        "stopped", "held", "not taking", "d/c", "no", "abgesetzt", "pausiert", "nicht mehr", "arrêté", "en pause",
        "suspendido", "ya no", "sospeso", "suspenso", "остановлен", "0", "0 mg", "0-0-0", "?", "¿?",
    ],
)  # fmt: skip
def test_a_line_that_may_say_that_it_is_not_taken_is_read_by_a_person(word: str) -> None:
    """*Lithium 0-0-0* and *Lithium ?* passed as lithium. What a line names counts all the same."""
    found = recognise(f"Lithium {word}", KNOWN)
    assert ([each.id for each in found.ingredients], found.wholly) == (["lithium"], False)


def test_a_line_with_a_dose_of_nothing_is_read_by_a_person() -> None:
    """Its field took 0 mg a day, and the line counted as one that is taken."""
    some, none = (medicine("Lithium", Decimal(mg), False, KNOWN) for mg in (900, 0))
    assert [each.wholly for each in lines_of((some, none), KNOWN)] == [True, False]


def test_a_question_mark_behind_an_allergy_leaves_it_an_allergy() -> None:
    found = allergy("penicillin?", KNOWN)
    assert (found.kinds, found.unknown) == (frozenset({"penicillin"}), ())
    assert allergy("?", KNOWN).unknown == ("?",)


@pytest.mark.parametrize("written", ["Lithium 0-0-1", "Lithium 450 mg 1-0-0", "Lithium 0.5 g", "Lithium 10 mg"])
def test_a_dose_with_a_nought_in_it_is_a_dose(written: str) -> None:
    assert recognise(written, KNOWN).wholly


def test_a_prescriber_reads_a_line_and_another_dose_is_another_line() -> None:
    written, read = takes(("kava root", "100")), read_line("Kava  root, 100 mg a day")
    assert words(written) == {"medicines": "unknown: HOLD"}
    assert words(written, read) == {"medicines": "not met"}
    assert words(takes(("kava root", "200")), read) == {"medicines": "unknown: HOLD"}
    elsewhere = replace(read, list=pe.HistoryList.CONDITIONS)
    assert words(written, elsewhere) == {"medicines": "unknown: HOLD"}


def test_a_list_never_written_or_too_old_is_unknown_and_what_it_named_still_counts() -> None:
    assert words() == {"medicines": "unknown: HOLD"}
    assert words(pe.MedicinesListed()) == {"medicines": "not met"}
    assert words(takes(("phenelzine", None)), at=SIX_WEEKS) == {"medicines": "unknown: HOLD", "maoi": "met: GATE"}


def test_an_old_list_of_free_lines_is_read_until_a_new_one_is_written() -> None:
    old = pe.HistoryRecorded(list=pe.HistoryList.MEDICINES, entries=("theophylline 200 mg", "green drops"))
    assert words(old) == {"medicines": "unknown: HOLD", "xanthine": "met: GATE2"}
    assert unread_medicines(person(old), KNOWN) == ("green drops",)
    assert words(old, pe.MedicinesListed()) == {"medicines": "not met"}
    listed = medicines_of(person(pe.MedicinesListed(), old))
    assert listed is not None
    assert [each.written for each in listed.event.medicines] == ["theophylline 200 mg", "green drops"]


def test_what_the_table_of_the_day_recognised_is_not_lost_when_it_forgets_a_name() -> None:
    then = pe.Medicine(written="Nardilo forte", ingredients=("phenelzine",))
    assert words(pe.MedicinesListed(medicines=(then,)))["maoi"] == "met: GATE"


def test_two_medicines_that_prolong_qt_are_looked_at_and_one_is_known() -> None:
    assert words(takes(("methadone", None), ("citalopram", None)))["qt_prolonging"] == "met: WARN"
    assert words(takes(("citalopram", None)))["qt_prolonging"] == "met: INFO"
    assert words(takes(("Celexa", None), ("citalopram", None)))["qt_prolonging"] == "met: INFO"


@pytest.mark.parametrize(
    "written",
    ["trazodone 50 mg", "hydroxyzine", "Effexor", "risperidone", "Imodium", "Prozac", "Clozaril", "trimipramine"],
)
def test_what_a_label_says_of_qt_is_known_beside_another_such_medicine(written: str) -> None:
    assert words(takes((written, None)))["qt_prolonging"] == "met: INFO"
    assert words(takes((written, None), ("citalopram", None)))["qt_prolonging"] == "met: WARN"


@pytest.mark.parametrize(
    ("written", "ingredients"),
    [
        ("Tylenol 3", ["acetaminophen", "codeine"]), ("Tylenol #3", ["acetaminophen", "codeine"]),
        ("tylenol #4 prn", ["acetaminophen", "codeine"]), ("Tylenol No. 3", ["acetaminophen", "codeine"]),
        ("Panadol Night", ["acetaminophen", "diphenhydramine"]), ("Advil PM", ["ibuprofen", "diphenhydramine"]),
        ("Sudafed PE", ["phenylephrine"]), ("Mucinex D", ["guaifenesin", "pseudoephedrine"]),
    ],
)  # fmt: skip
def test_a_number_or_word_that_says_what_else_is_in_it_is_read(written: str, ingredients: list[str]) -> None:
    """Tylenol 3 was acetaminophen and nothing else: its number was taken for a strength, and the codeine was lost."""
    line = recognise(written, KNOWN)
    assert ([each.id for each in line.ingredients], line.wholly) == (ingredients, True)


@pytest.mark.parametrize("written", ["Tylenol 3 tablets", "Tylenol 4 times a day", "tylenol 3 x daily"])
def test_a_number_that_may_be_how_many_is_asked_about(written: str) -> None:
    line = recognise(written, KNOWN)
    assert {each.id for each in line.ingredients} == {"acetaminophen", "codeine"}
    assert not line.wholly


def test_5_asa_is_no_aspirin() -> None:
    assert [each.id for each in recognise("5-ASA 800 mg", KNOWN).ingredients] == ["mesalazine"]


@pytest.mark.parametrize("written", ["Tylenol 500", "Tylenol 3x daily", "Tylenol 325 mg", "Panadol"])
def test_a_strength_stays_a_strength(written: str) -> None:
    assert [each.id for each in recognise(written, KNOWN).ingredients] == ["acetaminophen"]


@pytest.mark.parametrize(
    ("written", "ingredients"),
    [
        ("Dolantin", ["meperidine"]), ("ASA 81", ["aspirin"]), ("APAP", ["acetaminophen"]),
        ("HCTZ 25", ["hydrochlorothiazide"]),
        ("citalopram 40mg po qd", ["citalopram"]), ("SJW", ["St John's wort"]), ("Genvoya", ["cobicistat"]),
        ("co-codamol 30/500", ["codeine", "acetaminophen"]), ("Ultracet", ["tramadol", "acetaminophen"]),
    ],
)  # fmt: skip
def test_abbreviations_and_brands_abroad_are_recognised(written: str, ingredients: list[str]) -> None:
    """Dolantin, which is pethidine, was offered as Dilantin, which is phenytoin."""
    line = recognise(written, KNOWN)
    assert ([each.id for each in line.ingredients], line.wholly) == (ingredients, True)


def test_an_abbreviation_of_two_medicines_is_asked_about() -> None:
    """MTX is methotrexate to some and mitoxantrone to others: nobody guesses."""
    assert (recognise("MTX", KNOWN).ingredients, nearest_name("MTX", KNOWN)) == ((), "")


@pytest.mark.parametrize("written", ["methylnaltrexone", "Relistor", "naloxegol", "Movantik"])
def test_what_blocks_opioids_in_the_gut_alone_is_not_naltrexone(written: str) -> None:
    assert words(takes((written, None))) == {"medicines": "not met", "peripheral_opioid_antagonist": "met: INFO"}


def test_medicines_that_nobody_named_before_have_their_rules() -> None:
    for written, rule in (
        ("semaglutide", "glp1_agonist"), ("cannabis", "cannabis"), ("memantine", "nmda_antagonist"),
        ("DXM", "nmda_antagonist"), ("albuterol", "beta_agonist"), ("oxymetazoline", "stimulant_or_pressor"),
        ("Sublocade", "cns_depressant"), ("LDN", "opioid_antagonist"),
    ):  # fmt: skip
        assert rule in words(takes((written, None))), written


def test_for_pain_the_word_about_opioids_is_another_one() -> None:
    def message(indication: str, rule: str, written: str) -> str:
        taking = person(takes((written, None)))
        found = interaction_findings(taking, Phase.SCREEN, minute(30), RULES, indication)
        return next(each.row.message for each in found if each.row.id == rule)

    assert "series makes sense" in message("depression", "opioid_antagonist", "naltrexone")
    assert "says nothing about pain" in message("chronic_pain", "opioid_antagonist", "naltrexone")
    assert "never stop one" in message("chronic_pain", "cns_depressant", "oxycodone")
    assert "never stop one" not in message("depression", "cns_depressant", "oxycodone")


def test_every_message_for_an_indication_is_for_one_of_ours() -> None:
    named = {name for row in RULES.interactions.values() for name in row.message_for}
    assert named <= set(RULES.indications)


def by_table(*lines: tuple[str, str | None]) -> dict[str, tuple[Decimal, Decimal, int]]:
    found = equivalents(lines_of(takes(*lines).medicines, KNOWN), KNOWN)
    return {each.table.id: (each.low_mg, each.high_mg, len(each.missing)) for each in found}


def test_one_milligram_of_lorazepam_is_five_or_ten_of_diazepam() -> None:
    five, ten = (Decimal(5), Decimal(5), 0), (Decimal(10), Decimal(10), 0)
    assert by_table(("lorazepam", "1")) == {"va_dod": five, "ashton": ten, "who": ten, "nhs": ten}
    assert words(takes(("lorazepam", "1")))["benzodiazepine"] == "met: WARN"
    assert "benzodiazepine" not in words(takes(("lorazepam", "0.8")))
    said = range_words(equivalents(lines_of(takes(("lorazepam", "1")).medicines, KNOWN), KNOWN))
    assert said == "5 to 10 mg over the tables: VA/DoD 2021 5 mg; Ashton 2002 10 mg; WHO 2009 10 mg; NHS Scotland 10 mg"


def test_a_range_in_a_table_counts_by_its_stricter_end() -> None:
    assert by_table(("estazolam", "1"))["ashton"] == (Decimal(5), Decimal(10), 0)


def test_a_missing_entry_or_dose_is_unknown_and_never_nothing() -> None:
    assert by_table(("alprazolam", "0.25"))["nhs"] == (0, 0, 1)
    assert words(takes(("alprazolam", "0.25")))["benzodiazepine"] == "unknown: HOLD"
    assert words(takes(("lorazepam", None)))["benzodiazepine"] == "unknown: HOLD"
    assert words(takes(("alprazolam", "0.25"), ("lorazepam", "2")))["benzodiazepine"] == "met: WARN"
    unknown = range_words(equivalents(lines_of(takes(("lorazepam", None)).medicines, KNOWN), KNOWN))
    assert "0" not in unknown.replace("2021", "").replace("2002", "").replace("2009", "")


def test_a_dose_no_table_counts_is_read_by_a_prescriber_and_stays_a_warning() -> None:
    written = takes(("alprazolam", "0.25"))
    assert unread_medicines(person(written), KNOWN) == ("alprazolam, 0.25 mg a day",)
    assert words(written, read_line("alprazolam, 0.25 mg a day"))["benzodiazepine"] == "met: WARN"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(KNOWN.equivalents["ashton"].mg_equal_to_ten)),
            st.decimals(min_value=Decimal("0.05"), max_value=40, places=2).map(str),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_nobody_above_eight_by_any_table_passes_unseen(lines: list[tuple[str, str | None]]) -> None:
    found = by_table(*lines)
    verdict = words(takes(*lines)).get("benzodiazepine", "not met")
    if any(high > 8 for _, high, _ in found.values()):
        assert verdict == "met: WARN"
    elif any(missing for _, _, missing in found.values()):
        assert verdict == "unknown: HOLD"
    else:
        assert verdict == "not met"


def test_a_higher_dose_of_a_benzodiazepine_is_a_new_fact() -> None:
    def grounds(mg: str) -> tuple[str, ...]:
        found = interaction_findings(person(takes(("diazepam", mg))), Phase.SCREEN, minute(30), RULES)
        return next(each.verdict.grounds for each in found if each.row.id == "benzodiazepine")

    assert grounds("10") != grounds("20")

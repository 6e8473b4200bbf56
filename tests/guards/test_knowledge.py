"""The clinical tables: each worked example holds in the code that applies the row, and nothing is uncited."""

import hashlib
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import sereniv
from sereniv.knowledge import KnowledgeError, knowledge
from sereniv.knowledge.load import TABLES, load
from sereniv.knowledge.rows import (
    AlertRule,
    Concern,
    Condition,
    Criterion,
    Example,
    Interaction,
    Limit,
    SaidRow,
    Scale,
    StandingOrder,
)
from sereniv.therapy.candidacy import criteria, interactions, readings
from sereniv.therapy.chair import gate, held_against
from sereniv.therapy.monitoring import alert_limits
from sereniv.therapy.monitoring.said import signs_said
from sereniv.therapy.person import conditions, medicines
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import chart_of as person_chart_of
from sereniv.therapy.person.events import Medicine
from sereniv.therapy.session.events import IS_THERE_OR_NOT, Observation
from sereniv.therapy.session.events.incidents import Effect, MedicineGiven
from sereniv.therapy.treatment import dose, order_limits
from tests.therapy.making import REGISTERED, chart, checklist, dose_before, minute, recorded

RULES = knowledge()
CRITERION_EXAMPLES = [(row, example) for row in RULES.criteria.values() for example in row.examples]
LIMIT_EXAMPLES = [(row, example) for row in RULES.limits.values() for example in row.examples]
CONDITION_EXAMPLES = [(row, example) for row in RULES.conditions.values() for example in row.examples]
INTERACTION_EXAMPLES = [(row, example) for row in RULES.interactions.values() for example in row.examples]
ALERT_EXAMPLES = [(row, example) for row in RULES.alerts.values() for example in row.examples]
SAID_EXAMPLES = [(row, example) for row in RULES.said.values() for example in row.examples]
PACKAGE = Path(sereniv.__file__).parent
BANNED = (
    "neurodegenerative", "rewir", "considered safe", r"\bproven\b", "success rate", "long-term improvements",
    "FDA[- ]approved", r"\bcure", r"break-?through", r"miracle", r"neuro-?regenerat",
    r"\d+ ?%? success", r"\bguarantee", r"will (help|work for|heal) you", r"works for (most|everybody|everyone)",
    r"\bno (known )?side effects", r"\brisk[- ]free", r"completely safe",
)  # fmt: skip


def named(value: object) -> str:
    return value.id if isinstance(value, Concern | Limit | AlertRule | SaidRow | StandingOrder) else ""


@pytest.mark.parametrize(("row", "example"), CRITERION_EXAMPLES, ids=named)
def test_every_example_of_a_criterion_holds(row: Criterion, example: Example) -> None:
    facts = {name: criteria.Known(value=value, words="") for name, value in example.given.items()}
    assert criteria.PREDICATES[row.id](row, facts).words() == example.gives


@pytest.mark.parametrize(("row", "example"), LIMIT_EXAMPLES, ids=named)
def test_every_example_of_a_limit_holds(row: Limit, example: Example) -> None:
    assert str(order_limits.severity_of(row, Decimal(str(example.given["value"])))) == example.gives


@pytest.mark.parametrize(("row", "example"), ALERT_EXAMPLES, ids=named)
def test_every_example_of_an_alert_holds(row: AlertRule, example: Example) -> None:
    given = {name: Decimal(str(value)) for name, value in example.given.items()}
    assert ("on" if alert_limits.holds(row, given) else "off") == example.gives


@pytest.mark.parametrize(("row", "example"), SAID_EXAMPLES, ids=named)
def test_every_example_of_a_sign_said_in_words_holds(row: SaidRow, example: Example) -> None:
    found = signs_said(str(example.given["said"]), RULES)
    assert ("asks" if row.id in found else "silent") == example.gives


def test_every_sign_of_one_tap_has_its_words_and_each_of_them_asks() -> None:
    flags = {row.id for row in RULES.alerts.values() if row.reads[0] in set(IS_THERE_OR_NOT)}
    assert flags <= set(RULES.said) <= set(RULES.alerts)
    for row in RULES.said.values():
        for words in row.words:
            assert row.id in signs_said(f"says: {words.replace('*', 'her')}", RULES), words


@pytest.mark.parametrize(("row", "example"), CONDITION_EXAMPLES, ids=named)
def test_every_example_of_a_condition_holds(row: Condition, example: Example) -> None:
    facts = {name: criteria.Known(value=value, words="") for name, value in example.given.items()}
    assert conditions.condition(row, facts).words() == example.gives


@pytest.mark.parametrize(("row", "example"), INTERACTION_EXAMPLES, ids=named)
def test_every_example_of_an_interaction_holds(row: Interaction, example: Example) -> None:
    told = example.given.get("medicines")
    lines = [
        medicines.line_of(
            Medicine(written=each["name"], daily_mg=Decimal(each["daily_mg"]) if "daily_mg" in each else None),
            RULES.medicines,
        )
        for each in (told if isinstance(told, list) else [])
    ]
    assert all(line.wholly for line in lines)
    facts = {} if told is None else {"medicines": criteria.Known(value=tuple(lines), words="")}
    assert interactions.interaction(row, facts, RULES.medicines).words() == example.gives


def test_every_class_has_a_rule_and_every_rule_a_class() -> None:
    belonging = {each for ingredient in RULES.medicines.ingredients.values() for each in ingredient.classes}
    ruled = {each for row in RULES.interactions.values() for each in row.classes}
    at_the_chair = {each for row in RULES.standing_orders.values() for each in (*row.not_taking, *row.look_taking)}
    assert belonging == ruled | at_the_chair
    assert all(row.classes and row.mechanism for row in RULES.interactions.values())


def test_tables_of_equivalents_name_benzodiazepines_only_and_all_count_diazepam_as_itself() -> None:
    ingredients = RULES.medicines.ingredients
    for table in RULES.medicines.equivalents.values():
        assert all("benzodiazepine" in ingredients[name].classes for name in table.mg_equal_to_ten), table.id
        assert table.mg_equal_to_ten["diazepam"] == (Decimal(10),)
        assert all(mg > 0 for entry in table.mg_equal_to_ten.values() for mg in entry)


def test_concerns_share_no_name_and_every_condition_stands_in_a_list() -> None:
    concerns = [*RULES.criteria, *RULES.lists, *RULES.conditions, *RULES.interactions]
    assert len(concerns) == len(set(concerns))
    assert {row.list for row in RULES.conditions.values()} == set(conditions.CHECKLISTS)
    assert all(row.ask.endswith("?") for row in RULES.conditions.values())


def check_digit_holds(number: str) -> bool:
    """Check the last digit of a SNOMED CT identifier after Verhoeff: products of the symmetries of a pentagon."""
    total, permute = 0, (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
    for place, digit in enumerate(reversed(number)):
        value = int(digit)
        for _ in range(place % 8):
            value = permute[value]
        turn, flip = total % 5, total >= 5
        total = (turn + (-value if flip else value)) % 5 + 5 * (flip != (value >= 5))
    return total == 0


def test_codes_of_conditions_are_well_formed() -> None:
    assert check_digit_holds("22298006")
    assert not check_digit_holds("22298007")
    for row in RULES.conditions.values():
        assert all(check_digit_holds(code) for code in row.snomed), row.id
        assert all(re.fullmatch(r"[A-Z]\d\d(\.\w{1,4})?", code) for code in row.icd10), row.id
    assert all(each.rxcui.isdigit() or not each.rxcui for each in RULES.medicines.ingredients.values())


def test_every_row_that_compares_has_examples() -> None:
    compared: tuple[Mapping[str, Concern | Limit | AlertRule], ...] = (
        RULES.criteria, RULES.conditions, RULES.interactions, RULES.limits, RULES.alerts,
    )  # fmt: skip
    assert not [row.id for rows in compared for row in rows.values() if len(row.examples) < 2]


def test_rows_and_code_name_each_other() -> None:
    assert set(RULES.criteria) == set(criteria.PREDICATES)
    assert {line.id for line in RULES.gate if line.kind == "computed"} == set(gate.COMPUTED)
    assert {line.kind for line in RULES.gate} == {"computed", "attested", "conditional"}
    inputs = {name for row in RULES.criteria.values() for name in row.inputs}
    assert inputs <= {*readings.READERS, *readings.REGISTER_READERS}


def test_every_limited_quantity_is_one_that_an_order_has() -> None:
    order = dose.pump_order(Decimal("0.5"), Decimal(70), 40, Decimal(1), RULES.standard)
    first = order_limits.Circumstances(actual_kg=Decimal(70), protocol=RULES.protocols["P-CRPS-OP"])
    later = replace(first, before=dose_before("0.5"))
    had = {name for each in (first, later) for name in order_limits._quantities(order, each, RULES)}
    assert {limit.quantity for limit in RULES.limits.values()} == had


def test_alerts_read_what_can_be_charted() -> None:
    charted = {*alert_limits.CHARTED_FIELDS, *(str(each) for each in Observation)}
    for row in RULES.alerts.values():
        limited = {*row.above, *row.below, *row.from_any, *row.above_twice}
        assert limited <= set(row.reads) <= charted, row.id


def test_every_row_cites_a_source_that_exists() -> None:
    assert not [row.id for row in RULES.rows() if not set(row.sources) <= set(RULES.references)]
    cited = {source for row in RULES.rows() for source in row.sources}
    further = {source for each in RULES.protocols.values() for source in each.evidence_sources}
    assert further <= set(RULES.references)
    assert all(RULES.references[source].citation for source in cited)


def test_gate_lines_are_numbered_without_holes() -> None:
    assert [line.order for line in RULES.gate] == list(range(1, len(RULES.gate) + 1))


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    shutil.copytree(TABLES, tmp_path / "tables", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return tmp_path / "tables"


@pytest.mark.parametrize(
    ("table", "found", "put", "named_in_error"),
    [
        (
            "limits.toml",
            'sources = ["house-default", "singh-2016"]',
            "sources = []",
            ["limits.toml", "first_infusion_mg_per_kg"],
        ),
        (
            "limits.toml",
            '"house-default", "singh-2016"',
            '"hearsay"',
            ["limits.toml", "first_infusion_mg_per_kg", "hearsay"],
        ),
        ("protocols.toml", '"canmat-2021", "karma-dep-2"', '"hearsay"', ["P-DEP", "hearsay"]),
        ("limits.toml", 'soft_above = "0.5"', "soft_above = 0.5", ["limits", "first_infusion_mg_per_kg", "floats"]),
        ("limits.toml", 'soft_above = "0.5"', 'soft_abov = "0.5"', ["limits", "first_infusion_mg_per_kg", "soft_abov"]),
        ("limits.toml", 'soft_above = "0.5"', 'soft_above = "half"', ["limits", "first_infusion_mg_per_kg"]),
        ("criteria.toml", '"90 d"', '"90 days"', ["criteria", "substance_use_needs_evaluation", "90 days"]),
        ("criteria.toml", "version = 1", "version = ", ["criteria"]),
        ("guide.toml", 'sources = ["rodrigues-2020"]', "sources = []", ["guide.toml", "drowsy", "no source"]),
        ("guide.toml", 'sources = ["rodrigues-2020"]', 'sources = ["rumour"]', ["guide.toml", "drowsy", "rumour"]),
        ("references/pharmacology.toml", "Yale, 138", "Yale, 139", ["pharmacology.toml", "yale-2024"]),
        ("guide.toml", 'section = "common"', 'section = "comon"', ["guide.toml", "drowsy", "comon"]),
        ("guide.toml", "as_of = 2026-11-22\n\n[sections", "[sections", ["guide", "crisis", "as_of"]),
        ("references/clinical.toml", "citation = ", "cite = ", ["clinical.toml", "spravato-label", "cite"]),
    ],
    ids=lambda value: value if isinstance(value, str) and value.endswith("toml") else "",
)
def test_a_table_that_cannot_be_used_says_where_and_what(
    tables: Path, table: str, found: str, put: str, named_in_error: list[str]
) -> None:
    text = (tables / table).read_text(encoding="utf-8")
    assert found in text
    (tables / table).write_text(text.replace(found, put, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError) as raised:
        load(tables)
    assert all(name in str(raised.value) for name in named_in_error), str(raised.value)


def test_the_version_follows_the_content(tables: Path) -> None:
    assert load(tables).version == RULES.version
    limits = tables / "limits.toml"
    limits.write_text(limits.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    assert load(tables).version != RULES.version


def test_two_tables_of_one_name_are_two_in_the_version(tables: Path) -> None:
    before = load(tables).version
    same = tables / "references" / "limits.toml"
    same.write_text("[references]\n", encoding="utf-8")
    after = load(tables)
    assert after.version != before
    assert after.limits == RULES.limits, "a file of references never stands for a table"


def overclaims(folder: Path) -> list[tuple[str, str]]:
    """Return each file shown to somebody that says more than is known, with the words."""
    banned = re.compile("|".join(BANNED), re.IGNORECASE)
    shown = [*folder.rglob("*.html"), *folder.rglob("*.toml"), *folder.rglob("*.txt")]
    # A phrase broken over two lines is still that phrase.
    texts = [(file.name, " ".join(file.read_text(encoding="utf-8").split())) for file in shown]
    return [(name, found[0]) for name, text in texts if (found := banned.search(text))]


def test_nothing_shown_promises_more_than_is_known() -> None:
    names = {file.name for file in PACKAGE.rglob("*") if file.suffix in {".html", ".toml"}}
    assert {"guide.toml", "guide.html", "enquiry.html", "thanks.html"} <= names
    assert overclaims(PACKAGE) == []


@pytest.mark.parametrize(
    "phrase",
    ["neurodegenerative effects", "rewires the brain", "is considered safe", "proven to help", "a 70% success rate",
     "long-term improvements", "an FDA-approved treatment", "FDA approved", "A cure", "breakthrough", "miracle",
     "neuroregenerative", "it will help you", "Considered\nsafe"],
)  # fmt: skip
@pytest.mark.parametrize("place", ["knowledge/guide.toml", "clinic/web/guide/templates/guide/guide.html"])
def test_the_wording_guard_finds_what_may_not_be_said(tmp_path: Path, place: str, phrase: str) -> None:
    file = PACKAGE / place
    (tmp_path / file.name).write_text(f"{file.read_text(encoding='utf-8')}\n# {phrase}\n", encoding="utf-8")
    assert [name for name, _ in overclaims(tmp_path)] == [file.name]


def syllables(word: str) -> int:
    return max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word.lower()))))


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade: about the school year that can read it."""
    sentences = max(1, len(re.findall(r"[.!?:](?: |$)", text)))
    words = re.findall(r"[A-Za-z']+", text)
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_the_guide_is_written_for_readers_of_twelve_to_fourteen() -> None:
    for section in RULES.guide.sections:
        text = " ".join(row.text for row in section.rows)
        assert grade(text) <= 9, f"{section.id}: {grade(text):.1f}"
    assert grade(" ".join(row.text for row in RULES.guide.rows())) <= 7.5
    long = [row.id for row in RULES.guide.rows() for each in re.split(r"[.!?:] ", row.text) if len(each.split()) > 28]
    assert not long


def test_the_guide_says_what_it_must() -> None:
    text = " ".join(row.text for row in RULES.guide.rows())
    for words in (
        "Consult a qualified professional", "45 to 60 minutes", "about 40 minutes", "Do not drive",
        "until the next day, after a good night's sleep", "off-label", "at any time",
    ):  # fmt: skip
        assert words in text, words
    ours = [row for row in RULES.guide.rows() if "clinic-practice" in row.sources]
    assert all(row.evidence == "default" for row in ours), "what the clinic says by itself is not passed off as read"
    numbered = [row for row in RULES.guide.rows() if row.section in {"common", "found"} and re.search(r"\d", row.text)]
    assert all(row.evidence == "read" for row in numbered), "a figure told to the public was read at its source"


def check_digit(code: str) -> int:
    """Return the mod 10 check digit of a LOINC code; letters of answer codes count by their place in the alphabet."""
    body = code.removeprefix("LA")
    total = 5 if code.startswith("LA") else 0  # L = 12 and A = 1, doubled: 1 + 2 + 2
    for place, digit in enumerate(reversed(body)):
        total += sum(divmod(int(digit) * (2 - place % 2), 10))
    return -total % 10


def test_every_loinc_code_has_its_check_digit() -> None:
    codes = re.findall(r'loinc = "([^"]+)"', (TABLES / "scales.toml").read_text(encoding="utf-8"))
    assert len(codes) == 58
    # Answer codes of five digits follow another rule: AUDIT-C's were compared with the published form instead.
    for code in (each for each in codes if not re.fullmatch(r"LA\d{5}-\d", each)):
        body, _, check = code.partition("-")
        assert check_digit(body) == int(check), code


def answer_codes(scale: str) -> list[list[str]]:
    row = RULES.scales[scale]
    return [[answer.loinc for answer in item.answers or row.answers] for item in row.items]


def test_codes_of_the_audit_c_are_the_published_ones() -> None:
    """A published example carries 68517-2 for the first question: that is another instrument's."""
    assert [item.loinc for item in RULES.scales["auditc"].items] == ["68518-0", "68519-8", "68520-6"]
    assert answer_codes("auditc") == [
        ["LA6270-8", "LA18926-8", "LA18927-6", "LA18928-4", "LA18929-2"],
        ["LA15694-5", "LA15695-2", "LA18930-0", "LA18931-8", "LA18932-6"],
        ["LA6270-8", "LA18933-4", "LA18876-5", "LA18891-4", "LA18934-2"],
    ]
    assert "68517-2" not in [code for row in RULES.scales.values() for code in (row.panel_loinc, row.total_loinc)]


def test_scales_are_never_coded_as_something_else() -> None:
    gad7, pcl5 = RULES.scales["gad7"], RULES.scales["pcl5"]
    assert (gad7.panel_loinc, gad7.total_loinc) == ("69737-5", "70274-6"), "the panel's code is no score"
    assert answer_codes("gad7") == [["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"]] * 7
    assert (pcl5.panel_loinc, pcl5.total_loinc) == ("", ""), "the published codes are for the form about a month"
    assert [item.code for item in pcl5.items] == [f"pcl5-{number:02}" for number in range(1, 21)]
    assert [(a.value, a.text, a.loinc) for a in RULES.scales["cssrs_risk"].answers] == [
        (0, "None: every question was no", ""),
        (1, "Low", "LA9194-7"), (2, "Moderate", "LA6751-7"), (3, "High", "LA9193-9"),
    ], "one published document swaps low and high"  # fmt: skip


APPROVED_TEXT = {
    "phq9": "6e94a77d0c02ec10",
    "gad7": "43562ec02b952e72",
    "pcl5": "a7a2bff865a8dc54",
    "peg": "2084fe6428167568",
    "nrs": "8bd454ede568ae4a",
    "auditc": "666685fb3d7f0888",
    "mood": "a3e74e1870612d67",
    "hamd17": "1509cda53a2791e1",
}


def text_digest(row: Scale) -> str:
    """Digest every word a patient reads of a scale: question, items, anchors and answers, in their order."""
    words = [row.question, row.low, row.high]
    for item in row.items:
        words += [item.text, item.low, item.high, *(answer.text for answer in item.answers)]
    words += [answer.text for answer in row.answers]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


def test_no_word_of_an_approved_scale_has_changed() -> None:
    """An edited or translated item is another, unvalidated instrument: compare with the publication, then enter it."""
    assert {name: text_digest(row) for name, row in RULES.scales.items() if row.licence == "A"} == APPROVED_TEXT


def test_no_scale_shows_words_its_licence_keeps() -> None:
    assert {row.licence for row in RULES.scales.values()} <= {"A", "C"}
    for row in RULES.scales.values():
        assert row.licence == "A" or (not row.items and row.by_staff), row.id
        assert row.licence_note, row.id


def test_every_line_of_a_scale_has_its_source() -> None:
    for row in RULES.scales.values():
        named = {step.source for step in row.steps} | ({row.response_source} - {""})
        assert named <= set(row.sources), row.id
        defined = [each for each in (row.response_fall_fraction, row.response_difference) if each is not None]
        assert len(defined) == (1 if row.response_source else 0), row.id
        assert not row.bands or row.band_set, row.id
        totals = [each.from_total for each in row.bands]
        assert totals == sorted(set(totals)), row.id


ORDERED = [row for row in RULES.standing_orders.values() if row.kind == "medicine"]
ORDER_EXAMPLES = [(row, example) for row in ORDERED for example in row.examples]


def spoken_against(row: StandingOrder, given: Mapping[str, Any]) -> str:
    """Hold an order against somebody healthy but for what an example names, and say what is found, gravest first."""
    now = minute(1000)
    told: list[pe.PersonEvent] = [
        checklist(pe.HistoryList.CONDITIONS, *given.get("has", ())),
        pe.HistoryRecorded(list=pe.HistoryList.ALLERGIES, entries=tuple(given.get("allergies", ()))),
        pe.MedicinesListed(medicines=tuple(Medicine(written=each) for each in given.get("takes", ()))),
        pe.PregnancyRecorded(status=pe.Pregnancy(given.get("pregnancy", "not_pregnant")), basis="asked"),
        pe.Measured(weight_kg=Decimal(given.get("weight_kg", "70")), questions={}),
        pe.SubstancesRecorded(
            asked=tuple(
                pe.SubstanceAsked(substance=each, use=pe.Use.ACTIVE if each in given.get("uses", ()) else pe.Use.NONE)
                for each in pe.Substance
            )
        ),
    ]
    record = person_chart_of(recorded(event, number, minute(0)) for number, event in enumerate(told, start=1))
    doses = [
        (1000 - each["minutes_ago"], MedicineGiven(
            medicine=each["medicine"], dose=Decimal(each["dose"]), unit=row.unit, route=row.route, indication="",
            effect=Effect.NEITHER,
        ))
        for each in given.get("given", ())
    ]  # fmt: skip
    born = date(now.year - int(given.get("age", 42)), 1, 1)
    here = held_against.Situation(
        record=record, registered=replace(REGISTERED, born=born), session=chart(*doses), now=now, knowledge=RULES
    )
    found = held_against.objections(row.title, None, here, row)
    return ", ".join(dict.fromkeys(f"{'stop' if each.stops else 'look'} {each.ground}" for each in found)) or "nothing"


@pytest.mark.parametrize(("row", "example"), ORDER_EXAMPLES, ids=named)
def test_every_example_of_a_standing_order_holds(row: StandingOrder, example: Example) -> None:
    assert spoken_against(row, example.given) == example.gives


@pytest.mark.parametrize("row", ORDERED, ids=named)
def test_everything_that_a_standing_order_names_is_found_by_an_example(row: StandingOrder) -> None:
    """A field that no example exercises may be read by nobody."""
    found = {each.gives for each in row.examples}
    asked = {
        "stop interval": row.interval_min is not None, "stop most": row.most is not None,
        "stop age": row.from_age is not None, "look age": row.look_from_age is not None,
        "stop weight": row.from_weight_kg is not None, "stop pregnancy": row.not_in_pregnancy,
        "stop medicine": bool(row.not_taking), "look medicine": bool(row.look_taking),
        "stop condition": bool(row.not_with), "look condition": bool(row.look_with), "look use": bool(row.look_using),
    }  # fmt: skip
    assert {what for what, is_asked in asked.items() if is_asked} <= found, row.id
    assert row.interval_min is not None, row.id
    assert row.most is not None, row.id
    for name in (*row.not_with, *row.look_with):
        assert spoken_against(row, {"has": [name]}).endswith(" condition"), name
    for name in row.look_using:
        assert spoken_against(row, {"uses": [name]}) == "look use", name
    for name in (*row.not_taking, *row.look_taking):
        one = next(each.id for each in RULES.medicines.ingredients.values() if name in each.classes)
        assert spoken_against(row, {"takes": [one]}).endswith(" medicine"), name
    allergic = spoken_against(row, {"allergies": [row.ingredient]})
    assert allergic == "stop allergy", "an allergy to the medicine itself"


def test_no_caution_claims_what_a_field_of_the_order_computes() -> None:
    for row in ORDERED:
        computed = (*row.not_with, *row.look_with, *row.not_taking, *row.look_taking)
        words = row.caution.lower()
        assert not [name for name in computed if name.replace("_", " ") in words], row.id
        assert not re.search(r"\bnot (in|with)\b|\ballerg|\bpregnan|\bminutes apart\b", words), row.id


def test_the_version_of_every_text_that_is_signed_is_written_down() -> None:
    """A signature names it for years: a version that nobody wrote down would be asked about as none of ours."""
    form = RULES.leaflets["consent_form"]
    assert form.printed[-1] == form.version, f"its words changed: add {form.version} to `printed` in consent_form.toml"
    assert len(set(form.printed)) == len(form.printed)

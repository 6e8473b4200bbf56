"""Conditions: what holds is met, what was never asked is unknown, and a free line waits for a prescriber."""

import pytest

from sereniv.knowledge import Phase, knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import PersonChart, chart_of
from sereniv.therapy.person.concern import Finding
from sereniv.therapy.person.condition_findings import condition_findings
from tests.therapy.making import checklist, minute, recorded

RULES = knowledge()
MEDICAL, PSYCHIATRIC, ALLERGIES = pe.HistoryList.CONDITIONS, pe.HistoryList.PSYCHIATRIC, pe.HistoryList.ALLERGIES
NONE = (
    checklist(MEDICAL),
    checklist(PSYCHIATRIC),
    pe.HistoryRecorded(list=ALLERGIES),
)
THIRTY_DAYS = 30 * 24 * 60


def person(*events: pe.PersonEvent) -> PersonChart:
    return chart_of(recorded(event, number, minute(0), "prescriber") for number, event in enumerate(events, 1))


def found(*events: pe.PersonEvent, at: float = 30) -> dict[str, Finding]:
    each = condition_findings(person(*events), Phase.SCREEN, minute(at), RULES)
    return {finding.row.id: finding for finding in each}


def words(*events: pe.PersonEvent, at: float = 30) -> dict[str, str]:
    return {name: finding.verdict.words() for name, finding in found(*events, at=at).items()}


def test_a_list_never_gone_through_is_unknown() -> None:
    assert set(words().values()) == {"unknown: HOLD"}
    assert words(*NONE) == dict.fromkeys(("conditions", "psychiatric", "allergies"), "not met")
    assert words(*NONE[1:])["conditions"] == "unknown: HOLD"


def test_an_old_free_list_of_conditions_does_not_stand_in_for_the_checklist() -> None:
    assert words(pe.HistoryRecorded(list=MEDICAL))["conditions"] == "unknown: HOLD"


@pytest.mark.parametrize("name", sorted(RULES.conditions))
def test_each_condition_is_met_by_its_own_action_and_the_list_says_when(name: str) -> None:
    row = RULES.conditions[name]
    told = checklist(pe.HistoryList(row.list), name)
    says = words(*NONE, told)
    assert says[name] == f"met: {row.action}"
    assert says[row.list] == "not met"
    assert f"{row.title} of the checklist, asked on 02 Mar 12:00" in found(*NONE, told)[row.list].read[row.list]


def test_the_last_time_a_list_was_gone_through_counts() -> None:
    ill = checklist(PSYCHIATRIC, "mania")
    assert words(*NONE, ill)["mania"] == "met: GATE2"
    assert "mania" not in words(*NONE, ill, checklist(PSYCHIATRIC))


def test_a_list_goes_stale_and_what_it_named_is_not_forgotten() -> None:
    ill = checklist(MEDICAL, "aneurysm")
    assert words(*NONE, ill, at=THIRTY_DAYS)["conditions"] == "not met"
    later = words(*NONE, ill, at=THIRTY_DAYS + 1)
    assert (later["conditions"], later["aneurysm"]) == ("unknown: HOLD", "met: GATE2")


def test_what_is_written_beside_the_list_waits_for_a_prescriber() -> None:
    told = checklist(MEDICAL, other=("gout", "a lump"))
    assert found(*NONE, told)["conditions"].verdict.missing == ("gout", "a lump")
    read = pe.WrittenLineJudged(list=MEDICAL, written="Gout", reason="no bearing on ketamine")
    after = found(*NONE, told, read)["conditions"]
    assert after.verdict.missing == ("a lump",)
    assert after.read["“gout”"] == "read by prescriber, no concern known: no bearing on ketamine"


def test_a_row_that_came_after_the_list_was_gone_through_was_not_answered_with_no() -> None:
    before = checklist(MEDICAL, unasked=("diabetes", "aneurysm"))
    said = found(*NONE, before)["conditions"]
    assert set(said.verdict.missing) == {RULES.conditions[name].title for name in ("diabetes", "aneurysm")}
    assert "none of the others it held then" in said.read["conditions"]
    bare = pe.ConditionsRecorded(list=MEDICAL)
    assert found(*NONE, bare)["conditions"].verdict.result == "unknown", "an entry that does not say what was asked"


def test_a_condition_that_no_row_knows_any_more_is_not_lost() -> None:
    told = checklist(MEDICAL, "withdrawn_row")
    assert found(*NONE, told)["conditions"].verdict.missing == ("withdrawn_row",)


@pytest.mark.parametrize(
    ("entry", "met"),
    [
        ("ketamine: hives", True), ("Esketamine nasal spray", True), ("S-Kétamine", True),
        ("benzethonium chloride", True),
        ("SPRAVATO", True), ("penicillin", False), ("latex", False),
    ],
)  # fmt: skip
def test_an_allergy_to_ketamine_is_a_contraindication(entry: str, met: bool) -> None:
    told = pe.HistoryRecorded(list=ALLERGIES, entries=(entry,))
    assert words(*NONE, told).get("ketamine_allergy", "") == ("met: GATE2" if met else "")
    assert words(*NONE, told)["allergies"] == "not met"

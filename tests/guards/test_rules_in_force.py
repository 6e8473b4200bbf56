"""Whatever a clinic may set is read from the rules in force: the packaged tables stand only for what no clinic sets."""

import ast
from collections.abc import Iterator
from pathlib import Path

import sereniv.clinic
from sereniv.knowledge import knowledge
from sereniv.knowledge.own_rules import thresholds

CLINIC = Path(sereniv.clinic.__file__).parent
NEVER_SET = frozenset({
    "aftercare", "alerts", "appointment", "assessments", "benchmarks", "conditions", "course",
    "access", "device_codes", "diagnoses", "going_live",
    "dose_weight", "entered_scores", "entry_rules", "feed", "gate", "guide", "indications", "interactions", "leaflets",
    "lists", "medicines", "observations", "opening_hours", "plausible", "reaching", "references", "scales",
    "sedated_stay",
    "standing_orders", "succession", "trials", "wording",
})  # fmt: skip
"""Tables in which nothing is a clinic's to set."""

COMPARES_WITH_PACKAGED = {
    "workflows/shell/in_force.py", "workflows/rules/own_rules.py", "web/rules/views.py",  # they make the rules in force
    "workflows/rules/own_groups.py",  # what was read and signed is packaged
    "workflows/followup/aftercare.py",  # names of side effects
    "workflows/admin/on_call.py",  # names of the ladder's rungs
}  # fmt: skip


def readings(source: str) -> Iterator[str]:
    """Give what each call of the packaged tables reads of them, "everything" where it is handed on whole."""
    tree = ast.parse(source)
    read = {id(each.value): each.attr for each in ast.walk(tree) if isinstance(each, ast.Attribute)}
    for each in ast.walk(tree):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == "knowledge":
            yield read.get(id(each), "everything")


def test_nothing_in_the_clinic_judges_by_the_packaged_number_where_a_clinic_may_have_its_own() -> None:
    found = {
        (str(file.relative_to(CLINIC)), read)
        for file in CLINIC.rglob("*.py")
        if "demo" not in file.parts
        for read in readings(file.read_text(encoding="utf-8"))
        if read not in NEVER_SET
    }
    assert {place for place in found if place[0] not in COMPARES_WITH_PACKAGED} == set()
    assert NEVER_SET.isdisjoint({each.table for each in thresholds(knowledge()).values()})


def test_the_guard_sees_a_whole_table_handed_on_and_a_number_read() -> None:
    assert list(readings("judge(knowledge())\nknowledge().limits\nknowledge().scales")) == [
        "everything", "limits", "scales",
    ]  # fmt: skip

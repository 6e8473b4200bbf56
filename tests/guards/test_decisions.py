"""The table of decisions and signals: no cell is empty, and every row is one that the code reads."""

import shutil
from pathlib import Path

import pytest

from sereniv.knowledge import KnowledgeError, knowledge
from sereniv.knowledge.load import TABLES, load
from sereniv.knowledge.rows import Action, DecisionKind, Does
from sereniv.therapy.chair.gate import COMPUTED, NEVER_PASSED_OVER
from sereniv.therapy.chair.learned import TOLD_APART
from sereniv.therapy.treatment.signals import READERS

RULES = knowledge()
CELLS = [(kind, name, cell) for kind, row in RULES.decisions.items() for name, cell in row.cells.items()]


def test_every_decision_says_of_every_signal_what_it_does_and_why() -> None:
    assert list(RULES.decisions) == list(DecisionKind)
    assert set(RULES.signals) == set(READERS)
    for row in RULES.decisions.values():
        assert list(row.cells) == list(RULES.signals), f"{row.id}: a cell for every signal, in the table's order"
    assert all(len(cell.because.split()) > 2 for _, _, cell in CELLS)


def test_every_signal_is_fed_by_concerns_that_exist_or_by_a_reader_of_its_own() -> None:
    for row in RULES.signals.values():
        for name in row.concerns:
            assert RULES.concern(name) is not None, (row.id, name)
    weighty = set(list(Action)[list(Action).index(Action.HOLD) :])
    interacting = {row.id for row in RULES.interactions.values() if row.action in weighty}
    assert interacting <= set(RULES.signals["new_medicine"].concerns), "an interaction that holds is a signal"


def test_what_holds_somebody_who_breastfeeds_is_called_so() -> None:
    """The order of somebody who breastfeeds was held by *Pregnancy*."""
    named = [RULES.criteria[each].title.lower() for each in RULES.signals["pregnancy"].concerns]
    assert all(each in RULES.signals["pregnancy"].title.lower() for each in named)


def test_a_medicine_whose_going_raises_a_signal_is_known() -> None:
    for row in RULES.signals.values():
        assert set(row.medicines) <= set(RULES.medicines.ingredients), row.id


def test_whatever_holds_at_the_gate_is_read_by_the_decisions_before_it() -> None:
    """A heart attack charted since the decision was read by no review, order or co-signature."""
    weighty = set(list(Action)[list(Action).index(Action.HOLD) :])
    read = {name for row in RULES.signals.values() for name in row.concerns}
    held = {row.id for row in RULES.conditions.values() if row.action in weighty}
    assert held - read == {"ketamine_allergy"}, "that one is the order's own: tests/workflows/orders/test_order_life.py"
    assert {"age", "anaesthetic_risk", "evaluated_against"} <= read


def test_a_start_names_the_gate_line_that_does_it() -> None:
    for name, cell in RULES.decisions["start"].cells.items():
        assert (cell.does in {Does.HOLDS, Does.ASKS}) is bool(cell.line), name
        if cell.line:
            assert cell.line in COMPUTED, name
        if cell.does is Does.HOLDS:
            assert cell.line in NEVER_PASSED_OVER | {"candidacy"}, f"{name}: one prescriber would pass it over"
    assert not [each for each in CELLS if each[2].line and each[0] != "start"]


def test_nothing_is_asked_where_nobody_can_write_why_and_no_end_is_held() -> None:
    assert {cell.does for cell in RULES.decisions["co_signature"].cells.values()} == {Does.HOLDS, Does.SHOWS}
    assert {cell.does for cell in RULES.decisions["end"].cells.values()} == {Does.SHOWS, Does.DOES_NOT_BEAR}


def test_thoughts_of_suicide_hold_whatever_goes_on() -> None:
    goes_on = set(DecisionKind) - {DecisionKind.END, DecisionKind.RUNNING}
    assert all(RULES.decisions[kind].cells["suicide"].does is Does.HOLDS for kind in goes_on)


def test_what_would_keep_a_start_back_is_told_while_a_pump_runs_or_says_why_not() -> None:
    """Lithium left the list under a running pump: the table had no column for who sits there already."""
    start, running = RULES.decisions["start"].cells, RULES.decisions["running"].cells
    assert {cell.does for cell in running.values()} == {Does.ASKS, Does.DOES_NOT_BEAR}
    untold = {name for name, cell in start.items() if cell.line and running[name].does is not Does.ASKS}
    assert untold == {"worse_score", "urinary", "overdue_checks"}, "of no use to a dose that runs"
    assert set(RULES.signals) >= TOLD_APART


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    shutil.copytree(TABLES, tmp_path / "tables", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return tmp_path / "tables"


@pytest.mark.parametrize(
    ("found", "put", "named"),
    [
        ('because = "Taken up in person before any order."', 'because = " "', "because"),
        ('does = "holds", because = "Taken up in person before any order."', 'because = "Taken up."', "does"),
        ('"holds", because = "Taken up in person before any order."', '"perhaps", because = "x y z"', "perhaps"),
        ('[decisions.end]', '[decisions.ending]', "ending"),
    ],
)  # fmt: skip
def test_an_empty_cell_or_an_unknown_decision_does_not_load(tables: Path, found: str, put: str, named: str) -> None:
    file = tables / "decisions.toml"
    text = file.read_text(encoding="utf-8")
    assert found in text
    file.write_text(text.replace(found, put).replace("[decisions.end.cells]", f"[{put.strip('[]')}.cells]")
                    if found.startswith("[") else text.replace(found, put), encoding="utf-8")  # fmt: skip
    with pytest.raises(KnowledgeError, match=named):
        load(tables)

"""What docs/reliability.md says was reached rests on tests that exist; what is open names none as its proof."""

import re

import pytest

from tests.guards.running_tests import ROOT, problem_of

PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
ROWS = {
    cells[0]: cells[1:]
    for line in PAGE.splitlines()
    if re.match(r"\| [A-Z]\d+ \|", line)
    for cells in [[cell.strip() for cell in line.strip("|").split(" | ")]]
}
ASKED = [
    *(f"L{number}" for number in range(1, 6)), *(f"F{number}" for number in range(1, 12)),
    *(f"B{number}" for number in range(1, 6)), *(f"A{number}" for number in range(1, 14)),
    *(f"R{number}" for number in range(1, 5)),
]  # fmt: skip
TEST = re.compile(r"`(tests/[\w/]+\.py::\w+)`")
NEED_A_TOOL = ("tests/backup/test_postgresql.py", "tests/durability/test_powercut.py")
"""Tests that wait for PostgreSQL or for `strace`: the page says so."""


def test_every_goal_has_its_row() -> None:
    assert list(ROWS) == ASKED


@pytest.mark.parametrize("row", ASKED)
def test_a_row_says_how_it_stands_and_rests_on_tests_that_run(row: str) -> None:
    asked, reached, fault, state = ROWS[row]
    assert asked
    assert state.strip("| ") in {"held", "partly", "open"}
    cited = TEST.findall(reached + fault)
    problems = {test: problem_of(test) for test in cited if not test.startswith(NEED_A_TOOL)}
    assert not {test: problem for test, problem in problems.items() if problem}
    if state.strip("| ") == "held":
        assert cited
        assert fault.strip() != "none", "what is held has a fault or a control that turns it red"

"""OWASP ASVS 5.0.0, levels 1 and 2: each requirement is shown by a test that runs, said on a page, or open."""

import tomllib
from collections import Counter
from typing import Any

import pytest

from tests.guards.running_tests import ROOT, problem_of

REQUIREMENTS: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "tests" / "asvs.toml").read_text(encoding="utf-8"))
OF_A_CHAPTER = {
    1: 21, 2: 11, 3: 18, 4: 5, 5: 9, 6: 33, 7: 18, 8: 7, 9: 7, 10: 27, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13, 16: 16,
}  # fmt: skip
"""How many of each chapter arise here, counted from the standard's own table."""

OPEN = 61
"""How many are open. One that is closed lowers it; one that opens has to say so here."""


def test_every_requirement_that_arises_stands_there_once() -> None:
    assert len(REQUIREMENTS) == 230
    assert Counter(int(each.split(".")[0]) for each in REQUIREMENTS) == OF_A_CHAPTER
    assert Counter(each["level"] for each in REQUIREMENTS.values()) == {1: 69, 2: 161}
    numbers = [tuple(map(int, each.split("."))) for each in REQUIREMENTS]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("number", REQUIREMENTS)
def test_each_is_shown_by_a_test_that_runs_said_on_a_page_or_open(number: str) -> None:
    said = REQUIREMENTS[number]
    (state,) = set(said) - {"level", "says"}
    assert state in {"test", "page", "open"}
    assert len(said["says"]) > 10
    if state == "test":
        assert said["test"]
        assert not {test: problem for test in said["test"] if (problem := problem_of(test))}
    if state == "page":
        file, words = said["page"].split("#")
        written = " ".join((ROOT / file).read_text(encoding="utf-8").split())
        assert words in written, f"{file} does not say {words!r}"
    if state == "open":
        assert len(said["open"]) > 5, "say what is missing"


def test_no_more_are_open_than_were() -> None:
    assert sum("open" in each for each in REQUIREMENTS.values()) == OPEN

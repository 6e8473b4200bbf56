"""The hazard register: a control that claims to hold names tests that exist and run with every change."""

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from sereniv.cli import load, main
from sereniv.knowledge.hazards import IN_CHECKOUT, PACKAGED, Hazard, HazardState, hazards
from sereniv.knowledge.tables import KnowledgeError
from tests.guards.running_tests import ROOT, problem_of

REGISTER = hazards()
FIRST_ANALYSIS = (
    "pounds_as_kilograms", "vial_strength_mixed_up", "given_undiluted", "pump_rate_wrong", "custom_concentration",
    "wrong_patient", "started_twice", "stale_vital_signs", "clocks_disagree", "alarm_fatigue", "screen_asleep",
    "suicide_item_at_night", "contraindication_since", "medicine_unknown", "rule_changed_unseen",
    "no_answer_as_no_alert", "left_too_early", "breathing_unseen", "second_sedative", "dose_creep", "diversion",
    "mania_between_visits", "outcomes_mislead", "scale_mis_scored", "scale_wording", "rounding", "weight_basis",
    "network_lost", "break_glass", "restore_loses_the_log", "wrong_route", "emergency_equipment", "generated_text",
)  # fmt: skip
"""Every hazard of the analysis that the design began with, in its order; none ever leaves the register."""


def test_every_hazard_of_the_first_analysis_is_there() -> None:
    assert len(FIRST_ANALYSIS) == 33
    assert tuple(each.id for each in REGISTER)[:33] == FIRST_ANALYSIS
    assert [each.number for each in REGISTER] == list(range(1, len(REGISTER) + 1)), "numbered without holes"


@pytest.mark.parametrize("hazard", REGISTER, ids=lambda each: each.id)
def test_a_control_rests_on_tests_that_exist_and_run(hazard: Hazard) -> None:
    assert len(set(hazard.tests)) == len(hazard.tests), "a test that is named twice"
    problems = {test: problem_of(test) for test in hazard.tests}
    assert not {test: problem for test, problem in problems.items() if problem}
    assert hazard.tests or hazard.state is HazardState.OPEN


FILE = '''"""Tests."""
import pytest


def test_runs() -> None: ...


@pytest.mark.parametrize("x", [1, pytest.param(2, marks=pytest.mark.long)])
def test_of_values(x: int) -> None: ...


@pytest.mark.long
def test_long() -> None: ...


@pytest.mark.skip(reason="later")
def test_skipped() -> None: ...


@pytest.mark.skipif(True, reason="never")
def test_never() -> None: ...


def test_gives_up() -> None:
    pytest.skip("today")


def helper() -> None: ...


class TestGroup:
    def test_inside(self) -> None: ...


class TestLong:
    pytestmark = [pytest.mark.slow, pytest.mark.long]

    def test_inside(self) -> None: ...
'''


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("::test_runs", ""), ("::test_of_values", ""), ("::TestGroup::test_inside", ""),
        ("::test_gone", "holds no test"), ("::test_inside", "holds no test"), ("::helper", "holds no test"),
        ("::TestGroup", "holds no test"), ("", "name the test in it"),
        ("::test_long", "long"), ("::TestLong::test_inside", "long"), ("::test_skipped", "skip"),
        ("::test_never", "skipif"), ("::test_gives_up", "pytest.skip"),
    ],
)  # fmt: skip
def test_a_test_that_is_gone_or_does_not_run_is_found_out(name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_it.py").write_text(FILE, encoding="utf-8")
    problem = problem_of(f"tests/test_it.py{name}", tmp_path)
    assert (said in problem) if said else not problem, problem
    assert "no file" in problem_of("tests/test_other.py::test_runs", tmp_path)
    (tmp_path / "tests/test_it.py").rename(tmp_path / "tests/test_later.py")
    later = (tmp_path / "tests/test_later.py").read_text(encoding="utf-8")
    (tmp_path / "tests/test_later.py").write_text(f"{later}\n\npytestmark = pytest.mark.long\n", encoding="utf-8")
    assert problem_of("tests/test_later.py::test_runs", tmp_path) == "it does not run with every change: long"


ONE = """
[falls]
number = 1
title = "Somebody falls"
cause = "A wet floor."
severity = 4
control = "It is wiped."
state = "held"
residual = "Shoes."
tests = ["tests/test_it.py::test_runs"]
"""


@pytest.mark.parametrize(
    ("found", "put", "said"),
    [
        ("severity = 4", "severity = 6", "severity is 1 to 5, not 6"),
        ("severity = 4", "severity = 0", "severity is 1 to 5, not 0"),
        ("severity = 4\n", "", "severity"),
        ('residual = "Shoes."\n', "", "residual"),
        ('"A wet floor."', '" "', "say something in cause"),
        ("severity", "gravity", "gravity"),
        ('"held"', '"fine"', "fine"),
        ('tests = ["tests/test_it.py::test_runs"]', "", 'a control that is "held" names its tests'),
        ('"held"', '"partly"', "says in `open` what is missing"),
        ('"held"', '"held"\nopen = "At night."', '"held" leaves it out'),
        ("[falls]", f"{ONE.strip()}\n[falls]", "not readable as TOML"),
        ("[falls]", ONE.strip().replace("[falls]", "[trips]") + "\n[falls]", "share number 1"),
        ("[falls]", "loose = 1\n[falls]", "'loose' stands outside a hazard"),
    ],
)
def test_a_register_that_says_more_or_less_than_it_knows_does_not_load(
    found: str, put: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "hazards.toml"
    file.write_text(ONE, encoding="utf-8")
    assert [each.id for each in hazards(file)] == ["falls"]
    file.write_text(ONE.replace(found, put), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=re.escape(said)) as error:
        hazards(file)
    assert "hazards.toml" in str(error.value)


def printed(*words: str) -> str:
    result = CliRunner().invoke(main, ["hazards", *words])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_it_is_printed_with_every_control_test_and_residual_risk(form: str) -> None:
    every, still_open = " ".join(printed("--format", form).split()), printed("--format", form, "--open")
    for hazard in REGISTER:
        for words in (hazard.title, hazard.cause, hazard.control, hazard.open, hazard.residual, *hazard.tests):
            assert " ".join(words.split()) in every, words
        assert (hazard.title in still_open) is (hazard.state is not HazardState.HELD), hazard.id
    assert f"{len(REGISTER)} hazards: " in still_open, "the whole is said beside a part"


def test_its_help_teaches() -> None:
    said = load("hazards").get_help(load("hazards").make_context("hazards", []))
    for word in ("--open", "--format", "severity", "held", "partly", "sereniv hazards --open"):
        assert word.lower() in said.lower(), word


def test_a_register_that_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sereniv.knowledge.hazards.IN_CHECKOUT", tmp_path / "hazards.toml")
    result = CliRunner().invoke(main, ["hazards"])
    assert (result.exit_code, "hazards.toml" in result.output) == (1, True)


def test_a_wheel_carries_it_where_the_command_looks() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    source = IN_CHECKOUT.relative_to(ROOT).as_posix()
    assert wheel["wheel"]["force-include"] == {source: PACKAGED.relative_to(ROOT / "src").as_posix()}
    assert source == "docs/hazards.toml"

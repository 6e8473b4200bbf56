"""The faults that a mutation run tries: what it changes, where it puts it, and what it leaves as it is."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from django.utils.functional import SimpleLazyObject

from tests.mutants.faults import Fault, faults_of
from tests.mutants.inserting import Living

SOURCE = '''
"""Words."""
__all__ = ["LIMITS", "is_high"]
LIMITS = {"low": 1, "high": 5}
TWICE = {name: 2 * each for name, each in LIMITS.items()}


def is_high(value, most=3):
    if value is None:
        raise ValueError("1 < 2")
    return value >= LIMITS["high"] and value != 7
'''


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    file = tmp_path / "played.py"
    file.write_text(SOURCE, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("tests.played", file)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "tests.played", made)
    spec.loader.exec_module(made)
    return made


def faults(module: ModuleType) -> dict[str, Fault]:
    return {each.says(): each for each in faults_of(Path(str(module.__file__)))}


def test_every_judgement_is_changed_once_and_no_words(module: ModuleType) -> None:
    found = faults(module)
    assert "`value >= LIMITS['high']` became `value > LIMITS['high']`" in found
    assert "`value != 7` became `value == 7`" in found
    assert "`7` became `8`" in found
    assert "`raise ValueError('1 < 2')` became `nothing: left out`" in found
    assert "`'low'` became `nothing: left out`" in found
    assert not [each for each in found if "is_high" in each or "1 < 2" in each.split(" became ")[1] or "most" in each]


def test_a_fault_lives_in_a_function_that_somebody_imported_before(module: ModuleType) -> None:
    is_high = module.is_high
    assert is_high(5)
    fault = faults(module)["`value >= LIMITS['high']` became `value > LIMITS['high']`"]
    Living(frozenset({str(module.__file__)})).insert(fault)
    assert not is_high(5)


def test_looking_for_what_lives_wakes_nothing_lazy_that_a_page_left_behind(module: ModuleType) -> None:
    def woken() -> str:
        raise RuntimeError("its page is long answered")

    left_behind = SimpleLazyObject(woken)
    assert (str(module.__file__), "is_high") in Living(frozenset({str(module.__file__)})).functions
    assert type(left_behind) is SimpleLazyObject


def test_a_fault_of_a_table_reaches_what_is_worked_out_from_it(module: ModuleType) -> None:
    fault = faults(module)["`5` became `6`"]
    Living(frozenset({str(module.__file__)})).insert(fault)
    assert (module.LIMITS["high"], module.TWICE["high"], module.is_high(5)) == (6, 12, False)

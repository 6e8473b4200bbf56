"""What is promised of acts and their consequences: each has tests that run and a control to take out."""

import ast

import pytest

from tests.guards.running_tests import problem_of
from tests.mutants.consequences import Promise, promises, taken_out

PROMISES = promises()
SUBJECTS = 30
"""Two kinds of fault that lie under all, and what was promised at the chair, the desk, the phone and of the books."""


def test_none_of_them_is_lost() -> None:
    assert len(PROMISES) == SUBJECTS
    assert len({each.says for each in PROMISES}) == SUBJECTS


@pytest.mark.parametrize("promise", PROMISES, ids=lambda each: each.name)
def test_a_promise_rests_on_tests_that_exist_and_run(promise: Promise) -> None:
    named = [*promise.red, *promise.also]
    assert promise.red, "none of its tests was seen red"
    assert len(set(named)) == len(named), "a test that is named twice"
    problems = {test: problem_of(test) for test in named}
    assert not {test: problem for test, problem in problems.items() if problem}


@pytest.mark.parametrize("promise", PROMISES, ids=lambda each: each.name)
def test_its_control_can_be_taken_out(promise: Promise) -> None:
    ast.parse(taken_out(promise))

"""Every reason that a form asks for is judged as one before anything is written; a letter gets past none of them."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms as django_forms

import sereniv
from tests.web.form_modules import modules_of_forms

SOURCE = Path(sereniv.__file__).parent
PLACES = (*sorted((SOURCE / "clinic" / "workflows").rglob("*.py")), SOURCE / "therapy" / "chair" / "decide.py",
          SOURCE / "therapy" / "safety" / "taking_up.py")  # fmt: skip
JUDGES = {"demand_reason", "demand_word", "is_reason", "says_something"}
NAMES = {"reason", "explanation", "despite", "exception", "circumstances", "why_lower", "unusual_reason"}
ASKS = re.compile(r"^(why|reason|how you know|how it was written|how the account)", re.IGNORECASE)

FACTS = {
    "intake.withdraw_consent": "the patient's own right, with a reason or none",
    "InfusionStopped.reason": "a stopped pump is charted first and asked about later",
    "invitations.withdraw": "no reason is asked for",
}
"""What is taken whatever stands there, and why."""

PASSED_ON = {
    "booking.book_course": "booking.answered",
    "charting.reconcile_drug": "charting._demand_explained",
    "courses.plan_maintenance": "courses._demand_interval",
    "sessions.change_rate": "decide.decide",
    "sessions.resume": "decide._resume",
    "sessions.discharge": "decide._discharge",
    "orders.sign_order": "orders._refuse_past_limits",
    "orders._order": "orders._refuse_past_limits",
    "candidacy.decide": "candidacy._refuse_ineligible",
    "courses.review": "courses._refuse_outcome",
    "drug.bag_of": "drug.draw_further",
    "drawing.draw_another_bag": "drug.draw_further",
    "drug.drawn": "drug.correct_draw",
    "own_groups._as_packaged": "own_groups.sign_group",
    "decide._demand": "no reason of anybody's: the words of a refusal",
}
"""Functions that hand a reason to another one, which judges it; or whose parameter is another thing."""

JUDGED_IN = {
    "ReasonForm.reason": ("charting.strike", "people.strike_record", "orders.withdraw_order", "courses.interrupt",
                          "sessions.override", "sessions.close_unused", "screening.leave_trial_unknown"),
    "ConfirmForm.remark": ("charting.confirm_value", "intake.confirm_value"),
}  # fmt: skip


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in PLACES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                yield f"{path.stem}.{node.name}", node


FUNCTIONS = dict(functions())


def judged(node: ast.FunctionDef) -> set[str]:
    """Return the names and attributes that a function hands to one of the judges."""
    found = set()
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in JUDGES and call.args:
            found |= {each.id for each in ast.walk(call.args[0]) if isinstance(each, ast.Name)}
            found |= {each.attr for each in ast.walk(call.args[0]) if isinstance(each, ast.Attribute)}
    return found


def taking_a_reason() -> list[tuple[str, str]]:
    found = []
    for name, node in FUNCTIONS.items():
        parameters = [*node.args.args, *node.args.kwonlyargs]
        found += [(name, each.arg) for each in parameters if each.arg in NAMES]
    return found


@pytest.mark.parametrize(("name", "parameter"), taking_a_reason(), ids=lambda value: value)
def test_whatever_takes_a_reason_judges_it_or_hands_it_to_what_does(name: str, parameter: str) -> None:
    if name in FACTS or parameter in judged(FUNCTIONS[name]):
        return
    assert name in PASSED_ON, f"{name} takes {parameter!r} and never asks `therapy/recording/reasons.py` about it"
    other = PASSED_ON[name]
    assert " " in other or judged(FUNCTIONS[other]) & NAMES, f"{other} does not judge it either"


@pytest.mark.parametrize("path", PLACES, ids=lambda path: path.stem)
def test_no_reason_is_judged_by_being_there(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        tests = (
            [node.test]
            if isinstance(node, ast.If | ast.IfExp)
            else [*node.values]
            if isinstance(node, ast.BoolOp)
            else []
        )
        for test in tests:
            for call in ast.walk(test):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "strip":
                    of = call.func.value
                    name = of.attr if isinstance(of, ast.Attribute) else of.id if isinstance(of, ast.Name) else ""
                    assert name not in NAMES, f"{path.stem}:{call.lineno} asks only whether {name!r} is there"


def reason_fields() -> list[tuple[type[django_forms.Form], str]]:
    members = [each for module in modules_of_forms() for _, each in inspect.getmembers(module, inspect.isclass)]
    kinds = [each for each in dict.fromkeys(members) if issubclass(each, django_forms.Form)]
    found = []
    for kind in kinds:
        for name, field in kind.base_fields.items():
            label = f"{field.label or ''}"
            if isinstance(field, django_forms.CharField) and (name in NAMES or ASKS.match(label)):
                found.append((kind, name))
    return found


def test_every_field_that_asks_for_a_reason_goes_to_a_function_that_judges_it() -> None:
    """A new reason on a form has a name of this list, so that the guard above sees where it goes."""
    taken = {parameter for _, parameter in taking_a_reason()}
    attributes = set().union(*(judged(node) for node in FUNCTIONS.values()))
    for kind, name in reason_fields():
        key = f"{kind.__name__}.{name}"
        if any(f"{each.__name__}.{name}" in JUDGED_IN for each in kind.__mro__):
            continue
        assert name in taken | attributes, f"{key}: nothing in a workflow judges it"

"""Whether a test of a given id exists and runs with every change, read from its source without importing it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_RUN = frozenset({"skip", "skipif", "xfail", "long"})
"""Marks of a test that does not run, may not run or may fail; what is marked `long` runs only when asked for."""
GIVES_UP = frozenset({"skip", "importorskip", "xfail"})
Function = ast.FunctionDef | ast.AsyncFunctionDef


def problem_of(test: str, root: Path = ROOT) -> str:
    """Return why a control cannot rest on `tests/file.py::name` or `tests/file.py::Class::name`, or nothing."""
    path, *names = test.split("::")
    file = root / path
    if not path.startswith("tests/") or not Path(path).name.startswith("test_") or not file.is_file():
        return f"there is no file {path} of tests"
    body = _parsed(file).body
    marks = set(_module_marks(body))
    for depth, name in enumerate(names, start=1):
        kind: tuple[type[ast.AST], ...] = (ast.FunctionDef, ast.AsyncFunctionDef)
        kind = kind if depth == len(names) else (ast.ClassDef,)
        found = [node for node in body if isinstance(node, kind) and getattr(node, "name", "") == name]
        if len(found) != 1 or (depth == len(names) and not name.startswith("test_")):
            return f"{path} holds no test {'::'.join(names)}"
        (node,) = found
        assert isinstance(node, ast.ClassDef | Function)
        marks |= {mark for decorator in node.decorator_list for mark in _mark(decorator)}
        marks |= set(_module_marks(node.body))
        body = node.body
    if not names:
        return f"{path} is a file; name the test in it"
    marks |= {f"pytest.{each}" for each in _gives_up(body)}
    kept_from = sorted(marks & (NOT_RUN | {f"pytest.{each}" for each in GIVES_UP}))
    return f"it does not run with every change: {', '.join(kept_from)}" if kept_from else ""


@cache
def _parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _module_marks(body: list[ast.stmt]) -> Iterator[str]:
    """Marks that `pytestmark = ...` puts on everything below it."""
    for node in body:
        if isinstance(node, ast.Assign) and any(
            isinstance(to, ast.Name) and to.id == "pytestmark" for to in node.targets
        ):
            value = node.value
            for each in value.elts if isinstance(value, ast.List | ast.Tuple) else [value]:
                yield from _mark(each)


def _mark(node: ast.expr) -> Iterator[str]:
    """The mark of `pytest.mark.NAME` or `pytest.mark.NAME(...)`; one inside a parameter is that parameter's own."""
    bare = node.func if isinstance(node, ast.Call) else node
    if isinstance(bare, ast.Attribute) and isinstance(bare.value, ast.Attribute) and bare.value.attr == "mark":
        yield bare.attr


def _gives_up(body: list[ast.stmt]) -> Iterator[str]:
    for node in (each for statement in body for each in ast.walk(statement)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        of = node.func.value
        if isinstance(of, ast.Name) and of.id == "pytest" and node.func.attr in GIVES_UP:
            yield node.func.attr

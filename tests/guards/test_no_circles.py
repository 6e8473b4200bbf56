"""No module needs, by however long a way, one that needs it: every import counts, wherever in a file it stands."""

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import sereniv

PACKAGE = Path(sereniv.__file__).parent


def modules() -> dict[str, Path]:
    """Return every module of the package by its dotted name."""
    found = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def needs(source: str, known: Mapping[str, object]) -> Iterator[str]:
    """Yield the known modules that a source imports: at its top, in a function, or for types alone."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name in known)
        elif isinstance(node, ast.ImportFrom):
            for each in node.names:
                inner = f"{node.module}.{each.name}"
                if inner in known:
                    yield inner
                elif node.module in known:
                    yield str(node.module)


def order(graph: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Return the modules from the ground up, or fail with the circle that keeps them from having an order."""
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"these import each other in a circle: {' -> '.join(reversed(error.args[1]))}")


def test_no_modules_import_each_other_in_a_circle() -> None:
    known = modules()
    graph = {name: set(needs(file.read_text(encoding="utf-8"), known)) - {name} for name, file in known.items()}
    assert len(order(graph)) > 400


def test_the_guard_sees_a_circle_through_a_function_and_one_for_types_alone() -> None:
    late = "def late():\n    from b import thing\n"
    typed = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import Thing\n"
    known = {"a": late, "b": typed}
    with pytest.raises(pytest.fail.Exception, match="in a circle"):
        order({name: set(needs(source, known)) for name, source in known.items()})

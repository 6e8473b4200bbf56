"""Puts a fault into modules that are imported already: into living functions, and into a module's tables."""

import ast
import functools
import gc
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from tests.mutants.faults import Fault, faulty_tree

OURS = ("sereniv.", "tests.")
KEPT_CACHES = ("sereniv.knowledge", "sereniv.pharmacology", "tests.staged")
"""What these remember reads nothing of the rooms in which faults are put."""

Place = tuple[str, str]
"""A file and the qualified name of a function in it."""


class Living:
    """The functions of some files that live in this process, and what remembers results."""

    def __init__(self, files: frozenset[str]) -> None:
        self.functions: dict[Place, list[FunctionType]] = defaultdict(list)
        self.caches: list[Any] = []
        for each in gc.get_objects():
            # type() asks nothing of what it looks at; isinstance() wakes lazy objects, whose time may be over.
            if type(each) is FunctionType and each.__code__.co_filename in files:
                self.functions[each.__code__.co_filename, each.__code__.co_qualname].append(each)
            elif type(each) is functools._lru_cache_wrapper:
                module = getattr(each.__wrapped__, "__module__", "") or ""
                if module.startswith(OURS) and not module.startswith(KEPT_CACHES):
                    self.caches.append(each)

    def insert(self, fault: Fault) -> None:
        """Put a fault into whatever lives, and forget every result that was remembered without it."""
        tree = faulty_tree(fault)
        if fault.function:
            self._into_functions(compile(tree, str(fault.file), "exec"), fault)
        else:
            _into_tables(_module_of(fault.file), tree, fault)
        for each in self.caches:
            each.cache_clear()

    def _into_functions(self, code: CodeType, fault: Fault) -> None:
        outermost = fault.function.split(".<locals>.")[0]
        for inner in _codes(code):
            if inner.co_qualname == outermost or inner.co_qualname.startswith(f"{outermost}.<locals>."):
                for function in self.functions.get((str(fault.file), inner.co_qualname), ()):
                    if function.__code__.co_firstlineno == inner.co_firstlineno:
                        function.__code__ = inner


def _codes(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _codes(each)


def _module_of(file: Path) -> ModuleType:
    return next(each for each in list(sys.modules.values()) if getattr(each, "__file__", None) == str(file))


def _into_tables(module: ModuleType, tree: ast.Module, fault: Fault) -> None:
    """Work the faulty table out again, and every later table of the module that reads one that became another."""
    changed: set[str] = set()
    for statement in tree.body:
        named = _name_of(statement)
        is_faulty = statement.lineno == fault.lines.start
        if named is None or not (is_faulty or changed & _read(statement)):
            continue
        value = eval(compile(ast.Expression(statement.value), str(fault.file), "eval"), vars(module))
        _put(named, vars(module)[named], value)
        vars(module)[named] = value if not _is_filled(vars(module)[named], value) else vars(module)[named]
        changed.add(named)


def _name_of(statement: ast.stmt) -> str | None:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.AST()):
            return name
    return None


def _read(statement: ast.stmt) -> set[str]:
    return {each.id for each in ast.walk(statement) if isinstance(each, ast.Name)}


def _is_filled(before: object, value: object) -> bool:
    return isinstance(before, dict | list | set) and type(before) is type(value)


def _put(name: str, before: Any, value: Any) -> None:
    """Let everybody who imported a table have its faulty value."""
    fill: Mapping[type, Callable[[], None]] = {
        dict: lambda: (before.clear(), before.update(value)),
        list: lambda: before.__setitem__(slice(None), value),
        set: lambda: (before.clear(), before.update(value)),
    }
    if _is_filled(before, value):
        fill[type(before)]()
        return
    for module in [each for known, each in list(sys.modules.items()) if known.startswith(OURS)]:
        if vars(module).get(name) is before:
            setattr(module, name, value)

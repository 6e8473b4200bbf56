"""What the program never does: run or unpack text, keep a secret by chance or a weak digest, make markup from text."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guards.running_tests import ROOT

SOURCE = ROOT / "src" / "sereniv"
RUNS = frozenset({"eval", "exec", "__import__"})
UNPACKS = frozenset({"pickle", "marshal", "shelve", "yaml", "dill", "lxml", "xml.etree", "xml.dom", "xml.sax"})
"""Modules that make objects, or more than they were sent, of what somebody sent."""

WEAK = frozenset({"md5", "ARC4", "TripleDES", "Blowfish", "ECB", "PKCS1v15", "IDEA", "CAST5"})
MARKUP = re.compile(r"\.innerHTML\s*[+=]|insertAdjacentHTML|\.outerHTML\s*=|document\.write|\beval\(|new Function\(")


def modules(folder: Path = SOURCE) -> Iterator[tuple[str, ast.Module]]:
    for file in sorted(folder.rglob("*.py")):
        yield file.relative_to(SOURCE).as_posix(), ast.parse(file.read_text(encoding="utf-8"))


def named(node: ast.AST) -> str:
    """Return the name that a call or an attribute goes by."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{each.name}" for each in node.names)


def runs(tree: ast.Module) -> list[str]:
    """Name what in a module runs text or unpacks it."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found = [node.func.id for node in calls if isinstance(node.func, ast.Name) and node.func.id in RUNS]
    found += ["os.system" for node in calls if ast.unparse(node.func) in {"os.system", "os.popen"}]
    found += ["shell" for node in calls for each in node.keywords if each.arg == "shell"]
    found += ["a template from text" for node in calls if named(node.func) in {"Template", "from_string"}]
    return found + [name for name in imported(tree) if any(f"{name}.".startswith(f"{each}.") for each in UNPACKS)]


def weak(tree: ast.Module) -> list[str]:
    """Name what in a module is no digest or cipher for a secret."""
    found = [named(node) for node in ast.walk(tree) if named(node) in WEAK]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and named(node.func) == "sha1":
            said = {each.arg: each.value for each in node.keywords}.get("usedforsecurity")
            if not (isinstance(said, ast.Constant) and said.value is False):
                found.append("sha1")
    return found


def test_nothing_is_run_or_unpacked_from_text() -> None:
    assert {name: found for name, tree in modules() if (found := runs(tree))} == {}


def test_nothing_secret_comes_from_chance_or_a_weak_digest() -> None:
    assert {name: found for name, tree in modules() if (found := weak(tree))} == {}
    by_chance = {name for name, tree in modules(SOURCE / "clinic") if "random" in set(imported(tree))}
    assert {name for name in by_chance if not name.startswith("clinic/demo/")} == set()


def test_no_script_makes_markup_from_text() -> None:
    scripts = [file for file in (SOURCE / "clinic" / "web").rglob("*.js") if "vendor" not in file.parts]
    assert len(scripts) > 10
    assert {file.name for file in scripts if MARKUP.search(file.read_text(encoding="utf-8"))} == set()


@pytest.mark.parametrize(
    "text",
    ["eval(x)", "import pickle", "from xml.etree import ElementTree", "os.system(x)", "run(x, shell=True)",
     "Template(x)", "yaml.load(x)\nimport yaml"],
)  # fmt: skip
def test_each_way_to_run_text_is_seen(text: str) -> None:
    assert runs(ast.parse(text))


@pytest.mark.parametrize("text", ["hashlib.md5(x)", "sha1(x)", "modes.ECB()", "sha1(x, usedforsecurity=True)"])
def test_each_weak_digest_or_mode_is_seen(text: str) -> None:
    assert weak(ast.parse(text))
    assert not weak(ast.parse("sha1(x, usedforsecurity=False)"))

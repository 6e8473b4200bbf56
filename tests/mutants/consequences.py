"""`python -m tests.mutants.consequences [NAME ...]`: takes the control of each promise out and sees a test red.

The promises stand in tests/consequences.toml. Each is tried in a copy of the sources, one after the other; it ends with
1 where the tests of a promise stay green without its control, or fail with it.
"""

import ast
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "tests" / "consequences.toml"
CARRIED = ("src", "tests", "docs", "pyproject.toml", "README.md", "CHANGELOG.md", "GLOSSARY.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What is promised, the control that holds it with what it gives when it is taken out, and the tests."""

    name: str
    says: str
    without: str
    gives: str
    red: tuple[str, ...]
    also: tuple[str, ...]

    @property
    def file(self) -> Path:
        """Where the control stands, within `src`."""
        return Path(self.without.partition("::")[0])


def promises() -> tuple[Promise, ...]:
    """Return every promise of the table."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return tuple(
        Promise(
            name=name,
            says=row["says"],
            without=row["without"],
            gives=row["gives"],
            red=tuple(row["red"]),
            also=tuple(row.get("also", ())),
        )
        for name, row in rows.items()
    )


def taken_out(promise: Promise, root: Path = ROOT) -> str:
    """Return the source of the control's file as it is when the control gives that alone.

    Raises
    ------
    LookupError
        When the file holds no such function at its top, or several.
    """
    source = (root / "src" / promise.file).read_text(encoding="utf-8")
    name = promise.without.partition("::")[2]
    found = [
        each
        for each in ast.parse(source).body
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name == name
    ]
    if len(found) != 1:
        raise LookupError(f"{promise.file} holds {len(found)} functions {name} at its top.")
    first = found[0].body[0]
    lines = source.splitlines(keepends=True)
    indent = " " * first.col_offset
    at = first.lineno - 1
    return "".join([*lines[:at], f"{indent}return {promise.gives}\n", *lines[at:]])


def tried(promise: Promise, place: Path) -> Iterator[str]:
    """Say what is wrong with a promise: red as it stands, or green without its control."""
    file = place / "src" / promise.file
    before = file.read_text(encoding="utf-8")
    if not _green(promise, place):
        yield "its tests are red as the code stands"
        return
    file.write_text(taken_out(promise), encoding="utf-8")
    try:
        if _green(promise, place):
            yield "its tests stay green without its control"
    finally:
        file.write_text(before, encoding="utf-8")


def _green(promise: Promise, place: Path) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-m", "not browser", *promise.red]
    environment = {**os.environ, "PYTHONPATH": str(place / "src")}
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, check=False)
    return done.returncode == 0


def main(names: list[str]) -> int:
    """Try the promises of these names, or all; print a line for each, and return the exit code."""
    chosen = [each for each in promises() if not names or each.name in names]
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="consequences-") as folder:
        place = Path(folder)
        for name in CARRIED:
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, place / name)
        for promise in chosen:
            problems = list(tried(promise, place))
            wrong += bool(problems)
            print(f"{promise.name}: {'; '.join(problems) or 'red without its control'}", flush=True)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The tutorial runs, its figures included."""

import re
import shlex
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path

import pytest
from click.testing import CliRunner

from sereniv.cli import load

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "pharmacology.md"


OTHER_EXTRAS = frozenset({"numba", "distributed", "dask", "cupy", "array_api_compat", "pandas", "pyarrow", "psycopg"})
"""What the tutorial's first lines do not install."""


class Missing(MetaPathFinder):
    """Finds none of the packages of other extras, as in the environment that the first lines make."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        del path, target
        if fullname.split(".")[0] in OTHER_EXTRAS:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


@pytest.fixture
def environment_of_the_first_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    first = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)[0]
    assert re.search(r'pip install "\.\[plot\]"', first)
    for name in [name for name in sys.modules if name.split(".")[0] in OTHER_EXTRAS]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])


@pytest.mark.slow
@pytest.mark.usefixtures("environment_of_the_first_lines")
def test_every_block_runs_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    text = PAGE.read_text(encoding="utf-8")
    names: dict[str, object] = {}
    for number, block in enumerate(re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL), start=1):
        exec(compile(block, f"{PAGE.name}, block {number}", "exec"), names)
    figures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    assert len(figures) >= 7
    for figure in figures:
        assert (tmp_path / figure).stat().st_size > 5000, figure


def test_its_figures_are_in_the_repository() -> None:
    for figure in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", PAGE.read_text(encoding="utf-8")):
        assert (PAGE.parent / figure).is_file(), f"draw {figure} again: python docs/tutorial/draw.py"


def test_the_lines_for_a_shell_name_commands_and_options_that_there_are() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("sereniv ")]
    assert {line.split()[1] for line in lines} >= {"simulate", "trial", "fit"}
    for line in lines:
        _, name, *words = shlex.split(line)
        known = CliRunner().invoke(load(name), ["--help"]).output
        assert all(word in known for word in words if word.startswith("--")), line

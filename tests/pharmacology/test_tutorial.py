"""The tutorial runs, its figures included."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "pharmacology.md"


@pytest.mark.slow
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

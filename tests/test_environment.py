"""The one door makes its environment anew without ever leaving the house without one."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
HELD = """
import pathlib, sys
print("ran in", pathlib.Path(sys.prefix).name, sys.argv[1:])
"""


def house(folder: Path) -> Path:
    """Make a checkout of nothing but the door, an empty lock file and a program that says where it runs."""
    (folder / "requirements").mkdir(parents=True)
    (folder / "src" / "sereniv").mkdir(parents=True)
    (folder / "src" / "sereniv" / "__main__.py").write_text(HELD, encoding="utf-8")
    for name in ("pyproject.toml", "uv.lock", "requirements/runtime.txt", "requirements/dev.txt"):
        (folder / name).write_text("", encoding="utf-8")
    return Path(shutil.copy(ROOT / "run.py", folder))


def door(folder: Path) -> ModuleType:
    """Read the door of such a checkout."""
    spec = importlib.util.spec_from_file_location("door", house(folder))
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.mark.slow
def test_the_interpreter_of_the_environment_itself_makes_it_anew(tmp_path: Path) -> None:
    """It deleted the folder that it ran in, and died of its own interpreter being gone."""
    run = house(tmp_path)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / ".venv")], check=True)
    inside = tmp_path / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    (tmp_path / ".venv" / "of-before").touch()
    alone = {**os.environ, "PATH": str(tmp_path)}
    ran = subprocess.run([str(inside), str(run), "hello"], env=alone, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "ran in .venv ['hello']" in ran.stdout
    assert not (tmp_path / ".venv" / "of-before").exists(), "made anew"
    assert not (tmp_path / ".venv-before").exists()


def test_an_environment_that_cannot_be_made_leaves_the_one_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = door(tmp_path)
    run.VENV.mkdir()
    (run.VENV / "of-before").touch()
    run.STAMP.write_text("of the version before", encoding="utf-8")
    monkeypatch.setattr(run.shutil, "which", lambda _: None)

    def half_made(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        run.VENV.mkdir(exist_ok=True)
        (run.VENV / "half").touch()
        return subprocess.CompletedProcess(command, int("pip" in command), "", "")

    monkeypatch.setattr(run.subprocess, "run", half_made)
    assert run.ensure_environment("runtime") is False
    assert sorted(each.name for each in run.VENV.iterdir()) == [".sereniv-stamp", "of-before"]
    assert run.STAMP.read_text(encoding="utf-8") == "of the version before"
    assert not run.BEFORE.exists()
    assert "environment of before is kept" in capsys.readouterr().err

    def interrupted(*_: object, **__: object) -> None:
        run.VENV.mkdir(exist_ok=True)
        raise KeyboardInterrupt

    monkeypatch.setattr(run.subprocess, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run.ensure_environment("runtime")
    assert (run.VENV / "of-before").exists()


@pytest.mark.parametrize("whole", [True, False], ids=["the new one was whole", "the new one was half made"])
def test_what_a_lost_power_left_is_told_apart(tmp_path: Path, *, whole: bool) -> None:
    run = door(tmp_path)
    run.BEFORE.mkdir()
    (run.BEFORE / "of-before").touch()
    run.VENV.mkdir()
    if whole:
        run.STAMP.touch()
    assert run.set_aside()
    assert not run.VENV.exists()
    assert (run.BEFORE / "of-before").exists() is not whole, "what is put back is the last that was whole"


def test_a_link_to_anothers_environment_goes_and_never_what_it_leads_to(tmp_path: Path) -> None:
    run = door(tmp_path / "mine")
    others = tmp_path / "others"
    others.mkdir()
    (others / "kept").touch()
    run.VENV.symlink_to(others)
    assert run.set_aside()
    run.discard(run.BEFORE)
    assert (others / "kept").exists()
    assert not run.BEFORE.is_symlink()

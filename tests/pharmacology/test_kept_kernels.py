"""Compiled kernels go with the sources they were made from, the files among them that numba does not ask about."""

from pathlib import Path

import pytest

from sereniv.pharmacology.compiled.kept_kernels import let_go_of_stale


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "loops.py").write_text("one", encoding="ascii")
    (tmp_path / "vectors.py").write_text("two", encoding="ascii")
    let_go_of_stale(tmp_path)
    for name in ("loops.kernel-9.py311.nbi", "loops.kernel-9.py311.1.nbc", "loops.cpython-311.pyc"):
        (tmp_path / "__pycache__" / name).touch()
    return tmp_path


def compiled(folder: Path) -> list[str]:
    return sorted(each.name for each in (folder / "__pycache__").glob("*.nb?"))


def test_they_stay_while_no_source_changes(folder: Path) -> None:
    let_go_of_stale(folder)
    assert len(compiled(folder)) == 2


@pytest.mark.parametrize("changed", ["loops.py", "vectors.py", "new.py"])
def test_they_go_when_any_source_of_the_folder_changes(changed: str, folder: Path) -> None:
    (folder / changed).write_text("another", encoding="ascii")
    let_go_of_stale(folder)
    assert compiled(folder) == []
    assert (folder / "__pycache__" / "loops.cpython-311.pyc").exists()


def test_they_go_when_a_source_is_renamed_or_nobody_knows_from_what_they_came(folder: Path) -> None:
    (folder / "vectors.py").rename(folder / "lanes.py")
    let_go_of_stale(folder)
    assert compiled(folder) == []
    (folder / "__pycache__" / "loops.kernel-9.py311.nbi").touch()
    (folder / "__pycache__" / "kernels.sha256").unlink()
    let_go_of_stale(folder)
    assert compiled(folder) == []


def test_a_folder_that_takes_no_writes_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError("read-only")

    (tmp_path / "loops.py").touch()
    monkeypatch.setattr(Path, "mkdir", refused)
    let_go_of_stale(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["loops.py"]

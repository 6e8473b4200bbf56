"""What is locked can be installed: an environment is made of wheels alone, and a package that has none fails there."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_locked_package_comes_as_a_wheel() -> None:
    locked = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    from_outside = [each for each in locked if "registry" in each["source"]]
    assert len(from_outside) > 50
    assert [each["name"] for each in from_outside if not each.get("wheels")] == []
    assert "--only-binary=:all:" in (ROOT / "run.py").read_text(encoding="utf-8")

"""A number of a row moves only with its version, pictures follow the row, and no row rests on what nobody read."""

import re
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from sereniv.clinic.web.chair import series
from sereniv.knowledge import KnowledgeError, knowledge
from sereniv.knowledge.load import TABLES, load
from tests.guards import row_numbers

RULES = knowledge()


def test_a_number_moves_only_with_its_version() -> None:
    kept = row_numbers.locked()
    moved = [name for name, digest in row_numbers.lines().items() if name in kept and digest not in kept[name]]
    assert not moved, (
        f"a number changed and the version did not: {moved}. Raise `version` in the table, then run {row_numbers.RENEW}"
    )


def test_what_is_written_down_is_of_rows_that_are_there() -> None:
    """A version not written down yet is still being made; writing it down closes it, with a release at the latest."""
    written, there = row_numbers.locked(), row_numbers.lines()
    assert len(written.keys() & there.keys()) > len(there) * 3 // 4, f"far behind the tables: run {row_numbers.RENEW}"


def test_the_guard_sees_a_moved_number_and_not_a_moved_word() -> None:
    row = RULES.criteria["uncontrolled_hypertension"]
    before = list(row_numbers.numbers(row))
    assert list(row_numbers.numbers(replace(row, message="other words", version=9))) == before
    moved = replace(row, hold_above=row.hold_above | {"systolic": Decimal(141)})
    assert list(row_numbers.numbers(moved)) != before


@pytest.mark.parametrize(
    ("row", "field", "name"),
    [
        ("saturation_low", "below", "spo2"), ("breathing_slow", "below", "respiratory_rate"),
        ("pressure_high", "from_any", "systolic"), ("pressure_high", "from_any", "diastolic"),
    ],
)  # fmt: skip
def test_the_shading_of_the_chart_moves_with_its_row(
    row: str, field: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alert = RULES.alerts[row]
    held = getattr(alert, field)
    other = replace(RULES, alerts=RULES.alerts | {row: replace(alert, **{field: held | {name: held[name] + 3}})})
    before = series._limits()[name]["limit"]
    monkeypatch.setattr(series, "knowledge", lambda: other)
    assert series._limits()[name]["limit"] == before + 3
    drawn = (Path(series.__file__).parent / "static/sereniv/charts.js").read_text(encoding="utf-8")
    bands = set(re.findall(r"band\((data\.[\w.]+|\d[^)]*)\)", drawn))
    assert bands == {f"data.limits.{each}" for each in ("systolic", "spo2", "respiratory_rate")}, "drawn as sent"


def tables_with(folder: Path, file: str, old: str, new: str) -> Path:
    shutil.copytree(TABLES, folder / "tables", ignore=shutil.ignore_patterns("*.py", "__pycache__", "models"))
    path = folder / "tables" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return folder / "tables"


def test_a_row_tagged_read_whose_sources_nobody_read_does_not_load(tmp_path: Path) -> None:
    old = 'sources = ["singh-bmi"]\nevidence = "read"'
    folder = tables_with(tmp_path, "physical.toml", old, old.replace("singh-bmi", "house-default"))
    with pytest.raises(KnowledgeError, match=r"body_mass.*tagged read, and none of its sources was"):
        load(folder)


def test_how_much_was_read_is_said_in_known_words(tmp_path: Path) -> None:
    folder = tables_with(tmp_path, "references/candidacy.toml", 'read = "secondary"', 'read = "unread"')
    with pytest.raises(KnowledgeError, match="unread"):
        load(folder)

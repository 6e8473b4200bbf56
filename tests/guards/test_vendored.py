"""What is vendored stands in its table, and a licence that asks for its text has it beside."""

import re
from pathlib import Path

import sereniv.clinic.web

VENDOR = Path(sereniv.clinic.web.__file__).parent / "shell" / "static" / "vendor"
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (VENDOR / "ORIGIN.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| `")
]


def test_every_file_stands_in_the_table_with_its_licence() -> None:
    named = {name for row in ROWS for name in re.findall(r"`([^`]+)`", row[0])}
    there = {file.name for file in VENDOR.iterdir() if not file.name.startswith(("LICENSE", "ORIGIN"))}
    assert named == there
    assert all(row[3] for row in ROWS)


def test_an_mit_licence_has_its_text_with_the_same_holders() -> None:
    texts = [file.read_text(encoding="utf-8") for file in VENDOR.glob("LICENSE-MIT-*.txt")]
    for row in ROWS:
        if not row[3].startswith("MIT"):
            continue
        holders = re.findall(r"© ([\d-]+ )?([^,]+)", row[3])
        assert holders, row
        for _, holder in holders:
            assert any(holder.strip() in text and "Permission is hereby granted" in text for text in texts), holder

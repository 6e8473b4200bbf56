"""Another practice's tables come in by the command, whole after a dry run; one person's record leaves by another."""

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from sereniv.clinic.demo.people import demo_id
from tests.durability.test_export import sereniv
from tests.staged import copied_home

pytestmark = pytest.mark.slow
BOOK = Path(__file__).resolve().parents[1] / "data" / "import" / "practice.xlsx"
FROM = ("--from", "Practice of Dr Brook", "--because", "Dr Brook retires, and her patients come to us")


def entries(home: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(home / "sereniv.db")) as connection:
        query = "SELECT kind, count(*) FROM records_entry GROUP BY kind ORDER BY kind"
        return [(str(kind), int(count)) for kind, count in connection.execute(query)]


def test_a_practice_comes_in_by_the_command_after_a_dry_run(tmp_path: Path) -> None:
    home = copied_home(tmp_path / "home")
    before = entries(home)
    dry = sereniv("import", BOOK, "--home", home, "--dry-run")
    assert dry.returncode == 0, dry.stderr
    for said in ("Table 2 holds infusions", "✓ people registered: 2", "left out: column Comment (1)", "was a dry run"):
        assert said in dry.stdout
    assert entries(home) == before
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("Last name,DOB,Sex\nTest,03/04/1980,F\n", encoding="utf-8")
    refused = sereniv("import", wrong, "--home", home, *FROM)
    assert refused.returncode == 1
    assert "row 2, column DOB: “03/04/1980” may be 3 Apr or 4 Mar." in refused.stdout
    assert "Nothing was stored" in refused.stderr
    assert entries(home) == before
    asked = sereniv("import", BOOK, "--home", home, *FROM)
    assert asked.returncode == 1
    assert "may be Rosa Amsel, born 14 May 1979 (the same telephone number)" in asked.stdout
    assert entries(home) == before
    done = sereniv("import", BOOK, "--home", home, *FROM, "--other", "People, row 2")
    assert done.returncode == 0, done.stdout + done.stderr
    found = dict(entries(home))
    assert (found["FileImported"], found["RecordBrought"], found["InfusedElsewhere"]) == (1, 2, 3)
    again = sereniv("import", BOOK, "--home", home, *FROM)
    assert again.returncode == 1
    assert "Sound." in sereniv("verify", "--home", home).stdout


def test_one_persons_record_leaves_by_the_command(tmp_path: Path) -> None:
    home = copied_home(tmp_path / "home")
    told = ("--because", "Herself, passport seen")
    done = sereniv("export-person", "--home", home, "--person", demo_id("finished"), "--to", tmp_path / "a.zip", *told)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        names = packed.namelist()
        assert packed.read("papers/plan.pdf").startswith(b"%PDF-")
    assert {"README.txt", "record.json", "papers/summary.pdf"} <= set(names)
    assert dict(entries(home))["RecordGivenOut"] == 1
    nobody = sereniv("export-person", "--home", home, "--person", demo_id("nobody"), "--to", tmp_path / "b.zip", *told)
    assert nobody.returncode == 1
    assert "Nobody in the register" in nobody.stderr
    assert not (tmp_path / "b.zip").exists()

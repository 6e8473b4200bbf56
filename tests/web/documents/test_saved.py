"""A sheet of every open chair lies in the home's folder: none over a quarter of an hour old, none of a free chair."""

import io
import stat
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest

from sereniv.clinic import clock
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.operating import sheets as where
from sereniv.clinic.operating.findings import Moment, State
from sereniv.clinic.operating.sheets import OLDEST, SAVED_EVERY, folder_of
from sereniv.clinic.records.models import CLOSED_PHASES, SessionRow
from sereniv.clinic.web.documents import saved
from sereniv.clinic.web.documents.saved import save_sheets
from sereniv.clinic.workflows.chair import charting
from sereniv.clinic.workflows.documents import documents
from sereniv.clinic.workflows.shell.this_clinic import served_home
from sereniv.therapy.documents.model import Document
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows import test_path
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db
stage = test_path.stage


class Saved:
    """A home that saves its sheets into a folder of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.home = replace(served_home(), folder=folder)
        self.real = datetime(2026, 11, 25, 9, 0, tzinfo=NOON.tzinfo)

    def look(self, now: datetime, after: timedelta = timedelta(0)) -> list[Path]:
        self.real += after
        save_sheets(self.home, now, self.real)
        return sorted(folder_of(self.home).iterdir())


@pytest.fixture
def sheets(tmp_path: Path) -> Saved:
    return Saved(tmp_path)


@pytest.fixture
def session(stage: Stage, fixed_clock: FixedClock) -> uuid.UUID:
    fixed_clock.shown = at(5)
    return stage.infusing(SHE, "Chair 1", NOON)


def read(file: Path) -> str:
    return " ".join(
        " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file.read_bytes())).pages).split()
    )


def test_each_open_chair_has_one_that_only_the_homes_owner_reads_with_paper_to_go_on(
    sheets: Saved, session: uuid.UUID
) -> None:
    del session
    (file,) = sheets.look(at(5))
    assert "Chair-1" in file.name
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    said = read(file)
    assert "Hand-over, Chair 1" in said
    assert "12:05" in said
    assert "To write on by hand" in said


def test_none_is_older_than_a_quarter_of_an_hour_though_one_look_fails(
    sheets: Saved, session: uuid.UUID, act: ActMaker
) -> None:
    sheets.look(at(5))
    charting.chart_fact(session, ev.RemarkCharted(text="a warm blanket"), act("nurse", now=at(6)))
    (file,) = sheets.look(at(9), after=timedelta(minutes=4))
    assert "a warm blanket" not in read(file), "a sheet is not drawn anew each minute"
    (file,) = sheets.look(at(15), after=timedelta(minutes=6))
    assert "a warm blanket" in read(file)
    assert SAVED_EVERY + timedelta(seconds=2 * saved.LOOKS_EVERY_S) < OLDEST


def test_one_that_seems_to_be_of_tomorrow_is_drawn_anew(sheets: Saved, session: uuid.UUID, act: ActMaker) -> None:
    sheets.look(at(5))
    charting.chart_fact(session, ev.RemarkCharted(text="a warm blanket"), act("nurse", now=at(6)))
    (file,) = sheets.look(at(7), after=-timedelta(hours=1))
    assert "a warm blanket" in read(file)


def test_a_chair_that_is_free_leaves_none_behind(sheets: Saved, stage: Stage, fixed_clock: FixedClock) -> None:
    fixed_clock.shown = clock.now()
    stage.finished(SHE, "Chair 1", NOON - timedelta(days=1))
    folder = folder_of(sheets.home)
    folder.mkdir()
    (folder / "Hand-over-Chair-1-0000.pdf").write_bytes(b"of yesterday")
    assert sheets.look(NOON) == []


def test_whoever_sits_there_next_gets_a_sheet_at_once_and_the_one_before_goes(
    sheets: Saved, stage: Stage, fixed_clock: FixedClock, act: ActMaker
) -> None:
    """The file went by the chair's name alone: for ten minutes the last patient's lay under it."""
    fixed_clock.shown = at(5)
    first = stage.infusing(SHE, "Chair 1", NOON)
    charting.chart_fact(first, ev.RemarkCharted(text="of her who sat here before"), act("nurse", now=at(6)))
    (before,) = sheets.look(at(7))
    assert "sat here before" in read(before)
    SessionRow.objects.filter(pk=first).update(phase=sorted(CLOSED_PHASES)[0])
    fixed_clock.shown = at(9)
    stage.infusing(replace(SHE, name="he", family_name="Next"), "Chair 1", at(8))
    (file,) = sheets.look(at(9), after=timedelta(minutes=2))
    assert file.name != before.name
    assert "sat here before" not in read(file)


def test_a_chart_that_does_not_draw_ends_nothing_for_the_other_chairs(
    sheets: Saved, session: uuid.UUID, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    del session
    broken = stage.infusing(replace(SHE, name="he", family_name="Next"), "Chair 0", NOON)
    folder = folder_of(sheets.home)
    folder.mkdir()
    (folder / "Hand-over-Chair-9-0000.pdf").write_bytes(b"of a chair that is free")
    drawn = documents.of_session

    def of_session(row: SessionRow, *rest: Any) -> Document | None:
        if row.pk == broken:
            raise ValueError("a chart that does not draw")
        return drawn(row, *rest)

    monkeypatch.setattr(documents, "of_session", of_session)
    with pytest.raises(ValueError, match="does not draw"):
        sheets.look(at(5))
    (file,) = folder.iterdir()
    assert "Chair-1" in file.name


def test_one_that_cannot_be_written_is_told_and_the_last_one_stays_to_be_read(
    sheets: Saved, session: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    del session

    def full(file: Path, content: bytes) -> None:
        raise OSError("No space left on device")

    (first,) = sheets.look(at(5))
    before = first.read_bytes()
    monkeypatch.setattr(saved, "write_private", full)
    with pytest.raises(OSError, match="No space"):
        sheets.look(at(16), after=timedelta(minutes=11))
    assert first.read_bytes() == before


def test_the_doctor_says_so_where_they_are_saved_no_more(
    sheets: Saved, session: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    del session

    def found(after: timedelta) -> State:
        return where.finding(Moment(home=sheets.home, real=sheets.real + after, here=NOON)).state

    assert found(timedelta(0)) is State.OK, "no chair is open"
    sheets.look(at(5))
    monkeypatch.setattr(where, "is_served", lambda: True)
    assert found(timedelta(minutes=14)) is State.OK
    assert found(timedelta(minutes=16)) is State.ACT
    monkeypatch.setattr(where, "is_served", lambda: False)
    assert found(timedelta(hours=2)) is State.OK, "they lie there for a server that does not come back"

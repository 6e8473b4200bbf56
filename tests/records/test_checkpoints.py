"""Signed checkpoints: kept when what they sign is committed, never when it was rolled back, whole or mended."""

from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from sereniv.clinic.home import Home, Kind, create_or_open
from sereniv.clinic.records import belonging
from sereniv.clinic.records.checkpoints import write_checkpoint
from sereniv.verify import Head, lines_backwards, read_heads
from tests.conftest import NOON
from tests.records.test_checked import undefended
from tests.records.test_ledger import remark, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return create_or_open(tmp_path / "home", Kind.TEST)


def kept(home: Home) -> tuple[Head, ...]:
    file = home.checkpoints_file
    return read_heads(file, home.public_key_file) if file.exists() else ()


def test_a_checkpoint_is_kept_signed_once_it_is_committed(
    home: Home, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    write(remark("one"), key="key-0001")
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        head = write_checkpoint(home, NOON)
        assert kept(home) == ()
    assert kept(home) == (head,)
    assert head.seq == 1


def test_no_checkpoint_is_kept_of_entries_that_were_rolled_back(
    home: Home, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    def fail() -> None:
        with transaction.atomic():
            write(remark("one"), key="key-0001")
            write_checkpoint(home, NOON)
            raise ZeroDivisionError

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError):
        fail()
    assert kept(home) == ()


@pytest.mark.parametrize("torn", ['{"seq": 1', '{"seq": 1}x\n', "\0\0\0", '\0\0"}\n', ""])
def test_a_line_that_power_loss_tore_is_passed_over_and_then_removed(
    torn: str, home: Home, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    write(remark("one"), key="key-0001")
    with django_capture_on_commit_callbacks(execute=True):
        first = write_checkpoint(home, NOON)
    with home.checkpoints_file.open("a") as file:
        file.write(torn)
    assert kept(home) == (first,)
    with django_capture_on_commit_callbacks(execute=True):
        second = write_checkpoint(home, NOON)
    assert kept(home) == (first, second)
    assert "\0" not in home.checkpoints_file.read_text()


def test_a_file_of_one_torn_line_alone_holds_no_head(home: Home) -> None:
    home.checkpoints_file.write_text('{"seq": 1, "ha')
    assert kept(home) == ()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
@pytest.mark.parametrize(
    "content", ["", "\n", "a", "a\n", "a\nbb\n", "\n\na\n\nbb\n\n", "é" * 9 + "\n" + "x" * 9, "abc\nabc\n"]
)
def test_a_file_is_read_from_its_end_as_from_its_beginning(
    content: str, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sereniv.verify.BLOCK", size)
    (tmp_path / "heads").write_text(content, encoding="utf-8")
    found = [line.decode() for line in lines_backwards(tmp_path / "heads")]
    assert found[::-1] == content.splitlines()


def test_a_start_holds_the_newest_checkpoints_and_names_the_first_that_differs(
    home: Home, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    monkeypatch.setattr(belonging, "LATELY", 2)
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(8):
            write(remark("one"), key=f"key-000{number}")
            write_checkpoint(home, NOON)
    asked = AsRead(monkeypatch)
    assert belonging.doubt(home) is None
    assert asked.numbers == [[6, 7, 8]]
    undefended("records_entry_no_update", "UPDATE records_entry SET hash = %s WHERE seq IN (3, 7)", "0" * 64)
    found = belonging.doubt(home)
    assert found is not None
    assert "entry 3 is not the one of which this home signed a checkpoint" in found.words


def test_a_checkpoint_of_long_ago_is_still_a_checkpoint(
    home: Home, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """More was written since the last one than a start looks back: the home was refused as one without any."""
    monkeypatch.setattr(belonging, "LATELY", 2)
    with django_capture_on_commit_callbacks(execute=True):
        write(remark("one"), key="key-0000")
        write_checkpoint(home, NOON)
        for number in range(1, 8):
            write(remark("one"), key=f"key-000{number}")
    assert belonging.doubt(home) is None
    undefended("records_entry_no_update", "UPDATE records_entry SET hash = %s WHERE seq = 1", "0" * 64)
    found = belonging.doubt(home)
    assert found is not None
    assert "entry 1 is not the one of which this home signed a checkpoint" in found.words


class AsRead:
    """Which heads a start holds against the ledger."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.numbers: list[list[int]] = []
        held = belonging.first_that_differs

        def noted(heads: tuple[Head, ...]) -> Head | None:
            self.numbers.append([head.seq for head in heads])
            return held(heads)

        monkeypatch.setattr(belonging, "first_that_differs", noted)

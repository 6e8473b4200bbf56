"""Signed checkpoints: kept when what they sign is committed, never when it was rolled back, whole or mended."""

from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from sereniv.clinic.home import Home, Kind, create_or_open
from sereniv.clinic.records.checkpoints import write_checkpoint
from sereniv.verify import Head, read_heads
from tests.conftest import NOON
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

"""One round of the served home: what is due leaves, what is to be acted on is told, what is over is let go."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import TestCase

from sereniv.clinic import clock
from sereniv.clinic.exporting import kept
from sereniv.clinic.operating import heads, memory, rounds
from sereniv.clinic.operating.plan import FILE, Plan, changed, keep_plan
from sereniv.clinic.records.checkpoints import write_checkpoint
from sereniv.clinic.records.house_events import RefusalAudited
from sereniv.clinic.workflows.shell.this_clinic import record_house_event
from tests.conftest import NOON, FixedClock
from tests.operating.outside import Mailbox, mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    settings.HOME.checkpoints_file.unlink(missing_ok=True)
    yield
    for name in (FILE, memory.FILE, "faults.json", "checkpoints.jsonl"):
        (settings.HOME.folder / name).unlink(missing_ok=True)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


def test_a_round_lets_out_tells_once_and_lets_go(box: Mailbox, fixed_clock: FixedClock, tmp_path: Path) -> None:
    keep_plan(
        settings.HOME,
        changed(
            Plan(), mail_server=f"127.0.0.1:{box.port}", mail_security="none", mail_sender="sereniv@clinic.example",
            alarms_to=("ada@clinic.example",), heads_folder=str(tmp_path),
        ),
    )  # fmt: skip
    record_house_event("audit", RefusalAudited(staff="nurse", page="a page"), NOON)
    with TestCase.captureOnCommitCallbacks(execute=True):
        ends = write_checkpoint(settings.HOME, NOON)
    (settings.HOME.folder / "faults.json").write_text('["Entry 7: its content was edited."]')
    old = kept.folder_of(settings.HOME) / "sereniv-export-20260301T120000Z.age"
    old.write_bytes(b"sealed")
    yesterday = (clock.real_now() - kept.KEPT_FOR - timedelta(minutes=1)).timestamp()
    os.utime(old, (yesterday, yesterday))

    rounds.take_turn(settings.HOME, clock.real_now())
    rounds.take_turn(settings.HOME, clock.real_now() + timedelta(minutes=1))

    assert ends.hash in (tmp_path / heads.file_name(settings.HOME)).read_text()
    (letter,) = box.letters
    assert "act on ledger" in letter["Subject"]
    assert not old.exists()
    (settings.HOME.folder / "faults.json").unlink()
    rounds.take_turn(settings.HOME, clock.real_now() + timedelta(minutes=2))
    assert "ledger is well again" in box.letters[1]["Subject"]

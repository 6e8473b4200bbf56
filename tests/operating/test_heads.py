"""Checkpoints leave by themselves, wait where they cannot, and find a ledger that was rewritten or cut short."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import TestCase

from sereniv.clinic.home import Home
from sereniv.clinic.operating import heads, memory
from sereniv.clinic.operating.findings import Moment, State
from sereniv.clinic.operating.plan import Plan, changed
from sereniv.clinic.operating.ways import folder_way
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.checkpoints import write_checkpoint
from sereniv.clinic.records.house_events import RefusalAudited
from sereniv.clinic.records.models import LedgerHead
from sereniv.clinic.workflows.shell.this_clinic import record_house_event
from sereniv.verify import read_heads
from tests.conftest import NOON
from tests.operating.outside import Hook, Mailbox, hook, mailbox

pytestmark = pytest.mark.django_db
REAL = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


@pytest.fixture(autouse=True)
def own_books() -> Iterator[None]:
    settings.HOME.checkpoints_file.unlink(missing_ok=True)
    yield
    settings.HOME.checkpoints_file.unlink(missing_ok=True)
    (settings.HOME.folder / memory.FILE).unlink(missing_ok=True)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture
def posts() -> Iterator[Hook]:
    with hook() as kept:
        yield kept


def signed(number: int = 0) -> int:
    """Write something, sign the head, and return its entry."""
    record_house_event("audit", RefusalAudited(staff="nurse", page=f"page {number}"), NOON)
    with TestCase.captureOnCommitCallbacks(execute=True):
        return write_checkpoint(settings.HOME, REAL).seq


class House:
    """Lets checkpoints leave, one quarter of an hour after another, as the served home does."""

    def __init__(self, plan: Plan) -> None:
        self.home: Home = settings.HOME
        self.plan = plan
        self.now = REAL

    def turn(self, after: timedelta = QUARTER) -> None:
        self.now += after
        known = memory.memory_of(self.home)
        heads.leave(self.home, self.plan, known, self.now)
        memory.keep(self.home, known)

    def stands(self) -> heads.Finding:
        moment = Moment(home=self.home, real=self.now, here=NOON)
        return heads.finding(moment, self.plan, memory.memory_of(self.home))


def in_folder(folder: Path) -> House:
    return House(changed(Plan(), heads_folder=str(folder)))


def kept_in(folder: Path) -> list[int]:
    return [json.loads(line)["seq"] for line in (folder / heads.file_name(settings.HOME)).read_text().splitlines()]


def test_each_checkpoint_goes_into_the_folder_once_and_verify_reads_it(tmp_path: Path) -> None:
    house = in_folder(tmp_path)
    first = signed()
    house.turn()
    house.turn()
    second = signed(1)
    house.turn()
    assert kept_in(tmp_path) == [first, second]
    found = read_heads(tmp_path / heads.file_name(settings.HOME), settings.HOME.public_key_file)
    assert found[-1] == chart_store.head()
    assert house.stands().state is State.OK


def test_what_cannot_leave_waits_and_leaves_after_a_start(tmp_path: Path) -> None:
    gone = tmp_path / "not mounted"
    house = in_folder(gone)
    numbers = [signed(number) for number in range(3)]
    house.turn()
    assert not gone.exists(), "a folder that is not mounted is not made in its place"
    assert house.stands().state is State.OK, "not yet late"
    house.turn(timedelta(hours=3))
    gone.mkdir()
    again = in_folder(gone)
    again.now = house.now
    again.turn(timedelta(hours=1))
    assert kept_in(gone) == numbers


def test_what_did_not_leave_for_hours_is_acted_on(tmp_path: Path) -> None:
    house = in_folder(tmp_path)
    signed()
    house.turn()
    house.plan = changed(house.plan, heads_folder=str(tmp_path / "gone"))
    known = memory.memory_of(house.home)
    known.ways[folder_way(house.plan)] = known.of(f"folder {tmp_path}")
    memory.keep(house.home, known)
    signed(1)
    house.turn(timedelta(hours=3))
    found = house.stands()
    assert found.state is State.ACT
    assert "Nothing left by folder" in found.words


def test_a_ledger_that_was_cut_short_is_found_by_the_folder(tmp_path: Path) -> None:
    house = in_folder(tmp_path)
    signed()
    last = signed(1)
    house.turn()
    (settings.HOME.folder / memory.FILE).unlink()
    settings.HOME.checkpoints_file.unlink()
    LedgerHead.objects.filter(id=1).update(seq=last - 1)
    with TestCase.captureOnCommitCallbacks(execute=True):
        write_checkpoint(settings.HOME, REAL)
    house.turn()
    found = house.stands()
    assert found.state is State.ACT
    assert f"knows entry {last}, but the ledger ends at {last - 1}" in found.words
    assert kept_in(tmp_path)[-1] == last, "what contradicts is not written over"


def test_a_ledger_that_was_rewritten_is_found_by_the_folder(tmp_path: Path) -> None:
    house = in_folder(tmp_path)
    last = signed()
    house.turn()
    place = tmp_path / heads.file_name(settings.HOME)
    place.write_text(place.read_text().replace(chart_store.head().hash, "0" * 64))
    signed(1)
    house.turn()
    found = house.stands()
    assert found.state is State.ACT
    assert f"Entry {last} is not the one" in found.words
    assert kept_in(tmp_path) == [last], "what contradicts is not written over"


def test_a_webhook_gets_each_and_what_failed_comes_with_the_next(posts: Hook) -> None:
    house = House(changed(Plan(), heads_hook=posts.address))
    first = signed()
    posts.answers = 503
    house.turn()
    posts.answers = 204
    second = signed(1)
    house.turn()
    assert [[head["seq"] for head in each["heads"]] for each in posts.posted] == [[first], [first, second]]
    house.turn()
    assert len(posts.posted) == 2, "nothing new, nothing sent"


def test_a_mail_goes_once_a_day_with_a_line_that_verify_reads(box: Mailbox, tmp_path: Path) -> None:
    house = House(
        changed(
            Plan(), mail_server=f"127.0.0.1:{box.port}", mail_security="none", mail_sender="sereniv@clinic.example",
            heads_to=("notary@town.example",),
        )
    )  # fmt: skip
    signed()
    house.turn()
    last = signed(1)
    house.turn()
    assert len(box.letters) == 1
    house.turn(timedelta(days=1))
    assert len(box.letters) == 2
    letter = box.letters[1]
    assert letter["Subject"] == f"Sereniv checkpoint, entry {last}"
    words, attached = (part.get_payload(decode=True) for part in letter.get_payload())  # type: ignore[union-attr]
    head = next(line for line in words.decode().splitlines() if line[:1].isdigit())  # type: ignore[union-attr]
    (tmp_path / "typed.txt").write_text(head)
    assert read_heads(tmp_path / "typed.txt") == (chart_store.head(),)
    assert f'"seq": {last}' in attached.decode()  # type: ignore[union-attr]


def test_a_way_that_fails_is_left_alone_for_longer_and_longer() -> None:
    known, waiting = memory.OfWay(), (heads.Signed(seq=1, hash="0" * 64, at=REAL, line="{}"),)
    known.failed(REAL, "no network")
    assert heads.waits(known, waiting, timedelta(0), REAL + timedelta(seconds=59)) == ()
    assert heads.waits(known, waiting, timedelta(0), REAL + timedelta(seconds=60)) == waiting
    for _ in range(20):
        known.failed(REAL, "no network")
    assert heads.waits(known, waiting, timedelta(0), REAL + timedelta(minutes=59)) == ()
    assert heads.waits(known, waiting, timedelta(0), REAL + timedelta(hours=1)) == waiting

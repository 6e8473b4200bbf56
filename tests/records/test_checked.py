"""A check of the ledger goes on from the last that was signed, takes no other's word, and says what it walked."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from sereniv.clinic.home import Home, Kind, create_or_open
from sereniv.clinic.live.checking import take_turn, whole_is_due
from sereniv.clinic.records import checked
from tests.conftest import NOON
from tests.records.test_ledger import remark, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return create_or_open(tmp_path / "home", Kind.TEST)


def undefended(name: str, statement: str, *values: object, table: str = "records_entry") -> None:
    """Change the ledger as somebody with the database in their hands could: without the trigger that refuses it."""
    where = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{where}")
        cursor.execute(statement, values)


def edit(seq: int) -> None:
    undefended(
        "records_entry_no_update", "UPDATE records_entry SET payload = %s WHERE seq = %s", '{"text":"never said"}', seq
    )


def test_only_what_was_written_since_is_walked(home: Home) -> None:
    write(remark("one"), key="key-0001")
    write(remark("two"), key="key-0002")
    first = checked.go_on(home, NOON)
    assert (first.went_on_from, first.report.entries, first.report.sound) == (None, 2, True)
    write(remark("three"), key="key-0003")
    second = checked.go_on(home, NOON + timedelta(minutes=5))
    assert second.went_on_from is not None
    assert (second.went_on_from.whole_seq, second.report.entries, second.report.sound) == (2, 1, True)
    third = checked.go_on(home, NOON + timedelta(minutes=6))
    assert (third.report.entries, third.report.sound, third.report.head.seq) == (0, True, 3)


def test_what_was_edited_since_is_found_and_from_then_on_the_whole_is_walked(home: Home) -> None:
    write(remark("one"), key="key-0001")
    checked.go_on(home, NOON)
    write(remark("two"), key="key-0002")
    edit(2)
    assert "entry 2" in checked.go_on(home, NOON).report.faults[0]
    again = checked.go_on(home, NOON)
    assert (again.went_on_from, again.report.entries) == (None, 2)
    assert "content was edited" in again.report.faults[0]


def test_what_was_edited_before_is_found_by_the_walk_of_the_whole(home: Home) -> None:
    write(remark("one"), key="key-0001")
    write(remark("two"), key="key-0002")
    checked.go_on(home, NOON)
    edit(1)
    assert checked.go_on(home, NOON).report.sound, "it says that it walked nothing of this"
    take_turn(home, NOON + timedelta(hours=27))
    assert "entry 1" in checked.go_on(home, NOON).report.faults[0], "the night's walk left nothing to go on from"


@pytest.mark.parametrize("forged", ["seq", "hash", "whole_at", "signature"])
def test_what_this_home_did_not_sign_is_gone_on_from_by_nobody(home: Home, forged: str) -> None:
    write(remark("one"), key="key-0001")
    checked.go_on(home, NOON)
    signed = json.loads(home.checked_file.read_text())
    other = {"seq": 5, "hash": "0" * 64, "whole_at": "2027-01-01T00:00:00+00:00", "signature": "00" * 64}
    home.checked_file.write_text(json.dumps(signed | {forged: other[forged]}))
    assert checked.last_checked(home) is None
    assert checked.go_on(home, NOON).went_on_from is None


@pytest.mark.parametrize("torn", ["", "{", "[]", "null", '{"seq": "x"}'])
def test_a_torn_file_is_no_word_of_a_check(home: Home, torn: str) -> None:
    write(remark("one"), key="key-0001")
    home.checked_file.write_text(torn)
    assert checked.go_on(home, NOON).report.entries == 1


def test_a_ledger_that_ends_before_what_was_signed_is_walked_whole(home: Home) -> None:
    write(remark("one"), key="key-0001")
    write(remark("two"), key="key-0002")
    checked.go_on(home, NOON)
    undefended("records_entry_no_delete", "DELETE FROM records_entry WHERE seq = %s", 2)
    assert checked.go_on(home, NOON).went_on_from is None


def test_the_whole_is_walked_at_night_and_when_it_is_overdue() -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("America/Denver"))
    assert not whole_is_due(noon - timedelta(hours=20), noon)
    assert whole_is_due(noon - timedelta(hours=27), noon)
    night = noon.replace(hour=2)
    assert whole_is_due(night - timedelta(hours=20), night)
    assert not whole_is_due(night - timedelta(hours=1), night)

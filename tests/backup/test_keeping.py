"""Which backups stay, when one is due, and what is said of a clinic without a proven one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.clinic.backup.keeping import to_let_go
from sereniv.clinic.backup.rounds import is_due_to_make, is_due_to_prove
from sereniv.clinic.backup.state import BackupState, Plan, complaint
from sereniv.clinic.backup.target import Kept
from sereniv.verify import Head

NOW = datetime(2026, 11, 20, 15, 7, tzinfo=UTC)
PLAN = Plan(to="/elsewhere")
QUARTER = timedelta(minutes=15)
minutes_ago = st.integers(-60, 60 * 24 * 900)


def at(age: timedelta) -> Kept:
    return Kept(made_at=NOW - age, seq=1)


def left(kept: list[Kept]) -> list[Kept]:
    gone = set(to_let_go(kept, NOW))
    return sorted(each for each in kept if each not in gone)


def test_a_year_of_quarter_hours_leaves_a_day_whole_then_hours_then_days_then_months() -> None:
    kept = left([at(QUARTER * number) for number in range(4 * 24 * 365)])
    ages = [NOW - each.made_at for each in kept]
    assert sum(age < timedelta(days=1) for age in ages) == 96
    assert 6 * 24 <= sum(timedelta(days=1) <= age < timedelta(days=7) for age in ages) <= 6 * 24 + 1
    assert 55 <= sum(timedelta(days=7) <= age < timedelta(days=62) for age in ages) <= 56
    assert 10 <= sum(age >= timedelta(days=62) for age in ages) <= 11


@given(st.lists(minutes_ago, min_size=1, unique=True))
def test_the_newest_and_what_a_wrong_clock_dated_ahead_always_stay(ages: list[int]) -> None:
    kept = [at(timedelta(minutes=age)) for age in ages]
    stays = left(kept)
    assert max(kept) in stays
    assert all(each in stays for each in kept if each.made_at > NOW)
    assert left(stays) == stays, "what stays once stays when asked again"


@pytest.mark.parametrize(
    ("known", "due"),
    [
        (BackupState(), True),
        (BackupState(made_at=NOW - QUARTER, made_seq=7), False),
        (BackupState(made_at=NOW - QUARTER, made_seq=6), True),
        (BackupState(made_at=NOW - QUARTER + timedelta(seconds=1), made_seq=6), False),
        (BackupState(made_at=NOW - QUARTER, made_seq=6, failed_at=NOW - timedelta(minutes=14)), False),
        (BackupState(made_at=NOW - QUARTER, made_seq=6, failed_at=NOW - QUARTER), True),
    ],
)
def test_a_backup_is_due_when_something_was_recorded_and_its_time_has_come(known: BackupState, due: bool) -> None:
    assert is_due_to_make(PLAN, known, Head(seq=7, hash="f" * 64), NOW) is due


@pytest.mark.parametrize(
    ("hour", "hours_since", "due"), [(2, 20, True), (2, 11, False), (15, 25, False), (15, 26, True), (5, 20, False)]
)
def test_a_backup_is_proven_in_the_clinics_own_night(hour: int, hours_since: int, due: bool) -> None:
    there = datetime(2026, 11, 20, hour, tzinfo=ZoneInfo("America/Denver"))
    known = BackupState(made_at=there - timedelta(hours=1), restored_at=there - timedelta(hours=hours_since))
    assert is_due_to_prove(known, there) is due
    assert not is_due_to_prove(replace(known, failed_at=there - timedelta(minutes=1)), there)
    assert is_due_to_prove(replace(known, restored_at=None), there)


def test_what_is_said_of_backups() -> None:
    fine = BackupState(made_at=NOW - timedelta(hours=3), restored_at=NOW - timedelta(hours=48))
    assert complaint(PLAN, fine, NOW) == ""
    assert "18 Nov" in complaint(PLAN, fine, NOW + timedelta(seconds=1))
    assert complaint(None, fine, NOW).startswith("No backup is made")
    assert complaint(PLAN, BackupState(failure="The disk is full."), NOW) == "No backup was made yet. The disk is full."
    assert "The disk is full." in complaint(PLAN, replace(fine, failure="The disk is full."), NOW)
    assert complaint(PLAN, replace(fine, made_at=NOW, failure="The disk is full."), NOW) == ""

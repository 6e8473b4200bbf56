"""What is written between whole backups goes elsewhere too, twice a minute: added, chained, restored, and refused."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.clinic import home as homes
from sereniv.clinic.backup import addresses, keeping, key, making, pages, parts, restoring, rounds, state
from sereniv.clinic.backup.access import Access
from sereniv.clinic.backup.archive import BackupError
from sereniv.clinic.backup.basis import Basis
from sereniv.clinic.backup.target import Kept, Part, Series, part_of
from sereniv.verify import Head
from tests.backup import streaming_writer
from tests.backup.test_restore import entries, sereniv
from tests.staged import ROOT, copied_home, environment

NOW = datetime(2026, 11, 20, 15, 7, tzinfo=UTC)
HALF_MINUTE = timedelta(seconds=30)
HEADER = b"SQLite format 3\0" + (512).to_bytes(2, "big") + bytes(494)


@given(
    st.lists(st.binary(min_size=512, max_size=512), max_size=6),
    st.lists(st.binary(min_size=512, max_size=512), max_size=6),
)
def test_changed_pages_make_one_database_of_another(
    tmp_path_factory: pytest.TempPathFactory, was: list[bytes], is_now: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("pages")
    before, after = folder / "before", folder / "after"
    before.write_bytes(HEADER + b"".join(was))
    after.write_bytes(HEADER + b"".join(is_now))
    found = pages.pages_of(after)
    numbers = pages.changed(pages.pages_of(before), found)
    assert 0 not in numbers, "what is the same is not sent"
    pages.take(after, found.size, numbers, folder / "taken")
    pages.put(folder / "taken", found.size, numbers, found.count, before)
    assert before.read_bytes() == after.read_bytes()
    assert pages.pages_of(before).root == found.root


def test_what_is_no_database_is_not_taken_apart(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"names of patients" * 100)
    with pytest.raises(ValueError, match="no SQLite database"):
        pages.pages_of(tmp_path / "other")


def part(number: int, *, age: timedelta = timedelta(0), base: Kept | None = None) -> Part:
    return Part(base=base or Kept(made_at=NOW, seq=1), number=number, made_at=NOW - age, seq=number + 1)


def test_a_part_is_known_by_its_name() -> None:
    one = part(3)
    assert part_of(one.name) == one
    assert part_of(one.base.name) is None


def test_parts_go_after_a_day_or_with_their_whole_one_and_never_of_what_reaches_latest() -> None:
    day = timedelta(days=1)
    old, last = Kept(made_at=NOW - 2 * day, seq=1), Kept(made_at=NOW - day - HALF_MINUTE, seq=2)
    of_old = (part(1, base=old, age=day), part(2, base=old, age=day - HALF_MINUTE))
    of_last = (part(1, base=last, age=day),)
    series = [Series(whole=old, parts=of_old), Series(whole=last, parts=of_last)]
    assert list(keeping.parts_to_let_go(series, [], NOW)) == [part(1, base=last, age=day)]
    newest = Series(whole=Kept(made_at=NOW, seq=3))
    assert set(keeping.parts_to_let_go([*series, newest], [], NOW)) == {of_old[0], *of_last}
    assert set(keeping.parts_to_let_go([*series, newest], [old], NOW)) == {*of_old, *of_last}


def test_a_start_that_knows_no_part_makes_a_whole_one_at_once_and_after_many_parts_another() -> None:
    plan, head = state.Plan(to="/elsewhere"), Head(seq=7, hash="f" * 64)
    known = state.BackupState(made_at=NOW, made_seq=6, streamed_at=NOW)
    basis = Basis(kept=Kept(made_at=NOW, seq=6), sealed="", pages=pages.Pages(512, b""), small={})
    assert rounds.is_due_to_make(plan, known, head, NOW)
    assert not rounds.is_due_to_make(plan, known, head, NOW, basis)
    assert not rounds.is_due_to_make(plan, replace(known, streamed_at=None), head, NOW), "PostgreSQL has no parts"
    assert rounds.is_due_to_make(plan, known, head, NOW, replace(basis, number=rounds.MOST_PARTS))


def test_what_is_nowhere_else_for_a_quarter_of_an_hour_is_said() -> None:
    plan = state.Plan(to="/elsewhere")
    known = state.BackupState(made_at=NOW, restored_at=NOW, streamed_at=NOW, stream_failure="The line is dead.")
    assert state.complaint(plan, known, NOW + state.STREAMED_WITHIN) == ""
    said = state.complaint(plan, known, NOW + state.STREAMED_WITHIN + HALF_MINUTE)
    assert said == "What was written since 20 Nov 15:07 UTC is nowhere else. The line is dead."


class Streamed:
    """A home with a plan, looked after by turns at times that the test says."""

    def __init__(self, folder: Path) -> None:
        self.home = homes.open_home(copied_home(folder / "home"))
        self.to = folder / "to"
        self.now = NOW
        state.keep_plan(self.home, state.Plan(to=str(self.to)))
        state.note(self.home, restored_at=NOW)
        self.turns = rounds.Turns(self.home)
        self.target = addresses.target_of(str(self.to), Access())
        self.look()

    def look(self) -> None:
        self.turns.take(Head(seq=len(entries(self.home.folder)), hash="f" * 64), self.now)
        self.now += HALF_MINUTE

    def write(self, word: str) -> None:
        with closing(sqlite3.connect(self.home.database_file)) as connection:
            row = (word, word * 2000, "2030-01-01")
            connection.execute("INSERT INTO django_session VALUES (?, ?, ?)", row)
            connection.commit()
        self.look()

    def restored(self, place: Path, *, to: str = "", accepts_loss: bool = False) -> set[str]:
        outside = restoring.Outside(accepts_loss=accepts_loss)
        found = addresses.brought(to or str(self.to), Access(), place.parent)
        restoring.restore(found, key.all_of_home(self.home), place, outside)
        with closing(sqlite3.connect(place / "sereniv.db")) as connection:
            return {row[0] for row in connection.execute("SELECT session_key FROM django_session")}


@pytest.fixture
def streamed(tmp_path: Path) -> Streamed:
    one = Streamed(tmp_path)
    for word in ("first", "second", "third"):
        one.write(word)
    return one


@pytest.mark.slow
def test_what_was_written_after_the_whole_one_comes_back_up_to_any_part(streamed: Streamed, tmp_path: Path) -> None:
    (series,) = streamed.target.series()
    assert [each.number for each in series.parts] == [1, 2, 3]
    assert sum((streamed.to / each.name).stat().st_size for each in series.parts) < 200_000
    streamed.look()
    assert streamed.target.series() == [series], "nothing was written, nothing is sent"
    assert streamed.restored(tmp_path / "last") >= {"first", "second", "third"}
    second = streamed.restored(tmp_path / "second", to=f"{streamed.to}/{series.parts[1].name}")
    assert ("second" in second, "third" in second) == (True, False)
    whole = streamed.restored(tmp_path / "whole", to=f"{streamed.to}/{series.whole.name}")
    assert "first" not in whole


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["missing", "cut", "flipped", "another's"])
def test_a_part_that_is_wrong_is_refused_until_what_follows_is_given_up(
    streamed: Streamed, tmp_path: Path, fault: str
) -> None:
    (series,) = streamed.target.series()
    second, third = (streamed.to / each.name for each in series.parts[1:])
    content = second.read_bytes()
    match fault:
        case "missing":
            second.unlink()
        case "cut":
            second.write_bytes(content[:-9])
        case "flipped":
            second.write_bytes(content[:300] + bytes([content[300] ^ 1]) + content[301:])
        case _:
            second.write_bytes(third.read_bytes())
    with pytest.raises(BackupError, match=r"(does not follow|does not open).*--accept-loss"):
        streamed.restored(tmp_path / "new")
    assert not (tmp_path / "new").exists()
    kept = streamed.restored(tmp_path / "new", accepts_loss=True)
    assert ("first" in kept, "second" in kept, "third" in kept) == (True, False, False)


@pytest.mark.slow
def test_parts_of_another_home_do_not_follow(streamed: Streamed, tmp_path: Path) -> None:
    other = Streamed(tmp_path / "other")
    other.write("theirs")
    ours, theirs = streamed.target.series()[0].parts[0], other.target.series()[0].parts[0]
    (streamed.to / ours.name).write_bytes((other.to / theirs.name).read_bytes())
    with pytest.raises(BackupError, match="does not open"):
        streamed.restored(tmp_path / "new")


@pytest.mark.slow
def test_a_part_that_did_not_arrive_is_said_and_sent_with_the_next(streamed: Streamed, tmp_path: Path) -> None:
    away = streamed.to.rename(tmp_path / "away")
    streamed.to.write_text("no folder")
    streamed.write("fourth")
    assert "cannot be used" in state.state_of(streamed.home).stream_failure
    streamed.to.unlink()
    away.rename(streamed.to)
    streamed.look()
    assert state.state_of(streamed.home).stream_failure == ""
    assert "fourth" in streamed.restored(tmp_path / "new")


@pytest.mark.slow
def test_one_of_which_the_answer_was_lost_is_sent_again_and_the_later_one_holds(tmp_path: Path) -> None:
    one = Streamed(tmp_path)
    made = making.make(one.home, one.target, NOW + HALF_MINUTE)
    assert made.basis is not None
    for number, word in enumerate(("lost", "again")):
        with closing(sqlite3.connect(one.home.database_file)) as connection:
            connection.execute("INSERT INTO django_session VALUES (?, '', '2030-01-01')", (word,))
            connection.commit()
        parts.add(one.home, one.target, made.basis, NOW + (number + 2) * HALF_MINUTE)
    assert [len(each.parts) for each in one.target.series()] == [0, 1]
    assert one.restored(tmp_path / "new") >= {"lost", "again"}


@pytest.mark.slow
def test_killed_at_any_moment_it_comes_back_to_the_entry_that_was_streamed_last(tmp_path: Path) -> None:
    home, to = copied_home(tmp_path / "home"), tmp_path / "to"
    opened = homes.open_home(home)
    state.keep_plan(opened, state.Plan(to=str(to)))
    state.note(opened, restored_at=datetime(2100, 1, 1, tzinfo=UTC))
    for first, heard in ((1, 3), (1000, 8)):
        command = [sys.executable, streaming_writer.__file__, str(home), str(first)]
        writer = subprocess.Popen(command, env=environment(), cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        said = [writer.stdout.readline() for _ in range(heard)]
        writer.kill()
        writer.communicate()
        seq = int(said[-1].split()[1])
        place = tmp_path / f"new-{first}"
        before = entries(home)
        done = sereniv("restore", "--from", to, "--home", place, "--key", home / key.FILE)
        assert done.returncode == 0, done.stderr
        assert "parts since" in done.stdout
        after = entries(place)[:-1]
        assert after == before[: len(after)]
        assert len(after) >= seq

"""Rows of lists: whatever is written, erased or passes, what is kept is what a fresh look at everybody finds."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.live.deriving import Progress
from sereniv.clinic.records import chart_store, listing, projections, written_out
from sereniv.clinic.records.models import DerivedRow, ListedRow, Person, SessionRow
from sereniv.clinic.web.today.lines import topics_for
from sereniv.clinic.web.today.topics import TodayLine, shown
from sereniv.clinic.workflows.calendar import booking, calendar, coming
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.followup import aftercare, answers
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.shell import lists
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Malformed, Refused
from tests.conftest import NOON
from tests.workflows import erasing, test_path
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
stage = test_path.stage

Row = tuple[str, str, str, bool, str, tuple[str, ...]]


@pytest.fixture
def everybody(stage: Stage) -> list[Person]:
    """Return people of every stage: registered, candidate, ordered, in a course, with a session behind them."""
    stage.candidate(replace(cast_list.CANDIDATE, name="candidate"), NOON - timedelta(days=3))
    stage.ordered(replace(SHE, name="ordered", family_name="Ordered"), NOON - timedelta(hours=2))
    stage.finished(replace(SHE, name="finished", family_name="Finished"), "Chair 1", NOON - timedelta(days=2))
    stage.finished(replace(SHE, name="earlier", family_name="Earlier"), "Chair 2", NOON - timedelta(days=40))
    stage.candidate(replace(SHE, name="new", family_name="New", phq9=(0,) * 9), NOON)
    return list(Person.objects.all())


def kept(name: str, me: Staff, now: datetime) -> list[Row]:
    """Return what a list shows now, by its rows."""
    lists.brought_up(name, now)
    found = ListedRow.objects.filter(list=name)
    rows = [(str(each.person_id), each.topic, each.place, each.presses, each.not_for, each.content) for each in found]
    return sorted((*row[:5], as_shown(row[5], me, now)) for row in rows)


def fresh(name: str, me: Staff, now: datetime) -> list[Row]:
    """Return what a list shows now, by a fresh fold of everybody that keeps nothing."""
    found = [
        (str(person.pk), each.topic, each.place, each.presses, each.not_for, as_shown(dict(each.content), me, now))
        for person in Person.objects.filter(joined_into=None)
        for each in lists.finder(name)(person, now)
    ]
    return sorted(found)


def as_shown(content: dict[str, str], me: Staff, now: datetime) -> tuple[str, ...]:
    if "address" not in content:
        return tuple(f"{name}: {content[name]}" for name in sorted(content))
    line = shown(TodayLine(**content), me, now, {"nurse": "Ada", "prescriber": "Clara"})
    return (line.what, line.address, line.detail)


def acts(
    person: Person, act: Callable[[str], Act], chance: np.random.Generator, now: datetime
) -> Iterable[Callable[[], object]]:
    """Return what somebody of the staff may do about a person, some of which will be refused."""
    phq9 = tuple(int(each) for each in chance.integers(0, 4, 9))
    safe = (*phq9[:8], 0)
    booked = [each.entry for each in calendar.still_booked(courses.treatment_of(person.pk, now))]
    entries = [each.seq for each in chart_store.person_chart(person.pk).entries]
    ran = [str(row.pk) for row in SessionRow.objects.filter(person=person)]
    return (
        lambda: answers.answer(person.pk, "phq9", phq9, "patient", act("nurse")),
        lambda: answers.answer(person.pk, "phq9", safe, "patient", act("nurse")),
        lambda: intake.record_measurements(person.pk, {"weight_kg": "71"}, act("nurse")),
        lambda: courses.interrupt(person.pk, "A holiday of two weeks.", act("nurse")),
        lambda: courses.resume(
            person.pk, "Back from the holiday, wants to go on.", chart_store.person_chart(person.pk).head, act("nurse")
        ),
        lambda: booking.book(
            person.pk,
            booking.Wish(starts_at=_next_noon(now), chair="Chair 1", despite="Asked for it, and agreed."),
            act("coordinator"),
        ),
        lambda: booking.cancel(person.pk, booked[0], "Asked for it.", True, act("coordinator")),
        lambda: coming.miss(person.pk, booked[0], "Nobody came.", act("coordinator")),
        lambda: aftercare.record_adverse_event(person.pk, _side_effect(ran[0]), act("nurse")),
        lambda: people.strike_record(person.pk, int(chance.integers(1, 30)), "Of another person.", act("nurse")),
        lambda: erasing.erase(int(chance.choice(entries)), "Asked for under the law.", act("director")),
        lambda: erasing.erase_person(person, "Asked for under the law.", act("director")),
    )


def _side_effect(session: str) -> pe.AdverseEventRecorded:
    return pe.AdverseEventRecorded(
        term="nausea", words="for an hour", grade=1, serious=False, session=session, related=pe.Related.POSSIBLE,
        action="", outcome=pe.Outcome.ONGOING,
    )  # fmt: skip


def _next_noon(now: datetime) -> datetime:
    return (now + timedelta(days=1)).replace(hour=13, minute=0, second=0, microsecond=0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_rows_are_a_fresh_fold_of_everybody_after_any_acts_and_jumps_of_the_clock(
    seed: int, everybody: list[Person], stage: Stage, staff: dict[str, Staff]
) -> None:
    chance = np.random.default_rng(seed)
    now, done = NOON, 0

    def act(who: str) -> Act:
        return stage.act(who, now, "admin" if who == "director" else "")

    for turn in range(40):
        now += [timedelta(0), timedelta(minutes=7), timedelta(hours=5), timedelta(days=1), timedelta(days=23)][
            chance.integers(5)
        ]
        if turn % 13 == 12:
            now -= timedelta(hours=3)  # a clock that was set back
        left = list(Person.objects.filter(pk__in=[each.pk for each in everybody]).order_by("pk"))
        person = left[chance.integers(len(left))]
        wanted = list(acts(person, act, chance, now))
        try:
            wanted[chance.integers(len(wanted))]()
            done += 1
        except (Refused, Malformed, IndexError):
            pass
        for name in lists.names():
            assert kept(name, staff["nurse"], now) == fresh(name, staff["nurse"], now), f"turn {turn}, {name}"
    assert done > 10


def test_nothing_of_what_is_kept_holds_for_one_moment_alone(everybody: list[Person]) -> None:
    """What the watched time cannot follow would be derived at each look: right, and slow."""
    del everybody
    for name in lists.names():
        lists.brought_up(name, NOON)
    later = NOON + timedelta(seconds=30)
    assert not DerivedRow.objects.filter(holds_until__lt=later).exists()


def test_a_line_that_was_left_out_of_what_moves_a_person_is_found(
    everybody: list[Person], stage: Stage, staff: dict[str, Staff], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The property above can fail: an act that marks nobody leaves rows that a fresh fold contradicts."""
    lists.brought_up("today", NOON)
    monkeypatch.setattr(listing, "touch", lambda *_: None)
    answers.answer(everybody[0].pk, "phq9", (0,) * 8 + (2,), "patient", stage.act("nurse", NOON))
    assert kept("today", staff["nurse"], NOON) != fresh("today", staff["nurse"], NOON)


BEHIND: dict[str, dict[str, object]] = {
    "something was written": {"touched": 99_999},
    "the rules are earlier ones": {"basis": "0" * 32},
    "the rules are later ones": {"basis": "f" * 32},
    "its moment has come": {"holds_until": NOON},
    "it was made later than now": {"made_at": NOON + timedelta(seconds=1)},
    "it was never made": {"made_at": None},
}


@pytest.mark.usefixtures("everybody")
def test_the_topics_of_a_list_are_those_of_its_rows() -> None:
    for name in lists.names():
        lists.brought_up(name, NOON)
        assert lists.topics(name) == set(ListedRow.objects.filter(list=name).values_list("topic", flat=True))
    assert len(lists.topics(lists.TODAY)) > 1
    assert lists.topics("no such list") == frozenset()


@pytest.mark.usefixtures("everybody")
@pytest.mark.parametrize("why", BEHIND)
def test_each_way_of_being_behind_is_noticed_in_one_person_among_all(why: str) -> None:
    lists.brought_up(lists.TODAY, NOON)
    basis = lists.basis_at(NOON)
    assert not listing.anybody_behind(lists.TODAY, basis, NOON)
    one = DerivedRow.objects.filter(list=lists.TODAY).order_by("-person_id").first()
    assert one is not None
    DerivedRow.objects.filter(pk=one.pk).update(**BEHIND[why])
    assert listing.anybody_behind(lists.TODAY, basis, NOON)
    DerivedRow.objects.filter(pk=one.pk).delete()
    assert listing.anybody_behind(lists.TODAY, basis, NOON), "whoever has no row yet is behind, too"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="plans are read as SQLite writes them")
def test_whoever_is_behind_is_found_by_index() -> None:
    values = [lists.TODAY, lists.TODAY, lists.TODAY, "b", lists.TODAY, "b", lists.TODAY, NOON, lists.TODAY, NOON, "x"]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {written_out.ANYBODY_BEHIND}", values)
        plan = [row[3] for row in cursor.fetchall()]
    assert not [each for each in plan if each.startswith("SCAN records_derivedrow")]
    searched = [each for each in plan if "SEARCH records_derivedrow" in each]
    for index, times in {"derived_moved": 1, "derived_by_basis": 2, "derived_until": 1, "derived_at": 2}.items():
        assert sum(f"INDEX {index} " in each for each in searched) >= times, plan


def test_rebuild_lets_rows_be_derived_anew(everybody: list[Person], staff: dict[str, Staff]) -> None:
    del everybody
    before = kept("today", staff["nurse"], NOON)
    assert before
    ListedRow.objects.update(content={"what": "made up", "address": "/today/"})
    assert kept("today", staff["nurse"], NOON) != before
    projections.rebuild()
    assert kept("today", staff["nurse"], NOON) == before


def test_many_who_are_behind_are_shown_as_they_were_and_said_to_be(
    everybody: list[Person], stage: Stage, staff: dict[str, Staff], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists.brought_up("today", NOON)
    monkeypatch.setattr(lists, "AT_ONE_LOOK", 2)
    DerivedRow.objects.update(basis="of other rules")
    ListedRow.objects.update(content={"what": "as it was", "address": "/today/"})
    answers.answer(everybody[0].pk, "phq9", (0,) * 8 + (2,), "patient", stage.act("nurse", NOON))
    said = [line.what for topic in topics_for(staff["nurse"], NOON) for line in topic.lines]
    assert "as it was" in said
    assert f"{everybody[0]}: ask about suicide in person" in said, "of whom something was written, nothing old is shown"
    assert lists.still_behind("today", NOON) == len(everybody) - 1
    while lists.catch_up(NOON):
        pass
    assert lists.still_behind("today", NOON) == 0
    assert "as it was" not in [line.what for topic in topics_for(staff["nurse"], NOON) for line in topic.lines]


def test_who_was_never_read_is_said_to_be_missing_and_what_is_of_suicide_is_read_first(
    everybody: list[Person], stage: Stage, staff: dict[str, Staff], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A home of before rows were kept is served at once, and each list says for how long it is not whole."""
    monkeypatch.setattr(lists, "AT_ONE_LOOK", 1)
    monkeypatch.setattr(lists, "AT_ONCE", 2)
    listing.forget_all()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    many = f"{len(everybody)} people&#x27;s records have not been read for this list yet"
    assert many in client.get("/today/").content.decode()
    assert many in client.get("/safety/items/").content.decode()
    assert f"{len(everybody)} people&#x27;s records are not read yet" in client.get("/board/tiles/").content.decode()
    phq9 = (0,) * 8 + (2,)
    answers.answer(everybody[0].pk, "phq9", phq9, "patient", stage.act("nurse", NOON))
    said = [line.what for topic in topics_for(staff["nurse"], NOON) for line in topic.lines]
    assert f"{everybody[0]}: ask about suicide in person" in said, "whoever is written about is read at once"
    while lists.never_derived(["safety"]):
        lists.catch_up(NOON)
    assert lists.never_derived(["today"]) == len(everybody) - 1, "and all others after what is of suicide"
    while lists.catch_up(NOON):
        pass
    assert lists.words_of_behind("today", NOON) == ()
    assert kept("today", staff["nurse"], NOON) == fresh("today", staff["nurse"], NOON)


def test_how_far_the_first_reading_has_come_is_told_in_tenths_and_of_few_nothing() -> None:
    said: list[str] = []
    progress = Progress(said.append)
    for left in (4000, 3999, 3600, 3200, 3190, 2800, 10, 0, 0):
        progress.left(left)
    assert [each.partition(" %")[0].rpartition(" ")[2] for each in said] == ["0", "10", "20", "30", "90", "100"]
    assert ("are missing" in said[0], "done" in said[-1]) == (True, True)
    few: list[str] = []
    little = Progress(few.append)
    for left in (150, 10, 0):
        little.left(left)
    assert few == []


def test_what_is_erased_lives_on_in_no_line_until_somebody_looks(
    everybody: list[Person], staff: dict[str, Staff]
) -> None:
    del everybody
    lists.brought_up("today", NOON)
    whose = ListedRow.objects.filter(list="today").order_by("pk")[0].person_id
    entry = chart_store.person_chart(whose).entries[-1]
    chart_store.erase([entry.seq])
    assert not ListedRow.objects.filter(person=whose).exists()
    assert kept("today", staff["nurse"], NOON) == fresh("today", staff["nurse"], NOON)

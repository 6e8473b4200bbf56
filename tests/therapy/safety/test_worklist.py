"""The suicide item's clock to the second: who it is with, when it climbs, and who may take it on."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import chart_of
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.safety import worklist
from sereniv.therapy.safety.worklist import SafetyItem, SuicideItemState
from sereniv.therapy.scheduling.hours import is_staffed
from tests.conftest import NOON
from tests.therapy.making import recorded

RULES = knowledge()
NIGHT = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
LADDER = ["charge nurse", "prescriber", "medical director"]


def answered(item: int | None, scale: str = "phq9") -> pe.ScaleAnswered:
    answers = (1, 1, 1, 1, 1, 1, 1, 1, item) if scale == "phq9" else (item,)
    total = None if item is None else 8 + item
    return pe.ScaleAnswered(scale=scale, answers=answers, total=total, answered_by="patient")


def listed(*entries: Recorded[pe.PersonEvent], now: datetime) -> tuple[SafetyItem, ...]:
    return worklist.items(chart_of(entries), now, RULES, RULES.opening_hours, UTC)


def item_at(seconds: float, *later: Recorded[pe.PersonEvent], opened: datetime = NOON) -> SafetyItem:
    (found,) = listed(recorded(answered(1), 1, opened), *later, now=opened + timedelta(seconds=seconds))
    return found


def taken(number: int, minute: float, by: str = "nurse", opened: datetime = NOON) -> Recorded[pe.PersonEvent]:
    return recorded(pe.SafetyAcknowledged(entry=1), number, opened + timedelta(minutes=minute), by)


@pytest.mark.parametrize(("answer", "opens"), [(0, False), (1, True), (2, True), (3, True), (None, True)])
def test_only_a_clear_zero_opens_nothing(answer: int | None, opens: bool) -> None:
    found = listed(recorded(answered(answer), 1, NOON), now=NOON)
    assert bool(found) is opens
    assert [(each.answer, each.is_unknown) for each in found] == ([(answer, answer is None)] if opens else [])


def test_a_scale_without_the_question_opens_nothing() -> None:
    assert listed(recorded(answered(3, "mood"), 1, NOON), now=NOON) == ()


def test_a_later_zero_does_not_answer_for_the_one_before() -> None:
    found = listed(recorded(answered(2), 1, NOON), recorded(answered(0), 2, NOON), now=NOON)
    assert [(each.entry, each.state) for each in found] == [(1, SuicideItemState.OPEN)]


@pytest.mark.parametrize(
    ("seconds", "step", "reached", "next_step"),
    [
        (0, 0, "nurse on duty", "charge nurse"),
        (14 * 60 + 59, 0, "nurse on duty", "charge nurse"),
        (15 * 60, 1, "charge nurse", "prescriber"),
        (29 * 60 + 59, 1, "charge nurse", "prescriber"),
        (30 * 60, 2, "prescriber", "medical director"),
        (44 * 60 + 59, 2, "prescriber", "medical director"),
        (45 * 60, 3, "medical director", ""),
        (7 * 24 * 3600, 3, "medical director", ""),
    ],
)
def test_while_staffed_it_climbs_from_fifteen_minutes(seconds: int, step: int, reached: str, next_step: str) -> None:
    found = item_at(seconds)
    assert found.staffed
    assert (found.step, found.reached, found.next_step) == (step, reached, next_step)
    assert found.overdue is (step > 0)
    assert found.due_at == NOON + timedelta(minutes=15)
    assert (found.next_step_at is None) is (next_step == "")
    if found.next_step_at is not None:
        assert found.next_step_at == NOON + timedelta(minutes=15 * (step + 1))


@pytest.mark.parametrize(
    ("seconds", "reached"),
    [
        (15 * 60, "clinician on call"),
        (29 * 60 + 59, "clinician on call"),
        (30 * 60, "charge nurse"),
        (45 * 60, "prescriber"),
        (60 * 60 - 1, "prescriber"),
        (60 * 60, "medical director"),
    ],
)
def test_at_night_whoever_is_on_call_has_thirty_minutes(seconds: int, reached: str) -> None:
    found = item_at(seconds, opened=NIGHT)
    assert (found.staffed, found.reached) == (False, reached)
    assert found.due_at == NIGHT + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("day", "at", "zone", "staffed"),
    [
        (2, time(7, 59, 59), "UTC", False),
        (2, time(8), "UTC", True),
        (2, time(17, 59, 59), "UTC", True),
        (2, time(18), "UTC", False),
        (6, time(12), "UTC", True),
        (7, time(12), "UTC", False),
        (8, time(12), "UTC", False),
        (2, time(14), "America/New_York", True),
        (2, time(12, 59, 59), "America/New_York", False),
        (2, time(13), "America/New_York", True),
        (6, time(22), "Asia/Tokyo", False),
        (8, time(23), "Asia/Tokyo", True),
        # Clocks went forward on 8 March 2026 in New York: on the 9th, eight o'clock is an hour earlier in UTC.
        (9, time(12), "America/New_York", True),
        (9, time(11, 59, 59), "America/New_York", False),
    ],
)
def test_staffed_hours_are_the_clinics_own(day: int, at: time, zone: str, staffed: bool) -> None:
    moment = datetime.combine(datetime(2026, 3, day, tzinfo=UTC).date(), at, tzinfo=UTC)
    assert is_staffed(moment, RULES.opening_hours, ZoneInfo(zone)) is staffed


def test_the_clock_begins_when_the_clinic_has_the_answer() -> None:
    late: Recorded[pe.PersonEvent] = Recorded(
        seq=1, stream_seq=1, at=NIGHT - timedelta(days=1), recorded_at=NOON, recorded_by="nurse", co_signed_by="",
        event=answered(1),
    )  # fmt: skip
    (found,) = listed(late, now=NOON)
    assert (found.opened_at, found.staffed, found.step) == (NOON, True, 0)


def test_acknowledged_in_time_it_waits_an_hour_to_be_asked_and_then_climbs_the_same_ladder() -> None:
    own = taken(2, 14)
    before = item_at(15 * 60, own)
    assert (before.state, before.owner, before.step) == (SuicideItemState.ACKNOWLEDGED, "nurse", 0)
    assert before.due_at == NOON + timedelta(minutes=74)
    assert item_at(74 * 60 - 1, own).step == 0
    assert [item_at((74 + 15 * number) * 60, own).reached for number in range(3)] == LADDER


def test_an_item_handed_on_keeps_its_clock() -> None:
    found = item_at(40 * 60, taken(2, 10), taken(3, 39, "nurse2"))
    assert (found.owner, found.owned_since) == ("nurse2", NOON + timedelta(minutes=39))
    assert found.due_at == NOON + timedelta(minutes=70)


def test_asked_in_person_it_is_closed_and_climbs_no_more() -> None:
    asked: Recorded[pe.PersonEvent] = recorded(pe.SafetyAsked(entry=1, finding="no plan"), 2, NOON, "nurse2")
    found = item_at(90 * 60, asked)
    assert (found.state, found.owner, found.step, found.next_step_at) == (SuicideItemState.CLOSED, "nurse2", 0, None)
    assert found.asked is not None
    assert found.asked.event.finding == "no plan"


def test_two_answers_are_two_items() -> None:
    asked: Recorded[pe.PersonEvent] = recorded(pe.SafetyAsked(entry=1, finding="no plan"), 3, NOON)
    found = listed(recorded(answered(1), 1, NOON), recorded(answered(None), 2, NOON), asked, now=NOON)
    assert [(each.entry, each.state) for each in found] == [(1, SuicideItemState.CLOSED), (2, SuicideItemState.OPEN)]


def test_whoever_takes_it_on_owns_it() -> None:
    assert worklist.acknowledge(item_at(0), "nurse", "") == pe.SafetyAcknowledged(entry=1)
    assert worklist.acknowledge(item_at(60, taken(2, 0)), "nurse2", "nurse") == pe.SafetyAcknowledged(entry=1)


@pytest.mark.parametrize(
    ("by", "owner_seen", "words"),
    [("nurse", "", "taken this on already"), ("nurse", "nurse", "already"), ("nurse2", "", "since you looked")],
)
def test_it_is_not_taken_on_twice_unknowingly(by: str, owner_seen: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        worklist.acknowledge(item_at(60, taken(2, 0)), by, owner_seen)


def test_a_closed_item_is_not_taken_on() -> None:
    with pytest.raises(Refused, match="already taken up"):
        worklist.acknowledge(item_at(60, recorded(pe.SafetyAsked(entry=1, finding="x"), 2, NOON)), "nurse2", "nurse")

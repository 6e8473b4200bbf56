"""Appointments as they stand, free times, and a course laid on free chairs: never closer, never doubled, never shut."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Protocol
from sereniv.therapy.person import events as pe
from sereniv.therapy.scheduling.arrivals import arrived
from sereniv.therapy.scheduling.calendar import (
    AppointmentState,
    ChairsAndHours,
    Taken,
    appointments,
    far_enough,
    later,
    lay_out,
    minutes_for,
    overlap,
    to_call_back,
    within_hours,
)
from sereniv.therapy.scheduling.telling import to_tell
from sereniv.therapy.treatment.course import planned_day
from tests.therapy.coursing import day, person

RULES = knowledge()
RULE = RULES.appointment
P_DEP = RULES.protocols["P-DEP"]
HERE = [each for each in RULES.protocols.values() if each.outpatient]
MONDAY = date(2026, 3, 2)


def opening(on: date) -> tuple[time, time] | None:
    return (time(8), time(18)) if on.weekday() < 5 else None


def house(zone: str = "UTC", chairs: int = 2, taken: tuple[Taken, ...] = ()) -> ChairsAndHours:
    names = tuple(f"Chair {number}" for number in range(1, chairs + 1))
    return ChairsAndHours(chairs=names, opening=opening, zone=ZoneInfo(zone), step_min=RULE.step_min, taken=taken)


def booked(at: float, chair: str = "Chair 1") -> pe.AppointmentBooked:
    return pe.AppointmentBooked(starts_at=day(at), minutes=135, chair=chair, purpose=pe.Purpose.INFUSION)


def test_an_appointment_stands_as_last_moved_and_names_its_escort() -> None:
    moved = pe.AppointmentMoved(appointment=1, starts_at=day(3), chair="Chair 2", reason="train")
    escort = pe.EscortArranged(appointment=1, name="Kim", phone="1", way_home="taxi")
    cancelled = pe.AppointmentCancelled(appointment=2, reason="ill", by_patient=True)
    missed = pe.AppointmentMissed(appointment=3)
    found = appointments(
        person((0, booked(2)), (0, booked(4)), (0, booked(1)), (0, moved), (0, escort), (0, cancelled), (0, missed))
    )
    assert [(each.entry, each.state) for each in found] == [
        (3, AppointmentState.MISSED), (1, AppointmentState.BOOKED), (2, AppointmentState.CANCELLED),
    ]  # fmt: skip
    assert (found[1].chair, found[1].moves, found[1].starts_at) == ("Chair 2", 1, day(3))
    assert found[1].escort is not None
    assert found[1].ends_at == day(3) + timedelta(minutes=135)


def test_how_long_an_infusions_appointment_is() -> None:
    assert [minutes_for(RULES.protocols[name], RULE) for name in ("P-DEP", "P-CRPS-OP")] == [135, 330]


def test_one_may_begin_when_the_other_ends() -> None:
    ten = Taken(starts_at=day(0), ends_at=day(0) + timedelta(hours=1), chair="Chair 1")
    assert overlap(day(0) + timedelta(minutes=59), day(1), ten)
    assert not overlap(ten.ends_at, day(1), ten)


def test_hours_are_the_clinics_own() -> None:
    zone = ZoneInfo("America/Los_Angeles")
    begins = datetime(2026, 3, 2, 16, 0, tzinfo=zone)
    assert within_hours(begins, later(begins, minutes=120), opening, zone)
    assert not within_hours(begins, later(begins, minutes=121), opening, zone)
    assert not within_hours(begins + timedelta(days=5), later(begins + timedelta(days=5), minutes=15), opening, zone)


def test_the_first_free_course_in_an_empty_house() -> None:
    planned = [planned_day(P_DEP, MONDAY, offset) for offset in P_DEP.days]
    slots = lay_out(planned, P_DEP, house(), RULE, day(-1))
    assert [each.starts_at.strftime("%d %H:%M") for each in slots] == [
        "02 08:00", "04 08:00", "06 08:00", "09 08:00", "11 08:00", "13 08:00",
    ]  # fmt: skip
    assert {each.chair for each in slots} == {"Chair 1"}


def test_the_rest_of_a_day_begins_after_now_and_passes_the_weekend_over() -> None:
    friday = date(2026, 3, 6)
    planned = [planned_day(P_DEP, friday, offset) for offset in P_DEP.days[:3]]
    slots = lay_out(planned, P_DEP, house(), RULE, datetime(2026, 3, 6, 11, 7, tzinfo=UTC))
    assert [each.starts_at.strftime("%d %H:%M") for each in slots] == ["06 11:15", "09 08:00", "11 08:00"]


STARTS = st.integers(min_value=0, max_value=60 * 24 * 4).map(lambda quarter: day(-1) + timedelta(minutes=15 * quarter))
TAKEN = st.lists(
    st.builds(
        lambda start, minutes, chair: Taken(
            starts_at=start, ends_at=start + timedelta(minutes=minutes), chair=f"Chair {chair}"
        ),
        STARTS,
        st.sampled_from([60, 135, 330, 600]),
        st.integers(min_value=1, max_value=2),
    ),
    max_size=40,
)


@given(
    protocol=st.sampled_from(HERE),
    first=st.dates(date(2026, 3, 2), date(2026, 11, 10)),
    zone=st.sampled_from(["America/New_York", "Europe/Berlin", "UTC"]),
    taken=TAKEN,
    others=st.lists(STARTS, max_size=3),
)
def test_a_laid_out_course_is_never_closer_never_doubled_and_never_outside_the_hours(
    protocol: Protocol, first: date, zone: str, taken: list[Taken], others: list[datetime]
) -> None:
    clinic = house(zone, taken=tuple(taken))
    planned = [planned_day(protocol, first, offset) for offset in protocol.days]
    now = datetime.combine(first, time(9), UTC)
    slots = lay_out(planned, protocol, clinic, RULE, now, others, taken[:2])
    minutes = minutes_for(protocol, RULE)
    assert len(slots) == len(planned)
    for before, after in pairwise(slots):
        assert after.starts_at - before.starts_at >= timedelta(hours=protocol.minimum_hours_between)
    for wanted, slot in zip(planned, slots, strict=True):
        ends = later(slot.starts_at, minutes=minutes)
        assert slot.starts_at >= now
        assert slot.starts_at.astimezone(clinic.zone).date() >= wanted
        assert within_hours(slot.starts_at, ends, opening, clinic.zone)
        assert far_enough(slot.starts_at, others, protocol.minimum_hours_between)
        assert not [each for each in taken if each.chair == slot.chair and overlap(slot.starts_at, ends, each)]
        assert not [each for each in taken[:2] if overlap(slot.starts_at, ends, each)]


SETTLES: dict[str, pe.PersonEvent] = {
    "reached": pe.MissedCalledBack(appointment=1, reached=True, words="had a cold, books again"),
    "booked": booked(30),
    "interrupted": pe.CourseInterrupted(course=1, reason="influenza"),
    "ended": pe.CourseEnded(course=1, outcome=pe.Ending.PATIENTS_CHOICE, reason="wants no more"),
}


@given(acts=st.lists(st.sampled_from([*SETTLES, "nobody"]), max_size=5), jump=st.integers(0, 2000))
def test_a_missed_visit_is_owed_a_call_until_a_named_act_settles_it(acts: list[str], jump: int) -> None:
    nobody = pe.MissedCalledBack(appointment=1, reached=False, words="rang twice, no answer")
    said = [(1.1 + number / 10, SETTLES.get(what, nobody)) for number, what in enumerate(acts)]
    chart = person((-3, booked(0)), (1, pe.AppointmentMissed(appointment=1)), *said)
    owed = bool(to_call_back(chart, day(2 + jump)))
    assert owed is not any(what != "nobody" for what in acts)


MISSED = pe.AppointmentMissed(appointment=1)
TOLD_LATER = pe.AppointmentMoved(
    appointment=2, starts_at=day(5), chair="Chair 1", reason="asked for it", told=pe.Told.TELEPHONE
)


@pytest.mark.parametrize(
    ("acts", "is_owed"),
    [
        ((), True),
        ((replace(TOLD_LATER, told=pe.Told.NOT_YET),), True),
        ((replace(TOLD_LATER, starts_at=day(3), chair="Window", told=None),), True),
        ((TOLD_LATER,), False),
        ((pe.ComingNoted(appointment=2, what=pe.Coming.ARRIVED),), False),
        ((booked(4),), False),
    ],
)
def test_the_rest_of_a_course_that_was_booked_before_settles_no_missed_visit(
    acts: tuple[pe.PersonEvent, ...], is_owed: bool
) -> None:
    """Six booked at once and the second missed: nobody was to call, for the third stood in the calendar."""
    chart = person((-3, booked(0)), (-3, booked(3)), (1, MISSED), *((1.1, each) for each in acts))
    assert bool(to_call_back(chart, day(2))) is is_owed


def test_a_tap_that_was_taken_back_is_no_coming_nor_is_one_before_somebody_was_missed() -> None:
    came, after_all_not = (pe.ComingNoted(appointment=1, what=what) for what in (pe.Coming.ARRIVED, pe.Coming.EXPECTED))
    assert to_call_back(person((-3, booked(0)), (0, came), (0, after_all_not), (1, MISSED)), day(2))
    assert to_call_back(person((-3, booked(0)), (0, came), (1, MISSED)), day(2)), "they left unseen"
    assert not to_call_back(person((-3, booked(0)), (1, MISSED), (1.1, came)), day(2))


def test_another_chair_at_the_same_time_takes_away_nothing_that_is_known_of_a_visit() -> None:
    """Moved to a dry chair while she sat in the waiting room, she was *expected*, and *did not come* next day."""
    same_time = pe.AppointmentMoved(appointment=1, starts_at=day(2), chair="Chair 2", reason="wet", told=None)
    said = pe.EscortNamedByPatient(appointment=1, name="Kim", phone="1", way_home="car")
    came = pe.ComingNoted(appointment=1, what=pe.Coming.ARRIVED)
    chart = person((0, booked(2)), (1, said), (1.9, came), (1.9, same_time))
    assert arrived(chart, 1) == day(1.9)
    assert [(each.chair, each.said) for each in appointments(chart)] == [("Chair 2", said)]
    later_that_day = person((0, booked(2)), (1.9, came), (1.9, replace(same_time, starts_at=day(2.1))))
    assert arrived(later_that_day, 1) is None


def test_another_name_for_a_chair_leaves_a_patient_who_is_still_to_be_told_to_be_told() -> None:
    untold = replace(TOLD_LATER, appointment=1, told=pe.Told.NOT_YET)
    renamed = replace(untold, chair="Window", reason="Chair 1 is called Window now", told=None)
    assert [each.what for each in to_tell(person((0, booked(2)), (1, untold), (1.1, renamed)))] == ["moved"]

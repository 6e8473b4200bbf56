"""What a patient's phone says of their visits: days are the clinic's own, and what was said ends with a change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.phone.visits import Rest, coming, resting
from sereniv.therapy.scheduling.calendar import appointments
from sereniv.therapy.scheduling.hours import next_opening
from tests.therapy.coursing import person

ZONE = ZoneInfo("America/Denver")
NOON = datetime(2026, 3, 2, 19, tzinfo=UTC)
BOOKED = pe.AppointmentBooked(starts_at=NOON, minutes=150, chair="Chair 1", purpose=pe.Purpose.INFUSION)
SAID = pe.EscortNamedByPatient(appointment=1, name="Kim", phone="", way_home="")
MOVED = pe.AppointmentMoved(appointment=1, starts_at=NOON + timedelta(days=1), chair="Chair 1", reason="ill")
ARRANGED = pe.EscortArranged(appointment=1, name="Lee", phone="1", way_home="taxi")


@pytest.mark.parametrize(
    ("events", "said", "arranged"),
    [
        ((BOOKED, SAID), "Kim", None),
        ((BOOKED, ARRANGED, SAID), "Kim", "Lee"),
        ((BOOKED, SAID, ARRANGED), None, "Lee"),
        ((BOOKED, SAID, MOVED), None, None),
        ((BOOKED, MOVED, SAID), "Kim", None),
    ],
)
def test_what_the_patient_said_ends_with_a_move_and_with_what_staff_arranged(
    events: tuple[pe.PersonEvent, ...], said: str | None, arranged: str | None
) -> None:
    (found,) = appointments(person(*((0, each) for each in events)))
    assert (found.said.name if found.said else None) == said
    assert (found.escort.name if found.escort else None) == arranged


@pytest.mark.parametrize(
    ("now", "rest"),
    [
        (NOON, Rest.TODAY),
        (datetime(2026, 3, 3, 6, 59, tzinfo=UTC), Rest.TODAY),
        (datetime(2026, 3, 3, 7, tzinfo=UTC), Rest.DAY_AFTER),
        (datetime(2026, 3, 4, 6, 59, tzinfo=UTC), Rest.DAY_AFTER),
        (datetime(2026, 3, 4, 7, tzinfo=UTC), None),
        (NOON - timedelta(minutes=1), None),
    ],
)
def test_the_day_after_ends_at_the_clinics_own_midnight(now: datetime, rest: Rest | None) -> None:
    assert resting([NOON], now, ZONE) is rest


def test_an_infusion_that_was_started_is_not_to_come_and_a_review_of_that_day_is() -> None:
    review = pe.AppointmentBooked(
        starts_at=NOON + timedelta(hours=3), minutes=30, chair="Chair 1", purpose=pe.Purpose.REVIEW
    )
    chart = person((0, BOOKED), (0, review))
    assert [each.entry for each in coming(chart, [], NOON - timedelta(hours=1), ZONE)] == [1, 2]
    assert [each.entry for each in coming(chart, [NOON], NOON, ZONE)] == [2]
    assert coming(chart, [], NOON + timedelta(hours=4), ZONE) == ()


def test_the_next_opening_passes_over_closed_days_and_is_always_later() -> None:
    hours = knowledge().opening_hours
    friday_evening = datetime(2026, 3, 6, 20, tzinfo=ZONE)
    assert next_opening(friday_evening, hours, ZONE) == datetime.combine(date(2026, 3, 9), time(8), ZONE)
    at_opening = datetime(2026, 3, 9, 8, tzinfo=ZONE)
    assert next_opening(at_opening, hours, ZONE) == datetime(2026, 3, 10, 8, tzinfo=ZONE)

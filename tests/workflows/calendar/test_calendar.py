"""The calendar through its workflows: nobody and no chair twice, spacing, opening hours, and the whole course."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import AppointmentRow, Chair
from sereniv.clinic.records.projections import rebuild
from sereniv.clinic.workflows.admin import chairs as chair_acts
from sereniv.clinic.workflows.calendar import booking, calendar, coming
from sereniv.clinic.workflows.calendar.booking import Wish
from sereniv.clinic.workflows.shell.acting import NotPermitted
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.scheduling.calendar import Slot, appointments
from tests.conftest import NOON, ActMaker
from tests.workflows.coursing import eligible, infuse, moved

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def chairs(db: None) -> None:
    del db
    for name in ("Chair 1", "Chair 2"):
        Chair.objects.create(name=name)


def at(day: float, hour: float = 8) -> datetime:
    return datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=day, hours=hour)


def infusion(day: float, hour: float = 8, chair: str = "Chair 1") -> Wish:
    return Wish(starts_at=at(day, hour), chair=chair)


def test_no_chair_and_no_person_is_booked_twice(act: ActMaker) -> None:
    she, he = eligible(act, NOON), eligible(act, NOON, name="otto")
    entry = booking.book(she, infusion(1), act("coordinator", key="booked-once-1"))
    assert booking.book(she, infusion(1), act("coordinator", key="booked-once-1")) == entry
    row = AppointmentRow.objects.get()
    assert (row.ends_at - row.starts_at, row.chair, row.state) == (timedelta(minutes=135), "Chair 1", "booked")
    with pytest.raises(Refused, match=r"Chair 1 is booked then for Ilse Test, 08:00 to 10:15"):
        booking.book(he, infusion(1, 10), act("nurse"))
    with pytest.raises(Refused, match="already has an appointment then"):
        other = Wish(starts_at=at(1, 9), chair="Chair 2", purpose=pe.Purpose.REVIEW)
        booking.book(she, other, act("nurse"))
    booking.book(he, infusion(1, 10.25), act("nurse"))
    with pytest.raises(NotPermitted):
        booking.book(he, infusion(3), act("admin"))


def test_a_renamed_chair_takes_its_bookings_along(act: ActMaker) -> None:
    she, he = eligible(act, NOON), eligible(act, NOON, name="otto")
    for day in (-3, 1, 3):
        booking.book(she, infusion(day), act("coordinator", now=at(-4)))
    chair = Chair.objects.get(name="Chair 1")
    for _ in range(2):
        chair_acts.rename_chair(chair.pk, "Window", act("admin", key="renamed-once-1"))
    assert [row.chair for row in AppointmentRow.objects.all()] == ["Chair 1", "Window", "Window"], "the past stays"
    with pytest.raises(Refused, match="Window is booked then for Ilse Test"):
        booking.book(he, infusion(1, chair="Window"), act("coordinator"))
    moved = [each.event for each in chart_store.person_chart(she).all(pe.AppointmentMoved)]
    assert [each.reason for each in moved] == ["Chair 1 is called Window now"] * 2


def test_dates_of_one_form_may_not_overlap_nor_lie_out_of_reach(act: ActMaker) -> None:
    """What was never free is looked up nowhere: the dates of a form are held against each other too."""
    she = eligible(act, NOON)
    twice = [Slot(starts_at=at(1), minutes=135, chair=chair) for chair in ("Chair 1", "Chair 2")]
    with pytest.raises(Refused, match="overlap"):
        booking.book_course(she, twice, act("nurse"))
    with pytest.raises(Malformed, match="two years ahead"):
        booking.book(she, Wish(starts_at=datetime(9999, 12, 31, 23, 45, tzinfo=UTC), chair="Chair 1"), act("nurse"))
    assert not AppointmentRow.objects.exists()


@pytest.mark.parametrize(
    ("wish", "no", "words"),
    [
        (Wish(starts_at=at(5), chair="Chair 1"), Refused, "outside the opening hours"),
        (Wish(starts_at=at(1, 16), chair="Chair 1"), Refused, "outside the opening hours"),
        (Wish(starts_at=at(1, 7.75), chair="Chair 1"), Refused, "outside the opening hours"),
        (Wish(starts_at=at(1), chair="Chair 9"), Refused, "not in use"),
        (Wish(starts_at=at(1, 8.1), chair="Chair 1"), Malformed, "quarter hour"),
        (Wish(starts_at=at(0, 11), chair="Chair 1"), Malformed, "has passed"),
        (Wish(starts_at=at(1), chair="Chair 1", minutes=60), Malformed, "takes 135 minutes"),
        (Wish(starts_at=at(1), chair="Chair 1", minutes=5000), Malformed, "twelve hours"),
    ],
)  # fmt: skip
def test_what_cannot_be_booked(act: ActMaker, wish: Wish, no: type[Exception], words: str) -> None:
    she = eligible(act, NOON)
    with pytest.raises(no, match=words):
        booking.book(she, wish, act("nurse"))
    assert not AppointmentRow.objects.exists()


def test_outside_the_hours_with_a_reason(act: ActMaker) -> None:
    she = eligible(act, NOON)
    booking.book(she, Wish(starts_at=at(5), chair="Chair 1", exception="two nurses agreed"), act("nurse"))
    assert chart_store.person_chart(she).all(pe.AppointmentBooked)[0].event.exception == "two nurses agreed"


def test_infusions_keep_the_protocols_spacing_from_those_run_and_booked(act: ActMaker) -> None:
    she = eligible(act, NOON)
    infuse(act, she, NOON)
    with pytest.raises(Refused, match="40 hours between"):
        booking.book(she, infusion(1, 15), act("nurse", now=at(0, 14)))
    entry = booking.book(she, infusion(2), act("nurse", now=at(0, 14)))
    with pytest.raises(Refused, match="40 hours between"):
        booking.book(she, infusion(3), act("nurse", now=at(0, 14)))
    booking.book(she, Wish(starts_at=at(3), chair="Chair 1", purpose=pe.Purpose.REVIEW), act("nurse", now=at(0, 14)))
    booking.cancel(she, entry, "ill", True, act("nurse", now=at(0, 15)))
    booking.book(she, infusion(3, 10), act("nurse", now=at(0, 15)))


def test_an_appointment_is_moved_missed_and_given_an_escort(act: ActMaker) -> None:
    she, he = eligible(act, NOON), eligible(act, NOON, name="otto")
    entry = booking.book(she, infusion(1), act("nurse"))
    booking.book(he, infusion(2), act("nurse"))
    with pytest.raises(Refused, match="booked then for Otto"):
        booking.move(she, entry, moved(at(2, 9), "Chair 1", "train"), act("nurse"))
    with pytest.raises(Malformed, match="why"):
        booking.move(she, entry, moved(at(2, 9), "Chair 2", " "), act("nurse"))
    booking.move(she, entry, moved(at(1, 9), "Chair 1", "overlaps only itself"), act("nurse"))
    booking.move(she, entry, moved(at(2, 9), "Chair 2", "train"), act("nurse"))
    coming.arrange_escort(she, entry, "Kim Escort", "555-0100", "taxi", act("coordinator"))
    assert [(row.chair, row.escort) for row in AppointmentRow.objects.filter(person_id=she)] == [
        ("Chair 2", "Kim Escort")
    ]
    with pytest.raises(Refused, match="still to come"):
        coming.miss(she, entry, "", act("nurse"))
    before = list(AppointmentRow.objects.order_by("person_id", "entry").values_list("entry", "starts_at", "chair"))
    assert rebuild() == 2
    assert (
        list(AppointmentRow.objects.order_by("person_id", "entry").values_list("entry", "starts_at", "chair")) == before
    )
    coming.miss(she, entry, "no answer", act("nurse", now=at(2, 12)))
    with pytest.raises(Refused, match="no such appointment"):
        booking.cancel(she, entry, "late", True, act("nurse", now=at(2, 13)))


def test_the_whole_course_is_laid_out_shown_and_booked_in_one_act(act: ActMaker) -> None:
    she, he = eligible(act, NOON), eligible(act, NOON, name="otto")
    booking.book(he, infusion(1), act("nurse"))
    slots = booking.plan_course(she, at(1).date(), NOON)
    assert [(slot.starts_at, slot.chair) for slot in slots[:2]] == [(at(1), "Chair 2"), (at(3), "Chair 1")]
    assert not AppointmentRow.objects.filter(person_id=she).exists()
    assert len(booking.book_course(she, slots, act("coordinator", key="course-once-1"))) == 6
    assert booking.book_course(she, slots, act("coordinator", key="course-once-1")) == ()
    with pytest.raises(Refused, match="run or booked"):
        booking.plan_course(she, at(1).date(), NOON)
    third = appointments(chart_store.person_chart(she))[2]
    booking.cancel(she, third.entry, "holiday", True, act("nurse"))
    assert len(booking.plan_course(she, at(20).date(), NOON)) == 1
    stale = booking.plan_course(he, at(2).date(), NOON)
    third_person = eligible(act, NOON, name="ute")
    other = Wish(starts_at=stale[-1].starts_at, chair=stale[-1].chair, purpose=pe.Purpose.OTHER)
    booking.book(third_person, other, act("nurse"))
    before = AppointmentRow.objects.count()
    with pytest.raises(Refused, match="booked then"):
        booking.book_course(he, stale, act("nurse"))
    assert AppointmentRow.objects.count() == before, "all or none"


def test_who_comes_next_at_each_chair(act: ActMaker) -> None:
    she = eligible(act, NOON)
    booking.book(she, infusion(0, 13), act("nurse"))
    assert {chair: row.person_id for chair, row in calendar.coming_up(NOON).items()} == {"Chair 1": she}
    infuse(act, she, at(0, 13.5))
    assert calendar.coming_up(at(0, 13.6)) == {}, "who sits in a chair is no longer to come"
    assert set(calendar.seated_on(at(0).date())) == {she}


WISHES = st.tuples(
    st.integers(min_value=0, max_value=2),
    st.integers(min_value=0, max_value=7),
    st.integers(min_value=0, max_value=39),
    st.sampled_from(["Chair 1", "Chair 2"]),
    st.booleans(),
)
Tried = list[tuple[int, int, int, str, bool]]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes=st.lists(WISHES, min_size=3, max_size=12))
def test_whatever_is_booked_and_moved_nothing_overlaps(
    act: ActMaker, wishes: list[tuple[int, int, int, str, bool]]
) -> None:
    people = [eligible(act, NOON, name=f"{uuid.uuid4()}") for _ in range(3)]
    AppointmentRow.objects.all().delete()
    entries: dict[uuid.UUID, int] = {}
    for who, day, quarter, chair, moves in wishes:
        person, starts = people[who], at(day + 1, 8 + quarter / 4)
        try:
            if moves and person in entries:
                booking.move(person, entries[person], moved(starts, chair, "test", "test"), act("nurse"))
            else:
                entries[person] = booking.book(person, Wish(starts_at=starts, chair=chair, exception="t"), act("nurse"))
        except Refused:
            continue
    rows = list(AppointmentRow.objects.filter(state="booked", person_id__in=people))
    assert len(rows) <= len(wishes)
    for one in rows:
        for other in rows:
            together = one.pk != other.pk and one.starts_at < other.ends_at and other.starts_at < one.ends_at
            assert not (together and (one.chair == other.chair or one.person_id == other.person_id))
            if one.pk != other.pk and one.person_id == other.person_id:
                assert abs(one.starts_at - other.starts_at) >= timedelta(hours=40)

"""Who comes today: expected, late, arrived, seated or not come, each with one tap; and a course moved as one."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair, SessionRow
from sereniv.clinic.web.calendar.who_comes import who_comes
from sereniv.clinic.web.today.lines import topics_for
from sereniv.clinic.workflows.calendar import booking, coming, moving
from sereniv.clinic.workflows.chair import charting, sessions
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.scheduling.calendar import appointments
from sereniv.therapy.session.events import TransferredOut
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.desk import Desk
from tests.workflows.coursing import eligible, infuse, sign

pytestmark = pytest.mark.django_db
MISSED = "Missed appointments"


@pytest.fixture(autouse=True)
def two_chairs(db: None) -> None:
    del db
    for name in ("Chair 1", "Chair 2"):
        Chair.objects.create(name=name)


def at(hour: float, day: int = 0) -> datetime:
    return datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=day, hours=hour)


def booked(act: ActMaker, hour: float = 13, name: str = "ilse") -> tuple[uuid.UUID, int]:
    she = eligible(act, at(8), name=name)
    wish = booking.Wish(starts_at=at(hour), chair="Chair 1")
    return she, booking.book(she, wish, act("coordinator", now=at(8)))


def words(now: datetime) -> list[str]:
    return [each.words for each in who_comes(now)]


def test_each_tap_says_where_somebody_stands_and_a_chair_says_more(act: ActMaker) -> None:
    she, entry = booked(act)
    assert words(at(12.9)) == ["expected"]
    assert words(at(13.2)) == ["expected"]
    assert words(at(13.25)) == ["late by 15 min"]
    coming.note(she, entry, pe.Coming.LATE, act("coordinator", now=at(12.5)))
    assert words(at(13.5)) == ["comes late, said at 12:30"]
    coming.note(she, entry, pe.Coming.ARRIVED, act("coordinator", now=at(13.5)))
    assert words(at(15.5)) == ["arrived 13:30, 2 h ago"]
    coming.note(she, entry, pe.Coming.EXPECTED, act("coordinator", now=at(13.6)))
    assert words(at(13.7)) == ["late by 42 min"]
    order = sign(act, she, at(13.7))
    sessions.open_session(she, order, "Chair 2", act("nurse", now=at(13.75)))
    assert words(at(14)) == ["seated 13:45 at Chair 2; preparing"]


def test_whoever_went_from_the_chair_to_a_hospital_is_not_said_to_be_discharged(act: ActMaker) -> None:
    """Who comes today and the calendar said *discharged*, and of each session whose note was signed, *signed*."""
    she, _ = booked(act)
    session = infuse(act, she, at(13))
    charting.chart_fact(session, TransferredOut(where="City Hospital", reason="chest pain"), act("nurse", now=at(14)))
    (said,) = words(at(14))
    assert said.endswith("; over")
    (row,) = SessionRow.objects.filter(pk=session)
    assert row.how_far == "over"


def test_a_move_begins_anew_and_a_miss_is_answered_by_coming_after_all(act: ActMaker, staff: dict[str, Staff]) -> None:
    she, entry = booked(act)
    coming.note(she, entry, pe.Coming.LATE, act("coordinator", now=at(12)))
    later = booking.Move(starts_at=at(14), chair="Chair 1", reason="traffic", told=pe.Told.TELEPHONE)
    booking.move(she, entry, later, act("coordinator", now=at(12)))
    assert words(at(13)) == ["expected"], "what was said of the other time is over"
    coming.miss(she, entry, "", act("coordinator", now=at(15)))
    assert words(at(16)) == ["did not come, noted 15:00"]
    coming.note(she, entry, pe.Coming.ARRIVED, act("coordinator", now=at(16)))
    assert words(at(16)) == ["arrived 16:00, now"]
    topics = {topic.title for topic in topics_for(staff["coordinator"], at(16))}
    assert MISSED not in topics, "nobody is called back who stands at the desk"


def test_whoever_missed_one_of_several_is_called_until_reached_or_seated(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """With the next visit of the course booked before, *a call is owed* was said and nobody was to call."""
    she, entry = booked(act)
    booking.book(she, booking.Wish(starts_at=at(13, day=3), chair="Chair 1"), act("coordinator", now=at(8)))
    coming.miss(she, entry, "", act("coordinator", now=at(15)))

    def owed(now: datetime) -> list[str]:
        fixed_clock.shown = now
        return [line.what for each in topics_for(staff["nurse"], now) if each.title == MISSED for line in each.lines]

    assert owed(at(16)) == owed(at(16, day=2)) == ["Ilse Test: missed, call back"]
    sessions.open_session(she, sign(act, she, at(12, day=3)), "Chair 1", act("nurse", now=at(13, day=3)))
    assert owed(at(13.5, day=3)) == []


def test_who_arrived_and_was_never_seated_did_come(act: ActMaker, staff: dict[str, Staff]) -> None:
    she, entry = booked(act)
    coming.note(she, entry, pe.Coming.ARRIVED, act("coordinator", now=at(13)))
    lines = [line for topic in topics_for(staff["nurse"], at(20)) if topic.title == MISSED for line in topic.lines]
    assert [line.what for line in lines] == ["Ilse Test: arrived and was never seated"]


def test_a_page_open_since_before_takes_nobody_away_who_came(act: ActMaker, staff: dict[str, Staff]) -> None:
    """*Did not come*, tapped in an old tab, owed a call to whoever sat at the desk, or at a chair."""
    she, entry = booked(act)
    coming.note(she, entry, pe.Coming.ARRIVED, act("coordinator", now=at(12.9)))
    with pytest.raises(Refused, match="noted as arrived at 12:54"):
        coming.miss(she, entry, "", act("coordinator", now=at(13.2)))
    with pytest.raises(Refused, match="noted as arrived at 12:54"):
        coming.note(she, entry, pe.Coming.LATE, act("coordinator", now=at(13.2)))
    coming.note(she, entry, pe.Coming.EXPECTED, act("coordinator", now=at(13.3)))
    coming.note(she, entry, pe.Coming.LATE, act("coordinator", now=at(13.4)))
    sessions.open_session(she, sign(act, she, at(13.7)), "Chair 2", act("nurse", now=at(13.75)))
    for hour in (13.8, 30):
        with pytest.raises(Refused, match=r"took a chair that day \(13:45, Chair 2\): they came"):
            coming.miss(she, entry, "", act("coordinator", now=at(hour)))
    assert MISSED not in {topic.title for topic in topics_for(staff["coordinator"], at(30))}


def test_a_visit_that_is_kept_is_neither_moved_nor_cancelled_and_one_that_came_to_nothing_is(act: ActMaker) -> None:
    """Moved from an old page while the pump ran, it stood on the day after as an infusion to come."""
    she, entry = booked(act)
    session = sessions.open_session(she, sign(act, she, at(12.7)), "Chair 2", act("nurse", now=at(12.75)))
    later = booking.Move(starts_at=at(14, day=3), chair="Chair 1", reason="another day", told=pe.Told.TELEPHONE)
    for try_it in (
        lambda: booking.move(she, entry, later, act("coordinator", now=at(13))),
        lambda: booking.cancel(she, entry, "not today", False, act("coordinator", now=at(13)), pe.Told.TELEPHONE),
    ):
        with pytest.raises(Refused, match=r"took a chair for it \(Chair 2, 12:45\): this visit is kept"):
            try_it()
    sessions.close_unused(session, "sent home with a cold, nothing begun", act("nurse", now=at(13.1)))
    booking.move(she, entry, later, act("coordinator", now=at(13.2)))
    assert words(at(13.3)) == []


def desk_of(staff: dict[str, Staff]) -> Client:
    desk = Client()
    desk.force_login(staff["coordinator"], backend="django.contrib.auth.backends.ModelBackend")
    return desk


def test_one_tap_from_today_and_from_the_calendar(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    she, entry = booked(act)
    desk, address = desk_of(staff), reverse("appointment_coming", args=[she, entry])
    for number, page in enumerate((reverse("today"), reverse("calendar"))):
        assert "Who comes today" in desk.get(page).content.decode()
        sent = {"key": f"tap-0000{number}", "what": "arrived", "next": page}
        assert desk.post(address, sent).headers["Location"] == page
        assert "arrived 12:00, now" in desk.get(page).content.decode()
    assert desk.post(address, {"key": "tap-00003", "what": "flown"}).status_code == 422
    assert desk.post(address, {"key": "tap-00004", "what": "missed"}).status_code == 422, "it is still to come"


def test_today_and_the_day_count_whoever_did_not_come_apart(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """Who comes said two, the day *1 booked*."""
    booked(act, 13.5)
    she, entry = booked(act, 10, name="anna")
    fixed_clock.shown = at(12)
    coming.miss(she, entry, "", act("coordinator", now=at(11)))
    desk = desk_of(staff)
    for page in (reverse("today"), reverse("calendar")):
        text = " ".join(re.sub(r"<[^>]+>", " ", desk.get(page).content.decode()).split())
        assert "Who comes today 1 1 more did not come." in text, text
    assert "1 booked; 1 did not come" in text


def test_the_day_shows_who_sits_there_without_a_booking_and_a_free_time_books(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    booked(act, hour=15)
    he = eligible(act, at(8), name="otto")
    sessions.open_session(he, sign(act, he, at(11)), "Chair 2", act("nurse", now=at(11.3)))
    desk = desk_of(staff)
    day = desk.get(reverse("calendar")).content.decode()
    assert "came 11:18 without a booking, preparing" in day
    assert "1 came and was seated" in day
    free = "?day=2026-03-02&amp;time=13:00&amp;chair=Chair%201"
    assert free in day
    assert "time=11:00" not in day, "what is over is not offered"
    find = reverse("calendar_find") + "?day=2026-03-02&time=13:00&chair=Chair+1"
    assert "Ilse" not in desk.get(find).content.decode(), "nobody is shown who was not asked for"
    found = desk.get(f"{find}&q=test, ott").content.decode()
    book = reverse("appointment_book", args=[he]) + "?day=2026-03-02&amp;time=13%3A00&amp;chair=Chair+1"
    assert book in found or book in desk.get(f"{find}&q=otto").content.decode()
    form = desk.get(book.replace("&amp;", "&")).content.decode()
    assert 'value="13:00"' in form
    assert 'value="2026-03-02"' in form


def test_who_has_sat_there_since_yesterday_stands_on_today(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    he = eligible(act, at(8), name="otto")
    sessions.open_session(he, sign(act, he, at(11)), "Chair 2", act("nurse", now=at(11.3)))
    fixed_clock.shown = at(9, 1)
    day = desk_of(staff).get(reverse("calendar")).content.decode()
    assert "came Mon 2 Mar 11:18 without a booking, preparing" in day
    assert "time=10:00&amp;chair=Chair%201" in day
    assert "time=09:00&amp;chair=Chair%202" not in day


def test_the_rest_of_a_course_moves_as_one_with_its_gaps(act: ActMaker) -> None:
    she = eligible(act, NOON)
    slots = booking.plan_course(she, at(0, 1).date(), NOON)
    booking.book_course(she, slots, act("coordinator"))
    before = [each.starts_at for each in appointments(chart_store.person_chart(she))]
    planned = moving.plan_move(she, at(0, 8).date(), NOON)
    assert [each.slot.starts_at - old for each, old in zip(planned, before, strict=True)] == [timedelta(days=7)] * 6
    wanted = [(each.appointment.entry, each.slot) for each in planned]
    holiday = moving.Why(reason="holiday", known=pe.Told.NOT_YET)
    with pytest.raises(Refused, match="not the infusions booked now"):
        moving.move_course(she, wanted[1:], holiday, act("coordinator"))
    assert moving.move_course(she, wanted, holiday, act("coordinator", key="moved-all-1")) == 6
    assert moving.move_course(she, wanted, holiday, act("coordinator", key="moved-all-1")) == 0
    after = [each.starts_at for each in appointments(chart_store.person_chart(she))]
    assert [new - old for new, old in zip(after, before, strict=True)] == [timedelta(days=7)] * 6


def test_one_place_that_was_taken_since_moves_none(act: ActMaker) -> None:
    she, he = eligible(act, NOON), eligible(act, NOON, name="otto")
    booking.book_course(she, booking.plan_course(she, at(0, 1).date(), NOON), act("coordinator"))
    planned = moving.plan_move(she, at(0, 8).date(), NOON)
    last = planned[-1].slot
    booking.book(he, booking.Wish(starts_at=last.starts_at, chair=last.chair), act("coordinator"))
    wanted = [(each.appointment.entry, each.slot) for each in planned]
    with pytest.raises(Refused, match="is booked then for"):
        moving.move_course(she, wanted, moving.Why(reason="holiday", known=pe.Told.TELEPHONE), act("coordinator"))
    kept = appointments(chart_store.person_chart(she))
    assert [each.moves for each in kept] == [0] * 6


@pytest.mark.parametrize("now", [at(0.25, day=1), at(7.9, day=1), at(8.1, day=1), at(13, day=1)])
def test_who_sits_there_since_the_night_before_is_named_at_any_hour(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, now: datetime
) -> None:
    """Seated at 23:30 and still there at half past midnight: *1 still at a chair*, and nowhere who."""
    he = eligible(act, NOON, name="otto")
    sessions.open_session(he, sign(act, he, NOON), "Chair 1", act("nurse", now=at(23.5)))
    fixed_clock.shown = now
    said = Desk(staff, "coordinator").reads("calendar")
    assert "1 still at a chair since the day before" in said
    assert "Otto Test" in said
    assert "Otto Test" in Desk(staff, "coordinator").reads("calendar_week")

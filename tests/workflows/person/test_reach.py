"""An act reaches everything that stands on it: every pair of the table that ends or asks, by the acts themselves."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import (
    OPEN_PHASES,
    AppointmentRow,
    Chair,
    ClinicDetails,
    Invitation,
    OnCall,
    Person,
    SessionRow,
)
from sereniv.clinic.web.person.page.next_step import next_step
from sereniv.clinic.web.person.page.story import Story
from sereniv.clinic.web.today.lines import topics_for
from sereniv.clinic.workflows.admin import chairs as setting_up_chairs
from sereniv.clinic.workflows.admin import on_call, opening, setting_up
from sereniv.clinic.workflows.calendar import booking, calendar, moving
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.chair import charting, monitors, sessions
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.clinic.workflows.followup import answers
from sereniv.clinic.workflows.intake import intake, screening
from sereniv.clinic.workflows.orders import order_state, orders
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.phone import invitations
from sereniv.clinic.workflows.safety import safety
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import OrderAct, OrderState, Reach, Standing
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows import erasing
from tests.workflows.coursing import consent_version, decided, eligible, infuse, moved, sign

pytestmark = pytest.mark.django_db
DOUBTED, REBOOK = "Booked although something speaks against it", "To rebook"
FASTING, SPEAK = "Eat nothing in the 6 hours before", "We need to speak with you before this visit"
THURSDAY = datetime(2026, 3, 5, 8, tzinfo=UTC)
OF_THE_BOOKS = frozenset(
    {"Notes to sign", "Notes unsigned for a day", "Drug to account for", "Drug never accounted for"}
)
"""What is owed to the books of somebody who died as of anybody; bookings are asked about until they are cancelled."""
WEEK = {day: (time(8), time(17)) for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")}
Walk = Callable[["Clinic"], None]
Act = Callable[["Clinic"], None]


class Clinic:
    """One person with two infusions booked, a link on their phone and a live order; what each act then leaves."""

    def __init__(self, act: ActMaker, staff: dict[str, Staff]) -> None:
        self.act, self.staff = act, staff
        self.she = eligible(act, NOON)
        self.order = sign(act, self.she, NOON)
        self.bookings = [self.book(THURSDAY), self.book(THURSDAY + timedelta(days=5))]
        self.token = invitations.invite(self.she, ("mood",), NOON + timedelta(days=14), act("nurse")).token

    def book(self, starts_at: datetime, despite: str = "") -> int:
        return booking.book(
            self.she, booking.Wish(starts_at=starts_at, chair="Chair 1", despite=despite), self.act("coordinator")
        )

    def start(self) -> uuid.UUID:
        """Seat her for the live order and let the pump run."""
        session = sessions.open_session(self.she, self.order, "Chair 2", self.act("nurse", now=NOON))
        rate = chart_store.session_chart_of(session).plan.rate_ml_per_h
        found = ev.InfusionFoundRunning(rate_ml_per_h=rate, deviation="test")
        charting.chart_fact(session, found, self.act("nurse", now=NOON))
        return session

    @property
    def head(self) -> int:
        return chart_store.person_chart(self.she).head

    def phone(self) -> str:
        return Client().get(f"/q/{self.token}/").content.decode()

    def today(self, title: str, who: str = "coordinator") -> list[str]:
        topics = topics_for(self.staff[who], NOON)
        return [f"{line.what}; {line.detail}" for topic in topics if topic.title == title for line in topic.lines]

    def every_topic(self, now: datetime) -> dict[str, list[str]]:
        """Return the lines that name her in every topic of everybody, by its title."""
        who = ("nurse", "prescriber", "coordinator", "director")
        topics = (topic for each in who for topic in topics_for(self.staff[each], now))
        said = {topic.title: [line.what for line in topic.lines if "Ilse Test" in line.what] for topic in topics}
        return {title: lines for title, lines in said.items() if lines}

    def order_state(self) -> OrderState | None:
        found = order_state.order_now(self.she, self.order, self.act("prescriber"))
        return found.state if found else None


@pytest.fixture
def clinic(act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock) -> Clinic:
    del fixed_clock
    cache.clear()
    ClinicDetails.objects.create(id=1, name="Quiet Room", phone="555-0142", on_call_phone="555-0143")
    for name in ("Chair 1", "Chair 2"):
        Chair.objects.create(name=name)
    opening.set_hours(WEEK, {}, act("admin", now=NOON - timedelta(days=1)))
    return Clinic(act, staff)


def declined(clinic: Clinic) -> None:
    candidacy.decide_candidacy(
        clinic.she, pe.Decision.DECLINED, "Unstable angina", clinic.head, clinic.act("prescriber")
    )


def consent_withdrawn(clinic: Clinic) -> None:
    if not chart_store.person_chart(clinic.she).consents:
        raise AssertionError("nothing to withdraw")
    intake.withdraw_consent(clinic.she, "changed her mind", clinic.act("nurse"))


def course_interrupted(clinic: Clinic) -> None:
    courses.interrupt(clinic.she, "a chest infection", clinic.act("nurse"))


def course_ended(clinic: Clinic) -> None:
    courses.end(clinic.she, pe.Ending.PATIENTS_CHOICE, "moves away", clinic.head, clinic.act("prescriber"))


def care_raised(clinic: Clinic) -> None:
    screening.decide_level_of_care(clinic.she, pe.LevelOfCare.INPATIENT, "plan and means", clinic.act("prescriber"))


def died(clinic: Clinic) -> None:
    event = pe.AdverseEventRecorded(
        term="other", words="found dead at home", grade=5, serious=True, session="", related=pe.Related.UNKNOWN,
        action="", outcome=pe.Outcome.DIED,
    )  # fmt: skip
    people.record(clinic.she, event, clinic.act("nurse"))


def thoughts_of_suicide(clinic: Clinic) -> None:
    answers.answer(clinic.she, "phq9", (0,) * 8 + (3,), "patient", clinic.act("nurse"))


def checked_in(clinic: Clinic) -> None:
    session = infuse(clinic.act, clinic.she, NOON - timedelta(hours=4))
    charting.chart_fact(session, ev.LeftUnseen(last_seen="09:40", done="called"), clinic.act("nurse"))
    call = pe.CheckInRecorded(
        session=str(session), reached=True, by_whom="patient", asked=("chest_pain",), symptoms=("chest_pain",),
        suicidality=ev.Suicidality.NONE, mood=pe.Mood.SAME, drove_or_worked=False, red=("chest_pain",),
    )  # fmt: skip
    people.record(clinic.she, call, clinic.act("nurse"))


def appointment_changed(clinic: Clinic) -> None:
    for entry in clinic.bookings:
        booking.cancel(clinic.she, entry, "told by telephone", False, clinic.act("coordinator"), pe.Told.TELEPHONE)


def moved_past_the_window(clinic: Clinic) -> None:
    infuse(clinic.act, clinic.she, NOON)
    far = THURSDAY + timedelta(days=60)
    wish = replace(moved(far, "Chair 1", "a long journey"), despite="Dr Test has agreed to it")
    booking.move(clinic.she, clinic.bookings[1], wish, clinic.act("coordinator"))


def order_changed(clinic: Clinic) -> None:
    orders.withdraw_order(clinic.she, clinic.order, "weight was wrong", clinic.act("prescriber"))


def link_withdrawn(clinic: Clinic) -> None:
    invitations.withdraw(Invitation.objects.get().pk, clinic.act("nurse"))


def considered_for_another(clinic: Clinic) -> None:
    people.change_indication(clinic.she, "ptsd", "trauma came first", clinic.act("nurse"))


def erased(clinic: Clinic) -> None:
    basis = "request of 1 March"
    erasing.erase_person(Person.objects.get(pk=clinic.she), basis, clinic.act("director", second="admin"))


def staff_left(clinic: Clinic) -> None:
    for role in on_call.roles_on_call()[:2]:
        name = f" {clinic.staff['prescriber'].full_name.upper()} "
        on_call.put_on_call(on_call.Shift(role=role, name=name, phone="555 1"), clinic.act("admin"))
    on_call.put_on_call(on_call.Shift(role=on_call.roles_on_call()[0], name="Dr Else", phone="5"), clinic.act("admin"))
    setting_up.deactivate(clinic.staff["prescriber"].pk, clinic.act("admin"))


def transferred(clinic: Clinic) -> None:
    session = infuse(clinic.act, clinic.she, NOON - timedelta(hours=4))
    sent = ev.TransferredOut(where="City Hospital", reason="chest pain")
    charting.chart_fact(session, sent, clinic.act("nurse"))


def house_closed(clinic: Clinic) -> None:
    closed = {date(2026, 3, 5): "Staff day", date(2026, 3, 10): "Staff day"}
    opening.set_hours(WEEK, closed, clinic.act("admin"))


def session_closed(clinic: Clinic) -> None:
    infuse(clinic.act, clinic.she, NOON - timedelta(hours=4))


def learned(clinic: Clinic) -> None:
    intake.record_history(
        clinic.she, pe.HistoryList.ALLERGIES, ("ketamine anaphylaxis",), (), clinic.act("nurse")
    )  # fmt: skip


def record_struck(clinic: Clinic) -> None:
    """Strike the weight that the order was worked out by."""
    weight = chart_store.person_chart(clinic.she).orders[-1].terms.weight_entry
    people.strike_record(clinic.she, weight, "another patient's weight", clinic.act("nurse"))


ACTS: dict[str, Act] = {
    each.__name__: each
    for each in (
        declined, consent_withdrawn, course_interrupted, course_ended, care_raised, died, thoughts_of_suicide,
        appointment_changed, order_changed, link_withdrawn, considered_for_another, erased, staff_left, transferred,
        house_closed, moved_past_the_window, session_closed, learned, record_struck, checked_in,
    )
}  # fmt: skip


def bookings_ask(clinic: Clinic) -> None:
    """Today names them until each is cancelled."""
    found = [*clinic.today(DOUBTED), *clinic.today(REBOOK)]
    assert found
    assert all(row.state == calendar.BOOKED for row in AppointmentRow.objects.all())
    appointment_changed(clinic)
    assert [*clinic.today(DOUBTED), *clinic.today(REBOOK)] == []


def bookings_end(clinic: Clinic) -> None:
    assert not AppointmentRow.objects.filter(state=calendar.BOOKED).exists()


def phone_ends(clinic: Clinic) -> None:
    assert FASTING not in clinic.phone()


def orders_end(clinic: Clinic) -> None:
    with pytest.raises(Refused):
        order_state.demand_order(OrderAct.SEAT, clinic.she, clinic.order, clinic.act("nurse"))


def co_signatures_end(clinic: Clinic) -> None:
    assert clinic.today("Orders to co-sign", "nurse2") == clinic.today("Orders to co-sign", "director") == []
    with pytest.raises(Refused):
        order_state.demand_order(OrderAct.CO_SIGN, clinic.she, clinic.order, clinic.act("director"))


def on_call_ends(clinic: Clinic) -> None:
    del clinic
    assert [each.name for each in on_call.on_call_now(NOON)] == ["Dr Else"]
    assert OnCall.objects.filter(taken_off_at=None).count() == 1


def worklists_ask(clinic: Clinic) -> None:
    assert pe.IndicationChanged in {type(each.event) for each in chart_store.person_chart(clinic.she).entries}
    client = Client()
    client.force_login(clinic.staff["prescriber"], backend="django.contrib.auth.backends.ModelBackend")
    assert "ecide" in client.get(reverse("person", args=[clinic.she])).content.decode()


def worklists_end(clinic: Clinic) -> None:
    assert chart_store.person_chart(clinic.she).counted == {}


def chair_asks(clinic: Clinic) -> None:
    """Whoever is at the chair of a pump that runs is told of it by a prompt."""
    (row,) = SessionRow.objects.filter(phase="infusing")
    monitors.watch_session(row.pk, NOON)
    prompts = chart_store.session_chart_of(row.pk).open_alerts
    assert [each for each in prompts if each.raised.event.title.startswith("New in the record: ")]


def chair_ends(clinic: Clinic) -> None:
    del clinic
    assert not SessionRow.objects.filter(phase__in=OPEN_PHASES).exists()


WALKS: dict[tuple[Standing, Reach], Walk] = {
    (Standing.BOOKINGS, Reach.ASKS): bookings_ask,
    (Standing.BOOKINGS, Reach.ENDS): bookings_end,
    (Standing.PHONE, Reach.ENDS): phone_ends,
    (Standing.ORDERS, Reach.ENDS): orders_end,
    (Standing.CO_SIGNATURES, Reach.ENDS): co_signatures_end,
    (Standing.ON_CALL, Reach.ENDS): on_call_ends,
    (Standing.WORKLISTS, Reach.ASKS): worklists_ask,
    (Standing.WORKLISTS, Reach.ENDS): worklists_end,
    (Standing.CHAIR, Reach.ASKS): chair_asks,
    (Standing.CHAIR, Reach.ENDS): chair_ends,
}
AT_THE_CHAIR = {"pump_entry_struck", "entry_struck", "note_signed"}
"""Acts of one session: `test_striking` walks what they end and ask."""

PAIRS = [
    (act.id, what, act.cell(what).reach)
    for act in knowledge().acts.values()
    for what in Standing
    if act.cell(what).reach in {Reach.ENDS, Reach.ASKS} and act.id not in AT_THE_CHAIR
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "what", "reach"), PAIRS)
def test_every_pair_that_ends_or_asks_is_walked(clinic: Clinic, name: str, what: Standing, reach: Reach) -> None:
    if name == "consent_withdrawn":
        intake.record_consent(clinic.she, consent_version(), "Ilse Test", "", clinic.act("nurse"))
    if what is Standing.PHONE:
        assert FASTING in clinic.phone()
    if what in {Standing.ORDERS, Standing.CO_SIGNATURES}:
        assert clinic.order_state() is OrderState.SIGNED
    if what is Standing.BOOKINGS:
        assert clinic.today(DOUBTED) == clinic.today(REBOOK) == []
    if (what, reach) == (Standing.CHAIR, Reach.ASKS):
        clinic.start()
    ACTS[name](clinic)
    WALKS[what, reach](clinic)


@pytest.mark.parametrize(
    "name", ["declined", "transferred", "course_interrupted", "course_ended", "care_raised", "house_closed"]
)
def test_the_phone_says_that_the_clinic_speaks_first_and_asks_nobody_for_a_way_home(clinic: Clinic, name: str) -> None:
    ACTS[name](clinic)
    said = clinic.phone()
    assert said.count(SPEAK) == 2
    assert "Thursday 5 March" in said
    assert "takes you home" not in said
    answer = Client().get(f"/q/{clinic.token}/way-home/{clinic.bookings[0]}/", follow=True).content.decode()
    assert "changed or is over" in answer


def test_what_is_undone_or_booked_in_spite_of_it_is_to_be_prepared_for(clinic: Clinic) -> None:
    course_interrupted(clinic)
    assert FASTING not in clinic.phone()
    third = clinic.book(THURSDAY + timedelta(days=12), despite="The infection will be over by then")
    assert FASTING in clinic.phone()
    courses.resume(clinic.she, "well again", clinic.head, clinic.act("prescriber"))
    assert SPEAK not in clinic.phone()
    declined(clinic)
    decided(clinic.act, clinic.she, NOON)
    assert SPEAK not in clinic.phone()
    assert clinic.today(DOUBTED) == []
    assert third > clinic.bookings[1]


def test_a_moved_booking_after_the_act_is_to_be_prepared_for(clinic: Clinic) -> None:
    house_closed(clinic)
    friday = THURSDAY + timedelta(days=1)
    booking.move(clinic.she, clinic.bookings[0], moved(friday, "Chair 1", "Closed"), clinic.act("coordinator"))
    said = clinic.phone()
    assert said.count(SPEAK) == 1
    assert FASTING in said


@pytest.mark.parametrize("name", ["declined", "transferred", "course_interrupted", "care_raised"])
def test_another_name_for_the_chair_answers_nothing_that_speaks_against_an_infusion(clinic: Clinic, name: str) -> None:
    """Declined, then the chair renamed: the phone asked them to fast again."""
    ACTS[name](clinic)
    setting_up_chairs.rename_chair(Chair.objects.get(name="Chair 1").pk, "Window", clinic.act("admin"))
    said = clinic.phone()
    assert said.count(SPEAK) == 2
    assert FASTING not in said


@pytest.mark.parametrize("name", ["declined", "transferred", "course_interrupted", "care_raised", "checked_in"])
def test_a_move_in_spite_of_what_speaks_against_it_says_why_and_stays_in_sight(clinic: Clinic, name: str) -> None:
    """Declined, and moved because a chair was wanted: nobody was asked why it was moved and not cancelled."""
    ACTS[name](clinic)
    friday = THURSDAY + timedelta(days=1)
    for despite in ("", "x", "..."):
        wish = replace(moved(friday, "Chair 1", "No chair"), despite=despite)
        with pytest.raises(Refused, match="Write in a few words why it is moved and not cancelled"):
            booking.move(clinic.she, clinic.bookings[0], wish, clinic.act("coordinator"))
    wish = replace(moved(friday, "Chair 1", "No chair"), despite="Dr Test sees her on Thursday")
    booking.move(clinic.she, clinic.bookings[0], wish, clinic.act("coordinator"))
    moves = chart_store.person_chart(clinic.she).all(pe.AppointmentMoved)
    assert moves[-1].event.doubts, "what spoke against it then is kept"
    said = "Dr Test sees her on Thursday (02 Mar)"
    assert f"All the same: {said}." in clinic.today(DOUBTED)[0]
    hers = f"/people/{clinic.she}/appointments/"
    for address in ("/calendar/?day=2026-03-06", "/calendar/week/?day=2026-03-06", hers):
        assert f"all the same: {said}" in page(clinic, "coordinator", address), address
    assert clinic.phone().count(SPEAK) == (0 if name == "checked_in" else 1), "the other one is still in question"
    assert FASTING in clinic.phone()


def test_a_red_answer_that_nobody_settles_reaches_the_director_after_hours(clinic: Clinic) -> None:
    """Chest pain at the call, nobody told: however long, it stood with nurse and prescriber alone."""
    title = "Red answers for hours"
    checked_in(clinic)
    just_before, just_after = NOON + timedelta(hours=3, minutes=59), NOON + timedelta(hours=4)
    assert title not in clinic.every_topic(just_before)
    assert clinic.every_topic(just_after)[title] == ["Ilse Test: chest pain, tell the prescriber"]
    (line,) = (each for topic in topics_for(clinic.staff["director"], just_after) if topic.title == title
               for each in topic.lines)  # fmt: skip
    assert "Chest pain" in page(clinic, "director", line.address)
    (call,) = chart_store.person_chart(clinic.she).all(pe.CheckInRecorded)
    taken_up = pe.RedAnswerTakenUp(entry=call.stream_seq, told="Dr Test", done="seen in the emergency room")
    people.record(clinic.she, taken_up, clinic.act("nurse"))
    assert title not in clinic.every_topic(just_after)


def test_a_course_is_moved_in_spite_of_what_speaks_against_it_for_a_reason(clinic: Clinic) -> None:
    declined(clinic)
    slots = [(each.appointment.entry, each.slot) for each in moving.plan_move(clinic.she, date(2026, 3, 9), NOON)]
    why = moving.Why(reason="holiday", known=pe.Told.TELEPHONE)
    with pytest.raises(Refused, match=r"^Declined, 02 Mar 2026\. A prescriber can say why\. Write in a few words why"):
        moving.move_course(clinic.she, slots, why, clinic.act("coordinator"))
    why = replace(why, despite="A second opinion is due on Friday")
    assert moving.move_course(clinic.she, slots, why, clinic.act("coordinator")) == 2
    assert SPEAK not in clinic.phone()
    assert "A second opinion is due on Friday (02 Mar)" in clinic.today(DOUBTED)[0]


def test_a_booking_is_asked_about_while_a_red_answer_waits_and_not_after(clinic: Clinic) -> None:
    """Chest pain said at the call, nobody told: the next infusion was booked without a question."""
    checked_in(clinic)
    (call,) = chart_store.person_chart(clinic.she).all(pe.CheckInRecorded)
    before = page(clinic, "nurse", f"/people/{clinic.she}/check-in/{call.event.session}/")
    assert "What a red answer touches" in before
    assert "infusion Thu 05 Mar, 08:00, Chair 1" in before
    wish = booking.Wish(starts_at=THURSDAY + timedelta(days=8), chair="Chair 1")
    with pytest.raises(Refused, match=r"Chest pain.*Nobody wrote who was told\. Write in a few words why"):
        booking.book(clinic.she, wish, clinic.act("nurse"))
    with pytest.raises(Refused, match=r"^Something said at the check-in of 02 Mar 2026 is to be taken up first"):
        booking.book(clinic.she, wish, clinic.act("coordinator"))
    booking.book(clinic.she, replace(wish, purpose=pe.Purpose.REVIEW), clinic.act("coordinator"))
    taken_up = pe.RedAnswerTakenUp(entry=call.stream_seq, told="Dr Test", done="seen in the emergency room")
    people.record(clinic.she, taken_up, clinic.act("nurse"))
    booking.book(clinic.she, replace(wish, starts_at=THURSDAY + timedelta(days=11)), clinic.act("coordinator"))
    assert clinic.today(DOUBTED) == []


@pytest.mark.parametrize(
    ("name", "ends_by"),
    [
        ("declined", "Cancel and tell them, or decide anew."),
        ("checked_in", "Write who was told, or cancel and tell them."),
        ("course_interrupted", "Cancel and tell them, or resume the course."),
        ("care_raised", "Cancel and tell them, or decide anew."),
        ("died", "Cancel it."),
    ],
)
def test_a_booking_in_doubt_says_what_ends_the_doubt(clinic: Clinic, name: str, ends_by: str) -> None:
    """Whoever had died was to be told of it, and after chest pain somebody was to decide anew."""
    ACTS[name](clinic)
    (said,) = clinic.today(DOUBTED)
    assert said.endswith(ends_by)


@pytest.mark.parametrize("which", ["appointments/{entry}/move/", "appointments/course/move/"])
def test_the_page_that_moves_an_infusion_says_what_speaks_against_it(clinic: Clinic, which: str) -> None:
    """Whoever moved one of somebody declined was told nothing."""
    address = f"/people/{clinic.she}/{which.format(entry=clinic.bookings[0])}"
    assert "What speaks against" not in page(clinic, "coordinator", address)
    declined(clinic)
    assert "Declined, 02 Mar 2026. A prescriber can say why." in page(clinic, "coordinator", address)
    assert "Declined, 02 Mar 2026: Unstable angina." in page(clinic, "nurse", address)


def test_another_name_for_the_chair_leaves_why_it_lies_outside_the_hours(clinic: Clinic) -> None:
    """Booked for a Saturday with its reason: the chair renamed, it was *to rebook*, and the phone spoke first."""
    saturday = booking.Wish(starts_at=THURSDAY + timedelta(days=9), chair="Chair 2", exception="Dr Voss comes in")
    booking.book(clinic.she, saturday, clinic.act("coordinator"))
    setting_up_chairs.rename_chair(Chair.objects.get(name="Chair 2").pk, "Window", clinic.act("admin"))
    assert clinic.today(REBOOK) == []
    assert SPEAK not in clinic.phone()


@pytest.mark.parametrize("where", ["recorded", "at the chair"])
def test_a_death_speaks_against_every_visit_and_not_infusions_alone(clinic: Clinic, where: str) -> None:
    """A review stayed booked for somebody who had died, and nobody was asked to cancel it."""
    appointment_changed(clinic)
    wish = booking.Wish(starts_at=THURSDAY, chair="Chair 2", purpose=pe.Purpose.REVIEW)
    review = booking.book(clinic.she, wish, clinic.act("coordinator"))
    session = clinic.start()
    assert clinic.today(DOUBTED) == []
    assert "review Thu 05 Mar, 08:00, Chair 2" in page(clinic, "nurse", f"/sessions/{session}/died/")
    if where == "recorded":
        died(clinic)
    else:
        charting.chart_fact(session, ev.Died(words="arrest", told="family"), clinic.act("nurse"))
    (said,) = clinic.today(DOUBTED)
    assert said.startswith("Ilse Test: a visit booked for Thu 05 Mar; Died")
    for address in ("/calendar/?day=2026-03-05", "/calendar/week/?day=2026-03-05"):
        assert "◆ Died" in page(clinic, "coordinator", address)
    with pytest.raises(Refused, match=r"Died.*why it is booked"):
        booking.book(clinic.she, replace(wish, starts_at=THURSDAY + timedelta(days=1)), clinic.act("coordinator"))
    booking.cancel(clinic.she, review, "died", False, clinic.act("coordinator"), pe.Told.TELEPHONE)
    assert clinic.today(DOUBTED) == []


def test_a_death_that_was_struck_opens_the_link_again(clinic: Clinic) -> None:
    died(clinic)
    assert "Hello" not in clinic.phone()
    people.strike_record(clinic.she, clinic.head, "another person", clinic.act("nurse"))
    assert FASTING in clinic.phone()
    assert clinic.today(DOUBTED) == []


def test_a_death_at_the_chair_shuts_the_link_and_asks_about_the_bookings(clinic: Clinic) -> None:
    session = infuse(clinic.act, clinic.she, NOON - timedelta(hours=4))
    assert FASTING in clinic.phone()
    charting.chart_fact(session, ev.Died(words="arrest", told="family"), clinic.act("nurse"))
    assert "Hello" not in clinic.phone()
    (said,) = clinic.today(DOUBTED)
    assert "Died here on 02 Mar 2026." in said
    assert said.endswith("Cancel it.")


@pytest.mark.parametrize(
    "event", [ev.Died(words="arrest", told="family"), ev.TransferredOut(where="City", reason="ill")]
)
def test_a_death_or_transfer_that_was_struck_at_the_chair_speaks_against_nothing(
    clinic: Clinic, event: ev.SessionEvent
) -> None:
    """Charted at the wrong chair and struck, it shut the phone of somebody who lived, and spoke against bookings."""
    session = infuse(clinic.act, clinic.she, NOON - timedelta(hours=4))
    charting.chart_fact(session, event, clinic.act("nurse"))
    assert clinic.today(DOUBTED)
    charting.chart_fact(
        session,
        ev.EntryStruck(entry=chart_store.session_chart_of(session).head, reason="the other chair"),
        clinic.act("nurse"),
    )
    assert chart_store.session_chart_of(session).died is None
    assert FASTING in clinic.phone()
    assert clinic.today(DOUBTED) == []


@pytest.mark.parametrize("how", ["at the chair", "recorded later"])
def test_whoever_died_is_asked_nothing_about_suicide_and_the_item_ends_by_what_was_recorded(
    clinic: Clinic, how: str
) -> None:
    """Today asked, up the ladder to the director, to ask somebody in person who had died at the chair."""
    session = infuse(clinic.act, clinic.she, NOON - timedelta(hours=4))
    answers.answer(clinic.she, "phq9", (1,) * 8 + (2,), "patient", clinic.act("nurse"))
    her = Person.objects.get(pk=clinic.she)
    (item,) = safety.open_of_person(her, NOON)
    assert [each.person.pk for each in safety.worklist(NOON + timedelta(days=3))] == [clinic.she]
    if how == "at the chair":
        charting.chart_fact(session, ev.Died(words="arrest", told="family"), clinic.act("nurse"))
    else:
        died(clinic)
    later = NOON + timedelta(days=3)
    assert safety.worklist(later) == ()
    assert not {"Ask in person", "Thoughts of suicide, escalated"} & clinic.every_topic(later).keys()
    comes = next_step(Story(her, later, Staff.objects.get(username="prescriber")), treatment_of(her.pk, later))
    assert (comes.stage, comes.button) == ("Died", "End the course"), "the page asked to ask, or to order"
    (kept,) = safety.of_person(her, later)
    assert kept.item.entry == item.item.entry, "it stays in the record"


@pytest.mark.parametrize("how", ["at the chair", "recorded later"])
def test_nothing_is_asked_of_or_planned_for_whoever_died(clinic: Clinic, how: str) -> None:
    """Ten days after a death at the chair nurse and coordinator were to send the PHQ-9, and to call."""
    session = infuse(clinic.act, clinic.she, NOON - timedelta(hours=4))
    before = clinic.every_topic(NOON + timedelta(days=10))
    assert {"Questionnaires due", "Check in after a session", "Orders to sign"} <= before.keys(), before
    if how == "at the chair":
        charting.chart_fact(session, ev.Died(words="arrest", told="family"), clinic.act("nurse"))
    else:
        died(clinic)
    after = clinic.every_topic(NOON + timedelta(days=10))
    asked = {topic: lines for topic, lines in after.items() if topic in before and topic not in OF_THE_BOOKS}
    assert asked == {}
    if how == "at the chair":
        assert after["Does treatment go on"] == ["Ilse Test: died; end the course"]


@pytest.mark.parametrize(
    ("page", "who"),
    [
        ("person_decide", "prescriber"), ("person_consent_withdraw", "nurse"), ("person_interrupt", "nurse"),
        ("person_end_course", "prescriber"), ("person_review", "prescriber"),
    ],
)  # fmt: skip
def test_the_page_that_asks_for_the_act_says_before_what_it_touches(clinic: Clinic, page: str, who: str) -> None:
    client = Client()
    client.force_login(clinic.staff[who], backend="django.contrib.auth.backends.ModelBackend")
    said = client.get(reverse(page, args=[clinic.she])).content.decode()
    assert "infusion Thu 05 Mar, 08:00, Chair 1; infusion Tue 10 Mar, 08:00, Chair 1" in said
    assert "1 link on their own phone" in said
    assert "35.0 mg, signed 02 Mar" in said or "35 mg, signed 02 Mar" in said


def test_the_page_that_lets_somebody_go_says_where_they_stand_on_the_roster(clinic: Clinic) -> None:
    who = clinic.staff["prescriber"]
    first = on_call.roles_on_call()[0]
    on_call.put_on_call(on_call.Shift(role=first, name=who.full_name, phone="555 1"), clinic.act("admin"))
    client = Client()
    client.force_login(clinic.staff["admin"], backend="django.contrib.auth.backends.ModelBackend")
    said = client.get(reverse("setup_staff_deactivate", args=[who.pk])).content.decode()
    assert f"{first}, whenever nobody else is" in said


def test_a_lost_role_ends_its_shifts_and_no_others(clinic: Clinic) -> None:
    who = clinic.staff["prescriber"]
    for role in ("prescriber", "charge nurse"):
        on_call.put_on_call(on_call.Shift(role=role, name=who.full_name, phone="555 1"), clinic.act("admin"))
    setting_up.change_roles(who.pk, ("nurse",), clinic.act("admin"))
    assert [each.role for each in on_call.on_call_now(NOON)] == ["charge nurse"]


def page(clinic: Clinic, who: str, address: str) -> str:
    client = Client()
    client.force_login(clinic.staff[who], backend="django.contrib.auth.backends.ModelBackend")
    return client.get(address).content.decode()


BOTH = "infusion Thu 05 Mar, 08:00, Chair 1; infusion Tue 10 Mar, 08:00, Chair 1"


@pytest.mark.parametrize("name", ["session_transfer", "session_died"])
def test_leaving_the_house_from_a_chair_says_before_what_it_touches(clinic: Clinic, name: str) -> None:
    said = page(clinic, "nurse", reverse(name, args=[clinic.start()]))
    assert BOTH in said
    assert "1 link on their own phone" in said


@pytest.mark.parametrize("name", ["person_level_of_care", "person_adverse_event"])
def test_what_an_answer_of_the_form_would_touch_is_said_before(clinic: Clinic, name: str) -> None:
    said = page(clinic, "prescriber", reverse(name, args=[clinic.she]))
    assert BOTH in said


def test_erasing_and_striking_say_before_what_they_touch(clinic: Clinic) -> None:
    course_interrupted(clinic)
    people.record(
        clinic.she, pe.HistoryRecorded(list=pe.HistoryList.ALLERGIES, entries=("latex",)), clinic.act("nurse")
    )
    struck = page(clinic, "nurse", reverse("person_strike", args=[clinic.she, clinic.head]))
    assert "read anew without the record" in struck
    assert BOTH in struck
    said = page(clinic, "director", reverse("person_erase", args=[clinic.she]))
    assert "Appointments are among what is erased" in said
    assert BOTH in said


@pytest.mark.parametrize("closed", ["2026-03-05 Staff day", ""])
def test_hours_that_leave_bookings_outside_are_saved_only_once_that_was_read(clinic: Clinic, closed: str) -> None:
    client = Client()
    client.force_login(clinic.staff["admin"], backend="django.contrib.auth.backends.ModelBackend")
    hours = {f"{day.lower()}_opens": "08:00" for day in WEEK} | {f"{day.lower()}_closes": "17:00" for day in WEEK}
    hours |= {"closed_days": closed} if closed else {"thursday_opens": "10:00"}
    address = reverse("setup_hours")
    asked = client.post(address, {**hours, "key": "hours-0001"})
    assert asked.status_code == 422
    assert "Thu 05 Mar, 08:00, Chair 1" in asked.content.decode()
    assert "Ilse" not in asked.content.decode()
    assert clinic.today(REBOOK) == []
    assert client.post(address, {**hours, "key": "hours-0002", "read": "on"}).status_code == 302
    assert len(clinic.today(REBOOK)) == 1


def test_hours_that_touch_nothing_more_are_saved_at_once(clinic: Clinic) -> None:
    house_closed(clinic)
    client = Client()
    client.force_login(clinic.staff["admin"], backend="django.contrib.auth.backends.ModelBackend")
    hours = {f"{day.lower()}_opens": "07:00" for day in WEEK} | {f"{day.lower()}_closes": "17:00" for day in WEEK}
    closed = "2026-03-05 Staff day\n2026-03-10 Staff day"
    answer = client.post(reverse("setup_hours"), {**hours, "closed_days": closed, "key": "hours-0003"})
    assert answer.status_code == 302


@pytest.mark.parametrize("name", ["transferred", "died_at_the_chair"])
def test_booking_after_somebody_left_the_house_asks_why(clinic: Clinic, name: str) -> None:
    if name == "transferred":
        transferred(clinic)
    else:
        session = infuse(clinic.act, clinic.she, NOON - timedelta(hours=4))
        charting.chart_fact(session, ev.Died(words="arrest", told="family"), clinic.act("nurse"))
    with pytest.raises(Refused, match="Write in a few words why the infusion is booked all the same"):
        clinic.book(THURSDAY + timedelta(days=12))
    clinic.book(THURSDAY + timedelta(days=12), despite="The hospital sends her back to us")

"""A week played by jumps of the clock, all roles together: nothing is forgotten, and nothing nags that is done.

Each person goes another way: treated as planned, declined with infusions booked, not come, gone to a hospital from the
chair, consent taken back, and one whose call on the day after nobody makes. Each role's Today is read each day.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import DemoPerson, demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.demo.staging import set_up
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import LivePredictionSwitched
from sereniv.clinic.records.models import Entry
from sereniv.clinic.web.today import lines as today
from sereniv.clinic.workflows.calendar import booking, coming
from sereniv.clinic.workflows.calendar.booking import Wish
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.chair import care, notes
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.followup import aftercare, answers
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.phone import invitations
from sereniv.clinic.workflows.shell import this_clinic
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.this_clinic import record_house_event
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.events.aftercare import Mood
from sereniv.therapy.session.events import Suicidality
from tests.conftest import FixedClock
from tests.records.damage import damage
from tests.shared_state import SharedStage
from tests.workflows.test_path import SHE

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
ROLES = ("coordinator", "nurse", "prescriber", "director", "admin")


def person(name: str, family_name: str, day: int) -> DemoPerson:
    return replace(SHE, name=name, given_names="Ada", family_name=family_name, born=date(1980, 1, day))


TREATED, DECLINED, ABSENT = person("treated", "Planned", 1), person("no", "Declined", 2), person("away", "Absent", 3)
HOSPITAL, BACK, UNCALLED = person("sent", "Hospital", 4), person("back", "Withdrawn", 5), person("still", "Uncalled", 6)


EVERYBODY = (TREATED, DECLINED, ABSENT, HOSPITAL, BACK, UNCALLED)
FASTING = "Eat nothing in the 6 hours before"
PREPARES = {
    "Planned": {0, 1, 2}, "Declined": {0}, "Absent": {0, 3}, "Hospital": {0}, "Withdrawn": {0, 1}, "Uncalled": {0},
}  # fmt: skip
"""In the afternoon of which days each phone says how to prepare: whoever is declined, was sent to a hospital or took
consent back is not told to, nor is whoever has nothing booked."""


def moment(day: int, hour: float) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour)


def session_of(who: DemoPerson, number: int = 1) -> uuid.UUID:
    return demo_id(f"{who.name}-session-{number}")


@dataclass
class Week:
    """The week as it is played: acts at times, and what stands on each Today at a time."""

    stage: Stage
    clock: FixedClock
    staff: dict[str, Staff]
    entries: dict[str, list[int]]
    tokens: dict[str, str]

    def act(self, role: str, now: datetime, second: str = "") -> Act:
        self.clock.shown = now
        return self.stage.act(role, now, second)

    def said(self, now: datetime) -> dict[str, list[str]]:
        """Return every line of every role's Today, as 'topic | who: what'."""
        self.clock.shown = now
        return {
            role: [f"{topic.title} | {line.what}" for topic in today.topics_for(self.staff[role], now)
                   for line in topic.lines]
            for role in ROLES
        }  # fmt: skip

    def phone(self, who: DemoPerson, now: datetime) -> str:
        self.clock.shown = now
        return Client().get(f"/q/{self.tokens[who.name]}/").content.decode()

    def takes_in(self, who: DemoPerson, now: datetime) -> None:
        self.clock.shown = now
        self.stage.candidate(who, now)
        until = now + timedelta(days=13)
        made = invitations.invite(demo_id(who.name), ("phq9", "mood"), until, self.act("nurse", now))
        self.tokens[who.name] = made.token

    def books(
        self, who: DemoPerson, now: datetime, *days: int, hour: float = 9, chair: str = "", why: str = ""
    ) -> None:
        wishes = [Wish(starts_at=moment(day, hour), chair=chair or "Chair 1", despite=why) for day in days]
        entries = [booking.book(demo_id(who.name), wish, self.act("coordinator", now)) for wish in wishes]
        self.entries[who.name] = entries
        for entry in entries:
            escort = self.act("coordinator", now)
            coming.arrange_escort(demo_id(who.name), entry, "Kim", "555 0100", "by car", escort)

    def cancels(self, who: DemoPerson, now: datetime, *places: int, told: pe.Told = pe.Told.TELEPHONE) -> None:
        for place in places or range(len(self.entries[who.name])):
            act, entry = self.act("coordinator", now), self.entries[who.name][place]
            booking.cancel(demo_id(who.name), entry, "not to be given now", False, act, told)

    def infuses(self, who: DemoPerson, start: datetime, chair: str, number: int = 1) -> None:
        """Order, seat and start somebody who is booked now."""
        self.clock.shown = start
        self.stage.arrives(who, start - timedelta(minutes=50))
        order = self.stage.signed_order(who, start - timedelta(minutes=30))
        session = self.stage.seated(who, order, chair, start, session_of(who, number))
        self.stage.started(who, session, start)

    def ends(self, who: DemoPerson, start: datetime, number: int = 1) -> None:
        session = session_of(who, number)
        self.stage.ended(who, session, self.stage.ran_through(who, session, start, 5))

    def calls(self, who: DemoPerson, now: datetime, number: int = 1) -> None:
        said = pe.CheckInRecorded(
            session=str(session_of(who, number)), reached=True, by_whom="the patient",
            asked=tuple(knowledge().aftercare.questions), symptoms=(), suicidality=Suicidality.NONE, mood=Mood.BETTER,
            drove_or_worked=False,
        )  # fmt: skip
        aftercare.record_check_in(demo_id(who.name), said, {}, self.act("nurse", now))


@pytest.fixture
def week(staff: dict[str, Staff], fixed_clock: FixedClock) -> Iterator[Week]:
    cache.clear()
    stage = SharedStage()
    fixed_clock.shown = moment(-3, 9)
    set_up(stage, moment(-3, 9))
    yield Week(stage=stage, clock=fixed_clock, staff=staff, entries={}, tokens={})
    cache.clear()


def monday(week: Week) -> None:
    """All six come to the clinic; five are found eligible and booked, one is booked before anybody has decided."""
    for place, who in enumerate(EVERYBODY):
        week.takes_in(who, moment(0, 8.75 + place / 4))
        if who is not DECLINED:
            week.stage.decided(who, moment(0, 11))
    week.books(DECLINED, moment(0, 12), 2, 4, hour=13, why="the family comes from far; decided tomorrow")
    week.books(TREATED, moment(0, 12), 1, 3)
    week.books(ABSENT, moment(0, 12), 1, chair="Chair 2")
    week.books(HOSPITAL, moment(0, 12), 1, 3, chair="Chair 3")
    week.books(BACK, moment(0, 12), 2, 4, chair="Chair 4")
    week.books(UNCALLED, moment(0, 12), 1, chair="Chair 5")


def tuesday(week: Week) -> None:
    """Three are infused, one does not come, one is declined."""
    start = moment(1, 9)
    for who, chair in ((TREATED, "Chair 1"), (HOSPITAL, "Chair 3"), (UNCALLED, "Chair 5")):
        week.infuses(who, start, chair)
    week.ends(TREATED, start)
    week.ends(UNCALLED, start)
    sent = moment(1, 9.5)
    care.transfer_out(session_of(HOSPITAL), "City Hospital", "chest pain and ST changes", week.act("nurse", sent))
    head = chart_store.person_chart(demo_id(DECLINED.name)).head
    why = "Unstable angina found: referred to cardiology, other treatments discussed."
    doctor = week.act("prescriber", moment(1, 11))
    candidacy.decide_candidacy(demo_id(DECLINED.name), pe.Decision.DECLINED, why, head, doctor)


def wednesday(week: Week) -> None:
    """Consent is taken back; the declined one's days are given up; drug and note of the hospital's are finished."""
    intake.withdraw_consent(demo_id(BACK.name), "has thought it over with her sister", week.act("nurse", moment(2, 8)))
    week.cancels(DECLINED, moment(2, 8.25))
    coming.miss(demo_id(ABSENT.name), week.entries[ABSENT.name][0], "", week.act("nurse", moment(2, 8.5)))
    sent = session_of(HOSPITAL)
    week.clock.shown = moment(2, 8.6)
    week.stage.accounted(sent, moment(2, 8.6))
    notes.sign_note(sent, week.stage.head(sent), week.act("nurse", moment(2, 8.75)))
    week.calls(TREATED, moment(2, 13))


def thursday(week: Week) -> None:
    """What was booked is given up or kept, and whoever did not come is reached and booked again."""
    week.cancels(HOSPITAL, moment(3, 8), 1, told=pe.Told.NOT_YET)
    week.cancels(BACK, moment(3, 8.25))
    reached = week.act("coordinator", moment(3, 8.5))
    coming.called_back(demo_id(ABSENT.name), week.entries[ABSENT.name][0], True, "overslept; comes Friday", reached)
    week.books(ABSENT, moment(3, 8.6), 4, chair="Chair 2")
    week.infuses(TREATED, moment(3, 9), "Chair 1", 2)
    week.ends(TREATED, moment(3, 9), 2)
    week.calls(HOSPITAL, moment(3, 10))


def friday(week: Week) -> None:
    """The hospital's patient is told, the one who overslept is infused, the treated one is called again."""
    words = "told on the ward, her sister beside her"
    told = pe.PatientTold(appointment=week.entries[HOSPITAL.name][1], how=pe.Told.IN_PERSON, reached=True, words=words)
    coming.tell(demo_id(HOSPITAL.name), told, week.act("coordinator", moment(4, 8)))
    week.infuses(ABSENT, moment(4, 9), "Chair 2")
    week.ends(ABSENT, moment(4, 9))
    week.calls(TREATED, moment(4, 13), 2)


def next_monday(week: Week) -> None:
    """Whatever was left is decided, by somebody and with a reason."""
    week.calls(ABSENT, moment(7, 8))
    given_up = week.act("prescriber", moment(7, 8.5))
    why, instead = "number no longer in use, no other known", "wrote a letter and told her family doctor"
    aftercare.give_up_check_in(demo_id(UNCALLED.name), str(session_of(UNCALLED)), why, instead, given_up)
    head = chart_store.person_chart(demo_id(BACK.name)).head
    doctor = week.act("prescriber", moment(7, 9))
    candidacy.decide_candidacy(demo_id(BACK.name), pe.Decision.DECLINED, "does not want it any more", head, doctor)
    head = chart_store.person_chart(demo_id(HOSPITAL.name)).head
    stop = "Infarction found: no further infusions, followed by cardiology."
    doctor = week.act("prescriber", moment(7, 9.5))
    courses.review(
        demo_id(HOSPITAL.name), pe.ReviewOutcome.STOP, stop, None, head, doctor, ending=pe.Ending.NOT_TOLERATED
    )


DAYS = (monday, tuesday, wednesday, thursday, friday, None, None, next_monday)
NURSE, DOCTORS, DESK = ("nurse",), ("prescriber", "director"), ("coordinator",)
WHOSE = {
    "Booked in doubt, and near": ("director",),
    "Booked although something speaks against it": (*NURSE, *DOCTORS, *DESK),
    "Candidates to decide": DOCTORS,
    "Check in after a session": NURSE,
    "Check-ins overdue for days": ("director",),
    "Does treatment go on": DOCTORS,
    "Drug to account for": NURSE,
    "First infusions to book": DESK,
    "Missed appointments": (*NURSE, *DESK),
    "Next infusions to book": DESK,
    "Not reached after a session": DOCTORS,
    "Notes to sign": NURSE,
    "Orders to sign": DOCTORS,
    "Questionnaires due": (*NURSE, *DESK),
    "To be told of a change": (*NURSE, *DESK),
}
"""The duties of this week, each with whose they are."""

DOUBT, ANEW, CALL, UP = "Booked although something speaks against it", "Does treatment go on", (
    "Check in after a session"), ("Not reached after a session")  # fmt: skip
DAYS_LATE, ORDER, BOOK, FIRST = (
    "Check-ins overdue for days", "Orders to sign", "Next infusions to book", "First infusions to book"
)  # fmt: skip
NEAR = "Booked in doubt, and near"
MISSED, ASK, TELL = "Missed appointments", "Questionnaires due", "To be told of a change"
OPEN: dict[str, tuple[tuple[str, ...], ...]] = {
    "Planned": ((ORDER,), (BOOK,), (BOOK,), (BOOK,), (BOOK,), (BOOK, ORDER), (BOOK, ORDER), (BOOK, ORDER, ASK)),
    "Declined": ((DOUBT, "Candidates to decide"), (DOUBT, NEAR), (), (), (), (), (), ()),
    "Absent": (
        (ORDER,), (MISSED, FIRST, ORDER), (MISSED, FIRST, ORDER), (ORDER,), (BOOK,), (BOOK, CALL),
        (BOOK, CALL, UP, ORDER), (BOOK, ORDER),
    ),
    "Hospital": (
        (ORDER,), (DOUBT, ANEW, "Drug to account for", "Notes to sign"), (DOUBT, NEAR, ANEW, CALL), (ANEW, TELL),
        (ANEW,), (ANEW, ASK), (ANEW, ASK), (),
    ),
    "Withdrawn": ((ORDER,), (ORDER,), (DOUBT, ANEW, MISSED), (ANEW,), (ANEW,), (ANEW,), (ANEW,), ()),
    "Uncalled": (
        (ORDER,), (BOOK,), (BOOK, CALL), (BOOK, CALL, UP, ORDER), (BOOK, CALL, UP, ORDER),
        (BOOK, CALL, UP, DAYS_LATE, ORDER, ASK), (BOOK, CALL, UP, DAYS_LATE, ORDER, ASK), (BOOK, ORDER, ASK),
    ),
}  # fmt: skip
"""What is open about whom at the end of each day: what was once owed stays until an act above closes it."""


def amiss(week: Week, day: int) -> list[str]:
    """Return what a day forgets, and what it nags about although it is done."""
    said, found = week.said(moment(day, 17)), []
    for name, days in OPEN.items():
        owed = {f"{role}: {topic}" for topic in days[day] for role in WHOSE[topic]}
        stands = {f"{role}: {line.partition(' | ')[0]}" for role in ROLES for line in said[role] if name in line}
        found += [f"day {day}, {name}, forgotten: {each}" for each in sorted(owed - stands)]
        found += [f"day {day}, {name}, nagging: {each}" for each in sorted(stands - owed)]
    return found


def test_a_week_forgets_nothing_and_nags_about_nothing_done(week: Week, monkeypatch: pytest.MonkeyPatch) -> None:
    left = set(WHOSE)
    for day, play in enumerate(DAYS):
        if play is not None:
            play(week)
        assert amiss(week, day) == []
        for topic in left & {each for days in OPEN.values() for each in days[day]}:
            with monkeypatch.context() as without:
                without.setattr(today, "TOPICS", [each for each in today.TOPICS if each.title != topic])
                assert amiss(week, day), f"{topic} was dropped, and nothing was missed"
            left.discard(topic)
        told = {who.family_name for who in EVERYBODY if FASTING in week.phone(who, moment(day, 17))}
        assert told == {name for name, days in PREPARES.items() if day in days}, f"on the phones of day {day}"
    assert not left, "each duty was dropped once"


HELD_BELOW = {
    "Entries of the house that cannot be read", "Missed with thoughts of suicide open", "Rules to sign", "Set-up",
    "Stock, bag and pump",
}  # fmt: skip
HELD_BY_WORDS = {"Relapse and maintenance": "Greta Solano: relapse signal"}


def test_every_other_duty_is_held_by_another_test() -> None:
    tests = Path(__file__).parents[2]
    written = "\n".join(
        each.read_text(encoding="utf-8") for each in tests.rglob("test_*.py") if each.name != "test_week.py"
    )
    others = [each.title for each in today.TOPICS if each.title not in {*WHOSE, *HELD_BELOW}]
    unheld = [title for title in others if f'"{HELD_BY_WORDS.get(title, title)}"' not in written]
    assert unheld == []


def test_the_house_is_owed_its_duties_too(week: Week, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(this_clinic, "state", lambda: "commissioning")
    said = week.said(moment(0, 8))
    for role in ("director", "admin"):
        assert any(line.startswith("Rules to sign | ") for line in said[role])
    assert any(line.startswith("Stock, bag and pump | ") for line in said["director"])
    assert any(line.startswith("Set-up | ") for line in said["admin"])
    record_house_event("home", LivePredictionSwitched(shown=True), moment(0, 8))
    damage(Entry.objects.filter(stream="home").order_by("-seq")[0])
    said = week.said(moment(0, 9))
    for role in ("director", "admin"):
        assert any(line.startswith("Entries of the house that cannot be read | ") for line in said[role])


def test_who_stays_away_while_thoughts_of_suicide_wait_reaches_the_prescriber(week: Week) -> None:
    week.takes_in(ABSENT, moment(0, 9))
    week.stage.decided(ABSENT, moment(0, 11))
    week.books(ABSENT, moment(0, 12), 1)
    answers.answer(demo_id(ABSENT.name), "phq9", (3,) * 9, "patient, phone", week.act("nurse", moment(0, 18)))
    coming.miss(demo_id(ABSENT.name), week.entries[ABSENT.name][0], "", week.act("nurse", moment(1, 12)))
    for hours in (13, 200, 2000):
        (line,) = [
            each for each in week.said(moment(1, hours))["prescriber"] if each.startswith("Missed with thoughts")
        ]
        assert line == "Missed with thoughts of suicide open | Ada Absent: missed, call back"

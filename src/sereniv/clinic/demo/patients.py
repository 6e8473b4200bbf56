"""A made-up patient in treatment: the steps a course is made of, each at its time."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sereniv.clinic.demo import screened
from sereniv.clinic.demo.diary import start_after
from sereniv.clinic.demo.people import DemoPerson, demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.calendar import booking, coming
from sereniv.clinic.workflows.chair import sessions
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.followup import aftercare, answers
from sereniv.clinic.workflows.intake import screening
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.events.aftercare import Mood
from sereniv.therapy.scheduling import calendar
from sereniv.therapy.scheduling.calendar import AppointmentState, Slot
from sereniv.therapy.session.events import Suicidality

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happens at a time: an intake, an infusion from chair to note, a decision, an answer."""

    at: datetime
    happens: Callable[[datetime], object]


def next_entry(person_id: uuid.UUID, at: datetime) -> int:
    """Return the entry of the appointment that somebody has next, or is late for on that day."""
    booked = calendar.appointments(chart_store.person_chart(person_id))
    late = timedelta(hours=1)
    return next(each.entry for each in booked if each.state is AppointmentState.BOOKED and each.starts_at >= at - late)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A line of the gate that does not hold before one infusion, and that the prescriber passes with a reason."""

    number: int
    line: str
    said: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """One person at their chair, acted for by the stage."""

    stage: Stage
    who: DemoPerson
    chair: str

    @property
    def head(self) -> int:
        """The number their chart has."""
        return chart_store.person_chart(demo_id(self.who.name)).head

    def taken_in(self, at: datetime) -> Step:
        """Go from intake to the decision."""

        def happens(now: datetime) -> None:
            self.stage.candidate(self.who, now)
            self.stage.decided(self.who, now)

        return Step(at=at, happens=happens)

    def booked(self, at: datetime, visits: Sequence[datetime]) -> Step:
        """Book infusions, and write down who takes the patient home from the first of them."""

        def happens(now: datetime) -> None:
            person_id, minutes = demo_id(self.who.name), knowledge().protocols[self.who.protocol].duration_min
            slots = [Slot(starts_at=each, minutes=minutes, chair=self.chair) for each in visits]
            booked = booking.book_course(person_id, slots, self.stage.act("coordinator", now))
            act = self.stage.act("coordinator", now)
            coming.arrange_escort(person_id, booked[0], "Kim Escort", "555 0100", "by car", act)

        return Step(at=at, happens=happens)

    def infusion(self, number: int, visit: datetime, every_min: int = 10, passed: Passed | None = None) -> Step:
        """Run a whole infusion, to the signed note, of somebody who was booked for `visit`."""

        def happens(start: datetime) -> None:
            session = self._seated(number, start)
            if passed is not None:
                self._passes(passed, session, start)
            self.stage.started(self.who, session, start)
            end = self.stage.ran_through(self.who, session, start, every_min)
            self.stage.ended(self.who, session, end)

        return Step(at=start_after(visit), happens=happens)

    def _passes(self, passed: Passed, session: uuid.UUID, start: datetime) -> None:
        """Answer one line again, as it is, and let the prescriber pass it."""
        at = start - timedelta(minutes=9)
        sessions.attest(session, passed.line, False, passed.said, self.stage.act("nurse", at))
        late = start - timedelta(minutes=6)
        sessions.override(session, passed.line, passed.reason, self.stage.act("prescriber", late))

    def course(
        self, visits: Sequence[datetime], every_min: int = 10, first: int = 1, passed: Passed | None = None
    ) -> Iterator[Step]:
        """Run several infusions, closely watched at the first, each with its call a day after they went home."""
        lasts = timedelta(minutes=knowledge().protocols[self.who.protocol].duration_min)
        for number, visit in enumerate(visits, start=first):
            spite = passed if passed is not None and passed.number == number else None
            yield self.infusion(number, visit, 5 if number == 1 else every_min, spite)
            yield self._called(number, start_after(visit) + lasts + 25 * HOUR + timedelta(minutes=10))

    def running(self, start: datetime, so_far_min: Mapping[int, tuple[str, str]], label: str = "") -> Step:
        """Run a first infusion that goes on, with the pressures charted so far by their minute."""

        def happens(now: datetime) -> None:
            session = self._underway(1, now, label)
            for minute, pressure in so_far_min.items():
                self.stage.vitals(session, pressure, now + timedelta(minutes=minute))

        return Step(at=start, happens=happens)

    def recovering(self, number: int, start: datetime, so_far_min: Sequence[int]) -> Step:
        """Run an infusion to its end, with vital signs in recovery so far."""

        def happens(now: datetime) -> None:
            session = self._underway(number, now)
            end = self.stage.ran_through(self.who, session, now, 10)
            self.stage.accounted(session, end)
            for minute in so_far_min:
                self.stage.vitals(session, self.who.pressure, end + timedelta(minutes=minute))

        return Step(at=start, happens=happens)

    def at_the_gate(self, start: datetime) -> Step:
        """Seat somebody for their first infusion and answer the gate, its vital signs left to be taken."""
        return Step(at=start, happens=lambda now: self._seated(1, now))

    def _seated(self, number: int, start: datetime, label: str = "") -> uuid.UUID:
        name = self.who.name if number == 1 else f"{self.who.name}-{number}"
        self._came(start - timedelta(minutes=37))
        self.stage.arrives(self.who, start - timedelta(minutes=35))
        order = self.stage.signed_order(self.who, start - timedelta(minutes=20))
        return self.stage.seated(self.who, order, self.chair, start, demo_id(f"{name}-session"), label)

    def _underway(self, number: int, start: datetime, label: str = "") -> uuid.UUID:
        return self.stage.started(self.who, self._seated(number, start, label), start)

    def _came(self, at: datetime) -> None:
        """Note at the desk that somebody came to what they are booked for next."""
        person_id = demo_id(self.who.name)
        entry = next_entry(person_id, at)
        coming.note(person_id, entry, pe.Coming.ARRIVED, self.stage.act("coordinator", at))

    def answers_scale(self, scale: str, given: tuple[int, ...], at: datetime) -> Step:
        """Answer a scale in the clinic."""
        return Step(at=at, happens=lambda now: self.stage.answered(self.who, scale, given, now))

    def moods(self, values: Sequence[int], first_day: datetime) -> Iterator[Step]:
        """Answer a mood a day."""
        for number, value in enumerate(values):
            yield Step(at=first_day + number * DAY, happens=self._mood(value))

    def _mood(self, value: int) -> Callable[[datetime], object]:
        person_id = demo_id(self.who.name)
        return lambda now: answers.answer_mood(person_id, value, "patient", self.stage.act("nurse", now))

    def worked_up_again(self, at: datetime) -> Step:
        """Repeat the work-up and ask about conditions again: both expire."""
        person_id = demo_id(self.who.name)

        def happens(now: datetime) -> None:
            screened.free_of_conditions(self.stage, self.who, now)
            screening.record_work_up(person_id, screened.worked_up(now.date()), self.stage.act("nurse", now))

        return Step(at=at, happens=happens)

    def reviewed(self, outcome: pe.ReviewOutcome, at: datetime, interval_days: int | None = None) -> Step:
        """Let the prescriber review or decide."""
        reason = "Talked through with the patient: benefit, side effects and alternatives."

        def happens(now: datetime) -> None:
            act = self.stage.act("prescriber", now)
            courses.review(demo_id(self.who.name), outcome, reason, interval_days, self.head, act)

        return Step(at=at, happens=happens)

    def did_not_come(self, visit: datetime) -> Step:
        """Wait in vain for an infusion that was booked."""
        person_id = demo_id(self.who.name)

        def happens(now: datetime) -> None:
            coming.miss(person_id, next_entry(person_id, now), "Not come, no word.", self.stage.act("coordinator", now))

        return Step(at=visit + timedelta(minutes=45), happens=happens)

    def called_off(self, at: datetime, visit: datetime, why: str) -> Step:
        """Let the patient call an infusion off."""
        person_id = demo_id(self.who.name)

        def happens(now: datetime) -> None:
            booking.cancel(person_id, next_entry(person_id, visit), why, True, self.stage.act("coordinator", now))

        return Step(at=at, happens=happens)

    def _called(self, number: int, at: datetime) -> Step:
        """Call on the day after, with nothing to follow."""
        name = self.who.name if number == 1 else f"{self.who.name}-{number}"
        asked = tuple(knowledge().aftercare.questions)

        def happens(now: datetime) -> None:
            check_in = pe.CheckInRecorded(
                session=str(demo_id(f"{name}-session")), reached=True, by_whom="the patient", asked=asked,
                symptoms=(), suicidality=Suicidality.NONE, mood=Mood.BETTER, drove_or_worked=False,
            )  # fmt: skip
            aftercare.record_check_in(demo_id(self.who.name), check_in, {}, self.stage.act("nurse", now))

        return Step(at=at, happens=happens)

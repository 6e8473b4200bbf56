"""A made-up patient in treatment: the steps a course is made of, each at its time."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sereniv.clinic.demo import screened
from sereniv.clinic.demo.people import DemoPerson, demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows import aftercare, answers, booking, coming, courses, screening
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.events.aftercare import Mood
from sereniv.therapy.session.events import Suicidality

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happens at a time: an intake, an infusion from chair to note, a decision, an answer."""

    at: datetime
    happens: Callable[[datetime], object]


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

    def infusion(self, number: int, start: datetime, every_min: int = 10) -> Step:
        """Run a whole infusion, to the signed note."""

        def happens(now: datetime) -> None:
            session = self._underway(number, now)
            end = self.stage.ran_through(self.who, session, now, every_min)
            self.stage.ended(self.who, session, end)

        return Step(at=start, happens=happens)

    def course(self, starts: Sequence[datetime], every_min: int = 10, first: int = 1) -> Iterator[Step]:
        """Run several infusions, closely watched at the first, each with its call a day after they went home."""
        lasts = timedelta(minutes=knowledge().protocols[self.who.protocol].duration_min)
        for number, start in enumerate(starts, start=first):
            yield self.infusion(number, start, 5 if number == 1 else every_min)
            yield self._called(number, start + lasts + 25 * HOUR + timedelta(minutes=10))

    def recovering(self, number: int, start: datetime, so_far_min: Sequence[int]) -> Step:
        """Run an infusion to its end, with vital signs in recovery so far."""

        def happens(now: datetime) -> None:
            session = self._underway(number, now)
            end = self.stage.ran_through(self.who, session, now, 10)
            self.stage.accounted(session, end)
            for minute in so_far_min:
                self.stage.vitals(session, self.who.pressure, end + timedelta(minutes=minute))

        return Step(at=start, happens=happens)

    def _underway(self, number: int, start: datetime) -> uuid.UUID:
        name = self.who.name if number == 1 else f"{self.who.name}-{number}"
        self.stage.arrives(self.who, start - timedelta(minutes=35))
        order = self.stage.signed_order(self.who, start - timedelta(minutes=20))
        session = self.stage.seated(self.who, order, self.chair, start, demo_id(f"{name}-session"))
        return self.stage.started(self.who, session, start)

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
        """Repeat the work-up, which expires."""
        person_id = demo_id(self.who.name)

        def happens(now: datetime) -> None:
            screening.record_work_up(person_id, screened.worked_up(now.date()), self.stage.act("nurse", now))

        return Step(at=at, happens=happens)

    def reviewed(self, outcome: pe.ReviewOutcome, at: datetime, interval_days: int | None = None) -> Step:
        """Let the prescriber review or decide."""
        reason = "Talked through with the patient: benefit, side effects and alternatives."

        def happens(now: datetime) -> None:
            act = self.stage.act("prescriber", now)
            courses.review(demo_id(self.who.name), outcome, reason, interval_days, self.head, act)

        return Step(at=at, happens=happens)

    def booked(self, at: datetime, from_day: date) -> Step:
        """Book the rest of the course from a day on, the first of it with somebody to go home with."""

        def happens(now: datetime) -> None:
            person_id = demo_id(self.who.name)
            slots = booking.plan_course(person_id, from_day, now)
            booked = booking.book_course(person_id, slots, self.stage.act("coordinator", now))
            coming.arrange_escort(
                person_id, booked[0], "Kim Escort", "555 0100", "by car", self.stage.act("coordinator", now)
            )

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

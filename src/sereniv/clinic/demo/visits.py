"""Who else comes to the demo's clinic in the week before and after: first talks, reviews, and who did not come."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.diary import Diary
from sereniv.clinic.demo.patients import HOUR, Step
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.calendar import booking, coming
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.person.people import Registration
from sereniv.therapy.person.events import Coming, Purpose

ASKED = {
    "asked-1": ("Nadia", "Brook", date(1985, 6, 2), "female", "555-0121"),
    "asked-2": ("Theo", "Lang", date(1972, 1, 25), "male", "555-0122"),
    "asked-3": ("Vera", "Moss", date(1958, 10, 9), "female", "555-0123"),
    "asked-4": ("Ilias", "Grau", date(1995, 3, 14), "male", "555-0124"),
    "asked-5": ("Anouk", "Weber", date(1989, 12, 21), "female", "555-0125"),
    "asked-6": ("Emil", "Castro", date(1966, 8, 5), "male", "555-0126"),
}
"""People who are on the books for a first talk, and for nothing more yet: names, birth date, sex and phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit without an infusion: whose, on which open day from today, when, where, and how it went.

    `came_min` is after how many minutes they came, None where they did not, or have not yet.
    """

    name: str
    day: int
    at: time
    chair: str
    purpose: Purpose = Purpose.ASSESSMENT
    came_min: int | None = None
    late_min: int | None = None
    missed_min: int | None = None
    said: str = ""


VISITS = (
    Visit(name="asked-1", day=-5, at=time(9), chair="Chair 4", came_min=-6),
    Visit(
        name="asked-2", day=-3, at=time(9), chair="Chair 4", missed_min=40, said="Had the wrong day; asks for another.",
    ),
    Visit(name="asked-3", day=-2, at=time(15), chair="Chair 4", late_min=-20, came_min=25),
    Visit(name="six", day=-1, at=time(10, 30), chair="Chair 4", purpose=Purpose.REVIEW, came_min=-3),
    Visit(name="asked-4", day=0, at=time(9), chair="Chair 6", missed_min=40),
    Visit(name="asked-5", day=0, at=time(10, 15), chair="Chair 6", late_min=-10),
    Visit(name="asked-6", day=0, at=time(10, 30), chair="Chair 5", came_min=-6),
    Visit(name="six", day=0, at=time(11, 30), chair="Chair 6", purpose=Purpose.REVIEW),
    Visit(name="maintained", day=0, at=time(13), chair="Chair 5", purpose=Purpose.REVIEW),
    Visit(name="pain", day=0, at=time(14, 30), chair="Chair 3", purpose=Purpose.REVIEW),
    Visit(name="new", day=0, at=time(15), chair="Chair 1"),
    Visit(name="asked-2", day=1, at=time(9), chair="Chair 4"),
    Visit(name="asked-1", day=2, at=time(9), chair="Chair 4"),
    Visit(name="evaluated", day=3, at=time(11), chair="Chair 4"),
    Visit(name="asked-3", day=4, at=time(15), chair="Chair 4"),
)  # fmt: skip
"""Every visit without an infusion of the week before and after."""


def week_before_and_after(stage: Stage, diary: Diary) -> Iterator[Step]:
    """Register who asked for a first talk, book every visit, and note who came, late or not at all."""
    for number, name in enumerate(ASKED):
        yield _registered(stage, name, diary.on(-7, time(9)) + number * timedelta(minutes=10))
    for visit in VISITS:
        yield from _steps(stage, diary, visit)


def _registered(stage: Stage, name: str, at: datetime) -> Step:
    given_names, family_name, born, sex_at_birth, phone = ASKED[name]
    registration = Registration(
        family_name=family_name, given_names=given_names, born=born, sex_at_birth=sex_at_birth, phone=phone
    )

    def happens(now: datetime) -> None:
        others = [str(each) for each in Person.objects.values_list("pk", flat=True)]
        people.register(registration, stage.act("coordinator", now), demo_id(name), told_apart=others)

    return Step(at=at, happens=happens)


def _steps(stage: Stage, diary: Diary, visit: Visit) -> Iterator[Step]:
    person_id, at = demo_id(visit.name), diary.on(visit.day, visit.at)
    entry: list[int] = []

    def booked(now: datetime) -> None:
        wish = booking.Wish(starts_at=at, chair=visit.chair, purpose=visit.purpose)
        entry.append(booking.book(person_id, wish, stage.act("coordinator", now)))

    yield Step(at=_booked_at(diary, visit), happens=booked)
    for minutes, what in ((visit.late_min, Coming.LATE), (visit.came_min, Coming.ARRIVED)):
        if minutes is not None:
            yield _noted(stage, person_id, entry, what, at + timedelta(minutes=minutes))
    if visit.missed_min is not None:
        yield from _missed(stage, person_id, entry, visit, at)


def _booked_at(diary: Diary, visit: Visit) -> datetime:
    """Return when a visit was booked: two open days before it, and before now."""
    if visit.name == cast_list.NEW.name:
        return diary.now - timedelta(minutes=30)
    return diary.on(min(visit.day, 1) - 2, time(14))


def _noted(stage: Stage, person_id: uuid.UUID, entry: list[int], what: Coming, at: datetime) -> Step:
    def happens(now: datetime) -> None:
        coming.note(person_id, entry[0], what, stage.act("coordinator", now))

    return Step(at=at, happens=happens)


def _missed(stage: Stage, person_id: uuid.UUID, entry: list[int], visit: Visit, at: datetime) -> Iterator[Step]:
    def happens(now: datetime) -> None:
        coming.miss(person_id, entry[0], "Not come, no word.", stage.act("coordinator", now))

    def reached(now: datetime) -> None:
        coming.called_back(person_id, entry[0], True, visit.said, stage.act("coordinator", now))

    yield Step(at=at + timedelta(minutes=visit.missed_min or 0), happens=happens)
    if visit.said:
        yield Step(at=at + 3 * HOUR, happens=reached)

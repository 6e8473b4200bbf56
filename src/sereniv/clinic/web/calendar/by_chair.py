"""Days of the calendar by chair: who is booked or sits at each, and from when until when it is free."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sereniv.clinic.records.models import AppointmentRow, SessionRow
from sereniv.clinic.web.calendar.day_grid import LEAST_TAP
from sereniv.clinic.workflows.calendar import calendar
from sereniv.therapy.scheduling.calendar import ChairsAndHours, Taken
from sereniv.therapy.scheduling.spans import Span, free_spans


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One thing a chair is held for: an appointment and the session it led to, a session without one, or free time."""

    starts_at: datetime
    row: AppointmentRow | None = None
    session: SessionRow | None = None
    free: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One chair on one day, in the order of the clock."""

    chair: str
    held: tuple[Held, ...]

    @property
    def booked(self) -> int:
        """How many appointments stand there."""
        return sum(1 for each in self.held if each.row is not None)

    @property
    def first_free(self) -> Span | None:
        """The first free time there that can be booked, None where there is none."""
        return next((each.free for each in self.held if each.free is not None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day: its hours, None where the clinic is closed, and each chair."""

    day: date
    hours: tuple[time, time] | None
    places: tuple[Place, ...]
    to_look_at: int = 0
    """How many bookings something speaks against, or that the hours or chairs no longer hold."""

    @property
    def booked(self) -> int:
        """How many appointments stand on it."""
        return sum(place.booked for place in self.places)

    @property
    def is_shown(self) -> bool:
        """Say whether there is anything to see: the clinic is open, or somebody is booked or sits there."""
        return self.hours is not None or any(place.held for place in self.places)


def by_chair(
    days: Sequence[date],
    rows: Sequence[AppointmentRow],
    sessions: Sequence[SessionRow],
    house: ChairsAndHours,
    now: datetime,
    questioned: frozenset[int] = frozenset(),
) -> tuple[tuple[str, ...], tuple[Day, ...]]:
    """Lay days out by chair; return the chairs in order, those that are retired last, and the days.

    Parameters
    ----------
    rows, sessions
        The appointments that stand, and the sessions that were opened, on any of these days.
    house
        Chairs, hours and what is taken; where it knows who sits there now, those chairs are not offered.
    questioned
        Rows to look at: something speaks against them, or hours or chairs no longer hold them.
    """
    chairs = tuple(dict.fromkeys((*house.chairs, *(row.chair for row in rows), *(each.chair for each in sessions))))
    booked: dict[date, list[AppointmentRow]] = defaultdict(list)
    sat: dict[date, dict[uuid.UUID, SessionRow]] = defaultdict(dict)
    for row in rows:
        booked[row.starts_at.astimezone(house.zone).date()].append(row)
    for each in sessions:
        sat[each.opened_at.astimezone(house.zone).date()][each.person_id] = each
    taken: dict[str, list[Taken]] = defaultdict(list)
    for one in house.taken:
        taken[one.chair].append(one)
    found = (_day(day, chairs, booked[day], sat[day], house, taken, now, questioned) for day in days)
    return chairs, tuple(found)


def _day(
    day: date,
    chairs: Sequence[str],
    booked: Sequence[AppointmentRow],
    sat: Mapping[uuid.UUID, SessionRow],
    house: ChairsAndHours,
    taken: Mapping[str, Sequence[Taken]],
    now: datetime,
    questioned: frozenset[int],
) -> Day:
    people = {row.person_id for row in booked}
    held: dict[str, list[Held]] = {chair: [] for chair in chairs}
    for row in booked:
        held[row.chair].append(Held(starts_at=row.starts_at, row=row, session=sat.get(row.person_id)))
    for each in sat.values():
        if each.person_id not in people:
            held[each.chair].append(Held(starts_at=each.opened_at, session=each))
    hours = house.opening(day)
    if hours is not None:
        opened = (calendar.at(day, hours[0]), calendar.at(day, hours[1]))
        for chair in house.chairs:
            held[chair] += _free(opened, taken.get(chair, ()), house.step_min, now)
    places = tuple(
        Place(chair=chair, held=tuple(sorted(held[chair], key=lambda one: one.starts_at))) for chair in chairs
    )
    return Day(day=day, hours=hours, places=places, to_look_at=sum(1 for row in booked if row.pk in questioned))


def _free(opened: tuple[datetime, datetime], taken: Sequence[Taken], step_min: int, now: datetime) -> list[Held]:
    if now >= opened[1]:
        return []
    of_the_day = [each for each in taken if each.starts_at < opened[1] and each.ends_at > opened[0]]
    spans = free_spans(opened, of_the_day, now, step_min, LEAST_TAP * step_min)
    return [Held(starts_at=each.starts_at, free=each) for each in spans]


def weeks_of(first: date) -> tuple[tuple[date, ...], ...]:
    """Return the weeks, Monday to Sunday, that a month has a day in."""
    monday = first - timedelta(days=first.weekday())
    weeks = []
    while monday <= first or monday.month == first.month:
        weeks.append(tuple(monday + timedelta(days=number) for number in range(7)))
        monday += timedelta(days=7)
    return tuple(weeks)

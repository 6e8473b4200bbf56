"""Appointments: how a person's stand, which times are free, and how a whole course is laid on free chairs.

Times are compared as moments, so that a night on which clocks change makes nothing closer or longer; days and opening
hours are the clinic's own.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from math import ceil

from sereniv.knowledge.rows import AppointmentRule, Protocol
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMissed,
    AppointmentMoved,
    Coming,
    ComingNoted,
    CourseEnded,
    CourseInterrupted,
    EscortArranged,
    EscortNamedByPatient,
    MissedCalledBack,
    Purpose,
    Told,
)
from sereniv.therapy.recording.entry import Recorded

Opening = Callable[[date], tuple[time, time] | None]
"""From when until when the clinic is open on a day, None where it is closed."""

FURTHEST_DAYS = 60
"""How far past its planned day an infusion is looked a place for."""


class AppointmentState(StrEnum):
    """Where an appointment stands."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """One appointment as it stands after every move; `entry` names it.

    `said` is who takes the patient home as they said themselves, after the last move and after what staff arranged.
    """

    entry: int
    starts_at: datetime
    minutes: int
    chair: str
    purpose: Purpose
    course: int | None
    state: AppointmentState = AppointmentState.BOOKED
    why: str = ""
    moves: int = 0
    exception: str = ""
    """Why it lies outside the opening hours, as said when it was booked or moved there."""
    placed_at: datetime | None = None
    """When it was booked or moved to when it is."""
    booked: int = 0
    """The entry of the ledger that booked it."""
    answered: int = 0
    """The entry that booked it, or that moved it and said why it is held in spite of what speaks against it."""
    despite: str = ""
    """Why it was booked, or moved, in spite of what spoke against it then, and the day that was said."""
    escort: EscortArranged | None = None
    said: EscortNamedByPatient | None = None

    @property
    def ends_at(self) -> datetime:
        """When the chair is free again."""
        return later(self.starts_at, minutes=self.minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A chair or a person that is not free from one moment until another."""

    starts_at: datetime
    ends_at: datetime
    chair: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A time and a chair that would do."""

    starts_at: datetime
    minutes: int
    chair: str


def to_call_back(chart: PersonChart, now: datetime) -> tuple[Appointment, ...]:
    """Return the appointments that a person missed and nobody has settled since, the oldest first.

    One is settled by a named act since it was recorded: the person was reached, or came after all or to another visit,
    a later time was booked or agreed with them, or the course was interrupted or ended. Time settles nothing, nor does
    the rest of a course that was booked before.
    """
    found = appointments(chart)
    reached = {each.event.appointment for each in chart.all(MissedCalledBack) if each.event.reached}
    missed_at = {each.event.appointment: each.seq for each in chart.all(AppointmentMissed)}
    noted = {each.event.appointment: each for each in chart.all(ComingNoted)}
    settled = [each.seq for kind in (CourseInterrupted, CourseEnded) for each in chart.all(kind)]
    settled += [each.seq for each in noted.values() if each.event.what is Coming.ARRIVED]
    agreed = {each.entry: max(each.booked, _agreed(chart, each.entry)) for each in found}
    booked = [each for each in found if each.state is AppointmentState.BOOKED]
    return tuple(
        each
        for each in found
        if each.state is AppointmentState.MISSED
        and each.starts_at <= now
        and each.entry not in reached
        and not any(entry > missed_at[each.entry] for entry in settled)
        and not any(
            later_one.starts_at > each.starts_at and agreed[later_one.entry] > missed_at[each.entry]
            for later_one in booked
        )
    )


def _agreed(chart: PersonChart, entry: int) -> int:
    """Return the ledger's entry by which an appointment was last moved with the patient told, 0 where it never was."""
    moved = (each for each in chart.all(AppointmentMoved) if each.event.appointment == entry)
    return max((each.seq for each in moved if each.event.told not in {None, Told.NOT_YET}), default=0)


def later(moment: datetime, *, minutes: int = 0, hours: int = 0) -> datetime:
    """Return the moment so much absolute time later, in the zone it was given in."""
    moved = moment.astimezone(UTC) + timedelta(minutes=minutes, hours=hours)
    return moved.astimezone(moment.tzinfo)


def appointments(chart: PersonChart) -> tuple[Appointment, ...]:
    """Return a person's appointments, cancelled and missed ones too, by the time they are at now."""
    found = {
        each.stream_seq: Appointment(
            entry=each.stream_seq,
            starts_at=each.event.starts_at,
            minutes=each.event.minutes,
            chair=each.event.chair,
            purpose=each.event.purpose,
            course=each.event.course,
            exception=each.event.exception,
            placed_at=each.recorded_at,
            booked=each.seq,
            answered=each.seq,
            despite=_on_its_day(each),
        )
        for each in chart.all(AppointmentBooked)
    }
    for moved in chart.all(AppointmentMoved):
        if moved.event.appointment in found:
            found[moved.event.appointment] = _moved(found[moved.event.appointment], moved)
    for cancelled in chart.all(AppointmentCancelled):
        if cancelled.event.appointment in found:
            before = found[cancelled.event.appointment]
            found[before.entry] = replace(before, state=AppointmentState.CANCELLED, why=cancelled.event.reason)
    for missed in chart.all(AppointmentMissed):
        if missed.event.appointment in found:
            before = found[missed.event.appointment]
            found[before.entry] = replace(before, state=AppointmentState.MISSED, why=missed.event.remark)
    for escort in chart.all(EscortArranged):
        if escort.event.appointment in found:
            before = found[escort.event.appointment]
            found[before.entry] = replace(before, escort=escort.event)
    for said in chart.all(EscortNamedByPatient):
        if said.event.appointment in found and said.stream_seq > _settled(chart, said.event.appointment):
            before = found[said.event.appointment]
            found[before.entry] = replace(before, said=said.event)
    return tuple(sorted(found.values(), key=lambda each: (each.starts_at, each.entry)))


def _moved(before: Appointment, moved: Recorded[AppointmentMoved]) -> Appointment:
    """Return an appointment where it was moved to; a chair that got another name leaves the reason for the time."""
    event = moved.event
    keeps_its_time = event.starts_at == before.starts_at and not event.exception
    return replace(
        before,
        starts_at=event.starts_at,
        chair=event.chair,
        moves=before.moves + 1,
        exception=before.exception if keeps_its_time else event.exception,
        placed_at=before.placed_at if keeps_its_time else moved.recorded_at,
        answered=moved.seq if event.despite else before.answered,
        despite=_on_its_day(moved) or before.despite,
    )


def _on_its_day(agreed: Recorded[AppointmentBooked] | Recorded[AppointmentMoved]) -> str:
    """Return why a time was agreed in spite of a doubt, and when that was said: what came later, it does not answer."""
    why = agreed.event.despite
    return f"{why} ({agreed.at:%d %b})" if why else ""


def _settled(chart: PersonChart, entry: int) -> int:
    """Return the entry after which an appointment was neither moved in time nor its escort arranged by staff."""
    moved = [each.stream_seq for each in moves_in_time(chart, entry)]
    arranged = [each.stream_seq for each in chart.all(EscortArranged) if each.event.appointment == entry]
    return max((*moved, *arranged), default=0)


def moves_in_time(chart: PersonChart, entry: int) -> tuple[Recorded[AppointmentMoved], ...]:
    """Return the moves of an appointment to another time: of another chair the patient need know nothing."""
    booked = (each.event for each in chart.all(AppointmentBooked) if each.stream_seq == entry)
    moved = [each for each in chart.all(AppointmentMoved) if each.event.appointment == entry]
    times = [*(each.starts_at for each in booked), *(each.event.starts_at for each in moved)]
    return tuple(each for each, before in zip(moved, times, strict=False) if each.event.starts_at != before)


def minutes_for(protocol: Protocol, rule: AppointmentRule) -> int:
    """Return how long an infusion's appointment is: preparation, infusion and recovery, in whole steps."""
    needed = rule.preparation_min + protocol.duration_min + rule.recovery_min
    return ceil(needed / rule.step_min) * rule.step_min


def overlap(starts_at: datetime, ends_at: datetime, other: Taken) -> bool:
    """Say whether two times have a moment in common; one may begin when the other ends."""
    return starts_at < other.ends_at and other.starts_at < ends_at


def within_hours(starts_at: datetime, ends_at: datetime, opening: Opening, zone: tzinfo) -> bool:
    """Say whether a time lies within one day's opening hours."""
    begins, ends = starts_at.astimezone(zone), ends_at.astimezone(zone)
    hours = opening(begins.date())
    return hours is not None and begins.date() == ends.date() and hours[0] <= begins.time() and ends.time() <= hours[1]


def far_enough(starts_at: datetime, others: Iterable[datetime], minimum_hours: int) -> bool:
    """Say whether a time is at least so many hours from every other, before or after."""
    least = timedelta(hours=minimum_hours)
    return all(abs(starts_at.astimezone(UTC) - other.astimezone(UTC)) >= least for other in others)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChairsAndHours:
    """What times are looked for in: chairs, hours, zone, the step, and what is taken already."""

    chairs: tuple[str, ...]
    opening: Opening
    zone: tzinfo
    step_min: int
    taken: tuple[Taken, ...]

    def free(self, day: date, minutes: int, not_before: datetime, person: Sequence[Taken] = ()) -> tuple[Slot, ...]:
        """Return every time of a day at which a chair and the person are free, earliest first, by chair."""
        hours = self.opening(day)
        if hours is None:
            return ()
        opens, closes = (datetime.combine(day, each, self.zone).astimezone(UTC) for each in hours)
        found: list[Slot] = []
        at = opens
        while at + timedelta(minutes=minutes) <= closes:
            ends = at + timedelta(minutes=minutes)
            if at >= not_before and not any(overlap(at, ends, each) for each in person):
                busy = {each.chair for each in self.taken if overlap(at, ends, each)}
                found += [
                    Slot(starts_at=at, minutes=minutes, chair=chair) for chair in self.chairs if chair not in busy
                ]
            at += timedelta(minutes=self.step_min)
        return tuple(found)


def lay_out(
    planned: Sequence[date],
    protocol: Protocol,
    house: ChairsAndHours,
    rule: AppointmentRule,
    now: datetime,
    others: Sequence[datetime] = (),
    person: Sequence[Taken] = (),
) -> tuple[Slot, ...]:
    """Lay infusions on free chairs: each on its day or the next workable one, as early as it can be.

    Parameters
    ----------
    planned
        The days the protocol has the coming infusions on.
    others
        When the person's earlier infusions began, and their booked ones begin: none comes closer than the spacing.
    person
        When the person has other appointments.

    Returns
    -------
    One slot for each planned day, in order; fewer where no place was found within two months of a day.
    """
    minutes = minutes_for(protocol, rule)
    starts = list(others)
    found: list[Slot] = []
    slipped = 0
    for day in planned:
        slot = None
        for ahead in range(slipped, slipped + FURTHEST_DAYS):
            candidate = day + timedelta(days=ahead)
            free = house.free(candidate, minutes, now, person)
            slot = next(
                (each for each in free if far_enough(each.starts_at, starts, protocol.minimum_hours_between)), None
            )
            if slot is not None:
                # A day that slipped takes the following ones along, so that their gaps stay the protocol's.
                slipped = ahead if not protocol.weekdays else 0
                break
        if slot is None:
            break
        found.append(slot)
        starts.append(slot.starts_at)
    return tuple(found)

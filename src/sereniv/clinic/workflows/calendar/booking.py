"""Booking, moving and cancelling: single appointments and whole courses."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.models import AppointmentRow, Chair, Id, SessionRow
from sereniv.clinic.records.projections import project_appointments
from sereniv.clinic.workflows.calendar.calendar import (
    BOOKED,
    FURTHEST_AHEAD,
    TOO_FAR_AHEAD,
    Against,
    chairs_and_hours,
    doubts_of,
    infusion_starts,
    opening,
    past_window,
    protocol_of,
    still_booked,
    told,
    under_way,
)
from sereniv.clinic.workflows.course.treatment import Treatment, treatment_of
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.joined_records import demand_not_joined
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Protocol
from sereniv.therapy.person import events as ev
from sereniv.therapy.recording.reasons import demand_reason, demand_word, says_something
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.scheduling import calendar
from sereniv.therapy.scheduling.calendar import Appointment, Slot, Taken
from sereniv.therapy.session.chart import Phase
from sereniv.therapy.treatment.booking import as_it_is
from sereniv.therapy.treatment.course import planned_day

LONGEST_MIN = 12 * 60
DEFAULT_MIN = 60
"""How long an appointment is that is no infusion, unless somebody says otherwise."""

BOOKED_ALL_THE_SAME = "the infusion is booked all the same, or book an assessment"
MOVED_NOT_CANCELLED = "it is moved and not cancelled"
NONE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to book; `minutes` follow from the protocol where they are None."""

    starts_at: datetime
    chair: str
    purpose: ev.Purpose = ev.Purpose.INFUSION
    minutes: int | None = None
    exception: str = ""
    despite: str = ""


def book(person_id: Id, wish: Wish, act: Act) -> int:
    """Book an appointment and return its entry.

    Raises
    ------
    Refused
        When chair or person is not free, an infusion comes closer to another than the protocol has it, or the time
        lies outside the opening hours without a reason, or something speaks against it and nobody has said why it is
        booked all the same.
    """
    act.permit(Permission.BOOK)
    with chart_store.in_turn():
        before = chart_store.place_of(act.key, act.by.username)
        if before is not None:
            return before
        demand_not_joined(person_id)
        stands = treatment_of(person_id, act.now)
        event = _booking(person_id, wish, stands, act)
        demand_free(person_id, event, stands, act.now)
        (written,) = append(person_id, [event], act)
    return written


def _booking(person_id: Id, wish: Wish, stands: Treatment, act: Act) -> ev.AppointmentBooked:
    protocol = protocol_of(person_id, stands)
    is_infusion = wish.purpose is ev.Purpose.INFUSION
    needed = calendar.minutes_for(protocol, knowledge().appointment) if is_infusion and protocol else DEFAULT_MIN
    minutes = wish.minutes or needed
    if not 0 < minutes <= LONGEST_MIN:
        raise Malformed("Enter how long it takes in minutes, at most twelve hours.")
    if is_infusion and protocol and minutes < needed:
        raise Malformed(f"{protocol.id} takes {needed} minutes with preparation and recovery. Leave the field empty.")
    course = under_way(stands)
    against = against_a_time(person_id, stands, wish.purpose, [wish.starts_at])
    return ev.AppointmentBooked(
        starts_at=wish.starts_at,
        minutes=minutes,
        chair=wish.chair,
        purpose=wish.purpose,
        course=course.entry if course and is_infusion else None,
        exception=wish.exception.strip(),
        doubts=tuple(each.words for each in against),
        despite=answered(
            told(against, act.by, stands.chart, act.now),
            wish.despite,
            BOOKED_ALL_THE_SAME if is_infusion else "it is booked",
        ),
    )


def against_a_time(person_id: Id, stands: Treatment, purpose: ev.Purpose, starts: Sequence[datetime]) -> Against:
    """Return what speaks against a visit at these times; a time past the course's window does, the first is named."""
    late = (past_window(stands, each) for each in starts) if purpose is ev.Purpose.INFUSION else ()
    return (*doubts_of(person_id, stands, purpose), *map(as_it_is, list(filter(None, late))[:1]))


def answered(against: tuple[str, ...], despite: str, done: str) -> str:
    """Return why something is done all the same; Refused, with what speaks against it, where nobody has said so."""
    if not against:
        return ""
    try:
        return demand_reason(despite, "")
    except Malformed as missing:
        asked = f"Write in a few words why {done}."
        raise Refused("booking", f"{' '.join(against)} {asked}") from missing


def demand_free(
    person_id: Id, event: ev.AppointmentBooked, stands: Treatment, now: datetime, ignoring: frozenset[int] = NONE
) -> None:
    """Refuse a time that is over, too far, not on the quarter, taken, closed without a reason, or too close.

    Parameters
    ----------
    ignoring
        Entries of this person's own bookings that are about to be moved.
    """
    step = knowledge().appointment.step_min
    starts = event.starts_at
    if starts < now:
        raise Malformed("That time has passed. Choose one to come.")
    if starts - now > FURTHEST_AHEAD:
        raise Malformed(TOO_FAR_AHEAD)
    ends = calendar.later(starts, minutes=event.minutes)
    if starts.astimezone(home_zone()).minute % step or starts.second or event.minutes % step:
        raise Malformed(f"Appointments begin and end on the quarter hour: use steps of {step} minutes.")
    if not Chair.objects.filter(name=event.chair, retired_at=None).exists():
        raise Refused("chair", f"{event.chair} is not in use. Choose another chair.")
    clashing = AppointmentRow.objects.filter(state=BOOKED, starts_at__lt=ends, ends_at__gt=starts)
    others = clashing.exclude(person_id=person_id, entry__in=ignoring).select_related("person")
    for row in others:
        when = f"{row.starts_at.astimezone(home_zone()):%H:%M} to {row.ends_at.astimezone(home_zone()):%H:%M}"
        if str(row.person_id) == str(person_id):
            raise Refused("appointment", f"{row.person} already has an appointment then, {when}.")
        if row.chair == event.chair:
            raise Refused("appointment", f"{row.chair} is booked then for {row.person}, {when}. Choose another.")
    if not says_something(event.exception) and not calendar.within_hours(starts, ends, opening, home_zone()):
        raise Refused("hours", "That is outside the opening hours. Choose another time, or write why.")
    protocol = protocol_of(person_id, stands)
    if event.purpose is ev.Purpose.INFUSION and protocol is not None:
        near = infusion_starts(stands, ignoring)
        if not calendar.far_enough(starts, near, protocol.minimum_hours_between):
            hours = protocol.minimum_hours_between
            raise Refused("spacing", f"{protocol.id} asks for {hours} hours between infusions. Choose a later time.")


def plan_course(person_id: Id, from_day: date, now: datetime) -> tuple[Slot, ...]:
    """Lay what is left of a course on free chairs from a day on; nothing is booked."""
    stands = treatment_of(person_id, now)
    protocol = protocol_of(person_id, stands)
    if protocol is None:
        raise Refused("protocol", "No protocol for what this person is treated for can be run here.")
    planned = _days_left(stands, protocol, max(from_day, stands.today))
    if not planned:
        raise Refused("course", "Every infusion of this course is run or booked.")
    person = [Taken(starts_at=each.starts_at, ends_at=each.ends_at, chair=each.chair) for each in still_booked(stands)]
    last = planned[-1] + timedelta(days=2 * calendar.FURTHEST_DAYS)
    rule = knowledge().appointment
    free = chairs_and_hours(planned[0], last, now)
    soonest = now + timedelta(minutes=rule.offered_ahead_min)
    return calendar.lay_out(planned, protocol, free, rule, soonest, infusion_starts(stands), person)


def _days_left(stands: Treatment, protocol: Protocol, first: date) -> list[date]:
    """Return the protocol's days that are neither run nor booked, moved so that the first is not before `first`."""
    run = stands.course.run if under_way(stands) and stands.course else 0
    booked = sum(each.purpose is ev.Purpose.INFUSION and each.starts_at >= stands.now for each in still_booked(stands))
    left = protocol.days[run + booked :]
    if not left:
        return []
    began = left[0]
    return [planned_day(protocol, first, offset - began) for offset in left]


def book_course(person_id: Id, slots: Sequence[Slot], act: Act, despite: str = "") -> tuple[int, ...]:
    """Book every slot that was shown, all or none, and return their entries."""
    act.permit(Permission.BOOK)
    if not slots:
        raise Malformed("There is nothing to book. Lay the course out again.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return ()
        demand_not_joined(person_id)
        stands = treatment_of(person_id, act.now)
        events: list[ev.AppointmentBooked] = []
        for slot in slots:
            event = _booking(person_id, Wish(starts_at=slot.starts_at, chair=slot.chair, despite=despite), stands, act)
            demand_free(person_id, event, stands, act.now)
            events.append(event)
        demand_apart(events, protocol_of(person_id, stands))
        return append(person_id, events, act)


def demand_apart(events: Sequence[ev.AppointmentBooked], protocol: Protocol | None) -> None:
    """Refuse dates that lie too close to one another; what is booked already was looked at before."""
    spans = sorted((each.starts_at, calendar.later(each.starts_at, minutes=each.minutes)) for each in events)
    if any(ends > begins for (_, ends), (begins, _) in pairwise(spans)):
        raise Refused("appointment", "Two of these overlap. Lay the course out again.")
    starts = [each.starts_at for each in events]
    for number, start in enumerate(starts):
        if protocol and not calendar.far_enough(start, starts[:number], protocol.minimum_hours_between):
            raise Refused("spacing", f"Two of these are closer than {protocol.minimum_hours_between} hours.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where an appointment is moved to, why, and how the patient knows of it."""

    starts_at: datetime
    chair: str
    reason: str
    told: ev.Told
    exception: str = ""
    despite: str = ""


def move(person_id: Id, entry: int, wish: Move, act: Act) -> None:
    """Move an appointment to another time or chair, under the same conditions as booking it."""
    act.permit(Permission.BOOK)
    demand_word(wish.reason, "Write why it is moved.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        stands = treatment_of(person_id, act.now)
        before = standing(stands, entry)
        _demand_not_kept(person_id, stands, before)
        wanted = ev.AppointmentBooked(
            starts_at=wish.starts_at, minutes=before.minutes, chair=wish.chair, purpose=before.purpose,
            course=before.course, exception=wish.exception.strip(),
        )  # fmt: skip
        demand_free(person_id, wanted, stands, act.now, ignoring=frozenset({entry}))
        against = against_a_time(person_id, stands, before.purpose, [wish.starts_at])
        event = ev.AppointmentMoved(
            appointment=entry, starts_at=wish.starts_at, chair=wish.chair, reason=wish.reason, told=wish.told,
            exception=wish.exception.strip(), doubts=tuple(each.words for each in against),
            despite=answered(told(against, act.by, stands.chart, act.now), wish.despite, MOVED_NOT_CANCELLED),
        )  # fmt: skip
        append(person_id, [event], act)


def follow_rename(before: str, after: str, act: Act) -> None:
    """Move what is booked at a chair along to its new name: left behind, the same chair could be booked twice."""
    act.permit(Permission.MANAGE_HOME)
    rows = AppointmentRow.objects.filter(chair=before, state=BOOKED, ends_at__gt=act.now).order_by("starts_at")
    for number, row in enumerate(rows, start=1):
        event = ev.AppointmentMoved(
            appointment=row.entry, starts_at=row.starts_at, chair=after, reason=f"{before} is called {after} now"
        )
        append(row.person_id, [event], replace(act, key=f"{act.key}-{number}"))


def cancel(person_id: Id, entry: int, reason: str, by_patient: bool, act: Act, told: ev.Told | None = None) -> None:
    """Cancel an appointment; where the clinic does, say how the patient knows: not yet is owed until they do."""
    act.permit(Permission.BOOK)
    demand_word(reason, "Write why it is cancelled.")
    if not by_patient and told is None:
        raise Malformed("Say whether the patient knows that it is cancelled, and how they were told.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        stands = treatment_of(person_id, act.now)
        _demand_not_kept(person_id, stands, standing(stands, entry))
        event = ev.AppointmentCancelled(
            appointment=entry, reason=reason, by_patient=by_patient, told=None if by_patient else told
        )
        append(person_id, [event], act)


def standing(stands: Treatment, entry: int) -> Appointment:
    """Return an appointment that stands; Refused where there is none, or it was cancelled or missed."""
    found = next((each for each in still_booked(stands) if each.entry == entry), None)
    if found is None:
        raise Refused("appointment", "There is no such appointment, or it was cancelled or missed.")
    return found


def _demand_not_kept(person_id: Id, stands: Treatment, booked: Appointment) -> None:
    """Refuse where somebody took a chair for it: a page of before would take the visit away that is being kept.

    Whoever was sent home from the chair, nothing infused, may come another day. Of several on one day the first ones
    are those that are kept.
    """
    if booked.purpose is not ev.Purpose.INFUSION:
        return
    day = on_the_wall(booked.starts_at).date()
    seated = SessionRow.objects.filter(person_id=person_id).exclude(phase=str(Phase.CLOSED_UNUSED))
    kept = [each for each in seated.order_by("opened_at") if on_the_wall(each.opened_at).date() == day]
    that_day = sorted(
        each.starts_at
        for each in still_booked(stands)
        if each.purpose is ev.Purpose.INFUSION and on_the_wall(each.starts_at).date() == day
    )
    place = that_day.index(booked.starts_at)
    if place < len(kept):
        taken = f"{kept[place].chair}, {on_the_wall(kept[place].opened_at):%H:%M}"
        raise Refused("appointment", f"They took a chair for it ({taken}): this visit is kept. Book another one.")


def append(person_id: Id, events: Sequence[ev.PersonEvent], act: Act) -> tuple[int, ...]:
    """Write what happened to somebody's appointments, bring their rows in line, and return the entries."""
    stream = chart_store.person_stream(person_id)
    written = chart_store.append([New(stream=stream, event=event, at=act.now) for event in events], act.writing())
    project_appointments(person_id)
    return tuple(each.stream_seq for each in written)

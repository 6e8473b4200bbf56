"""Moving the rest of a course as one: every infusion to come, with its gaps, on free chairs from another day on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Id
from sereniv.clinic.workflows.calendar.booking import (
    MOVED_NOT_CANCELLED,
    against_a_time,
    answered,
    append,
    demand_apart,
    demand_free,
)
from sereniv.clinic.workflows.calendar.calendar import (
    chairs_and_hours,
    infusion_starts,
    protocol_of,
    still_booked,
    told,
)
from sereniv.clinic.workflows.course.treatment import Treatment, treatment_of
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as ev
from sereniv.therapy.recording.reasons import demand_word
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.scheduling import calendar
from sereniv.therapy.scheduling.calendar import Appointment, Slot, Taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One infusion to come, and where it would lie."""

    appointment: Appointment
    slot: Slot


def _coming(stands: Treatment) -> tuple[Appointment, ...]:
    """Return the infusions to come that are booked, in their order."""
    found = (each for each in still_booked(stands) if each.purpose is ev.Purpose.INFUSION)
    return tuple(sorted((each for each in found if each.starts_at > stands.now), key=lambda each: each.starts_at))


def plan_move(person_id: Id, from_day: date, now: datetime) -> tuple[Moved, ...]:
    """Lay every infusion to come on free chairs from a day on, as far apart as they are booked; nothing is moved.

    Raises
    ------
    Refused
        When nothing is booked to come, or not every one finds a place.
    """
    stands = treatment_of(person_id, now)
    protocol, coming = protocol_of(person_id, stands), _coming(stands)
    if protocol is None or not coming:
        raise Refused("course", "No infusion of this person is booked to come.")
    zone, ids = home_zone(), frozenset((str(person_id), each.entry) for each in coming)
    days = [each.starts_at.astimezone(zone).date() for each in coming]
    shift = max(from_day, stands.today) - days[0]
    planned = [day + shift for day in days]
    others = [start for start in infusion_starts(stands) if start not in {each.starts_at for each in coming}]
    person = [
        Taken(starts_at=each.starts_at, ends_at=each.ends_at, chair=each.chair)
        for each in still_booked(stands)
        if each not in coming
    ]
    rule = knowledge().appointment
    free = chairs_and_hours(planned[0], planned[-1] + timedelta(days=2 * calendar.FURTHEST_DAYS), now, ids)
    soonest = now + timedelta(minutes=rule.offered_ahead_min)
    slots = calendar.lay_out(planned, protocol, free, rule, soonest, others, person)
    if len(slots) < len(coming):
        raise Refused("course", "Not every infusion finds a place from that day on. Choose another day.")
    return tuple(Moved(appointment=each, slot=slot) for each, slot in zip(coming, slots, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a course is moved, how the patient knows of it, and why it is held in spite of what speaks against it."""

    reason: str
    known: ev.Told
    despite: str = ""


def move_course(person_id: Id, wanted: Sequence[tuple[int, Slot]], why: Why, act: Act) -> int:
    """Move every infusion to where it was shown, all or none; returns how many.

    Raises
    ------
    Refused
        When one of them was moved, cancelled or missed since, its new place is no longer free, or something speaks
        against them and nobody has said why they are held all the same.
    """
    act.permit(Permission.BOOK)
    demand_word(why.reason, "Write why they are moved.")
    if not wanted:
        raise Malformed("There is nothing to move. Lay the course out again.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return 0
        stands = treatment_of(person_id, act.now)
        standing = {each.entry: each for each in _coming(stands)}
        if set(standing) != {entry for entry, _ in wanted}:
            raise Refused("course", "These are not the infusions booked now. Lay the course out again.")
        placed = []
        for entry, slot in wanted:
            before = standing[entry]
            event = ev.AppointmentBooked(
                starts_at=slot.starts_at, minutes=before.minutes, chair=slot.chair, purpose=before.purpose,
                course=before.course,
            )  # fmt: skip
            demand_free(person_id, event, stands, act.now, frozenset(standing))
            placed.append(event)
        demand_apart(placed, protocol_of(person_id, stands))
        starts = [slot.starts_at for _, slot in wanted]
        against = against_a_time(person_id, stands, ev.Purpose.INFUSION, starts)
        despite = answered(told(against, act.by, stands.chart, act.now), why.despite, MOVED_NOT_CANCELLED)
        moves = [
            ev.AppointmentMoved(
                appointment=entry,
                starts_at=slot.starts_at,
                chair=slot.chair,
                reason=why.reason,
                told=why.known,
                doubts=tuple(each.words for each in against),
                despite=despite,
            )
            for entry, slot in wanted
        ]
        append(person_id, moves, act)
    return len(moves)

"""Acts on the calendar: booking, moving, cancelling, missing, escorts; and what it holds on a day."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from django.db.models import Exists, OuterRef
from django.db.models.functions import TruncDate

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store, over_streams
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.house_events import TableChanged
from sereniv.clinic.records.models import AppointmentRow, Chair, Id, SessionRow
from sereniv.clinic.records.projections import project_appointments
from sereniv.clinic.workflows import safety
from sereniv.clinic.workflows.acting import Act
from sereniv.clinic.workflows.courses import Treatment, treatment_of
from sereniv.clinic.workflows.house import home_zone
from sereniv.clinic.workflows.left_the_house import left_the_house, words_of
from sereniv.clinic.workflows.orders import indication_of, protocols_for
from sereniv.clinic.workflows.read_here import demand_read_here
from sereniv.clinic.workflows.rules import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Protocol
from sereniv.therapy import calendar
from sereniv.therapy import person_events as ev
from sereniv.therapy.booking import doubts
from sereniv.therapy.calendar import Appointment, House, Slot, State, Taken
from sereniv.therapy.course import Course, Standing, planned_day
from sereniv.therapy.hours import open_on
from sereniv.therapy.patient import PersonChart
from sereniv.therapy.reasons import demand_reason, demand_word, says_something
from sereniv.therapy.refusal import Malformed, Refused

BOOKED = str(State.BOOKED)
LONGEST_MIN = 12 * 60
MOST_NAMED = 5
DEFAULT_MIN = 60
"""How long an appointment is that is no infusion, unless somebody says otherwise."""

HOURS = frozenset({"week", "closed_days"})
"""Fields of the clinic's details that say when it is open."""

FURTHEST_AHEAD = timedelta(days=730)
"""How far ahead anybody is booked: a day beyond it is a mistyped one."""

TOO_FAR_AHEAD = "That day is more than two years ahead. Check the year."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to book; `minutes` follow from the protocol where they are None."""

    starts_at: datetime
    chair: str
    purpose: ev.Purpose = ev.Purpose.INFUSION
    minutes: int | None = None
    exception: str = ""
    despite: str = ""


def opening(day: date) -> tuple[time, time] | None:
    """Return from when until when the clinic is open on a day, None where it is closed."""
    return open_on(day, safety.opening_hours())


def house(first: date, last: date, ignoring: tuple[Id, int] | None = None) -> House:
    """Return the clinic's chairs, hours and what is booked from one day until another, days in its own zone."""
    return House(
        chairs=tuple(Chair.objects.filter(retired_at=None).values_list("name", flat=True)),
        opening=opening,
        zone=home_zone(),
        step_min=knowledge().appointment.step_min,
        taken=tuple(
            Taken(starts_at=row.starts_at, ends_at=row.ends_at, chair=row.chair)
            for row in rows_between(first, last)
            if row.state == BOOKED and (str(row.person_id), row.entry) != _named(ignoring)
        ),
    )


def _named(ignoring: tuple[Id, int] | None) -> tuple[str, int] | None:
    return (str(ignoring[0]), ignoring[1]) if ignoring else None


def rows_between(first: date, last: date) -> Sequence[AppointmentRow]:
    """Return every appointment that has a moment on these days, in order."""
    begins, ends = start_of(first), start_of(last + timedelta(days=1))
    found = AppointmentRow.objects.filter(starts_at__lt=ends, ends_at__gt=begins)
    return list(found.select_related("person"))


def not_come(now: datetime) -> Sequence[AppointmentRow]:
    """Return every infusion whose time is over, still booked, on a day on which its person was never seated."""
    zone = home_zone()
    that_day = SessionRow.objects.annotate(day=TruncDate("opened_at", tzinfo=zone)).filter(
        person_id=OuterRef("person_id"), day=OuterRef("day")
    )
    past = AppointmentRow.objects.filter(state=BOOKED, ends_at__lte=now, purpose=str(ev.Purpose.INFUSION))
    waiting = past.annotate(day=TruncDate("starts_at", tzinfo=zone)).exclude(Exists(that_day))
    return list(waiting.select_related("person").order_by("starts_at"))


def start_of(day: date) -> datetime:
    """Return when a day begins in the clinic's zone."""
    return datetime.combine(day, time(), home_zone()).astimezone(UTC)


def at(day: date, moment: time) -> datetime:
    """Return the moment that a local time means; one the clock skips is an hour on."""
    return datetime.combine(day, moment, home_zone()).astimezone(UTC)


def booked_at(chair: str, now: datetime) -> str:
    """Say when a chair is still booked, "" where it is not; times alone, for whoever may not read names."""
    rows = AppointmentRow.objects.filter(chair=chair, state=BOOKED, ends_at__gt=now).order_by("starts_at")
    times = [f"{row.starts_at.astimezone(home_zone()):%a %d %b, %H:%M}" for row in rows]
    if not times:
        return ""
    shown = "; ".join(times[:MOST_NAMED]) + (f" and {len(times) - MOST_NAMED} more" if len(times) > MOST_NAMED else "")
    few = len(times) == 1
    return f"{len(times)} appointment{' is' if few else 's are'} booked at {chair}: {shown}."


def coming_up(now: datetime) -> dict[str, AppointmentRow]:
    """Return who is booked next today at each chair, and was not seated yet."""
    today = now.astimezone(home_zone()).date()
    seated = seated_on(today)
    found: dict[str, AppointmentRow] = {}
    for row in rows_between(today, today):
        if row.state == BOOKED and row.ends_at > now and row.person_id not in seated:
            found.setdefault(row.chair, row)
    return found


def seated_on(day: date) -> dict[object, SessionRow]:
    """Return the session of everybody for whom one was opened on a day: it is what their appointment led to."""
    begins, ends = start_of(day), start_of(day + timedelta(days=1))
    rows = SessionRow.objects.filter(opened_at__gte=begins, opened_at__lt=ends).exclude(phase="closed unused")
    return {row.person_id: row for row in rows}


def protocol_of(person_id: Id, stands: Treatment) -> Protocol | None:
    """Return the protocol of the course under way, else the one the person's indication would be given."""
    course = stands.course
    if course is not None and course.standing is not Standing.ENDED:
        return course.protocol
    offered = protocols_for(indication_of(person_id, stands.chart), rules_in_force(stands.now))
    return next((each for each in offered if each.outpatient), None)


def _under_way(stands: Treatment) -> Course | None:
    return stands.course if stands.course and stands.course.standing is not Standing.ENDED else None


def still_booked(stands: Treatment, ignoring: int = 0) -> tuple[Appointment, ...]:
    """Return a person's appointments that stand."""
    found = calendar.appointments(stands.chart)
    return tuple(each for each in found if each.state is State.BOOKED and each.entry != ignoring)


def _infusion_starts(stands: Treatment, ignoring: int = 0) -> list[datetime]:
    """Return when infusions were run, as arrivals, and when they are booked to come."""
    before = timedelta(minutes=knowledge().appointment.preparation_min)
    booked = [each.starts_at for each in still_booked(stands, ignoring) if each.purpose is ev.Purpose.INFUSION]
    # One that was run on the day it was booked for counts once, as it was run.
    days = {start.astimezone(home_zone()).date() for start in stands.runs}
    coming = [start for start in booked if start.astimezone(home_zone()).date() not in days]
    return [*(start - before for start in stands.runs), *coming]


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
        demand_read_here(person_id)
        stands = treatment_of(person_id, act.now)
        event = _booking(person_id, wish, stands)
        _demand_free(person_id, event, stands, act.now)
        (written,) = _append(person_id, [event], act)
    return written


def _booking(person_id: Id, wish: Wish, stands: Treatment) -> ev.AppointmentBooked:
    protocol = protocol_of(person_id, stands)
    is_infusion = wish.purpose is ev.Purpose.INFUSION
    needed = calendar.minutes_for(protocol, knowledge().appointment) if is_infusion and protocol else DEFAULT_MIN
    minutes = wish.minutes or needed
    if not 0 < minutes <= LONGEST_MIN:
        raise Malformed("Enter how long it takes in minutes, at most twelve hours.")
    if is_infusion and protocol and minutes < needed:
        raise Malformed(f"{protocol.id} takes {needed} minutes with preparation and recovery. Leave the field empty.")
    course = _under_way(stands)
    against = doubts_of(stands, wish.purpose)
    return ev.AppointmentBooked(
        starts_at=wish.starts_at,
        minutes=minutes,
        chair=wish.chair,
        purpose=wish.purpose,
        course=course.entry if course and is_infusion else None,
        exception=wish.exception.strip(),
        doubts=against,
        despite=_answered(against, wish.despite),
    )


def doubts_of(stands: Treatment, purpose: ev.Purpose = ev.Purpose.INFUSION) -> tuple[str, ...]:
    """Say what speaks against booking this person an infusion now."""
    return doubts(stands.chart, purpose, stands.now, rules_in_force(stands.now))


def doubted(rows: Sequence[AppointmentRow], now: datetime) -> dict[uuid.UUID, tuple[str, ...]]:
    """Say of whom among these bookings something speaks against the infusion, and what, by the person's id."""
    booked = {
        row.person_id
        for row in rows
        if row.state == BOOKED and row.purpose == str(ev.Purpose.INFUSION) and row.ends_at > now
    }
    charts = chart_store.person_charts(booked)
    rules = rules_in_force(now)
    left = left_the_house(booked)
    found = {
        each: (
            *words_of(left.get(str(each)), charts[str(each)]),
            *doubts(charts[str(each)], ev.Purpose.INFUSION, now, rules),
        )
        for each in booked
    }
    return {each: against for each, against in found.items() if against}


def _answered(against: tuple[str, ...], despite: str) -> str:
    """Return why it is booked all the same; Refused, with what speaks against it, where nobody has said so."""
    if not against:
        return ""
    try:
        return demand_reason(despite, "")
    except Malformed as missing:
        asked = "Write in a few words why the infusion is booked all the same, or book an assessment."
        raise Refused("booking", f"{' '.join(against)} {asked}") from missing


def _demand_free(
    person_id: Id, event: ev.AppointmentBooked, stands: Treatment, now: datetime, ignoring: int = 0
) -> None:
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
    others = clashing.exclude(person_id=person_id, entry=ignoring).select_related("person")
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
        near = _infusion_starts(stands, ignoring)
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
    return calendar.lay_out(planned, protocol, house(planned[0], last), rule, now, _infusion_starts(stands), person)


def _days_left(stands: Treatment, protocol: Protocol, first: date) -> list[date]:
    """Return the protocol's days that are neither run nor booked, moved so that the first is not before `first`."""
    run = sum(place.run_at is not None for place in stands.course.places) if _under_way(stands) and stands.course else 0
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
        demand_read_here(person_id)
        stands = treatment_of(person_id, act.now)
        events: list[ev.AppointmentBooked] = []
        for slot in slots:
            event = _booking(person_id, Wish(starts_at=slot.starts_at, chair=slot.chair, despite=despite), stands)
            _demand_free(person_id, event, stands, act.now)
            events.append(event)
        _refuse_overlapping(events)
        protocol = protocol_of(person_id, stands)
        starts = [each.starts_at for each in events]
        for number, start in enumerate(starts):
            others = starts[:number]
            if protocol and not calendar.far_enough(start, others, protocol.minimum_hours_between):
                raise Refused("spacing", f"Two of these are closer than {protocol.minimum_hours_between} hours.")
        return _append(person_id, events, act)


def _refuse_overlapping(events: Sequence[ev.AppointmentBooked]) -> None:
    """Refuse dates that would put the person in two places at once; what is booked already was looked at before."""
    spans = sorted((each.starts_at, calendar.later(each.starts_at, minutes=each.minutes)) for each in events)
    if any(ends > begins for (_, ends), (begins, _) in pairwise(spans)):
        raise Refused("appointment", "Two of these overlap. Lay the course out again.")


def move(person_id: Id, entry: int, starts_at: datetime, chair: str, reason: str, exception: str, act: Act) -> None:
    """Move an appointment to another time or chair, under the same conditions as booking it."""
    act.permit(Permission.BOOK)
    demand_word(reason, "Write why it is moved.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        stands = treatment_of(person_id, act.now)
        before = _standing(stands, entry)
        wanted = ev.AppointmentBooked(
            starts_at=starts_at, minutes=before.minutes, chair=chair, purpose=before.purpose, course=before.course,
            exception=exception.strip(),
        )  # fmt: skip
        _demand_free(person_id, wanted, stands, act.now, ignoring=entry)
        event = ev.AppointmentMoved(
            appointment=entry, starts_at=starts_at, chair=chair, reason=reason, exception=exception.strip()
        )
        _append(person_id, [event], act)


def to_rebook(now: datetime, person_id: Id | None = None) -> tuple[tuple[AppointmentRow, str], ...]:
    """Return every booking to come that lies where the clinic is closed, or whose chair is gone, each with why.

    Of everybody, or of one person.

    One that was booked or moved there on purpose, with its reason, since the hours were last changed is none.
    """
    chairs = set(Chair.objects.filter(retired_at=None).values_list("name", flat=True))
    found = AppointmentRow.objects.filter(state=BOOKED, ends_at__gt=now).select_related("person")
    coming = list(found if person_id is None else found.filter(person_id=person_id))
    why = {row.pk: _out_of_place(row, chairs) for row in coming}
    questioned = [row for row in coming if why[row.pk]]
    charts = chart_store.person_charts({row.person_id for row in questioned})
    placed = {row.pk: _placed_on_purpose(row, charts[str(row.person_id)]) for row in questioned}
    changed = hours_changed_at() if any(placed.values()) else None

    def on_purpose(row: AppointmentRow) -> bool:
        at = placed[row.pk]
        return row.chair in chairs and at is not None and (changed is None or at > changed)

    return tuple((row, why[row.pk]) for row in questioned if not on_purpose(row))


def _out_of_place(row: AppointmentRow, chairs: set[str]) -> str:
    if row.chair not in chairs:
        return f"{row.chair} is not in use any more"
    day = row.starts_at.astimezone(home_zone()).date()
    if opening(day) is None:
        return "the clinic is closed that day"
    return "" if calendar.within_hours(row.starts_at, row.ends_at, opening, home_zone()) else "outside the hours"


def _placed_on_purpose(row: AppointmentRow, chart: PersonChart) -> datetime | None:
    """Return when somebody put a booking outside the hours with a reason, None where nobody did."""
    found = next((each for each in calendar.appointments(chart) if each.entry == row.entry), None)
    return found.placed_at if found is not None and found.exception else None


def hours_changed_at() -> datetime | None:
    """Return when the week or the closed days were last changed, None where nobody ever has."""
    kept = over_streams.entries_in(["audit"], (TableChanged,))
    return max((each.recorded_at for _, each in kept if _is_of_hours(each.event)), default=None)


def _is_of_hours(event: object) -> bool:
    return isinstance(event, TableChanged) and event.table == "clinic_details" and bool(HOURS & set(event.fields))


def follow_rename(before: str, after: str, act: Act) -> None:
    """Move what is booked at a chair along to its new name: left behind, the same chair could be booked twice."""
    act.permit(Permission.MANAGE_HOME)
    rows = AppointmentRow.objects.filter(chair=before, state=BOOKED, ends_at__gt=act.now).order_by("starts_at")
    for number, row in enumerate(rows, start=1):
        event = ev.AppointmentMoved(
            appointment=row.entry, starts_at=row.starts_at, chair=after, reason=f"{before} is called {after} now"
        )
        _append(row.person_id, [event], replace(act, key=f"{act.key}-{number}"))


def cancel(person_id: Id, entry: int, reason: str, by_patient: bool, act: Act) -> None:
    """Cancel an appointment."""
    act.permit(Permission.BOOK)
    demand_word(reason, "Write why it is cancelled.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        _standing(treatment_of(person_id, act.now), entry)
        _append(person_id, [ev.AppointmentCancelled(appointment=entry, reason=reason, by_patient=by_patient)], act)


def miss(person_id: Id, entry: int, remark: str, act: Act) -> None:
    """Record that the patient did not come."""
    act.permit(Permission.BOOK)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        if _standing(treatment_of(person_id, act.now), entry).starts_at > act.now:
            raise Refused("appointment", "This appointment is still to come. Cancel or move it.")
        _append(person_id, [ev.AppointmentMissed(appointment=entry, remark=remark)], act)


def called_back(person_id: Id, entry: int, reached: bool, words: str, act: Act) -> None:
    """Write down that somebody asked after a patient who had not come; reached settles it, not reached is a try.

    Raises
    ------
    Refused
        When this appointment was not missed, or is settled already.
    """
    act.permit(Permission.BOOK)
    said = demand_reason(words, "Write what was said and agreed, or how you tried.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        owed = calendar.to_call_back(chart_store.person_chart(person_id), act.now)
        if not any(each.entry == entry for each in owed):
            raise Refused("calendar", "Nothing is owed about this appointment: it was kept, settled, or never missed.")
        _append(person_id, [ev.MissedCalledBack(appointment=entry, reached=reached, words=said)], act)


def arrange_escort(person_id: Id, entry: int, name: str, phone: str, way_home: str, act: Act) -> None:
    """Name the adult who takes the patient home, and how."""
    act.permit(Permission.BOOK)
    if not name.strip():
        raise Malformed("Name the adult who takes the patient home.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        _standing(treatment_of(person_id, act.now), entry)
        event = ev.EscortArranged(appointment=entry, name=name, phone=phone, way_home=way_home)
        _append(person_id, [event], act)


def _standing(stands: Treatment, entry: int) -> Appointment:
    found = next((each for each in still_booked(stands) if each.entry == entry), None)
    if found is None:
        raise Refused("appointment", "There is no such appointment, or it was cancelled or missed.")
    return found


def _append(person_id: Id, events: Sequence[ev.PersonEvent], act: Act) -> tuple[int, ...]:
    stream = chart_store.person_stream(person_id)
    written = chart_store.append([New(stream=stream, event=event, at=act.now) for event in events], act.writing())
    project_appointments(person_id)
    return tuple(each.stream_seq for each in written)

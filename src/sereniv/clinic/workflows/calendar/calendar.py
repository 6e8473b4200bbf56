"""What the calendar holds: hours, chairs, who is booked and seated, and what speaks against a booking."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta

from django.db.models import QuerySet

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import CLOSED_PHASES, OPEN_PHASES, AppointmentRow, Chair, Id, Person, SessionRow
from sereniv.clinic.workflows.calendar.deaths_and_transfers import deaths_and_transfers_of, words_of
from sereniv.clinic.workflows.course.treatment import Treatment, treatment_of
from sereniv.clinic.workflows.orders.orders import indication_of, protocols_for
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.opening_hours import opening_hours
from sereniv.clinic.workflows.shell.teams_now import teams_now
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Protocol
from sereniv.therapy.person import events as ev
from sereniv.therapy.person.access import may_open
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.elsewhere import latest_starts
from sereniv.therapy.scheduling import calendar
from sereniv.therapy.scheduling.arrivals import arrived
from sereniv.therapy.scheduling.calendar import Appointment, AppointmentState, ChairsAndHours, Opening, Taken
from sereniv.therapy.scheduling.hours import open_on
from sereniv.therapy.session.events import Died
from sereniv.therapy.treatment.booking import MOVE_IT, AgainstBooking, as_it_is, doubts
from sereniv.therapy.treatment.course import Course, Standing

BOOKED = str(AppointmentState.BOOKED)
IN_DOUBT = "Booked although something speaks against it"
"""The topic of Today that names these bookings, and the calendar's mark for them."""

Against = tuple[AgainstBooking, ...]

NOTHING: frozenset[tuple[str, int]] = frozenset()
NO_ENTRY: frozenset[int] = frozenset()
MOST_NAMED = 5

FURTHEST_AHEAD = timedelta(days=730)
"""How far ahead anybody is booked: a day beyond it is a mistyped one."""

TOO_FAR_AHEAD = "That day is more than two years ahead. Check the year."


def opening(day: date) -> tuple[time, time] | None:
    """Return from when until when the clinic is open on a day, None where it is closed."""
    return open_on(day, opening_hours())


def openings() -> Opening:
    """Return the same for as many days as are asked for, with the hours read once."""
    hours = opening_hours()
    return lambda day: open_on(day, hours)


def chairs_and_hours(
    first: date,
    last: date,
    now: datetime | None = None,
    ignoring: frozenset[tuple[str, int]] = NOTHING,
    standing: Iterable[AppointmentRow] | None = None,
) -> ChairsAndHours:
    """Return the clinic's chairs, hours and what is taken from one day until another, days in its own zone.

    Parameters
    ----------
    now
        Where it is given, a chair that somebody sits in is taken too, until their session should be over.
    ignoring
        Bookings that are about to be moved, as person and entry: their times are free.
    standing
        The appointments of these days that stand, where whoever asks has read them.
    """
    read = standing_between(first, last).only("person_id", "entry", "starts_at", "ends_at", "chair")
    rows = read if standing is None else standing
    booked = (
        Taken(starts_at=row.starts_at, ends_at=row.ends_at, chair=row.chair)
        for row in rows
        if (str(row.person_id), row.entry) not in ignoring
    )
    sat_in = () if now is None else tuple(each for _, each in sitting(now))
    return ChairsAndHours(
        chairs=tuple(Chair.objects.filter(retired_at=None).values_list("name", flat=True)),
        opening=openings(),
        zone=home_zone(),
        step_min=knowledge().appointment.step_min,
        taken=(*booked, *sat_in),
    )


def sitting(now: datetime) -> tuple[tuple[SessionRow, Taken], ...]:
    """Return every open session with the chair and the time it takes: as planned, and a recovery from now at least."""
    rows = SessionRow.objects.filter(phase__in=OPEN_PHASES).select_related("person").order_by("chair")
    return _takes(list(rows), now)


def at_the_chairs(day: date, now: datetime) -> tuple[tuple[SessionRow, Taken], ...]:
    """Return every session opened on a day, open or over, with the time it takes; today, every one still open too."""
    rows = {row.pk: row for row in seated_on(day).values()}
    if day == now.astimezone(home_zone()).date():
        still_open = SessionRow.objects.filter(phase__in=OPEN_PHASES).select_related("person")
        rows |= {row.pk: row for row in still_open}
    begins = start_of(day)
    taken = _takes(sorted(rows.values(), key=lambda row: (row.chair, row.opened_at)), now)
    return tuple((row, replace(each, starts_at=max(each.starts_at, begins))) for row, each in taken)


def _takes(rows: Sequence[SessionRow], now: datetime) -> tuple[tuple[SessionRow, Taken], ...]:
    charts = chart_store.session_charts(row.pk for row in rows)
    rule = knowledge().appointment
    found = []
    for row in rows:
        chart = charts[str(row.pk)]
        # A session whose opening entry does not read sits there all the same; how long it takes is not known.
        planned = chart.plan.duration_min if chart.opened else 0
        minutes = rule.preparation_min + planned + rule.recovery_min
        ends = calendar.later(row.opened_at, minutes=minutes)
        if row.phase not in CLOSED_PHASES:
            ends = max(ends, calendar.later(now, minutes=rule.recovery_min))
        found.append((row, Taken(starts_at=row.opened_at, ends_at=ends, chair=row.chair)))
    return tuple(found)


def rows_between(first: date, last: date) -> Sequence[AppointmentRow]:
    """Return every appointment that has a moment on these days, in order."""
    return list(_between(first, last).select_related("person"))


def standing_between(first: date, last: date) -> QuerySet[AppointmentRow]:
    """Return the appointments with a moment on these days that stand, in order; their people are not read yet."""
    return _between(first, last).filter(state=BOOKED)


def _between(first: date, last: date) -> QuerySet[AppointmentRow]:
    begins, ends = start_of(first), start_of(last + timedelta(days=1))
    # None is longer than a day: of days long past the index gives these, and not all that came after them.
    return AppointmentRow.objects.filter(starts_at__lt=ends, ends_at__gt=begins, ends_at__lt=ends + timedelta(days=1))


def opened_between(first: date, last: date) -> Sequence[SessionRow]:
    """Return every session opened on these days and not closed unused, as rows alone, in order."""
    begins, ends = start_of(first), start_of(last + timedelta(days=1))
    found = SessionRow.objects.filter(opened_at__gte=begins, opened_at__lt=ends).exclude(phase="closed unused")
    return list(found.select_related("person").order_by("opened_at"))


def not_come(person: Person, now: datetime) -> Sequence[AppointmentRow]:
    """Return somebody's visits whose time is over, still booked, on days on which they were never seated.

    To an infusion somebody came who sat down for it, to any other visit also whoever the desk noted as arrived.
    """
    zone = home_zone()
    booked = AppointmentRow.objects.filter(person=person, state=BOOKED)
    over = [row for row in booked.order_by("starts_at") if now >= row.ends_at]
    opened = SessionRow.objects.filter(person=person).values_list("opened_at", flat=True) if over else ()
    seated = {each.astimezone(zone).date() for each in opened}
    not_seated = [row for row in over if row.starts_at.astimezone(zone).date() not in seated]
    chart = chart_store.person_chart(person.pk)
    infusion = str(ev.Purpose.INFUSION)
    return [row for row in not_seated if row.purpose == infusion or arrived(chart, row.entry) is None]


def owed_calls(person_id: Id, chart: PersonChart, now: datetime) -> tuple[calendar.Appointment, ...]:
    """Return the missed visits of somebody that nobody has settled; whoever took a chair since came."""
    owed = calendar.to_call_back(chart, now)
    opened = SessionRow.objects.filter(person_id=person_id).values_list("opened_at", flat=True) if owed else ()
    seated = list(opened)
    return tuple(each for each in owed if not any(at > each.starts_at for at in seated))


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
    return {row.person_id: row for row in opened_between(day, day)}


def protocol_of(person_id: Id, stands: Treatment) -> Protocol | None:
    """Return the protocol of the course under way, else the one the person's indication would be given."""
    course = stands.course
    if course is not None and course.standing is not Standing.ENDED:
        return course.protocol
    offered = protocols_for(indication_of(person_id, stands.chart), rules_in_force(stands.now))
    return next((each for each in offered if each.outpatient), None)


def under_way(stands: Treatment) -> Course | None:
    """Return the course that has not ended, if there is one."""
    return stands.course if stands.course and stands.course.standing is not Standing.ENDED else None


def still_booked(stands: Treatment, ignoring: frozenset[int] = NO_ENTRY) -> tuple[Appointment, ...]:
    """Return a person's appointments that stand."""
    found = calendar.appointments(stands.chart)
    return tuple(each for each in found if each.state is AppointmentState.BOOKED and each.entry not in ignoring)


def infusion_starts(stands: Treatment, ignoring: frozenset[int] = NO_ENTRY) -> list[datetime]:
    """Return when infusions were run, as arrivals, here or elsewhere, and when they are booked to come."""
    before = timedelta(minutes=knowledge().appointment.preparation_min)
    booked = [each.starts_at for each in still_booked(stands, ignoring) if each.purpose is ev.Purpose.INFUSION]
    # One that was run on the day it was booked for counts once, as it was run.
    days = {start.astimezone(home_zone()).date() for start in stands.runs}
    coming = [start for start in booked if start.astimezone(home_zone()).date() not in days]
    return [*(start - before for start in (*stands.runs, *latest_starts(stands.chart, home_zone()))), *coming]


def doubts_of(person_id: Id, stands: Treatment, purpose: ev.Purpose = ev.Purpose.INFUSION) -> Against:
    """Say what speaks against booking this person a visit now, a death or transfer from a chair first."""
    return doubts_about({str(person_id): stands.chart}, stands.now, purpose)[str(person_id)]


def doubts_about(
    charts: Mapping[str, PersonChart], now: datetime, purpose: ev.Purpose = ev.Purpose.INFUSION
) -> dict[str, Against]:
    """Say of each of these people what speaks against such a visit, by id; against any other, a death alone does."""
    rules, left = rules_in_force(now), deaths_and_transfers_of(charts)
    if purpose is not ev.Purpose.INFUSION:
        left = {each: found for each, found in left.items() if isinstance(found.event, Died)}
    return {
        each: (*words_of(left.get(each), chart), *doubts(chart, purpose, now, rules)) for each, chart in charts.items()
    }


def told(against: Iterable[AgainstBooking], me: Staff, chart: PersonChart, now: datetime) -> tuple[str, ...]:
    """Write what speaks against an infusion as somebody may read it: why, or that it holds and whom to ask.

    Whoever's role reads why reads it of a record that they may open now.
    """
    reads = me.may(Permission.READ_CANDIDACY) and may_open(chart, me.username, now, teams_now(now))
    return tuple(each.words if reads else each.at_the_desk for each in against)


def past_window(stands: Treatment, starts_at: datetime) -> str:
    """Say that an infusion would lie past the window its course was to be given in, "" where it would not."""
    course = under_way(stands)
    # At the calendar's own ends a moment has no day in every zone; such a date is refused in words where it is booked.
    if course is None or course.window_ends is None or not MINYEAR < starts_at.year < MAXYEAR:
        return ""
    day = starts_at.astimezone(home_zone()).date()
    if not course.past_window(day):
        return ""
    return f"{day:%d %b} is past the course's window: it was to be given by {course.window_ends:%d %b}."


def doubted(rows: Sequence[AppointmentRow], now: datetime) -> dict[int, Against]:
    """Say against which of these bookings something speaks, and what, by the row: an infusion, or any of the dead."""
    infusions: dict[uuid.UUID, list[AppointmentRow]] = {}
    others: dict[uuid.UUID, list[AppointmentRow]] = {}
    for row in rows:
        if row.state == BOOKED and row.ends_at > now:
            which = infusions if row.purpose == str(ev.Purpose.INFUSION) else others
            which.setdefault(row.person_id, []).append(row)
    charts = chart_store.person_charts({*infusions, *others})
    about = doubts_about({str(each): charts[str(each)] for each in infusions}, now)
    dead = doubts_about({str(each): charts[str(each)] for each in others}, now, ev.Purpose.OTHER)
    found = {each: (*about[str(each)], *_past_windows(each, theirs, now)) for each, theirs in infusions.items()}
    said = [(row, found[each]) for each, theirs in infusions.items() for row in theirs]
    said += [(row, dead[str(each)]) for each, theirs in others.items() for row in theirs]
    return {row.pk: against for row, against in said if against}


def held_despite(rows: Iterable[AppointmentRow], about: Mapping[int, Against]) -> dict[int, str]:
    """Return why each of these was booked or moved in spite of a doubt, where one stands, by its row."""
    asked = [row for row in rows if row.pk in about]
    charts = chart_store.person_charts({row.person_id for row in asked})
    said = {each: {one.entry: one.despite for one in calendar.appointments(chart)} for each, chart in charts.items()}
    found = {row.pk: said[str(row.person_id)].get(row.entry, "") for row in asked}
    return {row: why for row, why in found.items() if why}


def _past_windows(person_id: uuid.UUID, rows: Sequence[AppointmentRow], now: datetime) -> Against:
    """Say which of somebody's bookings lies past the window of their course; the first, where several do."""
    if all(row.course is None for row in rows):
        return ()
    stands = treatment_of(person_id, now)
    late = (past_window(stands, row.starts_at) for row in rows if row.course is not None)
    return tuple(as_it_is(each, MOVE_IT) for each in late if each)[:1]

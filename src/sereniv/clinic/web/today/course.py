"""What waits about courses and appointments: reviews, next infusions, escorts, interruptions, relapse."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from django.urls import reverse

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import queries
from sereniv.clinic.records.models import AppointmentRow, Person
from sereniv.clinic.web.today.topics import Moment, TodayLine, since
from sereniv.clinic.workflows.calendar import calendar, misplaced_bookings
from sereniv.clinic.workflows.course.treatment import Treatment
from sereniv.clinic.workflows.followup import assessing
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import Purpose
from sereniv.therapy.safety import suicide
from sereniv.therapy.scheduling.arrivals import arrived
from sereniv.therapy.scheduling.telling import to_tell
from sereniv.therapy.treatment.booking import AgainstBooking, what_ends_it
from sereniv.therapy.treatment.course import Course, Standing
from sereniv.therapy.treatment.course_rules import Advice
from sereniv.therapy.treatment.next_infusion import HOLDING, STRUCK, answered_since, reviewed_since

A_DAY = timedelta(days=1)
NOT_SAID_ON_A_LINE = frozenset({"protocol", "infusions", "by the scale"})

DORMANT_AFTER = timedelta(days=90)
"""After how long without an infusion a course that nobody ended is asked about as a whole, and not step by step."""


class Treated(Protocol):
    """The clinic at one moment, as these topics read it."""

    @property
    def now(self) -> datetime:
        """The moment."""

    @property
    def people(self) -> tuple[tuple[Person, PersonChart], ...]:
        """Everybody new or lately written about."""

    @property
    def against(self) -> Mapping[str, tuple[AgainstBooking, ...]]:
        """What speaks against an infusion of each of them, by their id."""

    @property
    def treatments(self) -> Mapping[uuid.UUID, Treatment]:
        """How the treatment of each of them stands."""


def _under_way(clinic: Treated) -> Iterable[tuple[Person, Treatment, Course]]:
    """Give everybody whose course goes on, with how it stands; a dormant one is named by `interrupted_courses`."""
    for person, stands, course in _not_ended(clinic):
        if not _is_dormant(course, clinic.now):
            yield person, stands, course


def _not_ended(clinic: Treated) -> Iterable[tuple[Person, Treatment, Course]]:
    for person, _ in clinic.people:
        stands = clinic.treatments[person.pk]
        if stands.course is not None and stands.course.standing is not Standing.ENDED:
            yield person, stands, stands.course


def _is_dormant(course: Course, now: datetime) -> bool:
    last = course.runs[-1] if course.runs else course.opened_at
    return last is None or now - last >= DORMANT_AFTER


def reviews_due(clinic: Treated) -> Iterable[TodayLine]:
    """Name every review and decision that a protocol asks for now, and everybody who is worse."""
    for person, stands, course in _under_way(clinic):
        address = reverse("person_review", args=[person.pk])
        due = course.due
        if due is not None and due.can_be_recorded(stands.today):
            after = f"{course.protocol.title}; after infusion {due.after_infusion}"
            yield TodayLine(what=f"{person}: {due.milestone}", address=address, detail=after)
        for wait in stands.waits:
            if wait.rule == "worsening":
                yield TodayLine(what=f"{person}: worse", address=address, detail=wait.reason, pressing=True)
            elif wait.rule == STRUCK:
                yield TodayLine(what=f"{person}: review anew", address=address, detail=wait.reason, pressing=True)


def relapse_signals(clinic: Treated) -> Iterable[TodayLine]:
    """Name everybody whose response seems to be going, who is worse, and maintenance that warns, until it is answered.

    A review that only goes on has seen it: the line stays, presses no more, and says so.
    """
    for person, stands, course in _under_way(clinic):
        signalled = stands.signalled
        for each in (*signalled, *stands.advice):
            seen = reviewed_since(course, each, stands.now)
            # What is worse and was not reviewed yet stands among the reviews that are due.
            is_shown = each in signalled or (seen and each.row.id == "worsening")
            if each.is_met and is_shown and not answered_since(course, stands.chart, each, stands.now):
                yield _signal(person, course, each, seen=seen)


def _signal(person: Person, course: Course, signal: Advice, *, seen: bool) -> TodayLine:
    read = {name: words for name, words in signal.read.items() if name not in NOT_SAID_ON_A_LINE}
    scale = f"{read.pop('scale')}: " if "scale" in read else ""
    words = scale + ", ".join(f"{name} {said}" for name, said in read.items())
    if seen:
        last = course.reviews[-1]
        words += f"; reviewed {last.at.astimezone(home_zone()):%d %b}: {last.event.outcome}, and nothing changed since"
    return TodayLine(
        what=f"{person}: {signal.row.title[:1].lower()}{signal.row.title[1:]}",
        address=reverse("person_course", args=[person.pk]),
        detail=words,
        pressing=signal.row.id == "relapse" and not seen,
    )


def interrupted_courses(clinic: Treated) -> Iterable[TodayLine]:
    """Name courses that are interrupted, dormant, or past the protocol's window with nobody having decided."""
    for person, stands, course in _not_ended(clinic):
        address = reverse("person_course", args=[person.pk])
        last = course.runs[-1] if course.runs else course.opened_at
        if last is not None and _is_dormant(course, clinic.now):
            words = f"{course.protocol.title}: nothing since {last.astimezone(home_zone()):%d %b %Y}; end it, or go on"
            yield TodayLine(what=f"{person}: a course that nobody ended", address=address, detail=words)
        elif course.standing is Standing.INTERRUPTED and course.interruption is not None:
            cause = course.interruption
            words = f"since {cause.at.astimezone(home_zone()):%d %b}: {cause.event.reason}"
            yield TodayLine(what=f"{person}: interrupted", address=address, detail=words)
        elif course.past_window(stands.today) and course.window_ends is not None:
            words = f"{course.protocol.title}: was to be given by {course.window_ends:%d %b}; resume or end it"
            yield TodayLine(what=f"{person}: past the window", address=address, detail=words)


def next_not_booked(clinic: Treated) -> Iterable[TodayLine]:
    """Name everybody with fewer infusions booked than are still to come.

    Not while a prescriber is waited for, nor while something speaks against an infusion.
    """
    for person, stands, course in _under_way(clinic):
        due = stands.meant_for
        if due is None or any(each.rule in HOLDING for each in stands.waits) or clinic.against[str(person.pk)]:
            continue
        booked = [each for each in calendar.still_booked(stands) if each.purpose is Purpose.INFUSION]
        coming = sum(each.ends_at > clinic.now for each in booked)
        left = 1 if course.plan is not None else course.left
        if coming >= left:
            continue
        late = due < stands.today and not coming
        yield TodayLine(
            what=f"{person}: book {'the next infusion' if left - coming == 1 else f'{left - coming} infusions'}",
            address=reverse("appointments", args=[person.pk]),
            detail=f"{course.protocol.title}; "
            + (f"{coming} of {left} booked" if coming else f"{'was ' if late else ''}due {due:%a %d %b}"),
            pressing=late,
        )


def seemingly_missed(clinic: Treated) -> Iterable[TodayLine]:
    """Name appointments that have passed with nobody seated, whether the person came or not."""
    for person, chart in clinic.people:
        for row in calendar.not_come(person, clinic.now):
            came = arrived(chart, row.entry)
            if came is None:
                yield _about(row, "did not come, as it seems", "say whether they did, or move it")
            else:
                at = f"{came.astimezone(home_zone()):%H:%M}"
                yield _about(row, "arrived and was never seated", f"arrived {at}; move or cancel the appointment")


def missed(clinic: Treated) -> Iterable[TodayLine]:
    """Name appointments recorded as missed that nobody has settled, and those that seem to be."""
    yield from missed_appointments(clinic)
    yield from seemingly_missed(clinic)


def reviews_overdue(clinic: Treated) -> Iterable[TodayLine]:
    """Name the reviews and decisions that nobody made within the clinic's own time, for whoever is asked next."""
    longest = timedelta(hours=rules_in_force(clinic.now).passed_on.review_after_h)
    for person, _, course in _under_way(clinic):
        due = course.due
        if due is not None and clinic.now - calendar.start_of(due.not_before) >= longest:
            yield TodayLine(
                what=f"{person}: {due.milestone}",
                address=reverse("person_review", args=[person.pk]),
                detail=f"{course.protocol.title}; due since {due.not_before:%a %d %b}",
            )


def never_reached(clinic: Treated) -> Iterable[TodayLine]:
    """Name whoever did not come and whom nobody has reached within the clinic's own time."""
    longest = timedelta(hours=rules_in_force(clinic.now).passed_on.missed_call_after_h)
    for person, chart in clinic.people:
        for each in calendar.owed_calls(person.pk, chart, clinic.now):
            if clinic.now - each.starts_at >= longest:
                yield TodayLine(
                    what=f"{person}: missed, and nobody has reached them",
                    address=reverse("appointments", args=[person.pk]),
                    detail=f"{each.starts_at.astimezone(home_zone()):%a %d %b}. {each.why}".strip(),
                )
        for row in calendar.not_come(person, clinic.now):
            if clinic.now - row.starts_at >= longest:
                yield _about(row, "did not come, as it seems", "nobody has recorded it, nor called")


def missed_appointments(clinic: Treated) -> Iterable[TodayLine]:
    """Name appointments recorded as missed that nobody has settled."""
    for person, chart in clinic.people:
        for each in calendar.owed_calls(person.pk, chart, clinic.now):
            in_danger = bool(suicide.waiting(chart, rules_in_force(clinic.now)))
            when = f"{each.starts_at.astimezone(home_zone()):%a %d %b}. {each.why}".strip()
            yield TodayLine(
                what=f"{person}: missed, call back",
                address=reverse("appointments", args=[person.pk]),
                detail=when + (" Thoughts of suicide are still to be asked about." if in_danger else ""),
                pressing=in_danger,
                reads=Permission.READ_ANSWERS if in_danger else "",
                plainly=f"{person}: missed, call back",
                plainly_detail=f"{when} Something is to be taken up in person: tell a nurse or a prescriber at once.",
            )


def missed_in_danger(clinic: Treated) -> Iterable[TodayLine]:
    """Name everybody who did not come while thoughts of suicide wait to be asked about."""
    for line in missed_appointments(clinic):
        if line.pressing:
            yield line


def booked_in_doubt(clinic: Treated) -> Iterable[TodayLine]:
    """Name everybody with a visit booked although something speaks against it, until either is gone."""
    return _in_doubt(clinic)


def booked_in_doubt_and_near(clinic: Treated) -> Iterable[TodayLine]:
    """Name whose infusion nobody has settled within the clinic's own time before it, for whoever is asked next."""
    return _in_doubt(clinic, timedelta(hours=rules_in_force(clinic.now).passed_on.in_doubt_before_h))


def _in_doubt(clinic: Treated, within: timedelta | None = None) -> Iterable[TodayLine]:
    booked = queries.booked_for([person.pk for person, _ in clinic.people])
    coming: dict[uuid.UUID, list[AppointmentRow]] = {}
    for row in (each for each in booked if each.ends_at > clinic.now):
        coming.setdefault(row.person_id, []).append(row)
    all_rows = [row for rows in coming.values() for row in rows]
    doubted = calendar.doubted(all_rows, clinic.now)
    held = calendar.held_despite(all_rows, doubted)
    for person_id, theirs in coming.items():
        rows = [row for row in theirs if row.pk in doubted]
        if not rows:
            continue
        against, infusion = doubted[rows[0].pk], str(Purpose.INFUSION)
        what = "infusion" if all(row.purpose == infusion for row in rows) else "visit"
        if within is not None and rows[0].starts_at - clinic.now > within:
            continue
        first = rows[0].starts_at.astimezone(home_zone())
        despite = next((held[row.pk] for row in rows if row.pk in held), "")
        then = f"All the same: {despite}. {what_ends_it(against)}" if despite else what_ends_it(against)
        one = "an infusion" if what == "infusion" else "a visit"
        many = f"{len(rows)} {what}s booked from" if len(rows) > 1 else f"{one} booked for"
        yield TodayLine(
            what=f"{rows[0].person}: {many} {first:%a %d %b}",
            address=reverse("appointments", args=[person_id]),
            detail=f"{' '.join(each.words for each in against)} {then}",
            reads=Permission.READ_CANDIDACY,
            plainly=f"{rows[0].person}: {many} {first:%a %d %b}",
            plainly_detail=f"{' '.join(each.at_the_desk for each in against)} {then}",
            pressing=first.date() <= (clinic.now + A_DAY).astimezone(home_zone()).date(),
            bookings=" ".join(str(row.entry) for row in rows),
        )


def to_rebook(clinic: Moment) -> Iterable[TodayLine]:
    """Name every booking that the clinic's hours or chairs no longer hold, until it is moved or cancelled."""
    for row, why in misplaced_bookings.to_rebook(clinic.now):
        yield _about(row, "to move or cancel", why, pressing=row.starts_at - clinic.now < A_DAY)


def to_tell_of_changes(clinic: Treated) -> Iterable[TodayLine]:
    """Name everybody who does not know yet that their appointment was moved or cancelled; a near one presses."""
    zone = home_zone()
    for person, chart in clinic.people:
        for each in to_tell(chart):
            at = each.appointment.starts_at
            tried = f"; tried {each.tries} time{'s' if each.tries > 1 else ''}" if each.tries else ""
            where = "to " if each.what == "moved" else ""
            yield TodayLine(
                what=f"{person}: tell them, {each.what}",
                address=reverse("appointment_tell", args=[person.pk, each.appointment.entry]),
                detail=f"{where}{at.astimezone(zone):%a %d %b, %H:%M}; {since(each.since, clinic.now)}{tried}",
                pressing=at - clinic.now < A_DAY,
            )


def nobody_told(clinic: Treated) -> Iterable[TodayLine]:
    """Name changes of which nobody has told the patient within the clinic's own time, for whoever is asked next."""
    longest = timedelta(hours=rules_in_force(clinic.now).appointment.tell_within_h)
    waiting = {
        (person.pk, each.appointment.entry)
        for person, chart in clinic.people
        for each in to_tell(chart)
        if clinic.now - each.since >= longest
    }
    addresses = {reverse("appointment_tell", args=each) for each in waiting}
    return (line for line in to_tell_of_changes(clinic) if line.address in addresses)


def escorts_missing(clinic: Moment) -> Iterable[TodayLine]:
    """Name infusions of today and tomorrow for whom nobody takes the patient home."""
    today = clinic.now.astimezone(home_zone()).date()
    for row in calendar.rows_between(today, today + timedelta(days=1)):
        still = row.state == calendar.BOOKED and row.purpose == str(Purpose.INFUSION) and row.ends_at > clinic.now
        if still and not row.escort:
            is_today = row.starts_at.astimezone(home_zone()).date() == today
            when = "today" if is_today else "tomorrow"
            said = f"{when}; the patient says {row.escort_said}: check it" if row.escort_said else when
            yield _about(row, "escort missing", said, pressing=is_today)


def _about(row: AppointmentRow, what: str, detail: str, *, pressing: bool = False) -> TodayLine:
    when = f"{row.starts_at.astimezone(home_zone()):%a %d %b, %H:%M}"
    return TodayLine(
        what=f"{row.person}: {what}",
        address=reverse("appointments", args=[row.person_id]),
        detail=f"{when}; {detail}",
        pressing=pressing,
    )


def questionnaires_due(clinic: Treated) -> Iterable[TodayLine]:
    """Name people in treatment with the questionnaires that are due; the daily mood is theirs to give."""
    for person, waiting in assessing.due_of(clinic.people, clinic.now):
        yield TodayLine(
            what=f"{person}: {', '.join(each.scale.title for each in waiting)}",
            address=reverse("person_scale", args=[person.pk, waiting[0].scale.id]),
            needs=Permission.CHART,
            otherwise=reverse("person", args=[person.pk]),
            detail=f"due, {waiting[0].why}",
        )

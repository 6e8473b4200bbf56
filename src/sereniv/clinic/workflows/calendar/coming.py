"""What is known of somebody coming: who missed, who was asked after or told, who takes them home."""

from datetime import datetime

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Id, SessionRow
from sereniv.clinic.workflows.calendar.booking import append, standing
from sereniv.clinic.workflows.calendar.calendar import owed_calls
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.therapy.person import events as ev
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.scheduling import calendar
from sereniv.therapy.scheduling.arrivals import arrived
from sereniv.therapy.scheduling.telling import to_tell


def miss(person_id: Id, entry: int, remark: str, act: Act) -> None:
    """Record that the patient did not come.

    Raises
    ------
    Refused
        When it is still to come, they took a chair that day, or they are noted as arrived while its time runs: a page
        that was open since before says otherwise.
    """
    act.permit(Permission.BOOK)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        demand_not_come(person_id, entry, act.now)
        append(person_id, [ev.AppointmentMissed(appointment=entry, remark=remark)], act)


def demand_not_come(person_id: Id, entry: int, now: datetime) -> None:
    """Raise Refused of an appointment that is not booked, still to come, or that somebody came to."""
    booked = standing(treatment_of(person_id, now), entry)
    if booked.starts_at > now:
        raise Refused("appointment", "This appointment is still to come. Cancel or move it.")
    seated = _seated(person_id, booked)
    if seated is not None:
        taken = f"{on_the_wall(seated.opened_at):%H:%M}, {seated.chair}"
        raise Refused("appointment", f"They took a chair that day ({taken}): they came.")
    if now < booked.ends_at:
        _demand_not_arrived(person_id, entry)


def demand_call_owed(person_id: Id, entry: int, now: datetime) -> None:
    """Raise Refused where no call is owed about an appointment."""
    owed = owed_calls(person_id, chart_store.person_chart(person_id), now)
    if not any(each.entry == entry for each in owed):
        raise Refused("calendar", "Nothing is owed about this appointment: it was kept, settled, or never missed.")


def demand_to_tell(person_id: Id, entry: int) -> None:
    """Raise Refused where nothing about an appointment is left to tell."""
    if not any(each.appointment.entry == entry for each in to_tell(chart_store.person_chart(person_id))):
        raise Refused("calendar", "Nothing about this appointment is left to tell: somebody told them already.")


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
        demand_call_owed(person_id, entry, act.now)
        append(person_id, [ev.MissedCalledBack(appointment=entry, reached=reached, words=said)], act)


def arrange_escort(person_id: Id, entry: int, name: str, phone: str, way_home: str, act: Act) -> None:
    """Name the adult who takes the patient home, and how."""
    act.permit(Permission.BOOK)
    if not name.strip():
        raise Malformed("Name the adult who takes the patient home.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        standing(treatment_of(person_id, act.now), entry)
        event = ev.EscortArranged(appointment=entry, name=name, phone=phone, way_home=way_home)
        append(person_id, [event], act)


def tell(person_id: Id, event: ev.PatientTold, act: Act) -> None:
    """Write down that somebody was told of a change to their appointment, or that nobody was reached: then it is owed.

    Raises
    ------
    Malformed
        When it does not say what was said, or how it was tried.
    Refused
        When nothing about this appointment is left to tell.
    """
    act.permit(Permission.BOOK)
    demand_reason(event.words, "Write what was said, or how you tried.")
    if event.how is ev.Told.NOT_YET:
        raise Malformed("Say how they were told, or how you tried.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        demand_to_tell(person_id, event.appointment)
        append(person_id, [event], act)


def note(person_id: Id, entry: int, what: ev.Coming, act: Act) -> None:
    """Note that somebody arrived, or said that they come late; a fact, whatever became of the appointment.

    Raises
    ------
    Refused
        When this person never had such an appointment, or comes late who is noted as arrived.
    """
    act.permit(Permission.BOOK)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        chart = chart_store.person_chart(person_id)
        if not any(each.entry == entry for each in calendar.appointments(chart)):
            raise Refused("calendar", "There is no such appointment.")
        if what is ev.Coming.LATE:
            _demand_not_arrived(person_id, entry)
        append(person_id, [ev.ComingNoted(appointment=entry, what=what)], act)


def _seated(person_id: Id, booked: calendar.Appointment) -> SessionRow | None:
    """Return the session that was opened for somebody on the day of an appointment, None where none was."""
    day = on_the_wall(booked.starts_at).date()
    opened = SessionRow.objects.filter(person_id=person_id)
    return next((each for each in opened if on_the_wall(each.opened_at).date() == day), None)


def _demand_not_arrived(person_id: Id, entry: int) -> None:
    came = arrived(chart_store.person_chart(person_id), entry)
    if came is not None:
        raise Refused(
            "appointment",
            f"They are noted as arrived at {on_the_wall(came):%H:%M}. If they are not here, "
            "tap “Not arrived after all” first.",
        )

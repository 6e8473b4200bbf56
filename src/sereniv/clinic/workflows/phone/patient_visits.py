"""What a patient's own phone shows of their visits, and who takes them home as they say themselves."""

from dataclasses import dataclass
from datetime import datetime

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.models import Id, Invitation
from sereniv.clinic.records.projections import project_appointments
from sereniv.clinic.workflows.calendar.deaths_and_transfers import unprepared_since
from sereniv.clinic.workflows.calendar.misplaced_bookings import to_rebook
from sereniv.clinic.workflows.course.treatment import ran
from sereniv.clinic.workflows.phone.invitations import PATIENT, demand_few, writing_of
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.therapy.person.events import EscortNamedByPatient, Purpose
from sereniv.therapy.phone import visits as at_home
from sereniv.therapy.phone.visits import Rest
from sereniv.therapy.recording.refusal import Malformed
from sereniv.therapy.scheduling.calendar import Appointment, appointments
from sereniv.therapy.treatment.booking import ground_lost_since

MOST_ESCORTS = 20
"""How often a way home is named under one link within the hour."""

CHANGED = "This visit was changed or is over. Open the link again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """What is coming up for a person, and whether an infusion was just run."""

    coming: tuple[Appointment, ...]
    rest: Rest | None
    went_to_hospital: bool = False
    """Whether they went from the chair to a hospital by the infusion that was just run."""
    in_question: frozenset[int] = frozenset()
    """The entries of those that an act has taken the ground from since they were booked: the clinic speaks first."""

    @property
    def next_infusion(self) -> Appointment | None:
        """The infusion that comes next."""
        return next((each for each in self.coming if self.is_to_be(each)), None)

    @property
    def questioned(self) -> tuple[Appointment, ...]:
        """The visits about which the clinic speaks first."""
        return tuple(each for each in self.coming if each.entry in self.in_question)

    def is_to_be(self, visit: Appointment) -> bool:
        """Say whether a visit is an infusion that somebody is to prepare for."""
        return visit.purpose is Purpose.INFUSION and visit.entry not in self.in_question


def visits_of(invitation: Invitation, now: datetime) -> Visits:
    """Return what the person's own phone shows of their visits."""
    sessions = [(each.started_at, each) for each in ran(invitation.person_id) if each.started_at is not None]
    starts = [start for start, _ in sessions]
    sent_away = [start for start, each in sessions if each.transferred is not None]
    chart = chart_store.person_chart(invitation.person_id)
    zone = home_zone()
    coming = at_home.coming(chart, starts, now, zone)
    misplaced = {row.entry for row, _ in to_rebook(now, invitation.person_id)}
    lost = {each.entry for each in coming if ground_lost_since(chart, each, now, rules_in_force(now))}
    since = unprepared_since(invitation.person_id, chart)
    infusions = [each for each in coming if each.purpose is Purpose.INFUSION]
    lost |= {each.entry for each in infusions if since is not None and each.answered < since}
    return Visits(
        coming=coming,
        rest=at_home.resting(starts, now, zone),
        went_to_hospital=at_home.resting(sent_away, now, zone) is not None,
        in_question=frozenset(misplaced | lost),
    )


def infusion_of(invitation: Invitation, entry: int, now: datetime) -> Appointment | None:
    """Return one infusion to come of the person; None where there is none of this number."""
    visits = visits_of(invitation, now)
    return next((each for each in visits.coming if each.entry == entry and visits.is_to_be(each)), None)


def said_for_today(person_id: Id, now: datetime) -> EscortNamedByPatient | None:
    """Return who takes a person home today, as they said on their phone; None where they said nothing."""
    today = now.astimezone(home_zone()).date()
    booked = appointments(chart_store.person_chart(person_id))
    said = [each.said for each in booked if each.starts_at.astimezone(home_zone()).date() == today]
    return next((each for each in said if each is not None), None)


def name_escort(invitation: Invitation, said: EscortNamedByPatient, key: str, now: datetime) -> None:
    """Record who takes the person home, as they said on their phone; it is never taken for checked.

    Raises
    ------
    Malformed
        When nobody is named, the visit is not to come any more, or the key is none of ours.
    TooManyTries
        When it was said so often under this link within the hour that nothing more is taken.
    """
    if not said.name.strip():
        raise Malformed("Write who takes you home.")
    with chart_store.in_turn():
        writing = writing_of(invitation, key, now, said)
        if chart_store.written_before(writing.key, PATIENT):
            return
        if infusion_of(invitation, said.appointment, now) is None:
            raise Malformed(CHANGED)
        demand_few(invitation, "escorts", MOST_ESCORTS)
        stream = chart_store.person_stream(invitation.person_id)
        chart_store.append([New(stream=stream, event=said, at=now)], writing)
        project_appointments(invitation.person_id)

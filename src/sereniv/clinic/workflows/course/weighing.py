"""What a decision reads: the signals that bear on it, held against the table under the lock in which it is taken."""

from dataclasses import dataclass
from datetime import datetime

from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records.models import Id, Person
from sereniv.clinic.records.their_sessions import sessions_of
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.clinic.workflows.shell.unread_entries import unread_of_sessions
from sereniv.knowledge.rows import DecisionKind, Does
from sereniv.therapy.candidacy.signed_over import as_told
from sereniv.therapy.followup.response import Change
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import SignalTaken, WentOn
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.reasons import is_reason, no_reason
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.treatment import signals
from sereniv.therapy.treatment.course import Course


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What is read of one person for a decision: their chart, and how their course stands."""

    chart: PersonChart
    course: Course | None
    change: Change | None
    now: datetime


def known_of(person_id: Id, read: Read) -> signals.Known:
    """Return everything that signals read of a person."""
    return signals.Known(
        chart=read.chart,
        registered=Person.objects.get(pk=person_id).registered,
        sessions=tuple(chart for _, chart in sessions_of(person_id)),
        unread=unread_of_sessions(person_id),
        course=read.course,
        change=read.change,
        knowledge=rules_in_force(read.now),
        now=read.now,
        zone=home_zone(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class InSight:
    """What a page of a decision shows: the signals that bear on it, and those somebody went on in spite of."""

    borne: tuple[signals.Borne, ...]
    gone_on: tuple[Recorded[WentOn], ...]


def in_sight(decision: DecisionKind, person_id: Id, read: Read) -> InSight:
    """Return what stands beside a decision while it is taken."""
    known = known_of(person_id, read)
    gone_on = tuple(as_told(each, known.chart) for each in signals.gone_on(known))
    return InSight(borne=signals.bearing_on(decision, known), gone_on=gone_on)


def weigh(decision: DecisionKind, person_id: Id, read: Read, reason: str, act: Act) -> tuple[WentOn, ...]:
    """Hold a decision against what is known, and return the entry of going on in spite of what asks; none where none.

    Raises
    ------
    Refused
        When a signal holds the decision, one asks and no reason is written, or asks for a second person and none signs.
    """
    borne = signals.bearing_on(decision, known_of(person_id, read))
    held = [each for each in borne if each.does is Does.HOLDS]
    if held:
        raise Refused(held[0].signal.row.id, f"{held[0].signal.words.rstrip('.')}. {held[0].cell.because}")
    asking = [each for each in borne if each.does is Does.ASKS]
    if not asking:
        return ()
    first = next((each for each in asking if each.cell.second), asking[0])
    if not is_reason(reason):
        words = f"{first.signal.words}. {first.cell.because} You may go on: write why.{no_reason(reason)}"
        raise Refused(first.signal.row.id, words)
    if first.cell.second:
        act.second_person(TwoPersonAct.GOING_ON, first.signal.row.id)
    taken = tuple(
        SignalTaken(signal=each.signal.row.id, version=each.signal.row.version, words=each.signal.words)
        for each in asking
    )
    return (WentOn(decision=str(decision), signals=taken, reason=reason.strip()),)

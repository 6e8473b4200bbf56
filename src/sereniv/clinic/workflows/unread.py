"""What cannot be read of a person's sessions: a decision about the person reads that too."""

from sereniv.clinic.records.models import Id
from sereniv.clinic.records.their_sessions import sessions_of
from sereniv.therapy.recording.entry import Recorded, Unread
from sereniv.therapy.session.chart import SessionChart


def unread_of_sessions(person_id: Id) -> tuple[Recorded[Unread], ...]:
    """Return what cannot be read of any session of a person."""
    return tuple(each for _, chart in sessions_of(person_id) for each in chart.unread)


def others_unread(here: SessionChart) -> tuple[Recorded[Unread], ...]:
    """Return what cannot be read of the other sessions of whoever sits in one."""
    if here.opened is None:
        return ()
    mine = {each.seq for each in here.unread}
    return tuple(each for each in unread_of_sessions(here.opened.event.person) if each.seq not in mine)

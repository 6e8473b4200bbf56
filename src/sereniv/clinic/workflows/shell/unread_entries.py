"""What cannot be read of a person's sessions: a decision about the person reads that too, and what counts people."""

from dataclasses import dataclass
from datetime import datetime

from sereniv.clinic.records.models import Id, ListedRow, Person
from sereniv.clinic.records.their_sessions import sessions_of
from sereniv.clinic.workflows.shell import lists
from sereniv.therapy.recording.entry import Recorded, Unread
from sereniv.therapy.session.chart import SessionChart

UNREAD = "Entries that cannot be read"
"""The topic of Today that names them; whatever counts people says whom of these it may lack."""

MOST_NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """Whose entries cannot be read: how many people, and the first of them by name."""

    count: int
    people: tuple[Person, ...]

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.people)


def lacking(now: datetime) -> Lacking:
    """Return whom a count over the clinic may lack, because an entry about them or their infusion cannot be read."""
    lists.brought_up(lists.TODAY, now)
    rows = ListedRow.objects.filter(list=lists.TODAY, topic=UNREAD)
    people = Person.objects.filter(pk__in=rows.values("person_id"))
    return Lacking(count=people.count(), people=tuple(people.order_by("family_name", "given_names", "pk")[:MOST_NAMED]))


def unread_of_sessions(person_id: Id) -> tuple[Recorded[Unread], ...]:
    """Return what cannot be read of any session of a person."""
    return tuple(each for _, chart in sessions_of(person_id) for each in chart.unread)


def others_unread(here: SessionChart) -> tuple[Recorded[Unread], ...]:
    """Return what cannot be read of the other sessions of whoever sits in one."""
    if here.opened is None:
        return ()
    mine = {each.seq for each in here.unread}
    return tuple(each for each in unread_of_sessions(here.opened.event.person) if each.seq not in mine)

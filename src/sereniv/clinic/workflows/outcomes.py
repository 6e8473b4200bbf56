"""Everybody who began here, with how their scores stand: read anew each time, from the ledger."""

from collections.abc import Iterator
from datetime import datetime

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person, SessionRow
from sereniv.clinic.workflows.rules import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.therapy import assessments, response
from sereniv.therapy.outcomes import Started
from sereniv.therapy.session.events import InfusionFoundRunning, InfusionStarted


def everybody(now: datetime) -> Iterator[Started]:
    """Give everybody whose first infusion began, with the change on the scale of their indication."""
    first = _first_starts()
    charts = chart_store.person_charts(first)
    known = rules_in_force(now)
    by_id = Person.objects.in_bulk(list(first))
    for person in sorted(by_id.values(), key=lambda each: list(known.indications).index(_indication(each))):
        name = _indication(person)
        primary = assessments.followed(name, known)[0]
        found = response.change(charts[str(person.pk)], primary, first[str(person.pk)], now)
        yield Started(indication=name, change=found)


def _indication(person: Person) -> str:
    """Return what somebody is treated for; the first row where it is none of the table's."""
    indications = knowledge().indications
    return person.indication if person.indication in indications else next(iter(indications))


def _first_starts() -> dict[str, datetime]:
    """Return when the first infusion of each person began."""
    person_of = {f"session/{row}": str(person) for row, person in SessionRow.objects.values_list("id", "person_id")}
    first: dict[str, datetime] = {}
    for kind in (InfusionStarted, InfusionFoundRunning):
        for stream, each in chart_store.entries_of_kind(kind):
            person = person_of.get(stream)
            if person is not None:
                first[person] = min(each.at, first.get(person, each.at))
    return first

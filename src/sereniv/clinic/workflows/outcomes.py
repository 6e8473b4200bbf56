"""Everybody who began here, with how their scores stand: read anew each time, from the ledger."""

from collections.abc import Iterator
from datetime import datetime

from sereniv.clinic.records import chart_store, over_streams
from sereniv.clinic.records.models import Person, SessionRow
from sereniv.clinic.workflows.rules import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.therapy import assessments, response
from sereniv.therapy.outcomes import Started
from sereniv.therapy.patient import PersonChart
from sereniv.therapy.person_events import CourseOpened
from sereniv.therapy.session.events import InfusionFoundRunning, InfusionStarted


def everybody(now: datetime) -> Iterator[Started]:
    """Give everybody whose first infusion began, with the change on the scale of their indication."""
    first = _first_starts()
    charts = chart_store.person_charts(first)
    known = rules_in_force(now)
    by_id = Person.objects.in_bulk(list(first))
    treated = {key: _indication(person, charts[str(key)]) for key, person in by_id.items()}
    order = list(known.indications)
    for person in sorted(by_id.values(), key=lambda each: order.index(treated[each.pk])):
        name = treated[person.pk]
        primary = assessments.followed(name, known)[0]
        found = response.change(charts[str(person.pk)], primary, first[str(person.pk)], now, known.indications[name])
        yield Started(indication=name, change=found)


def _indication(person: Person, chart: PersonChart) -> str:
    """Return what somebody's first course treats, as registered without one; the first row where the table has none."""
    indications = knowledge().indications
    opened = chart.all(CourseOpened)
    name = opened[0].event.indication if opened else person.indication
    return name if name in indications else next(iter(indications))


def _first_starts() -> dict[str, datetime]:
    """Return when the first infusion of each person began."""
    person_of = {f"session/{row}": str(person) for row, person in SessionRow.objects.values_list("id", "person_id")}
    first: dict[str, datetime] = {}
    for kind in (InfusionStarted, InfusionFoundRunning):
        for stream, each in over_streams.entries_of_kind(kind):
            person = person_of.get(stream)
            if person is not None:
                first[person] = min(each.at, first.get(person, each.at))
    return first

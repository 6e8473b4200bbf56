"""Side effects counted over the clinic: a row for each person and term, derived from their record."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.listing import Listed
from sereniv.clinic.records.models import Person, SessionRow
from sereniv.clinic.workflows import lists
from sereniv.clinic.workflows.rules import rules_in_force
from sereniv.knowledge import Knowledge, knowledge
from sereniv.therapy import aftercare
from sereniv.therapy.patient import PersonChart
from sereniv.therapy.person_events import AdverseEventRecorded
from sereniv.therapy.side_effects import Counted, Ran, Tally, counted, seen_in, tallies

SIDE_EFFECTS = "side effects"


def count_side_effects(now: datetime) -> tuple[Tally, ...]:
    """Count each side effect over every real session that ran, from the chair and from afterwards."""
    lists.brought_up(SIDE_EFFECTS, now)
    found: defaultdict[str, Counted] = defaultdict(Counted)
    for term, sessions, people in lists.counts(SIDE_EFFECTS):
        found[term] += Counted(sessions=int(sessions) * people, people=people)
    return tallies(found, rules_in_force(now))


@lists.keep_list(SIDE_EFFECTS)
def had(person: Person, now: datetime) -> Iterator[Listed]:
    """Say in how many of somebody's sessions each term was seen, and in how many the pump ran at all."""
    chart = chart_store.person_chart(person.pk)
    for term, found in counted(_ran(person, chart, rules_in_force(now))).items():
        yield Listed(topic=term, place=str(found.sessions), content={})


def _ran(person: Person, chart: PersonChart, rules: Knowledge) -> list[Ran]:
    afterwards = _recorded_about_sessions(chart)
    real = SessionRow.objects.filter(person=person, label="").values_list("pk", flat=True)
    return [
        Ran(
            person=str(person.pk),
            terms=frozenset({seen.term.id for seen in seen_in(session, rules)} | afterwards.get(session_id, set())),
        )
        for session_id, session in chart_store.session_charts(real).items()
        if session.started_at is not None
    ]


def _recorded_about_sessions(chart: PersonChart) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in chart.all(AdverseEventRecorded):
        if each.event.session:
            term = aftercare.term_meant(each.event, knowledge().aftercare)
            found.setdefault(each.event.session, set()).add(term.id)
    return found

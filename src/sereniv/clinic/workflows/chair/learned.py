"""What the record of somebody whose infusion runs has learned since its start."""

from datetime import datetime

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.chair.learned import Learned, learned_since_start
from sereniv.therapy.session.chart import RUNNING, SessionChart


def learned_of(chart: SessionChart, now: datetime) -> tuple[Learned, ...]:
    """Return what was recorded about the person since the start of their infusion that would have held it."""
    if chart.opened is None or chart.phase not in RUNNING:
        return ()
    person_id = chart.opened.event.person
    record = chart_store.person_chart(person_id)
    if all(each.seq < chart.opened.seq for each in (*record.entries[-1:], *record.unread)):
        return ()
    registered = Person.objects.get(pk=person_id).registered
    return learned_since_start(record, registered, chart, now, rules_in_force(now))


def words_learned(chart: SessionChart, now: datetime) -> tuple[str, ...]:
    """Return the same as it is told where the pump is to run again."""
    return tuple(f"{each.title} ({each.words})" for each in learned_of(chart, now))

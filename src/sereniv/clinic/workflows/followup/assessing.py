"""Which questionnaires are due, of one person or of everybody in treatment."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sereniv.clinic.records.models import Person
from sereniv.clinic.records.their_sessions import rows_of_people
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import served_home
from sereniv.therapy.followup import assessments
from sereniv.therapy.followup.assessments import Asking
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.session.chart import Phase

BEFORE_THE_START = (Phase.PREPARING, Phase.READY, Phase.CLOSED_UNUSED)


def due_of(
    people: Iterable[tuple[Person, PersonChart]], now: datetime
) -> tuple[tuple[Person, tuple[Asking, ...]], ...]:
    """Return everybody in treatment for whom a questionnaire is due now, the daily mood left out.

    For speed the opening of a session stands for the start of its infusion, minutes later: what is due now is the same.
    """
    known = tuple(people)
    before = {str(each) for each in BEFORE_THE_START}
    rows = rows_of_people(person.pk for person, _ in known)
    opened = {whose: [row.opened_at for row in theirs if row.phase not in before] for whose, theirs in rows.items()}
    in_treatment = ((person, chart) for person, chart in known if opened[str(person.pk)])
    found = ((person, due_now(person, chart, opened[str(person.pk)], now)) for person, chart in in_treatment)
    return tuple((person, waiting) for person, waiting in found if waiting)


def due_now(person: Person, chart: PersonChart, infusions: list[datetime], now: datetime) -> tuple[Asking, ...]:
    """Return the questionnaires that are due of one person, the daily mood left out."""
    zone = ZoneInfo(served_home().timezone)
    indication = assessments.treated_for(chart, person.indication)
    laid_out = assessments.askings(chart, indication, infusions, now, rules_in_force(now), zone)
    return tuple(each for each in assessments.due(laid_out) if each.scale.id != assessments.MOOD)

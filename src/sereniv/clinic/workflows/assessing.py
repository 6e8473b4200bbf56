"""Which questionnaires are due, of one person or of everybody in treatment."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sereniv.clinic.records.models import Person, SessionRow
from sereniv.clinic.workflows.house import served_home
from sereniv.clinic.workflows.rules import rules_in_force
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
    opened: dict[uuid.UUID, list[datetime]] = {}
    rows = SessionRow.objects.filter(person_id__in=[person.pk for person, _ in known])
    for person_id, at in rows.exclude(phase__in=[str(each) for each in BEFORE_THE_START]).values_list(
        "person_id", "opened_at"
    ):
        opened.setdefault(person_id, []).append(at)
    found = ((person, due_now(person, chart, opened[person.pk], now)) for person, chart in known if person.pk in opened)
    return tuple((person, waiting) for person, waiting in found if waiting)


def due_now(person: Person, chart: PersonChart, infusions: list[datetime], now: datetime) -> tuple[Asking, ...]:
    """Return the questionnaires that are due of one person, the daily mood left out."""
    zone = ZoneInfo(served_home().timezone)
    indication = assessments.treated_for(chart, person.indication)
    laid_out = assessments.askings(chart, indication, infusions, now, rules_in_force(now), zone)
    return tuple(each for each in assessments.due(laid_out) if each.scale.id != assessments.MOOD)

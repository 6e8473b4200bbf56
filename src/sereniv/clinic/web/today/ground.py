"""What waits where the ground of a treatment was lost, and where it was decided on and nobody has begun it."""

from collections.abc import Iterable

from django.urls import reverse

from sereniv.clinic.records import queries
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.today.clinic_now import Clinic
from sereniv.clinic.web.today.topics import TodayLine
from sereniv.clinic.workflows.calendar.deaths_and_transfers import deaths_and_transfers_of, goes_on_in_question
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.deaths import died
from sereniv.therapy.person.events import Decision
from sereniv.therapy.treatment.course import Standing


def to_decide_anew(clinic: Clinic) -> Iterable[TodayLine]:
    """Name everybody found eligible who took consent back, or went from a chair to a hospital, until it is decided on.

    Nobody orders, books or fetches what runs out for them meanwhile.
    """
    left = deaths_and_transfers_of(str(person.pk) for person, _ in clinic.people)
    for person, chart in _eligible(clinic):
        course = clinic.treatments[person.pk].course
        if (course is not None and course.standing is Standing.ENDED) or died(chart) is not None:
            continue
        is_dead = any(each.died is not None for _, each in clinic.sessions_of(person))
        if is_dead and course is None:
            continue
        said = goes_on_in_question(chart, clinic.now, left.get(str(person.pk)))
        if said:
            page = "person_decide" if course is None else "person_review"
            yield TodayLine(
                what=f"{person}: {'died; end the course' if is_dead else 'does treatment go on?'}",
                address=reverse(page, args=[person.pk]),
                detail=" ".join(said),
            )


def first_not_booked(clinic: Clinic) -> Iterable[TodayLine]:
    """Name everybody found eligible for whom nothing was begun and nothing is booked."""
    booked = queries.infusions_booked_for([person.pk for person, _ in clinic.people])
    coming = {row.person_id for row in booked if row.ends_at > clinic.now}
    here = {row.person_id for row, _ in clinic.open_sessions}
    for person, chart in _eligible(clinic):
        begun = clinic.treatments[person.pk].course is not None
        if begun or person.pk in coming | here or clinic.against[str(person.pk)]:
            continue
        yield TodayLine(
            what=f"{person}: book the first infusion",
            address=reverse("appointments", args=[person.pk]),
            detail=f"found eligible {chart.decisions[-1].at:%d %b}",
        )


def _eligible(clinic: Clinic) -> Iterable[tuple[Person, PersonChart]]:
    for person, chart in clinic.people:
        if chart.decisions and chart.decisions[-1].event.decision is Decision.ELIGIBLE:
            yield person, chart

"""Makes person charts with courses for tests: events on days after the first Monday, one line each."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import PersonChart, chart_of
from sereniv.therapy.session.ran import Ran
from tests.therapy.making import recorded

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
OPENED = pe.CourseOpened(
    protocol="P-DEP", protocol_version=2, knowledge_version="k", indication="depression", primary_scale="phq9"
)


def day(number: float) -> datetime:
    """Return the moment that many days after the first Monday at ten."""
    return MONDAY + timedelta(days=number)


def ran(*starts: datetime) -> list[Ran]:
    """Return infusions that began then and ended forty minutes later."""
    return [Ran(began=each, ended=each + timedelta(minutes=40)) for each in starts]


def opened(protocol: str = "P-DEP", indication: str = "depression", scale: str = "phq9") -> pe.CourseOpened:
    """Return the opening of a course."""
    return pe.CourseOpened(
        protocol=protocol, protocol_version=1, knowledge_version="k", indication=indication, primary_scale=scale
    )


def reviewed(
    after: int, outcome: pe.ReviewOutcome = pe.ReviewOutcome.CONTINUE, *, planned: bool = True
) -> pe.CourseReviewed:
    """Return a review of the course that entry 1 opened."""
    milestone = (pe.Milestone.DECISION if after == 6 else pe.Milestone.REVIEW) if planned else None
    return pe.CourseReviewed(course=1, after_infusion=after, milestone=milestone, outcome=outcome, reason="", read={})


def phq9(total: int) -> pe.ScaleAnswered:
    """Return a PHQ-9 with this total and no suicide item."""
    answers = [min(3, max(0, total - 3 * item)) for item in range(8)]
    return pe.ScaleAnswered(scale="phq9", answers=(*answers, 0), total=Decimal(total), answered_by="patient")


def person(*happened: tuple[float, pe.PersonEvent]) -> PersonChart:
    """Return the chart of a person: (day it happened, event); the first is entry 1."""
    return chart_of(recorded(event, number, day(at)) for number, (at, event) in enumerate(happened, start=1))

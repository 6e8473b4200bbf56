"""Acts around rating scales: answers scored and kept."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Id, Person
from sereniv.clinic.workflows.person.people import record
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.this_clinic import served_home
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Scale
from sereniv.therapy.followup import scales
from sereniv.therapy.followup.assessments import TooSoon, too_soon
from sereniv.therapy.person import events as ev
from sereniv.therapy.person.days import demand_lived
from sereniv.therapy.recording.refusal import Malformed


def answer(
    person_id: Id,
    scale_id: str,
    answers: tuple[int | None, ...],
    answered_by: str,
    act: Act,
    at: datetime | None = None,
) -> scales.Score:
    """Score and store the answers to any scale; partial ones are stored without a total."""
    act.permit(Permission.CHART)
    scale = knowledge().scales.get(scale_id)
    if scale is None:
        raise Malformed(f"There is no scale {scale_id!r}.")
    demand_lived(at.date() if at else None, Person.objects.get(pk=person_id).born, act.now.date(), "That day")
    scored = scales.score(scale, answers)
    event = ev.ScaleAnswered(scale=scale_id, answers=answers, total=scored.total, answered_by=answered_by)
    record(person_id, event, act, at)
    return scored


def answer_mood(person_id: Id, mood: int, answered_by: str, act: Act, at: datetime | None = None) -> None:
    """Store a daily mood from 0 to 10."""
    answer(person_id, "mood", (mood,), answered_by, act, at)


def asked_too_soon(person_id: Id, scale: Scale, now: datetime) -> TooSoon | None:
    """Say that a scale was answered too lately to ask it again, None where asking makes sense."""
    chart = chart_store.person_chart(person_id)
    return too_soon(chart, scale, now, ZoneInfo(served_home().timezone))

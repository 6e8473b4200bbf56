"""Acts around rating scales: answers scored and kept, and a suicide item taken up in person."""

from datetime import datetime

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Id
from sereniv.clinic.workflows.acting import Act
from sereniv.clinic.workflows.people import record
from sereniv.knowledge import knowledge
from sereniv.therapy import person_events as ev
from sereniv.therapy import scales
from sereniv.therapy.refusal import Malformed, Refused


def answer_phq9(
    person_id: Id, answers: tuple[int | None, ...], answered_by: str, act: Act, at: datetime | None = None
) -> scales.Score:
    """Score and store a PHQ-9; a partial one is stored without a total."""
    act.permit(Permission.CHART)
    scored = scales.score(knowledge().scales["phq9"], answers)
    event = ev.ScaleAnswered(scale="phq9", answers=answers, total=scored.total, answered_by=answered_by)
    record(person_id, event, act, at)
    return scored


def answer_mood(person_id: Id, mood: int, answered_by: str, act: Act, at: datetime | None = None) -> None:
    """Store a daily mood from 0 to 10."""
    act.permit(Permission.CHART)
    low, high = knowledge().scales["mood"].range or (0, 10)
    if not low <= mood <= high:
        raise Malformed(f"Mood is a whole number from {low} to {high}.")
    event = ev.ScaleAnswered(scale="mood", answers=(mood,), total=mood, answered_by=answered_by)
    record(person_id, event, act, at)


def take_up_safety(person_id: Id, entry: int, finding: str, act: Act) -> None:
    """Record that a positive or blank suicide item was taken up in person."""
    act.permit(Permission.CHART)
    if not finding.strip():
        raise Malformed("Write what you found and what was done.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        if not any(each.stream_seq == entry for each in chart_store.person_chart(person_id).unasked_safety()):
            raise Refused("safety", "This answer was already taken up.")
        record(person_id, ev.SafetyAsked(entry=entry, finding=finding), act)

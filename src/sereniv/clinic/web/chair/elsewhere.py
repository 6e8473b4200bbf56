"""What the other chairs ask for, in one line each: one nurse has two patients."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sereniv.clinic.records import chart_store, queries
from sereniv.clinic.web.chair.status import Status, status_of
from sereniv.knowledge.rows import Priority
from sereniv.therapy.session.chart import FINISHED
from sereniv.therapy.session.known import known_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What another chair asks for, in one line."""

    session_id: uuid.UUID
    chair: str
    initials: str
    priority: str
    words: str


def calls_elsewhere(session_id: uuid.UUID, now: datetime, known_by: datetime | None = None) -> list[Call]:
    """List the other chairs with an open prompt or something late: one nurse has two patients.

    Of an earlier moment, `known_by`, it is those that were open then, as they were known then.
    """
    rows = queries.open_sessions() if known_by is None else queries.sessions_around(known_by)
    found = []
    for row in rows.exclude(pk=session_id):
        chart = chart_store.session_chart_of(row.pk)
        if known_by is not None:
            chart = known_at(chart, known_by)
            if chart.opened is None or chart.phase in FINISHED:
                continue
        asked = _asked(status_of(row.pk, chart, now))
        if asked is not None:
            priority, words = asked
            found.append(
                Call(
                    session_id=row.pk,
                    chair=row.chair_marked,
                    initials=row.person.initials,
                    priority=priority,
                    words=words,
                )
            )
    return found


def _asked(there: Status) -> tuple[str, str] | None:
    """Return the priority and words of what a chair asks for, None where it asks for nothing."""
    if there.prompts:
        first = there.prompts[0]
        more = f" +{len(there.prompts) - 1}" if len(there.prompts) > 1 else ""
        event = first.alert.raised.event
        over = " (over, not seen)" if first.is_over else ""
        return str(event.priority), f"{first.shape} {event.title}{over}{more}"
    if there.repeat is not None and there.repeat.repeat_late:
        return str(Priority.LOW), "◆ repeat late"
    if there.overdue:
        return str(Priority.LOW), "◆ vitals late"
    if there.dissociation_late:
        return str(Priority.LOW), "◆ dissociation late"
    return None

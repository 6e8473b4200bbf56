"""One person's story as one look needs it: their chart and sessions, read once whichever parts ask."""

import uuid
from datetime import datetime
from functools import cached_property

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person, SessionRow
from sereniv.therapy.patient import PersonChart
from sereniv.therapy.session.chart import SessionChart


class Story:
    """A person with everything recorded about them, as it stands at `now`."""

    def __init__(self, person: Person, now: datetime) -> None:
        self.person = person
        self.now = now

    @property
    def person_id(self) -> uuid.UUID:
        """The person's id."""
        return self.person.pk

    @cached_property
    def chart(self) -> PersonChart:
        """Their chart outside infusions."""
        return chart_store.person_chart(self.person.pk)

    @cached_property
    def sessions(self) -> tuple[tuple[SessionRow, SessionChart], ...]:
        """Their sessions with their charts, the latest opened first."""
        rows = SessionRow.objects.filter(person_id=self.person.pk).order_by("-opened_at")
        charts = chart_store.session_charts(row.pk for row in rows)
        return tuple((row, charts[str(row.pk)]) for row in rows)

    @property
    def infusion_starts(self) -> tuple[datetime, ...]:
        """When each of their infusions began, the first one first."""
        return tuple(sorted(chart.started_at for _, chart in self.sessions if chart.started_at is not None))

"""One person's story as one look needs it: their chart and sessions, read once whichever parts ask."""

import uuid
from datetime import datetime
from functools import cached_property

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person, SessionRow
from sereniv.clinic.records.their_sessions import sessions_of
from sereniv.clinic.workflows.calendar.misplaced_bookings import to_rebook
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.recording.entry import Recorded, Unread
from sereniv.therapy.session.chart import Phase, SessionChart
from sereniv.therapy.session.ran import Ran, ran_of
from sereniv.therapy.treatment.order_life import OrderNow, orders_now


class Story:
    """A person with everything recorded about them, as it stands at `now`, for one reader."""

    def __init__(self, person: Person, now: datetime, me: Staff) -> None:
        self.person = person
        self.now = now
        self._me = me

    def shows(self, part: Permission) -> bool:
        """Say whether the reader's roles let them read a part of the record."""
        return self._me.may(part)

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
        return sessions_of(self.person.pk)[::-1]

    @cached_property
    def misplaced(self) -> dict[int, str]:
        """Each booking to come that the hours or chairs no longer hold, by its entry, with why."""
        return {row.entry: why for row, why in to_rebook(self.now, self.person.pk)}

    @property
    def unread(self) -> tuple[Recorded[Unread], ...]:
        """What cannot be read of their record and their sessions."""
        return (*self.chart.unread, *(each for _, chart in self.sessions for each in chart.unread))

    @property
    def seated_orders(self) -> frozenset[int]:
        """The orders that a session was opened for; one closed unused gives its order back."""
        return frozenset(
            chart.opened.event.order
            for _, chart in self.sessions
            if chart.opened is not None and chart.phase is not Phase.CLOSED_UNUSED
        )

    @cached_property
    def orders(self) -> tuple[OrderNow, ...]:
        """Every order that was ever signed for them, as it stands now, the oldest first."""
        ran = {chart.opened.event.order for _, chart in self.sessions if chart.opened and chart.started_at}
        return orders_now(self.chart, ran, self.now, rules_in_force(self.now))

    @property
    def infusion_starts(self) -> tuple[datetime, ...]:
        """When each of their infusions began, the first one first."""
        return tuple(each.began for each in self.ran)

    @property
    def ran(self) -> tuple[Ran, ...]:
        """Each of their infusions, the first one first."""
        found = (ran_of(chart) for _, chart in self.sessions)
        return tuple(sorted((each for each in found if each is not None), key=lambda each: each.began))

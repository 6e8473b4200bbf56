"""Who comes today: everybody booked, where they stand, and the one tap that says what happened next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import AppointmentRow, SessionRow
from sereniv.clinic.web.calendar.in_doubt import in_doubt
from sereniv.clinic.workflows.calendar import calendar
from sereniv.clinic.workflows.shell.acting import new_key
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.knowledge import knowledge
from sereniv.therapy.recording.time_words import ago, length
from sereniv.therapy.scheduling.arrivals import Arrival, Presence, arrival
from sereniv.therapy.scheduling.calendar import AppointmentState, appointments

SHAPES = {
    Presence.EXPECTED: "○",
    Presence.LATE: "◆",
    Presence.ARRIVED: "●",
    Presence.SEATED: "✓",
    Presence.MISSED: "×",
}
"""A mark beside each word: nothing is told by colour alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comer:
    """One person who is booked today: their row, where they stand in words, and the one-time key of their buttons."""

    row: AppointmentRow
    stands: Arrival
    words: str
    session: SessionRow | None
    key: str
    may_be_missed: bool
    is_in_doubt: bool
    """Something speaks against the visit, and nobody sits yet: whoever meets them at the door reads it there."""

    @property
    def shape(self) -> str:
        """The mark beside the word."""
        return SHAPES[self.stands.presence]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many of those booked may still come or came, and how many did not: two numbers, as the calendar has them."""

    booked: int
    missed: int


def counted(comers: tuple[Comer, ...]) -> Counted:
    """Count them as the page of the day does."""
    missed = sum(each.row.state == str(AppointmentState.MISSED) for each in comers)
    return Counted(booked=len(comers) - missed, missed=missed)


def who_comes(now: datetime) -> tuple[Comer, ...]:
    """Return everybody booked on this day, or recorded as not having come, in the order of their times."""
    today = now.astimezone(home_zone()).date()
    rows = [row for row in calendar.rows_between(today, today) if row.state != str(AppointmentState.CANCELLED)]
    seated = calendar.seated_on(today)
    charts = chart_store.person_charts({row.person_id for row in rows})
    late_after = timedelta(minutes=knowledge().appointment.late_after_min)
    doubted, found = in_doubt(rows, now), []
    for row in rows:
        chart, session = charts[str(row.person_id)], seated.get(row.person_id)
        booked = next((each for each in appointments(chart) if each.entry == row.entry), None)
        if booked is None:
            continue  # Its booking does not read: Today names the entry, and nothing is known of the appointment.
        stands = arrival(chart, booked, session.opened_at if session else None, late_after, now)
        found.append(
            Comer(
                row=row,
                stands=stands,
                words=_words(stands, session, row, now),
                session=session,
                key=new_key(),
                may_be_missed=row.starts_at <= now and row.state == calendar.BOOKED,
                is_in_doubt=row.pk in doubted and stands.presence not in {Presence.SEATED, Presence.MISSED},
            )
        )
    return tuple(found)


def _words(stands: Arrival, session: SessionRow | None, row: AppointmentRow, now: datetime) -> str:
    """Say where somebody stands, with its time."""
    at = f"{stands.since.astimezone(home_zone()):%H:%M}"
    match stands.presence:
        case Presence.SEATED if session is not None:
            elsewhere = f" at {session.chair}" if session.chair != row.chair else ""
            return f"seated {at}{elsewhere}; {session.how_far}"
        case Presence.ARRIVED:
            return f"arrived {at}, {ago(now - stands.since)}"
        case Presence.LATE if stands.said_late:
            return f"comes late, said at {at}"
        case Presence.LATE:
            return f"late by {length(now - stands.since)}"
        case Presence.MISSED:
            return f"did not come, noted {at}"
        case _:
            return "expected"

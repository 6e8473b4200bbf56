"""Where somebody who is booked stands on the day: expected, late, arrived, seated, gone, or did not come."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import AppointmentMissed, Coming, ComingNoted
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.scheduling.calendar import Appointment, AppointmentState, moves_in_time


class Presence(StrEnum):
    """Where somebody stands, in the order of a day."""

    EXPECTED = "expected"
    LATE = "late"
    ARRIVED = "arrived"
    SEATED = "seated"
    MISSED = "did not come"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Where somebody stands, since when, and whether they said themselves that they come late."""

    presence: Presence
    since: datetime
    said_late: bool = False


def arrival(
    chart: PersonChart, booked: Appointment, seated_at: datetime | None, late_after: timedelta, now: datetime
) -> Arrival:
    """Return where somebody stands: a chair says more than a tap at the desk, and a tap more than the clock.

    Parameters
    ----------
    seated_at
        When a session was opened for them that day, None where none was.
    late_after
        How long after its time an appointment is late without a word.
    """
    if seated_at is not None:
        return Arrival(presence=Presence.SEATED, since=seated_at)
    noted = last_noted(chart, booked.entry)
    if noted is not None and noted.event.what is Coming.ARRIVED:
        return Arrival(presence=Presence.ARRIVED, since=noted.at)
    if booked.state is AppointmentState.MISSED:
        return Arrival(presence=Presence.MISSED, since=_missed_at(chart, booked))
    if noted is not None and noted.event.what is Coming.LATE:
        return Arrival(presence=Presence.LATE, since=noted.at, said_late=True)
    if now - booked.starts_at >= late_after:
        return Arrival(presence=Presence.LATE, since=booked.starts_at)
    return Arrival(presence=Presence.EXPECTED, since=booked.starts_at)


def last_noted(chart: PersonChart, entry: int) -> Recorded[ComingNoted] | None:
    """Return what the desk noted last of an appointment since it was moved to when it is."""
    moved = [each.stream_seq for each in moves_in_time(chart, entry)]
    noted = [each for each in chart.all(ComingNoted) if each.event.appointment == entry]
    return next((each for each in reversed(noted) if each.stream_seq > max(moved, default=0)), None)


def arrived(chart: PersonChart, entry: int) -> datetime | None:
    """Return when somebody came to an appointment by the desk's tap, None where nobody noted it."""
    noted = last_noted(chart, entry)
    return noted.at if noted is not None and noted.event.what is Coming.ARRIVED else None


def _missed_at(chart: PersonChart, booked: Appointment) -> datetime:
    missed = [each.at for each in chart.all(AppointmentMissed) if each.event.appointment == booked.entry]
    return missed[-1] if missed else booked.starts_at

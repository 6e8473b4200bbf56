"""What a patient reads on their own phone about their visits: what is coming, and whether an infusion was just run."""

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import Purpose
from sereniv.therapy.scheduling.calendar import Appointment, AppointmentState, appointments


class Rest(StrEnum):
    """How near the last infusion is, by the clinic's own days."""

    TODAY = "today"
    DAY_AFTER = "the day after"


def coming(
    chart: PersonChart, infusion_starts: Iterable[datetime], now: datetime, zone: tzinfo
) -> tuple[Appointment, ...]:
    """Return the appointments still to come or going on, earliest first.

    An infusion booked for a day on which one was started has led to it, and is not to come any more.
    """
    run_on = {start.astimezone(zone).date() for start in infusion_starts}
    return tuple(
        each
        for each in appointments(chart)
        if each.state is AppointmentState.BOOKED
        and each.ends_at > now
        and not (each.purpose is Purpose.INFUSION and each.starts_at.astimezone(zone).date() in run_on)
    )


def resting(infusion_starts: Iterable[datetime], now: datetime, zone: tzinfo) -> Rest | None:
    """Say whether an infusion was started today or the day before; None when it is longer ago, or there was none."""
    today = now.astimezone(zone).date()
    days = {start.astimezone(zone).date() for start in infusion_starts if start <= now}
    if today in days:
        return Rest.TODAY
    return Rest.DAY_AFTER if today - timedelta(days=1) in days else None

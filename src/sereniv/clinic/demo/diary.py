"""The demo's days: counted in days on which its clinic is open, so that everything happens while it is staffed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from sereniv.clinic.demo.people import WEEK
from sereniv.knowledge import knowledge
from sereniv.therapy.scheduling.hours import DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """What the demo's clinic writes its times in: now, and the zone of its wall clock."""

    now: datetime
    zone: tzinfo

    def on(self, open_days: int, clock: time) -> datetime:
        """Return a time of a day: 0 is today, -1 the last day before it on which the clinic was open, 1 the next."""
        day = self._today()
        for _ in range(abs(open_days)):
            day = _next_open(day, 1 if open_days > 0 else -1)
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def _today(self) -> date:
        today = self.now.astimezone(self.zone).date()
        return today if _is_open(today) else _next_open(today, -1)


def visit_for(start: datetime) -> datetime:
    """Return the quarter hour at which somebody was asked to come whose infusion began at `start`."""
    rule = knowledge().appointment
    came = start - timedelta(minutes=rule.preparation_min)
    return came - timedelta(minutes=came.minute % rule.step_min, seconds=came.second, microseconds=came.microsecond)


def start_after(visit: datetime) -> datetime:
    """Return when an infusion begins of somebody who comes at `visit`: after the preparation."""
    return visit + timedelta(minutes=knowledge().appointment.preparation_min)


def _next_open(day: date, step: int) -> date:
    day += timedelta(days=step)
    while not _is_open(day):
        day += timedelta(days=step)
    return day


def _is_open(day: date) -> bool:
    return DAYS[day.weekday()] in WEEK

"""When the clinic is open: its week, and the days on which it stays closed."""

from dataclasses import replace
from datetime import date, time

from sereniv.clinic.records.models import ClinicDetails
from sereniv.clinic.workflows.shell.in_force import asked_once
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import OpeningHours
from sereniv.therapy.scheduling.hours import DAYS, week_in_words


def week_of(details: ClinicDetails) -> dict[str, tuple[time, time]]:
    """Return the week that the clinic has entered; empty where it has entered none."""
    return {
        day: (time.fromisoformat(details.week[day][0]), time.fromisoformat(details.week[day][1]))
        for day in DAYS
        if day in details.week
    }


def named_closed_days(details: ClinicDetails) -> tuple[tuple[date, str], ...]:
    """Return the days on which the clinic stays closed, each with why, in their order."""
    return tuple(sorted((date.fromisoformat(day), why) for day, why in details.closed_days))


def closed_of(details: ClinicDetails) -> tuple[date, ...]:
    """Return the days on which the clinic stays closed."""
    return tuple(day for day, _ in named_closed_days(details))


def opening_hours() -> OpeningHours:
    """Return when the clinic is staffed: its own hours where it has entered any, else the cited default."""
    return asked_once("opening hours", _opening_hours)


def _opening_hours() -> OpeningHours:
    default = knowledge().opening_hours
    details = ClinicDetails.objects.filter(pk=1).first()
    if details is None:
        return default
    closed = closed_of(details)
    week = week_of(details)
    if not week:
        return replace(default, closed=closed)
    words = "; ".join(week_in_words(week))
    return replace(default, week=week, closed=closed, statement=f"Staffed {words}, in the clinic's own time.")


def hours_in_words(details: ClinicDetails, today: date) -> tuple[str, ...]:
    """Write the clinic's own hours for a reader from outside; closed days that are over are left out."""
    lines = list(week_in_words(week_of(details)))
    closed = [(day, why) for day, why in named_closed_days(details) if day >= today]
    if lines and closed:
        lines.append("Closed on " + ", ".join(_closed(day, why) for day, why in closed))
    if details.hours_note:
        lines.append(details.hours_note)
    return tuple(lines)


def _closed(day: date, why: str) -> str:
    return f"{day.day} {day:%B %Y}" + (f" ({why})" if why else "")

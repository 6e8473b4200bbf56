"""When the clinic is open: its week, and the days on which it stays closed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import ClinicDetails
from sereniv.clinic.workflows.acting import Act
from sereniv.clinic.workflows.setting_up import demand_still_permitted, entered_details, keep_change
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import OpeningHours
from sereniv.therapy.recording.refusal import Malformed
from sereniv.therapy.scheduling.hours import DAYS, demand_week, week_in_words

MOST_CLOSED_DAYS = 120


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


def set_hours(week: Mapping[str, tuple[time, time]], closed: Mapping[date, str], act: Act) -> tuple[str, ...]:
    """Keep the clinic's week and its closed days; returns the names of the fields that changed.

    Raises
    ------
    Malformed
        When no day is open, a day closes before it opens, or more days are closed than a clinic closes.
    """
    act.permit(Permission.MANAGE_HOME)
    demand_week(week)
    if not week:
        raise Malformed("Enter the hours of at least one day.")
    if len(closed) > MOST_CLOSED_DAYS:
        raise Malformed(f"Enter at most {MOST_CLOSED_DAYS} closed days; leave those out that are over.")
    wanted = {
        "week": {day: [f"{opens:%H:%M}", f"{closes:%H:%M}"] for day, (opens, closes) in week.items()},
        "closed_days": [[day.isoformat(), closed[day].strip()[:120]] for day in sorted(closed)],
    }
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return ()
        demand_still_permitted(act)
        details = entered_details()
        changed = tuple(field for field in wanted if getattr(details, field) != wanted[field])
        if not changed:
            return ()
        for field in changed:
            setattr(details, field, wanted[field])
        details.save()
        keep_change(act, "clinic_details", "1", "changed", changed)
    return changed

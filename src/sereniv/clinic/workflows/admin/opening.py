"""The week in which the clinic is open, and the days on which it stays closed, as somebody sets them."""

from collections.abc import Mapping
from datetime import date, time

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.admin.setting_up import demand_still_permitted, entered_details, keep_change
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import read_anew
from sereniv.therapy.recording.refusal import Malformed
from sereniv.therapy.scheduling.hours import demand_week

MOST_CLOSED_DAYS = 120


def demand_hours(week: Mapping[str, tuple[time, time]], closed: Mapping[date, str]) -> None:
    """Raise Malformed for hours that nobody can keep: before anybody is asked to read what they touch."""
    demand_week(week)
    if not week:
        raise Malformed("Enter the hours of at least one day.")
    if len(closed) > MOST_CLOSED_DAYS:
        raise Malformed(f"Enter at most {MOST_CLOSED_DAYS} closed days; leave those out that are over.")


def set_hours(week: Mapping[str, tuple[time, time]], closed: Mapping[date, str], act: Act) -> tuple[str, ...]:
    """Keep the clinic's week and its closed days; returns the names of the fields that changed.

    Raises
    ------
    Malformed
        When no day is open, a day closes before it opens, or more days are closed than a clinic closes.
    """
    act.permit(Permission.MANAGE_HOME)
    demand_hours(week, closed)
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
        read_anew()
        keep_change(act, "clinic_details", "1", "changed", changed)
    return changed

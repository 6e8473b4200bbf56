"""Bookings that the clinic's hours or chairs no longer hold."""

from datetime import datetime

from sereniv.clinic.records import chart_store, over_streams
from sereniv.clinic.records.house_events import TableChanged
from sereniv.clinic.records.models import AppointmentRow, Chair, Id
from sereniv.clinic.workflows.calendar.calendar import BOOKED, openings
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.scheduling import calendar
from sereniv.therapy.scheduling.calendar import Opening

HOURS = frozenset({"week", "closed_days"})
"""Fields of the clinic's details that say when it is open."""


def to_rebook(now: datetime, person_id: Id | None = None) -> tuple[tuple[AppointmentRow, str], ...]:
    """Return every booking to come that lies where the clinic is closed, or whose chair is gone, each with why.

    Of everybody, or of one person.

    One that was booked or moved there on purpose, with its reason, since the hours were last changed is none.
    """
    chairs = set(Chair.objects.filter(retired_at=None).values_list("name", flat=True))
    found = AppointmentRow.objects.filter(state=BOOKED, ends_at__gt=now).select_related("person")
    coming = list(found if person_id is None else found.filter(person_id=person_id))
    held = openings()
    why = {row.pk: _out_of_place(row, chairs, held) for row in coming}
    questioned = [row for row in coming if why[row.pk]]
    charts = chart_store.person_charts({row.person_id for row in questioned})
    placed = {row.pk: _placed_on_purpose(row, charts[str(row.person_id)]) for row in questioned}
    changed = hours_changed_at() if any(placed.values()) else None

    def on_purpose(row: AppointmentRow) -> bool:
        at = placed[row.pk]
        return row.chair in chairs and at is not None and (changed is None or at > changed)

    return tuple((row, why[row.pk]) for row in questioned if not on_purpose(row))


def would_lie_outside(wanted: Opening, now: datetime) -> tuple[tuple[AppointmentRow, str], ...]:
    """Return every booking to come that other hours would no longer hold while those of today do, each with why."""
    chairs = set(Chair.objects.filter(retired_at=None).values_list("name", flat=True))
    coming = AppointmentRow.objects.filter(state=BOOKED, ends_at__gt=now).select_related("person")
    now_held = openings()
    held = [row for row in coming if not _out_of_place(row, chairs, now_held)]
    return tuple((row, why) for row in held if (why := _out_of_place(row, chairs, wanted)))


def _out_of_place(row: AppointmentRow, chairs: set[str], held: Opening) -> str:
    if row.chair not in chairs:
        return f"{row.chair} is not in use any more"
    day = row.starts_at.astimezone(home_zone()).date()
    if held(day) is None:
        return "the clinic is closed that day"
    return "" if calendar.within_hours(row.starts_at, row.ends_at, held, home_zone()) else "outside the hours"


def _placed_on_purpose(row: AppointmentRow, chart: PersonChart) -> datetime | None:
    """Return when somebody put a booking outside the hours with a reason, None where nobody did."""
    found = next((each for each in calendar.appointments(chart) if each.entry == row.entry), None)
    return found.placed_at if found is not None and found.exception else None


def hours_changed_at() -> datetime | None:
    """Return when the week or the closed days were last changed, None where nobody ever has."""
    kept = over_streams.entries_in(["audit"], (TableChanged,))
    return max((each.recorded_at for _, each in kept if _is_of_hours(each.event)), default=None)


def _is_of_hours(event: object) -> bool:
    return isinstance(event, TableChanged) and event.table == "clinic_details" and bool(HOURS & set(event.fields))

"""Which bookings something speaks against, as Today keeps it of people: nobody's record is read for it."""

from collections.abc import Sequence
from datetime import datetime

from sereniv.clinic.records.models import AppointmentRow
from sereniv.clinic.workflows.calendar import calendar
from sereniv.clinic.workflows.shell import lists


def in_doubt(rows: Sequence[AppointmentRow], now: datetime) -> frozenset[int]:
    """Return which of these rows something speaks against, of those that are not over."""
    lists.brought_up(lists.TODAY, now)
    kept = lists.rows(lists.TODAY).filter(topic=calendar.IN_DOUBT).values_list("person_id", "content")
    about = {(person, entry) for person, said in kept for entry in said.get("bookings", "").split()}
    return frozenset(row.pk for row in rows if (row.person_id, str(row.entry)) in about and row.ends_at > now)

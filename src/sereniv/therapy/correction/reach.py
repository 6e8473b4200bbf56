"""What an act will touch of what stands open, by the table `knowledge/acts.toml`: said before it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sereniv.knowledge.rows import Knowledge, Reach, Standing
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import Purpose
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.scheduling.calendar import AppointmentState, appointments
from sereniv.therapy.treatment.order_life import live_order


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """Something that stands open and that an act reaches: each of it by name, what becomes of it, and why."""

    what: Standing
    reach: Reach
    because: str
    items: tuple[str, ...]


Open = Mapping[Standing, Sequence[str]]
"""What stands open, each of it in a few words."""


def touched(act: str, stands_open: Open, knowledge: Knowledge) -> tuple[Touched, ...]:
    """Return what an act reaches of what stands open; what the table says rests on nothing of it is left out."""
    row = knowledge.acts[act]
    cells = ((what, row.cell(what), tuple(stands_open.get(what, ()))) for what in Standing)
    return tuple(
        Touched(what=what, reach=cell.reach, because=cell.because, items=items)
        for what, cell, items in cells
        if items and cell.reach is not Reach.NOTHING
    )


def open_of_person(
    chart: PersonChart, used: frozenset[int], links: int, now: datetime, zone: tzinfo, knowledge: Knowledge
) -> Open:
    """Return what stands open of a person: infusions booked, the live order, and what their phone says.

    Parameters
    ----------
    used
        The orders by which a pump ran.
    links
        How many links on the person's own phone work now.
    """
    booked = [
        f"infusion {each.starts_at.astimezone(zone):%a %d %b, %H:%M}, {each.chair}"
        for each in appointments(chart)
        if each.state is AppointmentState.BOOKED and each.ends_at > now and each.purpose is Purpose.INFUSION
    ]
    found = live_order(chart, used, now, knowledge)
    orders = []
    if found is not None:
        signed = found.order.signed
        orders = [f"order of {plain(signed.event.dose_mg)} mg, signed {signed.at.astimezone(zone):%d %b %H:%M}"]
    phone = f"how to prepare for these, on {links} link{'s' if links > 1 else ''} on their own phone"
    return {
        Standing.BOOKINGS: booked,
        Standing.ORDERS: orders,
        Standing.PHONE: [phone] if links else [],
    }

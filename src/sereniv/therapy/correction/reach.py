"""What an act will touch of what stands open, by the table `knowledge/acts.toml`: said before it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sereniv.knowledge.rows import Knowledge, Reach, Standing
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import Purpose
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.scheduling.calendar import AppointmentState, appointments
from sereniv.therapy.session.chart import RUNNING, Phase, SessionChart
from sereniv.therapy.session.delivered import given_mg
from sereniv.therapy.treatment.order_life import live_order
from sereniv.therapy.treatment.tolerance import TENTH


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What of a person is open beside their own record: the orders by which a pump ran, links, sessions by chair.

    `links` is how many links on the person's own phone work now; `sessions` are those that are open.
    """

    used: frozenset[int] = frozenset()
    links: int = 0
    sessions: tuple[tuple[str, SessionChart], ...] = ()


OF_EVERY_VISIT = frozenset({"died", "erased"})
"""The acts that reach whatever a person is booked for; the others, infusions alone."""


def open_of_person(
    chart: PersonChart,
    beside: Beside,
    now: datetime,
    zone: tzinfo,
    knowledge: Knowledge,
    *,
    doses: bool,
    every_visit: bool = False,
) -> Open:
    """Return what stands open of a person: infusions booked, the live order, what their phone says, and at a chair.

    With `doses` in mg, or without, for whoever reads no orders; with `every_visit` whatever else is booked too.
    """
    booked = [
        f"{each.purpose} {each.starts_at.astimezone(zone):%a %d %b, %H:%M}, {each.chair}"
        for each in appointments(chart)
        if each.state is AppointmentState.BOOKED
        and each.ends_at > now
        and (every_visit or each.purpose is Purpose.INFUSION)
    ]
    found = live_order(chart, beside.used, now, knowledge)
    orders = []
    if found is not None:
        signed = found.order.signed
        of = f" of {plain(signed.event.dose_mg)} mg," if doses else ""
        orders = [f"order{of} signed {signed.at.astimezone(zone):%d %b %H:%M}"]
    phone = f"how to prepare for these, on {beside.links} link{'s' if beside.links > 1 else ''} on their own phone"
    return {
        Standing.BOOKINGS: booked,
        Standing.ORDERS: orders,
        Standing.PHONE: [phone] if beside.links else [],
        Standing.CHAIR: [at_the_chair(chair, session, now, zone, doses=doses) for chair, session in beside.sessions],
    }


def at_the_chair(chair: str, session: SessionChart, now: datetime, zone: tzinfo, *, doses: bool) -> str:
    """Say in a few words what is open at a chair, and with `doses` how much has run in."""
    if session.phase not in RUNNING:
        where = "in recovery, the pump stopped" if session.started_at else "being prepared, nothing has run"
        return f"session at {chair}: {where}"
    mg = f"{plain(given_mg(session, now).quantize(TENTH))} of {plain(session.plan.dose_mg)} mg" if doses else ""
    runs = "paused" if session.phase is Phase.PAUSED else "running"
    began = f", begun {session.started_at.astimezone(zone):%H:%M}" if session.started_at else ""
    return f"infusion {runs} at {chair}{began}{f', {mg} given' if doses else ''}"

"""What an act about a person would touch now: asked by the page that asks for the act, before it is done."""

from datetime import datetime

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import OPEN_PHASES, Id
from sereniv.clinic.records.their_sessions import sessions_of
from sereniv.clinic.workflows.orders.order_state import used_orders
from sereniv.clinic.workflows.phone import invitations
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.therapy.correction.reach import OF_EVERY_VISIT, Beside, Touched, open_of_person, touched


def of_person(act: str, person_id: Id, now: datetime, *, doses: bool = False) -> tuple[Touched, ...]:
    """Return what an act about a person reaches of what stands open of them.

    `doses` for a page whose reader reads orders: without it, an order is told of by the moment it was signed.
    """
    chart, rules = chart_store.person_chart(person_id), rules_in_force(now)
    beside = Beside(
        used=used_orders(person_id),
        links=len(invitations.open_of(person_id, now)),
        sessions=tuple((row.chair, found) for row, found in sessions_of(person_id) if row.phase in OPEN_PHASES),
    )
    every_visit = act in OF_EVERY_VISIT
    found = open_of_person(chart, beside, now, home_zone(), rules, doses=doses, every_visit=every_visit)
    return touched(act, found, rules)

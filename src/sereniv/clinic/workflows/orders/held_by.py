"""Which live orders other rules would hold, or let go: said before the rules are signed."""

from dataclasses import dataclass
from datetime import datetime

from sereniv.clinic.records import chart_store, over_streams
from sereniv.clinic.records.models import Id, Person
from sereniv.clinic.workflows.orders.order_state import sign_anew, used_orders
from sereniv.clinic.workflows.shell.in_force import as_if, rules_in_force
from sereniv.knowledge import Knowledge
from sereniv.therapy.person.chart import Order
from sereniv.therapy.person.events import OrderSigned
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.treatment import order_life

GOES_ON = "Nothing of it holds the order."


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHeld:
    """One live order that other rules would hold, or would hold no more: whose, and what is said of it by each."""

    person: Person
    order: Order
    before: str
    after: str

    @property
    def is_held_anew(self) -> bool:
        """True where it may be carried out now, and could not be by the other rules."""
        return not self.before and bool(self.after)

    @property
    def words(self) -> str:
        """Name the order."""
        signed = "co-signed" if self.order.co_signed is not None else "signed"
        return f"Order of {plain(self.order.terms.dose_mg)} mg, infusion {self.order.terms.infusion_number}, {signed}"


def orders_held(after: Knowledge, now: datetime) -> tuple[OrderHeld, ...]:
    """Return every live order, a seated one among them, of which other rules would say otherwise."""
    found = []
    for person in _with_an_order(now):
        before = _held(person.pk, now)
        with as_if(after):
            then = _held(person.pk, now)
        order, was = before
        if order is not None and was != then[1]:
            found.append(OrderHeld(person=person, order=order, before=was, after=then[1]))
    return tuple(found)


def live_orders(now: datetime) -> tuple[tuple[Person, Order], ...]:
    """Return every live order of the clinic with whose it is; one that waits at a chair is among them."""
    found = ((person, _held(person.pk, now)[0]) for person in _with_an_order(now))
    return tuple((person, order) for person, order in found if order is not None)


def _with_an_order(now: datetime) -> tuple[Person, ...]:
    since = now - order_life.valid_for(rules_in_force(now))
    ids = {name.partition("/")[2] for name in over_streams.streams_with_lately(OrderSigned, since)}
    return tuple(Person.objects.filter(pk__in=ids, joined_into=None).order_by("family_name", "given_names"))


def _held(person_id: Id, now: datetime) -> tuple[Order | None, str]:
    """Return the live order of somebody, and what holds it until it is signed anew."""
    chart = chart_store.person_chart(person_id)
    live = order_life.live_order(chart, used_orders(person_id), now, rules_in_force(now))
    return (live.order, sign_anew(person_id, live.order, now)) if live is not None else (None, "")

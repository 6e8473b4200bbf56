"""Where the orders of a person stand, asked by every step that is taken with one."""

from datetime import datetime

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Id
from sereniv.clinic.workflows.course.treatment import ran, treatment_of
from sereniv.clinic.workflows.orders.limits_now import past_since
from sereniv.clinic.workflows.shell.acting import Act, names_of_staff
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge.rows import OrderAct
from sereniv.therapy.person import events as ev
from sereniv.therapy.person.chart import Order
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.events import SessionOpened
from sereniv.therapy.session.ran import Ran, ran_of
from sereniv.therapy.treatment import last_time, order_life
from sereniv.therapy.treatment.last_time import doses_before, otherwise_now
from sereniv.therapy.treatment.order_life import OrderNow


def infusion_starts(person_id: Id) -> tuple[datetime, ...]:
    """Return when each infusion of a person began, the first one first; the one that still runs is among them."""
    return tuple(chart.started_at for chart in ran(person_id) if chart.started_at is not None)


def ran_before(person_id: Id, now: SessionChart) -> tuple[Ran, ...]:
    """Return every infusion of a person but the one that a session is about, the first one first."""
    found = (ran_of(chart) for chart in ran(person_id))
    return tuple(each for each in found if each is not None and each.began != now.started_at)


def infusions_run(person_id: Id) -> tuple[SessionOpened, ...]:
    """Return the sessions of a person in which the pump ran, first one first; the one that still runs is among them."""
    return tuple(chart.opened.event for chart in ran(person_id) if chart.opened is not None)


def used_orders(person_id: Id) -> frozenset[int]:
    """Return the orders of a person by which a pump ran."""
    return frozenset(opened.order for opened in infusions_run(person_id))


def order_now(person_id: Id, order: int, act: Act) -> OrderNow | None:
    """Return one order as it stands, None where there is no such order."""
    found = chart_store.person_chart(person_id).order_numbered(order)
    if found is None:
        return None
    return order_life.stand(found, used_orders(person_id), act.now, rules_in_force(act.now))


def otherwise_since(person_id: Id, order: Order | None, now: datetime) -> tuple[ev.ShownLine, ...]:
    """Return what reads otherwise now than it did for whoever signed an order."""
    if order is None or not order.shown:
        return ()
    return otherwise_now(order.shown, treatment_of(person_id, now).last_time)


def sign_anew(person_id: Id, order: Order | None, now: datetime) -> str:
    """Say why an order is to be signed anew by what came since: harm of the last dose, a limit it now passes; or "".

    Nothing is asked of one by which a pump ran.
    """
    rules, stands = rules_in_force(now), treatment_of(person_id, now)
    protocol = rules.protocols.get(order.terms.protocol) if order is not None else None
    if order is None or protocol is None or order.signed.stream_seq in stands.used_orders:
        return ""
    given = doses_before(stands.infusions, stands.chart, protocol.kind, rules, now)
    return last_time.not_borne_since(order, given) or past_since(order, stands, protocol, now)


def sign_anew_before(session: SessionChart, now: datetime) -> str:
    """Say so of the order that a session was opened for; "" once its pump ran."""
    if session.opened is None or session.started_at is not None:
        return ""
    person_id = session.opened.event.person
    order = chart_store.person_chart(person_id).order_numbered(session.opened.event.order)
    return sign_anew(person_id, order, now)


def why_not_drawn_for(session: SessionChart, act: Act) -> str:
    """Say why no drug is drawn for the order of a session; "" where it may be, or once its pump ran."""
    if session.opened is None or session.started_at is not None:
        return ""
    person_id, order = session.opened.event.person, session.opened.event.order
    found = order_now(person_id, order, act)
    if found is None:
        return "There is no such order."
    if not rules_in_force(act.now).order_steps[OrderAct.DRAW].allows(found.state):
        return found.words(names_of_staff())
    return sign_anew(person_id, found.order, act.now)


def live_order(person_id: Id, act: Act) -> OrderNow | None:
    """Return the one order of a person that may be carried out, or waits for its co-signature."""
    chart = chart_store.person_chart(person_id)
    return order_life.live_order(chart, used_orders(person_id), act.now, rules_in_force(act.now))


def live_instead(person_id: Id, order: Order | None, act: Act) -> OrderNow | None:
    """Return the live order where it is another than the one a page was opened for, None otherwise."""
    live = live_order(person_id, act)
    entry = order.signed.stream_seq if order is not None else None
    return live if live is not None and live.entry != entry else None


def orders_ended(person_id: Id, why: str, now: datetime) -> tuple[ev.OrderWithdrawn, ...]:
    """Return what withdraws a person's live order with an act that takes its ground away."""
    chart = chart_store.person_chart(person_id)
    return order_life.ended_with(chart, used_orders(person_id), now, rules_in_force(now), why)


def demand_order(asked: OrderAct, person_id: Id, order: int, act: Act) -> OrderNow:
    """Return an order when it lets an act happen now; asked inside the turn of whoever acts.

    Raises
    ------
    Refused
        With where the order stands, and what replaced it.
    """
    return order_life.demand(asked, order_now(person_id, order, act), rules_in_force(act.now), names_of_staff())

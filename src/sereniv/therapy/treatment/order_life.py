"""The life of an order: every step that is taken with one asks here, on the chart as it then is.

One order of a person can be live: the newest that was signed, until it is used, withdrawn or too old. An older one
that was not used by then is replaced for good. What each act asks is a table, `knowledge/order_steps.toml`.
"""

from collections.abc import Callable, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from sereniv.knowledge.rows import Knowledge, OrderAct, OrderState
from sereniv.therapy.person.chart import Order, PersonChart
from sereniv.therapy.person.events import OrderWithdrawn
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.recording.typed_values import plain

LIVE = frozenset({OrderState.SIGNED, OrderState.CO_SIGNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNow:
    """An order and where it stands at one moment."""

    order: Order
    state: OrderState
    valid_for: timedelta

    @property
    def entry(self) -> int:
        """The number of the order in its person's stream."""
        return self.order.signed.stream_seq

    @property
    def is_live(self) -> bool:
        """True while it may be carried out, or waits only for its co-signature."""
        return self.state in LIVE

    def words(self, name_of: Callable[[str], str] = str) -> str:
        """Say where it stands, in a sentence for whoever wants to do something with it."""
        order = self.order
        match self.state:
            case OrderState.SIGNED:
                return "Not co-signed: a second person checks dose and rate independently."
            case OrderState.CO_SIGNED:
                return f"Already co-signed by {name_of(order.co_signed.recorded_by)}." if order.co_signed else ""
            case OrderState.USED:
                return "An infusion of this order was run. It stays as it was signed; another one is signed anew."
            case OrderState.REPLACED:
                return self._replaced(name_of)
            case OrderState.WITHDRAWN:
                return self._withdrawn(name_of)
            case OrderState.EXPIRED:
                hours = self.valid_for // timedelta(hours=1)
                return f"Signed {order.signed.at:%d %b %H:%M}, more than {hours} h ago: it is signed anew."

    def _replaced(self, name_of: Callable[[str], str]) -> str:
        newer = self.order.replaced_by
        if newer is None:
            return "Replaced by a newer order."
        return (
            f"This order of {plain(self.order.terms.dose_mg)} mg was replaced on {newer.at:%d %b %H:%M} by one of "
            f"{plain(newer.event.dose_mg)} mg, signed by {name_of(newer.recorded_by)}. It can no longer be used."
        )

    def _withdrawn(self, name_of: Callable[[str], str]) -> str:
        taken_back = self.order.withdrawn
        if taken_back is None:
            return "This order was withdrawn."
        return f"This order was withdrawn by {name_of(taken_back.recorded_by)}: {taken_back.event.reason}"


def valid_for(knowledge: Knowledge) -> timedelta:
    """Return how long an order may be carried out after it was signed: the gate's row `order`."""
    hours = next(row.max_age_h for row in knowledge.gate if row.id == "order")
    if hours is None:
        raise ValueError("gate.toml, row [order] names no max_age_h.")
    return timedelta(hours=hours)


def stand(
    order: Order, used: Set[int], now: datetime, knowledge: Knowledge, *, seen_from: datetime | None = None
) -> OrderNow:
    """Return where one order stands.

    Whatever the ledger holds has happened, also where a clock that was set back shows an earlier time: an order that
    was replaced or withdrawn does not come back by it.

    Parameters
    ----------
    used
        The entries of those orders by which a pump ran, however that came about: what happened outweighs everything.
    seen_from
        A moment of the past to look from: what became of the order after it does not count then.
    """
    return OrderNow(order=order, state=_state(order, used, now, seen_from, knowledge), valid_for=valid_for(knowledge))


def _state(order: Order, used: Set[int], now: datetime, seen_from: datetime | None, knowledge: Knowledge) -> OrderState:
    if order.signed.stream_seq in used:
        return OrderState.USED
    if order.withdrawn is not None and (seen_from is None or order.withdrawn.at <= seen_from):
        return OrderState.WITHDRAWN
    if order.replaced_by is not None and (seen_from is None or order.replaced_by.at <= seen_from):
        return OrderState.REPLACED
    if now - order.signed.at > valid_for(knowledge):
        return OrderState.EXPIRED
    return OrderState.SIGNED if order.co_signed is None else OrderState.CO_SIGNED


def orders_now(chart: PersonChart, used: Set[int], now: datetime, knowledge: Knowledge) -> tuple[OrderNow, ...]:
    """Return every order of a person as it stands, the oldest first."""
    return tuple(stand(order, used, now, knowledge) for order in chart.orders)


def live_order(chart: PersonChart, used: Set[int], now: datetime, knowledge: Knowledge) -> OrderNow | None:
    """Return the one order that may be carried out, or waits for its co-signature; None where there is none."""
    return next((each for each in orders_now(chart, used, now, knowledge) if each.is_live), None)


def demand(act: OrderAct, found: OrderNow | None, knowledge: Knowledge, name_of: Callable[[str], str]) -> OrderNow:
    """Return the order when it lets the act happen.

    Raises
    ------
    Refused
        When there is no such order, or the table does not allow the act in its state.
    """
    if found is None:
        raise Refused("order", "There is no such order.")
    if not knowledge.order_steps[act].allows(found.state):
        raise Refused("order", found.words(name_of))
    return found


def ended_with(
    chart: PersonChart, used: Set[int], now: datetime, knowledge: Knowledge, why: str
) -> tuple[OrderWithdrawn, ...]:
    """Return what withdraws the live order with an act that takes its ground away; nothing where none is live."""
    found = live_order(chart, used, now, knowledge)
    return (OrderWithdrawn(order=found.entry, reason=why),) if found is not None else ()

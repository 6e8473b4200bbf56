"""The life of an order: whatever was signed, co-signed, withdrawn and run, at most one order is live, the newest."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Cell, OrderAct, OrderState, OrderStep
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import PersonChart, chart_of
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.treatment.order_life import demand, live_order, orders_now, stand, valid_for
from tests.therapy.making import minute, recorded

ORDER = pe.OrderSigned(
    protocol="P-DEP", protocol_version=1, knowledge_version="k", infusion_number=1, weight_entry=1,
    measured_weight_kg=Decimal(140), dose_weight_kg=Decimal(140), weight_basis=pe.WeightBasis.ACTUAL,
    dose_mg_per_kg=Decimal("0.5"), dose_mg=Decimal(70), concentration_mg_per_ml=Decimal(1), volume_ml=Decimal(70),
    rate_ml_per_h=Decimal(105), duration_min=40, limits=(),
)  # fmt: skip
SMALLER = replace(ORDER, dose_mg=Decimal("30.7"), weight_basis=pe.WeightBasis.IDEAL)


def person(*happened: tuple[float, pe.PersonEvent]) -> PersonChart:
    return chart_of(recorded(event, number, minute(at)) for number, (at, event) in enumerate(happened, start=1))


def checked(order: int) -> pe.OrderCoSigned:
    return pe.OrderCoSigned(order=order, dose_mg=Decimal(70), rate_ml_per_h=Decimal(105))


def states(chart: PersonChart, at: float = 60, used: frozenset[int] = frozenset()) -> list[OrderState]:
    return [each.state for each in orders_now(chart, used, minute(at), knowledge())]


def test_a_corrected_order_replaces_the_one_before_for_good() -> None:
    corrected = person((0, ORDER), (1, checked(1)), (5, SMALLER))
    assert states(corrected) == [OrderState.REPLACED, OrderState.SIGNED]
    old = orders_now(corrected, frozenset(), minute(6), knowledge())[0]
    assert "70 mg was replaced" in old.words()
    assert "30.7 mg, signed by nurse" in old.words()
    taken_back = person((0, ORDER), (1, checked(1)), (5, SMALLER), (6, pe.OrderWithdrawn(order=3, reason="typed")))
    assert states(taken_back) == [OrderState.REPLACED, OrderState.WITHDRAWN], "the older one does not come back"
    assert live_order(taken_back, frozenset(), minute(7), knowledge()) is None


def test_what_a_pump_ran_by_is_used_whatever_was_signed_since() -> None:
    newer = person((0, ORDER), (1, checked(1)), (45, SMALLER))
    assert states(newer, used=frozenset({1})) == [OrderState.USED, OrderState.SIGNED]
    withdrawn = person((0, ORDER), (1, pe.OrderWithdrawn(order=1, reason="weight")))
    assert states(withdrawn, used=frozenset({1})) == [OrderState.USED]


def test_an_order_lives_as_long_as_the_gate_says() -> None:
    chart = person((0, ORDER), (1, checked(1)))
    last = valid_for(knowledge()) / timedelta(minutes=1)
    assert states(chart, last) == [OrderState.CO_SIGNED]
    assert states(chart, last + 1) == [OrderState.EXPIRED]
    assert "more than 24 h ago" in orders_now(chart, frozenset(), minute(last + 1), knowledge())[0].words()


def test_a_look_back_sees_what_stood_then() -> None:
    corrected = person((0, ORDER), (1, checked(1)), (5, SMALLER))
    old, rules = corrected.orders[0], knowledge()
    assert stand(old, frozenset(), minute(4), rules, seen_from=minute(4)).state is OrderState.CO_SIGNED
    assert stand(old, frozenset(), minute(5), rules, seen_from=minute(5)).state is OrderState.REPLACED


def test_a_clock_that_was_set_back_brings_no_order_back() -> None:
    """An hour back, the old 70 mg was live again beside the 30.7 mg that had replaced them, and was seated for."""
    corrected = person((0, ORDER), (1, checked(1)), (60, SMALLER))
    assert states(corrected, 30) == [OrderState.REPLACED, OrderState.SIGNED]
    withdrawn = person((0, ORDER), (1, checked(1)), (60, pe.OrderWithdrawn(order=1, reason="typed")))
    assert states(withdrawn, 30) == [OrderState.WITHDRAWN]


ALLOWED = {
    OrderAct.CO_SIGN: {OrderState.SIGNED},
    OrderAct.SEAT: {OrderState.SIGNED, OrderState.CO_SIGNED},
    OrderAct.DRAW: {OrderState.CO_SIGNED},
    OrderAct.START: {OrderState.CO_SIGNED},
    OrderAct.WITHDRAW: {OrderState.SIGNED, OrderState.CO_SIGNED, OrderState.REPLACED, OrderState.EXPIRED},
}


@pytest.mark.parametrize("act", OrderAct)
@pytest.mark.parametrize("state", OrderState)
def test_every_cell_of_the_table_is_walked(act: OrderAct, state: OrderState) -> None:
    two = person((0, ORDER), (1, checked(1)))
    charts = {
        OrderState.SIGNED: (person((0, ORDER)), 10.0, frozenset[int]()),
        OrderState.CO_SIGNED: (two, 10.0, frozenset[int]()),
        OrderState.USED: (two, 10.0, frozenset({1})),
        OrderState.REPLACED: (person((0, ORDER), (1, checked(1)), (5, SMALLER)), 10.0, frozenset[int]()),
        OrderState.WITHDRAWN: (
            person((0, ORDER), (1, pe.OrderWithdrawn(order=1, reason="weight"))), 10.0, frozenset[int](),
        ),
        OrderState.EXPIRED: (two, 24 * 60 + 1.0, frozenset[int]()),
    }  # fmt: skip
    chart, at, used = charts[state]
    found = orders_now(chart, used, minute(at), knowledge())[0]
    assert found.state is state
    if state in ALLOWED[act]:
        assert demand(act, found, knowledge(), str) is found
    else:
        with pytest.raises(Refused) as no:
            demand(act, found, knowledge(), str)
        assert len(no.value.reason) > 20, "it says where the order stands"


def test_a_row_with_an_empty_cell_does_not_load() -> None:
    row = knowledge().order_steps["seat"]
    with pytest.raises(ValueError, match="missing: expired"):
        replace(row, cells={state: Cell.ALLOWS for state in OrderState if state is not OrderState.EXPIRED})
    with pytest.raises(ValueError, match="no step"):
        replace(row, id="start_twice")
    assert isinstance(row, OrderStep)
    assert set(knowledge().order_steps) == set(OrderAct)


HISTORIES = st.lists(
    st.tuples(st.sampled_from(["sign", "check", "withdraw"]), st.integers(1, 12), st.integers(0, 900)), max_size=12
)


@given(history=HISTORIES, ran=st.frozensets(st.integers(1, 12), max_size=3), later=st.integers(0, 3000))
def test_no_two_orders_are_ever_live(history: list[tuple[str, int, int]], ran: frozenset[int], later: int) -> None:
    minutes, happened = 0.0, list[tuple[float, pe.PersonEvent]]()
    for what, which, pause in history:
        minutes += pause
        event = {
            "sign": ORDER, "check": checked(which), "withdraw": pe.OrderWithdrawn(order=which, reason="a test"),
        }[what]  # fmt: skip
        happened.append((minutes, event))
    chart = person(*happened)
    found = orders_now(chart, ran, minute(minutes + later), knowledge())
    live = [each for each in found if each.is_live]
    assert len(live) <= 1
    assert not live or live[0] == found[-1], "only the newest"
    assert all(each.state is OrderState.USED for each in found if each.entry in ran)

"""Random histories in every indication: one order is live, nobody sits for another, no hard step is signed alone."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

import numpy as np
import pytest

from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows import charting, intake, order_state, orders, sessions
from sereniv.clinic.workflows.orders import protocols_for
from sereniv.clinic.workflows.rules import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.session import events as ev
from sereniv.therapy.treatment import order_life
from tests.conftest import NOON, ActMaker
from tests.workflows.coursing import eligible

pytestmark = pytest.mark.django_db
STEPS = 40
Chosen = TypeVar("Chosen")
WHY = "Agreed after a talk with both of them."


class History:
    """One person, and what a careless clinic tries with their orders."""

    def __init__(self, act: ActMaker, indication: str, seed: int) -> None:
        self.act, self.dice, self.now = act, np.random.default_rng(seed), NOON
        self.person = eligible(act, NOON, indication)
        here = [each for each in protocols_for(indication, knowledge()) if each.outpatient]
        self.protocol = self.pick(here)
        self.weigh()

    def pick(self, choices: Sequence[Chosen]) -> Chosen:
        return choices[int(self.dice.integers(len(choices)))]

    def weigh(self) -> None:
        weight = {"weight_kg": "70", "height_cm": "178"}
        intake.record_measurements(self.person, weight, self.act("nurse", now=self.now))

    def wanted(self) -> orders.Wanted:
        by_rate = self.protocol.rate_mg_per_kg_per_h is not None
        times = Decimal(self.pick(["0.5", "1", "1", "1.4", "2"]))
        return orders.Wanted(
            protocol=self.protocol.id,
            dose_mg_per_kg=None if by_rate else (self.protocol.dose_mg_per_kg or Decimal(0)) * times,
            rate_mg_per_kg_per_h=(self.protocol.rate_mg_per_kg_per_h or Decimal(0)) * times if by_rate else None,
            cap_mg_per_h=self.protocol.cap_mg_per_h,
            duration_min=self.protocol.duration_min,
            concentration_mg_per_ml=self.protocol.concentration_mg_per_ml,
            weight_basis=self.pick(list(pe.WeightBasis)),
        )

    def sign(self) -> None:
        second = self.pick(["", "nurse2", "director"])
        head = chart_store.person_chart(self.person).head
        orders.sign_order(
            self.person, self.wanted(), self.pick(["", WHY]), head,
            self.act("prescriber", now=self.now, second=second),
        )  # fmt: skip

    def any_order(self) -> int:
        known = [each.signed.stream_seq for each in chart_store.person_chart(self.person).orders]
        return self.pick(known) if known else 1

    def co_sign(self) -> None:
        entry = self.any_order()
        found = chart_store.person_chart(self.person).order_numbered(entry)
        if found is not None:
            terms = found.terms
            orders.co_sign_order(
                self.person, entry, terms.dose_mg, terms.rate_ml_per_h, self.act("nurse2", now=self.now)
            )

    def withdraw(self) -> None:
        orders.withdraw_order(self.person, self.any_order(), WHY, self.act("prescriber", now=self.now))

    def seat(self) -> None:
        """Seat for any order; whoever sits was seated for the live one. What ran is then charted as found running."""
        entry = self.any_order()
        live = order_state.live_order(self.person, self.act("nurse", now=self.now))
        session = sessions.open_session(self.person, entry, "Chair 1", self.act("nurse", now=self.now))
        assert live is not None
        assert entry == live.entry, "somebody was seated for an order that is not the live one"
        self.run(session)

    def run(self, session: uuid.UUID) -> None:
        plan = chart_store.session_chart_of(session).plan
        found = ev.InfusionFoundRunning(rate_ml_per_h=plan.rate_ml_per_h, deviation="test")
        charting.chart_fact(session, found, self.act("nurse", now=self.now))
        self.now += timedelta(minutes=plan.duration_min)
        charting.chart_fact(session, ev.InfusionStopped(reason="done"), self.act("nurse", now=self.now))
        self.now += timedelta(days=self.pick([2, 7]))
        self.weigh()

    def wait(self) -> None:
        self.now += timedelta(hours=self.pick([1, 30]))
        self.weigh()

    def check(self) -> None:
        chart, used = chart_store.person_chart(self.person), order_state.used_orders(self.person)
        standing = order_life.orders_now(chart, used, self.now, rules_in_force(self.now))
        assert sum(each.is_live for each in standing) <= 1, "two orders are live"
        for order in chart.orders:
            hard = [each for each in order.terms.limits if each.severity == "hard"]
            assert not hard or order.signed.co_signed_by == "director", f"{hard[0].limit} was signed alone"
            assert not any(each.severity == "absolute" for each in order.terms.limits)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("indication", sorted(knowledge().indications))
def test_whatever_is_tried_one_order_is_live_and_no_hard_step_is_taken_alone(
    act: ActMaker, indication: str, seed: int
) -> None:
    history = History(act, indication, seed * 100 + len(indication))
    tried = (history.sign, history.sign, history.co_sign, history.withdraw, history.seat, history.wait)
    for _ in range(STEPS):
        try:
            history.pick(tried)()
        except (Refused, Malformed):
            continue
        finally:
            history.check()
    assert chart_store.person_chart(history.person).orders

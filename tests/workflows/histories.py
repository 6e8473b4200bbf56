"""A person, and what a careless clinic tries with their orders: the histories that properties are held against."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

import numpy as np

from sereniv.clinic.demo.stage import GATE_WORDS
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.chair import care, charting, sessions
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.orders import order_state, orders
from sereniv.clinic.workflows.orders.orders import protocols_for
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.stock import stock
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import OrderState
from sereniv.therapy.custody import VialReceived
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import Phase
from sereniv.therapy.treatment import order_life
from tests.conftest import NOON, ActMaker
from tests.therapy.making import GONE_THROUGH
from tests.workflows.coursing import consent_again, decided, eligible, query_again

Chosen = TypeVar("Chosen")
MOST_OVER = Decimal("1.81")
"""Times the last dose that was borne (row `dose_step_percent`, a little over for rounding): beyond it two sign."""
WHY = "Agreed after a talk with both of them."


class History:
    """One person, and what a careless clinic tries with their orders."""

    def __init__(self, act: ActMaker, indication: str, seed: int) -> None:
        self.act, self.dice, self.now = act, np.random.default_rng(seed), NOON
        self.person, self.indication = eligible(act, NOON, indication), indication
        here = [each for each in protocols_for(indication, knowledge()) if each.outpatient]
        self.protocol = self.pick(here)
        self.sitting: uuid.UUID | None = None
        self.started = 0
        self.given: list[tuple[Decimal, bool]] = []
        """What each infusion gave in mg by our own reckoning, and whether that was the whole dose."""
        self.steps = 0
        self.weigh()
        for each in GONE_THROUGH:
            people.record(self.person, each, act("nurse"))
        consent_again(act, self.person, NOON)
        intake.record_pregnancy(self.person, pe.Pregnancy.NOT_APPLICABLE, "male", act("nurse"), breastfeeding=False)

    def pick(self, choices: Sequence[Chosen]) -> Chosen:
        return choices[int(self.dice.integers(len(choices)))]

    def weigh(self) -> None:
        weight = {"weight_kg": "70", "height_cm": "178"}
        intake.record_measurements(self.person, weight, self.act("nurse", now=self.now))

    def wanted(self) -> orders.Wanted:
        by_rate = self.protocol.rate_mg_per_kg_per_h is not None
        times = Decimal(self.pick(["0.5", "1", "1", "1", "1.4", "2"]))
        return orders.Wanted(
            protocol=self.protocol.id,
            dose_mg_per_kg=None if by_rate else (self.protocol.dose_mg_per_kg or Decimal(0)) * times,
            rate_mg_per_kg_per_h=(self.protocol.rate_mg_per_kg_per_h or Decimal(0)) * times if by_rate else None,
            cap_mg_per_h=self.protocol.cap_mg_per_h,
            duration_min=self.protocol.duration_min,
            concentration_mg_per_ml=self.protocol.concentration_mg_per_ml,
            weight_basis=self.pick([*pe.WeightBasis, pe.WeightBasis.ACTUAL, pe.WeightBasis.ACTUAL]),
        )

    def sign(self) -> None:
        live = order_state.live_order(self.person, self.act("nurse", now=self.now))
        if live is not None and self.dice.random() < (0.8 if self.sitting is None else 0.5):
            return
        second = self.pick(["", "nurse2", "director", "director"])
        head = chart_store.person_chart(self.person).head
        orders.sign_order(
            self.person, self.wanted(), self.pick(["", WHY, WHY]), head,
            self.act("prescriber", now=self.now, second=second),
        )  # fmt: skip
        signed = chart_store.person_chart(self.person).orders[-1]
        before = [mg for mg, whole in self.given if whole][-1:] or [mg for mg, _ in self.given[-1:]]
        if before and signed.terms.dose_mg > before[0] * MOST_OVER:
            self.steps += 1
            assert signed.signed.co_signed_by == "director", f"{signed.terms.dose_mg} mg after {before[0]} mg, alone"

    def any_order(self) -> int:
        known = [each.signed.stream_seq for each in chart_store.person_chart(self.person).orders]
        return self.pick((*known, *known[-1:] * 2 * len(known))) if known else 1

    def co_sign(self) -> None:
        entry = self.any_order()
        found = chart_store.person_chart(self.person).order_numbered(entry)
        if found is not None:
            terms = found.terms
            orders.co_sign_order(
                self.person, entry, terms.dose_mg, terms.rate_ml_per_h, self.act("nurse2", now=self.now)
            )

    def withdraw(self) -> None:
        if self.dice.random() < 0.6:
            return
        orders.withdraw_order(self.person, self.any_order(), WHY, self.act("prescriber", now=self.now))

    def seat(self) -> None:
        """Seat for any order; whoever sits was seated for the live one."""
        entry = self.any_order()
        live = order_state.live_order(self.person, self.act("nurse", now=self.now))
        session = sessions.open_session(self.person, entry, "Chair 1", self.act("nurse", now=self.now))
        self.sitting = session
        assert live is not None
        assert entry == live.entry, "somebody was seated for an order that is not the live one"

    def draw(self) -> None:
        if self.sitting is None:
            return
        vial = uuid.uuid4()
        received = VialReceived(
            label=str(vial), ndc="00000-0000-00", lot="A", expires=(self.now + timedelta(days=300)).date(),
            strength_mg_per_ml=Decimal(50), volume_ml=Decimal(10), supplier="Supply",
            unusual_reason="The strength we order",
        )  # fmt: skip
        stock.receive_vial(received, self.act("nurse", now=self.now, second="nurse2"), vial)
        volume = chart_store.session_chart_of(self.sitting).plan.volume_ml
        sessions.prepare_drug(self.sitting, vial, volume, self.act("nurse", now=self.now, second="nurse2"))

    def start(self) -> None:
        """Pass over whatever may be, pass the gate and start; whoever starts does so by the live, co-signed order."""
        if self.sitting is None:
            return
        chart = chart_store.session_chart_of(self.sitting)
        nurse = self.act("nurse", now=self.now)
        if chart.phase is Phase.PREPARING:
            if chart.prepared is None and self.dice.random() < 0.8:
                self.draw()
            self.pass_over(self.sitting)
            sessions.pass_gate(self.sitting, chart_store.session_chart_of(self.sitting).head, nurse)
        else:
            live = order_state.live_order(self.person, nurse)
            sessions.start(self.sitting, chart.plan.rate_ml_per_h, chart.head, nurse)
            assert chart.opened is not None
            assert live is not None, "somebody was started by no live order"
            assert live.entry == chart.opened.event.order, "somebody was started by an order that is not the live one"
            assert live.state is OrderState.CO_SIGNED, "somebody was started by an order that nobody checked"
            self.started += 1
            self.run(self.sitting)

    def pass_over(self, session: uuid.UUID) -> None:
        typed = {"systolic": "124", "diastolic": "78", "heart_rate": "72", "spo2": "98", "respiratory_rate": "14"}
        self.weigh()
        charting.chart_vitals(session, typed, self.act("nurse", now=self.now))
        screens = tuple(next(row for row in knowledge().gate if row.id == "interval_history").screens)
        care.screen(session, screens, (), ev.Suicidality.NONE, "", self.act("nurse", now=self.now))
        for row in (each for each in knowledge().gate if each.kind == "attested"):
            sessions.attest(session, row.id, True, GATE_WORDS.get(row.id, ""), self.act("nurse", now=self.now))
        nurse = self.act("nurse", now=self.now)
        for line in sessions.gate_lines(chart_store.session_chart_of(session), nurse):
            if not line.lets_pass and line.may_be_passed_over:
                why = f"{WHY}: {line.row.title}"
                sessions.override(session, line.row.id, why, self.act("prescriber", now=self.now, second="director"))

    def found_running(self) -> None:
        """Chart that it ran, whatever the gate said: a fact is never refused."""
        if self.sitting is not None and self.dice.random() < 0.3:
            found = ev.InfusionFoundRunning(rate_ml_per_h=Decimal(10), deviation="test")
            charting.chart_fact(self.sitting, found, self.act("nurse", now=self.now))
            self.run(self.sitting)

    def leave(self) -> None:
        """Close a session that never ran, its drug accounted for; mostly one whose order is no longer the live one."""
        if self.sitting is None:
            return
        chart, nurse = chart_store.session_chart_of(self.sitting), self.act("nurse", now=self.now, second="nurse2")
        live = order_state.live_order(self.person, nurse)
        is_live = live is not None and chart.opened is not None and live.entry == chart.opened.event.order
        if is_live and self.dice.random() < 0.9:
            return
        if chart.prepared is not None:
            drawn = chart.prepared.event.drawn_mg
            charting.reconcile_drug(self.sitting, Decimal(0), drawn, "denatured", "", nurse)
        sessions.close_unused(self.sitting, "did not go on today", self.act("nurse", now=self.now))
        self.sitting = None

    def run(self, session: uuid.UUID, part: Decimal = Decimal(1)) -> None:
        """Let it run for a part of its time, charted as it was, and the patient go home."""
        plan = chart_store.session_chart_of(session).plan
        minutes = int(plan.duration_min * part)
        self.now += timedelta(minutes=minutes)
        rate = chart_store.session_chart_of(session).rates[-1].rate_ml_per_h
        volume = min(rate * minutes / 60, plan.volume_ml)
        is_whole = volume >= plan.volume_ml * Decimal("0.95")
        self.given.append((volume * plan.concentration_mg_per_ml, is_whole))
        charting.chart_fact(session, ev.InfusionStopped(reason="done"), self.act("nurse", now=self.now))
        head, self.now = chart_store.session_chart_of(session).head, self.now + timedelta(hours=2)
        leaves = self.act("prescriber", now=self.now)
        sessions.discharge(session, "Kim", True, WHY, head, leaves, identity_checked=True)
        self.sitting = None
        self.now += timedelta(days=self.pick([2, 7, 7]))
        self.weigh()

    def a_visit(self) -> None:
        """Order whatever dose, and run it whole or in part: the course is reviewed and its scores are taken."""
        self.now += timedelta(days=3)
        self.weigh()
        for outcome in (pe.ReviewOutcome.MAINTENANCE, pe.ReviewOutcome.CONTINUE):
            with suppress(Refused, Malformed):
                head = chart_store.person_chart(self.person).head
                courses.review(self.person, outcome, WHY, 7, head, self.act("prescriber", now=self.now))
                break
        for _ in range(6):
            with suppress(Refused, Malformed):
                self.sign()
                break
        order = chart_store.person_chart(self.person).orders[-1].signed.stream_seq
        session = sessions.open_session(self.person, order, "Chair 1", self.act("nurse", now=self.now))
        plan = chart_store.session_chart_of(session).plan
        found = ev.InfusionFoundRunning(rate_ml_per_h=plan.rate_ml_per_h, deviation="test")
        charting.chart_fact(session, found, self.act("nurse", now=self.now))
        self.run(session, self.pick([Decimal("0.5"), Decimal(1), Decimal(1)]))

    def review(self) -> None:
        head = chart_store.person_chart(self.person).head
        outcome = self.pick([*pe.ReviewOutcome, *[pe.ReviewOutcome.CONTINUE] * 20])
        by = self.act("prescriber", now=self.now, second="director")
        courses.review(self.person, outcome, WHY, 7, head, by, ending=pe.Ending.OTHER)

    def wait(self) -> None:
        """Let time pass; whoever's course has ended by then is decided anew, as a second course asks."""
        self.now += timedelta(hours=self.pick([1, 1, 1, 30]))
        decided(self.act, self.person, self.now, self.indication)
        consent_again(self.act, self.person, self.now)
        query_again(self.act, self.person, self.now)
        self.weigh()

    def check(self) -> None:
        chart, used = chart_store.person_chart(self.person), order_state.used_orders(self.person)
        standing = order_life.orders_now(chart, used, self.now, rules_in_force(self.now))
        assert sum(each.is_live for each in standing) <= 1, "two orders are live"
        for order in chart.orders:
            hard = [each for each in order.terms.limits if each.severity == "hard"]
            assert not hard or order.signed.co_signed_by == "director", f"{hard[0].limit} was signed alone"
            assert not any(each.severity == "absolute" for each in order.terms.limits)

"""Orders, gates, infusions and their notes."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person, SessionRow
from sereniv.clinic.workflows.chair import care, charting, monitors, notes, sessions
from sereniv.clinic.workflows.orders import order_state, orders
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import Phase
from tests.web.today.careless.hands import WHY, Hands


class AtTheChairs(Hands):
    """Orders, gates, infusions and their notes."""

    def orders(self) -> None:
        eligible = [
            each for each in Person.objects.order_by("pk")
            if (made := chart_store.person_chart(each.pk).decisions)
            and made[-1].event.decision is pe.Decision.ELIGIBLE
        ]  # fmt: skip
        newest = max(eligible, key=lambda each: each.registered_at)
        who = self.pick([newest, *eligible])
        self.stage.arrives(self._cast(who), self.clock.shown - timedelta(minutes=20))
        protocol = next(each for each in orders.protocols_for(who.indication, knowledge()) if each.outpatient)
        wanted = orders.Wanted(
            protocol=protocol.id, dose_mg_per_kg=protocol.dose_mg_per_kg, cap_mg_per_h=protocol.cap_mg_per_h,
            rate_mg_per_kg_per_h=protocol.rate_mg_per_kg_per_h, duration_min=protocol.duration_min,
            concentration_mg_per_ml=protocol.concentration_mg_per_ml, weight_basis=pe.WeightBasis.ACTUAL,
        )  # fmt: skip
        orders.sign_order(who.pk, wanted, WHY, self.head(who), self.act("prescriber", "director"))

    def _cast(self, who: Person) -> cast_list.DemoPerson:
        known = {
            demo_id(each.name): each for each in vars(cast_list).values() if isinstance(each, cast_list.DemoPerson)
        }
        named = known.get(who.pk)
        return named or replace(cast_list.CANDIDATE, name=self._name(who), sex_at_birth=who.sex_at_birth)

    def _name(self, who: Person) -> str:
        names = [f"new-{number}" for number in range(1, 200)]
        return next(each for each in names if demo_id(each) == who.pk)

    def co_signs(self) -> None:
        who = self.pick([each for each in Person.objects.order_by("pk") if chart_store.person_chart(each.pk).orders])
        live = chart_store.person_chart(who.pk).orders[-1]
        entry, terms = live.signed.stream_seq, live.terms
        orders.co_sign_order(who.pk, entry, terms.dose_mg, terms.rate_ml_per_h, self.act("nurse2"))

    def withdraws(self) -> None:
        who = self.pick([each for each in Person.objects.order_by("pk") if chart_store.person_chart(each.pk).orders])
        entry = chart_store.person_chart(who.pk).orders[-1].signed.stream_seq
        orders.withdraw_order(who.pk, entry, WHY, self.act("prescriber"))

    def seats(self) -> None:
        live = [
            (each, order) for each in Person.objects.order_by("pk")
            if (order := order_state.live_order(each.pk, self.act("nurse"))) is not None
        ]  # fmt: skip
        who, order = self.pick(live)
        chair = self.pick(["Chair 1", "Chair 2", "Chair 3", "Chair 4", "Chair 5", "Chair 6"])
        sessions.open_session(who.pk, order.entry, chair, self.act("nurse"))

    def answers_the_gate(self) -> None:
        row, _ = self.a_session(Phase.PREPARING)
        lines = [each.id for each in knowledge().gate if each.kind == "attested"]
        held = self.dice.random() < 0.7
        sessions.attest(row.pk, self.pick(lines), held, "as it was found", self.act("nurse"))

    def passes_over(self) -> None:
        row, chart = self.a_session(Phase.PREPARING)
        for line in sessions.gate_lines(chart, self.act("nurse")):
            if not line.lets_pass and line.may_be_passed_over:
                sessions.override(row.pk, line.row.id, f"{WHY}: {line.row.title}", self.act("prescriber", "director"))

    def starts(self) -> None:
        row, chart = self.a_session(Phase.PREPARING, Phase.READY)
        found = ev.InfusionFoundRunning(rate_ml_per_h=chart.plan.rate_ml_per_h, deviation="as it was found")
        if chart.prepared is None:
            vial = self.stage.vial_with(chart.plan.dose_mg, self.clock.shown)
            sessions.prepare_drug(row.pk, vial, chart.plan.volume_ml, self.act("nurse", "nurse2"))
        charting.chart_fact(row.pk, found, self.act("nurse"))

    def charts(self) -> None:
        row, _ = self.a_session(Phase.INFUSING, Phase.PAUSED, Phase.RECOVERY)
        typed = self.pick([
            {"systolic": "124", "diastolic": "78", "heart_rate": "72", "spo2": "98", "respiratory_rate": "14"},
            {"spo2": "84"},
            {"systolic": "88", "diastolic": "121"},
        ])  # fmt: skip
        charting.chart_vitals(row.pk, typed, self.act("nurse"))
        monitors.watch_session(row.pk, self.clock.shown)

    def notices(self) -> None:
        row, chart = self.a_session(Phase.INFUSING, Phase.PAUSED, Phase.RECOVERY)
        for alert in chart.open_alerts:
            charting.acknowledge(row.pk, alert.raised.event.alert, "Seen, at the chair.", self.act("prescriber"))

    def stops(self) -> None:
        row, _ = self.a_session(Phase.INFUSING, Phase.PAUSED)
        charting.chart_pump(row.pk, ev.InfusionStopped(reason="done for today"), None, self.act("nurse"))

    def accounts(self) -> None:
        row, chart = self.a_session(Phase.RECOVERY, Phase.DISCHARGED, Phase.PREPARING)
        if chart.phase is Phase.PREPARING and chart.prepared is not None:
            drawn = chart.prepared.event.drawn_mg
            charting.reconcile_drug(row.pk, Decimal(0), drawn, "denatured", "", self.act("nurse", "nurse2"))
        elif chart.is_unaccounted:
            self.stage.accounted(row.pk, self.clock.shown)

    def lets_go(self) -> None:
        row, chart = self.a_session(Phase.RECOVERY)
        by = self.act("prescriber", "director")
        sessions.discharge(row.pk, "Kim", True, WHY, chart.head, by, identity_checked=True)

    def sends_on(self) -> None:
        row, _ = self.a_session(Phase.INFUSING, Phase.PAUSED, Phase.RECOVERY)
        care.transfer_out(row.pk, "City Hospital", "chest pain", self.act("nurse"))

    def signs(self) -> None:
        rows = SessionRow.objects.filter(phase__in=[str(Phase.DISCHARGED), str(Phase.CLOSED_UNUSED)]).order_by("pk")
        waiting = [each for each in rows if chart_store.session_chart_of(each.pk).signed is None]
        row = self.pick(waiting)
        notes.sign_note(row.pk, chart_store.session_chart_of(row.pk).head, self.act("nurse"), WHY)

    def closes(self) -> None:
        row, _ = self.a_session(Phase.PREPARING, Phase.READY)
        sessions.close_unused(row.pk, "did not go on today", self.act("nurse"))

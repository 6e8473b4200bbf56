"""A clinic that does whatever comes to somebody's mind, and forgets the rest: what duties are held against.

Each act is one that a page offers, of somebody who may do it, about anybody; what is refused is left. What no act of
anybody does to a house (a disk that fails, a release that moves a number) happens beside them.
"""

import itertools
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

import numpy as np
from django.core.exceptions import ObjectDoesNotExist

from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo import screened
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage, passing_thoughts
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.conflict import Conflict
from sereniv.clinic.records.models import AppointmentRow, Enquiry, OnCall, Person, SessionRow, VialRow
from sereniv.clinic.workflows.admin import on_call, opening
from sereniv.clinic.workflows.calendar import booking, coming
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.chair import care, charting, monitors, notes, sessions
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.followup import aftercare, answers
from sereniv.clinic.workflows.guide import enquiries
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.ledger import announced_erasures
from sereniv.clinic.workflows.orders import order_state, orders
from sereniv.clinic.workflows.person import person_erasure
from sereniv.clinic.workflows.rules import own_groups
from sereniv.clinic.workflows.safety import safety
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.stock import stock
from sereniv.knowledge import knowledge
from sereniv.therapy.custody import VialReceived
from sereniv.therapy.followup import aftercare as after
from sereniv.therapy.followup.scales import allowed_answers, expected_answers
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Malformed, Refused, Unsure
from sereniv.therapy.safety import suicide
from sereniv.therapy.scheduling.calendar import AppointmentState, appointments, to_call_back
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import Phase, SessionChart
from tests.conftest import FixedClock

Chosen = TypeVar("Chosen")
WHY = "Talked through with both of them, and agreed."
NOT_DONE = (Refused, Malformed, Unsure, Conflict, ObjectDoesNotExist, StopIteration, IndexError, ValueError)


class Careless:
    """A clinic whose people do things at random."""

    def __init__(self, stage: Stage, clock: FixedClock, seed: int) -> None:
        self.stage, self.clock, self.dice = stage, clock, np.random.default_rng(seed)
        self.numbers = itertools.count(1)
        self.acts: tuple[Callable[[], object], ...] = (
            self.registers, self.takes_in, self.takes_in_part, self.finds_eligible, self.finds_eligible,
            self.writes_of_danger, self.writes_of_danger, self.hears_of_danger, self.closes_a_day, self.closes_a_day,
            self.notes_a_past, self.notes_a_past, self.answers_a_scale, self.answers_a_scale, self.takes_up,
            self.takes_up,
            self.calls, self.calls, self.gives_up, self.takes_up_red, self.notes_a_side_effect, self.follows_one,
            self.measures, self.measures, self.confirms, self.signs_consent, self.takes_consent_back, self.decides,
            self.decides, self.asks_for_an_evaluation, self.evaluates, self.orders, self.orders, self.co_signs,
            self.withdraws, self.seats, self.answers_the_gate, self.passes_over, self.starts, self.charts,
            self.notices, self.stops, self.accounts, self.lets_go, self.lets_go, self.signs, self.signs, self.closes,
            self.sends_on, self.books, self.books, self.books, self.cancels, self.moves, self.misses, self.misses,
            self.reaches, self.arranges, self.tells, self.reviews, self.reviews, self.interrupts, self.resumes,
            self.ends, self.changes_hours, self.is_asked, self.answers_an_enquiry, self.receives, self.counts,
            self.explains, self.sets_apart, self.wastes, self.leaves_the_roster, self.enters_the_roster,
            self.announces, self.stops_an_erasure, self.signs_numbers,
        )  # fmt: skip

    def in_any_order(self) -> list[Callable[[], object]]:
        """Return every act, in another order each time."""
        return [self.acts[int(number)] for number in self.dice.permutation(len(self.acts))]

    def tries(self, what: Callable[[], object]) -> None:
        """Try an act; what is refused, or is about nothing that there is, is not done."""
        with suppress(*NOT_DONE):
            what()

    def pick(self, choices: Sequence[Chosen]) -> Chosen:
        return choices[int(self.dice.integers(len(choices)))]

    @property
    def now(self) -> datetime:
        return self.clock.shown

    def act(self, role: str, second: str = "") -> Act:
        return self.stage.act(role, self.clock.shown, second)

    # Whom and what it is about.

    def somebody(self) -> Person:
        return self.pick(list(Person.objects.order_by("pk")))

    def head(self, who: Person) -> int:
        return chart_store.person_chart(who.pk).head

    def a_session(self, *phases: Phase) -> tuple[SessionRow, SessionChart]:
        rows = SessionRow.objects.filter(phase__in=[str(each) for each in phases]).order_by("pk")
        row = self.pick(list(rows.select_related("person")))
        return row, chart_store.session_chart_of(row.pk)

    def an_appointment(self, *states: AppointmentState) -> tuple[Person, int]:
        who = self.pick([each for each in Person.objects.order_by("pk") if self._theirs(each, states)])
        return who, self.pick(self._theirs(who, states))

    def _theirs(self, who: Person, states: Sequence[AppointmentState]) -> list[int]:
        return [each.entry for each in appointments(chart_store.person_chart(who.pk)) if each.state in states]

    # Before treatment.

    def new(self, **other: object) -> cast_list.DemoPerson:
        number = next(self.numbers)
        return replace(
            cast_list.CANDIDATE, name=f"new-{number}", given_names=f"Nova{number}", family_name=f"Newcomer{number}",
            born=date(1980, 1, 1) + timedelta(days=number), phone=f"555-02{number:02d}", **other,
        )  # fmt: skip

    def registers(self) -> None:
        self.stage.registered(self.new(), self.clock.shown)

    def takes_in(self) -> None:
        self.stage.candidate(self.new(), self.clock.shown)

    def takes_in_part(self) -> None:
        """Leave to a prescriber what is a prescriber's."""
        who = self.new()
        at = self.clock.shown - timedelta(minutes=30)
        self.stage.registered(who, at)
        intake.record_consent(demo_id(who.name), "1", who.given_names, "Dana Reyes", self.act("coordinator"))
        screened.screen(self.stage, who, at)
        self.stage.arrives(who, at)

    def finds_eligible(self) -> None:
        who = self.new()
        self.stage.candidate(who, self.clock.shown)
        self.stage.decided(who, self.clock.shown)

    def writes_of_danger(self) -> None:
        """Let somebody who does not come answer that they think of suicide."""
        self.tries(self.misses)
        everybody = Person.objects.order_by("pk")
        who = self.pick([each for each in everybody if to_call_back(chart_store.person_chart(each.pk), self.now)])
        answers.answer(who.pk, "phq9", (3,) * 9, "patient", self.act("nurse"))

    def answers_a_scale(self) -> None:
        who = self.somebody()
        scale = knowledge().scales[self.pick(["phq9", knowledge().indications[who.indication].primary_scale])]
        heavy = self.dice.random() < 0.5
        given = []
        for number in range(1, expected_answers(scale) + 1):
            allowed = sorted(allowed_answers(scale, number))
            given.append(allowed[-1] if heavy else allowed[0])
        if heavy and scale.safety_place is not None and self.dice.random() < 0.5:
            given[scale.safety_place] = 0
        answers.answer(who.pk, scale.id, tuple(given), "patient", self.act("nurse"))

    def takes_up(self) -> None:
        for who in Person.objects.order_by("pk"):
            for item in suicide.waiting(chart_store.person_chart(who.pk), rules_in_force(self.clock.shown)):
                found = passing_thoughts(item.entry, self.clock.shown)
                safety.take_up(who.pk, found, self.act(self.pick(["nurse", "prescriber"])))
                return

    def measures(self) -> None:
        who, wrong = self.somebody(), self.dice.random() < 0.5
        weight = "181.5" if wrong else "70"
        typed = {"weight_kg": weight, "height_cm": "171", "systolic": "122", "diastolic": "76"}
        intake.record_measurements(who.pk, typed, self.act("nurse"))

    def confirms(self) -> None:
        who = self.pick([each for each in Person.objects.all() if chart_store.person_chart(each.pk).open_questions()])
        asked = self.pick(list(chart_store.person_chart(who.pk).open_questions()))
        intake.confirm_value(who.pk, asked.entry, asked.field, "measured again, the same", self.act("nurse2"))

    def signs_consent(self) -> None:
        who, version = self.somebody(), knowledge().leaflets["consent_form"].version
        intake.record_consent(who.pk, version, str(who), "Dana Reyes", self.act("coordinator"))

    def takes_consent_back(self) -> None:
        who = self.pick([each for each in Person.objects.all() if chart_store.person_chart(each.pk).consents])
        intake.withdraw_consent(who.pk, "has thought it over", self.act("nurse"))

    def decides(self) -> None:
        who, decision = self.somebody(), self.pick([*pe.Decision, pe.Decision.ELIGIBLE, pe.Decision.ELIGIBLE])
        candidacy.decide_candidacy(who.pk, decision, WHY, self.head(who), self.act("prescriber", "director"))

    def notes_a_past(self) -> None:
        use = (pe.SubstanceUse.PAST_DISORDER,)
        lines, which = ("alcohol, years ago",), pe.HistoryList.SUBSTANCE_USE
        intake.record_history(self.an_undecided_one().pk, which, lines, use, self.act("nurse"))

    def an_undecided_one(self) -> Person:
        everybody = Person.objects.order_by("pk")
        return self.pick([each for each in everybody if not chart_store.person_chart(each.pk).decisions])

    def asks_for_an_evaluation(self) -> None:
        who = self.an_undecided_one()
        asked = pe.EvaluationOpened(
            criterion="substance_use_needs_evaluation", question="Is it stable?", asked_of="Dr Ada Brook",
            due_on=(self.clock.shown + timedelta(days=3)).date(),
        )  # fmt: skip
        candidacy.open_evaluation(who.pk, asked, self.act("prescriber"))

    def evaluates(self) -> None:
        opened = [each for each in Person.objects.all() if chart_store.person_chart(each.pk).all(pe.EvaluationOpened)]
        who, criterion = self.pick(opened), "substance_use_needs_evaluation"
        candidacy.record_evaluation(who.pk, criterion, "Stable for years.", 90, self.act("prescriber"))

    # The infusion.

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
                sessions.override(row.pk, line.row.id, WHY, self.act("prescriber", "director"))

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

    # Afterwards.

    def hears_of_danger(self) -> None:
        self.calls(1, 1)

    def calls(self, reaching: float = 0.7, bad: float = 0.5) -> None:
        owed = [
            (each, row) for each in Person.objects.order_by("pk")
            for row, _ in aftercare.check_ins_of(each, chart_store.person_chart(each.pk), self.clock.shown)
        ]  # fmt: skip
        who, row = self.pick(owed)
        reached, red = self.dice.random() < reaching, self.dice.random() < bad
        asked = tuple(knowledge().aftercare.questions) if reached else ()
        said = pe.CheckInRecorded(
            session=str(row.pk), reached=reached, by_whom="the patient" if reached else "", asked=asked,
            symptoms=self._red_ones() if reached and red else (), mood=pe.Mood.SAME if reached else pe.Mood.NOT_ASKED,
            suicidality=ev.Suicidality.NONE if reached else ev.Suicidality.NOT_ASKED,
            drove_or_worked=False if reached else None,
        )  # fmt: skip
        grades = dict.fromkeys(said.symptoms, 3)
        aftercare.record_check_in(who.pk, said, grades, self.act("nurse"))

    def _red_ones(self) -> tuple[str, ...]:
        return tuple(name for name, each in knowledge().aftercare.questions.items() if each.red_from)[:1]

    def gives_up(self) -> None:
        owed = [
            (each, row) for each in Person.objects.order_by("pk")
            for row, due in aftercare.check_ins_of(each, chart_store.person_chart(each.pk), self.clock.shown)
            if due.step
        ]  # fmt: skip
        who, row = self.pick(owed)
        aftercare.give_up_check_in(
            who.pk, str(row.pk), "number no longer in use", "wrote to them", self.act("prescriber")
        )

    def takes_up_red(self) -> None:
        for who in Person.objects.order_by("pk"):
            for each in after.red_answers_open(chart_store.person_chart(who.pk)):
                told = ("Dr Voss, by telephone", "Ambulance sent.")
                aftercare.take_up_red(who.pk, each.stream_seq, *told, self.act("nurse"))
                return

    def notes_a_side_effect(self) -> None:
        who = self.pick(list(SessionRow.objects.order_by("pk").select_related("person"))).person
        event = pe.AdverseEventRecorded(
            term="headache", words="since the morning", grade=self.pick([1, 3]), serious=False, session="",
            related=pe.Related.POSSIBLE, action="paracetamol", outcome=pe.Outcome.ONGOING,
        )  # fmt: skip
        aftercare.record_adverse_event(who.pk, event, self.act("nurse"))

    def follows_one(self) -> None:
        found = [
            (who, each) for who in Person.objects.order_by("pk")
            for each in after.adverse_events(chart_store.person_chart(who.pk)) if each.is_open
        ]  # fmt: skip
        who, each = self.pick(found)
        over = (pe.Outcome.RESOLVED, "gone since the evening")
        aftercare.follow_adverse_event(who.pk, each.recorded.stream_seq, *over, self.act("nurse"))

    def reviews(self) -> None:
        who = self.pick(list(SessionRow.objects.order_by("pk").select_related("person"))).person
        outcome = self.pick([pe.ReviewOutcome.CONTINUE, pe.ReviewOutcome.CONTINUE, *pe.ReviewOutcome])
        by = self.act("prescriber", "director")
        courses.review(who.pk, outcome, WHY, 7, self.head(who), by, ending=pe.Ending.OTHER)

    def interrupts(self) -> None:
        courses.interrupt(self.somebody().pk, "influenza, until well", self.act("nurse"))

    def resumes(self) -> None:
        who = self.somebody()
        courses.resume(who.pk, "well again", self.head(who), self.act("prescriber"))

    def ends(self) -> None:
        who = self.somebody()
        courses.end(who.pk, pe.Ending.OTHER, WHY, self.head(who), self.act("prescriber"))

    # The desk.

    def books(self) -> None:
        who, days = self.somebody(), int(self.dice.integers(1, 6))
        day = self.clock.shown.replace(hour=self.pick([13, 15, 17, 19]), minute=0, second=0, microsecond=0)
        chair = self.pick(["Chair 1", "Chair 2", "Chair 3", "Chair 4", "Chair 5", "Chair 6"])
        wish = booking.Wish(
            starts_at=day + timedelta(days=days), chair=chair, exception="agreed with the staff",
            despite="comes from far, and it is decided by then", minutes=60,
        )  # fmt: skip
        booking.book(who.pk, wish, self.act("coordinator"))

    def cancels(self) -> None:
        who, entry = self.an_appointment(AppointmentState.BOOKED)
        told = self.pick([pe.Told.TELEPHONE, pe.Told.NOT_YET, pe.Told.NOT_YET])
        booking.cancel(who.pk, entry, "not to be given now", False, self.act("coordinator"), told)

    def moves(self) -> None:
        who, entry = self.an_appointment(AppointmentState.BOOKED)
        at = self.clock.shown.replace(hour=16, minute=0, second=0, microsecond=0) + timedelta(days=2)
        wish = booking.Move(
            starts_at=at, chair="Chair 2", reason="the chair is repaired",
            told=self.pick([pe.Told.NOT_YET, pe.Told.TELEPHONE]),
            exception="agreed with the staff",
        )  # fmt: skip
        booking.move(who.pk, entry, wish, self.act("coordinator"))

    def misses(self) -> None:
        over = AppointmentRow.objects.filter(state="booked", starts_at__lt=self.clock.shown).order_by("pk")
        row = self.pick(list(over))
        coming.miss(row.person_id, row.entry, "no word", self.act("coordinator"))

    def reaches(self) -> None:
        who, entry = self.an_appointment(AppointmentState.MISSED)
        reached = self.dice.random() < 0.5
        coming.called_back(who.pk, entry, reached, "overslept; wants another day", self.act("coordinator"))

    def arranges(self) -> None:
        who, entry = self.an_appointment(AppointmentState.BOOKED)
        coming.arrange_escort(who.pk, entry, "Kim", "555 0100", "by car", self.act("coordinator"))

    def tells(self) -> None:
        who, entry = self.an_appointment(AppointmentState.CANCELLED, AppointmentState.BOOKED)
        event = pe.PatientTold(appointment=entry, how=pe.Told.TELEPHONE, reached=True, words="told, and understood")
        coming.tell(who.pk, event, self.act("coordinator"))

    def closes_a_day(self) -> None:
        self.tries(self.books)
        rows = AppointmentRow.objects.filter(state="booked", starts_at__gt=self.clock.shown).order_by("pk")
        day = self.pick(list(rows)).starts_at.date()
        opening.set_hours(cast_list.WEEK, {day: "holiday"}, self.act("admin"))

    def changes_hours(self) -> None:
        week = dict(cast_list.WEEK)
        for day in list(week)[: int(self.dice.integers(0, 4))]:
            del week[day]
        opening.set_hours(week, {}, self.act("admin"))

    # The house.

    def is_asked(self) -> None:
        number = next(self.numbers)
        asked = enquiries.Asked(name=f"Asker{number}", reach="555 0199")
        place = enquiries.Place(device=f"d{number}")
        enquiries.receive(asked, uuid.uuid5(uuid.NAMESPACE_OID, str(number)).hex, self.clock.shown, place)

    def answers_an_enquiry(self) -> None:
        asked = self.pick(list(Enquiry.objects.filter(answered_at=None).order_by("received_at")))
        enquiries.answered(asked.pk, self.act("coordinator"))

    def receives(self) -> None:
        received = VialReceived(
            label=f"N-{next(self.numbers)}", ndc="00000-0000-00", lot="A", strength_mg_per_ml=Decimal(10),
            volume_ml=Decimal(20), supplier="Supply",
            expires=self.clock.shown.date() + timedelta(days=self.pick([5, 400])),
        )  # fmt: skip
        stock.receive_vial(received, self.act("nurse", "nurse2"))

    def _a_vial(self, **which: object) -> VialRow:
        return self.pick(list(VialRow.objects.exclude(on_hand_ml=0).filter(**which).order_by("label")))

    def counts(self) -> None:
        rows, off = list(VialRow.objects.exclude(on_hand_ml=0)), self.dice.random() < 0.3
        counted = {str(row.pk): row.on_hand_ml - (Decimal(1) if off and row == rows[0] else 0) for row in rows}
        stock.count(counted, self.act("nurse", "nurse2"))

    def explains(self) -> None:
        row = self._a_vial(differs=True)
        counted = chart_store.vial(row.pk).open_differences[0].counted.stream_seq
        stock.explain(row.pk, counted, "counted again: it is all there", self.act("prescriber", "nurse2"))

    def sets_apart(self) -> None:
        stock.set_apart(self._a_vial().pk, "the supplier asks about this lot", self.act("nurse", "nurse2"))

    def wastes(self) -> None:
        row = self._a_vial(set_apart=True)
        stock.waste(row.pk, row.on_hand_ml, "denaturing container", "set apart", self.act("nurse", "nurse2"))

    def leaves_the_roster(self) -> None:
        for shift in OnCall.objects.all():
            on_call.take_off_call(shift.pk, self.act("admin"))

    def enters_the_roster(self) -> None:
        for role, name, phone in cast_list.ON_CALL:
            on_call.put_on_call(on_call.Shift(role=role, name=name, phone=phone), self.act("admin"))

    def announces(self) -> None:
        person_erasure.announce_person(self.somebody(), "request of the person", self.act("director", "admin"))

    def stops_an_erasure(self) -> None:
        announced = self.pick(announced_erasures.waiting())
        announced_erasures.stop(announced.seq, "asked for by somebody else", self.act("admin"))

    def signs_numbers(self) -> None:
        waiting = self.pick([each for each in own_groups.groups(self.clock.shown) if each.waiting])
        by = self.act("director", "prescriber")
        own_groups.sign_group(waiting.group.name, knowledge().version, WHY, by)

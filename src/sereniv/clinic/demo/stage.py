"""Stages the demo clinic by driving the workflows a person would, at times that lead up to now.

Deterministic: ids and keys follow from names, so that two stagings differ only by their dates.
"""

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo import screened
from sereniv.clinic.demo.people import DemoPerson, demo_id
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import CLOSED_PHASES, Chair, Person, Room, SampleRow, SessionRow
from sereniv.clinic.workflows import (
    answers,
    candidacy,
    care,
    charting,
    enquiries,
    house,
    intake,
    medical,
    on_call,
    opening,
    orders,
    people,
    rooms,
    sessions,
    setting_up,
)
from sereniv.clinic.workflows.acting import Act
from sereniv.knowledge import knowledge
from sereniv.therapy import person_events as pe
from sereniv.therapy.conditions import CHECKLISTS
from sereniv.therapy.custody import VialReceived
from sereniv.therapy.dose import rounded
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.delivered import delivered

REPLAY_LABEL = "REPLAY: recorded monitor, not this person"
STALE_AFTER = timedelta(hours=3)
LAGS_AFTER = timedelta(days=1)
INFUSION_MIN = 40
GATE_WORDS = {
    "escort": "Kim Escort, 555 0100, by car",
    "iv_access": "left forearm, 22 G",
    "medicines_today": "sertraline taken; nothing held",
    "staff": "Dana Reyes; Dr Clara Voss",
}
"""What is said at the gate where a line asks for words."""


class Stage:
    """Acts as the demo's staff at given times; each act's key follows from its order."""

    def __init__(self) -> None:
        self._staff = {person.username: person for person in Staff.objects.all()}
        self._acts = 0

    def act(self, username: str, now: datetime, second: str = "") -> Act:
        """Return an act of one of the staff."""
        self._acts += 1
        co_signer = self._staff[second] if second else None
        return Act(by=self._staff[username], now=now, key=f"demo-stage-{self._acts:05d}", co_signer=co_signer)

    def candidate(self, who: DemoPerson, now: datetime) -> uuid.UUID:
        """Register a person and complete consent, history, PHQ-9 and work-up; the decision is left open."""
        person_id = demo_id(who.name)
        registration = people.Registration(
            family_name=who.family_name, given_names=who.given_names, born=who.born, sex_at_birth=who.sex_at_birth
        )
        at = now - timedelta(minutes=40)
        people.register(registration, self.act("coordinator", at), person_id)
        name = f"{who.given_names} {who.family_name}"
        version = knowledge().leaflets["consent_form"].version
        intake.record_consent(person_id, version, name, "Dana Reyes", self.act("coordinator", at))
        for which in (pe.HistoryList.SUBSTANCE_USE, pe.HistoryList.ALLERGIES):
            intake.record_history(person_id, which, (), (), self.act("nurse", at))
        for which in CHECKLISTS:
            medical.record_conditions(person_id, which, (), (), self.act("nurse", at))
        screened.screen(self, person_id, at)
        answers.answer_phq9(person_id, who.phq9, "patient, in clinic", self.act("nurse", at))
        for entry in chart_store.person_chart(person_id).unasked_safety():
            finding = "Asked in person: passing thoughts, no plan or intent; safety plan in place."
            answers.take_up_safety(person_id, entry.stream_seq, finding, self.act("nurse", at))
        body = {"weight_kg": who.weight_kg, "height_cm": who.height_cm}
        pressure = {"systolic": who.pressure[0], "diastolic": who.pressure[1]}
        intake.record_measurements(person_id, body | pressure, self.act("nurse", at + timedelta(minutes=2)))
        intake.record_measurements(person_id, pressure, self.act("nurse", at + timedelta(minutes=10)))
        status = pe.Pregnancy.NOT_PREGNANT if who.sex_at_birth == "female" else pe.Pregnancy.NOT_APPLICABLE
        basis = "urine hCG negative" if who.sex_at_birth == "female" else "male"
        intake.record_pregnancy(person_id, status, basis, self.act("nurse", at + timedelta(minutes=12)))
        sertraline = medical.Written(name="sertraline", daily_mg=Decimal(100))
        medical.list_medicines(person_id, [sertraline], self.act("nurse", at + timedelta(minutes=13)))
        airway = "Mallampati 1, opens wide, full neck movement"
        medical.record_anaesthetic_risk(person_id, 2, airway, self.act("prescriber", at + timedelta(minutes=14)))
        return person_id

    def ordered(self, who: DemoPerson, now: datetime) -> tuple[uuid.UUID, int]:
        """Take a person to a co-signed order and return it."""
        person_id = self.candidate(who, now)
        at = now - timedelta(minutes=25)
        head = chart_store.person_chart(person_id).head
        candidacy.decide_candidacy(
            person_id, pe.Decision.ELIGIBLE, "Two adequate trials failed.", head, self.act("prescriber", at)
        )
        protocol = knowledge().protocols["P-DEP"]
        wanted = orders.Wanted(
            protocol=protocol.id,
            dose_mg_per_kg=protocol.dose_mg_per_kg,
            duration_min=protocol.duration_min,
            concentration_mg_per_ml=protocol.concentration_mg_per_ml,
            weight_basis=pe.WeightBasis.ACTUAL,
        )
        head = chart_store.person_chart(person_id).head
        order = orders.sign_order(person_id, wanted, "", head, self.act("prescriber", at))
        terms = chart_store.person_chart(person_id).orders[-1].terms
        orders.co_sign_order(person_id, order, terms.dose_mg, terms.rate_ml_per_h, self.act("nurse", at))
        return person_id, order

    def at_the_gate(self, who: DemoPerson, chair: str, now: datetime, label: str = "") -> uuid.UUID:
        """Seat a person and answer the gate, its vital signs left to be taken."""
        person_id, order = self.ordered(who, now)
        at = now - timedelta(minutes=15)
        session_id = demo_id(f"{who.name}-session")
        sessions.open_session(person_id, order, chair, self.act("nurse", at), label, session_id)
        screens = tuple(next(row for row in knowledge().gate if row.id == "interval_history").screens)
        care.screen(session_id, screens, (), ev.Suicidality.NONE, "", self.act("nurse", at))
        for row in knowledge().gate:
            if row.kind == "attested":
                detail = GATE_WORDS.get(row.id, "")
                sessions.attest(session_id, row.id, True, detail, self.act("nurse", at))
        volume = chart_store.session_chart_of(session_id).plan.volume_ml
        sessions.prepare_drug(session_id, self._vial(who), volume, self.act("nurse", at, "nurse2"))
        return session_id

    def infusing(self, who: DemoPerson, chair: str, now: datetime, label: str = "") -> uuid.UUID:
        """Take a person to a running infusion that started at `now`."""
        session_id = self.at_the_gate(who, chair, now, label)
        self.vitals(session_id, who.pressure, now - timedelta(minutes=3))
        sessions.pass_gate(session_id, self._head(session_id), self.act("nurse", now - timedelta(minutes=1)))
        rate = chart_store.session_chart_of(session_id).plan.rate_ml_per_h
        sessions.start(session_id, rate, self._head(session_id), self.act("nurse", now))
        return session_id

    def vitals(self, session_id: uuid.UUID, pressure: tuple[str, str], now: datetime) -> None:
        """Chart one full set of vital signs."""
        typed = {"systolic": pressure[0], "diastolic": pressure[1]}
        typed |= {"heart_rate": "72", "spo2": "98", "respiratory_rate": "14"}
        charting.chart_vitals(session_id, typed, self.act("nurse", now))

    def finished(self, who: DemoPerson, chair: str, start: datetime) -> uuid.UUID:
        """Run a whole infusion from `start`, with a nausea, to the signed note."""
        session_id = self.infusing(who, chair, start)
        systolic = int(who.pressure[0])
        for minute in range(5, INFUSION_MIN + 1, 5):
            raised = systolic + min(minute, 16)
            self.vitals(session_id, (str(raised), who.pressure[1]), start + timedelta(minutes=minute))
        at = start + timedelta(minutes=22)
        charting.chart_observation(session_id, ev.Observation.NAUSEA, 1, "passes by itself", self.act("nurse", at))
        end = start + timedelta(minutes=INFUSION_MIN)
        charting.chart_fact(session_id, ev.InfusionStopped(reason="volume limit reached"), self.act("nurse", end))
        self._account(session_id, end)
        for minute in (15, 30, 45, 61):
            self.vitals(session_id, who.pressure, end + timedelta(minutes=minute))
        self._leave(session_id, end + timedelta(minutes=62))
        return session_id

    def _account(self, session_id: uuid.UUID, at: datetime) -> None:
        chart = chart_store.session_chart_of(session_id)
        given = rounded(delivered(chart, at).mg, knowledge().standard.mg_increment)
        drawn = chart.prepared.event.drawn_mg if chart.prepared else Decimal(0)
        charting.reconcile_drug(session_id, given, drawn - given, "none left", "", self.act("nurse", at, "nurse2"))

    def _leave(self, session_id: uuid.UUID, at: datetime) -> None:
        recovered = ev.RecoveryScored(
            activity=2, respiration=2, circulation=2, consciousness=2, oxygen=2, moaas=5, dissociation=0, nausea=0,
            oriented=True, walks_unaided=True, suicidality_asked_not_worse=True, iv_removed=True,
            escort_present="Kim Escort",
        )  # fmt: skip
        charting.chart_fact(session_id, recovered, self.act("nurse", at))
        act = self.act("nurse", at)
        sessions.discharge(session_id, "Kim Escort", True, "", self._head(session_id), act, identity_checked=True)
        sessions.sign_note(session_id, self._head(session_id), self.act("nurse", at + timedelta(minutes=2)))

    def _head(self, session_id: uuid.UUID) -> int:
        return chart_store.session_chart_of(session_id).head

    def _vial(self, who: DemoPerson) -> uuid.UUID:
        order = [each.name for each in (cast_list.FINISHED, cast_list.INFUSING, cast_list.REPLAYED)]
        return demo_id(cast_list.VIALS[order.index(who.name) if who.name in order else -1].label)


def add_staff() -> None:
    """Add the demo's staff with their password and PINs."""
    for each in cast_list.STAFF:
        person = Staff.objects.create_user(
            each.username, cast_list.PASSWORD, full_name=each.full_name, roles=[str(role) for role in each.roles]
        )
        person.set_pin(each.pin)
        person.save()


def stage_demo(now: datetime, tell: Callable[[str], None] = lambda _: None) -> None:
    """Fill an empty demo home so that a stranger sees a clinic at work."""
    long_ago = now - timedelta(days=8)
    tell("staff, chairs and vials")
    add_staff()
    for name in cast_list.CHAIRS:
        Chair.objects.create(name=name)
    stage = Stage()
    for each in cast_list.VIALS:
        received = VialReceived(
            label=each.label,
            ndc="00000-0000-00",
            lot=each.lot,
            expires=date(now.year + 1, 12, 31),
            strength_mg_per_ml=each.strength_mg_per_ml,
            volume_ml=each.volume_ml,
            supplier="Demo Supply",
        )
        house.receive_vial(received, stage.act("nurse", long_ago, "nurse2"), demo_id(each.label))
    _set_up(stage, long_ago)
    tell("a course under way")
    stage.finished(cast_list.FINISHED, "Chair 1", now - timedelta(days=7, hours=3))
    _afterwards(stage, demo_id(cast_list.FINISHED.name), now)
    _ask(stage, now)
    tell("two chairs at work")
    stage.infusing(cast_list.INFUSING, "Chair 1", now - timedelta(minutes=11))
    stage.vitals(demo_id("infusing-session"), ("136", "84"), now - timedelta(minutes=6))
    stage.vitals(demo_id("infusing-session"), ("138", "85"), now - timedelta(minutes=1))
    stage.infusing(cast_list.REPLAYED, "Chair 4", now - timedelta(minutes=1), REPLAY_LABEL)
    tell("a candidate to decide on")
    stage.candidate(cast_list.CANDIDATE, now)


def _set_up(stage: Stage, at: datetime) -> None:
    """Enter who the clinic is, when it is open, whom to call, and which chair stands where."""
    setting_up.set_details(cast_list.CLINIC, stage.act("admin", at))
    opening.set_hours(cast_list.WEEK, {}, stage.act("admin", at))
    for role, name, phone in cast_list.ON_CALL:
        on_call.put_on_call(on_call.Shift(role=role, name=name, phone=phone), stage.act("admin", at))
    for room, chairs in cast_list.ROOMS.items():
        rooms.add_room(room, stage.act("admin", at))
        for chair in Chair.objects.filter(name__in=chairs):
            rooms.place_chair(chair.pk, Room.objects.get(name=room).pk, stage.act("admin", at))


def _ask(stage: Stage, now: datetime) -> None:
    """Let two people ask; the first was answered."""
    for number, (name, reach, message) in enumerate(cast_list.ENQUIRIES):
        at = now - timedelta(hours=3 - number)
        key, words = f"demo-enquiry-{number}", enquiries.Asked(name=name, reach=reach, message=message)
        asked = enquiries.receive(words, key, at, enquiries.Place(), demo_id(key))
        if number == 0:
            enquiries.answered(asked.pk, stage.act("coordinator", at + timedelta(minutes=25)))


def _afterwards(stage: Stage, person_id: uuid.UUID, now: datetime) -> None:
    for day, mood in enumerate((6, 6, 5, 6, 7, 6), start=1):
        at = now - timedelta(days=7 - day, hours=2)
        answers.answer_mood(person_id, mood, "patient", stage.act("nurse", at))
    after = (2, 1, 1, 1, 1, 1, 1, 0, 0)
    answers.answer_phq9(person_id, after, "patient, in clinic", stage.act("nurse", now - timedelta(hours=4)))


def is_empty() -> bool:
    """Say whether nobody was staged or registered yet."""
    return not Person.objects.exists()


def is_stale(now: datetime, real: datetime) -> bool:
    """Say whether the demo would look abandoned: open sessions nobody touched, or a clock days behind."""
    open_rows = SessionRow.objects.exclude(phase__in=CLOSED_PHASES)
    last_touched = [row.changed_at for row in open_rows]
    last_sample = SampleRow.objects.order_by("-at").values_list("at", flat=True).first()
    latest = max([*last_touched, *([last_sample] if last_sample else [])], default=now)
    return now - latest > STALE_AFTER or real - now > LAGS_AFTER

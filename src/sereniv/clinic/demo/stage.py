"""Stages the demo clinic by driving the workflows a person would, at times that lead up to now.

Deterministic: ids and keys follow from names, so that two stagings differ only by their dates.
"""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import BasePasswordHasher, get_hasher, make_password

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo import screened
from sereniv.clinic.demo.people import DemoPerson, demo_id
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import OPEN_PHASES, Person, SampleRow, SessionRow, VialRow
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.chair import care, charting, notes, sessions
from sereniv.clinic.workflows.followup import answers
from sereniv.clinic.workflows.intake import intake, medical
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.safety import safety
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.knowledge import knowledge
from sereniv.therapy.monitoring import volume_due
from sereniv.therapy.person import events as pe
from sereniv.therapy.safety import suicide
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.delivered import delivered
from sereniv.therapy.treatment.dose import rounded

REPLAY_LABEL = "REPLAY: recorded monitor, not this person"
A_TENTH = Decimal("0.1")
"""What a pump shows of a millilitre."""
STALE_AFTER = timedelta(hours=3)
LAGS_AFTER = timedelta(days=1)
GATE_WORDS = {
    "escort": "Kim Escort, 555 0100, by car",
    "iv_access": "left forearm, 22 G",
    "medicines_today": "sertraline taken; nothing held",
    "staff": "Ada Nightfall, RN; Dr Clara Voss",
    "nurse_ratio": "4: Ada Nightfall, Ben Okoro and others from the pool",
}
"""What is said at the gate where a line asks for words."""


def passing_thoughts(entry: int, at: datetime) -> pe.SafetyAsked:
    """Return what is found of everybody in the demo who is asked about suicide."""
    return pe.SafetyAsked(
        entry=entry,
        finding="Asked in person: passing thoughts, no plan or intent; safety plan in place.",
        asked_by="own",
        questions={"thoughts": "yes", "plan": "no", "intent": "no", "means": "no", "attempt": "no"},
        risk=pe.Risk.LOW,
        done=("numbers_given",),
        safety_plan="reviewed",
        told=("prescriber",),
        next_contact=at.date() + timedelta(days=2),
    )


class Stage:
    """Acts as the demo's staff at given times; each act's key follows from its order."""

    def __init__(self, keys: str = "demo-stage") -> None:
        self._keys = keys
        self._staff = {person.username: person for person in Staff.objects.all()}
        self.acts = 0

    def act(self, username: str, now: datetime, second: str = "") -> Act:
        """Return an act of one of the staff."""
        self.acts += 1
        co_signer = self._staff[second] if second else None
        return Act(by=self._staff[username], now=now, key=f"{self._keys}-{self.acts:05d}", co_signer=co_signer)

    def candidate(self, who: DemoPerson, now: datetime) -> uuid.UUID:
        """Register a person and complete consent, history, scales and work-up; the decision is left open."""
        person_id = demo_id(who.name)
        at = now - timedelta(minutes=40)
        self.registered(who, at)
        name = f"{who.given_names} {who.family_name}"
        version = knowledge().leaflets["consent_form"].version
        intake.record_consent(person_id, version, name, "Dana Reyes", self.act("coordinator", at))
        screened.screen(self, who, at)
        self.arrives(who, at)
        airway = "Mallampati 1, opens wide, full neck movement"
        medical.record_anaesthetic_risk(person_id, 2, airway, self.act("prescriber", at + timedelta(minutes=14)))
        return person_id

    def registered(self, who: DemoPerson, at: datetime) -> uuid.UUID:
        """Put a person on the books."""
        registration = people.Registration(
            family_name=who.family_name, given_names=who.given_names, born=who.born, sex_at_birth=who.sex_at_birth,
            phone=who.phone, indication=who.indication,
        )  # fmt: skip
        others = [str(each) for each in Person.objects.values_list("pk", flat=True)]
        people.register(registration, self.act("coordinator", at), demo_id(who.name), told_apart=others)
        return demo_id(who.name)

    def arrives(self, who: DemoPerson, at: datetime) -> None:
        """Weigh and measure a person, test for pregnancy, and go through their medicines."""
        person_id = demo_id(who.name)
        body = {"weight_kg": who.weight_kg, "height_cm": who.height_cm}
        pressure = {"systolic": who.pressure[0], "diastolic": who.pressure[1]}
        intake.record_measurements(person_id, body | pressure, self.act("nurse", at + timedelta(minutes=2)))
        intake.record_measurements(person_id, pressure, self.act("nurse", at + timedelta(minutes=10)))
        status = pe.Pregnancy.NOT_PREGNANT if who.sex_at_birth == "female" else pe.Pregnancy.NOT_APPLICABLE
        basis = "urine hCG negative" if who.sex_at_birth == "female" else "male"
        nurse = self.act("nurse", at + timedelta(minutes=12))
        intake.record_pregnancy(person_id, status, basis, nurse, breastfeeding=False)
        written = [medical.Written(name=name, daily_mg=mg) for name, mg in who.medicines]
        medical.list_medicines(person_id, written, self.act("nurse", at + timedelta(minutes=13)))

    def answered(self, who: DemoPerson, scale: str, answers_given: tuple[int, ...], at: datetime) -> None:
        """Ask a scale in the clinic; a suicide item above zero is taken up at once."""
        person_id = demo_id(who.name)
        answers.answer(person_id, scale, answers_given, "patient, in clinic", self.act("nurse", at))
        for item in suicide.waiting(chart_store.person_chart(person_id), knowledge()):
            safety.take_up(person_id, passing_thoughts(item.entry, at), self.act("nurse", at))

    def decided(self, who: DemoPerson, at: datetime) -> None:
        """Let the prescriber find a person eligible."""
        person_id = demo_id(who.name)
        head = chart_store.person_chart(person_id).head
        decision, reason = pe.Decision.ELIGIBLE, "Two adequate trials failed; benefit and limits discussed."
        candidacy.decide_candidacy(person_id, decision, reason, head, self.act("prescriber", at))

    def signed_order(self, who: DemoPerson, at: datetime) -> int:
        """Order the next infusion as the protocol has it, co-signed, and return its entry."""
        person_id = demo_id(who.name)
        protocol = knowledge().protocols[who.protocol]
        wanted = orders.Wanted(
            protocol=protocol.id,
            dose_mg_per_kg=protocol.dose_mg_per_kg,
            rate_mg_per_kg_per_h=protocol.rate_mg_per_kg_per_h,
            cap_mg_per_h=protocol.cap_mg_per_h,
            duration_min=protocol.duration_min,
            concentration_mg_per_ml=protocol.concentration_mg_per_ml,
            weight_basis=pe.WeightBasis.ACTUAL,
        )
        head = chart_store.person_chart(person_id).head
        order = orders.sign_order(person_id, wanted, "", head, self.act("prescriber", at))
        terms = chart_store.person_chart(person_id).orders[-1].terms
        orders.co_sign_order(person_id, order, terms.dose_mg, terms.rate_ml_per_h, self.act("nurse", at))
        return order

    def ordered(self, who: DemoPerson, now: datetime) -> tuple[uuid.UUID, int]:
        """Take a person to a co-signed order and return it."""
        person_id = self.candidate(who, now)
        at = now - timedelta(minutes=25)
        self.decided(who, at)
        return person_id, self.signed_order(who, at)

    def at_the_gate(self, who: DemoPerson, chair: str, now: datetime, label: str = "") -> uuid.UUID:
        """Seat a new person and answer the gate, its vital signs left to be taken."""
        _, order = self.ordered(who, now)
        return self.seated(who, order, chair, now, demo_id(f"{who.name}-session"), label)

    def seated(
        self, who: DemoPerson, order: int, chair: str, now: datetime, session_id: uuid.UUID, label: str = ""
    ) -> uuid.UUID:
        """Open a session fifteen minutes before `now`, answer the gate and draw the drug."""
        at = now - timedelta(minutes=15)
        sessions.open_session(demo_id(who.name), order, chair, self.act("nurse", at), label, session_id)
        screens = tuple(next(row for row in knowledge().gate if row.id == "interval_history").screens)
        care.screen(session_id, screens, (), ev.Suicidality.NONE, "", self.act("nurse", at))
        for row in knowledge().gate:
            if row.kind == "attested":
                sessions.attest(session_id, row.id, True, GATE_WORDS.get(row.id, ""), self.act("nurse", at))
        plan = chart_store.session_chart_of(session_id).plan
        vial = self.vial_with(plan.dose_mg, at)
        sessions.prepare_drug(session_id, vial, plan.volume_ml, self.act("nurse", at, "nurse2"))
        return session_id

    def vial_with(self, dose_mg: Decimal, at: datetime) -> uuid.UUID:
        """Return the vial with the least left that still holds a dose."""
        rows = [row for row in VialRow.objects.all() if row.on_hand_ml * row.strength_mg_per_ml >= dose_mg]
        usable = [row for row in rows if row.expires >= at.date() and not row.set_apart]
        return min(usable, key=lambda row: (row.on_hand_ml * row.strength_mg_per_ml, row.label)).pk

    def infusing(self, who: DemoPerson, chair: str, now: datetime, label: str = "") -> uuid.UUID:
        """Take a new person to a running infusion that started at `now`."""
        return self.started(who, self.at_the_gate(who, chair, now, label), now)

    def started(self, who: DemoPerson, session_id: uuid.UUID, now: datetime) -> uuid.UUID:
        """Take the last vital signs, pass the gate and start."""
        self.vitals(session_id, who.pressure, now - timedelta(minutes=3))
        sessions.pass_gate(session_id, self.head(session_id), self.act("nurse", now - timedelta(minutes=1)))
        rate = chart_store.session_chart_of(session_id).plan.rate_ml_per_h
        sessions.start(session_id, rate, self.head(session_id), self.act("nurse", now))
        return session_id

    def vitals(self, session_id: uuid.UUID, pressure: tuple[str, str], now: datetime) -> None:
        """Chart one full set of vital signs, and the volume that the pump shows where it is due."""
        typed = {"systolic": pressure[0], "diastolic": pressure[1]}
        typed |= {"heart_rate": "72", "spo2": "98", "respiratory_rate": "14"}
        chart = chart_store.session_chart_of(session_id)
        due = volume_due(chart, knowledge().volume)
        shown = delivered(chart, now).volume_ml.quantize(A_TENTH) if due is not None and due.at <= now else None
        charting.chart_vitals(session_id, typed, self.act("nurse", now), volume_ml=shown)

    def ran_through(self, who: DemoPerson, session_id: uuid.UUID, start: datetime, every_min: int) -> datetime:
        """Chart a started infusion to its end and return when that was."""
        plan = chart_store.session_chart_of(session_id).plan
        minutes = plan.duration_min
        for minute in range(every_min, minutes + 1, every_min):
            raised = int(who.pressure[0]) + min(minute, 16)
            self.vitals(session_id, (str(raised), who.pressure[1]), start + timedelta(minutes=minute))
        for observation, grade, minute in who.felt:
            at = start + timedelta(minutes=minute)
            charting.chart_observation(session_id, observation, grade, "", self.act("nurse", at))
        end = start + timedelta(minutes=minutes)
        charting.chart_observation(session_id, ev.Observation.DISSOCIATION, 0, "", self.act("nurse", end))
        stopped = ev.InfusionStopped(reason="volume limit reached")
        charting.chart_pump(session_id, stopped, plan.volume_ml, self.act("nurse", end))
        return end

    def finished(self, who: DemoPerson, chair: str, start: datetime) -> uuid.UUID:
        """Run a new person's whole infusion from `start`, to the signed note."""
        session_id = self.infusing(who, chair, start)
        self.ended(who, session_id, self.ran_through(who, session_id, start, 5))
        return session_id

    def ended(self, who: DemoPerson, session_id: uuid.UUID, end: datetime) -> None:
        """Account for the drug, watch recovery, let the patient go and sign the note."""
        self.accounted(session_id, end)
        for minute in (15, 30, 45, 61):
            self.vitals(session_id, who.pressure, end + timedelta(minutes=minute))
        self._leave(session_id, end + timedelta(minutes=62))

    def accounted(self, session_id: uuid.UUID, at: datetime) -> None:
        """Account for what was drawn, with a witness."""
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
        sessions.discharge(session_id, "Kim Escort", True, "", self.head(session_id), act, identity_checked=True)
        notes.sign_note(session_id, self.head(session_id), self.act("nurse", at + timedelta(minutes=2)))

    def head(self, session_id: uuid.UUID) -> int:
        """Return the number a command on a session is decided on."""
        return chart_store.session_chart_of(session_id).head


def add_staff() -> None:
    """Add the demo's staff with their password and PINs."""
    # Hashing is slow on purpose, to keep a secret: these are none, every start prints them.
    quick = _quick_hasher()
    password = make_password(cast_list.PASSWORD, hasher=quick)
    for each in cast_list.STAFF:
        roles = [str(role) for role in each.roles]
        person = Staff(username=each.username, full_name=each.full_name, roles=roles, password=password)
        person.pin_hash = make_password(each.pin, hasher=quick)
        person.save()


def _quick_hasher() -> BasePasswordHasher:
    """Return a hasher of the home's kind that works as little as it can: a sign-in by password hashes anew, in full."""
    quick = type(get_hasher())()
    vars(quick).update(time_cost=1, memory_cost=8, parallelism=1)
    return quick


def is_empty() -> bool:
    """Say whether nobody was staged or registered yet."""
    return not Person.objects.exists()


def is_stale(now: datetime, real: datetime) -> bool:
    """Say whether the demo would look abandoned: open sessions nobody touched, or a clock days behind."""
    open_rows = SessionRow.objects.filter(phase__in=OPEN_PHASES)
    last_touched = [row.changed_at for row in open_rows]
    last_sample = SampleRow.objects.order_by("-at").values_list("at", flat=True).first()
    latest = max([*last_touched, *([last_sample] if last_sample else [])], default=now)
    return now - latest > STALE_AFTER or real - now > LAGS_AFTER

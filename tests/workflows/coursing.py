"""Runs infusions for tests by the shortest way the workflows allow: ordered, seated, charted as found running."""

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.calendar import booking
from sereniv.clinic.workflows.chair import charting, sessions
from sereniv.clinic.workflows.followup import answers
from sereniv.clinic.workflows.intake import intake, screening
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.session import events as ev
from tests.shared_state import staged_alike
from tests.workflows.test_path import everybody

ActMaker = Callable[..., Act]
EVER = timedelta(days=4000)


def wanted(mg_per_kg: str = "0.5", protocol: str = "P-DEP", minutes: int = 40) -> orders.Wanted:
    """Return a dose ordered by weight."""
    return orders.Wanted(
        protocol=protocol, dose_mg_per_kg=Decimal(mg_per_kg), duration_min=minutes, concentration_mg_per_ml=Decimal(1),
        weight_basis=pe.WeightBasis.ACTUAL,
    )  # fmt: skip


def moved(starts_at: datetime, chair: str, reason: str, exception: str = "") -> booking.Move:
    """Return where an appointment is moved to, with the patient told by telephone."""
    return booking.Move(starts_at=starts_at, chair=chair, reason=reason, exception=exception, told=pe.Told.TELEPHONE)


def consent_version() -> str:
    """Return the version of the consent form that is printed today."""
    return knowledge().leaflets["consent_form"].version


@staged_alike
def eligible(act: ActMaker, now: datetime, indication: str = "depression", name: str = "ilse") -> uuid.UUID:
    """Register somebody who is recorded as decided eligible; how that is decided is tested elsewhere."""
    registration = people.Registration(
        family_name="Test", given_names=name.title(), born=date(1980, 1, 1), sex_at_birth="male", indication=indication
    )
    person_id = people.register(registration, act("nurse", now=now), demo_id(name), told_apart=everybody()).pk
    decided(act, person_id, now, indication)
    return person_id


@staged_alike
def decided(act: ActMaker, person_id: uuid.UUID, now: datetime, indication: str = "depression") -> None:
    """Record somebody as decided eligible."""
    found = pe.CandidacyDecided(
        decision=pe.Decision.ELIGIBLE, indication=indication, reason="a test", knowledge_version="k", findings=()
    )
    people.record(person_id, found, act("prescriber", now=now))


@staged_alike
def consent_again(act: ActMaker, person_id: uuid.UUID, now: datetime) -> None:
    """Let the patient sign anew, as a new course asks."""
    intake.record_consent(person_id, consent_version(), "Test", "", act("nurse", now=now))


@staged_alike
def query_again(act: ActMaker, person_id: uuid.UUID, now: datetime) -> None:
    """Record a monitoring query, as a new course asks."""
    query = pe.WorkUpRecorded(item="pdmp", finding=pe.WorkUpFinding.NORMAL, words="", done_on=now.date())
    screening.record_work_up(person_id, [query], act("nurse", now=now))


@staged_alike
def sign(act: ActMaker, person_id: uuid.UUID, now: datetime, asked: orders.Wanted | None = None, why: str = "") -> int:
    """Weigh, as heavy as last time, and sign an order."""
    known = chart_store.person_chart(person_id).latest("weight_kg", now, EVER)
    weight_kg = "70" if known is None else f"{known.value}"
    intake.record_measurements(person_id, {"weight_kg": weight_kg, "height_cm": "178"}, act("nurse", now=now))
    head = chart_store.person_chart(person_id).head
    return orders.sign_order(person_id, asked or wanted(), why, head, act("prescriber", now=now))


@staged_alike
def infuse(
    act: ActMaker, person_id: uuid.UUID, start: datetime, asked: orders.Wanted | None = None, why: str = ""
) -> uuid.UUID:
    """Order an infusion and chart it as run from `start`."""
    order = sign(act, person_id, start - timedelta(minutes=30), asked, why)
    session = sessions.open_session(person_id, order, "Chair 1", act("nurse", now=start - timedelta(minutes=20)))
    plan = chart_store.session_chart_of(session).plan
    found = ev.InfusionFoundRunning(rate_ml_per_h=plan.rate_ml_per_h, deviation="test")
    charting.chart_fact(session, found, act("nurse", now=start))
    end = start + timedelta(minutes=plan.duration_min)
    charting.chart_fact(session, ev.InfusionStopped(reason="limit"), act("nurse", now=end))
    head = chart_store.session_chart_of(session).head
    leaves = act("prescriber", now=end + timedelta(minutes=60))
    sessions.discharge(session, "Kim", True, "for this test alone", head, leaves, identity_checked=True)
    return session


@staged_alike
def answer(act: ActMaker, person_id: uuid.UUID, total: int, now: datetime) -> None:
    """Answer a PHQ-9 with this total and item 9 at zero."""
    items = [min(3, max(0, total - 3 * item)) for item in range(8)]
    answers.answer(person_id, "phq9", (*items, 0), "patient", act("nurse", now=now))

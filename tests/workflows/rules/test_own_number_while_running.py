"""Another number while an infusion runs: each kind of number does at the chair what the page that signs it says."""

import contextlib
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.web.chair.status import status_of
from sereniv.clinic.workflows.chair import charting, monitors, sessions
from sereniv.clinic.workflows.followup import answers
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.rules.own_rules import sign_own, standings
from sereniv.clinic.workflows.shell.in_force import read_anew
from sereniv.knowledge import knowledge
from sereniv.knowledge.own_rules import bound_of, thresholds
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.desk import Desk
from tests.workflows import test_path
from tests.workflows.course.test_courses import PAIN
from tests.workflows.coursing import eligible, sign, wanted
from tests.workflows.rules.test_own_rules import OURS, page
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
stage = test_path.stage
Seen = Callable[[uuid.UUID, datetime], object]
BEGAN = NOON - timedelta(minutes=25)


def _due(session: uuid.UUID, now: datetime) -> object:
    found = status_of(session, chart_store.session_chart_of(session), now).due
    return found and found.at


def _leave_from(session: uuid.UUID, now: datetime) -> object:
    return status_of(session, chart_store.session_chart_of(session), now).leave_from


RUNNING: dict[str, tuple[str, Seen, float]] = {
    "schedule.close_watch_every_min": ("8", _due, 0),
    "schedule.after_end_every_min": ("10", _due, 30),
    "discharge.minimum_min_first": ("90", _leave_from, 30),
}
"""Each number with another value, what of a chair reads it, and how many minutes after noon."""


def running(stage: Stage) -> uuid.UUID:
    session = stage.infusing(SHE, "Chair 1", BEGAN)
    stage.vitals(session, SHE.pressure, NOON - timedelta(minutes=1))
    return session


@pytest.mark.parametrize("name", RUNNING)
def test_a_chair_reads_another_number_at_once_and_tomorrows_not_before_its_day(
    stage: Stage, act: ActMaker, fixed_clock: FixedClock, name: str
) -> None:
    value, seen, minutes = RUNNING[name]
    session = running(stage)
    if minutes >= 30:
        end = NOON + timedelta(minutes=15)
        charting.chart_fact(session, ev.InfusionStopped(reason=""), act("nurse", now=end))
        stage.vitals(session, SHE.pressure, end + timedelta(minutes=1))
    at = NOON + timedelta(minutes=minutes)
    before = seen(session, at)
    tomorrow = replace(OURS, threshold=name, value=Decimal(value), effective_from=NOON.date() + timedelta(days=1))
    sign_own(tomorrow, act("director", second="prescriber"))
    assert seen(session, at) == before, "not before its day"
    sign_own(replace(tomorrow, effective_from=NOON.date()), act("director", second="prescriber"))
    assert seen(session, at) != before, "at once"


@pytest.mark.parametrize(
    ("name", "value", "minutes"), [("schedule.escalate_after_min", "3", 7.5), ("schedule.late_after_min", "1", 5.5)]
)
def test_late_vital_signs_are_asked_for_and_passed_on_by_the_new_number_while_the_infusion_runs(
    stage: Stage, act: ActMaker, fixed_clock: FixedClock, name: str, value: str, minutes: float
) -> None:
    session, at = running(stage), NOON + timedelta(minutes=minutes)

    def raised() -> set[str]:
        monitors.watch_session(session, at)
        return {str(each.raised.event.priority) for each in chart_store.session_chart_of(session).alerts.values()}

    before = raised()
    sign_own(replace(OURS, threshold=name, value=Decimal(value)), act("director", second="prescriber"))
    assert raised() != before


def test_a_rate_changed_at_the_chair_is_held_against_the_new_limit(
    stage: Stage, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    name, session = "limits.rate_mg_per_kg_per_h.hard_above", running(stage)
    said = page(staff, "director", f"/rules/own/{name}/sign/?value=1.4")
    assert "Order page; Co-signature and gate; A rate changed at the chair: hard and absolute limits" in said
    soft = page(staff, "director", "/rules/own/limits.dose_mg.soft_above/sign/?value=60")
    assert "<b>Read by:</b> Order page; Co-signature and gate." in soft
    plan = chart_store.session_chart_of(session).plan
    faster = (plan.dose_weight_kg * Decimal("0.9") / plan.concentration_mg_per_ml).quantize(Decimal("0.1"))

    def change(rate: Decimal) -> None:
        head = chart_store.session_chart_of(session).head
        by = act("nurse", second="nurse2")
        sessions.change_rate(session, rate, "asked for by the prescriber", head, by)

    change(faster)
    tighter = replace(OURS, threshold="limits.rate_mg_per_kg_per_h.soft_above", value=Decimal("0.7"))
    sign_own(tighter, act("director", second="prescriber"))
    sign_own(replace(tighter, threshold=name, value=Decimal("0.8")), act("director", second="prescriber"))
    with pytest.raises(Refused, match="two people sign, one a prescriber"):
        change(faster + 1)


def test_an_order_that_is_signed_keeps_its_numbers_and_is_signed_anew_past_a_new_limit(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    she = eligible(act, NOON)
    entry = sign(act, she, NOON, wanted("0.5"))
    name = "limits.dose_mg.soft_above"
    said = page(staff, "director", f"/rules/own/{name}/sign/?value=37.5")
    assert "An order that is signed keeps" in said
    assert "where it goes past the new limit, it is signed anew before its co-signature and its start" in said
    tighter = replace(OURS, threshold="limits.dose_mg_per_kg.hard_above", value=Decimal("0.5"))
    sign_own(tighter, act("director", second="prescriber"))
    sign_own(replace(tighter, threshold=name, value=Decimal("37.5")), act("director", second="prescriber"))
    terms = chart_store.person_chart(she).order_numbered(entry)
    assert terms is not None
    numbers = (terms.terms.dose_mg, terms.terms.rate_ml_per_h)
    with transaction.atomic():
        past = replace(tighter, threshold="limits.first_infusion_mg_per_kg.soft_above", value=Decimal("0.4"))
        sign_own(past, act("director", second="prescriber"))
        with pytest.raises(Refused, match="was signed it goes past: Dose at the first"):
            orders.co_sign_order(she, entry, *numbers, act("nurse2"))
        transaction.set_rollback(True)
    read_anew()
    orders.co_sign_order(she, entry, *numbers, act("nurse2"))
    heavier = orders.propose(she, wanted("0.55"), act("prescriber")).hits
    assert {hit.limit.id for hit in heavier} >= {"dose_mg_per_kg", "dose_mg"}, "the next order reads them"


def test_a_long_pain_infusion_reads_its_own_new_number(act: ActMaker, fixed_clock: FixedClock) -> None:
    he = eligible(act, NOON - timedelta(days=1), "chronic_pain")
    order = sign(act, he, BEGAN - timedelta(minutes=10), PAIN)
    session = sessions.open_session(he, order, "Chair 1", act("nurse", now=BEGAN))
    found = ev.InfusionFoundRunning(rate_ml_per_h=Decimal("24.5"), deviation="test")
    charting.chart_fact(session, found, act("nurse", now=BEGAN))
    typed = {"systolic": "124", "diastolic": "78", "heart_rate": "72", "spo2": "98", "respiratory_rate": "14"}
    charting.chart_vitals(session, typed, act("nurse", now=NOON - timedelta(minutes=1)))
    before = _due(session, NOON)
    sooner = replace(OURS, threshold="pain_schedule.close_watch_every_min", value=Decimal(10))
    sign_own(sooner, act("director", second="prescriber"))
    assert _due(session, NOON) != before


PAGES = {
    "board": "Board", "person": "Person page", "person_course": "Course page", "person_decide": "Page to decide",
    "person_order": "Order page", "person_work_up": "Work-up page", "person_consent": "Consent page",
    "safety": "Safety items", "session": "Chair: when vital signs are due",
}  # fmt: skip
"""What each page is called where the page of a number says who reads it."""
ONE_OF_EACH = {bound_of(name, knowledge()).id: name for name in reversed(thresholds(knowledge()))}


@pytest.mark.slow
@pytest.mark.parametrize("bound", ONE_OF_EACH)
def test_every_page_that_reads_otherwise_by_another_number_is_named_where_it_is_signed(
    stage: Stage, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, bound: str
) -> None:
    """Minutes of item 9 moved the board and the page of the person, and the page that signs them named neither."""
    session, she = running(stage), demo_id(SHE.name)
    asked_at = NOON - timedelta(minutes=10)
    answers.answer(she, "phq9", (1, 1, 1, 1, 1, 1, 1, 1, 2), "patient", act("nurse", now=asked_at))
    director = Desk(staff, "director")

    def read() -> dict[str, str]:
        of = {"session": (session,), "board": (), "safety": ()}
        return {name: director.reads(name, *of.get(name, (she,))) for name in PAGES}

    before, name = read(), ONE_OF_EACH[bound]
    standing = standings(NOON)[name]
    for value in {*standing.range} - {standing.in_force.value}:
        with transaction.atomic():
            with contextlib.suppress(Refused, Malformed):
                sign_own(replace(OURS, threshold=name, value=value), act("director", second="prescriber"))
            after = read()
            transaction.set_rollback(True)
        read_anew()
        otherwise = {PAGES[each] for each in PAGES if after[each] != before[each]}
        assert otherwise <= set(standing.bound.read_by), f"{name} = {value}"

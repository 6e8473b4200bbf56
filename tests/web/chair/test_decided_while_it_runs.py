"""A decision about somebody at a chair says before what is open there, and the chair is told of it at once."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.chair import charting, sessions
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.course.treatment import infusions_of, treatment_of
from sereniv.clinic.workflows.intake import screening
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session import events as ev
from sereniv.therapy.treatment.tolerance import tolerance
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.chair.test_learned_while_it_runs import new_prompts
from tests.workflows import test_path
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db
stage = test_path.stage
HERS = demo_id(SHE.name)
PAGES = (
    "person_end_course", "person_review", "person_decide", "person_interrupt", "person_consent_withdraw",
    "person_level_of_care",
    "person_indication",
)  # fmt: skip
DECIDED: dict[str, tuple[Callable[[Act], object], str]] = {
    "the course was ended": (
        lambda act: courses.end(HERS, pe.Ending.OTHER, "she moves away", head(), act), "other: she moves away",
    ),
    "the course was interrupted": (lambda act: courses.interrupt(HERS, "a cold", act), "a cold"),
    "decided: declined": (
        lambda act: candidacy.decide_candidacy(HERS, pe.Decision.DECLINED, "a murmur was heard", head(), act),
        "a murmur was heard",
    ),
    "decided for another indication": (
        lambda act: people.change_indication(HERS, "ptsd", "trauma came first", act), "ptsd",
    ),
    "thoughts of suicide to take up": (
        lambda act: screening.decide_level_of_care(HERS, pe.LevelOfCare.INPATIENT, "not safe alone", act),
        "inpatient",
    ),
}  # fmt: skip


def head() -> int:
    return chart_store.person_chart(HERS).head


@pytest.fixture
def session(stage: Stage, fixed_clock: FixedClock) -> uuid.UUID:
    session = stage.infusing(SHE, "Chair 1", NOON)
    fixed_clock.shown = at(6)
    return session


def said(staff: dict[str, Staff], name: str, *more: object) -> str:
    """Return what a page says of what its act touches, in one line."""
    client = Client()
    client.force_login(staff["prescriber"], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse(name, args=[HERS, *more])).content.decode()
    found = re.search(r'<section class="notice touched".*?</section>', page, re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_takes_the_ground_from_treatment_says_what_runs_at_a_chair(
    session: uuid.UUID, staff: dict[str, Staff], fixed_clock: FixedClock, act: ActMaker, name: str
) -> None:
    assert "Asks for somebody: infusion running at Chair 1, begun 12:00" in said(staff, name)
    charting.chart_fact(session, ev.InfusionPaused(reason="asked to"), act("nurse", now=at(6)))
    assert "infusion paused at Chair 1" in said(staff, name)
    charting.chart_fact(session, ev.InfusionStopped(reason="asked to"), act("nurse", now=at(7)))
    assert "session at Chair 1: in recovery" in said(staff, name)


@pytest.mark.parametrize("name", ["person_order", "person_maintain"])
def test_a_page_whose_act_leaves_the_infusion_running_says_that_it_runs(
    session: uuid.UUID, staff: dict[str, Staff], name: str
) -> None:
    assert "Stays in sight: infusion running at Chair 1, begun 12:00" in said(staff, name)


def test_withdrawing_an_order_says_what_is_seated_for_it(
    stage: Stage, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    stage.at_the_gate(SHE, "Chair 1", NOON)
    fixed_clock.shown = at(-5)
    order = chart_store.person_chart(HERS).orders[-1].signed.stream_seq
    assert "Stays in sight: session at Chair 1: being prepared" in said(staff, "person_withdraw", order)


def test_a_session_that_was_not_started_is_said_too(
    stage: Stage, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    stage.at_the_gate(SHE, "Chair 1", NOON)
    fixed_clock.shown = at(-5)
    assert "session at Chair 1: being prepared, nothing has run" in said(staff, "person_end_course")


@pytest.mark.parametrize("title", DECIDED)
def test_the_chair_is_told_at_once_and_asked_before_the_pump_runs_again(
    session: uuid.UUID, act: ActMaker, title: str
) -> None:
    decide, words = DECIDED[title]
    assert new_prompts(session, 5) == []
    decide(act("prescriber", now=at(5.5)))
    assert new_prompts(session, 6) == [f"New in the record: {title}"]
    (alert,) = chart_store.session_chart_of(session).open_alerts
    assert words in alert.raised.event.message
    charting.chart_fact(session, ev.InfusionPaused(reason="asked to"), act("nurse", now=at(7)))
    chart = chart_store.session_chart_of(session)
    with pytest.raises(Refused, match="Charted and not over"):
        sessions.resume(session, chart.plan.rate_ml_per_h, chart.head, act("nurse", now=at(8)))
    sessions.resume(session, chart.plan.rate_ml_per_h, chart.head, act("nurse", now=at(8)), "prescriber at the chair")


def test_a_course_that_is_resumed_prompts_no_more(session: uuid.UUID, act: ActMaker) -> None:
    courses.interrupt(HERS, "a cold", act("nurse", now=at(5)))
    assert new_prompts(session, 6)
    courses.resume(HERS, "it is hay fever", head(), act("nurse", now=at(7)))
    new_prompts(session, 8)
    found = chart_store.session_chart_of(session).open_alerts
    told = [each for each in found if each.raised.event.alert.startswith("learned-")]
    assert [each.presence for each in told] == ["latched"]


def test_a_decision_taken_elsewhere_says_nothing_of_how_the_dose_is_borne(session: uuid.UUID, act: ActMaker) -> None:
    courses.interrupt(HERS, "no time next week", act("nurse", now=at(5)))
    assert new_prompts(session, 6)
    end = at(0) + timedelta(minutes=40)
    charting.chart_fact(session, ev.InfusionStopped(reason="limit"), act("nurse", now=end))
    last = infusions_of(HERS)[-1]
    assert tolerance(last, treatment_of(HERS, at(45)).chart, knowledge(), at(45)).is_borne

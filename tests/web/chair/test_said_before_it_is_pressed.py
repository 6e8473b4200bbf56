"""What a press at a chair would be refused for stands on its page before it is pressed, with what ends it."""

import html
import uuid

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.chair import calling, charting, monitors, sessions
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.chair.test_status import FINISHED, poured_away, pressure
from tests.workflows import test_path
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db
stage = test_path.stage
URGENT = [
    ("emergency", "The emergency of 12:04", "emergency/over/"),
    ("help", "Help was called at 12:04", "help/answered/"),
]


@pytest.fixture
def nurse(staff: dict[str, Staff], stage: Stage, fixed_clock: FixedClock) -> Client:
    del stage
    fixed_clock.shown = at(5)
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def shown(client: Client, session: uuid.UUID, page: str) -> str:
    drawn = client.get(f"/sessions/{session}/{page}")
    assert drawn.status_code == 200
    return " ".join(html.unescape(drawn.content.decode()).split())


def becomes(urgent: str, session: uuid.UUID, act: ActMaker) -> None:
    if urgent == "emergency":
        calling.open_emergency(session, act("nurse", now=at(4)))
    else:
        charting.chart_fact(session, ev.HelpCalled(), act("nurse", now=at(4)))


@pytest.mark.parametrize(("urgent", "words", "ends"), URGENT)
def test_the_start_says_what_must_end_first(
    nurse: Client, stage: Stage, act: ActMaker, urgent: str, words: str, ends: str
) -> None:
    session = stage.at_the_gate(SHE, "Chair 1", NOON)
    stage.vitals(session, ("122", "78"), at(0))
    sessions.pass_gate(session, chart_store.session_chart_of(session).head, act("nurse", now=at(3)))
    assert "Start infusion" in shown(nurse, session, "gate/")
    becomes(urgent, session, act)
    page = shown(nurse, session, "gate/")
    assert words in page
    assert f'/sessions/{session}/{ends}"' in page
    assert "Start infusion" not in page


@pytest.mark.parametrize(("urgent", "words", "ends"), URGENT)
@pytest.mark.parametrize("page", ["recovery/", "discharge/"])
def test_whoever_may_not_leave_is_said_to_stay_before_anybody_fills_in_a_form(
    nurse: Client, stage: Stage, act: ActMaker, urgent: str, words: str, ends: str, page: str
) -> None:
    session = stage.infusing(SHE, "Chair 1", NOON)
    charting.chart_fact(session, ev.InfusionStopped(), act("nurse", now=at(3)))
    becomes(urgent, session, act)
    drawn = shown(nurse, session, page)
    assert words in drawn
    assert f'/sessions/{session}/{ends}"' in drawn


@pytest.mark.parametrize(("urgent", "words", "ends"), URGENT)
@pytest.mark.parametrize("page", ["resume/", "close-unused/"])
def test_nothing_is_typed_for_what_cannot_be(
    nurse: Client, stage: Stage, act: ActMaker, urgent: str, words: str, ends: str, page: str
) -> None:
    if page == "resume/":
        session = stage.infusing(SHE, "Chair 1", NOON)
        charting.chart_fact(session, ev.InfusionPaused(), act("nurse", now=at(3)))
    else:
        session = poured_away(stage, act)
    becomes(urgent, session, act)
    drawn = shown(nurse, session, page)
    assert f"Not now. {words}" in drawn
    assert f'/sessions/{session}/{ends}"' in drawn
    assert 'name="reason"' not in drawn


def test_a_prompt_before_the_start_stands_at_the_gate_where_it_is_acted_on(
    nurse: Client, stage: Stage, act: ActMaker
) -> None:
    """The chair's page led to the gate, which showed no prompt: nobody could act on it, nor close the chair."""
    session = poured_away(stage, act)
    pressure(session, "206", "124", act, 1)
    monitors.watch_session(session, at(1))
    (prompt,) = chart_store.session_chart_of(session).open_alerts
    page = shown(nurse, session, "gate/")
    assert "Blood pressure severe" in page
    assert f"/sessions/{session}/notice/{prompt.raised.event.alert}/" in page
    assert "Not now. Nobody has acted on: Blood pressure severe" in shown(nurse, session, "close-unused/")


def test_a_chair_with_drug_that_nobody_accounted_for_says_so_before_it_is_closed(nurse: Client, stage: Stage) -> None:
    session = stage.at_the_gate(FINISHED, "Chair 2", NOON)
    page = shown(nurse, session, "close-unused/")
    assert "Not now. Drug was drawn for this session" in page
    assert f'/sessions/{session}/drug/"' in page


def test_what_stands_is_said_before_the_pump_runs_again(nurse: Client, stage: Stage, act: ActMaker) -> None:
    session = stage.infusing(SHE, "Chair 1", NOON)
    charting.chart_observation(session, ev.Observation.DISTRESS, 3, "", act("nurse", now=at(3)))
    charting.chart_fact(session, ev.InfusionPaused(), act("nurse", now=at(4)))
    page = shown(nurse, session, "resume/")
    assert "Charted and not over: Severe distress" in page
    assert "write why it runs again all the same" in page


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("resume/", "The infusion is not paused: infusing."),
        ("discharge/", "Discharge follows recovery; the session is infusing."),
        ("close-unused/", "Only a session that never ran can be closed so; this one is infusing."),
        ("drug/", "The pump is not charted as stopped"),
    ],
)
def test_a_page_for_another_moment_of_the_session_asks_for_nothing(
    nurse: Client, stage: Stage, page: str, words: str
) -> None:
    session = stage.infusing(SHE, "Chair 1", NOON)
    drawn = shown(nurse, session, page)
    assert f"Not now. {words}" in drawn
    assert '<form method="post" class="sheet' not in drawn


def test_a_rate_is_changed_only_while_the_pump_runs(nurse: Client, stage: Stage, act: ActMaker) -> None:
    session = stage.infusing(SHE, "Chair 1", NOON)
    assert 'name="rate_ml_per_h"' in shown(nurse, session, "rate/")
    charting.chart_fact(session, ev.InfusionPaused(), act("nurse", now=at(4)))
    page = shown(nurse, session, "rate/")
    assert "Not now. The pump is not charted as running: paused." in page
    assert 'name="rate_ml_per_h"' not in page


def test_a_discharged_patient_is_not_discharged_again(nurse: Client, stage: Stage, fixed_clock: FixedClock) -> None:
    session = stage.finished(SHE, "Chair 1", NOON)
    fixed_clock.shown = at(400)
    assert "Not now. This patient is already discharged." in shown(nurse, session, "discharge/")
    for page, words in (("transfer/", "over"), ("left-unseen/", "over"), ("died/", "over")):
        assert f"Not now. This session is {words}" in shown(nurse, session, page)


def test_no_bag_is_spilt_where_none_was_drawn(nurse: Client, stage: Stage, act: ActMaker) -> None:
    _, order = stage.ordered(SHE, NOON)
    session = sessions.open_session(demo_id(SHE.name), order, "Chair 1", act("nurse", now=at(1)))
    assert "Not now. No drug was drawn for this session" in shown(nurse, session, "spilt/")
    assert "Not now. No drug was drawn for this session" in shown(nurse, session, "drug/")

"""What came with an entry of a session goes with it when it is struck, and the page says so before."""

import uuid
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.chair import care, charting, monitors
from sereniv.knowledge import knowledge
from sereniv.therapy.safety import suicide
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.shared_state import SharedStage
from tests.workflows.test_path import SHE, VIAL, at, told

pytestmark = pytest.mark.django_db
LINE_OUT = ev.ObservationCharted(observation=ev.Observation.IV_SITE, grade=3)


@pytest.fixture
def stage(staff: dict[str, Staff]) -> Stage:
    del staff
    return SharedStage.with_vial(VIAL, at(-120))


@pytest.fixture
def running(stage: Stage) -> uuid.UUID:
    return stage.infusing(SHE, "Chair 1", NOON)


def asking(session: uuid.UUID) -> set[str]:
    return {each.raised.event.alert for each in told(session).open_alerts}


def prompted(session: uuid.UUID, act: ActMaker) -> ev.AlertRaised:
    before = asking(session)
    charting.chart_fact(session, LINE_OUT, act("nurse", now=at(5)))
    monitors.watch_session(session, at(5))
    new = [each.raised.event for each in told(session).open_alerts if each.raised.event.alert not in before]
    return next(each for each in new if "iv site" in str(each.read) or "line" in each.title.lower())


def page(session: uuid.UUID, entry: int, staff: dict[str, Staff]) -> str:
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse("session_strike", args=[session, entry])).content.decode()


@pytest.mark.parametrize("pump", [ev.InfusionStopped(reason="Line"), ev.InfusionPaused(reason="Line")])
def test_a_prompt_answered_by_a_struck_act_of_the_pump_asks_again_and_the_page_says_so(
    running: uuid.UUID,
    act: ActMaker,
    staff: dict[str, Staff],
    fixed_clock: FixedClock,
    pump: ev.InfusionStopped | ev.InfusionPaused,
) -> None:
    """It stayed acknowledged, by what had not happened."""
    prompt = prompted(running, act)
    assert charting.acknowledge(running, prompt.alert, "Done", act("nurse", now=at(6)), pump)
    assert prompt.alert not in asking(running)
    answered = told(running).head
    fixed_clock.shown = at(8)
    said = page(running, answered, staff)
    assert "One that was answered by a pause or stop that is struck asks again" in said
    assert prompt.title in said
    charting.strike(running, answered, "it was Chair 2", act("nurse", now=at(8)))
    assert prompt.alert in asking(running)


def test_an_answer_that_did_nothing_to_the_pump_stays_when_a_later_stop_is_struck(
    running: uuid.UUID, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    prompt = prompted(running, act)
    charting.acknowledge(running, prompt.alert, "Line looked at", act("nurse", now=at(6)))
    charting.chart_fact(running, ev.InfusionStopped(reason="limit"), act("nurse", now=at(7)))
    fixed_clock.shown = at(8)
    assert "asks again" not in page(running, told(running).head, staff)
    charting.strike(running, told(running).head, "it was Chair 2", act("nurse", now=at(8)))
    assert prompt.alert not in asking(running)


def test_thoughts_heard_with_a_struck_screen_wait_and_both_pages_say_so(
    running: uuid.UUID, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """The item stood there alone, and whoever asked did not know that what it stood on had been struck."""
    care.screen(running, (), (), ev.Suicidality.WORSE, "rather not be here", act("nurse", now=at(5)))
    asked = told(running).head
    fixed_clock.shown = at(8)
    assert "the item that they opened stays" in page(running, asked, staff)
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    person = demo_id(SHE.name)
    (item,) = suicide.waiting(chart_store.person_chart(person), knowledge())
    names = (("safety", ()), ("person", (person,)), ("person_safety", (person, item.entry)))
    places = [reverse(name, args=found) for name, found in names]
    assert all("What it was heard in was" not in nurse.get(each).content.decode() for each in places)
    charting.strike(running, asked, "it was said at Chair 2", act("nurse", now=at(8)))
    for each in places:
        shown = nurse.get(each).content.decode()
        assert "rather not be here" in shown, each
        assert "it was said at Chair 2" in shown, each


def test_nothing_is_said_of_thoughts_where_a_screen_found_none(
    running: uuid.UUID, act: ActMaker, staff: dict[str, Staff]
) -> None:
    care.screen(running, (), (), ev.Suicidality.NONE, "", act("nurse", now=at(5)))
    assert "Thoughts of suicide were heard" not in page(running, told(running).head, staff)


def test_the_volume_that_was_read_with_a_struck_stop_is_named(
    running: uuid.UUID, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """It stayed without a word, and what was given was held against another pump."""
    stop = told(running).head + 1
    facts = [(ev.InfusionStopped(reason="limit"), None), (ev.VolumeRead(volume_ml=Decimal("9.5")), None)]
    charting.chart_facts(running, facts, act("nurse", now=at(7)))
    fixed_clock.shown = at(8)
    assert "The 9.5 mL read from the pump&#x27;s screen with it stay" in page(running, stop, staff)
    charting.strike(running, stop + 1, "it was Chair 2", act("nurse", now=at(9)))
    assert "with it stay" not in page(running, stop, staff)

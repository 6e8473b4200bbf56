"""What rings on whose screen, who listens, and the sound that somebody turned off, which comes again by itself."""

import json
import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from sereniv.clinic import clock
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.operating.plan import Plan
from sereniv.clinic.operating.prompts import people
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair
from sereniv.clinic.workflows.chair import charting, listening, monitors, reaching
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows import test_path
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db
stage = test_path.stage
CHEST_PAIN = ev.ObservationCharted(observation=ev.Observation.CHEST_PAIN, grade=1)
HIVES = ev.ObservationCharted(observation=ev.Observation.HIVES, grade=1)
TABLET = {"X-Screen": "0123456789abcdef", "X-Sounds": "yes"}


@pytest.fixture(autouse=True)
def nobody_listens() -> Iterator[None]:
    yield
    listening.forget()


@pytest.fixture
def session(stage: Stage, fixed_clock: FixedClock) -> uuid.UUID:
    Chair.objects.get_or_create(name="Chair 1")
    session = stage.infusing(SHE, "Chair 1", NOON)
    fixed_clock.shown = at(4)
    return session


def signed_in(person: Staff) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def nurse(staff: dict[str, Staff], session: uuid.UUID) -> Client:
    del session
    return signed_in(staff["nurse"])


def prompted(session: uuid.UUID, act: ActMaker, what: ev.ObservationCharted = CHEST_PAIN, minute: float = 4) -> None:
    charting.chart_fact(session, what, act("nurse", now=at(minute)))
    monitors.watch_session(session, at(minute))


def rings(client: Client) -> list[dict[str, Any]]:
    page = client.get("/calls/").content.decode()
    told: list[dict[str, Any]] = json.loads(unescape(re.findall(r'data-rings="([^"]*)"', page)[0]))
    return told


def test_a_prompt_rings_for_its_nurse_and_after_a_minute_for_every_screen(
    nurse: Client, session: uuid.UUID, act: ActMaker, fixed_clock: FixedClock
) -> None:
    assert rings(nurse) == []
    prompted(session, act)
    (ring,) = rings(nurse)
    assert (ring["session"], ring["priority"], ring["nurse"]) == (str(session), "high", "nurse")
    for seconds, everywhere in ((0, False), (59, False), (60, True), (500, True)):
        fixed_clock.shown = at(4) + timedelta(seconds=seconds)
        assert rings(nurse)[0]["everywhere"] is everywhere, seconds
    charting.acknowledge(session, "chest_pain", "Asked her: it is gone", act("nurse", now=at(13)))
    assert rings(nurse) == [], "acted on, it rings no more"


def test_what_rings_names_no_patient_and_rings_for_nobody_without_sight_of_charts(
    nurse: Client, staff: dict[str, Staff], session: uuid.UUID, act: ActMaker
) -> None:
    prompted(session, act)
    page = nurse.get("/calls/").content.decode()
    assert not [each for each in (SHE.family_name, SHE.given_names, "Chest pain") if each in page]
    assert rings(signed_in(staff["admin"])) == []


def test_sound_that_was_turned_off_comes_again_by_itself_and_with_another_prompt(
    nurse: Client, session: uuid.UUID, act: ActMaker, fixed_clock: FixedClock
) -> None:
    assert (
        nurse.post(f"/sessions/{session}/sound-off/", {"reason": "with her", "key": "off-1-early"}).status_code == 422
    )
    prompted(session, act)
    refused = nurse.post(f"/sessions/{session}/sound-off/", {"reason": "x", "key": "off-1-letter"})
    assert "Write why the sound is turned off" in refused.content.decode()
    sent = nurse.post(f"/sessions/{session}/sound-off/", {"reason": "I am with her, quiet", "key": "off-1-chair"})
    assert sent.status_code == 302
    assert rings(nurse) == []
    status = " ".join(nurse.get(f"/sessions/{session}/status/").content.decode().split())
    assert "Sound off until" in status
    assert "Ada Nightfall, RN: I am with her, quiet" in status
    assert "Acknowledge" in status, "nobody has acted by turning the sound off"
    prompted(session, act, HIVES, 5)
    assert [each["name"].partition("@")[0] for each in rings(nurse)] == ["hives"], "another prompt sounds at once"
    for seconds, sounding in ((119, 1), (120, 2)):
        fixed_clock.shown = at(4) + timedelta(seconds=seconds)
        assert len(rings(nurse)) == sounding
    assert (
        "Sound off for 2 minutes: chest pain; I am with her, quiet"
        in nurse.get(f"/sessions/{session}/log/").content.decode()
    )


def test_turning_the_sound_off_holds_up_nobody_who_is_told(nurse: Client, session: uuid.UUID, act: ActMaker) -> None:
    prompted(session, act)
    nurse.post(f"/sessions/{session}/sound-off/", {"reason": "I am with her, quiet", "key": "off-1-chair"})
    listening.note("a-screen", listening.Screen(who="nurse2", sounds=True, at=clock.real_now()))
    _, owed = reaching.owed_at(session, at(5), people(Plan(), at(5)), {ev.Rung.NEXT: ("screen",)})
    assert [(each.who, each.way) for each in owed] == [("nurse2", "screen")]


def test_the_board_says_where_no_screen_sounds(nurse: Client, session: uuid.UUID) -> None:
    silent = "No screen sounds for a prompt at Chair 1"
    assert silent in nurse.get("/board/tiles/").content.decode()
    nurse.get("/calls/", headers={**TABLET, "X-Sounds": "no", "X-Listens": str(session)})
    assert silent in nurse.get("/board/tiles/").content.decode(), "a page that may make no sound is no help"
    nurse.get("/calls/", headers={**TABLET, "X-Listens": ""})
    assert silent in nurse.get("/board/tiles/").content.decode(), "a page of another matter listens to no chair"
    nurse.get("/calls/", headers={**TABLET, "X-Listens": str(session)})
    assert "No screen sounds" not in nurse.get("/board/tiles/").content.decode()
    nurse.get("/calls/", headers={**TABLET, "X-Listens": "board"})
    assert "No screen sounds" not in nurse.get("/board/tiles/").content.decode()


@pytest.mark.parametrize(("seconds", "listens"), [(0, True), (29.9, True), (30, True), (30.1, False), (900, False)])
def test_a_screen_that_says_nothing_any_more_listens_to_nothing(seconds: float, listens: bool) -> None:
    listening.note("a-screen", listening.Screen(who="nurse", listens_to="7", sounds=True, at=NOON))
    later = NOON + timedelta(seconds=seconds)
    assert (listening.unheard(["7"], later) == ()) is listens
    assert listening.hear(later) == (frozenset({"nurse"}) if listens else frozenset())


def test_whoever_sits_at_a_screen_that_sounds_is_told_by_it(nurse: Client, session: uuid.UUID, act: ActMaker) -> None:
    prompted(session, act)
    nurse.get("/calls/", headers={**TABLET, "X-Listens": str(session)})
    everybody = people(Plan(), at(4))
    assert {each.who: each.ways for each in everybody}["nurse"] == {"screen"}
    _, (owed,) = reaching.owed_at(session, at(4), everybody, dict.fromkeys(ev.Rung, ("screen",)))
    assert (owed.rung, owed.who, owed.way) == (ev.Rung.NURSE, "nurse", "screen")


@pytest.mark.parametrize("name", ["", "short", "x" * 900, "<b>", "0123456789abcdeg"])
def test_a_screen_without_a_name_is_nobodys(nurse: Client, name: str) -> None:
    nurse.get("/calls/", headers={**TABLET, "X-Screen": name})
    assert listening.hear(clock.real_now()) == frozenset()


def test_a_chart_page_carries_what_its_screen_listens_to(nurse: Client, session: uuid.UUID) -> None:
    for page, listens in ((f"/sessions/{session}/", str(session)), ("/", "board")):
        text = nurse.get(page).content.decode()
        assert f'data-listens="{listens}"' in text
        assert "No sound here: allow it" in text
    assert chart_store.session_chart_of(session).alerts == {}


def test_one_tap_says_who_is_coming_on_every_screen(nurse: Client, staff: dict[str, Staff], session: uuid.UUID) -> None:
    nurse.post(f"/sessions/{session}/help/")
    other = signed_in(staff["nurse2"])
    assert "nobody is coming yet" in other.get("/calls/").content.decode()
    sent = other.post(f"/sessions/{session}/help/coming/", {"key": "coming-nurse2"})
    assert sent.headers["Location"] == f"/sessions/{session}/emergency/"
    assert "Ben Okoro, RN is coming" in nurse.get("/calls/").content.decode()
    nurse.post(f"/sessions/{session}/help/answered/", {"who": "Ben", "key": "help-has-come-1"})
    late = other.post(f"/sessions/{session}/help/coming/", {"key": "coming-late-1"})
    assert "the call was answered" in late.content.decode()
    log = nurse.get(f"/sessions/{session}/log/").content.decode()
    assert "On the way to the call for help" in log

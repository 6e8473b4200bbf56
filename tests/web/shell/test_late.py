"""What a tablet kept without a network: sealed for its author, facts alone, sent once they have proven who they are."""

import html
import re
import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import resolve

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair, SessionRow
from sereniv.clinic.web.shell import late
from sereniv.clinic.workflows.person import restricting
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import Phase
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.shell import test_lock
from tests.web.shell.test_access import ALL, ANY_ID, address
from tests.workflows import test_path
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
stage, watch = test_path.stage, test_lock.watch
TYPED = {
    "kind": "remark", "text": "warm blanket, asked for it", "when": "12:10", "when_filled_in": "yes",
    "key": "typed-without-network-01", "typed_by": "nurse", late.WITHOUT_NETWORK: "2026-11-25T12:10:31.000Z",
}  # fmt: skip


@pytest.fixture
def session(stage: Stage, fixed_clock: FixedClock, watch: test_lock.Watch) -> uuid.UUID:
    """A pump that runs since noon; the network went at ten past and is back at twenty past."""
    del watch
    Chair.objects.create(name="Chair 1")
    found = stage.infusing(SHE, "Chair 1", NOON)
    fixed_clock.shown = NOON + timedelta(minutes=20)
    return found


@pytest.fixture
def nurse(staff: dict[str, Staff], session: uuid.UUID, watch: test_lock.Watch) -> Client:
    """Whoever signed in before the network went, and whose screen has not locked."""
    del staff, session
    client = Client()
    client.post("/sign-in/", {"login": "nurse", "password": PASSWORD})
    watch.goes(minutes=4)
    client.post("/touch/")
    watch.goes(minutes=2)
    return client


def remarks(session: uuid.UUID) -> list[str]:
    entries = chart_store.session_chart_of(session).entries
    return [each.event.text for each in entries if isinstance(each.event, ev.RemarkCharted)]


def test_it_is_taken_once_late_and_only_after_its_author_was_asked_for_their_pin(
    nurse: Client, session: uuid.UUID
) -> None:
    here = f"/sessions/{session}/note-down/"
    asked = nurse.post(here, TYPED)
    assert asked.status_code == 422
    assert late.NOT_PROVEN in html.unescape(asked.content.decode())
    assert remarks(session) == []
    assert nurse.post("/unlock/", {"secret": "wrong"}, headers={"X-Quiet": "1"}).status_code == 422
    assert nurse.post(here, TYPED).status_code == 422
    assert nurse.post("/unlock/", {"secret": PASSWORD}, headers={"X-Quiet": "1"}).status_code == 204
    # An answer that broke off on its way is asked for again.
    assert [nurse.post(here, TYPED).status_code for _ in range(3)] == [302, 302, 302]
    assert remarks(session) == [TYPED["text"]]
    last = chart_store.session_chart_of(session).entries[-1]
    assert (last.at, last.recorded_at, last.charted_late) == (
        NOON + timedelta(minutes=10), NOON + timedelta(minutes=20), True,
    )  # fmt: skip
    log = " ".join(nurse.get(f"/sessions/{session}/log/").content.decode().split())
    assert "<small>charted 12:20</small>" in log
    board = " ".join(re.sub(r"<[^>]*>", " ", nurse.get("/board/tiles/").content.decode()).split())
    assert "1 charted late, the last 12:20" in board


def test_a_form_that_went_out_just_before_the_network_did_is_the_same_act(nurse: Client, session: uuid.UUID) -> None:
    """The page sent it with its time left blank, and never heard that it had arrived."""
    here = f"/sessions/{session}/note-down/"
    sent = {name: value for name, value in TYPED.items() if name not in {"when_filled_in", late.WITHOUT_NETWORK}}
    assert nurse.post(here, {**sent, "when": ""}).status_code == 302
    nurse.post("/unlock/", {"secret": PASSWORD}, headers={"X-Quiet": "1"})
    assert nurse.post(here, TYPED).status_code == 302
    assert remarks(session) == [TYPED["text"]]


def test_somebody_elses_is_never_sent_under_the_name_of_who_is_signed_in(
    session: uuid.UUID, staff: dict[str, Staff]
) -> None:
    other = Client()
    other.post("/sign-in/", {"login": "nurse2", "password": PASSWORD})
    assert other.post(f"/sessions/{session}/note-down/", TYPED)["Location"] == "/kept/"
    assert remarks(session) == []


def test_a_locked_screen_sends_nothing_late(nurse: Client, session: uuid.UUID) -> None:
    nurse.post("/unlock/", {"secret": PASSWORD})
    nurse.post("/lock/")
    typed = {**TYPED, "reason": "she asked"}
    assert nurse.post(f"/sessions/{session}/stopped/", typed).status_code == 422
    assert chart_store.session_chart_of(session).phase is Phase.INFUSING


def test_a_stop_that_two_people_charted_is_asked_about_and_the_first_stands(nurse: Client, session: uuid.UUID) -> None:
    nurse.post("/unlock/", {"secret": PASSWORD}, headers={"X-Quiet": "1"})
    stopped = {"reason": "agitated", "when": "12:12", "key": "stopped-on-the-live-chart"}
    assert nurse.post(f"/sessions/{session}/stopped/", stopped).status_code == 302
    asked = nurse.post(f"/sessions/{session}/stopped/", {**TYPED, "reason": "very restless", "when": "12:14"})
    assert asked.status_code == 422
    stops = [e.event for e in chart_store.session_chart_of(session).entries if isinstance(e.event, ev.InfusionStopped)]
    assert [each.reason for each in stops] == ["agitated"]


def test_nothing_that_decides_comes_from_a_tablet_without_a_network(nurse: Client, session: uuid.UUID) -> None:
    nurse.post("/unlock/", {"secret": PASSWORD}, headers={"X-Quiet": "1"})
    tried = {name for name in ALL if name.startswith("session_")} - late.FACTS
    for name in sorted(tried):
        answer = nurse.post(address(name).replace(str(ANY_ID), str(session)), TYPED)
        assert answer.status_code == 422, name
        assert late.NO_FACT in answer.content.decode(), name
    assert {"session_rate", "session_resume", "session_found", "session_gate", "session_help"} <= tried
    assert chart_store.session_chart_of(session).rates[-1].at == NOON


def test_the_tablet_keeps_no_other_acts_than_the_server_takes(session: uuid.UUID) -> None:
    script = Path(str(finders.find("sereniv/facts.js"))).read_text(encoding="utf-8")
    listed = script.partition("FACTS = {")[2].partition("}")[0]
    acts = re.findall(r'^\s*"?([a-z-]+)"?:', listed, re.MULTILINE)
    assert {resolve(f"/sessions/{session}/{act}/").view_name for act in acts} == late.FACTS


def test_the_key_is_ones_own_on_this_tablet_and_is_not_given_to_a_locked_screen(
    nurse: Client, staff: dict[str, Staff]
) -> None:
    def key(client: Client) -> str:
        found: str = client.post("/unsent/key/").json()["key"]
        return found

    mine = key(nurse)
    assert key(nurse) == mine
    nurse.post("/switch/", {"second_person": staff["nurse2"].pk, "second_secret": PASSWORD, "key": "switch-late-01"})
    assert key(nurse) != mine
    elsewhere = Client()
    elsewhere.post("/sign-in/", {"login": "nurse", "password": PASSWORD})
    assert key(elsewhere) != mine
    elsewhere.post("/lock/")
    assert elsewhere.post("/unsent/key/").status_code == 423
    assert Client().post("/unsent/key/").status_code == 302
    assert "kept" not in elsewhere.session, "a key is nothing that somebody typed"


def test_the_key_holds_no_longer_than_the_sign_in(nurse: Client, watch: test_lock.Watch) -> None:
    """Six minutes of twelve hours are over; a PIN renews nothing of it."""
    for minutes in (0, 9):
        watch.goes(minutes=minutes)
        nurse.post("/unlock/", {"secret": PASSWORD})
        told = nurse.post("/unsent/key/").json()
        assert (told["by"], told["keeps_s"]) == ("nurse", 12 * 3600 - (6 + minutes) * 60)


def test_a_sheet_stays_while_its_session_is_open_its_record_not_restricted_and_its_user_one_who_charts(
    nurse: Client, staff: dict[str, Staff], session: uuid.UUID, stage: Stage, act: ActMaker
) -> None:
    """A tablet asks on each page: what was ended, restricted or erased elsewhere lay on it without an end."""
    over = stage.finished(replace(SHE, name="he", family_name="Next"), "Chair 2", NOON - timedelta(days=1))
    lying = {"sheet": [str(session), str(over), str(ANY_ID), "no id"]}

    def stays(client: Client) -> list[str]:
        found: list[str] = client.post("/unsent/key/", lying).json()["stays"]
        return found

    assert stays(nurse) == [str(session)]
    desk = Client()
    desk.force_login(staff["coordinator"], backend="django.contrib.auth.backends.ModelBackend")
    assert stays(desk) == []
    person = SessionRow.objects.get(pk=session).person_id
    restricting.restrict(person, ("nurse", "prescriber"), "She works here as a nurse.", act("director"))
    assert stays(nurse) == []


def test_a_page_says_when_nobody_is_signed_in_and_the_one_without_a_network_never_does(nurse: Client) -> None:
    """By this a tablet lets go of keys and sheets once a sign-in has ended by itself."""

    def says_nobody(client: Client, page: str) -> bool:
        return "data-nobody" in client.get(page, follow=True).content.decode()

    assert says_nobody(Client(), "/")
    assert says_nobody(Client(), "/sign-in/")
    assert not says_nobody(Client(), "/without-network/")
    assert not says_nobody(nurse, "/people/")
    nurse.post("/lock/")
    assert not says_nobody(nurse, "/unlock/"), "a locked screen has not signed out"
    assert "data-leaves" in nurse.get("/sign-out/").content.decode().partition("<main")[2]


def test_what_waits_sealed_outlives_the_sign_out_and_nothing_else_does(nurse: Client) -> None:
    assert nurse.post("/sign-out/", {"leaves_unsent": "yes"}).headers["Clear-Site-Data"] == '"cache"'


def test_the_page_without_a_network_is_kept_with_all_its_parts_and_names_nobody(staff: dict[str, Staff]) -> None:
    worker = Client().get("/worker.js").content.decode()
    kept = re.findall(r'"(/static/[^"]+)"', worker.partition("\n")[0])
    page = Client().get("/without-network/").content.decode()
    assert set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page)) <= set(kept)
    imports = {
        f"/static/sereniv/{name}"
        for each in kept
        if each.endswith(".js")
        for name in re.findall(r'from "\./([a-z_]+\.js)"', Path(str(finders.find(each[8:]))).read_text("utf-8"))
    }
    assert {"/static/sereniv/sealed_store.js", "/static/sereniv/home_clock.js"} <= imports <= set(kept)
    assert not [each for each in staff.values() if each.full_name in page]

"""The idle lock: what stays reachable, what is held back, who opens it, and when a session ends for good."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from sereniv.clinic import clock
from sereniv.clinic.accounts import idle
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.live import stream
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import SignInAudited
from sereniv.clinic.records.models import Person
from sereniv.clinic.urls import ROUTES
from sereniv.clinic.web.shell.lock import ALWAYS, VISIBLE
from sereniv.clinic.workflows.chair import charting, monitors
from sereniv.clinic.workflows.shell.in_force import as_if
from sereniv.knowledge import knowledge
from sereniv.knowledge.own_rules import out_of_order, with_own
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows import test_path
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
stage = test_path.stage
PIN = "2468"


class Watch:
    """Real time, as told."""

    def __init__(self) -> None:
        self.real = datetime(2026, 11, 25, 9, 0, tzinfo=NOON.tzinfo)

    def goes(self, **by: int) -> None:
        self.real += timedelta(**by)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch, fixed_clock: FixedClock) -> Iterator[Watch]:
    del fixed_clock
    cache.clear()
    told = Watch()
    monkeypatch.setattr(clock, "real_now", lambda: told.real)
    yield told
    cache.clear()


@pytest.fixture
def nurse(staff: dict[str, Staff], watch: Watch) -> Client:
    del staff, watch
    client = Client()
    client.post("/sign-in/", {"login": "nurse", "password": PASSWORD})
    return client


def acts() -> list[str]:
    return [each.event.act for each in chart_store.read("audit") if isinstance(each.event, SignInAudited)]


REGISTER = {
    "given_names": "Ida",
    "family_name": "Lind",
    "born": "1984-03-02",
    "sex_at_birth": "female",
    "indication": "depression",
}


def test_a_locked_screen_goes_on_seeing_the_chairs_and_a_session_that_ended_sees_nothing(
    nurse: Client, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The live stream asks for itself: no page stands between it and whoever holds the cookie."""
    monkeypatch.setattr(stream, "close_old_connections", lambda: None)
    cookie = f"{settings.SESSION_COOKIE_NAME}={nurse.cookies[settings.SESSION_COOKIE_NAME].value}"
    watch.goes(minutes=11)
    seeing = stream.viewer_of(cookie)
    assert seeing is not None
    assert seeing.username == "nurse"
    for _ in range(12):
        watch.goes(hours=1)
        nurse.post("/unlock/", {"secret": PIN})
    assert stream.viewer_of(cookie) is None


def test_after_ten_minutes_nothing_is_recorded_until_the_pin_is_given(nurse: Client, watch: Watch) -> None:
    watch.goes(minutes=10)
    refused = nurse.post("/people/new/", {**REGISTER, "key": "register-0001"})
    assert refused.status_code == 423
    assert "Nothing was recorded" in refused.content.decode()
    assert not Person.objects.exists()
    wrong = nurse.post("/unlock/", {"secret": "0000"})
    assert (wrong.status_code, "That is not the PIN" in wrong.content.decode()) == (422, True)
    assert nurse.post("/unlock/", {"secret": PIN, "next": "/people/"})["Location"] == "/people/"
    assert nurse.post("/people/new/", {**REGISTER, "key": "register-0001"}).status_code == 302
    assert acts()[-2:] == ["failed to unlock", "unlocked the screen"]


def test_one_second_earlier_it_is_open_and_a_touch_starts_the_ten_minutes_anew(nurse: Client, watch: Watch) -> None:
    for _ in range(5):
        watch.goes(minutes=9, seconds=59)
        assert nurse.get("/people/").status_code == 200
    watch.goes(minutes=6)
    assert nurse.post("/touch/").status_code == 204
    watch.goes(minutes=6)
    assert nurse.get("/people/").status_code == 200
    watch.goes(minutes=10)
    assert nurse.post("/touch/").status_code == 423, "a touch opens nothing"
    assert nurse.get("/people/")["Location"].startswith("/unlock/?next=%2Fpeople%2F")


def test_what_a_page_asks_for_by_itself_keeps_no_screen_open(nurse: Client, watch: Watch) -> None:
    for _ in range(11):
        watch.goes(minutes=1)
        nurse.get("/board/tiles/", headers={"HX-Request": "true"})
    assert nurse.get("/people/").status_code == 302
    assert nurse.get("/people/", headers={"HX-Request": "true"}).status_code == 204, "no page is swapped into a chart"


def test_a_locked_chair_is_seen_help_is_called_and_a_stopped_pump_is_charted(
    nurse: Client, watch: Watch, stage: Stage, fixed_clock: FixedClock
) -> None:
    session = stage.infusing(SHE, "Chair 1", NOON - timedelta(minutes=5))
    fixed_clock.shown = NOON
    watch.goes(minutes=30)
    page = nurse.get(f"/sessions/{session}/")
    assert page.status_code == 200
    assert 'id="lock"' in page.content.decode()
    assert nurse.post(f"/sessions/{session}/vitals/", {"spo2": "98", "key": "vitals-0001"}).status_code == 423
    assert nurse.post(f"/sessions/{session}/help/").status_code == 200
    assert nurse.get(f"/sessions/{session}/stopped/").status_code == 200
    stopped = nurse.post(f"/sessions/{session}/stopped/", {"reason": "felt unwell", "key": "stopped-0001"})
    assert stopped.status_code == 302
    chart = chart_store.session_chart_of(session)
    assert (len(chart.help_called), chart.stopped_at) == (1, NOON)
    assert all(each.at < NOON for each in chart.usable_vitals()), "nothing else was charted"
    kinds = (ev.HelpCalled, ev.InfusionStopped)
    by = [each.recorded_by for each in chart.entries if isinstance(each.event, kinds)]
    assert by == ["screen locked", "screen locked"], "whoever stood there is not who signed in"
    assert "screen locked" in nurse.get(f"/sessions/{session}/log/").content.decode()
    looked_at = [each for each in chart_store.read("audit") if isinstance(each.event, SignInAudited)]
    assert [each.event.staff for each in looked_at if "locked screen" in each.event.act] == ["nurse", "nurse"]
    assert acts()[-2:] == ["session help on a locked screen", "session stopped on a locked screen"]
    assert nurse.get("/people/").status_code == 302, "the PIN is still asked for"


def test_a_screen_is_locked_by_hand_and_taken_over_by_somebody_else(
    nurse: Client, watch: Watch, staff: dict[str, Staff]
) -> None:
    assert nurse.post("/lock/", {"next": "/people/"})["Location"] == "/people/"
    for elsewhere in ("person", "340282366920938463463374607431768211456", "//example.org/", "javascript:alert(1)"):
        assert nurse.post("/lock/", {"next": elsewhere})["Location"] == "/", elsewhere
    assert nurse.get("/people/").status_code == 302
    form = {"second_person": staff["nurse2"].pk, "second_secret": PASSWORD, "key": "switch-0001", "next": "/people/"}
    assert nurse.post("/switch/", form)["Location"] == "/people/"
    assert "Ben Okoro" in nurse.get("/people/").content.decode()


def test_five_wrong_pins_forget_the_pin_on_this_device(nurse: Client, watch: Watch) -> None:
    watch.goes(minutes=10)
    for _ in range(5):
        nurse.post("/unlock/", {"secret": "0000"})
    assert "Five wrong tries" in nurse.post("/unlock/", {"secret": PIN}).content.decode()
    cache.clear()
    assert nurse.post("/unlock/", {"secret": PIN}).status_code == 422
    assert nurse.post("/unlock/", {"secret": PASSWORD}).status_code == 302


def test_a_session_ends_twelve_hours_after_the_sign_in_however_often_it_was_touched(
    nurse: Client, watch: Watch
) -> None:
    for _ in range(79):
        watch.goes(minutes=9)
        assert nurse.get("/people/").status_code == 200
    watch.goes(minutes=9)
    assert nurse.get("/people/")["Location"].startswith("/sign-in/")
    assert nurse.get("/people/")["Location"].startswith("/sign-in/"), "and does not come back"


def test_unlocking_gives_a_session_no_longer_life(nurse: Client, watch: Watch) -> None:
    for _ in range(4):
        watch.goes(hours=2, minutes=59)
        assert nurse.post("/unlock/", {"secret": PIN}).status_code == 302
    watch.goes(minutes=3)
    assert nurse.post("/unlock/", {"secret": PIN}).status_code == 302
    watch.goes(minutes=1)
    assert nurse.get("/people/")["Location"].startswith("/sign-in/")


def test_the_lists_name_pages_that_there_are() -> None:
    assert set(ROUTES) >= ALWAYS
    assert not {"session_vitals", "person", "session_resume", "session_rate"} & (ALWAYS | VISIBLE)
    assert timedelta(minutes=10) == idle.locks_after(knowledge().sign_in)


def test_a_sign_in_that_nobody_touches_ends_with_what_it_shows(
    nurse: Client, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "close_old_connections", lambda: None)
    cookie = f"{settings.SESSION_COOKIE_NAME}={nurse.cookies[settings.SESSION_COOKIE_NAME].value}"
    watch.goes(minutes=knowledge().sign_in.ends_untouched_min - 1)
    assert nurse.get("/board/tiles/", headers={"HX-Request": "true"}).status_code == 200, "locked, and on the wall"
    watch.goes(minutes=1)
    assert stream.viewer_of(cookie) is None
    assert nurse.post("/unlock/", {"secret": PIN})["Location"].startswith("/sign-in/")


def test_a_screen_left_alone_goes_on_showing_and_ringing_while_somebody_sits_at_a_chair(
    nurse: Client, watch: Watch, stage: Stage, fixed_clock: FixedClock
) -> None:
    stage.infusing(SHE, "Chair 1", NOON - timedelta(minutes=5))
    fixed_clock.shown = NOON
    watch.goes(minutes=knowledge().sign_in.ends_untouched_min + 60)
    assert nurse.get("/").status_code == 200
    assert nurse.get("/people/")["Location"].startswith("/unlock/")
    watch.goes(hours=knowledge().sign_in.ends_after_h)
    assert nurse.get("/")["Location"].startswith("/sign-in/"), "the hours end it all the same"


def test_the_clinics_own_numbers_lock_and_end(nurse: Client, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"sign_in.locks_after_min": Decimal(2), "sign_in.ends_untouched_min": Decimal(30)}
    rules = with_own(knowledge(), own)
    assert out_of_order(with_own(knowledge(), {"sign_in.ends_untouched_min": Decimal(5)}), "sign_in.ends_untouched_min")
    with as_if(rules):
        watch.goes(minutes=2)
        assert nurse.get("/people/")["Location"].startswith("/unlock/")
        watch.goes(minutes=28)
        assert nurse.get("/people/")["Location"].startswith("/sign-in/")


def test_a_prompt_at_a_chair_before_its_start_is_read_on_a_locked_screen(
    stage: Stage, staff: dict[str, Staff], watch: Watch, act: ActMaker, fixed_clock: FixedClock
) -> None:
    """Its chair leads to the gate, where the prompt stands: locked, that asked for a PIN and showed nothing."""
    session = stage.at_the_gate(SHE, "Chair 1", NOON)
    charting.chart_vitals(session, {"systolic": "206", "diastolic": "124"}, act("nurse", now=NOON))
    monitors.watch_session(session, NOON)
    fixed_clock.shown = NOON + timedelta(minutes=1)
    nurse = Client()
    nurse.post("/sign-in/", {"login": "nurse", "password": PASSWORD})
    watch.goes(minutes=30)
    page = nurse.get(f"/sessions/{session}/", follow=True)
    assert page.status_code == 200
    assert "Blood pressure severe" in page.content.decode()
    held = nurse.post(f"/sessions/{session}/pass-gate/", {"key": "gate-while-locked-1"})
    assert held.status_code == 423, "read, and nothing else"

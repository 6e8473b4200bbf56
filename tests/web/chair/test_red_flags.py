"""Red flags at the chair: one tap, first on the page, prompted at once, ended by a look that is charted."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.chair import charting, monitors, sessions
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows import test_path
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db
stage = test_path.stage


@pytest.fixture
def session(stage: Stage, fixed_clock: FixedClock) -> uuid.UUID:
    session = stage.infusing(SHE, "Chair 1", NOON)
    fixed_clock.shown = at(4)
    return session


@pytest.fixture
def nurse(staff: dict[str, Staff], session: uuid.UUID) -> Client:
    del session
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def tap(nurse: Client, session: uuid.UUID, pick: str, key: str) -> None:
    sent = nurse.post(f"/sessions/{session}/observe/", {"pick": pick, "key": key})
    assert sent.status_code == 302, sent.content.decode()


def test_red_flags_come_first_and_one_tap_charts_and_prompts(nurse: Client, session: uuid.UUID) -> None:
    page = nurse.get(f"/sessions/{session}/observe/").content.decode()
    places = [page.index(f'value="{flag} 1"') for flag in ev.RED_FLAGS]
    assert places == sorted(places)
    assert max(places) < page.index('value="nausea 0"')
    assert "Chest pain: gone" not in page
    tap(nurse, session, "chest pain 1", "chest-pain-1")
    monitors.watch_session(session, at(4))
    (alert,) = chart_store.session_chart_of(session).open_alerts
    assert (alert.raised.event.alert, alert.raised.event.priority) == ("chest_pain", "high")
    assert "▲ Chest pain" in nurse.get(f"/sessions/{session}/status/").content.decode()


def test_what_stands_is_charted_as_gone_by_one_tap_too(nurse: Client, session: uuid.UUID) -> None:
    tap(nurse, session, "hives 1", "hives-there-1")
    assert 'value="hives 0"' in nurse.get(f"/sessions/{session}/observe/").content.decode()
    tap(nurse, session, "hives 0", "hives-gone-1")
    assert 'value="hives 0"' not in nurse.get(f"/sessions/{session}/observe/").content.decode()
    log = nurse.get(f"/sessions/{session}/log/").content.decode()
    assert "Hives: no, or no more" in log


@pytest.mark.parametrize("pick", ["chest pain 2", "seizure 3"])
def test_a_red_flag_has_no_grades(nurse: Client, session: uuid.UUID, pick: str) -> None:
    sent = nurse.post(f"/sessions/{session}/observe/", {"pick": pick, "key": "too-high-1"})
    assert sent.status_code == 422
    assert "0 to 1" in sent.content.decode()


def remark(nurse: Client, session: uuid.UUID, text: str, key: str) -> str:
    sent = nurse.post(f"/sessions/{session}/note-down/", {"kind": "remark", "text": text, "key": key}, follow=True)
    assert sent.status_code == 200, sent.content.decode()
    return sent.content.decode()


def test_chest_pain_typed_as_a_remark_asks_and_one_tap_charts_it(nurse: Client, session: uuid.UUID) -> None:
    """It prompted nothing: the remark alone stood in the log."""
    remark(nurse, session, "Complains of chest pain", "remark-chest-pain")
    monitors.watch_session(session, at(4))
    shown = status(nurse, session)
    assert "▲ Chest pain?" in shown
    assert "Charted in words: “Complains of chest pain”" in shown
    assert 'value="chest pain 1"' in shown
    assert 'value="chest pain 0"' in shown
    tap(nurse, session, "chest pain 1", "tapped-chest-pain")
    monitors.watch_session(session, at(4))
    shown = status(nurse, session)
    assert "▲ Chest pain</b>" in shown
    assert "Chest pain?" not in shown
    log = nurse.get(f"/sessions/{session}/log/").content.decode()
    assert "Complains of chest pain" in log, "the remark stays as it was typed"


def test_a_sign_named_in_words_is_charted_as_not_there_by_one_tap_and_nothing_stands_after_it(
    nurse: Client, session: uuid.UUID
) -> None:
    remark(nurse, session, "rash?", "remark-rash")
    monitors.watch_session(session, at(4))
    assert "▲ Hives?" in status(nurse, session)
    tap(nurse, session, "hives 0", "tapped-no-hives")
    monitors.watch_session(session, at(4))
    assert "Hives" not in status(nurse, session)
    assert "Hives: no, or no more" in nurse.get(f"/sessions/{session}/log/").content.decode()


def test_deep_sedation_and_slow_breathing_in_words_lead_to_where_they_are_charted(
    nurse: Client, session: uuid.UUID
) -> None:
    remark(nurse, session, "unresponsive, not breathing", "remark-unresponsive")
    monitors.watch_session(session, at(4))
    shown = status(nurse, session)
    assert f'href="/sessions/{session}/observe/?what=moaas">Grade it' in shown
    assert f'href="/sessions/{session}/vitals/">Chart vitals' in shown


@pytest.mark.parametrize("flag", [*ev.RED_FLAGS, *ev.LINE_FAULTS])
def test_a_sign_asked_by_itself_is_there_or_not_and_has_no_grades(
    nurse: Client, session: uuid.UUID, flag: ev.Observation
) -> None:
    page = nurse.get(f"/sessions/{session}/observe/", {"what": flag}).content.decode()
    assert f'value="{flag} 1"' in page
    assert f'value="{flag} 0"' in page
    assert f'value="{flag} 2"' not in page


def test_a_red_flag_in_a_remark_after_the_patient_left_says_what_to_do(
    stage: Stage, session: uuid.UUID, nurse: Client, act: ActMaker, fixed_clock: FixedClock
) -> None:
    end = stage.ran_through(SHE, session, NOON, 5)
    charting.chart_fact(session, ev.LeftUnseen(last_seen="at the door", done="called"), act("nurse", now=end))
    fixed_clock.shown = end + timedelta(minutes=30)
    form = {"kind": "remark", "text": "rang back: chest pain at home", "key": "remark-after-1"}
    page = nurse.post(f"/sessions/{session}/note-down/", form | {"meant": "yes"}, follow=True).content.decode()
    assert "It names chest pain, and the patient is no longer at this chair" in page


def status(nurse: Client, session: uuid.UUID) -> str:
    return nurse.get(f"/sessions/{session}/status/").content.decode()


def test_words_and_taps_of_a_prompt_fit_where_the_session_stands(
    nurse: Client, session: uuid.UUID, act: ActMaker, fixed_clock: FixedClock
) -> None:
    """The same red flag is charted while the pump runs, and asks for something else once it has stopped, and after."""
    tap(nurse, session, "headache 3", "headache-there-1")
    monitors.watch_session(session, at(4))
    notice = f"/sessions/{session}/notice/headache_severe/"
    assert "Stop the pump; the clinic" in status(nurse, session)
    assert 'value="Pump stopped"' in nurse.get(notice).content.decode()
    charting.chart_fact(session, ev.InfusionStopped(reason="headache"), act("nurse", now=at(5)))
    sedative = ev.MedicineGiven(
        medicine="midazolam", dose=Decimal(1), unit="mg", route="IV", indication="distress", effect=ev.Effect.SEDATIVE
    )
    charting.chart_fact(session, sedative, act("nurse", now=at(6)))
    fixed_clock.shown = at(7)
    for page in (status(nurse, session), nurse.get(notice).content.decode()):
        assert "Stop the pump" not in page
        assert "The clinic&#x27;s emergency response. Measure the pressure now." in page
    assert 'value="Pump stopped"' not in nurse.get(notice).content.decode()
    assert "capnography on, watched until" in status(nurse, session)
    charting.chart_fact(session, ev.Died(words="arrest", told="family"), act("nurse", now=at(20)))
    fixed_clock.shown = at(21)
    page = status(nurse, session)
    assert "no longer at this chair" in page
    assert "emergency response" not in page
    assert "capnography on" not in page
    assert "Sedative or reversal given" in page
    assert "Looked at the patient" not in nurse.get(notice).content.decode()
    late = {"given": "midazolam 1", "indication": "", "key": "late-midazolam-1", "when": "12:10"}
    sent = nurse.post(f"/sessions/{session}/medicine/", late, follow=True)
    assert sent.redirect_chain, "charted"
    told = sent.content.decode()
    assert "capnography on" not in told
    assert "It prolongs a stay that is over" in told


@pytest.mark.parametrize("flag", [*ev.RED_FLAGS, ev.Observation.HEADACHE])
def test_no_infusion_starts_while_a_red_flag_stands(
    stage: Stage, staff: dict[str, Staff], act: ActMaker, fixed_clock: FixedClock, flag: ev.Observation
) -> None:
    """Told at the gate, to whoever waits for the start: until then nothing but a prompt said so."""
    session = stage.at_the_gate(SHE, "Chair 1", NOON)
    stage.vitals(session, SHE.pressure, at(-3))
    fixed_clock.shown = at(-2)
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    grade = 3 if flag is ev.Observation.HEADACHE else 1
    tap(client, session, f"{flag} {grade}", "told-before-the-start")
    head = chart_store.session_chart_of(session).head
    with pytest.raises(Refused, match="Nothing past the clinic's card at the chair"):
        sessions.pass_gate(session, head, act("nurse", now=at(-1)))
    tap(client, session, f"{flag} 0", "gone-before-the-start")
    sessions.pass_gate(session, chart_store.session_chart_of(session).head, act("nurse", now=at(-1)))
    tap(client, session, f"{flag} {grade}", "back-after-the-gate")
    rate = chart_store.session_chart_of(session).plan.rate_ml_per_h
    with pytest.raises(Refused, match="Nothing past the clinic's card at the chair"):
        sessions.start(session, rate, chart_store.session_chart_of(session).head, act("nurse", now=at(0)))


def test_a_paused_pump_runs_again_beside_a_red_flag_with_a_reason_alone(
    nurse: Client, session: uuid.UUID, act: ActMaker
) -> None:
    tap(nurse, session, "chest pain 1", "chest-pain-there")
    charting.chart_fact(session, ev.InfusionPaused(reason="chest pain"), act("nurse", now=at(4)))
    chart = chart_store.session_chart_of(session)
    rate = chart.plan.rate_ml_per_h
    with pytest.raises(Refused, match="Charted and not over: Chest pain"):
        sessions.resume(session, rate, chart.head, act("nurse", now=at(5)))
    sessions.resume(session, rate, chart.head, act("nurse", now=at(6)), "ECG normal, prescriber here")
    assert "Runs again while this stands: Chest pain" in nurse.get(f"/sessions/{session}/log/").content.decode()


@pytest.mark.parametrize("flag", [*ev.RED_FLAGS, ev.Observation.HEADACHE])
def test_nobody_leaves_with_a_red_flag_that_stands(
    stage: Stage, session: uuid.UUID, nurse: Client, act: ActMaker, fixed_clock: FixedClock, flag: ev.Observation
) -> None:
    """Told after the recovery was scored: the grid says nothing of it."""
    end = stage.ran_through(SHE, session, NOON, 5)
    stage.accounted(session, end)
    for minute in (15, 30, 45, 61):
        stage.vitals(session, SHE.pressure, end + timedelta(minutes=minute))
    leaves = end + timedelta(minutes=62)
    charting.chart_fact(session, test_path.RECOVERED, act("nurse", now=leaves))
    fixed_clock.shown = leaves
    tap(nurse, session, f"{flag} {3 if flag is ev.Observation.HEADACHE else 1}", "told-at-the-door")

    def let_go() -> None:
        head = chart_store.session_chart_of(session).head
        by = act("nurse", now=leaves)
        sessions.discharge(session, "Kim Escort", True, "", head, by, identity_checked=True)

    with pytest.raises(Refused, match="No red flag"):
        let_go()
    tap(nurse, session, f"{flag} 0", "gone-at-the-door")
    let_go()

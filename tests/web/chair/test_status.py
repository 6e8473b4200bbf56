"""What the chair and the board show of a session: nothing hides behind another source, nothing is said that is over."""

import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import FINISHED
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair, SampleRow
from sereniv.clinic.web.chair.elsewhere import calls_elsewhere
from sereniv.clinic.web.chair.series import session_series
from sereniv.clinic.web.chair.status import Status, status_of
from sereniv.clinic.workflows.chair import calling, charting, monitors, sessions
from sereniv.clinic.workflows.shell.acting import new_key
from sereniv.knowledge import knowledge
from sereniv.therapy.chair.decide import StartInfusion, decide
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import Phase
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows import test_path
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db
stage = test_path.stage
SIGNALS = ("heart_rate", "spo2", "respiratory_rate", "systolic", "diastolic")


@pytest.fixture
def session(stage: Stage, fixed_clock: FixedClock) -> uuid.UUID:
    del fixed_clock
    Chair.objects.create(name="Chair 1")
    return stage.infusing(SHE, "Chair 1", NOON)


@pytest.fixture
def nurse(staff: dict[str, Staff]) -> Client:
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def connected(session: uuid.UUID) -> None:
    monitors.connect(session, "M1", 60, SIGNALS, NOON, new_key())


def sends(session: uuid.UUID, minute: float, **values: str | None) -> None:
    for signal, value in values.items():
        SampleRow.objects.create(
            session_id=session, device="M1", signal=signal, at=at(minute), received_at=at(minute),
            value=None if value is None else Decimal(value),
        )  # fmt: skip


def shows(session: uuid.UUID, minute: float) -> Status:
    return status_of(session, chart_store.session_chart_of(session), at(minute))


def pressure(session: uuid.UUID, systolic: str, diastolic: str, act: ActMaker, minute: float) -> None:
    charting.chart_vitals(session, {"systolic": systolic, "diastolic": diastolic}, act("nurse", now=at(minute)))


def test_a_charted_pressure_stands_beside_the_monitors(
    session: uuid.UUID, nurse: Client, act: ActMaker, fixed_clock: FixedClock
) -> None:
    """A charted 186/114 once vanished behind the monitor's 140/87."""
    connected(session)
    pressure(session, "186", "114", act, 4)
    sends(session, 6, systolic="140.4", diastolic="87")
    figure = shows(session, 6).figures[0]
    assert (figure.value, figure.source, figure.at) == ("140/87", "monitor", at(6))
    assert figure.beside is not None
    assert (figure.beside.value, figure.beside.source, figure.beside.at) == ("186/114", "charted", at(4))
    fixed_clock.shown = at(6)
    for page in (f"/sessions/{session}/status/", "/board/tiles/"):
        told = nurse.get(page).content.decode()
        assert "140/87" in told
        assert "charted <b>186/114</b>" in told, page


def test_the_newest_pressure_is_shown_however_old_whatever_its_source(session: uuid.UUID, act: ActMaker) -> None:
    """122/76 of 72 minutes ago once stood where 134/84 had come 16 minutes ago."""
    connected(session)
    pressure(session, "122", "76", act, 4)
    sends(session, 60, systolic="134", diastolic="84")
    figure = shows(session, 76).figures[0]
    assert (figure.value, figure.source, figure.at, figure.is_old) == ("134/84", "monitor", at(60), True)
    pressure(session, "118", "72", act, 70)
    figure = shows(session, 76).figures[0]
    assert (figure.value, figure.source) == ("118/72", "charted")
    assert figure.beside is not None
    assert figure.beside.value == "134/84"


def test_a_cuff_that_finds_none_stands_before_what_was_known_and_takes_none_of_it_away(
    session: uuid.UUID, nurse: Client, act: ActMaker, fixed_clock: FixedClock
) -> None:
    """After a try that gave none, the tile once fell back to the charted value, older than the cuff's last."""
    connected(session)
    pressure(session, "122", "76", act, 4)
    sends(session, 6, systolic="134", diastolic="84")
    sends(session, 20, systolic=None, diastolic=None)
    figure = shows(session, 21).figures[0]
    assert (figure.missing_words, figure.value) == ("No reading", "–")
    assert figure.beside is not None
    assert (figure.beside.value, figure.beside.at) == ("134/84", at(6)), "the newest known, with its age"
    fixed_clock.shown = at(21)
    assert "<b>134/84</b>" in nurse.get(f"/sessions/{session}/status/").content.decode()
    pressure(session, "128", "80", act, 22)
    assert shows(session, 22).figures[0].value == "128/80", "somebody has measured since"
    sends(session, 24, systolic="151")
    assert shows(session, 24).figures[0].value == "128/80", "half a pressure is none yet"
    sends(session, 24, diastolic="93")
    assert shows(session, 24).figures[0].value == "151/93"


def test_what_was_charted_from_the_monitor_is_not_shown_twice(session: uuid.UUID, act: ActMaker) -> None:
    connected(session)
    sends(session, 5, systolic="134.4", diastolic="83.6", heart_rate="70.5", spo2="97.6", respiratory_rate="14.2")
    monitors.chart_from_monitor(session, act("nurse", now=at(5)))
    figures = shows(session, 5).figures
    assert [figure.value for figure in figures] == ["134/84", "70", "98", "14"]
    assert [figure.beside for figure in figures] == [None] * 4
    charted = chart_store.session_chart_of(session).usable_vitals()[-2:]
    assert {each.event.systolic for each in charted} == {Decimal(134), None}, "no decimals that no monitor shows"


def test_a_lost_signal_has_the_charted_value_beside_it_and_never_in_its_place(
    session: uuid.UUID, act: ActMaker
) -> None:
    connected(session)
    charting.chart_vitals(session, {"spo2": "82"}, act("nurse", now=at(4)))
    saturation = shows(session, 5).figures[2]
    assert (saturation.missing_words, saturation.beside and saturation.beside.value) == ("No reading", "82")


@pytest.mark.parametrize(("minute", "old"), [(3 + 17, False), (3 + 17.1, True)])
def test_a_value_of_a_long_pain_infusion_ages_by_its_own_schedule(minute: float, old: bool) -> None:
    from dataclasses import replace

    from sereniv.clinic.web.chair.figures import figures
    from sereniv.knowledge import knowledge
    from sereniv.knowledge.rows import ProtocolKind
    from sereniv.therapy.monitoring import Cuff
    from tests.therapy.making import PLAN, STARTED, chart, full_set
    from tests.therapy.making import minute as moment

    rules = replace(knowledge(), pain_schedule=replace(knowledge().pain_schedule, late_after_min=2),
                    schedule=replace(knowledge().schedule, late_after_min=9))  # fmt: skip
    plan = replace(PLAN, kind=ProtocolKind.PAIN, duration_min=240, infusion_number=3)
    told = chart((0, STARTED), (3, full_set()), plan=plan)
    assert figures(told, {}, Cuff(), moment(minute), rules)[0].is_old is old


def test_a_prompt_of_a_session_closed_unused_stands_on_no_other_chair(
    session: uuid.UUID, stage: Stage, act: ActMaker
) -> None:
    unused = stage.at_the_gate(FINISHED, "Chair 2", NOON)
    pressure(unused, "170", "90", act, 1)
    monitors.watch_session(unused, at(1))
    assert [call.chair for call in calls_elsewhere(session, at(2))] == ["Chair 2"]
    chart = chart_store.session_chart_of(unused)
    drawn = chart.prepared.event.drawn_mg if chart.prepared else Decimal(0)
    charting.reconcile_drug(unused, Decimal(0), drawn, "poured away", "", act("nurse", second="nurse2", now=at(2)))
    for each in chart_store.session_chart_of(unused).open_alerts:
        charting.acknowledge(unused, each.raised.event.alert, "told Dr Voss, sent home", act("nurse", now=at(2.5)))
    sessions.close_unused(unused, "Pressure too high today.", act("nurse", now=at(3)))
    assert calls_elsewhere(session, at(4)) == []


def poured_away(stage: Stage, act: ActMaker) -> uuid.UUID:
    """Somebody seated whose drug is accounted for: nothing holds the closing of the chair but what the test does."""
    unused = stage.at_the_gate(FINISHED, "Chair 2", NOON)
    chart = chart_store.session_chart_of(unused)
    drawn = chart.prepared.event.drawn_mg if chart.prepared else Decimal(0)
    charting.reconcile_drug(unused, Decimal(0), drawn, "poured away", "", act("nurse", second="nurse2", now=at(0)))
    return unused


def test_a_seated_chair_is_not_closed_over_an_emergency_or_a_call_for_help(
    session: uuid.UUID, stage: Stage, act: ActMaker
) -> None:
    """The emergency was gone from the board with the chair, its clock ran on, and its door stayed open for ever."""
    del session
    unused = poured_away(stage, act)
    calling.open_emergency(unused, act("nurse", now=at(1)))
    with pytest.raises(Refused, match="The emergency of 12:01 at this chair stands"):
        sessions.close_unused(unused, "Collapsed at the chair.", act("nurse", now=at(2)))
    calling.close_emergency(unused, "Fainted; up again, 122/80.", act("nurse", now=at(3)))
    charting.chart_fact(unused, ev.HelpCalled(), act("nurse", now=at(4)))
    with pytest.raises(Refused, match="Help was called at 12:04"):
        sessions.close_unused(unused, "Collapsed at the chair.", act("nurse", now=at(5)))
    calling.answer_help(unused, "Dr Voss", act("nurse", now=at(6)))
    sessions.close_unused(unused, "Collapsed at the chair.", act("nurse", now=at(7)))
    assert chart_store.session_chart_of(unused).phase is Phase.CLOSED_UNUSED


def test_a_seated_chair_is_not_closed_over_a_prompt_on_which_nobody_has_acted(
    session: uuid.UUID, stage: Stage, act: ActMaker
) -> None:
    """206/124 before the start: the chair was closed, the prompt with it, and nobody had said what was done."""
    del session
    unused = poured_away(stage, act)
    pressure(unused, "206", "124", act, 1)
    monitors.watch_session(unused, at(1))
    (prompt,) = chart_store.session_chart_of(unused).open_alerts
    with pytest.raises(Refused, match=r"Nobody has acted on: Blood pressure severe \(.*206"):
        sessions.close_unused(unused, "Pressure too high.", act("nurse", now=at(2)))
    charting.acknowledge(unused, prompt.raised.event.alert, "Dr Voss came, amlodipine given", act("nurse", now=at(3)))
    sessions.close_unused(unused, "Pressure too high.", act("nurse", now=at(4)))


def test_nothing_is_started_over_an_emergency(stage: Stage, act: ActMaker) -> None:
    seated = stage.at_the_gate(FINISHED, "Chair 2", NOON)
    calling.open_emergency(seated, act("nurse", now=at(1)))
    told = chart_store.session_chart_of(seated)
    ready = replace(told, gate_passed_at=at(1))
    with pytest.raises(Refused, match="The emergency of 12:01"):
        decide(ready, StartInfusion(rate_ml_per_h=told.plan.rate_ml_per_h, lines=()), at(2), knowledge())


def test_ones_own_chair_is_no_other_chair(session: uuid.UUID, act: ActMaker) -> None:
    pressure(session, "186", "114", act, 4)
    monitors.watch_session(session, at(4))
    assert shows(session, 4).prompts
    assert calls_elsewhere(session, at(4)) == []


def test_the_chart_shades_what_a_prompt_asks_about_on_the_side_on_which_it_asks(session: uuid.UUID) -> None:
    limits = session_series(session, chart_store.session_chart_of(session), at(4))["limits"]
    assert limits == {
        "systolic": {"limit": 165.0, "above": True},
        "diastolic": {"limit": 100.0, "above": True},
        "spo2": {"limit": 92.0, "above": False},
        "respiratory_rate": {"limit": 10.0, "above": False},
    }


def test_a_look_alone_answers_no_prompt_about_the_patient(session: uuid.UUID, act: ActMaker, nurse: Client) -> None:
    pressure(session, "186", "114", act, 4)
    monitors.watch_session(session, at(4))
    with pytest.raises(Malformed, match="Say what you do"):
        charting.acknowledge(session, "pressure_very_high", "  ", act("nurse", now=at(4)))
    page = nurse.get(f"/sessions/{session}/notice/pressure_very_high/")
    assert "Looked at the patient, repeating it now" in page.content.decode()


@pytest.mark.parametrize("words", [".", "x", " .. "])
def test_a_sign_is_no_answer_to_a_prompt_about_the_patient(session: uuid.UUID, act: ActMaker, words: str) -> None:
    pressure(session, "186", "114", act, 2)
    monitors.watch_session(session, at(2))
    with pytest.raises(Malformed, match="Say what you do"):
        charting.acknowledge(session, "pressure_very_high", words, act("nurse", now=at(3)))


def test_a_pump_paused_or_stopped_in_answer_to_a_prompt_is_charted_so(
    session: uuid.UUID, act: ActMaker, nurse: Client, fixed_clock: FixedClock
) -> None:
    pressure(session, "186", "114", act, 2)

    def taps(minute: float, what: str) -> str:
        fixed_clock.shown = at(minute)
        monitors.watch_session(session, at(minute))
        sent = {"tapped": what, "key": f"pump-tap-{minute:04.0f}"}
        return nurse.post(f"/sessions/{session}/notice/pressure_very_high/", sent, follow=True).content.decode()

    assert "The pump is charted as paused" in taps(2, "Pump paused")
    chart = chart_store.session_chart_of(session)
    assert (chart.phase, chart.paused_since) == (Phase.PAUSED, at(2)), "one tap charts it: the milligrams stand"
    assert "is charted as" not in taps(6, "Pump paused"), "once"
    assert "The pump is charted as stopped" in taps(10, "Pump stopped")
    chart = chart_store.session_chart_of(session)
    assert (chart.phase, chart.stopped_at, len(chart.rates)) == (Phase.RECOVERY, at(10), 3)


def test_a_repeat_counts_down_until_it_is_charted(
    session: uuid.UUID, act: ActMaker, nurse: Client, fixed_clock: FixedClock
) -> None:
    pressure(session, "186", "114", act, 4)
    monitors.watch_session(session, at(4))
    charting.acknowledge(session, "pressure_very_high", "repeating", act("nurse", now=at(4.5)))
    owed = shows(session, 5).repeat
    assert owed is not None
    assert (owed.repeat_due, owed.repeat_late) == (at(7), False)
    fixed_clock.shown = at(5)
    assert "repeat due in <b" in nurse.get(f"/sessions/{session}/status/").content.decode()
    assert "repeat due in <b" in nurse.get("/board/tiles/").content.decode()
    assert monitors.watch_session(session, at(6.99)) == 0
    monitors.watch_session(session, at(7))
    asked = {each.raised.event.alert for each in chart_store.session_chart_of(session).open_alerts}
    assert "pressure_very_high" in asked, "it asks again"
    pressure(session, "150", "90", act, 8)
    monitors.watch_session(session, at(8))
    assert shows(session, 8).repeat is None


def test_a_pump_past_its_volume_says_by_how_much(session: uuid.UUID, nurse: Client, fixed_clock: FixedClock) -> None:
    assert (shows(session, 20).left, shows(session, 20).overtime) == ("20 min", "")
    late = shows(session, 62)
    assert (late.left, late.overtime) == ("", "22 min")
    fixed_clock.shown = at(62)
    assert 'over by <span class="tnum">22 min</span>' in nurse.get("/board/tiles/").content.decode()
    chair = nurse.get(f"/sessions/{session}/status/").content.decode()
    assert "ordered volume reached 22 min ago" in chair
    assert "left, to" not in chair


def test_a_pause_says_since_when_and_what_is_left(
    session: uuid.UUID, act: ActMaker, nurse: Client, fixed_clock: FixedClock
) -> None:
    charting.chart_pump(session, ev.InfusionPaused(), None, act("nurse", now=at(20)))
    told = shows(session, 30)
    assert (told.paused_at, told.left) == (at(20), "20 min")
    fixed_clock.shown = at(30)
    assert "17.8 mg and <b>20 min</b> left at 53.6 mL/h" in nurse.get(f"/sessions/{session}/status/").content.decode()


def test_a_line_out_of_the_vein_marks_what_ran_since_the_last_good_look(
    session: uuid.UUID, act: ActMaker, nurse: Client, fixed_clock: FixedClock
) -> None:
    """The milligrams went on as given, and nothing prompted."""
    charting.chart_observation(session, ev.Observation.IV_SITE, 0, "", act("nurse", now=at(10)))
    charting.chart_observation(session, ev.Observation.IV_SITE, 3, "", act("nurse", now=at(20)))
    monitors.watch_session(session, at(20))
    prompts = {each.alert.raised.event.alert for each in shows(session, 20).prompts}
    assert "line_out" in prompts
    fixed_clock.shown = at(22)
    words = "10.7 mg not known to have reached the patient, from the last good look at 12:10 on"
    assert words in nurse.get(f"/sessions/{session}/status/").content.decode()
    charting.chart_pump(session, ev.InfusionStopped(), None, act("nurse", now=at(22)))
    fixed_clock.shown = at(30)
    assert f"Of this, {words}" in nurse.get(f"/sessions/{session}/drug/").content.decode()
    assert f"Of this, {words}" in nurse.get(f"/sessions/{session}/note/").content.decode()


def test_not_before_is_said_only_while_it_lies_ahead(session: uuid.UUID, act: ActMaker) -> None:
    charting.chart_pump(session, ev.InfusionStopped(), None, act("nurse", now=at(40)))
    left = at(100)
    assert (shows(session, 99).leave_from, shows(session, 99).not_before) == (left, left)
    assert (shows(session, 100).leave_from, shows(session, 100).not_before) == (left, None)


def test_a_monitor_taken_off_on_purpose_is_missed_no_more(session: uuid.UUID, act: ActMaker, nurse: Client) -> None:
    connected(session)
    monitors.watch_session(session, at(3))
    lost = {each.raised.event.alert for each in chart_store.session_chart_of(session).open_alerts}
    assert lost == {"no-reading-heart-rate", "no-reading-spo2", "no-reading-respiratory-rate"}
    sent = nurse.post(f"/sessions/{session}/monitor-off/", {"key": "monitor-off-1"})
    assert sent.status_code == 302
    monitors.watch_session(session, at(4))
    chart = chart_store.session_chart_of(session)
    assert (chart.monitor, chart.open_alerts) == (None, ())
    with pytest.raises(Refused, match="No monitor"):
        monitors.disconnect(session, act("nurse", now=at(5)))


def test_taking_the_monitor_off_answers_no_value_that_it_showed(session: uuid.UUID, act: ActMaker) -> None:
    connected(session)
    sends(session, 2, heart_rate="70", spo2="85", respiratory_rate="14")
    monitors.watch_session(session, at(2))
    monitors.disconnect(session, act("nurse", now=at(3)))
    monitors.watch_session(session, at(3))
    (still,) = chart_store.session_chart_of(session).open_alerts
    assert (still.raised.event.alert, still.presence) == ("confirm-saturation_very_low", "latched")


def test_what_was_of_yesterday_bears_its_day_at_the_gate(stage: Stage, nurse: Client, fixed_clock: FixedClock) -> None:
    Chair.objects.create(name="Chair 1")
    session = stage.at_the_gate(SHE, "Chair 1", at(11 * 60 + 40))
    fixed_clock.shown = at(12 * 60 + 10)
    page = nurse.get(f"/sessions/{session}/gate/").content.decode()
    assert "Confirmed, Mon 2 Mar 23:25" in page
    assert "Confirmed, 23:25" not in page


def test_the_chair_says_when_the_pump_is_to_be_read_and_a_reading_ends_it(
    session: uuid.UUID, nurse: Client, fixed_clock: FixedClock, act: ActMaker
) -> None:
    fixed_clock.shown = at(9)
    page = nurse.get(f"/sessions/{session}/").content.decode()
    assert "pump mL in" in page
    assert "not read from" in page
    fixed_clock.shown = at(11)
    for address in (f"/sessions/{session}/", "/"):
        assert "pump mL late by" in nurse.get(address).content.decode()
    charting.chart_vitals(session, {}, act("nurse", now=at(11)), volume_ml=Decimal("9.8"))
    fixed_clock.shown = at(12)
    for address in (f"/sessions/{session}/", "/"):
        assert "pump mL late by" not in nurse.get(address).content.decode()

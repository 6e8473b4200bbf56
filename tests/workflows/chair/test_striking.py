"""Striking at the chair: said before with its milligrams, and what two people signed on it is reopened with it."""

import re
import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import FINISHED, demo_id
from sereniv.clinic.demo.stage import GATE_WORDS, Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import SessionRow
from sereniv.clinic.web.today.lines import topics_for
from sereniv.clinic.workflows.chair import care, charting, monitors, notes, sessions
from sereniv.clinic.workflows.orders import order_state
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Reach, Standing
from sereniv.therapy.documents.note_text import text
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import Phase
from sereniv.therapy.session.delivered import delivered
from tests.conftest import NOON, ActMaker, FixedClock
from tests.shared_state import SharedStage
from tests.workflows.test_path import SHE, VIAL, at, told

pytestmark = pytest.mark.django_db
ACCOUNT = "Drug to account for"


@pytest.fixture
def stage(staff: dict[str, Staff]) -> Stage:
    del staff
    return SharedStage.with_vial(VIAL, at(-120))


@pytest.fixture
def running(stage: Stage) -> uuid.UUID:
    return stage.infusing(SHE, "Chair 1", NOON)


def charted(session: uuid.UUID, event: ev.SessionEvent, act: ActMaker, minute: float) -> int:
    charting.chart_fact(session, event, act("nurse", now=at(minute)))
    return told(session).head


def stopped(session: uuid.UUID, act: ActMaker, minute: float = 30) -> int:
    return charted(session, ev.InfusionStopped(reason="limit"), act, minute)


def accounted(session: uuid.UUID, act: ActMaker, given: str, minute: float) -> None:
    drawn = told(session).prepared
    assert drawn is not None
    wasted = drawn.event.drawn_mg - Decimal(given)
    acting = act("nurse", now=at(minute), second="nurse2")
    charting.reconcile_drug(session, Decimal(given), wasted, "sink", "", acting)


def struck(session: uuid.UUID, entry: int, act: ActMaker, minute: float) -> None:
    charting.strike(session, entry, "charted in error", act("nurse", now=at(minute)))


def lines(staff: dict[str, Staff], title_has: str, minute: float) -> list[str]:
    topics = topics_for(staff["nurse"], at(minute))
    return [line.what for topic in topics if title_has in topic.title.lower() for line in topic.lines]


def page(session: uuid.UUID, entry: int, staff: dict[str, Staff]) -> str:
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse("session_strike", args=[session, entry])).content.decode()


def test_a_struck_stop_reopens_the_account_that_stood_on_it_until_two_people_account_again(
    running: uuid.UUID, act: ActMaker, staff: dict[str, Staff]
) -> None:
    wrong = stopped(running, act)
    accounted(running, act, "26.8", 32)
    struck(running, wrong, act, 33)
    chart = told(running)
    assert (chart.reconciled, chart.phase) == (None, Phase.INFUSING)
    with pytest.raises(Refused, match="not charted as stopped"):
        accounted(running, act, "26.8", 34)
    stopped(running, act, 35)
    assert any("mg drawn" in each for each in lines(staff, "account", 36))
    accounted(running, act, "31.3", 36)
    done = told(running).reconciled
    assert done is not None
    assert (done.event.given_mg, done.co_signed_by) == (Decimal("31.3"), "nurse2")
    vial = chart_store.vial(demo_id(VIAL.label))
    assert vial.given_mg == Decimal("31.3"), "the first account stays legible in the vial's ledger and is not added"
    assert len([each for each in vial.entries if type(each.event).__name__ == "DrugAccounted"]) == 2
    assert lines(staff, "account", 37) == []


@pytest.mark.parametrize(
    ("event", "minute", "words"),
    [
        (ev.InfusionPaused(reason="talk"), 10, "Given by charted rates: 8.9 mg now, 17.9 mg after the strike."),
        (ev.RateChanged(rate_ml_per_h=Decimal("26.8"), reason="nausea"), 10, "13.4 mg now, 17.9 mg after"),
        (ev.InfusionStopped(reason="found off"), 10, "The session is charted as infusing then; it is recovery now."),
    ],
)
def test_the_strike_page_says_what_it_does_to_the_milligrams(
    event: ev.SessionEvent, minute: float, words: str, running: uuid.UUID, act: ActMaker, staff: dict[str, Staff],
    fixed_clock: FixedClock,
) -> None:  # fmt: skip
    entry = charted(running, event, act, minute)
    fixed_clock.shown = at(20)
    said = page(running, entry, staff)
    assert words in said
    before = delivered(told(running), told(running).stopped_at or at(20)).mg
    struck(running, entry, act, 20)
    assert f"{before:.1f} mg now, {delivered(told(running), at(20)).mg:.1f} mg after" in said, "as it then is"


def test_an_account_that_counts_no_more_says_so_in_log_hand_over_and_note(
    running: uuid.UUID, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """*Drug accounted for: 26.8 mg given* stood there as if it still held, with the pump running again."""
    wrong = stopped(running, act)
    accounted(running, act, "26.8", 32)
    struck(running, wrong, act, 33)
    fixed_clock.shown = at(34)
    said = "26.8 mg given, 8.9 mg wasted. Counts no more: what it stood on was struck at 12:33"
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    assert said in client.get(reverse("session_log", args=[running])).content.decode()
    assert said in client.get(reverse("session_document", args=[running, "hand-over"])).content.decode()
    assert said in text(notes.note_of(told(running)))


def test_the_log_says_on_the_line_of_a_strike_what_was_struck_by_time_and_value(
    running: uuid.UUID, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    entry = charted(running, ev.RateChanged(rate_ml_per_h=Decimal("26.8"), reason="nausea"), act, 10)
    fixed_clock.shown = at(20)
    struck(running, entry, act, 20)
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(reverse("session_log", args=[running])).content.decode()
    assert "Struck: 12:10:00 Rate changed to 26.8 mL/h: nausea. Reason: charted in error" in shown
    assert f"Entry {entry}" not in shown
    sheet = client.get(reverse("session_document", args=[running, "hand-over"])).content.decode()
    assert "Struck: 12:10 Rate changed to 26.8 mL/h: nausea" in sheet


def test_a_strike_that_changes_nothing_says_nothing_of_milligrams(
    running: uuid.UUID, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    entry = charted(running, ev.RemarkCharted(text="calm"), act, 10)
    fixed_clock.shown = at(20)
    said = page(running, entry, staff)
    assert "mg now" not in said
    assert 'id="touched"' not in said


def test_the_strike_page_says_that_account_and_signature_are_asked_for_again(
    stage: Stage, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    session = stage.finished(FINISHED, "Chair 1", NOON)
    later = at(180)
    fixed_clock.shown = later
    chart = told(session)
    signed = chart.signed
    entry = next(each.stream_seq for each in chart.entries if isinstance(each.event, ev.InfusionStopped))
    assert signed is not None
    assert chart.reconciled is not None
    said = page(session, entry, staff)
    assert f"{chart.reconciled.event.given_mg.normalize():f} mg given" in said
    assert "the note, which is signed" in said
    assert "The pump is not charted as stopped then" in said
    struck(session, entry, act, 181)
    assert (told(session).signed, told(session).reconciled) == (None, None)
    assert SessionRow.objects.get(pk=session).phase == "discharged"
    assert any("mg drawn" in each for each in lines(staff, "account", 182))
    assert lines(staff, "notes to sign", 182)
    with pytest.raises(Refused, match="Account for the drug"):
        notes.sign_note(session, told(session).head, act("nurse", now=at(183)))
    charting.chart_fact(session, ev.InfusionStopped(reason="limit"), act("nurse", now=at(184)), at(40))
    accounted(session, act, str(chart.reconciled.event.given_mg), 185)
    notes.sign_note(session, told(session).head, act("nurse", now=at(186)))
    assert told(session).phase is Phase.SIGNED
    assert lines(staff, "notes to sign", 187) == lines(staff, "account", 187) == []
    written = text(notes.note_of(told(session)))
    assert "Pump stopped" in written.partition("Deviations and struck entries")[2]
    assert re.search(r"Note signed[^.]*\. Counts no more: what it stood on was struck at", written)


def test_a_value_that_is_struck_after_the_signature_leaves_account_and_signature(stage: Stage, act: ActMaker) -> None:
    session = stage.finished(FINISHED, "Chair 1", NOON)
    before = told(session)
    entry = next(each.stream_seq for each in before.entries if isinstance(each.event, ev.VitalsCharted))
    struck(session, entry, act, 180)
    assert (told(session).signed, told(session).reconciled) == (before.signed, before.reconciled)


def test_what_was_charted_of_the_pump_after_the_account_is_struck_without_touching_it(
    running: uuid.UUID, act: ActMaker
) -> None:
    stopped(running, act)
    accounted(running, act, "26.8", 32)
    late = charted(running, ev.VolumeRead(volume_ml=Decimal(99)), act, 33)
    struck(running, late, act, 34)
    assert told(running).reconciled is not None


def test_every_pair_that_a_strike_ends_or_asks_is_walked_here() -> None:
    found = {
        (act, what, knowledge().acts[act].cell(what).reach)
        for act in ("pump_entry_struck", "entry_struck", "note_signed")
        for what in Standing
        if knowledge().acts[act].cell(what).reach in {Reach.ASKS, Reach.ENDS}
    }
    assert found == {
        ("pump_entry_struck", Standing.DRUG_ACCOUNT, Reach.ASKS),
        ("pump_entry_struck", Standing.NOTE, Reach.ASKS),
        ("entry_struck", Standing.PROMPTS, Reach.ENDS),  # tests/workflows/chair/test_care.py, a struck grade
        ("note_signed", Standing.NOTE, Reach.ENDS),
    }


def test_the_strike_page_says_at_once_what_cannot_be_struck(
    running: uuid.UUID, act: ActMaker, staff: dict[str, Staff]
) -> None:
    opened, remark = told(running).entries[0].stream_seq, charted(running, ev.RemarkCharted(text="asks"), act, 5)
    assert "Add a remark that says what is wrong." in (shown := page(running, opened, staff))
    assert 'name="reason"' not in shown
    assert 'name="reason"' in page(running, remark, staff)
    struck(running, remark, act, 6)
    assert "Already struck by Ada Nightfall, RN." in page(running, remark, staff)


ENDS = {
    "transferred": lambda session, act: care.transfer_out(session, "St Anne's", "chest pain, by ambulance", act),
    "left unseen": lambda session, act: care.left_unseen(session, "by the window, line in", "called twice", act),
    "died": lambda session, act: care.record_death(session, "collapsed, resuscitated in vain", "Dr Voss", act),
}


@pytest.mark.parametrize("how", ENDS)
def test_an_ending_charted_at_the_wrong_chair_is_struck_and_the_patient_watched_again(
    running: uuid.UUID, act: ActMaker, how: str
) -> None:
    """Nobody could take it back: the pump ran on in somebody who was watched by nothing, at a chair shown as free."""
    ENDS[how](running, act("nurse", now=at(10)))
    assert told(running).phase is Phase.DISCHARGED
    assert monitors.watch_session(running, at(25)) == 0
    ended = told(running).entries[-1].stream_seq
    stop = next(each.stream_seq for each in told(running).entries if isinstance(each.event, ev.InfusionStopped))
    with pytest.raises(Malformed, match="Say whether the pump ran on"):
        charting.strike(running, ended, "it was Chair 2", act("nurse", now=at(12)))
    assert told(running).phase is Phase.DISCHARGED
    charting.strike(running, ended, "it was Chair 2", act("nurse", now=at(12)), ran_on=True)
    assert (told(running).phase, SessionRow.objects.get().phase) == (Phase.INFUSING, "infusing")
    assert {ended, stop} <= told(running).struck.keys(), "in recovery the chair stood until the stop was struck too"
    assert abs(delivered(told(running), at(40)).mg - Decimal("35.7")) < Decimal("0.1")
    assert monitors.watch_session(running, at(25)) > 0, "vital signs are late"


@pytest.mark.parametrize("how", ENDS)
def test_the_stop_stays_where_the_pump_was_stopped_when_the_ending_was_charted(
    running: uuid.UUID, act: ActMaker, how: str
) -> None:
    ENDS[how](running, act("nurse", now=at(10)))
    ended = told(running).entries[-1].stream_seq
    charting.strike(running, ended, "came back", act("nurse", now=at(12)), ran_on=False)
    assert (told(running).phase, told(running).stopped_at) == (Phase.RECOVERY, at(10))


def test_of_an_ending_after_the_pump_was_stopped_nothing_is_asked(running: uuid.UUID, act: ActMaker) -> None:
    stop = stopped(running, act, 8)
    ENDS["left unseen"](running, act("nurse", now=at(10)))
    struck(running, told(running).entries[-1].stream_seq, act, 12)
    assert (told(running).phase, stop in told(running).struck) == (Phase.RECOVERY, False)


def test_the_page_of_an_ending_asks_whether_the_pump_ran_on_and_strikes_both_in_one_step(
    running: uuid.UUID, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    ENDS["left unseen"](running, act("nurse", now=at(10)))
    ended = told(running).entries[-1].stream_seq
    fixed_clock.shown = at(12)
    shown = page(running, ended, staff)
    assert "It ran on: the stop is struck with it. Given by charted rates: 10.7 mg." in shown
    assert "It was stopped then: the stop stays. Given by charted rates: 8.9 mg." in shown
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("session_strike", args=[running, ended])
    sent = {"reason": "came back", "key": "strike-1"}
    assert nurse.post(address, sent).status_code == 422, "neither is taken for granted"
    assert told(running).phase is Phase.DISCHARGED
    assert nurse.post(address, {**sent, "pump": "ran"}).status_code == 302
    assert told(running).phase is Phase.INFUSING


def test_an_ending_is_not_struck_where_the_chair_or_the_patient_has_another_session(
    stage: Stage, running: uuid.UUID, act: ActMaker
) -> None:
    ENDS["left unseen"](running, act("nurse", now=at(10)))
    stage.at_the_gate(replace(SHE, name="another"), "Chair 1", at(20))
    ended = told(running).entries[-1].stream_seq
    with pytest.raises(Refused, match="has sat at Chair 1 since then"):
        charting.strike(running, ended, "came back from the lavatory", act("nurse", now=at(21)), ran_on=True)
    assert told(running).phase is Phase.DISCHARGED


def test_the_page_of_an_ending_says_what_striking_it_does(
    running: uuid.UUID, act: ActMaker, staff: dict[str, Staff]
) -> None:
    ENDS["died"](running, act("nurse", now=at(10)))
    ended = told(running).entries[-1].stream_seq
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    page = nurse.get(reverse("session_strike", args=[running, ended])).content.decode()
    assert "is watched again from now on" in page
    assert f"/strike/{ended}/" in nurse.get(reverse("session_log", args=[running])).content.decode()


def first(session: uuid.UUID, kind: type[ev.SessionEvent]) -> int:
    return next(each.stream_seq for each in told(session).entries if isinstance(each.event, kind))


def test_a_start_charted_at_the_wrong_chair_is_struck_and_said_beforehand(
    stage: Stage, running: uuid.UUID, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """It could not be taken back: milligrams rose in somebody whose pump stood still, and used the order up."""
    fixed_clock.shown = at(10)
    start = first(running, ev.InfusionStarted)
    said = page(running, start, staff)
    assert "Given by charted rates: 8.9 mg now, 0.0 mg after the strike." in said
    assert "The session is charted as ready then; it is infusing now." in said
    assert "the order is not used by it" in said
    struck(running, start, act, 10)
    chart = told(running)
    assert (chart.phase, chart.started_at, SessionRow.objects.get().phase) == (Phase.READY, None, "ready")
    assert delivered(chart, at(40)).mg == 0
    assert order_state.live_order(demo_id(SHE.name), act("nurse", now=at(11))) is not None, "the order is not used"
    with pytest.raises(Refused, match="Vital signs within the limits for a start"):
        sessions.start(running, chart.plan.rate_ml_per_h, chart.head, act("nurse", now=at(12)))
    stage.vitals(running, SHE.pressure, at(12))
    for row in knowledge().gate:
        if row.kind == "attested":
            sessions.attest(running, row.id, True, GATE_WORDS.get(row.id, ""), act("nurse", now=at(12)))
    sessions.start(running, chart.plan.rate_ml_per_h, told(running).head, act("nurse", now=at(12)))
    assert told(running).started_at == at(12)


def test_a_session_whose_start_was_struck_is_closed_unused_once_its_drug_is_accounted_for(
    running: uuid.UUID, act: ActMaker
) -> None:
    struck(running, first(running, ev.InfusionStarted), act, 5)
    with pytest.raises(Refused, match="Account for it"):
        sessions.close_unused(running, "it was Chair 2", act("nurse", now=at(6)))
    accounted(running, act, "0", 7)
    sessions.close_unused(running, "it was Chair 2", act("nurse", now=at(8)))
    assert told(running).phase is Phase.CLOSED_UNUSED


def test_a_rate_that_stands_in_for_a_struck_start_is_named(
    running: uuid.UUID, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    charted(running, ev.RateChanged(rate_ml_per_h=Decimal("26.8"), reason="nausea"), act, 10)
    fixed_clock.shown = at(20)
    assert "the pump ran from 12:10:00 on" in page(running, first(running, ev.InfusionStarted), staff)


def test_a_discharge_charted_for_the_wrong_person_is_struck(
    stage: Stage, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever still sat there was watched by nobody, and no prompt could be raised any more."""
    monkeypatch.setattr(notes, "sign_note", lambda *_: None)
    session = stage.infusing(FINISHED, "Chair 1", NOON)
    stage.ended(FINISHED, session, stage.ran_through(FINISHED, session, NOON, 5))
    fixed_clock.shown = at(130)
    gone = first(session, ev.Discharged)
    said = page(session, gone, staff)
    assert "is watched again from now on" in said
    assert "check-in and aftercare count from when they do" in said
    struck(session, gone, act, 130)
    assert (told(session).phase, SessionRow.objects.get().phase) == (Phase.RECOVERY, "recovery")
    assert monitors.watch_session(session, at(150)) > 0, "vital signs are late"

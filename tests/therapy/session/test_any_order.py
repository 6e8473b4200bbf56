"""Whatever was charted, in whatever order and at whatever time: the chart and everything read from it stand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sereniv.clinic.records.models import Person
from sereniv.clinic.web.chair.prediction import session_panel
from sereniv.knowledge import knowledge
from sereniv.therapy.chair.recovery import recovery_grid
from sereniv.therapy.documents.note_text import Subject, addenda, digest, note
from sereniv.therapy.documents.running import hand_over
from sereniv.therapy.documents.setting import Clinic, Patient, Setting
from sereniv.therapy.monitoring import conditions, dissociation_due, escalated, next_vitals_due, schedule_of
from sereniv.therapy.monitoring.source_struck import withdrawals
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.chart import chart_of as person_chart_of
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import Phase, SessionChart, chart_of, extended
from sereniv.therapy.session.delivered import delivered, ends_at
from sereniv.therapy.session.dosing import dosing_of
from sereniv.therapy.session.pump_volume import volume_check
from tests.records.instances import INSTANCES
from tests.therapy.making import OPENED, RATE, RECOVERED, STARTED, chart, full_set, minute, recorded, vitals

FOUND = ev.InfusionFoundRunning(rate_ml_per_h=RATE, deviation="ran already")
RUNS = ev.RateFound(rate_ml_per_h=Decimal(30), deviation="other rate")
HALF = ev.RateChanged(rate_ml_per_h=Decimal(30), reason="pressure")
PAUSED, STOPPED = ev.InfusionPaused(), ev.InfusionStopped()
RESUMED = ev.InfusionResumed(rate_ml_per_h=RATE)
PUMP: tuple[ev.SessionEvent, ...] = (STARTED, FOUND, RUNS, HALF, PAUSED, RESUMED, STOPPED)
OTHERS: tuple[ev.SessionEvent, ...] = (
    full_set(), vitals(186, 114), RECOVERED, ev.VolumeRead(volume_ml=Decimal(20)),
    *(each for each in INSTANCES if isinstance(each, ev.SessionEvent) and not isinstance(each, ev.SessionOpened)),
)  # fmt: skip
SUBJECT = Subject(name="Ida Lind", born="02 Mar 1984", zone=UTC, name_of=str, title_of=str)
SETTING = Setting(clinic=Clinic(name="The clinic"), now=minute(60), zone=UTC, knowledge=knowledge())
SOMEBODY = Person(born=date(1984, 3, 2), sex_at_birth="female")
NOBODY: PersonChart = person_chart_of([])

Fact = tuple[int, ev.SessionEvent]


def told(opened: int, facts: list[Fact], struck: list[int]) -> list[Recorded[ev.SessionEvent]]:
    """Return entries: the opening at its place among the facts, then strikes of any number, there or not."""
    events = [*facts[:opened], (-1800, OPENED), *facts[opened:]]
    events += [(3600, ev.EntryStruck(entry=number, reason="wrong")) for number in struck]
    return [recorded(event, number, minute(second / 60)) for number, (second, event) in enumerate(events, start=1)]


def everything(session: SessionChart, now: datetime) -> None:
    """Ask a chart for all that pages, papers and the watch ask it for."""
    rules = knowledge()
    so_far = delivered(session, now)
    assert 0 <= so_far.volume_ml <= session.plan.volume_ml
    assert so_far.infused >= timedelta(0)
    ends_at(session, now)
    if session.started_at is not None:
        assert dosing_of(session, now).total_mg() == pytest.approx(float(so_far.mg), abs=1e-6)
    sections = note(session, SUBJECT)
    assert digest(sections)
    addenda(session, SUBJECT)
    conditions(session, (), now, rules)
    withdrawals(session, rules)
    escalated(session, now, rules)
    next_vitals_due(session, now, schedule_of(session, rules))
    dissociation_due(session, rules.observations)
    recovery_grid(session, now, rules)
    volume_check(session, rules.volume)
    session.open_questions()
    hand_over(replace(SETTING, now=now), Patient(name="Ida Lind", born=date(1984, 3, 2)), session, NOBODY)


SECONDS = st.integers(-3 * 86400, 86400)
NEAR = st.integers(-40, 40).map(lambda minutes: minutes * 60)
FACTS = st.lists(st.tuples(SECONDS | NEAR, st.sampled_from((*PUMP, *PUMP, *OTHERS))), max_size=14)


@settings(max_examples=150)
@given(opened=st.integers(0, 14), facts=FACTS, struck=st.lists(st.integers(1, 16), max_size=4), now=SECONDS)
@example(opened=0, facts=[(0, STARTED), (-60, STOPPED)], struck=[], now=600)
@example(opened=0, facts=[(0, STARTED), (-60, PAUSED), (300, STOPPED)], struck=[2], now=600)
@example(opened=0, facts=[(0, STARTED), (0, STOPPED)], struck=[], now=600)
@example(opened=0, facts=[(0, STARTED), (600, STOPPED)], struck=[], now=-600)
def test_no_order_of_events_breaks_what_is_read_from_a_chart(
    opened: int, facts: list[Fact], struck: list[int], now: int
) -> None:
    entries = told(opened, facts, struck)
    session = chart_of(entries)
    everything(session, minute(now / 60))
    half = len(entries) // 2
    assert extended(chart_of(entries[:half]), entries[half:]) == session, "kept charts are told as new ones"
    doubled = [
        replace(each, stream_seq=number, seq=number) for number, each in enumerate((*entries, *entries), start=1)
    ]
    everything(chart_of(doubled), minute(now / 60))


def test_since_when_a_discharge_line_holds_stands_also_where_the_opening_was_struck() -> None:
    """The discharge page asked a chart of the entries that count, one without its opening: it answered 500."""
    struck = ev.EntryStruck(entry=1, reason="wrong")
    session = chart((0, STARTED), (40, STOPPED), (50, RECOVERED), (60, struck))
    everything(session, minute(61))
    assert {line.title: line.since for line in recovery_grid(session, minute(61), knowledge())}["IV out"] == minute(50)


@pytest.mark.slow
@pytest.mark.django_db
@settings(max_examples=12)
@given(
    facts=st.lists(st.tuples(NEAR, st.sampled_from(PUMP)), max_size=8), struck=st.lists(st.integers(2, 9), max_size=2)
)
@example(facts=[(0, STARTED), (-60, STOPPED)], struck=[])
@example(facts=[(0, STARTED), (-60, PAUSED), (300, STOPPED)], struck=[])
@example(facts=[(0, STARTED), (0, STOPPED)], struck=[])
@pytest.mark.django_db
def test_the_predicted_curve_stands_as_well(facts: list[Fact], struck: list[int]) -> None:
    session = chart_of(told(0, facts, struck))
    for now in (-90, 1, 45):
        session_panel(session, SOMEBODY, Decimal(70), minute(now))


@pytest.mark.parametrize("earlier", [STOPPED, PAUSED, RESUMED, HALF])
def test_what_is_charted_of_a_pump_before_its_start_is_kept_and_does_not_count(earlier: ev.SessionEvent) -> None:
    session = chart((0, STARTED), (-1, earlier))
    assert (session.phase, session.started_at) == (Phase.INFUSING, minute(0))
    assert [step.entry for step in session.misplaced] == [3]
    assert delivered(session, minute(10)) == delivered(chart((0, STARTED)), minute(10))


def test_a_start_found_to_be_earlier_puts_it_in_its_place() -> None:
    session = chart((0, STARTED), (-1, PAUSED), (-3, FOUND))
    assert (session.misplaced, session.started_at) == ((), minute(-3))
    assert delivered(session, minute(0)).infused == timedelta(minutes=2)


def test_a_value_from_before_the_session_is_asked_about_and_read_by_nothing_until_confirmed() -> None:
    early = (-40, vitals(186, 114))
    asked = chart(early, (0, STARTED))
    assert (asked.vitals, asked.pressure_before_start()) == ((), None)
    question = "02 Mar 11:20 is before this session was opened, 02 Mar 11:30. Was it then?"
    assert asked.open_questions() == ((2, "when", question),)
    assert asked.entries[1].event == early[1], "kept"
    confirmed = chart(early, (0, STARTED), (1, ev.ValueConfirmedInSession(entry=2, field="when", remark="it was")))
    assert confirmed.pressure_before_start() == (186, 114)
    assert confirmed.open_questions() == ()


def test_a_sedative_of_any_time_prolongs_the_watch() -> None:
    given_early = ev.MedicineGiven(
        medicine="midazolam", dose=Decimal(2), unit="mg", route="IV", indication="distress", effect=ev.Effect.SEDATIVE
    )
    assert [each.event for each in chart((-40, given_early)).medicines] == [given_early]

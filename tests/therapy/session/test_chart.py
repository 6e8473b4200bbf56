"""The chart is a fold: struck entries stay legible and do not count; what counts is when things happened."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import Priority
from sereniv.therapy.monitoring.alert_limits import CHARTED_FIELDS
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import Phase, chart_of, extended
from sereniv.therapy.session.delivered import delivered, ends_at
from tests.records.instances import INSTANCES
from tests.therapy.making import OPENED, PLAN, RATE, RECOVERED, STARTED, chart, entries, full_set, minute, vitals

HALF = ev.RateChanged(rate_ml_per_h=Decimal(30), reason="pressure")
STOPPED = ev.InfusionStopped()
SIGNED = ev.NoteSigned(text="t", note_sha256="0", head_seq=1, head_hash="0")
LEFT = ev.Discharged(handed_to="Kim Escort", advice_given=True)


@pytest.mark.parametrize(
    ("happened", "phase"),
    [
        ([], Phase.PREPARING),
        ([ev.GatePassed()], Phase.READY),
        ([ev.GatePassed(), STARTED], Phase.INFUSING),
        ([ev.InfusionFoundRunning(rate_ml_per_h=RATE, deviation="no gate")], Phase.INFUSING),
        ([STARTED, ev.InfusionPaused()], Phase.PAUSED),
        ([STARTED, ev.InfusionPaused(), ev.InfusionResumed(rate_ml_per_h=RATE)], Phase.INFUSING),
        ([STARTED, STOPPED], Phase.RECOVERY),
        ([STARTED, ev.InfusionPaused(), STOPPED], Phase.RECOVERY),
        ([STARTED, STOPPED, ev.RateFound(rate_ml_per_h=RATE, deviation="still running")], Phase.INFUSING),
        ([STARTED, STOPPED, LEFT], Phase.DISCHARGED),
        ([STARTED, STOPPED, LEFT, SIGNED], Phase.SIGNED),
        ([STOPPED], Phase.PREPARING),
    ],
)
def test_the_phase_follows_from_what_was_charted(happened: list[ev.SessionEvent], phase: Phase) -> None:
    assert chart(*enumerate(happened)).phase is phase


def test_a_stop_then_found_running_again_is_running_until_the_next_stop() -> None:
    found = ev.InfusionFoundRunning(rate_ml_per_h=RATE, deviation="pump not stopped")
    again = chart((0, STARTED), (10, STOPPED), (12, found))
    assert (again.phase, again.stopped_at, again.deviations) == (Phase.INFUSING, None, ("pump not stopped",))
    assert chart((0, STARTED), (10, STOPPED), (12, found), (15, STOPPED)).stopped_at == minute(15)


def test_a_stop_charted_late_ends_nothing_that_ran_after_it() -> None:
    found = ev.RateFound(rate_ml_per_h=RATE, deviation="runs")
    assert chart((0, STARTED), (12, found), (10, STOPPED)).phase is Phase.INFUSING


def test_an_infusion_found_running_and_charted_late_began_when_it_was_found() -> None:
    found = ev.InfusionFoundRunning(rate_ml_per_h=RATE, deviation="began before the gate")
    late = chart((10, STARTED), (4, found))
    assert late.started_at == minute(4)
    assert [step.at for step in late.rates] == [minute(4), minute(10)]


PUMP: list[tuple[float, ev.SessionEvent]] = [
    (0, STARTED), (7, HALF), (12, ev.InfusionPaused()), (15, ev.InfusionResumed(rate_ml_per_h=RATE)), (30, STOPPED),
]  # fmt: skip


def test_the_order_of_typing_changes_nothing_that_the_pump_did() -> None:
    told = {
        (each.phase, each.started_at, each.stopped_at, delivered(each, minute(60)).mg)
        for order in itertools.permutations(PUMP)
        for each in [chart(*order)]
    }
    assert len(told) == 1
    assert next(iter(told))[:3] == (Phase.RECOVERY, minute(0), minute(30))


def test_striking_a_rate_change_gives_back_the_dose_without_it() -> None:
    wrong = chart((0, STARTED), (10, HALF))
    right = chart((0, STARTED), (10, HALF), (20, ev.EntryStruck(entry=3, reason="wrong chair")))
    assert delivered(wrong, minute(20)).mg == RATE / 6 + Decimal(5)
    assert delivered(right, minute(20)).mg == RATE / 3
    assert right.entries[2].event == HALF  # legible still
    assert right.struck[3].event.reason == "wrong chair"


def test_a_struck_stop_runs_on() -> None:
    assert chart((0, STARTED), (10, STOPPED), (11, ev.EntryStruck(entry=3, reason="error"))).phase is Phase.INFUSING


def test_struck_vitals_and_grades_do_not_count() -> None:
    struck = chart(
        (0, full_set()),
        (1, ev.ObservationCharted(observation=ev.Observation.NAUSEA, grade=3)),
        (2, RECOVERED),
        *[(3, ev.EntryStruck(entry=entry, reason="other patient")) for entry in (2, 3, 4)],
    )
    assert (struck.vitals, struck.observations, struck.recoveries) == ((), (), ())
    assert len(struck.entries) == struck.head == 7


def test_late_vitals_are_sorted_into_their_time() -> None:
    late = chart((10, vitals(130, 80)), (5, vitals(120, 80)))
    assert [each.at for each in late.usable_vitals()] == [minute(5), minute(10)]


@pytest.mark.parametrize("field", CHARTED_FIELDS)
def test_no_value_that_waits_to_be_confirmed_is_read_whichever_it_is(field: str) -> None:
    doubtful = ev.VitalsCharted(**{field: Decimal(300)}, questions={field: "so high?"})
    (usable,) = chart((0, doubtful)).usable_vitals()
    assert getattr(usable.event, field) is None
    confirmed = ev.ValueConfirmedInSession(entry=2, field=field, remark="measured again")
    (usable,) = chart((0, doubtful), (1, confirmed)).usable_vitals()
    assert getattr(usable.event, field) == 300


def test_a_questioned_value_is_left_out_until_confirmed() -> None:
    doubtful = ev.VitalsCharted(systolic=Decimal(300), diastolic=Decimal(90), questions={"systolic": "so high?"})
    asked = chart((0, doubtful))
    assert (asked.usable_vitals()[0].event.systolic, asked.usable_vitals()[0].event.diastolic) == (None, 90)
    assert asked.open_questions() == ((2, "systolic", "so high?"),)
    confirmed = chart((0, doubtful), (1, ev.ValueConfirmedInSession(entry=2, field="systolic", remark="repeated")))
    assert confirmed.usable_vitals()[0].event.systolic == 300
    assert confirmed.open_questions() == ()


@pytest.mark.parametrize(
    ("then", "presence", "asks"),
    [
        ([], "on", True),
        ([ev.AlertEnded(alert="a")], "latched", True),
        ([ev.AlertAcknowledged(alert="a", action="looked")], "acknowledged", False),
        ([ev.AlertAcknowledged(alert="a", action="looked"), ev.AlertEnded(alert="a")], "off", False),
        ([ev.AlertEnded(alert="a"), ev.AlertAcknowledged(alert="a", action="looked")], "off", False),
        ([ev.AlertEnded(alert="other"), ev.AlertAcknowledged(alert="other", action="")], "on", True),
    ],
)
def test_a_prompt_is_on_latched_acknowledged_or_off(then: list[ev.SessionEvent], presence: str, asks: bool) -> None:
    raised = ev.AlertRaised(
        alert="a", kind=ev.AlertKind.PHYSIOLOGICAL, priority=Priority.LOW, title="", message="", rule="", read={}
    )
    told = chart((0, raised), *enumerate(then, start=1))
    assert told.alerts["a"].presence == presence
    assert bool(told.open_alerts) is asks


def test_the_pump_delivers_piecewise_and_not_while_paused() -> None:
    told = chart(*PUMP)
    expected = RATE * 7 / 60 + Decimal(30) * 5 / 60 + RATE * 15 / 60
    assert abs(delivered(told, minute(60)).volume_ml - expected) < Decimal("1e-20")
    assert delivered(told, minute(60)).infused == minute(27) - minute(0)
    assert delivered(told, minute(13)) == delivered(told, minute(15))
    assert ends_at(told, minute(60)) is None


def test_the_ordered_volume_caps_and_nothing_completes_by_itself() -> None:
    """35.7 mL at 53.6 mL/h are reached after 39 min 57.8 s; the pump's own limit stops it, a person charts it."""
    told = chart((0, STARTED))
    before, after = delivered(told, minute(39)), delivered(told, minute(600))
    assert before.reached_at is None
    assert (after.volume_ml, after.mg) == (PLAN.volume_ml, PLAN.dose_mg)
    assert after.reached_at == ends_at(told, minute(1))
    assert after.reached_at is not None
    assert minute(39.96) < after.reached_at < minute(39.97)
    assert (told.phase, told.stopped_at) == (Phase.INFUSING, None)


STEPS = st.lists(
    st.tuples(st.integers(min_value=1, max_value=20), st.integers(min_value=0, max_value=900)), min_size=1, max_size=8
)


def pumped(steps: list[tuple[int, int]]) -> list[tuple[float, ev.SessionEvent]]:
    """Return rate entries: minutes each rate lasts, rate in tenths of mL/h, 0 a pause."""
    happened: list[tuple[float, ev.SessionEvent]] = []
    at = 0
    for lasts, tenths in steps:
        rate = Decimal(tenths) / 10
        happened.append((at, ev.RateFound(rate_ml_per_h=rate, deviation="") if tenths else ev.InfusionPaused()))
        at += lasts
    return happened


@given(steps=STEPS, now=st.integers(min_value=0, max_value=200), cut=st.integers(min_value=0, max_value=8))
def test_delivered_is_rate_times_time_capped(steps: list[tuple[int, int]], now: int, cut: int) -> None:
    told = chart(*pumped(steps))
    at, total = 0, Decimal(0)
    for place, (lasts, tenths) in enumerate(steps):
        end = now if place == len(steps) - 1 else min(at + lasts, now)
        total += Decimal(tenths) / 10 * max(end - at, 0) / 60
        at += lasts
    got = delivered(told, minute(now)).volume_ml
    assert abs(got - min(total, PLAN.volume_ml)) < Decimal("1e-12")
    assert delivered(told, minute(now)).mg == got * PLAN.concentration_mg_per_ml
    assert got <= delivered(told, minute(now + 1)).volume_ml <= PLAN.volume_ml  # monotone, capped
    place = cut % len(steps)
    lasts, tenths = steps[place]
    if lasts > 1:  # charting the same rate once more in the middle changes nothing
        split = [*steps[:place], (1, tenths), (lasts - 1, tenths), *steps[place + 1 :]]
        assert abs(delivered(chart(*pumped(split)), minute(now)).volume_ml - got) < Decimal("1e-12")


ANY_ACT: st.SearchStrategy[ev.SessionEvent] = st.sampled_from(
    [each for each in INSTANCES if isinstance(each, ev.SessionEvent) and not isinstance(each, ev.EntryStruck)]
)
STRIKE: st.SearchStrategy[ev.SessionEvent] = st.integers(1, 12).map(
    lambda entry: ev.EntryStruck(entry=entry, reason="x")
)


@given(
    happened=st.lists(st.tuples(st.integers(0, 90), ANY_ACT | STRIKE), max_size=14), cuts=st.sets(st.integers(0, 14))
)
def test_a_chart_is_the_same_in_however_many_pieces_its_stream_is_folded(
    happened: list[tuple[int, ev.SessionEvent]], cuts: set[int]
) -> None:
    whole = entries((-30, OPENED), *happened)
    places = [0, *sorted(cut for cut in cuts if cut <= len(whole)), len(whole)]
    piecewise = chart_of([])
    for start, end in itertools.pairwise(places):
        piecewise = extended(piecewise, whole[start:end])
    assert piecewise == chart_of(whole)


def test_an_empty_stream_is_no_session() -> None:
    empty = chart_of([])
    assert (empty.head, empty.opened) == (0, None)
    with pytest.raises(ValueError, match="no opening entry"):
        _ = empty.plan
    assert chart_of(entries((0, OPENED))).plan == PLAN

"""Each comparison of monitoring at its very edge: the same minute, the very limit, the one sign that was charted."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from sereniv.knowledge import knowledge
from sereniv.therapy.monitoring import Condition, Sample, conditions, news, next_vitals_due, repeats_due
from sereniv.therapy.monitoring.alert_limits import ever_held, inputs_for
from sereniv.therapy.monitoring.charted import repeat_due, standing_signs
from sereniv.therapy.monitoring.due import dissociation_due
from sereniv.therapy.monitoring.feed import failed_cuff
from sereniv.therapy.monitoring.pump import bag_differs, volume_differs
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from tests.therapy.making import PLAN, STARTED, Happening, chart, full_set, minute, vitals

RULES = knowledge()
SEVERE, HIGH, LOW = (RULES.alerts[f"pressure_{name}"] for name in ("severe", "high", "low"))
CONNECTED = ev.MonitorConnected(device="M1", interval_s=60, signals=("heart_rate", "spo2", "systolic", "diastolic"))
CUFF_FRESH_MIN = RULES.feed.cuff_fresh_min


def found(told: SessionChart, now: float, sent: tuple[Sample, ...] = ()) -> dict[str, Condition]:
    return {each.alert: each for each in conditions(told, sent, minute(now), RULES)}


def sample(at: float, signal: str, value: str | None) -> Sample:
    return Sample(id=round(at * 100), signal=signal, value=None if value is None else Decimal(value), at=minute(at))


def grade(observation: ev.Observation, number: int) -> ev.ObservationCharted:
    return ev.ObservationCharted(observation=observation, grade=number)


def raised(alert: str, at: float) -> Happening:
    event = ev.AlertRaised(
        alert=alert, kind=ev.AlertKind.PHYSIOLOGICAL, priority=HIGH.priority, title="t", message="m", rule="r v1",
        read={}, latching=True,
    )  # fmt: skip
    return at, event


@pytest.mark.parametrize(
    ("half", "shown"), [(vitals(201), "(201, 12:04)"), (vitals(None, 121), "(121, 12:04)")], ids=["upper", "lower"]
)
def test_half_a_pressure_is_read_and_said_by_itself(half: ev.VitalsCharted, shown: str) -> None:
    told = chart((0, STARTED), (4, half))
    assert "pressure_severe" in found(told, 4)
    assert standing_signs(told, RULES) == (f"Blood pressure severe {shown}",)


def test_two_readings_at_the_very_limit_are_not_above_it() -> None:
    at, above = full_set(180, 110), full_set(181, 110)
    assert "pressure_severe" not in found(chart((0, STARTED), (4, at), (6, at)), 6)
    assert "pressure_severe" not in found(chart((0, STARTED), (4, at), (6, above)), 6)
    assert "pressure_severe" not in found(chart((0, STARTED), (4, above), (6, at)), 6)
    assert "pressure_severe" in found(chart((0, STARTED), (4, above), (6, above)), 6)


@pytest.mark.parametrize(
    ("happened", "ever"),
    [
        (((0, STARTED), (4, full_set(210)), (6, full_set())), True),
        (((0, STARTED), (4, full_set()), (6, full_set(210))), True),
        (((0, STARTED), (0, full_set(210)), (6, full_set())), True),
        (((-1, full_set(210)), (0, STARTED), (6, full_set())), False),
        (((0, STARTED), (4, full_set()), (6, full_set())), False),
        (((4, full_set(210)),), False),
    ],
    ids=["first", "last", "of the start", "before it", "never", "never started"],
)
def test_whether_a_limit_was_ever_passed_is_asked_from_the_start_on(
    happened: tuple[Happening, ...], ever: bool
) -> None:
    assert ever_held(SEVERE, chart(*happened)) is ever


def test_where_nothing_was_charted_nothing_is_read() -> None:
    assert inputs_for(SEVERE, chart((0, STARTED))) == {}


def test_what_was_charted_at_the_start_itself_is_the_baseline() -> None:
    told = chart((0, full_set(140)), (0, STARTED), (5, full_set(97)))
    assert found(told, 5)["pressure_low"].read["baseline_systolic"] == "140"
    assert "pressure_low" not in found(chart((0, STARTED), (1, full_set(140)), (5, full_set(97))), 5)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        (chart((0, STARTED), (4, full_set(170))), HIGH.message),
        (chart((-4, full_set(170))), HIGH.message_at_rest),
        (chart((0, STARTED), (4, vitals(spo2=91))), RULES.alerts["saturation_low"].message),
        (chart((-4, vitals(spo2=91))), RULES.alerts["saturation_low"].message),
    ],
    ids=["running", "before the start", "one message, running", "one message, before the start"],
)
def test_a_message_speaks_of_the_pump_where_one_runs_alone(told: SessionChart, message: str) -> None:
    (prompt,) = (each for each in found(told, 4).values() if each.message == message)
    assert prompt.message
    assert HIGH.message != HIGH.message_at_rest
    assert not RULES.alerts["saturation_low"].message_at_rest


def doubtful(systolic: int) -> ev.VitalsCharted:
    return replace(vitals(systolic), questions={"systolic": f"{systolic}?"})


def test_of_two_values_that_wait_the_newest_is_asked_about_until_a_later_one_is_sure() -> None:
    asked = found(chart((0, STARTED), (4, doubtful(300)), (6, doubtful(310))), 6)["question-systolic"]
    assert (asked.read_at, asked.read["systolic"]) == (minute(6), "310, 310?")
    of_the_same_minute = chart((0, STARTED), (6, vitals(120)), (6, doubtful(310)))
    assert "question-systolic" in found(of_the_same_minute, 6)
    before_and_after = chart((0, STARTED), (2, vitals(120)), (6, doubtful(310)), (8, vitals(121)))
    assert "question-systolic" not in found(before_and_after, 8)


def test_a_repeat_is_due_of_what_was_raised_and_is_not_over() -> None:
    past: tuple[Happening, ...] = ((0, STARTED), (4, full_set(170)))
    prompt = raised("pressure_high", 4)
    seen: Happening = (5, ev.AlertAcknowledged(alert="pressure_high", action="repeat"))
    due = minute(4 + HIGH.repeat_within_min)
    assert repeats_due(chart(*past), RULES) == {}, "not raised yet"
    assert repeats_due(chart(*past, prompt), RULES) == {"pressure_high": due}
    assert repeats_due(chart(*past, prompt, seen), RULES) == {"pressure_high": due}
    late: Happening = (4 + HIGH.repeat_within_min, ev.AlertAcknowledged(alert="pressure_high", action="repeat"))
    again = minute(4 + 2 * HIGH.repeat_within_min)
    assert repeats_due(chart(*past, prompt, late), RULES) == {"pressure_high": again}


def test_a_prompt_that_is_seen_at_the_minute_its_repeat_is_due_gives_the_minutes_anew() -> None:
    prompt = found(chart((0, STARTED), (4, full_set(170))), 4)["pressure_high"]
    within = timedelta(minutes=prompt.repeat_within_min)
    assert repeat_due(prompt, minute(4) + within - timedelta(seconds=1)) == minute(4) + within
    assert repeat_due(prompt, minute(4) + within) == minute(4) + 2 * within
    assert repeat_due(replace(prompt, read_at=None), minute(6)) == minute(6) + within


def test_vital_signs_are_due_from_the_start_itself() -> None:
    due = next_vitals_due(chart((0, STARTED)), minute(0), RULES.schedule)
    assert due is not None
    assert due.at == minute(RULES.schedule.first_phase_every_min)


def test_a_grade_of_something_else_is_no_grade_of_dissociation() -> None:
    at = RULES.observations.dissociation_at_min
    nausea = chart((0, STARTED), (at, grade(ev.Observation.NAUSEA, 0)))
    assert dissociation_due(nausea, RULES.observations) == minute(at)
    asked = chart((0, STARTED), (at, grade(ev.Observation.DISSOCIATION, 0)))
    assert dissociation_due(asked, RULES.observations) is None


PAUSED: tuple[Happening, ...] = ((0, STARTED), (4, full_set()), (4, ev.InfusionPaused()))
READ_WRONGLY: tuple[Happening, ...] = ((0, STARTED), (30, ev.VolumeRead(volume_ml=Decimal(5))))


@pytest.mark.parametrize(
    ("alert", "told", "now"),
    [
        ("vitals-overdue", chart((0, STARTED)), 8), ("vitals-overdue-escalated", chart((0, STARTED)), 12),
        ("dissociation-overdue", chart((0, STARTED)), 60), ("pump-left-paused", chart(*PAUSED), 20),
        ("pump-past-its-volume", chart((0, STARTED)), 60), ("pump-volume-differs", chart(*READ_WRONGLY), 30),
    ],
)  # fmt: skip
def test_what_ends_by_being_done_does_not_stand_on_when_it_is_over(alert: str, told: SessionChart, now: float) -> None:
    assert found(told, now)[alert].latching is False


def test_a_pump_has_run_past_its_volume_from_the_very_second_on() -> None:
    plan = replace(PLAN, volume_ml=Decimal(60), rate_ml_per_h=Decimal(60), duration_min=60)
    told = chart((0, replace(STARTED, rate_ml_per_h=Decimal(60))), plan=plan)
    after = 60 + RULES.pump.overtime_after_min
    assert "pump-past-its-volume" not in found(told, after - 1 / 60)
    assert "pump-past-its-volume" in found(told, after)


def test_a_volume_that_differs_is_shown_beside_what_was_charted() -> None:
    (prompt,) = volume_differs(chart(*READ_WRONGLY), RULES)
    assert prompt.read == {"pump": "5 mL", "charted_rates": "26.8 mL"}


def test_a_bag_of_another_strength_is_asked_about_while_something_runs_from_it() -> None:
    half = ev.DrugPrepared(
        vial="v", strength_mg_per_ml=Decimal(50), stock_ml=Decimal("0.714"), drawn_mg=Decimal("35.7"),
        final_volume_ml=Decimal("71.4"), final_mg_per_ml=Decimal("0.5"),
    )  # fmt: skip
    drawn: tuple[Happening, ...] = ((-5, half), (0, STARTED))
    assert list(bag_differs(chart((-5, half)), RULES)) == []
    assert [each.alert for each in bag_differs(chart(*drawn), RULES)] == ["bag-differs"]
    assert list(bag_differs(chart(*drawn, (9, ev.InfusionStopped())), RULES)) == []


@pytest.mark.parametrize(
    ("sent", "asks"),
    [
        ((sample(5, "systolic", None),), True),
        ((sample(5, "systolic", "120"),), False),
        ((sample(5 - CUFF_FRESH_MIN, "systolic", None),), False),
        ((sample(5 - CUFF_FRESH_MIN + 0.02, "systolic", None),), True),
        ((sample(5.02, "systolic", None),), False),
        ((sample(3, "systolic", None), sample(4, "systolic", "120")), False),
        ((sample(3, "systolic", "120"), sample(4, "systolic", None)), True),
        ((sample(4, "spo2", None),), False),
    ],
    ids=["none now", "one now", "as old as it shows", "just younger", "from the future", "a later one",
         "none since", "another signal"],
)  # fmt: skip
def test_a_cuff_that_gave_nothing_is_asked_about_while_its_last_word_is_none(
    sent: tuple[Sample, ...], asks: bool
) -> None:
    prompts = list(failed_cuff(chart((0, CONNECTED), (0, STARTED)), sent, minute(5), RULES))
    assert bool(prompts) is asks
    assert all(each.latching is False for each in prompts)
    assert list(failed_cuff(chart((0, STARTED)), sent, minute(5), RULES)) == []


@pytest.mark.parametrize(("charted_at", "looked"), [(4.99, False), (5, True), (6, True)])
def test_a_sign_is_looked_after_once_somebody_charted_it_since_the_monitor_asked(
    charted_at: float, looked: bool
) -> None:
    told = chart((0, CONNECTED), (0, STARTED), raised("confirm-saturation_low", 5), (charted_at, vitals(spo2=95)))
    prompt = found(told, 6, (sample(6, "spo2", "91"),))["confirm-saturation_low"]
    assert prompt.is_looked_after is looked


def test_a_milder_prompt_that_still_holds_does_not_give_way() -> None:
    told = chart((0, STARTED), (4, full_set(170)), raised("pressure_high", 4))
    high = found(told, 4)["pressure_high"]
    graver = replace(high, alert="pressure_severe", replaces=("pressure_high",))
    assert news(told, (high, graver), minute(5)).gave_way == ()
    assert news(told, (graver,), minute(5)).gave_way == (("pressure_high", "pressure_severe"),)


def test_a_prompt_that_asks_for_a_repeat_within_a_minute_asks_for_it() -> None:
    seen = (5, ev.AlertAcknowledged(alert="pressure_high", action="repeat"))
    told = chart((0, STARTED), (4, full_set(170)), raised("pressure_high", 4), seen)
    prompt = replace(found(told, 4)["pressure_high"], repeat_within_min=1)
    assert news(told, (prompt,), minute(5.99)).raised == ()
    assert news(told, (prompt,), minute(6)).raised == (prompt,)


def test_a_value_charted_by_the_first_entry_is_raised_anew_without_waiting() -> None:
    over = (6, ev.AlertEnded(alert="pressure_high"))
    told = chart((0, STARTED), (4, full_set(170)), raised("pressure_high", 4), over)
    prompt = replace(found(told, 4)["pressure_high"], read_entry=1)
    assert news(told, (prompt,), minute(6.1)).raised == (prompt,)
    assert news(told, (replace(prompt, read_entry=0),), minute(6.1)).raised == ()

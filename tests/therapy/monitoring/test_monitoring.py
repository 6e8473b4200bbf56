"""What is due and what deserves a prompt: a lost signal is never a number and never silence."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from sereniv.knowledge import Priority, knowledge
from sereniv.therapy.monitoring import (
    NO_BREATHING,
    NO_READING,
    Condition,
    Sample,
    conditions,
    escalated,
    fresh_numerics,
    news,
    next_vitals_due,
    repeats_due,
)
from sereniv.therapy.monitoring.charted import standing_signs
from sereniv.therapy.monitoring.sent_late import sent_late
from sereniv.therapy.monitoring.since_raised import past_by
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from tests.therapy.making import PLAN, RECOVERED, STARTED, Happening, chart, full_set, minute, vitals

RULES = knowledge()
LATER = replace(PLAN, infusion_number=2)
SIGNALS = ("heart_rate", "spo2", "respiratory_rate", "systolic", "diastolic")
CONNECTED = ev.MonitorConnected(device="M1", interval_s=60, signals=SIGNALS)
SECOND = timedelta(seconds=1)
GOOD = {"heart_rate": "72", "spo2": "98", "respiratory_rate": "14"}


def due(told: SessionChart, now: float) -> tuple[float, int] | None:
    found = next_vitals_due(told, minute(now), RULES.schedule)
    return None if found is None else ((found.at - minute(0)) / timedelta(minutes=1), found.every_min)


def samples(at: float, **values: str | None) -> list[Sample]:
    return [
        Sample(id=number, signal=signal, value=None if value is None else Decimal(value), at=minute(at))
        for number, (signal, value) in enumerate(values.items(), start=int(at * 100))
    ]


def found(told: SessionChart, sent: list[Sample], now: float) -> dict[str, Condition]:
    return {each.alert: each for each in conditions(told, sent, minute(now), RULES)}


def test_nothing_is_due_before_the_start_or_after_discharge() -> None:
    left = ev.Discharged(handed_to="Kim Escort", advice_given=True)
    assert due(chart(), 0) is None
    assert due(chart((0, STARTED), (40, ev.InfusionStopped()), (110, left)), 111) is None


@pytest.mark.parametrize("last", [0, 5, 10, 15, 35])
def test_a_first_infusion_is_watched_every_five_minutes(last: int) -> None:
    told = chart((-3, full_set()), (0, STARTED), *[(at, full_set()) for at in range(5, last + 1, 5)])
    assert due(told, last + 3) == (last + 5, 5)


@pytest.mark.parametrize(
    ("sets", "now", "expected"),
    [
        ([], 1, (5, 5)), ([5], 6, (10, 5)), ([5], 10, (10, 5)), ([5], 13, (10, 5)), ([5, 10], 11, (20, 10)),
        ([5, 10, 20], 29, (30, 10)),
    ],
)  # fmt: skip
def test_a_later_infusion_every_five_for_ten_minutes_then_every_ten(
    sets: list[int], now: float, expected: tuple[float, int]
) -> None:
    told = chart((-3, full_set()), (0, STARTED), *[(at, full_set()) for at in sets], plan=LATER)
    assert due(told, now) == expected


def test_recovery_is_watched_every_fifteen_minutes() -> None:
    told = chart((0, STARTED), (40, full_set()), (40, ev.InfusionStopped()))
    assert due(told, 41) == (55, 15)


def test_one_set_is_due_at_the_end_itself() -> None:
    told = chart((0, STARTED), (35, full_set()), (40, ev.InfusionStopped()))
    assert due(told, 41) == (40, 15)


@pytest.mark.parametrize(("last", "stopped", "expected"), [(5, 28, 10), (5, 10, 10), (5, 9.9, 9.9), (20, 28, 25)])
def test_stopping_makes_nothing_that_was_late_less_late(last: float, stopped: float, expected: float) -> None:
    """A set late by 18:22 once read "late by 0:01" once the pump was stopped."""
    told = chart((0, STARTED), (last, full_set()), (stopped, ev.InfusionStopped()))
    found = next_vitals_due(told, minute(stopped + 1), RULES.schedule)
    assert found is not None
    assert (found.at - minute(0)) / timedelta(minutes=1) == pytest.approx(expected)


def test_a_changed_dose_is_watched_like_a_first_infusion() -> None:
    told = chart((0, STARTED), *[(at, full_set()) for at in (5, 10)], plan=replace(LATER, dose_changed=True))
    assert due(told, 11) == (15, 5)


def test_the_oximeters_pulse_stands_in_for_a_lost_heart_rate() -> None:
    connected = replace(CONNECTED, signals=(*SIGNALS, "pulse_rate"))
    told = chart((0, STARTED), (1, connected), (1, full_set()))
    sent = samples(2, heart_rate=None, pulse_rate="148", spo2="98", respiratory_rate="14")
    assert found(told, sent, 2)["confirm-heart_rate"].read == {"pulse_rate": "148 on the monitor"}
    beside = samples(2, heart_rate="80", pulse_rate="148", spo2="98", respiratory_rate="14")
    assert "confirm-heart_rate" not in found(told, beside, 2)


def test_a_set_is_full_when_every_sign_is_charted_since() -> None:
    half = chart((0, STARTED), (5, vitals(120, 80)), plan=LATER)
    assert due(half, 6) == (5, 5)
    whole = chart((0, STARTED), (5, vitals(120, 80)), (6, vitals(heart_rate=70, spo2=98, respiratory_rate=12)))
    assert due(whole, 7) == (10, 5)


@pytest.mark.parametrize(
    ("now", "names"),
    [(6.99, set()), (7, {"vitals-overdue"}), (9.99, {"vitals-overdue"}), (10, {"vitals-overdue-escalated"})],
)
def test_vital_signs_are_overdue_after_two_minutes_and_escalate_after_five(now: float, names: set[str]) -> None:
    overdue = found(chart((0, STARTED)), [], now)
    assert set(overdue) == names
    assert all(each.kind is ev.AlertKind.TECHNICAL for each in overdue.values())


def connected(*happened: Happening) -> SessionChart:
    return chart((0, CONNECTED), *happened)


@pytest.mark.parametrize(("now", "missing"), [(1.99, False), (2, True)])
def test_two_missed_intervals_from_the_connection_are_no_reading(now: float, missing: bool) -> None:
    told = found(connected(), [], now)
    assert bool(told) is missing
    assert {each.message for each in told.values()} == ({NO_READING} if missing else set())
    assert len(told) == (3 if missing else 0)  # the cuff's signals come only when it is inflated


def test_two_missed_intervals_of_one_signal() -> None:
    sent = [
        *samples(5, **GOOD),
        *samples(6, heart_rate="72", respiratory_rate="14"),
        *samples(7, heart_rate="72", respiratory_rate="14", spo2=None),
    ]
    assert found(connected(), sent, 6.99) == {}
    told = found(connected(), sent, 7)
    assert set(told) == {"no-reading-spo2"}
    assert (told["no-reading-spo2"].message, told["no-reading-spo2"].priority) == (NO_READING, Priority.HIGH)
    assert told["no-reading-spo2"].read == {"last reading": "12:05:00"}


def ahead(*sent: Sample, came: float) -> list[Sample]:
    """Return samples as they are read that came in one message from a clock that is some seconds ahead."""
    return [replace(each, came_at=minute(came)).measured for each in sent]


def test_of_several_that_came_at_once_from_a_clock_ahead_the_last_one_counts() -> None:
    falling = [each for at, value in enumerate(("97", "92", "86", "82")) for each in samples(5 + at / 60, spo2=value)]
    told = ahead(*falling, *samples(5 + 3 / 60, heart_rate="72", respiratory_rate="14"), came=4.9)
    for sent in (told, told[::-1]):
        assert fresh_numerics(connected(), sent, minute(5), RULES)["spo2"].value == 82
        assert set(found(connected(), sent, 5)) == {"confirm-saturation_very_low"}


def test_breathing_that_stops_within_one_message_of_a_clock_ahead_asks_at_once() -> None:
    last = samples(5 + 1 / 60, heart_rate="72", spo2="98", respiratory_rate=None)
    told = found(connected(), ahead(*samples(5, **GOOD), *last, came=4.9), 5)
    assert {name: each.message for name, each in told.items()} == {"no-reading-respiratory-rate": NO_BREATHING}


def test_a_cuff_that_gave_a_pressure_after_none_in_one_message_of_a_clock_ahead_gave_one() -> None:
    none, gave = samples(5, systolic=None, diastolic=None), samples(5.1, systolic="130", diastolic="80")
    assert found(connected(), ahead(*samples(5, **GOOD), *none, *gave, came=4.9), 5) == {}
    gave, none = samples(5, systolic="130", diastolic="80"), samples(5.1, systolic=None, diastolic=None)
    assert set(found(connected(), ahead(*samples(5, **GOOD), *gave, *none, came=4.9), 5)) == {"no-reading-pressure"}


def test_two_severe_pressures_in_one_message_of_a_clock_ahead_are_two() -> None:
    both = [*samples(5, systolic="186", diastolic="90"), *samples(5.1, systolic="188", diastolic="90")]
    told = found(chart((0, CONNECTED), (0, STARTED), (4, full_set())), ahead(*samples(5, **GOOD), *both, came=4.9), 5)
    assert {name for name in told if "pressure" in name} == {"confirm-pressure_severe"}


def test_an_explicit_no_value_of_breathing_asks_at_once() -> None:
    told = found(connected(), [*samples(5, **GOOD), *samples(6, heart_rate="72", spo2="98", respiratory_rate=None)], 6)
    assert {name: each.message for name, each in told.items()} == {"no-reading-respiratory-rate": NO_BREATHING}
    back = [*samples(6, heart_rate="72", spo2="98", respiratory_rate=None), *samples(7, **GOOD)]
    assert found(connected(), back, 7) == {}


def test_without_a_monitor_or_once_it_is_taken_off_nothing_is_missed() -> None:
    assert found(chart(), [], 60) == {}
    assert found(connected((5, ev.MonitorDisconnected(device="M1"))), [], 60) == {}


def test_a_cuff_reading_is_never_missing_and_fresh_for_its_minutes_only() -> None:
    told = connected()
    sent = [*samples(0, systolic="170", diastolic="90"), *samples(5, **GOOD)]
    assert set(fresh_numerics(told, sent, minute(4.99), RULES)) == {"systolic", "diastolic"}
    assert set(fresh_numerics(told, sent, minute(5), RULES)) == {"heart_rate", "spo2", "respiratory_rate"}
    assert set(found(told, sent, 6)) == set()


def test_a_signal_without_a_value_or_too_old_is_absent_and_never_carried_forward() -> None:
    told = connected()
    sent = [*samples(5, **GOOD), *samples(6, heart_rate="72", spo2=None)]
    assert {name: each.value for name, each in fresh_numerics(told, sent, minute(6.5), RULES).items()} == {
        "heart_rate": 72, "respiratory_rate": 14,
    }  # fmt: skip
    assert set(fresh_numerics(told, sent, minute(7), RULES)) == {"heart_rate"}
    assert fresh_numerics(told, samples(9, heart_rate="72"), minute(8), RULES) == {}  # from the future
    assert fresh_numerics(chart(), sent, minute(6), RULES) == {}


def test_what_the_monitor_shows_asks_to_confirm_and_chart() -> None:
    sent = samples(5, heart_rate="131", spo2="89", respiratory_rate="14", systolic="200", diastolic="90")
    told = found(connected(), sent, 5)
    assert set(told) == {"confirm-heart_rate", "confirm-saturation_very_low", "confirm-pressure_severe"}
    assert {each.kind for each in told.values()} == {ev.AlertKind.CONFIRM}
    assert told["confirm-saturation_very_low"].read == {"spo2": "89 on the monitor"}


def test_charted_values_raise_the_clinics_card() -> None:
    told = found(chart((0, STARTED), (4, full_set(165, 80))), [], 5)
    assert {name: each.priority for name, each in told.items()} == {"pressure_high": Priority.LOW}
    assert told["pressure_high"].kind is ev.AlertKind.PHYSIOLOGICAL
    assert told["pressure_high"].read_at == minute(4)
    assert found(chart((0, STARTED), (3, full_set(165, 80)), (4, full_set(164, 80))), [], 5) == {}


@pytest.mark.parametrize("after_min", [2.98, 3, 3.02, 5.02, 40])
def test_a_second_reading_confirms_severe_pressure_whenever_it_comes(after_min: float) -> None:
    """186/114 and 188/114 a few seconds past the minutes asked for were once taken for two readings that are high."""
    first: tuple[Happening, ...] = ((0, STARTED), (4, full_set(186, 114)))
    assert set(found(chart(*first), [], 4)) == {"pressure_very_high"}
    again = chart(*first, (4 + after_min, full_set(188, 114)))
    assert {name for name in found(again, [], 4 + after_min) if "pressure" in name} == {"pressure_severe"}


def test_a_reading_between_makes_the_next_a_first_one_again() -> None:
    told = chart((0, STARTED), (4, full_set(186, 90)), (6, full_set(170, 90)), (9, full_set(186, 90)))
    assert set(found(told, [], 9)) == {"pressure_very_high"}


@pytest.mark.parametrize(
    ("systolic", "diastolic", "name"),
    [(165, 90, "pressure_high"), (180, 110, "pressure_high"), (181, 90, "pressure_very_high"),
     (120, 111, "pressure_very_high"), (199, 119, "pressure_very_high"), (200, 90, "pressure_severe"),
     (120, 120, "pressure_severe")],
)  # fmt: skip
def test_one_reading_raises_one_prompt_the_gravest(systolic: int, diastolic: int, name: str) -> None:
    assert set(found(chart((0, STARTED), (4, full_set(systolic, diastolic))), [], 4)) == {name}


@pytest.mark.parametrize(
    ("spo2", "name"), [(91, "saturation_low"), (90, "saturation_low"), (89, "saturation_very_low")]
)
def test_eighty_nine_per_cent_raises_one_prompt(spo2: int, name: str) -> None:
    assert set(found(chart((0, STARTED), (4, vitals(spo2=spo2))), [], 4)) == {name}


def test_the_monitors_second_reading_asks_to_confirm_a_severe_pressure() -> None:
    cuff = samples(7, systolic="188", diastolic="114")
    charted = chart((0, CONNECTED), (0, STARTED), (4, full_set(186, 114)), (7, vitals(heart_rate=70)))
    told = found(charted, [*samples(7, **GOOD), *cuff], 7)
    assert {name for name in told if "pressure" in name} == {"pressure_very_high", "confirm-pressure_severe"}
    uncharted = chart((0, CONNECTED), (0, STARTED), (5, full_set()))
    both = [
        *samples(6, systolic="186", diastolic="90"),
        *samples(9, systolic="188", diastolic="90"),
        *samples(9, **GOOD),
    ]
    assert {name for name in found(uncharted, both, 9) if "pressure" in name} == {"confirm-pressure_severe"}
    once = [*samples(9, systolic="188", diastolic="90"), *samples(9, **GOOD)]
    assert {name for name in found(uncharted, once, 9) if "pressure" in name} == {"confirm-pressure_very_high"}


def test_what_is_charted_is_not_asked_to_be_confirmed_as_well() -> None:
    told = chart((0, CONNECTED), (5, vitals(spo2=91)))
    assert set(found(told, samples(5, **GOOD | {"spo2": "91"}), 5)) == {"saturation_low"}
    graver = found(told, samples(5, **GOOD | {"spo2": "89"}), 5)
    assert set(graver) == {"saturation_low", "confirm-saturation_very_low"}, "the monitor shows more than was charted"


def test_a_fall_is_measured_against_the_last_pressure_before_the_start() -> None:
    """A baseline entry without a pressure, such as the monitor's, does not hide the one before it."""
    before: tuple[Happening, ...] = ((-3, full_set(140, 80)), (-1, vitals(heart_rate=70)), (0, STARTED))
    assert "pressure_low" not in found(chart(*before, (4, vitals(98, 60))), [], 4)
    assert "pressure_low" in found(chart(*before, (4, vitals(97, 60))), [], 4)


def test_a_fall_from_the_baseline_is_prompted_for_whoever_read_it_and_says_from_what() -> None:
    """170 charted before the start and 110 on the monitor since prompted nothing: only typed pressures were held."""
    before: tuple[Happening, ...] = ((-3, full_set(170, 90)), (-1, CONNECTED), (0, STARTED))
    typed = found(chart(*before, (4, vitals(110, 60))), samples(4, **GOOD), 4)["pressure_low"]
    assert typed.read == {"systolic": "110", "baseline_systolic": "170"}
    shown = found(chart(*before), samples(4, **GOOD, systolic="110", diastolic="60"), 4)["confirm-pressure_low"]
    assert shown.read == {"systolic": "110 on the monitor", "baseline_systolic": "170"}
    assert "confirm-pressure_low" not in found(chart(*before), samples(4, **GOOD, systolic="119", diastolic="60"), 4)
    zero = chart((-3, full_set(0, 90)), (0, STARTED), (4, vitals(110, 60)))
    assert "pressure_low" not in found(zero, [], 4), "a baseline of 0 breaks nothing"


def test_a_fall_that_came_too_late_is_told_too_and_the_deepest_of_them() -> None:
    told = chart((-3, full_set(170, 90)), (-1, CONNECTED), (0, STARTED))
    came = [*samples(4, systolic="112"), *samples(6, systolic="104"), *samples(8, systolic="116")]
    ((late, at),) = sent_late(told, came, minute(40), RULES)
    assert (late.value, late.rule, at) == (Decimal(104), "pressure_low", minute(6))


def test_a_value_of_nothing_is_the_worst_of_its_sign() -> None:
    """Breathing that stopped and came back slowly was told as the slow breaths alone."""
    rule = RULES.alerts["breathing_slow"]
    assert past_by(rule, {"respiratory_rate": Decimal(0)}) > past_by(rule, {"respiratory_rate": Decimal(1)})


def test_the_newest_grade_is_read_whatever_was_charted_last() -> None:
    def nausea(grade: int) -> ev.ObservationCharted:
        return ev.ObservationCharted(observation=ev.Observation.NAUSEA, grade=grade)

    late = chart((0, STARTED), (4, nausea(2)), (2, nausea(0)))
    assert found(late, [], 5)["nausea"].read_at == minute(4)
    assert "nausea" not in found(chart((0, STARTED), (4, nausea(2)), (5, nausea(1))), [], 5)


@pytest.mark.parametrize(
    ("field", "value", "priority"),
    [("respiratory_rate", 2, Priority.HIGH), ("spo2", 45, Priority.HIGH), ("systolic", 300, Priority.HIGH),
     ("heart_rate", 20, Priority.MEDIUM)],
)  # fmt: skip
def test_a_charted_value_that_waits_to_be_confirmed_asks_for_somebody(
    field: str, value: int, priority: Priority
) -> None:
    doubtful = replace(vitals(), **{field: Decimal(value)}, questions={field: "Is it so?"})  # type: ignore[arg-type]  # by name
    told = found(chart((0, STARTED), (4, doubtful)), [], 4)
    name = f"question-{field.replace('_', '-')}"
    assert {alert: each.priority for alert, each in told.items()} == {name: priority}
    assert str(value) in told[name].read[field]
    confirmed = ev.ValueConfirmedInSession(entry=3, field=field, remark="counted again")
    assert name not in found(chart((0, STARTED), (4, doubtful), (5, confirmed)), [], 5)
    assert name not in found(chart((0, STARTED), (4, doubtful), (5, full_set())), [], 5)


def raised(name: str, at: float) -> Happening:
    event = ev.AlertRaised(
        alert=name, kind=ev.AlertKind.PHYSIOLOGICAL, priority=Priority.LOW, title="", message="", rule="", read={}
    )
    return at, event


HIGH: tuple[Happening, ...] = ((0, STARTED), (4, full_set(170, 80)), raised("pressure_high", 4))
SEEN: Happening = (5, ev.AlertAcknowledged(alert="pressure_high", action="repeat"))


def told_news(told: SessionChart, now: float) -> tuple[set[str], set[str]]:
    found = news(told, conditions(told, [], minute(now), RULES), minute(now))
    return {each.alert for each in found.raised}, set(found.ended)


def test_a_prompt_is_raised_once_ends_and_stays_latched() -> None:
    assert told_news(chart(*HIGH[:2]), 4) == ({"pressure_high"}, set())
    assert told_news(chart(*HIGH), 4) == (set(), set())
    normal = chart(*HIGH, (6, full_set()))
    assert told_news(normal, 6) == (set(), {"pressure_high"})
    latched = chart(*HIGH, (6, full_set()), (6, ev.AlertEnded(alert="pressure_high")), (7, full_set(170, 80)))
    assert told_news(latched, 7) == ({"pressure_high"}, set()), "so again: not *no longer so* over an old value"


def test_what_is_so_again_before_anybody_came_has_waited_since_the_first_time() -> None:
    told = chart(*HIGH, (4.2, full_set()), (4.2, ev.AlertEnded(alert="pressure_high")), (4.5, full_set(170, 80)))
    found = news(told, conditions(told, [], minute(4.5), RULES), minute(4.5))
    again = chart(*HIGH, (4.2, full_set()), (4.2, ev.AlertEnded(alert="pressure_high")), (4.5, full_set(170, 80)),
                  *((4.5, each) for each in found.events()))  # fmt: skip
    (alert,) = again.open_alerts
    assert (alert.presence, alert.raised.event.read["systolic"]) == ("on", "170")
    assert escalated(again, minute(5), RULES) == {"pressure_high": "charge nurse"}


@pytest.mark.parametrize(("after_s", "raised"), [(59, set()), (60, {"confirm-saturation_very_low"})])
def test_a_monitor_that_swings_about_a_limit_is_one_prompt_a_minute(after_s: int, raised: set[str]) -> None:
    first = news(chart((0, CONNECTED)), tuple(found(chart((0, CONNECTED)), samples(1, **(GOOD | {"spo2": "85"})), 1)
                 .values()), minute(1))  # fmt: skip
    told = chart(
        (0, CONNECTED), *((1, each) for each in first.events()), (1, ev.AlertEnded(alert="confirm-saturation_very_low"))
    )
    now = 1 + after_s / 60
    sent = samples(now, **(GOOD | {"spo2": "84"}))
    assert {each.alert for each in news(told, conditions(told, sent, minute(now), RULES), minute(now)).raised} == raised


@pytest.mark.parametrize(
    ("name", "happened"),
    [
        ("no-reading-spo2", ((0, CONNECTED),)),
        ("vitals-overdue-escalated", ((0, STARTED),)),
        ("question-systolic", ((0, STARTED), (11, replace(vitals(190, 100), questions={"systolic": "Is it so?"})))),
        ("pump-volume-differs", ((0, STARTED), (11, ev.VolumeRead(volume_ml=Decimal(30))))),
    ],
)
def test_a_prompt_that_was_only_looked_at_asks_again_while_it_is_so(name: str, happened: tuple[Happening, ...]) -> None:
    told = chart(*happened)
    first = news(told, conditions(told, [], minute(11), RULES), minute(11))
    assert name in {each.alert for each in first.raised}
    seen = chart(
        *happened, *((11, each) for each in first.events()), (12, ev.AlertAcknowledged(alert=name, action="looked"))
    )
    assert name not in told_news(seen, 15.9)[0]
    assert name in told_news(seen, 17)[0]


def test_a_volume_that_differed_nags_nobody_once_the_pump_has_stopped() -> None:
    happened = ((0, STARTED), (11, ev.VolumeRead(volume_ml=Decimal(30))), (11, ev.InfusionStopped()))
    first = news(chart(*happened), conditions(chart(*happened), [], minute(11), RULES), minute(11))
    assert "pump-volume-differs" in {each.alert for each in first.raised}
    seen = chart(
        *happened,
        *((11, each) for each in first.events()),
        (12, ev.AlertAcknowledged(alert="pump-volume-differs", action="looked")),
    )
    assert "pump-volume-differs" not in told_news(seen, 40)[0]


def test_an_acknowledged_prompt_asks_again_for_a_newer_value_only() -> None:
    assert told_news(chart(*HIGH, SEEN), 6) == (set(), set())
    assert told_news(chart(*HIGH, SEEN, (6, full_set(168, 80))), 6) == ({"pressure_high"}, set())


def test_what_is_charted_late_for_an_earlier_minute_asks_again_too() -> None:
    later = (*HIGH, (8, ev.AlertAcknowledged(alert="pressure_high", action="repeat")), (7, full_set(172, 80)))
    assert told_news(chart(*later), 8) == ({"pressure_high"}, set())


def test_a_reading_of_the_moment_at_which_it_was_acknowledged_is_the_one_that_was_seen() -> None:
    seen = (*HIGH, (4, ev.AlertAcknowledged(alert="pressure_high", action="repeat")))
    assert told_news(chart(*seen), 4.5) == (set(), set())


@pytest.mark.parametrize(("now", "raised"), [(8.99, set()), (9, {"pressure_high"})])
def test_a_repeat_that_has_not_come_is_asked_for_again_from_its_minute_on(now: float, raised: set[str]) -> None:
    seen = (*HIGH, (4.5, ev.AlertAcknowledged(alert="pressure_high", action="repeat")))
    assert told_news(chart(*seen), now)[0] & {"pressure_high"} == raised


def test_a_milder_prompt_gives_way_to_the_graver_one_and_is_no_second_prompt() -> None:
    told = chart(*HIGH, (6, full_set(201, 80)))
    found = news(told, conditions(told, [], minute(6), RULES), minute(6))
    assert found.gave_way == (("pressure_high", "pressure_severe"),)
    after = chart(*HIGH, (6, full_set(201, 80)), *((6, each) for each in found.events()))
    assert [each.raised.event.alert for each in after.open_alerts] == ["pressure_severe"]
    back = chart(*HIGH, (6, full_set(201, 80)), *((6, each) for each in found.events()), (8, full_set(170, 80)))
    assert told_news(back, 8) == ({"pressure_high"}, {"pressure_severe"})


PAUSED: tuple[Happening, ...] = ((0, STARTED), (4, full_set()), (4, ev.InfusionPaused()))


@pytest.mark.parametrize(("now", "asks"), [(8.99, False), (9, True), (30, True)])
def test_a_pump_left_paused_asks_for_somebody(now: float, asks: bool) -> None:
    assert ("pump-left-paused" in found(chart(*PAUSED), [], now)) is asks


def test_a_pause_that_ended_or_a_pump_that_was_stopped_asks_for_nobody() -> None:
    resumed = (*PAUSED, (8, ev.InfusionResumed(rate_ml_per_h=PLAN.rate_ml_per_h)))
    assert "pump-left-paused" not in found(chart(*resumed), [], 20)
    assert "pump-left-paused" not in found(chart(*PAUSED, (8, ev.InfusionStopped())), [], 20)
    assert "pump-left-paused" in found(chart(*resumed, (20, ev.InfusionPaused())), [], 25)


def test_a_pump_left_paused_asks_again_after_a_look() -> None:
    seen = (*PAUSED, raised("pump-left-paused", 9), (9.5, ev.AlertAcknowledged(alert="pump-left-paused", action="")))
    assert "pump-left-paused" not in told_news(chart(*seen), 14.49)[0]
    assert "pump-left-paused" in told_news(chart(*seen), 14.5)[0]


@pytest.mark.parametrize(("now", "asks"), [(41.9, False), (42, True)])
def test_a_pump_past_the_ordered_volume_asks_for_somebody(now: float, asks: bool) -> None:
    """35.7 mL at 53.6 mL/h end 39:58 after the start."""
    assert ("pump-past-its-volume" in found(chart((0, STARTED)), [], now)) is asks
    stopped = chart((0, STARTED), (41, ev.InfusionStopped()))
    assert "pump-past-its-volume" not in found(stopped, [], 60)


def test_a_line_out_of_the_vein_prompts_while_the_pump_runs_only() -> None:
    out = ev.ObservationCharted(observation=ev.Observation.IV_SITE, grade=3)
    assert found(chart((0, STARTED), (4, out)), [], 4)["line_out"].priority is Priority.HIGH
    assert "line_out" not in found(chart((4, out)), [], 4)
    assert "line_out" not in found(chart((0, STARTED), (4, out), (5, ev.InfusionStopped())), [], 5)
    red = replace(out, grade=2)
    assert "line_out" not in found(chart((0, STARTED), (4, red)), [], 4)


def test_a_prompt_that_was_over_is_raised_anew() -> None:
    over = (*HIGH, SEEN, (6, full_set()), (6, ev.AlertEnded(alert="pressure_high")))
    assert told_news(chart(*over, (8, full_set(170, 80))), 8) == ({"pressure_high"}, set())


@pytest.mark.parametrize(
    ("seconds", "to"),
    [(59, None), (60, "charge nurse"), (119, "charge nurse"), (120, "prescriber and charge nurse")],
)
def test_an_unacknowledged_prompt_escalates(seconds: int, to: str | None) -> None:
    now = minute(4) + seconds * SECOND
    assert escalated(chart(*HIGH), now, RULES).get("pressure_high") == to
    assert escalated(chart(*HIGH, SEEN), now, RULES) == {}


@pytest.mark.parametrize(
    "end",
    [
        ev.Died(words="arrest", told="family"), ev.LeftUnseen(last_seen="12:05", done="called"),
        ev.TransferredOut(where="St Elm", reason="pain"), ev.SessionClosedUnused(reason="fever"),
    ],
)  # fmt: skip
def test_nobody_is_sent_to_a_chair_that_is_empty(end: ev.SessionEvent) -> None:
    assert escalated(chart(*HIGH), minute(30), RULES) != {}
    assert repeats_due(chart(*HIGH), RULES) != {}
    left = chart(*HIGH, (6, end))
    assert [each.presence for each in left.open_alerts] == ["on"], "still to be answered, in the note"
    assert (escalated(left, minute(30), RULES), repeats_due(left, RULES)) == ({}, {})


def test_a_prompt_about_yesterday_says_which_day() -> None:
    midnight = 12 * 60
    told = chart((midnight - 20, STARTED), (midnight - 15, full_set()), (midnight - 10, ev.InfusionPaused()))
    words = {each.alert: each.message for each in conditions(told, [], minute(midnight + 5), RULES)}
    assert "due at Mon 2 Mar 23:50" in words["vitals-overdue-escalated"]
    assert "Paused since Mon 2 Mar 23:50" in words["pump-left-paused"]


@pytest.mark.parametrize(
    ("grid", "names"),
    [
        ({"moaas": 2}, {"sedation_very_deep"}),
        ({"moaas": 3}, {"sedation"}),
        ({"nausea": 2}, {"nausea"}),
        ({}, set()),
    ],
)
def test_the_recovery_grid_is_a_look_at_the_sign_like_any_other(grid: dict[str, int], names: set[str]) -> None:
    """Deep sedation scored there prompted nothing, and a grid that was fine ended no prompt of the grade before."""
    deep = ev.ObservationCharted(observation=ev.Observation.MOAAS, grade=1)
    sick = ev.ObservationCharted(observation=ev.Observation.NAUSEA, grade=3)
    told = chart((0, STARTED), (40, ev.InfusionStopped()), (41, deep), (41, sick), (45, replace(RECOVERED, **grid)))
    found = {each.alert for each in conditions(told, (), minute(46), knowledge()) if each.alert in knowledge().alerts}
    assert found == names
    assert bool(standing_signs(told, knowledge())) is bool(names & {"sedation", "sedation_very_deep"})


@pytest.mark.parametrize(
    ("happened", "said"),
    [
        (vitals(205, 100), "Blood pressure severe (205/100, 12:05)"),
        (ev.ObservationCharted(observation=ev.Observation.HIVES, grade=1), "Hives (12:05)"),
        (ev.ObservationCharted(observation=ev.Observation.MOAAS, grade=2), "Sedation very deep (2, 12:05)"),
    ],
)
def test_what_stands_is_said_with_its_value_and_time(happened: ev.SessionEvent, said: str) -> None:
    assert standing_signs(chart((0, STARTED), (5, happened)), knowledge()) == (said,)

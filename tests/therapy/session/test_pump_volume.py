"""The volume on the pump's screen against the charted rates: they agree, or somebody looks at the pump."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import Priority, knowledge
from sereniv.therapy.monitoring import conditions, volume_due
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.pump_volume import volume_check
from tests.therapy.making import RATE, STARTED, Happening, chart, minute

RULES = knowledge()


def read(volume: str) -> ev.VolumeRead:
    return ev.VolumeRead(volume_ml=Decimal(volume))


def asks(*happened: Happening, at: float) -> bool:
    found = [each.alert for each in conditions(chart(*happened), (), minute(at), RULES)]
    return "pump-volume-differs" in found


@pytest.mark.parametrize(
    ("volume", "agrees"),
    [("17.9", True), ("16.9", True), ("16.8", False), ("18.8", True), ("18.9", False), ("0", False)],
)
def test_twenty_minutes_at_the_ordered_rate_are_half_the_bag_give_or_take_five_per_cent(
    volume: str, agrees: bool
) -> None:
    """53.6 mL/h for 20 min are 17.87 mL, of which 5 % is less than a millilitre."""
    found = volume_check(chart((0, STARTED), (20, read(volume))), RULES.volume)
    assert found is not None
    assert round(found.charted_ml, 2) == Decimal("17.87")
    assert found.agrees is agrees
    assert asks((0, STARTED), (20, read(volume)), at=20) is not agrees


@pytest.mark.parametrize(("volume", "agrees"), [("32.8", True), ("32.7", False), ("36.3", True), ("36.4", False)])
def test_late_on_five_per_cent_is_the_tolerance(volume: str, agrees: bool) -> None:
    """In 38 minutes 34.50 mL at 54.48 mL/h are charted, of which 5 % is 1.73 mL; of the larger 1.81."""
    rate = ev.InfusionStarted(rate_ml_per_h=Decimal("54.48"))
    found = volume_check(chart((0, rate), (38, read(volume))), RULES.volume)
    assert found is not None
    assert (round(found.charted_ml, 2), found.agrees) == (Decimal("34.50"), agrees)


def test_early_on_a_millilitre_is_left() -> None:
    """After two minutes 1.79 mL are charted, of which 5 % is less than anybody reads off a screen."""
    assert not asks((0, STARTED), (2, read("0.8")), at=2)
    assert asks((0, STARTED), (2, read("0.7")), at=2)


def test_nothing_is_compared_that_nobody_read_and_nothing_of_before_the_start_agrees() -> None:
    assert volume_check(chart((0, STARTED)), RULES.volume) is None
    assert not asks((0, STARTED), at=30)
    before = volume_check(chart((-5, read("3"))), RULES.volume)
    assert before is not None
    assert (before.charted_ml, before.agrees) == (0, False)


def test_the_prompt_says_both_and_ends_with_what_is_charted() -> None:
    late = (20, read("10"))
    (found,) = [each for each in conditions(chart((0, STARTED), late), (), minute(20), RULES) if "pump" in each.alert]
    assert found.read == {"pump": "10 mL", "charted_rates": "17.9 mL"}
    assert (found.priority, found.latching, found.read_at) == (Priority.MEDIUM, False, minute(20))
    told_later = [(0, STARTED), (10, ev.InfusionPaused()), (19, ev.InfusionResumed(rate_ml_per_h=RATE))]
    assert not asks(*told_later, late, at=21), "the pause that nobody had charted"
    assert not asks((0, STARTED), late, (22, read("19.6")), at=22), "a newer reading that agrees"
    assert not asks((0, STARTED), late, (21, ev.EntryStruck(entry=3, reason="misread")), at=21)


@given(at=st.integers(1, 60), share=st.decimals("0.97", "1.03", places=3))
def test_a_pump_that_does_what_is_charted_never_prompts(at: int, share: Decimal) -> None:
    ran = volume_check(chart((0, STARTED), (at, read("0"))), RULES.volume)
    assert ran is not None
    assert not asks((0, STARTED), (at, read(f"{ran.charted_ml * share:.1f}")), at=at)


PAUSED, RESUMED = ev.InfusionPaused(), ev.InfusionResumed(rate_ml_per_h=RATE)


def unread(*happened: Happening, at: float) -> bool:
    return "pump-volume-unread" in [each.alert for each in conditions(chart(*happened), (), minute(at), RULES)]


@pytest.mark.parametrize(
    ("happened", "due_min"),
    [
        ((), None),
        (((0, STARTED),), 10),
        (((0, STARTED), (9, read("8"))), 19),
        (((0, STARTED), (-1, read("0"))), 10),
        (((0, STARTED), (6, PAUSED)), None),
        (((0, STARTED), (6, PAUSED), (26, RESUMED)), 30),
        (((0, STARTED), (6, PAUSED), (20, read("5.4")), (26, RESUMED)), 36),
        (((0, STARTED), (6, ev.RateChanged(rate_ml_per_h=Decimal(20), reason="dizzy"))), 10),
        (((0, STARTED), (25, read("22.3"))), 35),
        (((0, STARTED), (31, read("27.7"))), None),
        (((0, STARTED), (12, ev.InfusionStopped())), None),
    ],
)
def test_a_reading_is_due_after_ten_minutes_of_running_until_nothing_is_left(
    happened: tuple[Happening, ...], due_min: float | None
) -> None:
    """At 53.6 mL/h the bag of 35.7 mL is empty after 40 min: what is due then is the account's."""
    found = volume_due(chart(*happened), RULES.volume)
    assert (found and found.at) == (None if due_min is None else minute(due_min))


def test_what_is_due_as_the_bag_runs_empty_is_the_accounts() -> None:
    """At 71.4 mL/h the bag of 35.7 mL is empty after thirty minutes exactly."""
    fast = ev.InfusionStarted(rate_ml_per_h=Decimal("71.4"))
    assert volume_due(chart((0, fast), (20, read("23.8"))), RULES.volume) is None
    found = volume_due(chart((0, fast), (19, read("22.6"))), RULES.volume)
    assert found is not None
    assert found.at == minute(29)


def test_past_the_first_hour_it_is_due_every_thirty_minutes() -> None:
    slow = ev.InfusionStarted(rate_ml_per_h=Decimal(10))
    hour = [(10 * number, read(f"{10 * number / 6:.1f}")) for number in range(1, 7)]
    for number in range(1, 6):
        found = volume_due(chart((0, slow), *hour[:number]), RULES.volume)
        assert found is not None
        assert (found.at, found.every_min) == (minute(10 * number + 10), 10)
    found = volume_due(chart((0, slow), *hour), RULES.volume)
    assert found is not None
    assert (found.at, found.every_min) == (minute(90), 30)


def test_an_unread_volume_prompts_two_minutes_late_and_ends_with_the_reading_alone() -> None:
    """What the prompt asks for is done as it says: under Chart vitals, which charts a reading of the pump."""
    assert not unread((0, STARTED), at=11.9)
    assert unread((0, STARTED), at=12)
    assert not unread((0, STARTED), (12, read("10.7")), at=12)
    assert unread((0, STARTED), (12, read("10.7")), (13, ev.EntryStruck(entry=3, reason="of another pump")), at=13)
    (found,) = [
        each for each in conditions(chart((0, STARTED)), (), minute(12), RULES) if each.alert == "pump-volume-unread"
    ]
    assert (found.priority, found.latching) == (Priority.LOW, False)
    assert found.repeat_within_min == RULES.acknowledgement.again_after_min, "a look at the prompt is no reading"
    assert not unread((0, STARTED), (11, PAUSED), at=30), "a paused pump shows what it showed"

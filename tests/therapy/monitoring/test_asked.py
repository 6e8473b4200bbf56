"""What a prompt asks for in each phase of a session, and what a monitor's value says."""

from dataclasses import replace
from decimal import Decimal

import pytest

from sereniv.knowledge import knowledge
from sereniv.therapy.monitoring.asked import AT_REST, NO_LONGER, OVER, words_now
from sereniv.therapy.monitoring.feed import reading_of
from sereniv.therapy.monitoring.pump import VOLUME_DIFFERS
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.alerts import Alert
from sereniv.therapy.session.chart import FINISHED, RUNNING, Phase
from tests.therapy.making import minute, recorded

RULES = knowledge()
RESTING = next(row.id for row in RULES.alerts.values() if row.message_at_rest)
PLAIN = next(row.id for row in RULES.alerts.values() if not row.message_at_rest)


def raised(name: str, **ended: object) -> Alert:
    event = ev.AlertRaised(
        alert=name, kind=ev.AlertKind.PHYSIOLOGICAL, priority=next(iter(RULES.alerts.values())).priority, title="t",
        message="As it was raised.", rule="r", read={}, latching=True,
    )  # fmt: skip
    entry = recorded(event, 3, minute(4))
    return replace(Alert(raised=entry, first=entry), **ended)


@pytest.mark.parametrize("phase", FINISHED)
def test_at_an_empty_chair_nothing_is_asked_of_the_patient(phase: Phase) -> None:
    assert words_now(raised(RESTING), phase, RULES) == OVER


@pytest.mark.parametrize("phase", [Phase.PREPARING, *RUNNING, Phase.RECOVERY])
def test_what_is_over_asks_what_was_done(phase: Phase) -> None:
    over = raised(RESTING, ended_at=minute(5))
    assert over.presence == "latched"
    assert words_now(over, phase, RULES) == NO_LONGER


def test_while_the_pump_runs_a_row_says_what_it_asks() -> None:
    assert words_now(raised(RESTING), Phase.INFUSING, RULES) == RULES.alerts[RESTING].message
    assert words_now(raised("no-row"), Phase.INFUSING, RULES) == "As it was raised."


def test_while_it_is_paused_a_row_asks_to_leave_it_so_or_asks_nothing_of_it() -> None:
    assert words_now(raised("line_out"), Phase.PAUSED, RULES).startswith("Leave the pump paused: put the line in anew")
    assert words_now(raised("pressure_high"), Phase.PAUSED, RULES) == RULES.alerts["pressure_high"].message_at_rest
    assert words_now(raised("nausea"), Phase.PAUSED, RULES) == RULES.alerts["nausea"].message
    assert words_now(raised("no-row"), Phase.PAUSED, RULES) == "As it was raised."
    paused = raised("bag-differs")
    event = replace(paused.raised.event, message="Pause the pump; look at the bag.")
    asks = replace(paused, raised=replace(paused.raised, event=event))
    assert words_now(asks, Phase.PAUSED, RULES) == "Leave the pump paused; look at the bag."
    assert words_now(asks, Phase.INFUSING, RULES) == "Pause the pump; look at the bag."


@pytest.mark.parametrize("phase", [Phase.PREPARING, Phase.RECOVERY])
def test_at_rest_nothing_is_asked_of_a_pump(phase: Phase) -> None:
    assert words_now(raised(RESTING), phase, RULES) == RULES.alerts[RESTING].message_at_rest
    assert words_now(raised(PLAIN), phase, RULES) == RULES.alerts[PLAIN].message
    assert words_now(raised(VOLUME_DIFFERS), phase, RULES) == AT_REST[VOLUME_DIFFERS]
    assert words_now(raised("no-row"), phase, RULES) == "As it was raised."


@pytest.mark.parametrize(("sent", "read"), [("1", "1"), ("0.5", "0.5"), ("0", None), ("-1", None), (None, None)])
def test_a_monitor_that_sends_nothing_or_zero_has_read_nothing(sent: str | None, read: str | None) -> None:
    found = reading_of(None if sent is None else Decimal(sent))
    assert found == (None if read is None else Decimal(read))

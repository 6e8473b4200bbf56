"""What a prompt asks for fits where the session stands: every prompt, in every phase."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sereniv.clinic.web.chair.forms import ACTIONS, AT_THE_CHAIR, PAUSED, STOPPED, actions_in
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Priority
from sereniv.therapy import monitoring
from sereniv.therapy.monitoring.asked import NO_LONGER, OVER, words_now
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.alerts import Alert
from sereniv.therapy.session.chart import FINISHED, RUNNING, Phase
from tests.conftest import NOON
from tests.therapy.making import recorded

RULES = knowledge()
OF_THE_PUMP = re.compile(r"\b(stop|stopping|pause|pausing|slow|slowing|reduce)\b", re.IGNORECASE)
OF_A_RUNNING_PUMP_ALONE = {"pump-left-paused", "pump-past-its-volume", "bag-differs"}
"""Prompts that end with the phase they are about, and are not shown after it."""
STOPS_IT = re.compile(r"\b(stop|stopping|pause|pausing)\b", re.IGNORECASE)


def standing(name: str, message: str, *, over: bool = False) -> Alert:
    event = ev.AlertRaised(
        alert=name, kind=ev.AlertKind.PHYSIOLOGICAL, priority=Priority.HIGH, title="t", message=message, rule="r",
        read={}, latching=True,
    )  # fmt: skip
    entry = recorded(event, 1, NOON)
    return Alert(raised=entry, first=entry, ended_at=NOON if over else None)


def written_in_code() -> Iterator[tuple[str, str]]:
    """Give the name and message of each prompt that is no row of the card, as the code of its room writes them."""
    folder = Path(monitoring.__file__).parent
    for file in sorted(folder.glob("*.py")):
        text = file.read_text()
        for found in re.finditer(r"Condition\((.*?)\n    {1,16}\)", text, re.DOTALL):
            name = re.search(r"alert=(.*?),\n", found[1])
            said = re.search(r"message=(.*?),\n\s+(?:rule|read)", found[1], re.DOTALL)
            if name and said:
                yield name[1].replace("VOLUME_DIFFERS", '"pump-volume-differs"').strip('f"'), said[1]


CODED = tuple(written_in_code())
EVERY = [*((row.id, row.message) for row in RULES.alerts.values()), *CODED]


def test_every_prompt_that_is_no_row_is_found() -> None:
    """Left out here, its words would be tried in no phase."""
    names = {name for name, _ in CODED}
    assert {"pump-volume-differs", *OF_A_RUNNING_PUMP_ALONE} <= names
    assert len(CODED) >= 7, names


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize(("alert", "message"), EVERY, ids=[name for name, _ in EVERY])
def test_nobody_is_told_to_stop_what_does_not_run(alert: str, message: str, phase: Phase) -> None:
    words = words_now(standing(alert, message), phase, RULES)
    if phase in FINISHED:
        assert words == OVER
    elif phase is Phase.INFUSING:
        assert words == message
    elif alert not in OF_A_RUNNING_PUMP_ALONE:
        assert not OF_THE_PUMP.search(words), words


@pytest.mark.parametrize(("alert", "message"), EVERY, ids=[name for name, _ in EVERY])
def test_nobody_is_told_to_stop_or_slow_a_pump_that_is_paused(alert: str, message: str) -> None:
    """A line out of the vein said *Stop the pump* to whoever had paused it."""
    words = words_now(standing(alert, message), Phase.PAUSED, RULES)
    assert not OF_THE_PUMP.search(words), words
    if STOPS_IT.search(message):
        assert "Leave the pump paused" in words[:25]


@pytest.mark.parametrize("phase", Phase)
def test_what_is_no_longer_so_asks_for_no_look(phase: Phase) -> None:
    for name, message in EVERY:
        words = words_now(standing(name, message, over=True), phase, RULES)
        assert words == (OVER if phase in FINISHED else NO_LONGER)


@pytest.mark.parametrize("row", RULES.alerts.values(), ids=lambda row: row.id)
def test_what_is_said_at_rest_asks_for_the_repeat_of_its_row(row: object) -> None:
    """Rows that hold only while the pump runs ask for no repeat after it."""
    assert isinstance(row, type(RULES.alerts["chest_pain"]))
    if row.message_at_rest and not row.only_while_running:
        numbers = re.findall(r"(\w+) minutes", row.message_at_rest)
        assert numbers == [str(row.repeat_within_min)]
    assert bool(OF_THE_PUMP.search(row.message)) <= bool(row.message_at_rest)


@pytest.mark.parametrize("phase", Phase)
def test_what_is_offered_by_one_tap_can_be_done(phase: Phase) -> None:
    offered = actions_in(phase)
    assert (STOPPED in offered) is (phase in RUNNING)
    assert (PAUSED in offered) is (phase is Phase.INFUSING)
    assert set(AT_THE_CHAIR).isdisjoint(offered) is (phase in FINISHED)
    assert set(offered) <= set(ACTIONS)

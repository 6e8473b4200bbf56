"""Thoughts of suicide named in words at the chair: asked about in person at once, ended by an answer."""

import pytest

from sereniv.knowledge import Priority, knowledge
from sereniv.knowledge.rows import Example
from sereniv.therapy.monitoring import conditions
from sereniv.therapy.recording.phrases import names_suicide
from sereniv.therapy.session import events as ev
from tests.therapy.making import STARTED, Happening, chart, minute

RULES = knowledge()
ASKED = "said-suicide"
REMARK = ev.RemarkCharted(text="Whispers that she wants to die")
SCREENED = ev.IntervalScreened(asked=(), found=(), suicidality=ev.Suicidality.NONE)
SCORED = ev.RecoveryScored(
    activity=2, respiration=2, circulation=2, consciousness=2, oxygen=2, moaas=5, dissociation=0, nausea=0,
    oriented=True, walks_unaided=True, suicidality_asked_not_worse=True, iv_removed=True, escort_present="Kim",
)  # fmt: skip


def asks(*happened: Happening) -> bool:
    told = chart((0, STARTED), *happened)
    return ASKED in {each.alert for each in conditions(told, (), minute(happened[-1][0]), RULES)}


@pytest.mark.parametrize("example", RULES.said_of_suicide.examples, ids=str)
def test_every_example_of_the_row_holds(example: Example) -> None:
    assert ("asks" if names_suicide(str(example.given["said"]), RULES) else "silent") == example.gives


@pytest.mark.parametrize("words", RULES.said_of_suicide.words)
def test_each_of_its_words_asks(words: str) -> None:
    assert names_suicide(f"says: {words.replace('*', 'her')}", RULES)


@pytest.mark.parametrize(
    "event",
    [
        REMARK,
        ev.InterventionCharted(what="sat with her, she wants to die"),
        ev.InfusionPaused(reason="wants to die"),
        ev.ObservationCharted(observation=ev.Observation.DISTRESS, grade=2, remark="wants to die"),
        ev.AlertAcknowledged(alert="distress", action="says she wants to die"),
        ev.GateLineAttested(line="food", holds=True, detail="wants to die"),
        ev.IntervalScreened(asked=(), found=(), suicidality=ev.Suicidality.NONE, words="wants to die"),
    ],
    ids=lambda event: type(event).__name__,
)
def test_it_asks_wherever_it_is_written(event: ev.SessionEvent) -> None:
    told = chart((0, STARTED), (4, event))
    found = {each.alert: each for each in conditions(told, (), minute(4), RULES)}[ASKED]
    assert (found.priority, found.kind) == (Priority.HIGH, ev.AlertKind.CONFIRM)
    assert "wants to die" in found.message


def test_what_is_denied_or_struck_asks_nothing() -> None:
    assert not asks((4, ev.RemarkCharted(text="Denies pain, nausea and suicidal thoughts")))
    assert not asks((4, REMARK), (5, ev.EntryStruck(entry=3, reason="another patient")))


def test_it_ends_by_an_answer_and_asks_anew_when_named_again() -> None:
    assert not asks((4, REMARK), (5, SCREENED))
    assert not asks((4, REMARK), (5, SCORED))
    assert asks((4, SCREENED), (5, REMARK)), "answered before it was said"
    assert asks((4, REMARK), (5, ev.RemarkCharted(text="calm now"))), "other words are no answer"
    assert not asks(
        (4, ev.IntervalScreened(asked=(), found=(), suicidality=ev.Suicidality.WORSE, words="wants to die"))
    )

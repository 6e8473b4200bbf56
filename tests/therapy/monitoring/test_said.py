"""A red flag named in words: asked about at once, ended by charting the sign, never by a look alone."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from sereniv.knowledge import Priority, knowledge
from sereniv.therapy.monitoring import Condition, conditions, news
from sereniv.therapy.session import events as ev
from tests.therapy.making import STARTED, Happening, chart, minute

RULES = knowledge()
FLAG = ev.ObservationCharted(observation=ev.Observation.CHEST_PAIN, grade=1)
GONE = replace(FLAG, grade=0)
REMARK = ev.RemarkCharted(text="Chest pain since two minutes, pressing")
ASKED = "said-chest_pain"


def standing(*happened: Happening, at: float | None = None) -> dict[str, Condition]:
    told = chart((0, STARTED), *happened)
    return {each.alert: each for each in conditions(told, (), minute(happened[-1][0] if at is None else at), RULES)}


@pytest.mark.parametrize(
    "event",
    [
        REMARK,
        ev.InterventionCharted(what="sat up for chest pain"),
        ev.InfusionPaused(reason="chest pain"),
        ev.InfusionStopped(reason="chest pain"),
        ev.RateChanged(rate_ml_per_h=STARTED.rate_ml_per_h, reason="slower, chest pain"),
        ev.ObservationCharted(observation=ev.Observation.NAUSEA, grade=1, remark="and chest pain"),
        ev.GateLineAttested(line="food", holds=True, detail="chest pain on the way here"),
        ev.AlertAcknowledged(alert="nausea", action="chest pain too"),
        ev.IntervalScreened(asked=(), found=(), suicidality=ev.Suicidality.NONE, words="chest pain at night"),
    ],
    ids=lambda event: type(event).__name__,
)
def test_a_red_flag_in_anybodys_words_asks_at_once_and_is_never_charted_by_itself(event: ev.SessionEvent) -> None:
    found = standing((4, event))
    assert found[ASKED].priority is Priority.HIGH
    assert found[ASKED].kind is ev.AlertKind.CONFIRM
    assert "chest_pain" not in found
    assert "hest pain" in found[ASKED].message


def test_the_question_ends_by_the_sign_charted_as_there_or_as_not_and_gives_way_to_its_prompt() -> None:
    assert ASKED not in standing((4, REMARK), (5, GONE))
    there = standing((4, REMARK), (5, FLAG))
    assert ASKED not in there
    assert "chest_pain" in there
    assert ASKED not in standing((4, FLAG), (5, REMARK)), "the red flag stands already"
    assert ASKED in standing((4, FLAG), (5, GONE), (6, REMARK)), "gone, and named again"
    assert ASKED not in standing((4, REMARK), (5, GONE), (6, ev.RemarkCharted(text="sleeps")))


def test_a_struck_remark_asks_nothing_and_a_second_one_still_does() -> None:
    struck = ev.EntryStruck(entry=3, reason="another patient")
    assert ASKED not in standing((4, REMARK), (5, struck))
    assert ASKED in standing((4, REMARK), (5, struck), (6, REMARK))


def test_one_that_was_only_looked_at_asks_again_when_its_look_is_due() -> None:
    happened: list[Happening] = [(4, REMARK)]
    told = chart((0, STARTED), *happened)
    happened += [(4.0, each) for each in news(told, conditions(told, (), minute(4), RULES), minute(4)).events()]
    happened.append((4.1, ev.AlertAcknowledged(alert=ASKED, action="coming")))
    seen = chart((0, STARTED), *happened)
    due = minute(4) + timedelta(minutes=RULES.alerts["chest_pain"].repeat_within_min)
    for late_s, asks in ((-1, False), (0, True)):
        now = due + timedelta(seconds=late_s)
        raised = {each.alert for each in news(seen, conditions(seen, (), now, RULES), now).raised}
        assert (ASKED in raised) is asks


def test_a_fault_of_the_line_in_words_asks_while_the_pump_runs_alone() -> None:
    said = ev.RemarkCharted(text="IV infiltrated, arm swollen")
    assert "said-line_out" in standing((4, said))
    assert "said-line_out" not in standing((4, ev.InfusionStopped()), (5, said))


def test_words_that_repeat_what_is_charted_ask_nothing_once_the_line_was_moved() -> None:
    """*IV out of the vein?* was asked of the new line, by the reason for which the pump was paused at the old one."""
    out = ev.ObservationCharted(observation=ev.Observation.IV_SITE, grade=3)
    paused, resumed = ev.InfusionPaused(reason="out of the vein"), ev.InfusionResumed(rate_ml_per_h=Decimal(50))
    moved = ev.LineResited(site="right hand, 22 G", reason="out of the vein")
    assert "said-line_out" not in standing((4, out), (5, paused), (6, moved), (7, resumed))
    assert "said-line_out" in standing((5, paused), (6, moved), (7, resumed)), "nobody charted what it was"
    again = ev.RemarkCharted(text="out of the vein")
    assert "said-line_out" in standing((4, out), (5, paused), (6, moved), (7, resumed), (8, again)), "of the new line"


def test_two_signs_in_one_sentence_are_two_questions() -> None:
    found = standing((4, ev.RemarkCharted(text="no headache, but chest pain; can’t breathe")))
    assert {each for each in found if each.startswith("said-")} == {ASKED, "said-breathlessness"}


def test_nothing_is_asked_of_somebody_who_has_left() -> None:
    left = ev.Discharged(handed_to="Kim Escort", advice_given=True)
    assert not standing((4, ev.InfusionStopped()), (90, left), (91, REMARK))

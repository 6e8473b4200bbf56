"""Over an emergency or a call for help nothing runs on and nobody is let go; that somebody leaves is charted."""

from decimal import Decimal

import pytest

from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Priority
from sereniv.therapy.chair.decide import Discharge, ResumeInfusion, decide
from sereniv.therapy.chair.still_open import demand_nothing_left, is_urgent
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from tests.therapy.making import STARTED, chart, minute

RULES = knowledge()
OPEN = [(ev.EmergencyOpened(), "The emergency of 12:30"), (ev.HelpCalled(), "Help was called at 12:30")]


def leaves(way: ev.Departure) -> Discharge:
    return Discharge(
        handed_to="Kim Escort", identity_checked=True, advice_given=True, exception="Told to stay, feels well.",
        signed_by_prescriber=True, way=way, told="Dr Voss told at 13:00",
    )  # fmt: skip


def in_recovery(happened: ev.SessionEvent) -> SessionChart:
    return chart((0, STARTED), (20, ev.InfusionStopped()), (30, happened))


@pytest.mark.parametrize(("opens", "words"), OPEN)
@pytest.mark.parametrize("way", [ev.Departure.AS_PLANNED, ev.Departure.WITHOUT_ESCORT])
def test_nobody_is_let_go_over_it(opens: ev.SessionEvent, words: str, way: ev.Departure) -> None:
    with pytest.raises(Refused, match=words):
        decide(in_recovery(opens), leaves(way), minute(90), RULES)


@pytest.mark.parametrize(("opens", "words"), OPEN)
def test_that_somebody_left_against_advice_is_charted_all_the_same(opens: ev.SessionEvent, words: str) -> None:
    del words
    (left,) = decide(in_recovery(opens), leaves(ev.Departure.AGAINST_ADVICE), minute(90), RULES)
    assert isinstance(left, ev.Discharged)


@pytest.mark.parametrize(("opens", "words"), OPEN)
def test_no_pump_runs_again_over_it(opens: ev.SessionEvent, words: str) -> None:
    paused = chart((0, STARTED), (20, ev.InfusionPaused()), (30, opens))
    with pytest.raises(Refused, match=words):
        decide(paused, ResumeInfusion(rate_ml_per_h=Decimal("53.6"), has_second_signer=True), minute(31), RULES)


def test_an_emergency_of_a_session_that_is_over_lets_nobody_in_any_more() -> None:
    stands = in_recovery(ev.EmergencyOpened())
    gone = chart(
        (0, STARTED), (20, ev.InfusionStopped()), (30, ev.EmergencyOpened()),
        (40, ev.TransferredOut(where="St Elm", reason="chest pain")),
    )  # fmt: skip
    assert (is_urgent(stands), is_urgent(gone)) == (True, False)


def test_a_prompt_that_read_no_value_is_named_without_an_empty_bracket() -> None:
    said = ev.AlertRaised(
        alert="said-suicide", kind=ev.AlertKind.CONFIRM, priority=Priority.HIGH, title="Thoughts of suicide?",
        message="Ask.", rule="said v1", read={},
    )  # fmt: skip
    with pytest.raises(Refused) as no:
        demand_nothing_left(chart((1, said)))
    assert str(no.value) == "Nobody has acted on: Thoughts of suicide. Say first what you did."

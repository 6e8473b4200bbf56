"""What a log line says of an event: who reads it at a hand-over knows what was done, with its numbers."""

from decimal import Decimal

import pytest

from sereniv.knowledge import Priority
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.event_words import describe
from sereniv.therapy.session.observed import observation_words

PROMPT = ev.AlertRaised(
    alert="pressure_high", kind=ev.AlertKind.PHYSIOLOGICAL, priority=Priority.LOW, title="Blood pressure high",
    message="Repeat.", rule="A-BP1 v3", read={"systolic": "170"}, latching=True,
)  # fmt: skip
SCREENED = ev.IntervalScreened(asked=("falls", "urine"), found=("urine",), suicidality="not asked", words="burns")


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (ev.InfusionFoundRunning(rate_ml_per_h=Decimal(30), deviation="no start charted"),
         "Infusion found running at 30 mL/h; deviation: no start charted"),
        (PROMPT, "Prompt: Blood pressure high (systolic 170; A-BP1 v3)"),
        (ev.AlertEnded(alert="pressure_high"), "Prompt ended: pressure high"),
        (ev.AlertAcknowledged(alert="pressure_high", action="repeat"), "Prompt noticed: pressure high; repeat"),
        (ev.AlertAcknowledged(alert="pressure_high", action=""), "Prompt noticed: pressure high"),
        (ev.HelpCalled(), "Help called"),
        (ev.Discharged(handed_to="Kim", advice_given=True), "Discharged with Kim"),
        (ev.Discharged(handed_to="", advice_given=False, way=ev.Departure.AGAINST_ADVICE), "Left against advice"),
        (ev.NoteSigned(text="t", note_sha256="a", head_seq=31, head_hash="b"), "Note signed at ledger entry 31"),
        (SCREENED, "Asked 2 questions since last time: urine; suicidal thoughts not asked; burns"),
    ],
)  # fmt: skip
def test_a_line_says_what_was_done(event: ev.SessionEvent, said: str) -> None:
    assert describe(event, str) == said


@pytest.mark.parametrize("what", ev.Observation)
def test_every_observation_has_words_for_its_grades(what: ev.Observation) -> None:
    assert observation_words(what, 1)
    assert observation_words(what, 0) != observation_words(what, 1)

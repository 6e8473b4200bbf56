"""Thoughts of suicide in free text: what opens an item, what answers it, and what speaks of an answer before it."""

import pytest

from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.safety import suicide
from sereniv.therapy.session.events.incidents import Suicidality
from tests.therapy.making import taken_up
from tests.therapy.safety.test_suicide import OUTPATIENT, Happening, answered, person

RULES = knowledge()
HOUR = 60.0
NAUSEA = pe.AdverseEventRecorded(
    term="nausea", words="sick all day, wants to die", grade=2, serious=False, session="", related=pe.Related.UNKNOWN,
    action="", outcome=pe.Outcome.ONGOING,
)  # fmt: skip
CALLED = pe.CheckInRecorded(
    session="s", reached=True, by_whom="patient", asked=(), symptoms=(), suicidality=Suicidality.NONE,
    mood=pe.Mood.SAME, drove_or_worked=None,
)  # fmt: skip
REVIEWED = pe.CourseReviewed(
    course=1, after_infusion=2, milestone=None, outcome=pe.ReviewOutcome.CONTINUE,
    reason="suicidal ideation eases, goes on", read={},
)  # fmt: skip


def said(*happened: Happening) -> list[str]:
    return [each.title for each in suicide.waiting(person(*happened), RULES)]


def test_a_side_effect_of_another_term_whose_words_name_it_opens_an_item_that_holds() -> None:
    chart = person((0, NAUSEA))
    assert said((0, NAUSEA)) == ["Written under Side effect"]
    (held,) = suicide.holds(chart, RULES)
    assert "“sick all day, wants to die”" in held
    (item,) = suicide.opened(chart, RULES)
    assert (item.from_whom, item.is_unknown) == ("recorded as a side effect", True)


@pytest.mark.parametrize(
    "asked", [answered("phq9", 0), CALLED, OUTPATIENT, taken_up(7)], ids=["scale", "call", "level", "taken up"]
)
def test_whoever_was_asked_since_answered_it_and_whoever_was_asked_before_did_not(asked: pe.PersonEvent) -> None:
    assert said((0, NAUSEA), (HOUR, asked)) == []
    assert said((0, asked), (HOUR, NAUSEA)) == ["Written under Side effect"]
    # A form filled in before the words were written, and entered after them.
    assert said((HOUR, NAUSEA), (0, asked)) == ["Written under Side effect"]


def test_what_was_taken_up_stays_until_what_its_level_asks_for_is_done() -> None:
    high = taken_up(1, risk=pe.Risk.HIGH)
    assert said((0, NAUSEA), (1, high)) == ["Written under Side effect"]
    assert said((0, NAUSEA), (1, high), (2, OUTPATIENT)) == []


def test_the_newest_words_ask_for_all() -> None:
    later = pe.MissedCalledBack(appointment=3, reached=True, words="rather be dead than come back")
    assert said((0, NAUSEA), (1, later)) == ["Written under Called after a missed appointment"]


def test_the_reason_of_a_decision_within_a_day_of_asking_speaks_of_what_was_found() -> None:
    """Whoever decides after asking writes what they heard: that asks nothing anew."""
    hours = RULES.suicide_item.decision_speaks_of_h
    assert said((0, CALLED), (hours * HOUR, REVIEWED)) == []
    assert said((0, CALLED), (hours * HOUR + 1, REVIEWED)) == ["Written under Review"]
    assert said((0, REVIEWED)) == ["Written under Review"]


def test_a_diagnosis_with_a_clinicians_own_rating_beside_it_asks_nothing() -> None:
    words = pe.DiagnosisRecorded(
        indication="depression", icd10="F33.2", words="severe, suicidal ideation", diagnosed_by="Dr V"
    )
    assert said((0, words)) == ["Written under Diagnosis"]
    rated = pe.DiagnosisRecorded(
        indication="suicidal_ideation", icd10="R45.851", words="suicidal ideation", diagnosed_by="Dr V",
        ideation_present=True,
    )  # fmt: skip
    assert said((0, rated)) == []


def test_a_paper_form_of_before_entered_later_does_not_answer_for_a_later_call_that_did_not_ask() -> None:
    unasked = pe.CheckInRecorded(
        session="s", reached=True, by_whom="patient", asked=(), symptoms=(), suicidality=Suicidality.NOT_ASKED,
        mood=pe.Mood.SAME, drove_or_worked=None,
    )  # fmt: skip
    assert said((HOUR, unasked), (2 * HOUR, CALLED)) == []
    assert said((HOUR, unasked), (0, CALLED)) == ["Check-in"]


def test_nobody_is_asked_to_ask_somebody_who_died() -> None:
    """The item of a person who had died went up the ladder for ever."""
    died = pe.AdverseEventFollowed(entry=1, outcome=pe.Outcome.DIED, words="suicide, as the police say")
    assert said((0, NAUSEA), (1, answered("phq9", 2))) == ["PHQ-9 item 9"]
    chart = person((0, NAUSEA), (1, answered("phq9", 2)), (2, died))
    assert suicide.waiting(chart, RULES) == suicide.not_asked(chart, RULES) == ()

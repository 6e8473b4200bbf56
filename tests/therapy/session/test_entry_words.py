"""What points to another entry says which by its time and value: nobody at a chair knows entries by number."""

from datetime import datetime

import pytest

from sereniv.therapy.session import events as ev
from sereniv.therapy.session.entry_words import entry_words
from sereniv.therapy.session.event_words import describe
from sereniv.therapy.session.placing import WHEN
from tests.therapy.making import STARTED, chart, full_set


def clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (
            ev.EntryStruck(entry=3, reason="other chair"),
            "Struck: 12:05 Blood pressure 190/80 mmHg, heart rate 72 /min, SpO₂ 98 %, breathing 14 /min. "
            "Reason: other chair",
        ),
        (
            ev.ValueConfirmedInSession(entry=3, field="systolic", remark="by hand"),
            "Confirmed: systolic 190 mmHg, charted for 12:05; by hand",
        ),
        (ev.ValueConfirmedInSession(entry=3, field="spo2", remark=""), "Confirmed: SpO₂ 98 %, charted for 12:05"),
        (
            ev.ValueConfirmedInSession(entry=3, field=WHEN, remark=""),
            "Confirmed: the time of what was charted for 12:05",
        ),
        (
            ev.AlertWithdrawn(alert="pressure_very-high", entry=3),
            "Prompt withdrawn: pressure very high; what it read, charted for 12:05, was struck",
        ),
        (ev.EntryStruck(entry=99, reason="nothing there"), "Entry 99 struck: nothing there"),
        (ev.RemarkCharted(text="calm"), "Remark: calm"),
    ],
)
def test_an_entry_names_what_it_points_to_by_time_and_value(event: ev.SessionEvent, said: str) -> None:
    told = chart((0, STARTED), (5, full_set(190, 80)), (7, event))
    assert entry_words(told, told.entries[-1], str, clock) == said


def test_a_value_struck_since_stands_in_words_only_where_its_strike_is_told() -> None:
    confirmed = ev.ValueConfirmedInSession(entry=3, field="systolic", remark="")
    told = chart((0, STARTED), (5, full_set(190, 80)), (6, confirmed), (7, ev.EntryStruck(entry=3, reason="other")))
    assert entry_words(told, told.entries[-2], str, clock) == "Confirmed: systolic charted for 12:05, struck since"


def test_what_struck_a_confirmation_says_what_was_confirmed() -> None:
    confirmed = ev.ValueConfirmedInSession(entry=3, field="systolic", remark="")
    strike = ev.EntryStruck(entry=4, reason="by mistake")
    told = chart((0, STARTED), (5, full_set(190, 80)), (6, confirmed), (7, strike))
    assert entry_words(told, told.entries[-1], str, clock) == (
        "Struck: 12:06 Confirmed: systolic 190 mmHg, charted for 12:05. Reason: by mistake"
    )


@pytest.mark.parametrize(
    ("what", "grade", "words"),
    [
        (ev.Observation.IV_SITE, 3, "IV site 3 (out of the vein)"),
        (ev.Observation.DISSOCIATION, 2, "Dissociation 2 (far away, answers)"),
        (ev.Observation.MOAAS, 1, "Alertness (MOAA/S) 1 (only to painful squeeze)"),
        (ev.Observation.NAUSEA, 2, "Nausea 2 (moderate)"),
        (ev.Observation.PAIN, 7, "Pain 7"),
        (ev.Observation.SEIZURE, 1, "Seizure"),
    ],
)
def test_a_grade_is_told_with_what_it_means(what: ev.Observation, grade: int, words: str) -> None:
    """*IV site 3* stood on the hand-over, in the log and in the note, and nobody elsewhere knows our scale."""
    assert describe(ev.ObservationCharted(observation=what, grade=grade), str) == words

"""What is told in an emergency has a line for everything, and says of each what nobody asked."""

from datetime import UTC, date, datetime

from sereniv.knowledge import knowledge
from sereniv.therapy.chair.emergency import NOT_ASKED, drug_told, person_told
from sereniv.therapy.chair.held_against import Situation
from sereniv.therapy.person.chart import PersonChart, Registered
from sereniv.therapy.session.chart import chart_of

NOW = datetime(2026, 11, 30, 10, 30, tzinfo=UTC)


def of_nobody_asked(sex: str) -> Situation:
    who = Registered(born=date(1980, 1, 1), sex_at_birth=sex, indication="depression")
    return Situation(record=PersonChart(), registered=who, session=chart_of(()), now=NOW, knowledge=knowledge())


def test_what_nobody_asked_stands_out_and_is_never_left_away() -> None:
    told = {each.title: each for each in person_told(of_nobody_asked("female"), str)}
    for title in ("Allergies", "Weight", "Pregnancy", "Conditions", "Takes"):
        assert told[title].matters, title
    assert NOT_ASKED in told["Allergies"].words
    assert told["Pregnancy"].words == NOT_ASKED
    assert told["Takes"].words == NOT_ASKED
    assert told["Conditions"].words == f"conditions {NOT_ASKED}; psychiatric {NOT_ASKED}"
    assert told["Age and sex"].words == "46 years, female"


def test_a_man_is_not_said_to_be_asked_about_pregnancy() -> None:
    told = {each.title: each for each in person_told(of_nobody_asked("male"), str)}
    assert not told["Pregnancy"].matters


def test_a_session_that_gave_nothing_says_so() -> None:
    (ketamine,) = drug_told(of_nobody_asked("male"), str)
    assert ketamine.words == "none given, not started"

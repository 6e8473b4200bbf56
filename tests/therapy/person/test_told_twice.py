"""One infusion elsewhere told of two days counts twice and is asked about, until somebody says which one it is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.elsewhere import infusions_elsewhere, most_mg
from sereniv.therapy.person.told_twice import perhaps_twice
from sereniv.therapy.treatment.last_time import doses_before, last_time
from tests.therapy.coursing import day, person

RULES = knowledge()
KIND = RULES.protocols["P-DEP"].kind
EXACT = pe.InfusedElsewhere(
    given_on=date(2026, 2, 20), mg=Decimal(45), weight_kg=Decimal(90), minutes=40, treats=KIND, tolerated=True,
    told_by="Practice of Dr Brook",
)  # fmt: skip
ABOUT = replace(
    EXACT, given_on=date(2026, 2, 23), within_days=7, mg=Decimal(60), told_by="Mill Clinic, the patient says so"
)
SAME = pe.TellingPlaced(told=2, same_as=1, given_here=None, words="Both clinics asked: one bag")


def test_an_unsure_day_that_can_be_a_sure_one_is_asked_about_and_counts_meanwhile() -> None:
    chart = person((-10, EXACT), (-7, ABOUT))
    assert len(infusions_elsewhere(chart)) == 2
    (asked,) = perhaps_twice(chart)
    assert (asked.telling.event, [each.event for each in asked.others]) == (ABOUT, [EXACT])
    assert (
        "about 23 Feb 2026, 7 days more or less (Mill Clinic, the patient says so) may be the one on 20 Feb 2026"
        in asked.words
    )
    assert [each.mg for each in doses_before((), chart, KIND, RULES, day(0))] == [45, 45], "the least that it can be"
    found = last_time((), chart, RULES, day(0))
    assert found is not None
    assert "? perhaps told twice, of another day" in found.lines[0].words


@pytest.mark.parametrize("other", [EXACT, replace(EXACT, within_days=3), replace(EXACT, within_days=7)])
def test_an_unsure_day_that_is_named_the_same_is_asked_about_too(other: pe.InfusedElsewhere) -> None:
    """*On 20 February* and *about 20 February, a week more or less* were one, without a question."""
    about = replace(ABOUT, given_on=EXACT.given_on)
    chart = person((-10, other), (-10, about))
    assert len(infusions_elsewhere(chart)) == 2
    (asked,) = perhaps_twice(chart)
    assert (asked.telling.event, [each.event for each in asked.others]) == (about, [other])
    assert [each.mg for each in doses_before((), chart, KIND, RULES, day(0))] == [45, 45]
    one = person((-10, other), (-10, about), (0, SAME))
    (found,) = infusions_elsewhere(one)
    assert (found.event.within_days, most_mg(one, found), perhaps_twice(one)) == (other.within_days, 60, ())
    own = replace(SAME, same_as=None)
    assert len(infusions_elsewhere(person((-10, other), (-10, about), (0, own)))) == 2


def test_said_to_be_one_it_counts_once_by_the_surer_day() -> None:
    chart = person((-10, EXACT), (-7, ABOUT), (0, SAME))
    (found,) = infusions_elsewhere(chart)
    assert perhaps_twice(chart) == ()
    assert (found.event.given_on, found.event.within_days, found.event.mg) == (date(2026, 2, 20), 0, 45)
    assert most_mg(chart, found) == 60
    assert found.event.words == "told as about 23 Feb 2026, 7 days more or less; the records differ: 45 mg, 60 mg"


def test_it_can_be_said_otherwise_and_a_later_telling_asks_anew() -> None:
    own = replace(SAME, same_as=None)
    chart = person((-10, EXACT), (-7, ABOUT), (0, SAME), (1, own))
    assert len(infusions_elsewhere(chart)) == 2
    assert perhaps_twice(chart) == ()
    heard = replace(EXACT, given_on=date(2026, 2, 25), told_by="A letter")
    chart = person((-10, EXACT), (-7, ABOUT), (0, own), (2, heard))
    (asked,) = perhaps_twice(chart)
    assert [each.event for each in asked.others] == [heard], "the one that was told apart is not asked again"


def test_what_it_was_found_to_be_is_struck_and_it_is_asked_or_counts_by_itself() -> None:
    other = replace(EXACT, given_on=date(2026, 2, 25), told_by="A letter")
    chart = person((-10, EXACT), (-7, ABOUT), (-6, other), (0, SAME), (1, pe.RecordStruck(entry=1, reason="wrong")))
    assert [each.event.given_on for each in infusions_elsewhere(chart)] == [date(2026, 2, 23), date(2026, 2, 25)]
    assert len(perhaps_twice(chart)) == 1


def test_an_unsure_day_that_can_be_one_given_here_is_asked_about() -> None:
    start = datetime(2026, 2, 23, 15, tzinfo=UTC)
    chart = person((-7, ABOUT))
    assert len(infusions_elsewhere(chart, [start])) == 1, "the day is the same, and nobody is sure of it"
    (asked,) = perhaps_twice(chart, [start])
    assert asked.here == (date(2026, 2, 23),)
    here = pe.TellingPlaced(told=1, same_as=None, given_here=date(2026, 2, 23), words="She means ours")
    chart = person((-7, ABOUT), (0, here))
    assert infusions_elsewhere(chart, [start]) == ()
    assert perhaps_twice(chart, [start]) == ()


def test_harm_that_either_tells_of_stays_while_nobody_knows() -> None:
    chart = person((-10, replace(EXACT, tolerated=False)), (-7, ABOUT))
    assert not any(each.tolerance.is_borne for each in doses_before((), chart, KIND, RULES, day(0)))


@given(
    told=st.lists(st.tuples(st.integers(0, 30), st.sampled_from([0, 3, 7])), min_size=1, max_size=6),
    said=st.lists(st.tuples(st.integers(1, 6), st.none() | st.integers(1, 6)), max_size=6),
)
def test_no_history_of_words_loses_every_telling_or_counts_one_twice(
    told: list[tuple[int, int]], said: list[tuple[int, int | None]]
) -> None:
    """Whoever says it in a circle, or of what is not there: something counts, and no day counts twice."""
    tellings = [
        (n, replace(ABOUT, given_on=date(2026, 1, 1) + timedelta(days=days), within_days=unsure))
        for n, (days, unsure) in enumerate(told)
    ]
    words = [(10 + n, pe.TellingPlaced(told=one, same_as=other, given_here=None, words="so")) for n, (one, other)
             in enumerate(said)]  # fmt: skip
    found = infusions_elsewhere(person(*tellings, *words))
    assert 1 <= len(found) <= len(told)
    assert len({each.seq for each in found}) == len(found)
    sure = [each.event.given_on for each in found if not each.event.within_days]
    assert all(one < other for one, other in pairwise(sure))

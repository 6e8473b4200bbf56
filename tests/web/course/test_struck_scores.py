"""A decision about a course that read a score struck since says so, and the next infusion waits for another."""

import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.web.today.lines import topics_for
from sereniv.clinic.workflows.person import people
from tests.web.played import WHY, Played
from tests.workflows.course.test_courses import day
from tests.workflows.coursing import answer
from tests.workflows.erasing import erase

pytestmark = pytest.mark.django_db
SAID = "It read PHQ-9 4 of 07 Mar 2026, struck since: the form of another patient."
WAITS = f"What was last decided of the course, on 07 Mar, stands on nothing. {SAID} Record a review."


def score(her: Played, total: int) -> int:
    return next(each.stream_seq for each in chart_store.person_chart(her.who).scores if each.event.total == total)


def struck(her: Played, entry: int, number: float) -> None:
    people.strike_record(her.who, entry, "the form of another patient", her.act("nurse", now=day(number)))
    her.clock.shown = day(number + 0.01)


def erased(her: Played, entry: int, number: float) -> None:
    seq = next(each.seq for each in chart_store.person_chart(her.who).entries if each.stream_seq == entry)
    erase(seq, "Art. 17 GDPR, asked for in writing", her.act("director", second="admin", now=day(number)))
    her.clock.shown = day(number + 0.01)


def test_a_review_of_a_score_that_was_struck_since_is_asked_for_anew(her: Played, staff: dict[str, Staff]) -> None:
    """*Read: latest 4*, said the course, and the next infusion was ordered and started without a word."""
    four = score(her, 4)
    assert her.review("continue").taken
    struck(her, four, 5.2)
    for name in ("person_course", "person_order", "person"):
        assert WAITS in her.prescriber.reads(name, her.who), name
    assert SAID in her.prescriber.reads("person_course", her.who).partition("Decided so far")[2]
    assert SAID in her.prescriber.reads("person_document", her.who, "summary")
    assert SAID in her.order().words
    lines = {each.title: each.lines for each in topics_for(staff["prescriber"], her.clock.shown)}
    assert [each.what for each in lines["Reviews and decisions due"]] == ["Ilse Test: review anew"]
    answer(her.act, her.who, 9, day(5.3))
    her.at(5.4)
    reviewed = her.review("continue", reason=WHY)
    assert reviewed.taken, reviewed.words
    assert WAITS not in her.prescriber.reads("person_course", her.who)
    assert SAID in her.prescriber.reads("person_course", her.who), "the first review still says what it read"
    assert her.order().taken


def test_what_was_ordered_before_the_strike_is_held_at_the_gate(her: Played) -> None:
    four = score(her, 4)
    assert her.review("continue").taken
    assert her.order().taken
    assert her.co_sign().taken
    seated = her.seat()
    assert WAITS not in her.nurse.reads("session_gate", seated)
    struck(her, four, 5.2)
    assert WAITS in her.nurse.reads("session_gate", seated)


def test_an_ending_by_a_score_that_was_struck_since_says_so(her: Played) -> None:
    """*Ended: responded*, said page and summary, and no score was left that did."""
    four = score(her, 4)
    assert her.prescriber.sends("person_end_course", her.who, outcome="responded", reason="well, waits").taken
    struck(her, four, 5.2)
    assert SAID in her.prescriber.reads("person_course", her.who)
    assert SAID in her.prescriber.reads("person_document", her.who, "summary")


def test_a_score_that_no_decision_read_asks_for_nothing(her: Played) -> None:
    assert her.review("continue").taken
    answer(her.act, her.who, 5, day(5.12))
    later = score(her, 5)
    struck(her, later, 5.2)
    assert "struck since" not in her.prescriber.reads("person_course", her.who)


def test_the_baseline_that_a_review_read_counts_too(her: Played) -> None:
    first = score(her, 19)
    assert her.review("continue").taken
    struck(her, first, 5.2)
    assert "It read PHQ-9 19 of 01 Mar 2026, struck since" in her.prescriber.reads("person_course", her.who)


def test_a_review_of_a_score_that_was_erased_since_is_asked_for_anew_and_does_not_tell_it(her: Played) -> None:
    """The law took the score, the review went on saying *latest 4*, and nobody was asked for another look."""
    four = score(her, 4)
    assert her.review("continue").taken
    assert her.order().taken
    erased(her, four, 5.2)
    gone = "It read a PHQ-9 of 07 Mar 2026, which was erased since by law."
    for name in ("person_course", "person_order", "person"):
        assert gone in her.prescriber.reads(name, her.who), name
    assert gone in her.co_sign().words
    assert gone in her.order().words
    answer(her.act, her.who, 9, day(5.3))
    her.at(5.4)
    assert her.review("continue", reason=WHY).taken
    assert her.order().taken


def test_another_entry_that_was_erased_asks_for_no_review(her: Played) -> None:
    weighed = chart_store.person_chart(her.who).measurements[0].stream_seq
    assert her.review("continue").taken
    erased(her, weighed, 5.2)
    assert "erased" not in her.prescriber.reads("person_course", her.who)


MAY_HAVE = "It may have read a score of 07 Mar 2026, which was erased since by law."


def test_an_interval_whose_score_was_erased_since_is_asked_for_anew(her: Played) -> None:
    """A review keeps what it read, an interval and an ending do not: of these nothing was said."""
    four = score(her, 4)
    assert her.review("maintenance", interval_days="28", reason=WHY).taken
    her.at(5.15)
    planned = her.prescriber.sends("person_maintain", her.who, interval_days="14", reason=WHY)
    assert planned.taken, planned.words
    erased(her, four, 5.2)
    for name in ("person_course", "person_order", "person"):
        assert MAY_HAVE in her.prescriber.reads(name, her.who), name
    assert MAY_HAVE in her.prescriber.reads("person_document", her.who, "summary")
    assert MAY_HAVE in her.order().words
    answer(her.act, her.who, 9, day(5.3))
    her.at(5.4)
    assert her.review("continue", reason=WHY).taken
    assert MAY_HAVE not in her.prescriber.reads("person_order", her.who)


def test_an_ending_whose_score_was_erased_since_says_so(her: Played) -> None:
    four = score(her, 4)
    assert her.prescriber.sends("person_end_course", her.who, outcome="responded", reason="well, waits").taken
    erased(her, four, 5.2)
    assert MAY_HAVE in her.prescriber.reads("person_course", her.who)
    assert MAY_HAVE in her.prescriber.reads("person_document", her.who, "summary")


def test_an_older_baseline_that_was_erased_asks_for_nothing(her: Played) -> None:
    answer(her.act, her.who, 21, day(-0.95))
    older = score(her, 21)
    assert her.review("continue").taken
    erased(her, older, 5.2)
    assert "erased" not in her.prescriber.reads("person_course", her.who).partition("Decided so far")[2]


def test_what_was_ordered_before_an_erasure_is_held_at_the_gate(her: Played) -> None:
    four = score(her, 4)
    assert her.review("continue").taken
    assert her.order().taken
    assert her.co_sign().taken
    erased(her, four, 5.2)
    assert "07 Mar 2026, which was erased since by law" in her.nurse.reads("session_gate", her.seat())

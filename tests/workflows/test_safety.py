"""The worklist over the ledger: what it lists, who takes it on, and what the pages say of it."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows import answers, people, safety
from sereniv.clinic.workflows.acting import NotPermitted
from sereniv.knowledge import knowledge
from sereniv.therapy.person_events import SafetyAcknowledged
from sereniv.therapy.refusal import Malformed, Refused
from sereniv.therapy.safety import State
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows.test_path import everybody, registration

pytestmark = pytest.mark.django_db
Answers = tuple[int | None, ...]
CLEAR: Answers = (1, 1, 1, 1, 1, 1, 1, 1, 0)
Answer = Callable[..., tuple[uuid.UUID, int]]


@pytest.fixture
def answer(act: ActMaker) -> Answer:
    def somebody(item: int | None, minute: float = 0, person: uuid.UUID | None = None) -> tuple[uuid.UUID, int]:
        """Return whose answer it is, and its number in their stream."""
        now = NOON + timedelta(minutes=minute)
        who = person or people.register(registration(), act("nurse", now=now), told_apart=everybody()).pk
        answers.answer_phq9(who, (*CLEAR[:8], item), "patient", act("nurse", now=now))
        return who, chart_store.person_chart(who).head

    return somebody


def listed(minute: float = 0) -> list[tuple[uuid.UUID, int, str]]:
    found = safety.worklist(NOON + timedelta(minutes=minute))
    return [(each.person.pk, each.item.entry, str(each.item.state)) for each in found]


def test_everything_above_zero_or_blank_is_listed_and_a_clear_zero_is_not(answer: Answer) -> None:
    answer(0)
    waiting = [answer(each, minute) for minute, each in enumerate((1, 2, 3, None))]
    assert listed() == [(*each, "open") for each in waiting]


def test_the_list_is_what_a_fold_of_everybody_says(answer: Answer, act: ActMaker) -> None:
    """The query passes over plain zeros for speed: it must never pass over anything else."""
    for item in (0, 1, None, 0, 3):
        who, _ = answer(item)
        answer(0, 1, who)
        answers.answer_mood(who, 0, 'he wrote ,0],"scale":"phq9"', act("nurse"))
        tricky = 'says ,0],"scale":"phq9" and "scale":"mood"'
        answers.answer_phq9(who, (*CLEAR[:8], item), tricky, act("nurse"))
    folded = {
        (who.pk, each.item.entry)
        for who in Person.objects.all()
        for each in safety.of_person(who, NOON)
        if each.item.state is not State.CLOSED
    }
    assert {(person, entry) for person, entry, _ in listed()} == folded
    assert len(folded) == 6


def test_only_the_phq9_has_the_question_and_it_is_asked_last() -> None:
    """`unasked_safety` and the pages speak of item 9: a further scale with such an item needs them to learn it."""
    assert {name: row.safety_item for name, row in knowledge().scales.items() if row.safety_item} == {"phq9": 9}


def test_what_is_most_overdue_comes_first(answer: Answer, act: ActMaker) -> None:
    first, second, third = answer(1), answer(1, 10), answer(1, 20)
    safety.acknowledge(*first, "", act("nurse", now=NOON + timedelta(minutes=1)))
    assert listed(36) == [(*second, "open"), (*third, "open"), (*first, "acknowledged")]


def test_acknowledged_then_asked(answer: Answer, act: ActMaker) -> None:
    who, entry = answer(1)
    safety.acknowledge(who, entry, "", act("nurse", key="take-it-on"))
    safety.acknowledge(who, entry, "", act("nurse", key="take-it-on"))
    assert len(chart_store.person_chart(who).all(SafetyAcknowledged)) == 1
    assert listed() == [(who, entry, "acknowledged")]
    with pytest.raises(Refused, match="already"):
        safety.acknowledge(who, entry, "nurse", act("nurse"))
    with pytest.raises(Refused, match="since you looked"):
        safety.acknowledge(who, entry, "", act("nurse2"))
    safety.acknowledge(who, entry, "nurse", act("nurse2"))
    with pytest.raises(Malformed, match="what you found"):
        answers.take_up_safety(who, entry, "  ", act("nurse2"))
    assert listed() == [(who, entry, "acknowledged")]
    answers.take_up_safety(who, entry, "Passing thoughts, no plan.", act("nurse2"))
    assert listed() == []
    with pytest.raises(Refused, match="already"):
        safety.acknowledge(who, entry, "nurse2", act("nurse"))


@pytest.mark.parametrize("entry", [1, 99])
def test_there_is_nothing_to_take_on_where_nothing_was_opened(answer: Answer, act: ActMaker, entry: int) -> None:
    who, _ = answer(0)
    with pytest.raises(Refused, match="nothing to take on"):
        safety.acknowledge(who, entry, "", act("nurse"))


@pytest.mark.parametrize("role", ["coordinator", "admin"])
def test_who_may_not_chart_takes_nothing_on_and_closes_nothing(answer: Answer, act: ActMaker, role: str) -> None:
    who, entry = answer(1)
    with pytest.raises(NotPermitted):
        safety.acknowledge(who, entry, "", act(role))
    with pytest.raises(NotPermitted):
        answers.take_up_safety(who, entry, "no plan", act(role))
    assert listed() == [(who, entry, "open")]


@pytest.fixture
def browse(staff: dict[str, Staff], fixed_clock: FixedClock) -> Callable[[str], Client]:
    del fixed_clock

    def somebody(username: str) -> Client:
        client = Client()
        client.force_login(staff[username], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return somebody


def test_the_board_and_the_list_say_it_to_everybody_who_reads_charts(
    answer: Answer, browse: Callable[[str], Client], fixed_clock: FixedClock
) -> None:
    who, _ = answer(None)
    for username in ("coordinator", "nurse", "prescriber", "director"):
        fixed_clock.shown = NOON + timedelta(minutes=14)
        assert "● Item 9: 1 to take up" in browse(username).get("/").content.decode()
        fixed_clock.shown = NOON + timedelta(minutes=15)
        board = browse(username).get("/board/tiles/").content.decode()
        assert "▲ <b>Item 9: 1 overdue</b>, now with the charge nurse" in board
        fixed_clock.shown = NOON + timedelta(hours=2)
        worklist = browse(username).get("/safety/").content.decode()
        for words in ("left blank: unknown, ask in person", "Now with the medical director", "the last on the ladder"):
            assert words in worklist
        assert ("I take this on" in worklist) is (username != "coordinator")
        assert f"/people/{who}/" in worklist
    assert browse("admin").get("/safety/").status_code == 403
    assert "Item 9" not in browse("admin").get("/").content.decode()


def test_the_button_takes_it_on_once_and_says_when_it_came_too_late(
    answer: Answer, browse: Callable[[str], Client]
) -> None:
    who, entry = answer(1)
    nurse, other = browse("nurse"), browse("nurse2")
    address = f"/people/{who}/safety/{entry}/take/"
    assert nurse.post(address, {"key": "take-1-nurse", "owner_seen": ""}).status_code == 302
    late = other.post(address, {"key": "take-1-nurse2", "owner_seen": ""}, follow=True).content.decode()
    assert "Somebody else has taken this on since you looked" in late
    assert "Ada Nightfall, RN</b> since" in late
    damaged = other.post(address, {"owner_seen": ""}, follow=True).content.decode()
    assert "This form is damaged" in damaged


@pytest.mark.parametrize(("item", "again"), [("0", False), ("1", True), ("", True)])
def test_crisis_words_stand_under_item_nine_and_come_again_when_it_is_not_a_clear_zero(
    answer: Answer, browse: Callable[[str], Client], item: str, again: bool
) -> None:
    who, _ = answer(0)
    nurse = browse("nurse")
    words = safety.crisis_words()
    assert "988" in words
    form = nurse.get(f"/people/{who}/phq9/").content.decode()
    assert form.index('name="item_9"') < form.index(words) < form.index("Record answers")
    typed = {f"item_{number}": "1" for number in range(1, 9)} | {"item_9": item, "key": "phq9-form-1"}
    after = nurse.post(f"/people/{who}/phq9/", typed, follow=True).content.decode()
    assert (words in after) is again
    assert ("ask in person now" in after) is again


def test_a_closed_item_stays_legible_on_the_persons_page(
    answer: Answer, act: ActMaker, browse: Callable[[str], Client]
) -> None:
    who, entry = answer(2)
    nurse = browse("nurse")
    open_page = nurse.get(f"/people/{who}/").content.decode()
    assert "item 9 answered 2" in open_page
    safety.acknowledge(who, entry, "", act("nurse2"))
    answers.take_up_safety(who, entry, "Passing <thoughts>, no plan; safety plan agreed.", act("nurse2"))
    page = nurse.get(f"/people/{who}/").content.decode()
    assert "Passing &lt;thoughts&gt;, no plan; safety plan agreed." in page
    assert "Answered 2" in page
    assert "Asked by Ben Okoro, RN" in page
    assert "I take this on" not in page


def test_the_rules_page_shows_the_words_that_a_clinic_signs(browse: Callable[[str], Client]) -> None:
    page = browse("admin").get("/rules/").content.decode()
    assert safety.crisis_words() in page
    assert "Acknowledged within 15 minutes while the clinic is staffed" in page


def test_an_answer_is_struck_only_after_its_suicide_item_was_taken_up(answer: Answer, act: ActMaker) -> None:
    who, entry = answer(1)
    with pytest.raises(Refused, match="in person first"):
        people.strike_record(who, entry, "another person's form", act("nurse"))
    answers.take_up_safety(who, entry, "passing thoughts, no plan", act("nurse"))
    people.strike_record(who, entry, "another person's form", act("nurse"))
    chart = chart_store.person_chart(who)
    assert chart.scores == ()
    assert [each.stream_seq for each in chart.entries if each.stream_seq == entry], "it stays legible"
    with pytest.raises(Refused, match="struck before"):
        people.strike_record(who, entry, "again", act("nurse"))

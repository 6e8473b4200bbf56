"""The worklist over the ledger: what it lists, who takes it on, and what the pages say of it."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.chair import care, sessions
from sereniv.clinic.workflows.followup import answers
from sereniv.clinic.workflows.intake import screening
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.safety import safety
from sereniv.clinic.workflows.shell.acting import NotPermitted
from sereniv.knowledge import knowledge
from sereniv.therapy.chair.gate_facts import LineState
from sereniv.therapy.followup.scales import expected_answers
from sereniv.therapy.person.events import LevelOfCare, Risk, SafetyAcknowledged, SafetyAsked
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.safety import suicide
from sereniv.therapy.safety.worklist import SuicideItemState
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.shared_state import SharedStage
from tests.therapy.making import taken_up
from tests.workflows.test_path import SHE, VIAL, WANTED, at, everybody, registration, told

pytestmark = pytest.mark.django_db
Answers = tuple[int | None, ...]
CLEAR: Answers = (1, 1, 1, 1, 1, 1, 1, 1, 0)
Answer = Callable[..., tuple[uuid.UUID, int]]


@pytest.fixture
def stage(staff: dict[str, Staff]) -> Stage:
    del staff
    return SharedStage.with_vial(VIAL, at(-120))


@pytest.fixture
def answer(act: ActMaker) -> Answer:
    def somebody(item: int | None, minute: float = 0, person: uuid.UUID | None = None) -> tuple[uuid.UUID, int]:
        """Return whose answer it is, and its number in their stream."""
        now = NOON + timedelta(minutes=minute)
        who = person or people.register(registration(), act("nurse", now=now), told_apart=everybody()).pk
        answers.answer(who, "phq9", (*CLEAR[:8], item), "patient", act("nurse", now=now))
        return who, chart_store.person_chart(who).head

    return somebody


def listed(minute: float = 0) -> list[tuple[uuid.UUID, int, str]]:
    found = safety.worklist(NOON + timedelta(minutes=minute))
    return [(each.person.pk, each.item.entry, str(each.item.state)) for each in found]


def test_everything_above_zero_or_blank_is_listed_and_a_clear_zero_is_not(answer: Answer) -> None:
    answer(0)
    once, half, nearly, blank = (answer(each, minute) for minute, each in enumerate((1, 2, 3, None)))
    waiting = half, nearly, once, blank
    assert listed() == [(*each, "open") for each in waiting]


def test_the_gravest_stands_first_and_of_one_risk_the_soonest_due(answer: Answer, act: ActMaker) -> None:
    """An item 9 of 1 that was due first stood before a high risk by the C-SSRS and before an item 9 of 3."""
    blank = answer(None, 0)
    mild = answer(1, 1)
    found_low = answer(3, 2)
    safety.take_up(found_low[0], taken_up(found_low[1], next_contact=None), act("nurse", now=at(3)))
    nearly_every_day = answer(3, 4)
    who = people.register(registration(), act("nurse", now=at(5)), told_apart=everybody()).pk
    answers.answer(who, "cssrs_risk", (3,), "staff", act("nurse", now=at(5)))
    order = [person for person, _, _ in listed(120)]
    assert order == [who, nearly_every_day[0], blank[0], mild[0], found_low[0]]


def test_the_list_is_what_a_fold_of_everybody_says(answer: Answer, act: ActMaker) -> None:
    """The query passes over plain zeros for speed: it must never pass over anything else."""
    for item in (0, 1, None, 0, 3):
        who, _ = answer(item)
        answer(0, 1, who)
        answers.answer_mood(who, 0, 'he wrote ,0],"scale":"phq9"', act("nurse"))
        tricky = 'says ,0],"scale":"phq9" and "scale":"mood"'
        answers.answer(who, "phq9", (*CLEAR[:8], item), tricky, act("nurse"))
    folded = {
        (who.pk, each.item.entry)
        for who in Person.objects.all()
        for each in safety.of_person(who, NOON)
        if each.item.state is not SuicideItemState.CLOSED
    }
    assert {(person, entry) for person, entry, _ in listed()} == folded
    assert len(folded) == 7, "the mood of 0 after which item 9 was left blank is one too"


def test_every_scale_that_asks_about_suicide_says_with_which_item_and_keeps_it_last() -> None:
    """The query of the worklist passes over plain zeros by the end of the answers."""
    asking = {name: row for name, row in knowledge().scales.items() if row.safety_item}
    assert {name: row.safety_item for name, row in asking.items()} == {
        "phq9": 9, "madrs": 10, "qids": 12, "hamd17": 3, "cssrs_risk": 1,
    }  # fmt: skip
    assert all(row.safety_place == expected_answers(row) - 1 for row in asking.values())


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
        safety.take_up(who, taken_up(entry, finding="  "), act("nurse2"))
    assert listed() == [(who, entry, "acknowledged")]
    safety.take_up(who, taken_up(entry), act("nurse2"))
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
        safety.take_up(who, taken_up(entry), act(role))
    assert listed() == [(who, entry, "open")]


@pytest.fixture
def browse(staff: dict[str, Staff], fixed_clock: FixedClock) -> Callable[[str], Client]:
    del fixed_clock

    def somebody(username: str) -> Client:
        client = Client()
        client.force_login(staff[username], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return somebody


def test_the_board_and_the_list_say_it_to_everybody_who_reads_answers(
    answer: Answer, browse: Callable[[str], Client], fixed_clock: FixedClock
) -> None:
    who, _ = answer(None)
    for username in ("nurse", "prescriber", "director"):
        fixed_clock.shown = NOON + timedelta(minutes=14)
        assert "● Suicide items: 1 to take up" in browse(username).get("/").content.decode()
        fixed_clock.shown = NOON + timedelta(minutes=15)
        board = browse(username).get("/board/tiles/").content.decode()
        assert "▲ <b>Suicide items: 1 overdue</b>, now with the charge nurse" in board
        fixed_clock.shown = NOON + timedelta(hours=2)
        worklist = browse(username).get("/safety/").content.decode()
        for words in (
            "item 9 left blank: unknown, ask in person",
            "Now with the medical director",
            "the last on the ladder",
        ):
            assert words in worklist
        assert "I take this on" in worklist
        assert f"/people/{who}/" in worklist
    for username in ("coordinator", "admin"):
        assert browse(username).get("/safety/").status_code == 403
        assert "Suicide items" not in browse(username).get("/", follow=True).content.decode()


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


def without_links(page: str) -> str:
    """Return a page as it is read: a number that is tapped stands in its sentence."""
    return re.sub(r"</?a\b[^>]*>", "", page)


@pytest.mark.parametrize(("item", "again"), [("0", False), ("1", True), ("", True)])
def test_crisis_words_stand_under_item_nine_and_come_again_when_it_is_not_a_clear_zero(
    answer: Answer, browse: Callable[[str], Client], item: str, again: bool
) -> None:
    who, _ = answer(0)
    nurse = browse("nurse")
    words = safety.crisis_words()
    assert "988" in words
    form = without_links(nurse.get(f"/people/{who}/phq9/").content.decode())
    assert form.index('name="item_9"') < form.index(words) < form.index("Record answers")
    typed = {f"item_{number}": "1" for number in range(1, 9)} | {"item_9": item, "key": "phq9-form-1"}
    after = without_links(nurse.post(f"/people/{who}/phq9/", typed, follow=True).content.decode())
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
    found = "Passing <thoughts>, no plan; safety plan agreed."
    safety.take_up(who, taken_up(entry, finding=found), act("nurse2"))
    page = nurse.get(f"/people/{who}/").content.decode()
    assert "Passing &lt;thoughts&gt;, no plan; safety plan agreed." in page
    assert "PHQ-9 item 9: answered 2" in page
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
    safety.take_up(who, taken_up(entry), act("nurse"))
    people.strike_record(who, entry, "another person's form", act("nurse"))
    chart = chart_store.person_chart(who)
    assert chart.scores == ()
    assert [each.stream_seq for each in chart.entries if each.stream_seq == entry], "it stays legible"
    with pytest.raises(Refused, match="Already struck by"):
        people.strike_record(who, entry, "again", act("nurse"))


def test_what_was_found_is_struck_where_it_was_written_down_for_the_wrong_patient_and_the_item_stands_again(
    answer: Answer, act: ActMaker, browse: Callable[[str], Client]
) -> None:
    """Closed with a low risk that was another patient's, an item of 3 held nothing, and nothing could open it."""
    who, entry = answer(3)
    safety.take_up(who, taken_up(entry), act("nurse", now=NOON + timedelta(minutes=5)))
    assert listed() == []
    chart = chart_store.person_chart(who)
    found = chart.all(SafetyAsked)[-1].stream_seq
    address = f"/people/{who}/strike/{found}/"
    assert address in browse("nurse").get(f"/people/{who}/").content.decode()
    page = browse("nurse").get(address).content.decode()
    assert "Asked in person about thoughts of suicide: risk" in page
    people.strike_record(who, found, "this was Maria's", act("nurse", now=NOON + timedelta(minutes=6)))
    assert [(person, item) for person, item, _ in listed(6)] == [(who, entry)]
    assert suicide.holds(chart_store.person_chart(who), knowledge())
    safety.take_up(who, taken_up(entry), act("nurse", now=NOON + timedelta(minutes=8)))
    assert listed(8) == []


def test_high_by_the_c_ssrs_holds_the_order_and_asks_for_a_level_of_care(stage: Stage, act: ActMaker) -> None:
    """Recorded as high it reached nobody, and the level of care decided the week before stood."""
    who = stage.candidate(SHE, NOON)
    stage.decided(SHE, NOON)
    answers.answer(who, "cssrs_risk", (3,), "staff", act("nurse"))
    entry = chart_store.person_chart(who).head
    assert listed() == [(who, entry, "open")]
    with pytest.raises(Refused, match="C-SSRS"):
        stage.signed_order(SHE, NOON)
    assert safety.take_up(who, taken_up(entry, Risk.HIGH), act("nurse")) == ("level_of_care",)
    assert listed() == [(who, entry, "asked")]
    with pytest.raises(Refused, match="level of care"):
        stage.signed_order(SHE, NOON)
    screening.decide_level_of_care(who, LevelOfCare.INPATIENT, "admitted today", act("prescriber"))
    assert listed() == []
    with pytest.raises(Refused, match="inpatient"):
        stage.signed_order(SHE, NOON)
    screening.decide_level_of_care(who, LevelOfCare.OUTPATIENT, "home with family, seen daily", act("prescriber"))
    stage.signed_order(SHE, NOON)


@pytest.mark.parametrize("scale", ["madrs", "qids", "hamd17"])
def test_a_total_with_its_suicide_item_above_zero_is_listed_and_left_blank_too(
    answer: Answer, act: ActMaker, scale: str
) -> None:
    who, _ = answer(0)
    answers.answer(who, scale, (10, 0), "staff", act("nurse"))
    assert listed() == []
    for item in (1, None):
        scored = answers.answer(who, scale, (10, item), "staff", act("nurse"))
        assert (scored.total, scored.opens_safety_flow) == (10, True)
    assert len(listed()) == 2


def test_an_item_opened_after_the_order_holds_the_gate(stage: Stage, act: ActMaker) -> None:
    who, session = demo_id(SHE.name), stage.at_the_gate(SHE, "Chair 1", NOON)
    answers.answer(who, "phq9", (1,) * 9, "patient", act("nurse"))
    entry = chart_store.person_chart(who).head
    lines = {each.row.id: each for each in sessions.gate_lines(told(session), act("nurse"))}
    assert (lines["open_items"].state, lines["open_items"].may_be_passed_over) == (LineState.DOES_NOT_HOLD, False)
    with pytest.raises(Refused, match="recorded, not passed over"):
        sessions.override(session, "open_items", "the prescriber knows", act("prescriber"))
    safety.take_up(who, taken_up(entry), act("nurse"))
    after = {each.row.id: each for each in sessions.gate_lines(told(session), act("nurse"))}
    assert after["open_items"].lets_pass


def test_a_co_signature_waits_for_an_item_that_came_after_the_order(stage: Stage, act: ActMaker) -> None:
    who = stage.candidate(SHE, NOON)
    stage.decided(SHE, NOON)
    order = orders.sign_order(who, WANTED, "", chart_store.person_chart(who).head, act("prescriber"))
    terms = chart_store.person_chart(who).orders[-1].terms
    answers.answer(who, "phq9", (1,) * 9, "patient", act("nurse"))
    with pytest.raises(Refused, match="PHQ-9 item 9"):
        orders.co_sign_order(who, order, terms.dose_mg, terms.rate_ml_per_h, act("nurse"))
    safety.take_up(who, taken_up(chart_store.person_chart(who).head), act("nurse"))
    orders.co_sign_order(who, order, terms.dose_mg, terms.rate_ml_per_h, act("nurse"))


def test_the_page_says_what_is_missing_keeps_what_was_typed_and_what_is_still_to_do(
    answer: Answer, browse: Callable[[str], Client]
) -> None:
    who, entry = answer(3)
    nurse, address = browse("nurse"), f"/people/{who}/safety/{entry}/"
    page = nurse.get(address).content.decode()
    for words in ("PHQ-9 item 9", "Thoughts of ending their life", "Means within reach", "Within 3 months"):
        assert words in page
    sent = {"key": "take-up-page-1", "finding": "x", "asked_by": "own", "risk": "low"}
    refused = nurse.post(address, sent)
    assert refused.status_code == 422
    assert "A plan how: ask, and choose what they answered." in refused.content.decode()
    asked = {f"asked_{name}": "no" for name in ("thoughts", "means", "attempt")}
    whole = sent | asked | {"asked_plan": "yes", "asked_intent": "yes"}
    for typed, words in (
        (whole | {"finding": "wants to be with her mother"}, "point to high"),
        (whole | {"risk": "high"}, "Write in words what you found"),
    ):
        refused = nurse.post(address, typed)
        assert (refused.status_code, words in refused.content.decode()) == (422, True)
    high = whole | {"risk": "high", "finding": "a plan with pills, sister takes them", "told": ["prescriber"]}
    high |= {"done": ["means_safe"], "safety_plan": "made", "next_contact": "2031-01-01"}
    page = nurse.post(address, high, follow=True).content.decode()
    assert "until this is done: a prescriber decides the level of care" in page
    assert "Decide the level of care" in browse("prescriber").get(f"/people/{who}/").content.decode()
    again = nurse.get(address).content.decode()
    assert "sister takes them" in again


def test_thoughts_heard_at_the_gate_open_an_item_of_their_own(stage: Stage, act: ActMaker) -> None:
    """A gate closed for today keeps nobody safe tomorrow: what was heard waits until somebody takes it up."""
    session = stage.at_the_gate(SHE, "Chair 1", NOON)
    person_id = demo_id(SHE.name)
    row = next(each for each in knowledge().gate if each.id == "interval_history")
    heard = act("nurse", now=at(-5), key="heard-at-the-gate")
    care.screen(session, tuple(row.screens), (), ev.Suicidality.WORSE, "more often since Monday", heard)
    care.screen(session, tuple(row.screens), (), ev.Suicidality.WORSE, "more often since Monday", heard)
    (listed_once,) = safety.worklist(NOON)
    assert (listed_once.person.pk, listed_once.item.state) == (person_id, SuicideItemState.OPEN)
    assert "new or worse, more often since Monday" in listed_once.item.opened.words()
    line = next(
        each for each in sessions.gate_lines(told(session), act("nurse", now=at(-4))) if each.row.id == "open_items"
    )
    assert line.state is LineState.DOES_NOT_HOLD
    care.screen(session, tuple(row.screens), (), ev.Suicidality.NONE, "", act("nurse", now=at(-3)))
    assert len(safety.worklist(NOON)) == 1, "a later no does not take up what was heard"


@pytest.mark.parametrize("scale", ["madrs", "hamd17", "qids"])
def test_a_total_below_its_own_item_about_suicide_is_asked_about(
    answer: Answer, browse: Callable[[str], Client], scale: str
) -> None:
    """A total of 2 with 3 for that item alone was kept as both."""
    who, _ = answer(0)
    path = f"/people/{who}/scale/{scale}/"
    sent = browse("nurse").post(path, {scale: "2", "suicide_item": "3", "key": "below-its-own-item"})
    assert sent.status_code == 422
    assert "The total is 2, and its item about suicide is 3" in sent.content.decode()
    sent = browse("nurse").post(path, {scale: "3", "suicide_item": "3", "key": "as-much-as-its-item"})
    assert sent.status_code == 302

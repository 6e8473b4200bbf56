"""Every question about suicide: what opens an item, what closes it, and what waits meanwhile."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import Phase, knowledge
from sereniv.therapy.candidacy.criteria import findings
from sereniv.therapy.followup.scales import allowed_answers, expected_answers
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import PersonChart, chart_of
from sereniv.therapy.recording.refusal import Malformed
from sereniv.therapy.safety import closing, suicide, taking_up, worklist
from sereniv.therapy.safety.worklist import SuicideItemState
from sereniv.therapy.session.events.incidents import Suicidality
from sereniv.therapy.treatment.next_infusion import of_thoughts, waits
from tests.conftest import NOON
from tests.therapy.making import REGISTERED, minute, recorded, taken_up

RULES = knowledge()
ASKING = sorted((row for row in RULES.scales.values() if row.safety_item), key=lambda row: row.id)
Happening = tuple[float, pe.PersonEvent]
OUTPATIENT = pe.LevelOfCareDecided(level=pe.LevelOfCare.OUTPATIENT, words="seen, lives with family")
INPATIENT = replace(OUTPATIENT, level=pe.LevelOfCare.INPATIENT)


def person(*happened: Happening) -> PersonChart:
    return chart_of(recorded(event, number, minute(at)) for number, (at, event) in enumerate(happened, start=1))


def answered(scale: str, item: int | None) -> pe.ScaleAnswered:
    row = RULES.scales[scale]
    answers: list[int | None] = [1] * expected_answers(row)
    answers[-1] = item
    return pe.ScaleAnswered(scale=scale, answers=tuple(answers), total=None, answered_by="patient")


HIGH = answered("cssrs_risk", 3)


@pytest.mark.parametrize("row", ASKING, ids=lambda row: row.id)
def test_every_scale_that_asks_opens_an_item_for_anything_but_a_clear_zero(row: Any) -> None:
    for item in (*allowed_answers(row, expected_answers(row)), None):
        found = suicide.waiting(person((0, answered(row.id, item))), RULES)
        assert bool(found) is (item != 0), (row.id, item)
        assert len(of_thoughts(person((0, answered(row.id, item))), RULES)) == len(found)


def test_a_total_of_before_its_suicide_item_was_entered_beside_it_opens_nothing() -> None:
    old = pe.ScaleAnswered(scale="madrs", answers=(34,), total=34, answered_by="staff")
    assert suicide.opened(person((0, old)), RULES) == ()


def test_an_open_item_is_a_concern_a_wait_and_named_in_both() -> None:
    chart = person((0, answered("phq9", 3)))
    for phase in (Phase.SCREEN, Phase.BEFORE_START):
        found = {each.row.id: each for each in findings(chart, REGISTERED, phase, minute(1), RULES)}
        assert found["open_items"].verdict.words() == "met: GATE2"
        assert found["open_items"].row.refuses
        assert "PHQ-9 item 9" in found["open_items"].read["1"]
        (rests_on,) = found["open_items"].verdict.grounds
        assert rests_on == "PHQ-9 item 9, 02 Mar 12:00", "it said *Rests on: 1*, the number of an entry"
    (wait,) = waits(None, None, chart, RULES, minute(1), NOON.tzinfo)  # type: ignore[arg-type]
    assert (wait.rule, "answered 3" in wait.reason) == ("open_items", True)


def test_nobody_asked_is_unknown_before_a_decision_and_so_is_an_answer_gone_stale() -> None:
    def said(chart: PersonChart, after: timedelta, phase: Phase = Phase.SCREEN) -> str:
        found = findings(chart, REGISTERED, phase, NOON + after, RULES)
        return next(each.verdict.words() for each in found if each.row.id == "open_items")

    within = RULES.open_items.asked_within
    clear = person((0, answered("phq9", 0)))
    assert said(person(), timedelta()) == "unknown: HOLD"
    assert said(clear, within) == "not met"
    assert said(clear, within + timedelta(seconds=1)) == "unknown: HOLD"
    assert said(clear, within + timedelta(days=1), Phase.BEFORE_START) == "not met", "asked there on the day"
    assert said(person((0, answered("phq9", 2)), (1, taken_up(1))), within) == "not met", "asked in person"


@pytest.mark.parametrize(
    ("risk", "lacks", "still"),
    [
        (pe.Risk.NONE_FOUND, {"safety_plan": "", "told": (), "next_contact": None}, ()),
        (pe.Risk.NONE_FOUND, {"done": ()}, ("done",)),
        (pe.Risk.LOW, {"told": ()}, ()),
        (pe.Risk.LOW, {"safety_plan": "", "next_contact": None}, ("safety_plan", "next_contact")),
        (pe.Risk.MODERATE, {}, ()),
        (pe.Risk.MODERATE, {"told": ("family",)}, ("prescriber_told",)),
        (pe.Risk.MODERATE, {"told": ("nobody",)}, ("told", "prescriber_told")),
        (pe.Risk.HIGH, {}, ("level_of_care",)),
        (pe.Risk.HIGH, {"told": ()}, ("told", "prescriber_told", "level_of_care")),
    ],
)
def test_the_level_found_decides_what_closes_an_item(
    risk: pe.Risk, lacks: dict[str, Any], still: tuple[str, ...]
) -> None:
    chart = person((0, answered("phq9", 1)), (1, taken_up(1, risk, **lacks)))
    (item,) = suicide.opened(chart, RULES)
    assert item.left == still
    assert bool(of_thoughts(chart, RULES)) is bool(still)
    assert closing.closes_alone(taken_up(1, risk, **lacks), RULES) is (not still)


def test_a_high_risk_asks_for_a_new_level_of_care_and_only_an_outpatient_goes_on() -> None:
    high: tuple[Happening, ...] = ((0, OUTPATIENT), (1, HIGH), (2, taken_up(2, pe.Risk.LOW)))
    (item,) = suicide.waiting(person(*high), RULES)
    assert item.left == ("level_of_care",), "one decided before does not count, nor does a lower finding take it away"
    assert of_thoughts(person(*high, (3, OUTPATIENT)), RULES) == ()
    (wait,) = of_thoughts(person(*high, (3, INPATIENT)), RULES)
    assert "inpatient" in wait.reason
    assert of_thoughts(person(*high, (3, INPATIENT), (4, OUTPATIENT)), RULES) == ()


def test_what_is_left_after_asking_climbs_the_same_ladder() -> None:
    chart = person((0, HIGH), (1, taken_up(1, pe.Risk.HIGH)))
    rule = RULES.suicide_item
    due = minute(1) + timedelta(minutes=rule.ask_within_min)
    before, after = (
        worklist.items(chart, at, RULES, RULES.opening_hours, NOON.tzinfo)[0]  # type: ignore[arg-type]
        for at in (due - timedelta(seconds=1), due)
    )
    assert (before.state, before.step, before.risk_words) == (SuicideItemState.ASKED, 0, "high")
    assert (after.step, after.reached) == (1, rule.ladder[0])
    assert after.left == "a prescriber decides the level of care"


def test_an_item_taken_up_before_the_level_was_stated_stays_closed() -> None:
    for source in (answered("phq9", 3), HIGH):
        assert suicide.waiting(person((0, source), (1, pe.SafetyAsked(entry=1, finding="x"))), RULES) == ()


@pytest.mark.parametrize(
    ("questions", "level"),
    [
        ({}, "none_found"), ({"means": "yes"}, "none_found"),
        ({"thoughts": "yes"}, "low"), ({"intent": "not_said"}, "low"),
        ({"thoughts": "yes", "means": "yes"}, "moderate"), ({"attempt": "earlier"}, "moderate"),
        ({"intent": "yes"}, "high"), ({"plan": "yes"}, "high"), ({"attempt": "recent"}, "high"),
    ],
)  # fmt: skip
def test_answers_point_to_a_level(questions: dict[str, str], level: str) -> None:
    calm = dict.fromkeys(("thoughts", "plan", "intent", "means", "attempt"), "no")
    assert taking_up.least(calm | questions, RULES) == level


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"finding": "x"}, "what you found"),
        ({"finding": "…"}, "what you found"),
        ({"answered": {"plan": ""}}, "A plan how"),
        ({"answered": {"plan": "perhaps"}}, "A plan how"),
        ({"answered": {"hope": "no"}}, "not the questions"),
        ({"answered": {"intent": "yes"}}, "point to high"),
        ({"answered": {"intent": "yes"}, "why_lower": "x"}, "point to high"),
        ({"done": ("prayed",)}, "none of ours"),
        ({"asked_by": ""}, "none of ours"),
        ({"told": ("nurse7",)}, "none of ours"),
    ],
)
def test_an_item_is_not_taken_up_by_an_empty_form_or_the_letter_x(said: dict[str, Any], words: str) -> None:
    with pytest.raises(Malformed, match=words):
        taking_up.demand_whole(taken_up(1, pe.Risk.LOW, **said), RULES)


def test_a_level_must_be_stated_and_may_be_found_lower_with_a_reason() -> None:
    with pytest.raises(Malformed, match="level of risk"):
        taking_up.demand_whole(taken_up(1, pe.Risk.NOT_STATED), RULES)
    reason = "intent was years ago, denies it now"
    taking_up.demand_whole(taken_up(1, pe.Risk.LOW, answered={"intent": "yes"}, why_lower=reason), RULES)


CALL = pe.CheckInRecorded(
    session="s", reached=True, by_whom="the patient", asked=(), symptoms=(), suicidality=Suicidality.WORSE,
    mood=pe.Mood.SAME, drove_or_worked=False,
)  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> list[pe.PersonEvent]:
    """Draw answers, calls, takings-up of any of them and levels of care, in any order."""
    found: list[pe.PersonEvent] = []
    for _ in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(["scale", "call", "asked", "care"]))
        if kind == "scale":
            row = draw(st.sampled_from(ASKING))
            item = draw(st.none() | st.sampled_from(allowed_answers(row, expected_answers(row))))
            found.append(answered(row.id, item))
        elif kind == "call":
            found.append(replace(CALL, suicidality=draw(st.sampled_from(Suicidality))))
        elif kind == "asked" and found:
            lacks: dict[str, Any] = draw(st.sampled_from([{}, {"told": ()}, {"done": ()}, {"next_contact": None}]))
            entry = draw(st.integers(1, len(found)))
            found.append(taken_up(entry, draw(st.sampled_from(list(pe.Risk)[1:])), **lacks))
        else:
            found.append(draw(st.sampled_from([OUTPATIENT, INPATIENT])))
    return found


@given(histories())
def test_nothing_about_suicide_ends_but_by_an_act(happened: list[pe.PersonEvent]) -> None:
    """Whatever opened holds for ever, however late it is looked at, until somebody took that very entry up."""
    chart = person(*enumerate(happened))
    taken = {each.event.entry for each in chart.all(pe.SafetyAsked)}
    for item in suicide.opened(chart, RULES):
        if item.entry not in taken:
            assert not item.is_closed
            assert any(item.title in each.reason for each in of_thoughts(chart, RULES))
    years = NOON + timedelta(days=2000)
    listed = worklist.items(chart, years, RULES, RULES.opening_hours, NOON.tzinfo)  # type: ignore[arg-type]
    assert [each.entry for each in listed] == [each.entry for each in suicide.opened(chart, RULES)]
    assert all(each.overdue for each in listed if each.state is not SuicideItemState.CLOSED)


def test_a_side_effect_of_new_or_worse_thoughts_opens_an_item_and_another_one_does_not() -> None:
    """*Suicidal thoughts new or worse* stood among the side effects, and no worklist, hold or gate heard of it."""
    told = pe.AdverseEventRecorded(
        term="suicidality", words="rang at night", grade=2, serious=False, session="", related=pe.Related.UNKNOWN,
        action="", outcome=pe.Outcome.ONGOING,
    )  # fmt: skip
    (found,) = suicide.waiting(person((0, told)), RULES)
    assert (found.title, found.said) == ("Side effect", "suicidal thoughts new or worse, rang at night")
    assert suicide.holds(person((0, told)), RULES)
    assert not suicide.opened(person((0, replace(told, term="nausea"))), RULES)
    closed = taken_up(1, pe.Risk.NONE_FOUND)
    assert not suicide.waiting(person((0, told), (5, closed)), RULES)

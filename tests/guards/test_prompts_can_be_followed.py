"""Each row of the card is played through its own words: whoever does what the prompt asks must get what it promises."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from itertools import combinations

import pytest

from sereniv.knowledge import Priority, knowledge
from sereniv.knowledge.rows import AlertRule
from sereniv.therapy.monitoring import Condition, conditions, news
from sereniv.therapy.monitoring.alert_limits import CHARTED_FIELDS, holds
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from tests.therapy.making import STARTED, Happening, chart, minute, vitals

RULES = knowledge()
ROWS = tuple(RULES.alerts.values())
IDS = [row.id for row in ROWS]
WORDS = {"one": 1, "two": 2, "three": 3, "five": 5, "ten": 10, "fifteen": 15}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One limit of a row: the value nearest to it, past it or not, and whether the reading before must be so too."""

    name: str
    value: Decimal
    twice: bool = False

    @property
    def given(self) -> dict[str, Decimal]:
        return {self.name: self.value} | ({f"previous_{self.name}": self.value} if self.twice else {})


def edges(row: AlertRule, *, inside: bool = False) -> Iterator[Edge]:
    """Give each limit of a row as the nearest value past it, or with `inside` the nearest that is not."""
    for limits, past, within in ((row.above, 1, 0), (row.above_twice, 1, 0), (row.below, -1, 0), (row.from_any, 0, -1)):
        for name, limit in limits.items():
            yield Edge(name=name, value=limit + (within if inside else past), twice=limits is row.above_twice)


def charted(name: str, value: Decimal) -> ev.SessionEvent:
    if name in CHARTED_FIELDS:
        return replace(vitals(), **{name: value})  # type: ignore[arg-type]  # a vital sign by its name
    return ev.ObservationCharted(observation=ev.Observation(name), grade=int(value))


def on_after(row: AlertRule, *happened: Happening) -> bool:
    """Say whether a row's prompt stands once everything here was charted."""
    told = chart((0, STARTED), *happened)
    return row.id in {each.alert for each in conditions(told, (), minute(happened[-1][0]), RULES)}


@pytest.mark.parametrize("row", ROWS, ids=IDS)
@pytest.mark.parametrize(
    "late_s", [-1, 0, 1, 121, 3600], ids=["early", "at its end", "a second late", "late", "an hour late"]
)
def test_doing_what_the_prompt_says_leads_to_what_it_says(row: AlertRule, late_s: int) -> None:
    for edge in edges(row):
        first = charted(edge.name, edge.value)
        asked_by = [each for each in ROWS if edge.name in {*each.above, *each.from_any} and on_after(each, (4, first))]
        if not edge.twice:
            assert on_after(row, (4, first)), f"{row.id} does not prompt at {edge.given}"
            continue
        assert not on_after(row, (4, first))
        assert asked_by, f"nothing asks for the second reading that {row.id} waits for"
        for asking in asked_by:
            again = 4 + asking.repeat_within_min + late_s / 60
            assert on_after(row, (4, first), (again, first)), f"{asking.id}: repeated {late_s} s after its time"


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_one_short_of_a_limit_is_not_past_it(row: AlertRule) -> None:
    assert not [edge for edge in edges(row, inside=True) if holds(row, edge.given)]
    assert all(holds(row, edge.given) for edge in edges(row))


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_a_message_names_no_other_minutes_than_its_row(row: AlertRule) -> None:
    numbers = re.findall(r"(\w+) (?:minutes?|min)\b", row.message)
    assert {int(WORDS.get(each, each)) for each in numbers} == {row.repeat_within_min}
    assert "{" not in row.message
    assert row.repeat_within_min > 0


def test_of_two_rows_that_one_value_is_past_one_stands_for_the_other() -> None:
    for one, other in combinations(ROWS, 2):
        for edge in (*edges(one), *edges(other)):
            if holds(one, edge.given) and holds(other, edge.given):
                assert one.id in other.replaces or other.id in one.replaces, f"{one.id}, {other.id}: {edge.given}"


def test_the_graver_row_stands_for_the_milder_and_never_the_other_way() -> None:
    ranks = list(Priority)
    for row in ROWS:
        for milder in row.replaces:
            assert ranks.index(RULES.alerts[milder].priority) <= ranks.index(row.priority)
            assert row.id not in RULES.alerts[milder].replaces
            assert RULES.alerts[milder].repeat_within_min >= row.repeat_within_min


@pytest.mark.parametrize("flag", [*ev.RED_FLAGS, *ev.LINE_FAULTS])
def test_a_red_flag_prompts_at_once_and_alone(flag: ev.Observation) -> None:
    told = chart((0, STARTED), (4, ev.ObservationCharted(observation=flag, grade=1)))
    (found,) = [each for each in conditions(told, (), minute(4), RULES) if each.read == {flag: "1"}]
    assert found.priority is Priority.HIGH
    gone = chart((0, STARTED), (4, ev.ObservationCharted(observation=flag, grade=1)),
                 (5, ev.ObservationCharted(observation=flag, grade=0)))  # fmt: skip
    assert not [each for each in conditions(gone, (), minute(5), RULES) if flag in each.read]


def told(*happened: Happening) -> SessionChart:
    return chart((0, STARTED), *happened)


@pytest.mark.parametrize("row", [row for row in ROWS if not row.above_twice], ids=lambda row: row.id)
def test_a_prompt_that_was_only_looked_at_asks_again_when_the_repeat_is_due(row: AlertRule) -> None:
    """Acknowledged and nothing charted: it asks again to the second; a charted repeat that is fine ends it."""
    edge = next(edges(row))
    past: Happening = (4, charted(edge.name, edge.value))
    raised = [(4.0, each) for each in news(told(past), _of(told(past), 4), minute(4)).events()]
    seen: list[Happening] = [past, *raised, (4.1, ev.AlertAcknowledged(alert=row.id, action="x"))]
    due = timedelta(minutes=row.repeat_within_min)
    for late_s, asks in ((-1, False), (0, True)):
        now = minute(4) + due + timedelta(seconds=late_s)
        found = news(told(*seen), conditions(told(*seen), (), now, RULES), now)
        assert (row.id in {each.alert for each in found.raised}) is asks, late_s
    fine = next(edges(row, inside=True))
    ended = told(*seen, (5, charted(fine.name, fine.value)))
    assert row.id in news(ended, _of(ended, 5), minute(5)).ended


def _of(told_so_far: SessionChart, at: float) -> tuple[Condition, ...]:
    return conditions(told_so_far, (), minute(at), RULES)

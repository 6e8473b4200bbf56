"""What the evidence says of a course, and what the next infusion waits for; every example of a row runs here."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import CourseRule, Example
from sereniv.therapy.candidacy.criteria import Result
from sereniv.therapy.followup.response import Change, change
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.treatment import course_rules, maintenance, next_infusion, tolerance
from sereniv.therapy.treatment.course import present
from tests.therapy.coursing import day, opened, person, phq9, ran, reviewed

RULES = knowledge()
PHQ9 = RULES.scales["phq9"]
P_DEP = RULES.protocols["P-DEP"]


def number(given: dict[str, object], name: str) -> Decimal | None:
    return Decimal(str(given[name])) if name in given else None


def judged(row: CourseRule, given: dict[str, object]) -> Result:
    run = int(str(given.get("run", 0)))
    gaps = given.get("gaps", [])
    assert isinstance(gaps, list)
    match row.id:
        case "early_non_response":
            return course_rules.early_non_response(row, run, number(given, "fall"))
        case "non_response":
            answers = [None if given.get(name) is None else bool(given[name]) for name in ("responded", "important")]
            return course_rules.non_response(row, run, *answers)
        case "worsening":
            return course_rules.worsening(number(given, "points") or row.points["phq9"], number(given, "rise"))
        case "relapse":
            best, now = (None if given.get(name) is None else bool(given[name]) for name in ("best", "now"))
            return maintenance.relapse(best, now, number(given, "rise") or Decimal(0), number(given, "important"))
        case "shortening_interval":
            return maintenance.shortening(row, gaps)
        case "cannot_be_spaced":
            return maintenance.cannot_be_spaced(row, int(str(given["days"])), gaps)
        case "maintenance_review":
            return maintenance.review_due(row, int(str(given["infusions"])), int(str(given["days"])))
        case "taper":
            return maintenance.taper(*(int(str(given[each])) for each in ("infusions", "weekly", "interval", "next")))
        case "tolerated":
            said = {name: value for name, value in given.items() if name not in {"given", "grade"}}
            flags = {name: bool(value) for name, value in said.items()}
            grade = int(str(given.get("grade", 0)))
            return tolerance.tolerated(row, given=number(given, "given"), grade=grade, **flags)
    raise AssertionError(f"{row.id} has no predicate")


EXAMPLES = [(row, example) for row in RULES.course.values() for example in row.examples]


@pytest.mark.parametrize(("row", "example"), EXAMPLES, ids=lambda value: getattr(value, "id", ""))
def test_every_example_of_a_rule_holds(row: CourseRule, example: Example) -> None:
    assert judged(row, example.given) == example.gives


def test_every_rule_has_both_sides() -> None:
    assert not [row.id for row in RULES.course.values() if {"met", "not met"} - {each.gives for each in row.examples}]


def stands(chart: PersonChart, runs: list[datetime], now: datetime) -> tuple[list[str], Change | None]:
    course = present(chart, ran(*runs), RULES, now.date())
    assert course is not None
    moved = change(chart, PHQ9, course.first, now)
    return [each.rule for each in next_infusion.waits(course, moved, chart, RULES, now, UTC)], moved


def advised(chart: PersonChart, runs: list[datetime], now: datetime) -> set[str]:
    course = present(chart, ran(*runs), RULES, now.date())
    assert course is not None
    moved = change(chart, PHQ9, course.first, now)
    return {each.row.id for each in course_rules.advice(course, moved, RULES) if each.is_met}


THREE, SIX = [day(each) for each in (0, 2, 4)], [day(each) for each in P_DEP.days]


@pytest.mark.parametrize(
    ("runs", "before", "after", "found"),
    [
        (THREE, 20, 17, {"early_non_response"}), (THREE, 20, 16, set()),
        (THREE, 15, 20, {"worsening", "early_non_response"}),
        (SIX, 20, 16, {"non_response"}), (SIX, 20, 15, set()), (SIX, 20, 10, set()),
        (SIX, 20, 19, {"non_response", "early_non_response"}), (THREE, 16, 20, {"early_non_response"}),
    ],
)  # fmt: skip
def test_what_is_advised(runs: list[datetime], before: int, after: int, found: set[str]) -> None:
    chart = person((-1, opened()), (-0.5, phq9(before)), (12, phq9(after)))
    assert advised(chart, runs, day(13)) == found


def test_without_scores_the_advice_is_unknown_not_fine() -> None:
    course = present(person((-1, opened())), ran(*SIX), RULES, day(12).date())
    assert course is not None
    assert {each.result for each in course_rules.advice(course, None, RULES)} == {Result.UNKNOWN}


def test_the_next_infusion_waits_for_review_resumption_window_and_a_look_at_who_is_worse() -> None:
    base = ((-1.0, opened()), (-0.5, phq9(15)))
    assert stands(person(*base), THREE, day(5))[0] == ["milestone"]
    assert stands(person(*base, (5, reviewed(3))), THREE, day(6))[0] == []
    broken = pe.CourseInterrupted(course=1, reason="a cold")
    assert stands(person(*base, (1, broken)), THREE[:1], day(1.5))[0] == ["interrupted"]
    assert stands(person(*base, (1, broken)), THREE[:1], day(29))[0] == ["interrupted", "window"]
    worse = person(*base, (2.5, phq9(20)))
    assert stands(worse, THREE[:2], day(3))[0] == ["worsening"]
    seen = person(*base, (2.5, phq9(20)), (2.6, reviewed(2, planned=False)))
    assert stands(seen, THREE[:2], day(3))[0] == []
    again = person(*base, (2.5, phq9(20)), (2.6, reviewed(2, planned=False)), (2.8, phq9(21)))
    assert stands(again, THREE[:2], day(3))[0] == ["worsening"], "a later score is a new reason"


def planned(days: int) -> pe.MaintenancePlanned:
    return pe.MaintenancePlanned(course=1, interval_days=days, reason="")


def test_maintenance_counts_on_from_the_last_infusion() -> None:
    chart = person((-1, opened()), (12, reviewed(6, pe.ReviewOutcome.MAINTENANCE)), (12, planned(7)))
    course = present(chart, ran(*SIX), RULES, day(12).date())
    assert course is not None
    assert maintenance.next_due(course, UTC) == day(18).date()
    assert maintenance.suggested_interval_days(P_DEP, 3) == 7
    assert maintenance.suggested_interval_days(P_DEP, 4) == 14
    assert maintenance.suggested_interval_days(RULES.protocols["P-PTSD"], 0) is None


def test_a_relapse_and_a_shortened_interval_are_seen() -> None:
    chart = person(
        (-1, opened()), (-0.5, phq9(20)), (12, phq9(6)), (12, reviewed(6, pe.ReviewOutcome.MAINTENANCE)),
        (12, planned(14)), (60, phq9(11)),
    )  # fmt: skip
    course = present(chart, ran(*SIX, day(25), day(35)), RULES, day(61).date())
    assert course is not None
    met = {each.row.id for each in maintenance.warnings(course, chart, RULES, day(61), UTC) if each.is_met}
    assert met == {"relapse", "shortening_interval"}


def test_a_relapse_holds_the_next_infusion_until_a_review_has_seen_it() -> None:
    kept = (
        (-1, opened()), (-0.5, phq9(20)), (12, phq9(6)), (12, reviewed(6, pe.ReviewOutcome.MAINTENANCE)),
        (12, planned(7)),
    )  # fmt: skip
    runs = [*SIX, day(19)]
    assert stands(person(*kept), runs, day(21))[0] == []
    back = (*kept, (20, phq9(11)))
    assert stands(person(*back), runs, day(21))[0] == ["relapse"]
    again = reviewed(7, pe.ReviewOutcome.MAINTENANCE, planned=False)
    assert stands(person(*back, (20.5, again)), runs, day(21))[0] == []
    assert stands(person(*back, (20.5, again), (20.7, phq9(12))), runs, day(21))[0] == ["relapse"], "a later score"
    assert stands(person(*back, (20.5, planned(4))), runs, day(21))[0] == [], "the interval is such a decision"


def test_infusions_that_cannot_be_spaced_hold_the_next_one_until_it_is_reviewed() -> None:
    chart = ((-1, opened()), (12, reviewed(6, pe.ReviewOutcome.MAINTENANCE)), (12, planned(7)))
    runs = [*SIX, day(55), day(60)]
    assert stands(person(*chart), runs, day(61))[0] == ["cannot_be_spaced"]
    again = reviewed(8, pe.ReviewOutcome.MAINTENANCE, planned=False)
    assert stands(person(*chart, (60.5, again)), runs, day(61))[0] == []
    assert stands(person(*chart, (60.5, again)), [*runs, day(62)], day(63))[0] == ["cannot_be_spaced"], (
        "asked each time"
    )


@given(ages=st.lists(st.integers(min_value=0, max_value=800), max_size=40))
def test_every_infusion_is_counted_and_those_of_a_year_apart(ages: list[int]) -> None:
    now = datetime(2028, 2, 29, 12, tzinfo=UTC)
    given = [maintenance.Given(at=now - timedelta(days=age), mg=Decimal("35.7")) for age in ages]
    found = maintenance.exposure(given, now)
    assert (found.count, found.mg) == (len(ages), Decimal("35.7") * len(ages))
    assert found.count_12_months == sum(age < 366 for age in ages), "29 February looks back to 28 February"

"""One meaning of response: every place says the same of the same scores, and what is not defined is never a no."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Scale
from sereniv.therapy.candidacy.criteria import Result
from sereniv.therapy.documents.plan import definitions
from sereniv.therapy.followup import response
from sereniv.therapy.followup.response import Reached
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.treatment import course_rules, maintenance
from sereniv.therapy.treatment import ending as ending_of
from sereniv.therapy.treatment.course import Course, present
from tests.conftest import NOON
from tests.therapy.coursing import day, person, ran

RULES = knowledge()
SCORED = [row for row in RULES.scales.values() if response.defines_response(row)]
PROTOCOL = {
    "depression": "P-DEP", "bipolar_depression": "P-DEP", "suicidal_ideation": "P-SI", "anxiety": "P-ANX",
    "ptsd": "P-PTSD", "chronic_pain": "P-CRPS-OP",
}  # fmt: skip


def score(scale: str, total: object) -> pe.ScaleAnswered:
    return pe.ScaleAnswered(scale=scale, answers=(), total=Decimal(str(total)), answered_by="patient")


def course_of(indication: str, *totals: tuple[float, object]) -> tuple[Course, PersonChart]:
    scale = RULES.indications[indication].primary_scale
    opened = pe.CourseOpened(
        protocol=PROTOCOL[indication], protocol_version=1, knowledge_version="k", indication=indication,
        primary_scale=scale,
    )  # fmt: skip
    chart = person((-1, opened), *((at, score(scale, total)) for at, total in totals))
    course = present(chart, ran(day(0), day(2), day(4)), RULES, day(5).date())
    assert course is not None
    return course, chart


@pytest.mark.parametrize(
    ("indication", "before", "after", "reached", "ending"),
    [
        ("ptsd", 53, 2, Reached.RESPONSE, pe.Ending.RESPONDED),
        ("ptsd", 53, 40, Reached.IMPORTANT, pe.Ending.PARTLY),
        ("ptsd", 53, 45, Reached.NO_RESPONSE, pe.Ending.NO_RESPONSE),
        ("ptsd", 53, 62, Reached.WORSE, pe.Ending.NO_RESPONSE),
        ("ptsd", 53, 68, Reached.WORSE, pe.Ending.NO_RESPONSE),
        ("chronic_pain", "7.67", "5.33", Reached.RESPONSE, pe.Ending.RESPONDED),
        ("chronic_pain", "7.67", "5.67", Reached.NO_RESPONSE, pe.Ending.NO_RESPONSE),
        ("chronic_pain", "5.00", "6.67", Reached.WORSE, pe.Ending.NO_RESPONSE),
        ("depression", 20, 4, Reached.REMISSION, pe.Ending.RESPONDED),
        ("depression", 20, 15, Reached.IMPORTANT, pe.Ending.PARTLY),
        ("anxiety", 16, 8, Reached.RESPONSE, pe.Ending.RESPONDED),
        ("bipolar_depression", 20, 18, Reached.NO_RESPONSE, pe.Ending.NO_RESPONSE),
        ("suicidal_ideation", 24, 6, Reached.NOT_DEFINED, None),
        ("suicidal_ideation", 18, 24, Reached.WORSE, None),
    ],
)  # fmt: skip
def test_what_each_indication_reached(
    indication: str, before: object, after: object, reached: Reached, ending: pe.Ending | None
) -> None:
    course, chart = course_of(indication, (-0.5, before), (6, after))
    change = course_rules.change_of(course, chart, RULES, day(7))
    assert change is not None
    assert change.reached is reached
    assert ending_of.by_scores([change]) is ending
    said = response.words(change)
    assert reached.capitalize() in said
    worse = next(each for each in course_rules.advice(course, change, RULES) if each.row.id == "worsening")
    assert worse.result is not Result.UNKNOWN, "a scale with two scores is better, worse or neither"
    if reached is Reached.WORSE:
        assert worse.is_met


def test_from_no_pain_at_all_nothing_is_said_to_be_missing_that_is_there() -> None:
    """PEG 0 to 5: the page asked for two scores that it had."""
    course, chart = course_of("chronic_pain", (-0.5, 0), (6, 5))
    found = course_rules.advice(course, course_rules.change_of(course, chart, RULES, day(7)), RULES)
    unknown = [each for each in found if each.result is Result.UNKNOWN]
    assert {each.row.id for each in unknown} == {"worsening", "early_non_response"}
    assert all("look at the two scores" in each.why_unknown for each in unknown)
    unscored = course_rules.advice(course, None, RULES)
    assert all("Without a score" in each.why_unknown for each in unscored if each.result is Result.UNKNOWN)


def test_in_suicidal_ideation_the_total_says_why_it_says_nothing() -> None:
    course, chart = course_of("suicidal_ideation", (-0.5, 24), (1, 24))
    change = course_rules.change_of(course, chart, RULES, day(2))
    assert change is not None
    assert "two weeks" in change.undefined_because
    assert not response.defines_response(RULES.scales["phq9"], RULES.indications["suicidal_ideation"])
    assert "no response" not in response.words(change).lower()
    assert maintenance.relapse_signal(course, chart, RULES, day(2)) is None


def test_where_nothing_says_what_a_response_is_little_change_is_no_finding_either() -> None:
    """From a PCL-5 of 12 no fall of 15 is possible: 11 was *little change after three*, and 0 *no response*."""
    course, chart = course_of("ptsd", (-0.5, 12), (6, 11))
    assert course.run >= RULES.course["early_non_response"].after_infusion
    found = course_rules.advice(course, course_rules.change_of(course, chart, RULES, day(7)), RULES)
    early = next(each for each in found if each.row.id == "early_non_response")
    assert early.result is Result.UNKNOWN
    assert "no change of 15 points is possible" in early.why_unknown


@given(
    scale=st.sampled_from(list(RULES.scales.values())),
    first=st.integers(0, 80),
    latest=st.integers(0, 80),
    named=st.sampled_from([*RULES.indications, ""]),
)
def test_what_is_not_defined_is_never_a_no(scale: Scale, first: int, latest: int, named: str) -> None:
    treated = RULES.indications.get(named)
    low, high = scale.total_range
    points = [min(max(each, low), high) for each in (first, latest)]
    chart = person((-1, score(scale.id, points[0])), (1, score(scale.id, points[1])))
    change = response.change(chart, scale, ran(NOON)[0], NOON + timedelta(days=2), treated)
    assert change is not None
    if not response.defines_response(scale, treated):
        assert change.responded is None
        assert change.reached in {Reached.NOT_DEFINED, Reached.WORSE}
        assert "no response" not in response.words(change).lower()
        assert ending_of.by_scores([change]) is None
    assert not (change.worse and change.responded)


@pytest.mark.parametrize("scale", SCORED, ids=lambda row: row.id)
def test_the_papers_say_what_the_rows_define(scale: Scale) -> None:
    assert "response is" in definitions(scale, None)

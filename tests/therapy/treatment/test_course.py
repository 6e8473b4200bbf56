"""A course follows its protocol: days, spacing, reviews, interruption; and what was not opened still shows."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.treatment.course import Course, Milestone, Standing, courses, planned_day
from sereniv.therapy.treatment.spacing import spacing
from tests.therapy.coursing import day, opened, person, ran, reviewed

RULES = knowledge()
P_DEP = RULES.protocols["P-DEP"]
HERE = [each for each in RULES.protocols.values() if each.outpatient]


def only(chart: PersonChart, runs: list[datetime], today: date | None = None) -> Course:
    found = courses(chart, ran(*runs), RULES, today or (max(runs) if runs else day(0)).date())
    assert len(found) == 1
    return found[0]


def test_the_protocols_of_each_indication() -> None:
    offered = {name: [each.id for each in HERE if name in each.indications] for name in RULES.indications}
    assert offered == {
        "depression": ["P-DEP"], "bipolar_depression": ["P-DEP"], "suicidal_ideation": ["P-SI"], "ptsd": ["P-PTSD"],
        "anxiety": ["P-ANX"], "chronic_pain": ["P-CRPS-OP"],
    }  # fmt: skip
    assert [each.id for each in RULES.protocols.values() if not each.outpatient] == ["P-CRPS-IP", "P-CRPS-5D"]


def test_before_the_first_the_course_is_planned_from_today() -> None:
    course = only(person((0, opened())), [])
    planned = [place.planned.isoformat()[5:] for place in course.places]
    assert planned == ["03-02", "03-04", "03-06", "03-09", "03-11", "03-13"]
    assert (course.run, course.not_before, course.due, course.window_ends) == (0, None, None, None)


@pytest.mark.parametrize(
    ("run", "due"), [(1, None), (2, None), (3, Milestone.REVIEW), (4, Milestone.REVIEW), (6, Milestone.DECISION)]
)
def test_review_after_three_and_decision_after_six_until_recorded(run: int, due: Milestone | None) -> None:
    runs = [day(number) for number in P_DEP.days[:run]]
    course = only(person((0, opened())), runs)
    assert (course.due.milestone if course.due else None) == due
    if due:
        after = course.due.after_infusion if course.due else 0
        assert only(person((0, opened()), (11.1, reviewed(after))), runs).due is None
        unplanned = person((0, opened()), (11.1, reviewed(after, planned=False)))
        assert only(unplanned, runs).due is not None, "a review the protocol did not ask for does not stand in for it"


def test_the_review_of_anxiety_comes_a_week_later() -> None:
    course = only(person((0, opened("P-ANX", "anxiety", "gad7"))), [day(0)])
    assert course.due is not None
    assert course.due.not_before == date(2026, 3, 9)
    assert course.next is not None
    assert course.next.planned == date(2026, 3, 9)


def test_weekdays_pass_the_weekend_over() -> None:
    pain = RULES.protocols["P-CRPS-OP"]
    course = only(person((0, opened("P-CRPS-OP", "chronic_pain", "peg"))), [], date(2026, 3, 5))
    days = [place.planned.isoformat()[8:] for place in course.places]
    assert days == ["05", "06", "09", "10", "11", "12", "13", "16", "17", "18"]
    assert planned_day(pain, date(2026, 3, 7), 0) == date(2026, 3, 9)


def test_a_series_of_weekdays_that_is_late_over_a_weekend_goes_on_one_a_day() -> None:
    """Begun on a Friday and late by a day, its last two infusions were both planned for one Monday."""
    chart = person((0, opened("P-CRPS-OP", "chronic_pain", "peg")))
    runs = [datetime(2026, 3, number, 8, 30, tzinfo=UTC) for number in (6, 9, 10, 11, 12)]
    for today, days in ((15, [16, 17, 18, 19, 20]), (16, [16, 17, 18, 19, 20]), (20, [20, 23, 24, 25, 26])):
        course = only(chart, runs, date(2026, 3, today))
        assert [place.planned.day for place in course.places][5:] == days


def test_what_a_series_is_late_with_keeps_the_day_it_was_meant_for_over_a_weekend() -> None:
    """On Saturday what was owed since Friday was due on Monday, and its order was nobody's to sign."""
    chart = person((0, opened("P-CRPS-OP", "chronic_pain", "peg")))
    runs = [datetime(2026, 3, number, 8, 30, tzinfo=UTC) for number in (9, 10, 11, 12)]
    for today in (13, 14, 15, 16):
        assert only(chart, runs, date(2026, 3, today)).meant_for == date(2026, 3, 13)
    assert only(chart, [*runs, datetime(2026, 3, 13, 9, tzinfo=UTC)], date(2026, 3, 14)).meant_for == date(2026, 3, 16)
    assert only(chart, [], date(2026, 3, 7)).meant_for == date(2026, 3, 2), "the first one, since the course was opened"


def test_what_comes_late_moves_the_rest_and_nothing_is_planned_in_the_past() -> None:
    runs = [day(0), day(3)]
    course = only(person((0, opened())), runs)
    assert [place.planned.isoformat()[5:] for place in course.places][2:] == ["03-07", "03-10", "03-12", "03-14"]
    late = only(person((0, opened())), runs, date(2026, 3, 20))
    assert late.next is not None
    assert late.next.planned == date(2026, 3, 20)
    assert [place.planned.day for place in late.places][3:] == [23, 25, 27], "the gaps stay"


def test_the_window_counts_from_the_first_infusion_and_asks_for_a_decision() -> None:
    chart = person((0, opened()), (3, pe.CourseInterrupted(course=1, reason="a cold")))
    course = only(chart, [day(0), day(2)])
    assert course.window_ends == date(2026, 3, 30)
    assert course.standing is Standing.INTERRUPTED
    assert not course.past_window(date(2026, 3, 30))
    assert course.past_window(date(2026, 3, 31))
    for beyond in (False, True):
        resumed = pe.CourseResumed(course=1, reason="well", beyond_window=beyond)
        chart = person((0, opened()), (3, pe.CourseInterrupted(course=1, reason="a cold")), (30, resumed))
        course = only(chart, [day(0), day(2)])
        assert course.standing is Standing.UNDER_WAY
        assert course.past_window(date(2026, 4, 2)) is not beyond


def test_courses_part_the_infusions_between_them() -> None:
    ended = pe.CourseEnded(course=1, outcome=pe.Ending.RESPONDED, reason="well")
    chart = person((0, opened()), (20, ended), (100, opened()))
    runs = [day(0), day(2), day(101)]
    first, second = courses(chart, ran(*runs), RULES, day(101).date())
    assert (first.standing, first.runs, second.runs) == (Standing.ENDED, (day(0), day(2)), (day(101),))
    assert first.due is None


def order_of(protocol: str) -> pe.OrderSigned:
    one = Decimal(1)
    return pe.OrderSigned(
        protocol=protocol, protocol_version=1, knowledge_version="k", infusion_number=1, weight_entry=1,
        measured_weight_kg=one, dose_weight_kg=one, weight_basis=pe.WeightBasis.ACTUAL, dose_mg_per_kg=one, dose_mg=one,
        concentration_mg_per_ml=one, volume_ml=one, rate_ml_per_h=one, duration_min=40, limits=(),
    )  # fmt: skip


def test_a_course_nobody_opened_is_laid_out_from_its_orders() -> None:
    runs = [day(0), day(2), day(4)]
    course = only(person((-1, order_of("P-DEP"))), runs)
    assert (course.entry, course.run, course.opened_at) == (None, 3, day(-1))
    assert course.due is not None
    assert course.due.milestone is Milestone.REVIEW
    assert courses(person((0, phq := opened())), [], RULES, day(0).date())[0].entry == 1, phq
    taken_over = person((-1, order_of("P-DEP")), (-1, opened()))
    assert [(each.entry, each.run) for each in courses(taken_over, ran(*runs), RULES, day(4).date())] == [(2, 3)]


@given(
    protocol=st.sampled_from(HERE),
    minute=st.integers(min_value=0, max_value=2 * 365 * 24 * 60),
    zone=st.sampled_from(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "UTC"]),
)
def test_the_next_is_never_closer_than_the_protocol_has_it_whatever_the_clocks_do(
    protocol: object, minute: int, zone: str
) -> None:
    """Local times on a night when clocks change are an hour apart from what they seem; the spacing is absolute."""
    assert isinstance(protocol, type(P_DEP))
    local = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)).astimezone(ZoneInfo(zone))
    found = spacing(protocol, person(), (local,), ZoneInfo(zone))
    assert found is not None
    assert found.earliest.astimezone(UTC) - local.astimezone(UTC) == timedelta(hours=protocol.minimum_hours_between)


def test_forty_hours_over_the_change_of_clocks() -> None:
    zone = ZoneInfo("America/New_York")
    before = datetime(2026, 3, 7, 18, 0, tzinfo=zone)
    found = spacing(P_DEP, person(), (before,), zone)
    assert found is not None
    assert found.earliest == datetime(2026, 3, 9, 11, 0, tzinfo=zone), "41 hours by the wall's clock"
    as_read = spacing(P_DEP, person(), (before.astimezone(timezone(timedelta(hours=-5))),), zone)
    assert as_read is not None
    assert f"{as_read.earliest:%H:%M}" == "11:00", "by the clock that hangs there then, not by that of the last one"
    assert spacing(P_DEP, person(), (), zone) is None
    found = spacing(P_DEP, person(), (day(1), day(0)), zone)
    assert found is not None
    assert found.earliest == day(1) + timedelta(hours=40)


def test_the_last_infusion_of_a_course_that_ended_spaces_the_first_of_the_next() -> None:
    ended = pe.CourseEnded(course=1, outcome=pe.Ending.MOVED, reason="moved house")
    chart = person((-1, opened()), (0.5, ended), (1, opened()))
    course = courses(chart, ran(day(0)), RULES, day(1).date())[-1]
    assert (course.run, course.not_before) == (0, day(0) + timedelta(hours=40)), "the gate counts it, too"


def test_days_are_counted_where_the_clinic_is() -> None:
    zone = ZoneInfo("America/Los_Angeles")
    evening = datetime(2026, 3, 2, 18, 0, tzinfo=zone)
    found = courses(person((-1, opened())), ran(evening.astimezone(UTC)), RULES, date(2026, 3, 2), zone)[0]
    assert found.places[0].planned == date(2026, 3, 2)
    assert found.window_ends == date(2026, 3, 30)

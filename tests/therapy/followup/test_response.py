"""Change against the baseline: by each scale's own definitions, from complete scores, never a cause."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import knowledge
from sereniv.therapy.followup import response
from sereniv.therapy.followup.response import Change, change
from sereniv.therapy.person.chart import PersonChart, chart_of
from sereniv.therapy.person.events import ScaleAnswered, ScoreEntered
from sereniv.therapy.session.ran import Ran
from tests.conftest import NOON
from tests.therapy.making import recorded

SCALES = knowledge().scales
DAY = timedelta(days=1)
FIRST = Ran(began=NOON, ended=NOON + timedelta(minutes=40))
Taken = tuple[float, str | None]


def chart(scale: str, *taken: Taken) -> PersonChart:
    """Return a chart of scores by the day they were taken, counted from the first infusion at noon."""
    return chart_of(
        recorded(
            ScaleAnswered(
                scale=scale, answers=(), total=None if total is None else Decimal(total), answered_by="patient"
            ),
            number,
            NOON + day * DAY,
        )
        for number, (day, total) in enumerate(taken, start=1)
    )


def moved(scale: str, first: str, latest: str) -> Change:
    found = change(chart(scale, (-1, first), (7, latest)), SCALES[scale], FIRST, NOON + 8 * DAY)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("scale", "first", "latest", "responded", "remitted", "important"),
    [
        ("phq9", "20", "10", True, False, True), ("phq9", "20", "11", False, False, True),
        ("phq9", "20", "16", False, False, False), ("phq9", "10", "4", True, True, True),
        ("phq9", "10", "5", True, False, True), ("phq9", "4", "1", True, None, False),
        ("phq9", "10", "15", False, False, False), ("phq9", "0", "3", None, None, False),
        ("gad7", "14", "7", True, False, True), ("gad7", "14", "10", False, False, True),
        ("gad7", "8", "4", True, True, True),
        ("pcl5", "60", "45", True, None, True), ("pcl5", "60", "46", False, None, True),
        ("pcl5", "60", "51", False, None, True), ("pcl5", "60", "52", False, None, False),
        ("pcl5", "15", "0", True, None, True), ("pcl5", "14", "0", None, None, True),
        ("pcl5", "8", "1", None, None, False),
        ("peg", "6.67", "4.67", True, None, True), ("peg", "6.67", "4.66", True, None, True),
        ("nrs", "10", "7", True, None, True), ("nrs", "10", "8", False, None, False),
        ("madrs", "30", "10", True, True, None), ("qids", "18", "6", True, False, None),
    ],
)  # fmt: skip
def test_each_scale_by_its_own_lines(
    scale: str, first: str, latest: str, responded: bool | None, remitted: bool | None, important: bool | None
) -> None:
    found = moved(scale, first, latest)
    assert (found.responded, found.remitted, found.important) == (responded, remitted, important)


@pytest.mark.parametrize(
    ("scale", "first", "latest", "name"),
    [
        ("pcl5", "60", "55", "no reliable change"), ("pcl5", "60", "54", "less than the least"),
        ("pcl5", "60", "51", "primary care"), ("pcl5", "60", "46", "primary care"), ("pcl5", "60", "45", "veterans"),
        ("pcl5", "45", "60", "veterans"), ("nrs", "10", "9", "minimal"), ("nrs", "10", "7", "moderate"),
        ("nrs", "10", "5", "substantial"), ("phq9", "20", "15", "5 points or more"),
    ],
)  # fmt: skip
def test_the_size_of_a_change_has_its_published_name(scale: str, first: str, latest: str, name: str) -> None:
    reached = response.step_reached(moved(scale, first, latest))
    assert reached is not None
    assert name in reached.name


@pytest.mark.parametrize(
    ("scale", "first", "drawn"),
    [
        ("phq9", "20", {"remission: under 5": 5, "response: 50% below 20": 10, "important change: 5 points": 15}),
        ("phq9", "3", {"response: 50% below 3": 1.5}),
        ("phq9", "0", {}),
        ("pcl5", "60", {"response: 15 points below 60": 45, "important change: 9 points": 51}),
        ("pcl5", "12", {"important change: 9 points": 3}),
        ("peg", "6", {"response: 30% below 6": 4.2}),
        ("peg", "0", {}),
    ],
)
def test_what_is_drawn_beside_a_score_is_what_it_is_judged_by(scale: str, first: str, drawn: dict[str, float]) -> None:
    before = response.Point(at=NOON, total=Decimal(first))
    found = response.lines(SCALES[scale], before, knowledge().indications["ptsd"])
    assert {each.words: float(each.level) for each in found} == drawn


def test_nothing_is_drawn_where_what_somebody_is_treated_for_has_no_response_by_the_scale() -> None:
    """In suicidal ideation the page drew remission and half of the first PHQ-9 beside *response not defined*."""
    before, treated = response.Point(at=NOON, total=Decimal(20)), knowledge().indications["suicidal_ideation"]
    assert response.lines(SCALES["phq9"], before, treated) == ()
    assert response.lines(SCALES["gad7"], before, treated)


def test_a_small_change_has_no_name() -> None:
    assert response.step_reached(moved("phq9", "20", "16")) is None
    assert response.step_reached(moved("nrs", "0", "3")) is None, "nothing is a share of zero"


def test_mood_rises_when_it_gets_better() -> None:
    assert moved("mood", "3", "6").fall == 3
    assert moved("mood", "6", "3").fall == -3
    assert "worse" in response.words(moved("mood", "6", "3"))


def test_the_baseline_is_the_last_complete_score_before_the_first_infusion() -> None:
    found = change(
        chart("phq9", (-20, "24"), (-3, "20"), (-1, None), (0.5, "18"), (3, None), (4, "12")),
        SCALES["phq9"],
        FIRST,
        NOON + 30 * DAY,
    )
    assert found is not None
    assert (found.baseline, found.baseline_at) == (Decimal(20), NOON - 3 * DAY)
    assert (found.latest, found.latest_at) == (Decimal(12), NOON + 4 * DAY)
    assert found.fall_fraction == Decimal("0.4")


@pytest.mark.parametrize(
    ("taken", "first"),
    [
        ([(-1, "20")], FIRST), ([(1, "20"), (2, "10")], FIRST), ([(-1, None), (2, "10")], FIRST),
        ([(-1, "20"), (2, None)], FIRST), ([(-1, "20"), (2, "10")], None), ([(-1, "20"), (9, "10")], FIRST),
        ([], FIRST), ([(-1, "20"), (0.02, "10")], FIRST), ([(-1, "20"), (1, "10")], Ran(began=NOON, ended=None)),
    ],
)  # fmt: skip
def test_without_both_ends_there_is_no_change(taken: list[Taken], first: Ran | None) -> None:
    assert change(chart("phq9", *taken), SCALES["phq9"], first, NOON + 5 * DAY) is None


@given(first=st.integers(0, 27), latest=st.integers(0, 27))
def test_response_is_half_whatever_the_numbers(first: int, latest: int) -> None:
    found = moved("phq9", str(first), str(latest))
    assert found.responded is (None if first == 0 else 2 * latest <= first)
    assert found.fall == first - latest
    for word in ("because", "due to", "caused", "thanks to", "effect", "worked"):
        assert word not in response.words(found)


def test_a_total_entered_without_answers_counts_like_an_answered_scale() -> None:
    old = ScoreEntered(scale="gad7", total=18, scored_by="Dr Ono")
    new = ScaleAnswered(scale="gad7", answers=(), total=Decimal(8), answered_by="Dr Ono")
    told = chart_of([recorded(old, 1, NOON - DAY), recorded(new, 2, NOON + 7 * DAY)])
    found = change(told, SCALES["gad7"], FIRST, NOON + 8 * DAY)
    assert found is not None
    assert (found.baseline, found.latest, found.fall) == (18, 8, 10)


def test_a_mean_of_three_is_judged_by_its_answers_and_not_by_its_rounding() -> None:
    """20 of 30 to 14 of 30 is thirty per cent to the point: 6.67 to 4.67 is 29.985."""
    for first in range(1, 31):
        for latest in range(31):
            before, after = (str((Decimal(each) / 3).quantize(Decimal("0.01"))) for each in (first, latest))
            found = moved("peg", before, after)
            assert found.responded is (10 * (first - latest) >= 3 * first), (first, latest)
            assert found.important is found.responded
            assert found.worse is (10 * (latest - first) >= 3 * first), (first, latest)

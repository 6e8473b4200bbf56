"""What is due when: a baseline, before each infusion, weekly after, mood daily; and what was missed stays a hole."""

from datetime import UTC, date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import knowledge
from sereniv.therapy.followup import assessments
from sereniv.therapy.followup.assessments import Asking, askings, due, holes, too_soon
from sereniv.therapy.person.chart import PersonChart, chart_of
from sereniv.therapy.person.events import CandidacyDecided, CourseEnded, Decision, Ending, ScaleAnswered
from tests.conftest import NOON
from tests.therapy.making import recorded

RULES = knowledge()
DAY = timedelta(days=1)


def chart(*taken: tuple[str, float], blank: bool = False) -> PersonChart:
    total = None if blank else Decimal(9)
    return chart_of(
        recorded(ScaleAnswered(scale=scale, answers=(), total=total, answered_by="patient"), number, NOON + day * DAY)
        for number, (scale, day) in enumerate(taken, start=1)
    )


def laid_out(person: PersonChart, infusions: list[float], now: float, indication: str = "depression") -> list[Asking]:
    starts = [NOON + day * DAY for day in infusions]
    return list(askings(person, indication, starts, NOON + now * DAY, RULES, UTC))


def states(found: list[Asking], scale: str) -> list[tuple[str, str]]:
    return [(each.why, str(each.state)) for each in found if each.scale.id == scale]


def test_the_primary_scale_comes_first_and_item_nine_is_asked_of_everybody() -> None:
    assert {name: [each.id for each in assessments.followed(name, RULES)] for name in RULES.indications} == {
        "depression": ["phq9"], "bipolar_depression": ["phq9"], "suicidal_ideation": ["phq9"],
        "anxiety": ["gad7", "phq9"], "ptsd": ["pcl5", "phq9"], "chronic_pain": ["peg", "phq9"],
    }  # fmt: skip


def test_before_any_infusion_a_baseline_is_due_until_it_is_there() -> None:
    assert states(laid_out(chart(), [], 0), "phq9") == [("before the first infusion", "due")]
    assert states(laid_out(chart(("phq9", -15)), [], 0), "phq9") == [("before the first infusion", "due")], "too old"
    assert states(laid_out(chart(("phq9", -13)), [], 0), "phq9") == [("before the first infusion", "done")]
    assert states(laid_out(chart(("phq9", -1), blank=True), [], 0), "phq9")[0][1] == "incomplete"
    assert not states(laid_out(chart(), [], 0), "mood")


def test_a_course_with_holes() -> None:
    """Infusions on days 0, 3, 7 and 10; answered the day before the first and hours before the third, nothing else."""
    found = states(laid_out(chart(("phq9", -1), ("phq9", 6.9)), [0, 3, 7, 10], 30), "phq9")
    assert found == [
        ("before the first infusion", "done"), ("before infusion 2", "done"), ("before infusion 3", "done"),
        ("before infusion 4", "done"), ("week 1 after the infusion of 12 Mar", "missed"),
        ("week 2 after the infusion of 12 Mar", "missed"), ("week 3 after the infusion of 12 Mar", "due"),
    ]  # fmt: skip


def test_the_answer_at_the_chair_last_week_is_none_for_todays_infusion() -> None:
    """It stood for today's wherever today's began some minutes earlier in the day, and the hole was gone."""
    at_the_chair = chart(("phq9", -10 / 1440))
    for today, state in ((7, "missed"), (7 - 30 / 1440, "missed"), (7 + 30 / 1440, "missed"), (6, "done")):
        found = states(laid_out(at_the_chair, [0, today], today + 1), "phq9")
        assert found[:2] == [("before the first infusion", "done"), ("before infusion 2", state)], today


def test_a_missing_baseline_is_a_hole_for_ever() -> None:
    found = laid_out(chart(("phq9", 1)), [0], 2)
    assert states(found, "phq9")[0] == ("before the first infusion", "missed")
    assert [each.why for each in holes(found) if each.scale.id == "phq9"] == ["before the first infusion"]


def test_weeks_between_maintenance_infusions_and_after_the_last_end() -> None:
    found = states(laid_out(chart(), [0, 28], 400), "phq9")
    assert [why for why, _ in found][1:4] == [f"week {number} after the infusion of 2 Mar" for number in (1, 2, 3)]
    assert found[4][0] == "before infusion 2"
    assert len(found) == 1 + 3 + 1 + 12
    assert [state for _, state in found] == [*["missed"] * 16, "due"], "the last is owed until it is answered"


def ended(person: PersonChart, day: float, *, again: float | None = None) -> PersonChart:
    """Return a chart in which a course has ended, and where somebody was found eligible again on a day."""
    over = CourseEnded(course=1, outcome=Ending.RESPONDED, reason="well, and moved away")
    found = CandidacyDecided(
        decision=Decision.ELIGIBLE, indication="depression", reason="a relapse", knowledge_version="k", findings=()
    )
    news = [recorded(over, 900, NOON + day * DAY)]
    news += [] if again is None else [recorded(found, 901, NOON + again * DAY)]
    return chart_of([*person.entries, *news])


def missed(found: list[Asking]) -> dict[str, int]:
    scales = {each.scale.id for each in found}
    return {scale: sum(state == "missed" for _, state in states(found, scale)) for scale in scales}


@pytest.mark.parametrize("now", [10, 40, 300])
def test_an_ended_course_counts_no_missed_questionnaires(now: float) -> None:
    """Six days after the last infusion it ended: what was not answered by then is missed, and nothing after it."""
    answered = chart(("phq9", -1), ("phq9", 5))
    found = laid_out(ended(answered, 8), [0, 2], now)
    assert missed(found) == {"phq9": 0, "mood": 8}
    assert not due(found)
    assert missed(laid_out(answered, [0, 2], 40))["phq9"] > 0, "one that goes on counts them"


@pytest.mark.parametrize("starts_again", [[], [240.0], [240.0, 242.0]])
def test_the_months_between_two_courses_count_nothing_and_the_second_asks_for_a_baseline(
    starts_again: list[float],
) -> None:
    """The first infusion of a second course made twelve weeks and eight months of mood missed at once."""
    answered = chart(("phq9", -1), ("phq9", 5))
    both = ended(answered, 8, again=239)
    found = laid_out(both, [0, 2, *starts_again], 242.4 if starts_again else 239.4)
    anew = [each for each in found if each.opens > NOON + 9 * DAY and each.scale.id == "phq9"]
    assert anew[0].why == "before the first infusion"
    assert str(anew[0].state) == ("missed" if starts_again else "due")
    assert missed(found)["phq9"] == len(starts_again), "the baseline, and what the second infusion asks"
    assert missed(found)["mood"] == 8 + (2 if starts_again else 0)


def test_nobody_is_asked_for_their_mood_between_infusions_far_apart() -> None:
    """The twenty-eight days were over, and the next infusion of maintenance made every day since a missed one."""
    before, after = (missed(laid_out(chart(), starts, 90))["mood"] for starts in ([0], [0, 90]))
    assert before == after == 29


def test_mood_is_daily_in_the_clinics_own_days() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    person = chart(("mood", 0.4), ("mood", 1.2))
    found = [each for each in askings(person, "depression", [NOON], NOON + 2 * DAY, RULES, tokyo)
             if each.scale.id == "mood"]  # fmt: skip
    # Noon is 21:00 there: 0.4 days later is the next morning, 1.2 days later the morning after.
    assert [str(each.state) for each in found] == ["missed", "done", "done"]
    assert found[0].opens.hour == 0


def test_what_is_due_is_named_once_and_primary_first() -> None:
    found = laid_out(chart(), [0], 4.1, "ptsd")
    assert [each.scale.id for each in due(found)] == ["pcl5", "phq9", "mood"]


@pytest.mark.parametrize(
    ("scale", "ago", "sensible"),
    [("phq9", 6, date(2026, 3, 3)), ("phq9", 7, None), ("mood", 0, date(2026, 3, 3)), ("mood", 1, None),
     ("auditc", 89, date(2026, 3, 3)), ("pcl5", 0, date(2026, 3, 9)), ("ymrs", 0, None)],
)  # fmt: skip
def test_too_soon_names_the_day_it_makes_sense(scale: str, ago: int, sensible: date | None) -> None:
    found = too_soon(chart((scale, -ago)), RULES.scales[scale], NOON, UTC)
    assert (found and found.sensible_from) == sensible


def test_blanks_may_be_filled_at_once() -> None:
    assert too_soon(chart(("phq9", 0), blank=True), RULES.scales["phq9"], NOON, UTC) is None


@given(
    infusions=st.lists(st.floats(0, 60, allow_nan=False), max_size=8),
    taken=st.lists(st.floats(-20, 90, allow_nan=False), max_size=12),
    now=st.floats(0, 120),
)
def test_every_asking_is_in_exactly_one_state_and_only_the_past_is_missed(
    infusions: list[float], taken: list[float], now: float
) -> None:
    starts = [day for day in infusions if day <= now]
    found = laid_out(chart(*(("phq9", day) for day in taken if day <= now)), starts, now)
    for each in found:
        assert each.opens < each.closes
        assert each.opens <= NOON + now * DAY
        assert (each.answered is None) == (each.state in {"due", "missed"})
        assert (each.closes <= NOON + now * DAY) or each.state != "missed"

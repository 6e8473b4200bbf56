"""Drug that ran while the line was out, closed or apart: marked from the last good look on."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import knowledge
from sereniv.therapy.monitoring.charted import past_the_card
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.delivered import delivered
from sereniv.therapy.session.reached import doubt_words, doubts
from tests.therapy.chair.test_gate import PREPARED
from tests.therapy.making import STARTED, Happening, chart, minute

SITE = ev.Observation.IV_SITE


def look(grade: int, what: ev.Observation = SITE) -> ev.ObservationCharted:
    return ev.ObservationCharted(observation=what, grade=grade)


def spans(*happened: Happening, at: float) -> list[tuple[float, float, Decimal]]:
    """Return each span in minutes after the start with its mg; 53.6 mL/h of 1 mg/mL are 0.8933 mg a minute."""
    found = doubts(chart((0, STARTED), *happened), minute(at))
    return [((each.since - minute(0)).seconds / 60, (each.until - minute(0)).seconds / 60, round(each.mg, 1))
            for each in found]  # fmt: skip


def test_nothing_is_doubted_while_the_line_is_good() -> None:
    assert spans((5, look(0)), (10, look(1)), (15, look(2)), at=20) == []


@pytest.mark.parametrize("fault", [look(3), *(look(1, what) for what in ev.LINE_FAULTS)])
def test_from_the_last_good_look_until_now(fault: ev.ObservationCharted) -> None:
    assert spans((10, look(0)), (20, fault), at=25) == [(10, 25, Decimal("13.4"))]
    assert spans((20, fault), at=25) == [(0, 25, Decimal("22.3"))], "nobody looked: from the start"
    stopped = spans((10, look(0)), (20, fault), (21, ev.InfusionStopped()), at=60)
    assert [mg for *_, mg in stopped] == [Decimal("9.8")], "a stopped pump gives nothing more"


def test_red_and_swollen_is_no_good_look() -> None:
    assert spans((10, look(0)), (15, look(2)), (20, look(3)), at=20) == [(10, 20, Decimal("8.9"))]


def test_a_good_look_after_the_fault_ends_it_and_a_second_fault_begins_anew() -> None:
    assert spans((10, look(0)), (20, look(3)), (25, look(0)), at=30) == [(10, 25, Decimal("13.4"))]
    twice = spans((10, look(0)), (20, look(3)), (25, look(0)), (30, look(1, ev.Observation.OCCLUSION)), at=31)
    assert [(since, until) for since, until, _ in twice] == [(10, 25), (25, 31)]


def test_one_fault_gone_leaves_the_other() -> None:
    both: tuple[Happening, ...] = ((10, look(3)), (11, look(1, ev.Observation.OCCLUSION)))
    assert [until for _, until, _ in spans(*both, (15, look(0, ev.Observation.OCCLUSION)), at=20)] == [20]
    open_again = look(0, ev.Observation.OCCLUSION)
    assert [until for _, until, _ in spans(*both, (15, look(0)), (16, open_again), at=20)] == [16]


MOVED = ev.LineResited(site="right forearm, 22 G", reason="out of the vein")


@pytest.mark.parametrize("what", [SITE, ev.Observation.OCCLUSION, ev.Observation.DISCONNECTION])
def test_a_line_put_in_anew_ends_what_was_found_of_the_old_one(what: ev.Observation) -> None:
    fault = look(3 if what is SITE else 1, what)
    assert spans((10, look(0)), (20, fault), (25, MOVED), at=35) == [(10, 25, Decimal("13.4"))]
    assert spans((20, fault), (25, MOVED), (30, fault), at=35)[-1] == (25, 35, Decimal("8.9")), "the new one out too"
    assert spans((25, MOVED), (25, fault), at=30)[-1][1] == 30, "found after it was moved"


def test_a_further_bag_ends_that_the_first_was_empty_and_nothing_else() -> None:
    empty, further = look(1, ev.Observation.BAG_EMPTY), replace(PREPARED, reason="the first ran out")
    hung = ((-6, PREPARED), (10, look(0)), (20, empty), (25, further))
    assert [each[:2] for each in spans(*hung, at=35)] == [(10, 25)]
    out = (*hung, (22, look(3)))
    assert [each[:2] for each in spans(*out, at=35)] == [(10, 35)]
    assert spans((-6, PREPARED), (10, look(0)), (20, further), (30, look(3)), at=35)[0][0] == 10, "a bag is no look"


def test_a_prompt_about_the_old_line_ends_with_it() -> None:
    def prompted(*happened: Happening) -> set[str]:
        return {each.alert for each in past_the_card(chart((0, STARTED), *happened), knowledge())}

    before = prompted((20, look(3)))
    assert before - prompted((20, look(3)), (25, MOVED)) == before
    assert before


def test_a_struck_fault_and_one_before_the_start_say_nothing() -> None:
    assert spans((10, look(3)), (11, ev.EntryStruck(entry=3, reason="other arm")), at=20) == []
    assert spans((-5, look(3)), (-4, look(0)), at=20) == []
    assert doubts(chart((-5, look(3))), minute(0)) == ()


def test_the_words_name_the_look() -> None:
    told = chart((0, STARTED), (10, look(0)), (20, look(3)))

    def clock(at: datetime) -> str:
        return f"{at:%H:%M}"

    assert doubt_words(told, minute(20), clock) == (
        "8.9 mg not known to have reached the patient, from the last good look at 12:10 on"
    )
    assert doubt_words(chart((0, STARTED)), minute(20), clock) == ""


@given(
    looks=st.lists(
        st.tuples(st.integers(-5, 50), st.sampled_from([SITE, *ev.LINE_FAULTS]), st.integers(0, 3)), max_size=8
    ),
    now=st.integers(0, 60),
)
def test_what_is_doubted_is_never_more_than_what_ran(looks: list[tuple[int, ev.Observation, int]], now: int) -> None:
    told = chart((0, STARTED), *((at, look(grade, what)) for at, what, grade in looks))
    total = sum((each.mg for each in doubts(told, minute(now))), Decimal(0))
    assert 0 <= total <= delivered(told, minute(now)).mg

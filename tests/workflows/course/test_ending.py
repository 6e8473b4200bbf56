"""How a course ended: proposed with its ground on the pages that end it, and never chosen for anybody."""

import re
import uuid
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.therapy.person import events as pe
from tests.conftest import ActMaker, FixedClock
from tests.workflows.course.test_course_neighbours import page
from tests.workflows.course.test_courses import day, head
from tests.workflows.coursing import answer, eligible, infuse

pytestmark = pytest.mark.django_db
ENDING_PAGES = ("person_review", "person_end_course")


def after_three(act: ActMaker, *scores: tuple[float, int], indication: str = "depression") -> uuid.UUID:
    """Return somebody after three infusions, 19 before the first, with these scores since."""
    who = eligible(act, day(-1), indication)
    answer(act, who, 19, day(-0.9))
    for number in (0, 2, 4):
        infuse(act, who, day(number))
    for at, total in scores:
        answer(act, who, total, day(at))
    return who


def shown_as_chosen(body: str) -> list[str]:
    """Return the values of the endings that stand checked on a page."""
    return [
        each for each in re.findall(r"<input[^>]*checked[^>]*>", body) if 'name="ending"' in each or "outcome" in each
    ]


@pytest.mark.parametrize(
    ("scores", "words", "marked"),
    [
        (((5, 4),), "The scores propose <b>responded</b>: PHQ-9 19 before, 4 on 07 Mar 2026: remission.", "Responded"),
        (((5, 18),), "The scores propose <b>no response</b>: PHQ-9 19 before, 18 on 07 Mar", "No response"),
        (((5, 13),), "The scores propose <b>partly responded</b>", "Partly responded"),
        (((5, 4), (8, 12)), "a response was reached (4 on 07 Mar 2026) and went.", ""),
        ((), "The scores propose no ending: No score before the first infusion, or no complete one since.", ""),
    ],
)
def test_the_pages_that_end_a_course_propose_and_choose_nothing(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock,
    scores: tuple[tuple[float, int], ...], words: str, marked: str,
) -> None:  # fmt: skip
    she = after_three(act, *scores)
    fixed_clock.shown = day(9)
    for name in ENDING_PAGES:
        body = unescape(page(staff, name, she))
        assert words in body, name
        assert not shown_as_chosen(body), name
        found = re.findall(r"([\w' ]+?) \(proposed by the scores\)", body)
        assert [each.strip() for each in found] == ([marked] if marked else []), name


def test_an_old_score_proposes_no_ending(act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock) -> None:
    she = after_three(act, (5, 4))
    assert treatment_of(she, day(19)).ending_proposed.ending is pe.Ending.RESPONDED
    fixed_clock.shown = day(245)
    assert treatment_of(she, day(245)).ending_proposed.ending is None
    assert "240 days ago, too old to say how the course ended" in page(staff, "person_end_course", she)


@pytest.mark.parametrize("name", ENDING_PAGES)
def test_somebody_well_who_moves_away_ends_as_moved_and_without_a_choice_nothing_ends(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, name: str
) -> None:
    she = after_three(act, (5, 4))
    fixed_clock.shown = day(6)
    client = Client()
    client.force_login(staff["prescriber"], backend="django.contrib.auth.backends.ModelBackend")
    address, ends = reverse(name, args=[she]), "ending" if name == "person_review" else "outcome"
    form = {"key": "ending-0001", "reason": "she moves to another city", "expected_seq": head(she)}
    form |= {"outcome": "stop"} if name == "person_review" else {}
    refused = client.post(address, form)
    assert refused.status_code == 422
    assert "she moves to another city" in refused.content.decode(), "what was typed stays"
    assert not chart_store.person_chart(she).all(pe.CourseEnded)
    answered = client.post(address, {**form, ends: "moved away"})
    assert answered.status_code == 302, answered.content.decode()
    (ended,) = chart_store.person_chart(she).all(pe.CourseEnded)
    assert ended.event.outcome is pe.Ending.MOVED
    course = page(staff, "person_course", she)
    assert "Ended: moved away." in course
    assert re.search(r"By the scale</dt>\s*<dd>\s*remission", course)

"""Random histories in every indication: one order is live, nobody sits or starts by another, no hard step alone.

Whatever is answered on the way, what is not defined is never said as a no, on the pages as in the one function.
"""

from datetime import timedelta

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.followup import answers
from sereniv.clinic.workflows.followup.outcomes import everybody
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.orders.orders import protocols_for
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Scale
from sereniv.therapy.followup import assessments, response
from sereniv.therapy.followup.outcomes import stands
from sereniv.therapy.followup.scales import allowed_answers, expected_answers
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.treatment import ending
from tests.conftest import NOON, ActMaker, FixedClock
from tests.therapy.coursing import ran
from tests.web.desk import words_of
from tests.workflows.coursing import eligible, infuse
from tests.workflows.histories import History

pytestmark = pytest.mark.django_db
STEPS = 70


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, *(pytest.param(each, marks=pytest.mark.slow) for each in (5, 6))])
@pytest.mark.parametrize("indication", sorted(knowledge().indications))
def test_whatever_is_tried_one_order_is_live_and_starts_and_no_hard_step_is_taken_alone(
    act: ActMaker, indication: str, seed: int
) -> None:
    history = History(act, indication, seed * 100 + len(indication))
    often = (history.sign, history.co_sign, history.seat, history.start, history.start)
    seldom = (history.leave, history.leave, history.withdraw, history.found_running, history.wait, history.review)
    tried = 0
    while tried < STEPS or (not history.started and tried < 3 * STEPS):
        tried += 1
        try:
            history.pick((*often * 3, *seldom))()
        except (Refused, Malformed):
            continue
        finally:
            history.check()
    assert history.started, "nobody came through the gate: this history tries nothing"


def given_at_random(dice: np.random.Generator, scale: Scale) -> tuple[int, ...]:
    """Return complete answers to a scale, with no thought of suicide."""
    allowed = [sorted(allowed_answers(scale, number)) for number in range(1, expected_answers(scale) + 1)]
    found = [each[int(dice.integers(len(each)))] for each in allowed]
    return tuple(0 if place == scale.safety_place else each for place, each in enumerate(found))


@pytest.mark.slow
@pytest.mark.parametrize("indication", sorted(knowledge().indications))
def test_every_page_says_what_the_one_function_says_and_what_is_not_defined_is_no_no(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, indication: str
) -> None:
    dice, client = np.random.default_rng(len(indication)), Client()
    client.force_login(staff["prescriber"], backend="django.contrib.auth.backends.ModelBackend")
    treated = knowledge().indications[indication]
    who = eligible(act, NOON, indication)
    protocol = next(each for each in protocols_for(indication, knowledge()) if each.outpatient)
    asked = orders.Wanted(
        protocol=protocol.id, dose_mg_per_kg=protocol.dose_mg_per_kg, duration_min=protocol.duration_min,
        rate_mg_per_kg_per_h=protocol.rate_mg_per_kg_per_h, cap_mg_per_h=protocol.cap_mg_per_h,
        concentration_mg_per_ml=protocol.concentration_mg_per_ml, weight_basis=pe.WeightBasis.ACTUAL,
    )  # fmt: skip
    scales = assessments.followed(indication, knowledge())
    for scale in scales:
        answers.answer(who, scale.id, given_at_random(dice, scale), "patient", act("nurse", now=NOON))
    infuse(act, who, NOON + timedelta(hours=3), asked)
    for week in range(1, 5):
        fixed_clock.shown = now = NOON + timedelta(days=7 * week)
        for scale in scales:
            answers.answer(who, scale.id, given_at_random(dice, scale), "patient", act("nurse", now=now))
        chart, first = chart_store.person_chart(who), ran(NOON + timedelta(hours=3))[0]
        changes = {scale.id: response.change(chart, scale, first, now, treated) for scale in scales}
        change = changes[treated.primary_scale]
        assert change is not None
        person, course = (
            client.get(reverse(name, args=[who])).content.decode() for name in ("person", "person_course")
        )
        assert f"By the scale {change.reached}" in words_of(course)
        assert f"than {plain(change.baseline)}: {change.reached}" in person or change.fall == 0
        for each in changes.values():
            assert each is None or escape(response.words(each)) in person
        assert [each.change for each in everybody(now)] == [stands(change)]
        counted = stands(change)
        assert counted is not None
        assert counted.responded is change.responded, "what Outcomes counts is what the function says"
        if change.responded is None:
            assert "no response" not in course.lower()
            assert f"{change.scale.title} {plain(change.baseline)} before" in person
            assert ending.by_scores([change]) is None

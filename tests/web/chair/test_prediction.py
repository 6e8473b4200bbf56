"""The predicted curve beside a session: whose it is, what it was given, and what stands after now."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from sereniv.clinic.records.models import Person
from sereniv.clinic.web.chair.prediction import NOTHING_MORE, RUNS_ON, session_panel
from sereniv.therapy.session import events as ev
from tests.therapy.making import PLAN, STARTED, chart, minute

pytestmark = pytest.mark.django_db

SOMEBODY = Person(born=date(1980, 3, 1), sex_at_birth="female")
PAUSED, STOPPED = ev.InfusionPaused(), ev.InfusionStopped()
KG = Decimal(70)


def test_a_running_pump_is_followed_to_the_ordered_volume_and_the_words_say_so() -> None:
    shown = session_panel(chart((0, STARTED)), SOMEBODY, KG, minute(20))
    assert shown is not None
    assert shown.after_now == RUNS_ON
    assert shown.band.dose_mg == pytest.approx(float(PLAN.dose_mg), rel=1e-6)
    peak = shown.band.time_min[shown.band.median.index(max(shown.band.median))]
    assert peak == pytest.approx(float(PLAN.duration_min), abs=1), "not where it would be had the pump been stopped now"
    assert ">now</text>" in shown.drawing


def test_the_curve_does_not_move_while_nothing_is_charted() -> None:
    one, later = (session_panel(chart((0, STARTED)), SOMEBODY, KG, minute(at)) for at in (10, 30))
    assert one is not None
    assert later is not None
    assert one.band is later.band, "worked out once"


@pytest.mark.parametrize(("courses", "at"), [(((0, STARTED), (10, PAUSED)), 12), (((0, STARTED),), 120)])
def test_after_a_pause_or_the_whole_volume_nothing_more_is_supposed(
    courses: tuple[tuple[float, ev.SessionEvent], ...], at: float
) -> None:
    shown = session_panel(chart(*courses), SOMEBODY, KG, minute(at))
    assert shown is not None
    assert shown.after_now == NOTHING_MORE


def test_a_finished_session_has_no_now_and_keeps_its_day() -> None:
    told = chart((0, STARTED), (20, STOPPED))
    soon, years_later = (session_panel(told, SOMEBODY, KG, minute(at)) for at in (60, 60 * 24 * 365 * 40))
    assert soon is not None
    assert years_later is not None
    assert soon.after_now == ""
    assert ">now</text>" not in soon.drawing
    assert soon.band is years_later.band, "the person's age is that of the day"
    assert soon.band.given.endswith("infused over 20 min")


def test_before_the_start_there_is_nothing_to_draw() -> None:
    assert session_panel(chart(), SOMEBODY, KG, minute(0)) is None


def test_what_no_model_knows_of_the_person_stands_beside_the_curve_and_is_not_folded_away() -> None:
    shown = session_panel(chart((0, STARTED)), SOMEBODY, KG, minute(20))
    page = render_to_string("chair/prediction.html", {"panel": shown, "panel_name": "session"})
    seen = re.sub(r"<details>.*?</details>", "", page, flags=re.DOTALL)
    assert "Not in this curve" in seen
    for words in (
        "Medicines are not on record",
        "No liver values are on record",
        "studied at age 23 years (mean); here",
    ):
        assert words in seen

"""A session's charted events become a dosing without loss."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from sereniv.therapy.session import events as ev
from sereniv.therapy.session.delivered import delivered
from sereniv.therapy.session.dosing import dosing_of, planned_dosing
from tests.therapy.making import PLAN, STARTED, chart, minute

COURSE = (
    (0, STARTED),
    (10, ev.RateChanged(rate_ml_per_h=Decimal("40.0"), reason="queasy")),
    (15, ev.InfusionPaused()),
    (18.5, ev.InfusionResumed(rate_ml_per_h=Decimal("48.0"))),
    (30, ev.InfusionStopped()),
)


def test_rates_pauses_and_the_stop_are_kept_as_charted() -> None:
    told = dosing_of(chart(*COURSE), minute(60))
    assert [(step.at_min, step.rate_mg_per_h) for step in told.rates] == [
        (0, PLAN.rate_ml_per_h), (10, Decimal("40.0")), (15, 0), (18.5, Decimal("48.0")), (30, 0),
    ]  # fmt: skip


@pytest.mark.parametrize("now", [5, 12, 16, 25, 30, 240])
def test_the_dosing_holds_what_was_delivered(now: float) -> None:
    told = chart(*COURSE)
    assert dosing_of(told, minute(now)).total_mg() == pytest.approx(float(delivered(told, minute(now)).mg), rel=1e-9)


def test_delivery_ends_at_the_ordered_volume() -> None:
    told = chart((0, STARTED))
    assert dosing_of(told, minute(90)).total_mg() == pytest.approx(float(PLAN.dose_mg), rel=1e-6)
    assert planned_dosing(PLAN).total_mg() == pytest.approx(float(PLAN.dose_mg))


def test_the_bag_counts_as_it_was_drawn() -> None:
    drawn = ev.DrugPrepared(
        vial="K", strength_mg_per_ml=Decimal(50), stock_ml=Decimal("0.71"), drawn_mg=Decimal("35.5"),
        final_volume_ml=PLAN.volume_ml, final_mg_per_ml=Decimal("0.9944"),
    )  # fmt: skip
    told = chart((-5, drawn), (0, STARTED))
    assert delivered(told, minute(90)).mg == Decimal("35.5")
    assert dosing_of(told, minute(90)).total_mg() == pytest.approx(35.5, rel=1e-6)


def test_a_session_that_never_started_has_no_dosing() -> None:
    with pytest.raises(ValueError, match="never started"):
        dosing_of(chart(), minute(0) + timedelta(minutes=1))
    assert replace(PLAN).dose_mg == PLAN.dose_mg
